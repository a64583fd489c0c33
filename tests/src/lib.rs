//! What crosses crates: the tests are in `tests/`, the benchmarks in `benches/`, and what benchmarks share is here.

pub mod bench;

/// The programs of the README, run as tests: `cargo test -p conformance --doc`.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
