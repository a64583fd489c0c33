//! Pages that explain the codes: what a finding means, a wrong and a right example, how to put it right.
//!
//! One Markdown file per code in `pages/`, read plain in a terminal. Its examples are pieces of the specs of the tests: the right one
//! stands there word for word, and put in its place the wrong one is reported under this code and no other.

use serde_json::{Value, json};

use crate::diagnostic::{Code, did_you_mean};

/// The code of an id, in either case of letters.
///
/// # Errors
///
/// What to ask for instead, if there is no such code.
///
/// # Examples
///
/// ```
/// use signed_xml_codegen::explain;
///
/// let code = explain::find("s202")?;
/// assert!(code.page().starts_with("# S202: "));
/// assert!(explain::find("S2O2").unwrap_err().contains("did you mean `S202`?"));
/// # Ok::<(), String>(())
/// ```
pub fn find(id: &str) -> Result<Code, String> {
    Code::from_id(id).ok_or_else(|| {
        let help = did_you_mean(id, Code::ALL.iter().map(|code| code.id()));
        format!("there is no code `{id}`: {help}")
    })
}

/// Every code with its level and one sentence, a line each.
#[must_use]
pub fn list() -> String {
    let lines = Code::ALL.iter().map(|code| {
        let level = code.level().word();
        format!("{}  {level:<7}  {}\n", code.id(), code.explanation())
    });
    lines.collect()
}

/// One object per code: `code`, `level`, `explanation`.
#[must_use]
pub fn list_json() -> String {
    let lines = Code::ALL.iter().map(|code| format!("{}\n", object(*code)));
    lines.collect()
}

/// A code as one object: `code`, `level`, `explanation`, `page`.
#[must_use]
pub fn page_json(code: Code) -> String {
    let mut object = object(code);
    object["page"] = code.page().into();
    format!("{object}\n")
}

fn object(code: Code) -> Value {
    json!({
        "code": code.id(),
        "level": code.level().word(),
        "explanation": code.explanation(),
    })
}
