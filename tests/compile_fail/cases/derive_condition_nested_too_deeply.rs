//! A condition that is nested deeper than a reader can follow.

use signed_xml::{Message, Text};

#[derive(Clone, PartialEq, Message)]
#[message(name = "note", section = "1", unsigned)]
pub struct Note {
    #[field(label = "正文")]
    pub body: Text,
    #[field(label = "标题", required_when(((((((((((((((((((((((((((((((((present(body)))))))))))))))))))))))))))))))))))]
    pub title: Option<Text>,
}

fn main() {}
