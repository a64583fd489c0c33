//! No imports, several builders in one module, visibility, names that the expansion uses itself.

#[derive(Clone, PartialEq, signed_xml::Message, signed_xml::Builder)]
#[message(name = "one", section = "1", unsigned)]
pub(crate) struct One {
    #[field(label = "{braces}", max = 3)]
    pub(crate) slots: signed_xml::Text,
    #[field(label = "b")]
    pub(crate) errors: ::core::option::Option<u32>,
    #[field(label = "c")]
    pub(crate) sink: ::std::time::Duration,
    #[field(label = "d")]
    pub(crate) value: ::std::net::Ipv4Addr,
    #[field(label = "e")]
    pub(crate) report: signed_xml::Fen,
}

#[derive(Clone, PartialEq, signed_xml::Message, signed_xml::Builder)]
#[message(name = "two", section = "1", unsigned)]
pub(super) struct Two {
    #[field(label = "a")]
    pub(super) slots: signed_xml::Text,
}

#[derive(signed_xml::Message, signed_xml::Builder)]
#[message(name = "private", section = "1", unsigned)]
struct Private {
    #[field(label = "a")]
    a: Option<u8>,
}

pub(super) fn builds_what_is_private() -> bool {
    Private::builder()
        .a(1)
        .build()
        .is_ok_and(|private| private.a == Some(1))
}
