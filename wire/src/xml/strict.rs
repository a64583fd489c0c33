//! The strict reader: quick-xml, held to the flat form.
//!
//! Values stay as they are: nothing is trimmed and line ends are not normalized, because the
//! signature is over what was sent. Only the five predefined entities and character references are
//! resolved; a DOCTYPE ends the reading at once.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{Arena, BodyError, Entry, Scan, is_name};

/// The fields of `text`.
pub(super) fn scan(text: &str, max_fields: usize) -> Result<Scan, BodyError> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if u32::try_from(text.len()).is_err() {
        return Err(BodyError::TooLarge {
            max: u32::MAX as usize,
            found: text.len(),
        });
    }
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut state = State {
        arena: Arena::default(),
        depth: Depth::Before,
        field: None,
    };
    loop {
        let at = reader.buffer_position() as usize;
        let not_xml = |what| BodyError::NotXml { at, what };
        let event = reader.read_event().map_err(|_| {
            not_xml("a tag, a comment or a CDATA section that is not closed as it was opened")
        })?;
        match event {
            Event::DocType(_) => return Err(BodyError::Doctype),
            Event::PI(_) => return Err(not_xml("a processing instruction")),
            Event::Decl(decl) => {
                if let Some(Ok(encoding)) = decl.encoding()
                    && !is_utf8(&encoding)
                {
                    return Err(not_xml("an encoding other than UTF-8"));
                }
            }
            Event::Comment(_) => {}
            Event::Start(tag) => state.open(&tag, at)?,
            // Invariant: expand_empty_elements turns these into a start and an end.
            Event::Empty(_) => return Err(not_xml("an empty-element tag")),
            Event::End(_) => state.close(at)?,
            Event::Text(part) => state.text(&part, at)?,
            Event::CData(part) => {
                if state.depth != Depth::Field {
                    return Err(not_xml("a CDATA section outside a field"));
                }
                state.text(&part, at)?;
            }
            Event::GeneralRef(entity) => {
                let resolved = match entity.resolve_char_ref() {
                    Ok(Some(character)) => character,
                    Ok(None) => {
                        predefined(&entity).ok_or(not_xml("an entity that XML does not define"))?
                    }
                    Err(_) => return Err(not_xml("a character reference to no character")),
                };
                if state.depth != Depth::Field {
                    return Err(not_xml("text outside a field"));
                }
                state.text(resolved.encode_utf8(&mut [0; 4]), at)?;
            }
            Event::Eof => break,
        }
        if state.arena.entries.len() > max_fields {
            return Err(BodyError::TooManyFields { max: max_fields });
        }
    }
    if state.depth != Depth::After {
        return Err(BodyError::NotXml {
            at: text.len(),
            what: "no closed root element `xml`",
        });
    }
    Ok(state.arena.finish())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Before,
    Root,
    Field,
    After,
}

struct State {
    arena: Arena,
    depth: Depth,
    /// The range of the open field's name, and where its value starts.
    field: Option<((u32, u32), u32)>,
}

impl State {
    fn open(&mut self, tag: &BytesStart<'_>, at: usize) -> Result<(), BodyError> {
        let not_xml = |what| BodyError::NotXml { at, what };
        let qualified = tag.name();
        let name = qualified.as_ref();
        if !tag.attributes_raw().trim_ascii().is_empty() {
            return Err(not_xml("an attribute"));
        }
        match self.depth {
            Depth::Before if name == "xml" => self.depth = Depth::Root,
            Depth::Before => return Err(not_xml("a root element that is not `xml`")),
            Depth::Root if is_name(name.as_bytes()) => {
                let name = self.arena.push(name);
                self.field = Some((name, self.arena.text.len() as u32));
                self.depth = Depth::Field;
            }
            Depth::Root => {
                return Err(not_xml(
                    "a field name with other characters than letters, digits, `_`, `-`, `.`",
                ));
            }
            Depth::Field => return Err(BodyError::Nested { at }),
            Depth::After => return Err(not_xml("an element after the root element")),
        }
        Ok(())
    }

    fn close(&mut self, at: usize) -> Result<(), BodyError> {
        match (self.depth, self.field.take()) {
            (Depth::Field, Some((name, start))) => {
                let value = (start, self.arena.text.len() as u32);
                self.arena.entries.push(Entry { name, value });
                self.depth = Depth::Root;
            }
            (Depth::Root, None) => self.depth = Depth::After,
            _ => {
                return Err(BodyError::NotXml {
                    at,
                    what: "a closing tag without an opening one",
                });
            }
        }
        Ok(())
    }

    fn text(&mut self, part: &str, at: usize) -> Result<(), BodyError> {
        let not_xml = |what| BodyError::NotXml { at, what };
        match self.depth {
            Depth::Field => {
                self.arena.text.push_str(part);
                Ok(())
            }
            _ if part
                .bytes()
                .all(|b| matches!(b, b' ' | b'\n' | b'\r' | b'\t')) =>
            {
                Ok(())
            }
            _ => Err(not_xml("text outside a field")),
        }
    }
}

/// Whether a declaration names UTF-8, in the registered form or as it is often written.
fn is_utf8(encoding: &str) -> bool {
    ["utf-8", "utf8"]
        .iter()
        .any(|name| encoding.eq_ignore_ascii_case(name))
}

fn predefined(entity: &str) -> Option<char> {
    Some(match entity {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}
