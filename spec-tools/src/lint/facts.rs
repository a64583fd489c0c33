//! Units, signatures, decisions, versions, errata and error codes: L301 to L602.

use signed_xml_codegen::model::{ColumnType, FieldType, MessageKind, Model, WireType};
use signed_xml_codegen::{Diagnostic, Findings, Span};

use super::{codes, dated, fields};

/// The field that carries a signature.
const SIGN: &str = "sign";

pub(super) fn check(model: &Model, findings: &mut Findings) {
    units(model, findings);
    signatures(model, findings);
    decisions(model, findings);
    errata(model, findings);
    error_codes(model, findings);
}

/// L301.
fn units(model: &Model, findings: &mut Findings) {
    let words = &model.vocabulary.fields;
    for (_, field) in fields(model) {
        let number = matches!(field.wire_type, WireType::U32 | WireType::U64);
        if !number || field.field_type != FieldType::Number {
            continue;
        }
        let unit = match (
            words.money.fit(&field.name, &field.label),
            words.duration.fit(&field.name, &field.label),
        ) {
            (true, _) => "fen",
            (false, true) => "seconds",
            (false, false) => continue,
        };
        let title = format!("`{}` ({}) is a bare number", field.name, field.label);
        let at = model.span_of_key(field.span, &["type"]);
        let found = Diagnostic::new(codes::UNIT_MISSING, at, title, "of what?").help(format!(
            "add `unit = \"{unit}\"` if that is what the document counts"
        ));
        findings.push(found);
    }
    for column in &model.bill_columns {
        if column.column_type == ColumnType::Text && words.money.fit(&column.field, &column.name) {
            let title = format!("column `{}` is money as text", column.name);
            let at = model.span_of_key(column.span, &["type"]);
            let found = Diagnostic::new(codes::UNIT_MISSING, at, title, "of what?")
                .help("say `type = \"yuan\"`, or `type = \"decimal\"` for more than two decimals");
            findings.push(found);
        }
    }
}

/// L302.
fn signatures(model: &Model, findings: &mut Findings) {
    for interface in &model.interfaces {
        for message in &interface.messages {
            let Some(field) = message.field(SIGN).filter(|_| !message.signed) else {
                continue;
            };
            if message.kind == MessageKind::Structure {
                continue;
            }
            let at = model.span_of_key(message.span, &["signed"]);
            let title = format!(
                "`{}` of interface `{}` contradicts itself about its signature",
                message.name, interface.name
            );
            let found = Diagnostic::new(codes::SIGNATURE_UNCLEAR, at, title, "unsigned")
                .also(field.span, "and here is a signature")
                .help("say `signed = true`: an unsigned message is believed without a signature");
            findings.push(found);
        }
    }
}

/// L401 and L402.
fn decisions(model: &Model, findings: &mut Findings) {
    let index = |version: &str| {
        let mut versions = model.versions.iter();
        versions.position(|known| known.version == version)
    };
    for version in &model.versions {
        if let Some(question) = &version.undecided {
            let what = format!("version {}", version.version);
            findings.push(undecided(model, &what, question, version.span, None));
        }
    }
    for item in dated(model) {
        if let Some(question) = &item.history.undecided {
            let line = item.history.line;
            findings.push(undecided(model, &item.what, question, item.span, line));
        }
        let newer = item
            .history
            .since
            .as_deref()
            .filter(|since| index(since) > index(&model.document));
        if let Some(since) = newer {
            let title = format!(
                "{} came with {since}, and the spec describes {}",
                item.what, model.document
            );
            let at = model.span_of_key(item.span, &["since"]);
            let found = Diagnostic::new(codes::NEWER_THAN_DOCUMENT, at, title, "not there yet")
                .help("raise `document` of `spec.toml` once all of that version is in the spec");
            findings.push(found);
        }
    }
}

/// L401.
fn undecided(
    model: &Model,
    what: &str,
    question: &str,
    span: Span,
    line: Option<u32>,
) -> Diagnostic {
    let title = format!("{what} is undecided: {question}");
    let at = model.span_of_key(span, &["undecided"]);
    let read = match line {
        Some(line) => format!("read line {line} of the document's text"),
        None => "read the document".to_owned(),
    };
    let found = Diagnostic::new(codes::UNDECIDED, at, title, "a person must decide this");
    found.help(format!("{read}, correct the row, remove `undecided`"))
}

/// L501 and L502.
fn errata(model: &Model, findings: &mut Findings) {
    for erratum in &model.errata {
        let keys = [
            (
                codes::ERRATUM_WITHOUT_WHY,
                "why",
                &erratum.why,
                "say what makes the ruling right, so that a reader can judge it anew",
            ),
            (
                codes::ERRATUM_WITHOUT_SECTION,
                "section",
                &erratum.section,
                "name the section that prints it, so that it can be looked up",
            ),
        ];
        for (code, key, text, help) in keys {
            if text.trim().is_empty() {
                let title = format!("erratum {} has no `{key}`", erratum.id);
                let found =
                    Diagnostic::new(code, erratum.span, title, format!("`{key}` is missing"));
                findings.push(found.help(help));
            }
        }
    }
}

/// L601 and L602.
fn error_codes(model: &Model, findings: &mut Findings) {
    for code in &model.error_codes {
        if code.advice.trim().is_empty() {
            let title = format!(
                "error code {} ({}) gives no advice",
                code.code, code.meaning
            );
            let found = Diagnostic::new(
                codes::ADVICE_MISSING,
                code.span,
                title,
                "what is to be done?",
            )
            .help("say what to do next: `advice = \"…\"`");
            findings.push(found);
        }
        if code.interfaces.is_empty() {
            let title = format!("error code {} belongs to no interface", code.code);
            let at = model.span_of_key(code.span, &["interfaces"]);
            let found = Diagnostic::new(codes::NO_INTERFACE, at, title, "no interface answers it")
                .help("name the interfaces, or `\"*\"` for all");
            findings.push(found);
        }
    }
}
