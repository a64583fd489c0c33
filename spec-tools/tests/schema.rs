//! The JSON Schemas of the golden spec, held against the files in `goldens/schema/`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../../codegen/tests/golden/mod.rs"]
mod golden;

use expect_test::expect_file;
use golden::{GOLDEN, folder};
use signed_xml_codegen::{Model, load};
use signed_xml_spec_tools::schema;

fn model() -> Model {
    load(&folder(GOLDEN)).unwrap()
}

#[test]
fn the_schemas_of_the_golden_spec_are_as_checked_in() {
    let checked_in = folder("goldens/schema");
    let files = schema::emit(&model());
    for file in &files {
        expect_file![checked_in.join(&file.name)].assert_eq(&file.text);
    }
    let differences = signed_xml_codegen::output::compare(&checked_in, &files).unwrap();
    assert!(differences.is_empty(), "{differences:?}");
    assert_eq!(schema::json_lines(&model()).lines().count(), files.len());
}
