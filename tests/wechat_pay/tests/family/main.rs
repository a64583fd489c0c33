//! The second spec, compiled and used: every message there and back, signatures against published answers, fields with an index, calls over HTTP.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

mod calls;
mod elements;
mod names;
mod round_trips;
mod signatures;
mod two_numbers;

use signed_xml::Key;

/// The key of the platform's page on signatures.
fn key() -> Key {
    Key::new("192006250b4c09247ec02edce69f6a2d").unwrap()
}
