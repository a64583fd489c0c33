//! What a new row leaves for a person to decide.

use signed_xml_codegen::model::{MessageKind, Model, WireType};

use super::super::document::Row;
use super::super::known::of_same_name;
use super::super::remark::{Lookup, unit, values};

/// The questions, as one sentence; `None` if the spec knows a field of the same name and the row leaves nothing open.
pub(in super::super) fn of_new_row(model: &Model, kind: MessageKind, row: &Row) -> Option<String> {
    let wire_type = row.wire_type.unwrap_or(WireType::Text);
    let twin = of_same_name(model, kind, row, wire_type);
    let mut open: Vec<String> = Vec::new();
    let mut ask = |asked: bool, what: &str| {
        if asked {
            open.push(what.to_owned());
        }
    };
    let (words, remarks) = (&model.vocabulary.fields, &model.vocabulary.remarks);
    ask(twin.is_none_or(|twin| twin.doc.is_empty()), "write `doc`");
    ask(row.wire_type.is_none(), "the type is not known");
    ask(row.demand().1.is_some(), "the mark is neither Y nor N");
    ask(
        remarks.choice_in(&row.remark).is_some(),
        "its remark tells of a choice: add a group",
    );
    ask(
        remarks
            .perhaps_condition
            .iter()
            .any(|word| row.remark.contains(word.as_str())),
        "its remark tells of a condition",
    );
    if twin.is_none() {
        let lookup = Lookup {
            name: &row.name,
            numeric: wire_type != WireType::Text,
            known: &[],
            words: remarks,
        };
        ask(
            !values(&row.remark, &lookup).is_empty(),
            "its remark lists values: add an enum",
        );
        let money = wire_type != WireType::Text && words.money.fit(&row.name, &row.label);
        ask(
            money && unit(remarks, &row.remark).is_none(),
            "money in which unit?",
        );
        ask(
            words.personal.fit(&row.name, &row.label),
            "does it tell of a person? then `personal = true`",
        );
        ask(
            words.secret.fit(&row.name, &row.label),
            "is it secret? then `secret = true`",
        );
        ask(
            !kind.is_sent() && row.demand().0,
            "may a reply lack it? then `demand = false` and an erratum",
        );
    }
    (!open.is_empty()).then(|| format!("new row: {}", open.join("; ")))
}
