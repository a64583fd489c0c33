//! The cases, by what they are about. Each has an empty database.

pub(crate) mod changes;
pub(crate) mod claims;
pub(crate) mod events;
pub(crate) mod orders;
pub(crate) mod received;
pub(crate) mod refund_numbers;
pub(crate) mod replacements;
pub(crate) mod tokens;
