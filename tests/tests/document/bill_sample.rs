//! The document's own sample of a bill (3.8): a row that is narrower than its header.

use payinsurance::bill::{Bill, Row};
use signed_xml::bill::BillError;

use super::source::document;

#[test]
fn the_documents_own_sample_row_is_refused_as_ragged() {
    let Some(document) = document() else { return };
    let (before, rest) = document.split_once("\n`2018-12-04").unwrap();
    let header = before.lines().next_back().unwrap();
    let row = rest.split_once("\n```").unwrap().0;
    let text = format!("{header}\n`2018-12-04{row}\n");
    let found: Vec<Result<Row, BillError>> = Bill::new(text.as_bytes()).unwrap().collect();
    assert!(
        matches!(found[..], [Err(BillError::Width { line: 2, expected, found })] if found < expected),
        "{found:?}"
    );
    let error = found[0].as_ref().unwrap_err().to_string();
    assert!(
        error.contains("line 2") && error.contains("refused"),
        "{error}"
    );
}
