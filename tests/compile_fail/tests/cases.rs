//! What must not compile, and what the compiler says then: a file in `cases/` for each message, and one for each mistake in an item of one's own.
//!
//! The texts are those of the pinned compiler; `TRYBUILD=overwrite cargo test -p compile-fail` refreshes them,
//! and the change is read in review.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

use payinsurance::{queryrefund, refund, unifiedorder};
use signed_xml::{Message, Schema, Supplied};

#[test]
fn wrong_programs_are_refused_in_the_documents_words() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("cases/*.rs");
}

/// A refreshed text must not lose the words that a user looks for.
#[test]
fn the_compiler_names_every_missing_field_with_its_label_section_and_method() {
    for (case, schema, least) in [
        ("unifiedorder", unifiedorder::Request::SCHEMA, 20),
        ("request_content", unifiedorder::RequestContent::SCHEMA, 5),
        ("refund", refund::Request::SCHEMA, 4),
        ("queryrefund", queryrefund::Request::SCHEMA, 0),
    ] {
        let named = named_in(case, schema);
        assert!(named >= least, "{case}: {named} fields");
    }
}

/// How many fields the caller must give; the text of the case names each.
fn named_in(case: &str, schema: &Schema) -> usize {
    let path = format!("{}/cases/{case}.stderr", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let demanded = schema
        .fields
        .iter()
        .filter(|field| field.demanded && matches!(field.supplied, Supplied::Caller));
    let mut count = 0;
    for field in demanded {
        let (name, label, section) = (field.name, field.label, field.section);
        let sentence = format!("`{name}` ({label}, section {section}) is required and not set");
        assert!(text.contains(&sentence), "{case}: {sentence}");
        let call = format!("call `.{}(…)` before `.build()`", name.to_lowercase());
        assert!(text.contains(&call), "{case}: {call}");
        count += 1;
    }
    count
}
