//! What must not compile, and what the compiler says then: one mistake per file in `compile_fail/`.
//!
//! The texts are those of the pinned compiler; `TRYBUILD=overwrite cargo test -p conformance --test compile_fail` refreshes them,
//! and the change is read in review.

#[test]
fn wrong_programs_are_refused_in_the_documents_words() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("compile_fail/*.rs");
}

/// The texts a user reads name the field, its label and its section: a refreshed golden must not lose them.
#[test]
fn the_compiler_names_field_label_and_section() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("compile_fail");
    let mut checked = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let Some((message, field)) = name.split_once("_missing_") else {
            continue;
        };
        if path.extension().unwrap() != "stderr" || field == "two_fields" {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let section = if message == "refund" { "3.6" } else { "3.3" };
        assert!(
            text.contains(&format!("`{field}` (")),
            "{name}: no field and label"
        );
        assert!(
            text.contains(&format!("section {section})")),
            "{name}: no section"
        );
        assert!(
            text.contains(&format!(".{field}(…)")),
            "{name}: no method to call"
        );
        checked += 1;
    }
    assert!(checked >= 24, "{checked} cases of a missing field");
}
