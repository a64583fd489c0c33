//! The rulings on the document, each where a caller or the platform meets it.
//!
//! Numbers such as E4 are those of `spec/errata.toml`; the sentence of a test is the ruling. Orders (3.3), the two numbers of an order (3.4, 3.6,
//! 3.7, 3.10), what is read from replies and notifications, and bills (3.8).

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

mod bills;
mod orders;
mod platform;
mod refunds;
mod replies;

use signed_xml::{Fields, Key, Limits, Message, ReplyError, SignType, read_reply};

/// The key of these tests.
pub(crate) fn key() -> Key {
    Key::new("192006250b4c09247ec02edce69f6a2d").unwrap()
}

/// A signed body of these fields.
pub(crate) fn signed(fields: &[(&str, &str)]) -> Vec<u8> {
    Fields::from_pairs(fields.iter().copied())
        .unwrap()
        .to_signed_xml(&key(), SignType::Md5)
}

/// The typed reply of a signed body.
pub(crate) fn reply<M: Message>(fields: &[(&str, &str)]) -> Result<M, ReplyError> {
    read_reply(&signed(fields), &key(), &Limits::default())
}
