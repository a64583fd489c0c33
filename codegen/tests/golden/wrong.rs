//! Wrong specs, each a spec with one edit, and their reports as checked in beside the tests, in `wrong/`.

use std::collections::BTreeSet;

use expect_test::expect_file;
use signed_xml_codegen::{Diagnostic, Diagnostics};
use unicode_width::UnicodeWidthStr;

use super::folder;

/// Name, code, file, text to find, what stands there instead.
pub(crate) type Case = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// Holds the report of every case against its file in `wrong/`; there is no other file.
pub(crate) fn hold(cases: &[Case], report: impl Fn(&Case) -> Diagnostics) {
    for case in cases {
        let (name, code, ..) = case;
        let report = report(case);
        let codes: Vec<&str> = report.iter().map(|found| found.code.id()).collect();
        assert!(codes.contains(code), "{name}: {code} not in {codes:?}");
        let text = format!("{report}\n");
        let plain: Vec<&str> = text.lines().map(str::trim_end).collect();
        let file = folder("wrong").join(format!("{name}.txt"));
        expect_file![file].assert_eq(&(plain.join("\n") + "\n"));
    }
    let names: BTreeSet<String> = cases.iter().map(|case| format!("{}.txt", case.0)).collect();
    let files = std::fs::read_dir(folder("wrong")).unwrap();
    let files: BTreeSet<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names, files);
}

/// How many findings of the cases have wide characters before the word that is meant; the caret must stand under it all the same.
pub(crate) fn wide(cases: &[Case], report: impl Fn(&Case) -> Diagnostics) -> usize {
    let mut wide = 0;
    for case in cases {
        let report = report(case);
        let drawn = report.render(false);
        for (found, drawn) in report.iter().zip(drawn.split("\n\n")) {
            wide += usize::from(is_aligned(case.0, found, &report, drawn));
        }
    }
    wide
}

/// Holds the caret of a drawn finding against the width of what stands before the word; true if that has wide characters.
fn is_aligned(name: &str, found: &Diagnostic, report: &Diagnostics, drawn: &str) -> bool {
    let Some((span, _)) = &found.primary else {
        return false;
    };
    let word = report.sources().slice(*span).lines().next().unwrap_or("");
    let number = format!("{} |", report.sources().line(*span));
    let lines: Vec<&str> = drawn.lines().collect();
    let at = lines.iter().position(|line| line.starts_with(&number));
    // The whole of a file has no line.
    let Some([shown, below @ ..]) = at.map(|at| &lines[at..]) else {
        return false;
    };
    let carets = below.iter().find(|line| line.contains('^')).unwrap();
    let column = carets.find('^').unwrap();
    let before = |at: usize| shown[..at].width();
    let word = word.get(..word.len().min(12)).unwrap_or(word);
    let places: Vec<usize> = shown.match_indices(word).map(|(at, _)| at).collect();
    let place = places.iter().find(|at| before(**at) == column);
    assert!(
        place.is_some(),
        "{name}: `{word}` is not above the caret\n{drawn}"
    );
    shown[..*place.unwrap()].chars().count() < column
}
