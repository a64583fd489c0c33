//! A group with one member.

use signed_xml::{Message, Text};

#[derive(Clone, PartialEq, Message)]
#[message(name = "note", section = "1", unsigned)]
pub struct Note {
    #[field(label = "正文", max = 20, exactly_one = content)]
    pub body: Option<Text>,
}

fn main() {}
