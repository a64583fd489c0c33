//! XML, one level deep. What stands within a field's tags is its markup; the text of all that is
//! its value, so that an element inside a field is read as well.

use quick_xml::Reader;
use quick_xml::events::Event;
use signed_xml::BodyError;

use super::{Entry, Parts};

/// The fields below the root element, whatever its name is.
pub(super) fn parts(text: &str, max: usize) -> Result<Parts, BodyError> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut parts = Parts {
        entries: Vec::new(),
        places: Vec::new(),
    };
    let mut depth = 0_usize;
    let mut open: Option<Open> = None;
    loop {
        let at = reader.buffer_position() as usize;
        let not_xml = |what| BodyError::NotXml { at, what };
        let event = reader.read_event().map_err(|_| {
            not_xml("a tag, a comment or a CDATA section that is not closed as it was opened")
        })?;
        let end = (reader.buffer_position() as usize).min(text.len());
        match event {
            Event::DocType(_) => return Err(BodyError::Doctype),
            Event::Start(tag) => {
                depth += 1;
                match (depth, &mut open) {
                    (2, _) => {
                        open = Some(Open {
                            name: tag.name().as_ref().to_owned(),
                            at,
                            inner: end,
                            value: String::new(),
                            nested: false,
                        });
                    }
                    (_, Some(open)) => open.nested = true,
                    _ => {}
                }
            }
            Event::End(_) => {
                if depth == 2
                    && let Some(field) = open.take()
                {
                    let raw = text.get(field.inner..at).unwrap_or_default();
                    let value = match field.nested {
                        true => raw.to_owned(),
                        false => field.value,
                    };
                    parts.entries.push(Entry {
                        name: field.name,
                        raw: (raw != value).then(|| raw.to_owned()),
                        value,
                        null: false,
                    });
                    parts.places.push(field.at..end);
                    if parts.entries.len() > max {
                        return Err(BodyError::TooManyFields { max });
                    }
                }
                depth = depth.saturating_sub(1);
            }
            Event::Text(part) => push(&mut open, &part),
            Event::CData(part) => push(&mut open, &part),
            Event::GeneralRef(entity) => match entity.resolve_char_ref() {
                Ok(Some(character)) => push(&mut open, character.encode_utf8(&mut [0; 4])),
                _ => match predefined(&entity) {
                    Some(text) => push(&mut open, text),
                    None => push(&mut open, &format!("&{};", &*entity)),
                },
            },
            Event::Eof => break,
            _ => {}
        }
    }
    match depth == 0 && !parts.entries.is_empty() {
        true => Ok(parts),
        false => Err(BodyError::NotXml {
            at: text.len(),
            what: "no closed root element with fields",
        }),
    }
}

/// A field whose end is still to come.
struct Open {
    name: String,
    /// Where its tag begins.
    at: usize,
    /// Where its tag ends.
    inner: usize,
    value: String,
    /// Whether it holds an element.
    nested: bool,
}

fn push(open: &mut Option<Open>, text: &str) {
    if let Some(open) = open {
        open.value.push_str(text);
    }
}

fn predefined(entity: &str) -> Option<&'static str> {
    Some(match entity {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "quot" => "\"",
        "apos" => "'",
        _ => return None,
    })
}
