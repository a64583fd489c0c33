//! What crosses crates: the tests are in `tests/`, the benchmarks in `benches/`, and what benchmarks share is here.

pub mod bench;
