//! Pages that explain the codes: what a finding means, a wrong and a right example, how to put it right.
//!
//! One Markdown file per code in `pages/`, read plain in a terminal. Its examples are pieces of the specs of the tests: the right one
//! stands there word for word, and put in its place the wrong one is reported under this code and no other.

use serde_json::{Value, json};

use signed_xml_codegen::{Code, did_you_mean};

use crate::lint::codes;

macro_rules! pages {
    ($($id:literal)*) => {
        &[$(($id, include_str!(concat!("pages/", $id, ".md")))),*]
    };
}

/// Every page by its code.
#[rustfmt::skip]
const PAGES: &[(&str, &str)] = pages![
    "S001" "S002" "S003" "S004" "S005" "S006" "S007" "S008"
    "S101" "S102" "S103" "S104" "S105" "S106" "S107" "S108"
    "S109" "S110" "S111" "S201" "S202" "S203" "S204" "S205" "S206"
    "S207" "S208" "S209" "S210" "S211" "S301" "S302" "S303" "S304"
    "S305" "S306" "S307" "S308" "S401" "S402" "S403" "S404" "S405" "S501"
    "S502" "S503" "S504" "S601" "S602" "S701" "S702" "S703"
    "S704" "S705" "S706" "S707" "S708" "S709" "S710" "S801" "S802"
    "S901" "S902" "L101" "L102" "L103" "L104" "L105" "L201"
    "L202" "L301" "L302" "L401" "L402" "L501" "L502" "L601"
    "L602" "L701" "L801" "L802" "L803"
];

/// The code of an id, in either case of letters.
///
/// # Errors
///
/// What to ask for instead, if there is no such code.
///
/// # Examples
///
/// ```
/// use signed_xml_spec_tools::explain;
///
/// let code = explain::find("s202")?;
/// assert!(explain::page(code).starts_with("# S202: "));
/// assert!(explain::find("S2O2").unwrap_err().contains("did you mean `S202`?"));
/// # Ok::<(), String>(())
/// ```
pub fn find(id: &str) -> Result<Code, String> {
    let found = all().find(|code| code.id().eq_ignore_ascii_case(id));
    found.ok_or_else(|| {
        let help = did_you_mean(id, all().map(Code::id));
        format!("unknown code `{id}`: {help}")
    })
}

/// Every code: those of the compiler, then those of the lint.
pub fn all() -> impl Iterator<Item = Code> + Clone {
    Code::ALL.iter().chain(codes::ALL).copied()
}

/// The page of a code: what it means, a wrong and a right example, how to put it right.
#[must_use]
pub fn page(code: Code) -> &'static str {
    let found = PAGES.iter().find(|(id, _)| *id == code.id());
    found.map_or("", |(_, page)| page)
}

/// Every code with its level and one sentence, a line each.
#[must_use]
pub fn list() -> String {
    let lines = all().map(|code| {
        let level = code.level().as_str();
        format!("{}  {level:<7}  {}\n", code.id(), code.explanation())
    });
    lines.collect()
}

/// One object per code: `code`, `level`, `explanation`.
#[must_use]
pub fn list_json() -> String {
    let lines = all().map(|code| format!("{}\n", object(code)));
    lines.collect()
}

/// A code as one object: `code`, `level`, `explanation`, `page`.
#[must_use]
pub fn page_json(code: Code) -> String {
    let mut object = object(code);
    object["page"] = page(code).into();
    format!("{object}\n")
}

fn object(code: Code) -> Value {
    json!({
        "code": code.id(),
        "level": code.level().as_str(),
        "explanation": code.explanation(),
    })
}
