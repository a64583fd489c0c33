//! A field without its label.

use signed_xml::{Message, Text};

#[derive(Clone, PartialEq, Message)]
#[message(name = "note", section = "1", unsigned)]
pub struct Note {
    #[field(max = 20)]
    pub body: Text,
}

fn main() {}
