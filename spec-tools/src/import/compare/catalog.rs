//! Versions, the signature rule, error codes and bills: what stands beside the interfaces.

use std::collections::BTreeMap;

use signed_xml_codegen::model::{ErrorCode, Model};

use super::super::document::{Document, Note, PrintedBill};
use super::super::edit::{Edit, EditKind};
use super::super::known::Known;
use super::super::printed::without_blanks;
use super::{Comparison, errata};

pub(super) fn versions(
    model: &Model,
    document: &Document,
    version: Option<&str>,
    comparison: &mut Comparison,
) {
    for printed in &document.versions {
        let known = model
            .versions
            .iter()
            .find(|known| known.version == printed.version);
        let place = ["", "", printed.version.as_str()];
        match known {
            None => {
                let edit =
                    Edit::new(EditKind::VersionAdded, place, "", &printed.date).at(printed.line);
                comparison.edits.push(edit);
            }
            Some(known) if known.date != printed.date && !printed.date.is_empty() => {
                let edit = Edit::new(EditKind::VersionDate, place, &known.date, &printed.date)
                    .at(printed.line);
                comparison.edits.push(edit);
            }
            Some(_) => {}
        }
    }
    let (new, line) = match (version, document.last_version()) {
        (Some(given), _) => (given, None),
        (None, Some(last)) => (last.version.as_str(), Some(last.line)),
        (None, None) => {
            let text =
                "the document has no version history: name its version with `--version`".to_owned();
            comparison.notes.push(Note { line: 0, text });
            return;
        }
    };
    if new != model.document {
        let mut edit = Edit::new(EditKind::Document, ["", "", ""], &model.document, new);
        edit.line = line;
        comparison.edits.push(edit);
    }
}

pub(super) fn signature(model: &Model, document: &Document, comparison: &mut Comparison) {
    let Some(known) = &model.signature else {
        return;
    };
    match &document.signature {
        Some(printed) if without_blanks(&printed.text) != without_blanks(&known.algorithm) => {
            let edit = Edit::new(
                EditKind::Signature,
                ["", "", ""],
                &known.algorithm,
                &printed.text,
            )
            .at(printed.line);
            comparison.edits.push(
                edit.decide(
                    "every message is signed otherwise: does the library know the algorithm?",
                ),
            );
        }
        Some(_) => {}
        None => {
            let text = "no table names the signature algorithm".to_owned();
            comparison.notes.push(Note { line: 0, text });
        }
    }
}

pub(super) fn error_codes(known: Known<'_>, document: &Document, comparison: &mut Comparison) {
    let words = interface_words(known, document);
    for printed in &document.error_codes {
        let place = ["", "", printed.code.as_str()];
        let code = known
            .model
            .error_codes
            .iter()
            .find(|code| code.code == printed.code);
        let interfaces = printed_interfaces(&printed.interfaces, &words);
        let Some(code) = code.filter(|code| known.is_printed(&code.history)) else {
            let edit = Edit::new(EditKind::CodeAdded, place, "", &printed.meaning).at(printed.line);
            comparison
                .edits
                .push(edit.decide("a new error code: name, `effect` and `advice`"));
            continue;
        };
        if without_blanks(&code.meaning) != printed.meaning
            && !errata::explains_meaning(code, &printed.meaning, known.model)
        {
            comparison.edits.push(
                Edit::new(
                    EditKind::CodeMeaning,
                    place,
                    &code.meaning,
                    &printed.meaning,
                )
                .at(printed.line),
            );
        }
        if let Some(interfaces) = interfaces.filter(|printed| !same_set(printed, &code.interfaces))
        {
            let (old, new) = (code.interfaces.join(", "), interfaces.join(", "));
            comparison
                .edits
                .push(Edit::new(EditKind::CodeInterfaces, place, old, new).at(printed.line));
        }
    }
    if document.error_codes.is_empty() {
        return;
    }
    for code in known
        .model
        .error_codes
        .iter()
        .filter(|code| known.is_printed(&code.history))
    {
        if document
            .error_codes
            .iter()
            .all(|printed| printed.code != code.code)
        {
            let edit = Edit::new(
                EditKind::CodeRemoved,
                ["", "", &code.code],
                &code.meaning,
                "",
            );
            comparison.edits.push(
                edit.decide("the document no longer lists it: keep it with `until`, or delete it"),
            );
        }
    }
}

/// The document's words for interfaces, learnt from the codes that both sides know.
pub(in super::super) fn interface_words(
    known: Known<'_>,
    document: &Document,
) -> BTreeMap<String, String> {
    let mut votes: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for printed in &document.error_codes {
        let code = known
            .model
            .error_codes
            .iter()
            .find(|code| code.code == printed.code);
        let Some(ErrorCode { interfaces, .. }) =
            code.filter(|code| code.interfaces.len() == printed.interfaces.len())
        else {
            continue;
        };
        for (word, name) in printed.interfaces.iter().zip(interfaces) {
            *votes.entry((word, name)).or_default() += 1;
        }
    }
    let mut words: BTreeMap<String, (String, usize)> = BTreeMap::new();
    for ((word, name), count) in votes {
        let best = words.entry(word.to_owned()).or_default();
        if count > best.1 {
            *best = (name.to_owned(), count);
        }
    }
    words
        .into_iter()
        .map(|(word, (name, _))| (word, name))
        .collect()
}

/// The names of interfaces behind printed words; `None` if one is not known.
pub(in super::super) fn printed_interfaces(
    printed: &[String],
    words: &BTreeMap<String, String>,
) -> Option<Vec<String>> {
    printed
        .iter()
        .map(|word| words.get(word).cloned())
        .collect()
}

fn same_set(a: &[String], b: &[String]) -> bool {
    a.len() == b.len() && a.iter().all(|name| b.contains(name))
}

pub(super) fn bills(known: Known<'_>, document: &Document, comparison: &mut Comparison) {
    if document.bills.is_empty() && !known.model.bill_layouts.is_empty() {
        let text = "no header of a bill was found".to_owned();
        comparison.notes.push(Note { line: 0, text });
        return;
    }
    for layout in &known.model.bill_layouts {
        let title = without_blanks(&layout.title);
        let place = ["", layout.bill_type.as_str(), ""];
        match document.bills.iter().find(|bill| bill.title == title) {
            Some(bill) => columns(&layout.bill_type, &layout.columns, bill, comparison),
            None => {
                let edit = Edit::new(EditKind::BillRemoved, place, &layout.title, "");
                comparison.edits.push(
                    edit.decide("no header has this title: was it renamed, or is the bill gone?"),
                );
            }
        }
    }
    for bill in &document.bills {
        if known
            .model
            .bill_layouts
            .iter()
            .all(|layout| without_blanks(&layout.title) != bill.title)
        {
            let edit = Edit::new(EditKind::BillAdded, ["", "", &bill.title], "", &bill.title)
                .at(bill.line);
            comparison.edits.push(
                edit.decide("a new kind of bill: add its layout and its value of `bill_type`"),
            );
        }
    }
}

fn columns(bill_type: &str, known: &[String], bill: &PrintedBill, comparison: &mut Comparison) {
    let printed = &bill.columns;
    let mut added: Vec<&String> = printed
        .iter()
        .filter(|name| !known.contains(name))
        .collect();
    let common_known: Vec<&String> = known.iter().filter(|name| printed.contains(name)).collect();
    let common_printed: Vec<&String> = printed.iter().filter(|name| known.contains(name)).collect();
    let kept = longest_common(&common_known, &common_printed);
    for name in known.iter().filter(|name| !printed.contains(name)) {
        let place = ["", bill_type, name.as_str()];
        // In the same place: behind the same neighbour.
        let neighbour = |columns: &[String], name: &str| {
            let at = columns.iter().position(|column| column == name)?;
            Some(
                at.checked_sub(1)
                    .and_then(|before| columns.get(before))
                    .cloned(),
            )
        };
        let like = added
            .iter()
            .position(|new| neighbour(printed, new) == neighbour(known, name));
        let edit = match like {
            Some(at) => {
                let new = added.remove(at);
                let edit = Edit::new(EditKind::ColumnRenamed, place, name, new);
                edit.decide(format!("`{name}` is gone and `{new}` stands in its place: if it is the same column, rename it"))
            }
            None => Edit::new(EditKind::ColumnRemoved, place, name, ""),
        };
        comparison.edits.push(edit.at(bill.line));
    }
    for name in added {
        let edit = Edit::new(EditKind::ColumnAdded, ["", bill_type, name], "", name).at(bill.line);
        comparison
            .edits
            .push(edit.decide("a new column: `field`, `type` and `doc`"));
    }
    for name in common_printed.iter().filter(|name| !kept.contains(*name)) {
        let at = |columns: &[String]| {
            columns
                .iter()
                .position(|column| column == *name)
                .map_or(String::new(), |at| (at + 1).to_string())
        };
        let edit = Edit::new(
            EditKind::ColumnMoved,
            ["", bill_type, name.as_str()],
            at(known),
            at(printed),
        );
        comparison.edits.push(edit.at(bill.line));
    }
}

/// The longest common subsequence: what kept its order.
fn longest_common<'a>(a: &[&'a String], b: &[&'a String]) -> Vec<&'a String> {
    let mut lengths = vec![vec![0_usize; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            lengths[i][j] = match a[i] == b[j] {
                true => lengths[i + 1][j + 1] + 1,
                false => lengths[i + 1][j].max(lengths[i][j + 1]),
            };
        }
    }
    let (mut i, mut j, mut kept) = (0, 0, Vec::new());
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            kept.push(a[i]);
            (i, j) = (i + 1, j + 1);
        } else if lengths[i + 1][j] >= lengths[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    kept
}
