//! The attributes as written, before they are checked against each other.
//!
//! [`entries`] splits an attribute into `key`, `key = value` and `key(arguments)`; the other
//! modules give each key its meaning.

pub(crate) mod entries;
pub(crate) mod field;
pub(crate) mod message;
