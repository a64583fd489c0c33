//! Before and after for every rule of `diff`: small edits of the golden spec, each read in both directions.
//!
//! The cases of messages stand in `messages`, once for each way a message travels; all others in `whole`.

#![allow(dead_code, reason = "each test binary uses a part")]
#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

use signed_xml_codegen::{Model, Sources, compile};

use crate::golden::texts;

mod messages;
mod whole;

/// File, text to find (empty: append to the file, or make it), text that stands there instead.
pub(crate) type Edit = (String, String, String);

/// Two specs and the rules that tell of their difference.
pub(crate) struct Case {
    /// Rules of the way from before to after, the subject first.
    pub(crate) rules: Vec<String>,
    /// Rules of the way back; empty if it is not looked at.
    pub(crate) inverse: Vec<String>,
    pub(crate) before: Vec<Edit>,
    pub(crate) after: Vec<Edit>,
}

/// One case read in one direction.
pub(crate) struct Fixture {
    pub(crate) rules: Vec<String>,
    pub(crate) old: Vec<(String, String)>,
    pub(crate) new: Vec<(String, String)>,
}

/// Every case in both directions; of the directions with one subject the first counts.
pub(crate) fn fixtures() -> Vec<Fixture> {
    let mut fixtures: Vec<Fixture> = Vec::new();
    for case in messages::cases().into_iter().chain(whole::cases()) {
        let (before, after) = (edited(&case.before), edited(&case.after));
        let forward = Fixture {
            rules: case.rules,
            old: before.clone(),
            new: after.clone(),
        };
        let backward = Fixture {
            rules: case.inverse,
            old: after,
            new: before,
        };
        for fixture in [forward, backward] {
            let known = fixtures
                .iter()
                .any(|known| known.rules.first() == fixture.rules.first());
            if !fixture.rules.is_empty() && !known {
                fixtures.push(fixture);
            }
        }
    }
    fixtures
}

/// The golden spec with these edits, each of which must apply in exactly one place.
pub(crate) fn edited(edits: &[Edit]) -> Vec<(String, String)> {
    let mut files = texts();
    for (name, find, replace) in edits {
        if !files.iter().any(|(known, _)| known == name) {
            files.push((name.clone(), String::new()));
        }
        let (_, text) = files.iter_mut().find(|(known, _)| known == name).unwrap();
        if find.is_empty() {
            text.push_str(replace);
            continue;
        }
        assert_eq!(text.matches(find.as_str()).count(), 1, "`{find}` in {name}");
        *text = text.replace(find.as_str(), replace);
    }
    files
}

pub(crate) fn model(files: &[(String, String)]) -> Model {
    compile(Sources::from_texts("spec", files.iter().cloned())).unwrap()
}

/// A spec as edits say.
pub(crate) fn spec(edits: &[(&str, &str, &str)]) -> Model {
    let owned: Vec<Edit> = edits.iter().map(|edit| owned(*edit)).collect();
    model(&edited(&owned))
}

pub(crate) fn owned((file, find, replace): (&str, &str, &str)) -> Edit {
    (file.to_owned(), find.to_owned(), replace.to_owned())
}

/// Names of rules, parted by spaces.
fn names(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}
