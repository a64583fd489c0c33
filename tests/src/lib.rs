//! The conformance tests of the workspace: see `tests/`; the benchmarks are in `benches/`.
