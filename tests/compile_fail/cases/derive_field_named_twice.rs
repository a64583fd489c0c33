//! Two fields of one wire name.

use signed_xml::{Message, Text};

#[derive(Clone, PartialEq, Message)]
#[message(name = "note", section = "1", unsigned)]
pub struct Note {
    #[field(label = "正文", max = 20)]
    pub body: Text,
    #[field(name = "body", label = "正文", max = 20)]
    pub text: Option<Text>,
}

fn main() {}
