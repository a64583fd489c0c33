//! The specs of the tests, and edits of them. `spec-tools/tests` uses this file too.

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
