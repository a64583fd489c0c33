//! Digests that tell two things apart: SHA-256 in hex over parts that cannot run into each other.

use std::fmt::Write;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// The digest of texts, each with its length in front.
pub(crate) fn of<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    hex(&digest.finalize())
}

/// The digest of bytes.
pub(crate) fn of_bytes(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A number from 0 up to 1 that follows from a text.
pub(crate) fn number(text: &str) -> f64 {
    let digest = Sha256::digest(text.as_bytes());
    let first = digest
        .iter()
        .take(4)
        .fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
    f64::from(first) / (f64::from(u32::MAX) + 1.0)
}

/// What a digest begins with that is a key: when its order was stored, in eight or nine digits.
///
/// Keys of one time then stand together, so that an index of them grows at its end instead of changing everywhere.
pub(crate) fn age(stored: Timestamp) -> String {
    format!("{:09x}", stored.as_second())
}
