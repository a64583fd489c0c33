//! Rules of style: what a spec should have beyond what the compiler needs.
//!
//! Each rule has a code `L…` (`codes`) and is a function from the model to findings. The rooms: `words` (labels, docs, remarks),
//! `confidential` (what must not be shown), `facts` (units, signatures, decisions, versions, errata,
//! error codes), `languages` (the Chinese), `exercise` (what the tests name). A rule cannot be silenced for a row: a rule that is wrong about a row is
//! to be made more precise.

use signed_xml_codegen::Span;
use signed_xml_codegen::model::{Field, History, Message, Model};
use signed_xml_codegen::{Diagnostic, Diagnostics, Findings};

pub use exercise::Tests;

pub mod codes;
mod confidential;
mod exercise;
mod facts;
mod languages;
mod words;

/// Holds a model against every rule that needs nothing but the model; sorted by file and place.
///
/// # Examples
///
/// ```
/// use signed_xml_codegen::load;
/// use signed_xml_spec_tools::lint;
///
/// let model = load("tests/clean/spec".as_ref())?;
/// assert!(lint::check(&model).is_empty());
/// # Ok::<(), signed_xml_codegen::Error>(())
/// ```
#[must_use]
pub fn check(model: &Model) -> Vec<Diagnostic> {
    let mut findings = Findings::new();
    words::check(model, &mut findings);
    confidential::check(model, &mut findings);
    facts::check(model, &mut findings);
    languages::check(model, &mut findings);
    findings.sort_by_key(|found| (found.primary.as_ref().map(|(span, _)| *span), found.code));
    findings
}

/// Everything there is to say of a spec that compiles: the compiler's warnings, [`check`], and, where there are tests, what
/// they leave out.
#[must_use]
pub fn report(model: &Model, tests: Option<&Tests>) -> Diagnostics {
    let mut findings: Findings = model.warnings.iter().cloned().collect();
    findings.extend(check(model));
    if let Some(tests) = tests {
        exercise::check(model, tests, &mut findings);
    }
    Diagnostics::new(model.sources.clone(), findings)
}

/// Something that has a history, and what to call it.
struct Dated<'a> {
    what: String,
    history: &'a History,
    span: Span,
}

/// The fields of all messages, without the rows that repeat one.
fn fields(model: &Model) -> impl Iterator<Item = (&Message, &Field)> {
    messages(model).flat_map(|message| message.distinct_fields().map(move |field| (message, field)))
}

fn messages(model: &Model) -> impl Iterator<Item = &Message> {
    let interfaces = model.interfaces.iter();
    interfaces.flat_map(|interface| &interface.messages)
}

/// Everything that has a history.
fn dated(model: &Model) -> Vec<Dated<'_>> {
    let mut all = Vec::new();
    let mut add = |what: String, history, span| {
        all.push(Dated {
            what,
            history,
            span,
        });
    };
    if let Some(rule) = &model.signature {
        add("the signature".to_owned(), &rule.history, rule.span);
    }
    for interface in &model.interfaces {
        let what = format!("interface `{}`", interface.name);
        add(what, &interface.history, interface.span);
        for field in interface.messages.iter().flat_map(|found| &found.fields) {
            add(
                format!("field `{}`", field.name),
                &field.history,
                field.span,
            );
        }
    }
    for value in model.enums.iter().flat_map(|found| &found.values) {
        add(
            format!("value `{}`", value.value),
            &value.history,
            value.span,
        );
    }
    for code in &model.error_codes {
        add(
            format!("error code {}", code.code),
            &code.history,
            code.span,
        );
    }
    for column in &model.bill_columns {
        let what = format!("column `{}`", column.name);
        add(what, &column.history, column.span);
    }
    all
}
