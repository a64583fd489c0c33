//! A page as its elements: tag, attributes, the text inside. Pages are well-formed XML, so that an XML reader suffices.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

/// An element of a page.
#[derive(Debug, Default)]
pub(crate) struct Element {
    /// Its attributes, entities resolved.
    pub(crate) attributes: BTreeMap<String, String>,
    /// The text inside, that of inner elements included.
    pub(crate) text: String,
}

impl Element {
    /// An attribute, if it has it.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

/// The elements of a page in the order of their start tags.
pub(crate) fn elements(text: &str) -> Vec<Element> {
    let mut reader = Reader::from_str(text);
    let (mut elements, mut open): (Vec<Element>, Vec<usize>) = (Vec::new(), Vec::new());
    loop {
        let part = match reader.read_event().unwrap() {
            Event::Start(start) => {
                open.push(elements.len());
                elements.push(element(&start));
                continue;
            }
            Event::Empty(start) => {
                elements.push(element(&start));
                continue;
            }
            Event::End(_) => {
                open.pop();
                continue;
            }
            Event::Text(text) => text.to_string(),
            Event::GeneralRef(entity) => resolved(&entity),
            Event::Eof => break,
            _ => continue,
        };
        for at in &open {
            elements[*at].text.push_str(&part);
        }
    }
    elements
}

fn element(start: &BytesStart<'_>) -> Element {
    let attributes = start.attributes().map(|attribute| {
        let attribute = attribute.unwrap();
        let value = quick_xml::escape::unescape(&attribute.value).unwrap();
        (attribute.key.as_ref().to_owned(), value.into_owned())
    });
    Element {
        attributes: attributes.collect(),
        text: String::new(),
    }
}

fn resolved(entity: &quick_xml::events::BytesRef<'_>) -> String {
    match entity.resolve_char_ref().unwrap() {
        Some(character) => character.to_string(),
        None => resolve_predefined_entity(entity).unwrap().to_owned(),
    }
}
