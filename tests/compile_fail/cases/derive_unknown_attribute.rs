//! An attribute that the derive does not know.

use signed_xml::{Message, Text};

#[derive(Clone, PartialEq, Message)]
#[message(name = "note", section = "1", unsigned)]
pub struct Note {
    #[field(label = "正文", maximum = 20)]
    pub body: Text,
}

fn main() {}
