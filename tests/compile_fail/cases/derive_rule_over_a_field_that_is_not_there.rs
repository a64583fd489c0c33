//! A rule over a field that the message does not have.

use signed_xml::{Fen, Message};

#[derive(Clone, PartialEq, Message)]
#[message(name = "note", section = "1", unsigned)]
#[rule(name = part_of_total, doc = "A part is no more than the whole.", check = part <= totel)]
pub struct Note {
    #[field(label = "总金额")]
    pub total: Fen,
    #[field(label = "部分金额")]
    pub part: Fen,
}

fn main() {}
