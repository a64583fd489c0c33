//! The specs of the tests, edits of them, and comparison with checked-in files.
//!
//! `spec-tools/tests` uses this file too. `UPDATE_GOLDENS=1 cargo test -p signed-xml-codegen -p signed-xml-spec-tools` writes the files anew; read the diff.

#![allow(dead_code, reason = "each test binary uses a part")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::{Path, PathBuf};

use signed_xml_codegen::Sources;

pub(crate) mod wrong;

/// A folder under `tests` of the package.
pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name)
}

/// The spec that uses every word of the language.
pub(crate) const GOLDEN: &str = "../../codegen/tests/goldens/spec";
/// The spec that the lint has nothing to say of; of `spec-tools/tests`.
pub(crate) const CLEAN: &str = "clean/spec";

/// The spec in two languages that the lint has nothing to say of; of `spec-tools/tests`.
pub(crate) const BILINGUAL: &str = "bilingual/spec";

/// The spec whose edits show a code of the lint.
pub(crate) fn linted(code: &str) -> &'static str {
    match code.starts_with("L8") {
        true => BILINGUAL,
        false => CLEAN,
    }
}

/// Names and texts of the golden spec.
pub(crate) fn texts() -> Vec<(String, String)> {
    texts_of(GOLDEN)
}

/// Names and texts of a spec.
pub(crate) fn texts_of(spec: &str) -> Vec<(String, String)> {
    let sources = Sources::read(&folder(spec)).unwrap();
    let files = sources.files().iter();
    files
        .map(|file| (file.name.clone(), file.text.clone()))
        .collect()
}

/// The golden spec with one edit, which must apply in exactly one place; an empty `find` appends.
pub(crate) fn edited(file: &str, find: &str, replace: &str) -> Sources {
    edited_in(GOLDEN, file, find, replace)
}

/// As [`edited`], of another spec.
pub(crate) fn edited_in(spec: &str, file: &str, find: &str, replace: &str) -> Sources {
    let mut texts = texts_of(spec);
    let (_, text) = texts.iter_mut().find(|(name, _)| name == file).unwrap();
    match find {
        "" => text.push_str(replace),
        find => {
            assert_eq!(text.matches(find).count(), 1, "`{find}` in {file}");
            *text = text.replace(find, replace);
        }
    }
    Sources::from_texts("spec", texts)
}

/// Holds `actual` against a checked-in file.
pub(crate) fn compare(path: &Path, actual: &str) {
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, actual).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    let differs = expected
        .lines()
        .zip(actual.lines())
        .position(|(old, new)| old != new);
    let line = differs.map_or(
        expected.lines().count().min(actual.lines().count()),
        |line| line,
    );
    assert!(
        expected == actual,
        "{} differs at line {}: run with UPDATE_GOLDENS=1 and read the diff\n  checked in: {}\n  now:        {}",
        path.display(),
        line + 1,
        expected.lines().nth(line).unwrap_or("(ends)"),
        actual.lines().nth(line).unwrap_or("(ends)"),
    );
}
