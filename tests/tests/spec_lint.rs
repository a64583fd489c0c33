//! `spec/` against the rules of style: `cargo codegen lint` has nothing to say of it.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

use std::path::Path;

use signed_xml_codegen::load;
use signed_xml_spec_tools::lint::{self, Tests};

#[test]
fn the_spec_lints_clean_and_these_tests_name_every_member_of_a_group() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let model = load(&here.join("../spec")).unwrap();
    let tests = Tests::read([here]).unwrap();
    let report = lint::report(&model, Some(&tests));
    assert!(report.is_empty(), "\n{report}");
}
