//! A message is a struct.

use signed_xml::{Message};

#[derive(Clone, PartialEq, Message)]
#[message(name = "note", section = "1", unsigned)]
pub enum Note {
    Short,
    Long,
}

fn main() {}
