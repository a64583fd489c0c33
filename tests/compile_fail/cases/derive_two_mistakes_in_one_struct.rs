//! Two mistakes are reported in one run.

use signed_xml::{Message, Text};

#[derive(Clone, PartialEq, Message)]
#[message(name = "note", section = "1", unsigned)]
pub struct Note {
    #[field(label = "正文", maxx = 20)]
    pub body: Text,
    #[field(max = 20)]
    pub title: Option<Text>,
}

fn main() {}
