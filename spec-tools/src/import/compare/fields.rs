//! What a row prints against what its field says: name, part, label, type, length, mark, choice, unit, form.

use signed_xml_codegen::model::{FieldType, Model, WireType};

use super::super::edit::{Edit, EditKind};
use super::super::printed::without_blanks;
use super::super::remark::{form, unit};
use super::{Comparison, Pair, errata};

/// The pattern of `format = "time"`.
const TIME: &str = "yyyyMMddHHmmss";
/// The pattern of `format = "date"`.
const DATE: &str = "yyyyMMdd";

/// Compares one row with its field.
pub(super) fn compare(pair: &Pair<'_>, model: &Model, comparison: &mut Comparison) {
    let edits = &mut comparison.edits;
    edits.extend(name(pair, model));
    edits.extend(part(pair));
    let (row, field) = (pair.row, pair.field);
    if row.label != without_blanks(&field.label) {
        edits.push(pair.edit(EditKind::Label, &field.label, &row.label));
    }
    if row.wire_type != Some(field.wire_type) {
        let edit = pair.edit(EditKind::Type, field.printed_type(), &row.printed_type);
        edits.push(match row.wire_type {
            Some(_) => edit,
            None => edit.decide(format!(
                "the document prints the type `{}`, which the spec language does not know",
                row.printed_type
            )),
        });
    } else if row.max != field.max {
        let shown = |max: Option<u32>| max.map_or(String::new(), |max| max.to_string());
        edits.push(pair.edit(EditKind::Max, shown(field.max), shown(row.max)));
    }
    edits.extend(mark(pair));
    edits.extend(unit_edit(pair, model));
    edits.extend(form_edit(pair, model));
}

fn name(pair: &Pair<'_>, model: &Model) -> Option<Edit> {
    let (row, field) = (pair.row, pair.field);
    if row.name == field.name || errata::explains_name(pair, model) {
        return None;
    }
    if row.name.eq_ignore_ascii_case(&field.name) {
        let what = format!(
            "was `{}`; capitals decide the place in a signature: is it meant so?",
            field.name
        );
        return Some(
            pair.edit(EditKind::FieldCase, &field.name, &row.name)
                .decide(what),
        );
    }
    let what = format!(
        "printed under the alias `{}`: which name is right here?",
        row.name
    );
    Some(
        pair.edit(EditKind::FieldAlias, &field.name, &row.name)
            .decide(what),
    )
}

/// A row in a table that is another part, or a new one.
fn part(pair: &Pair<'_>) -> Option<Edit> {
    let shown = |part: Option<usize>| {
        let part = pair.message.parts.get(part?)?;
        Some(
            part.when
                .as_ref()
                .map_or("always".to_owned(), |when| when.to_string()),
        )
    };
    let (old, new) = (Some(pair.field.part), pair.part);
    (old != new).then(|| {
        let edit = pair.edit(
            EditKind::FieldMoved,
            shown(old).unwrap_or_default(),
            shown(new).unwrap_or("a new table".to_owned()),
        );
        let edit = Edit {
            target: new,
            ..edit
        };
        match new {
            Some(_) => edit,
            None => edit.decide("it stands in a table that the spec does not have: add the part"),
        }
    })
}

fn mark(pair: &Pair<'_>) -> Option<Edit> {
    let (row, field) = (pair.row, pair.field);
    let known = known_mark(pair);
    if row.mark == known {
        return None;
    }
    let edit = pair.edit(EditKind::Mark, &known, &row.mark);
    let was_choice = pair.choice_in(&known).is_some() || field.group.is_some();
    Some(match (pair.choice_in(&row.mark), was_choice) {
        (Some((word, _)), _) => edit.decide(format!(
            "{word}: between which fields? see that there is a group"
        )),
        (None, true) => edit.decide(match &field.group {
            Some(group) => {
                format!("no longer marked as a choice: is the group `{group}` still right?")
            }
            None => "no longer marked as a choice".to_owned(),
        }),
        (None, false) if row.mark != "Y" && row.mark != "N" => {
            edit.decide("neither Y nor N: when is it required?")
        }
        (None, false)
            if field.required_when.is_some()
                || field.present_when.is_some()
                || field.demanded != field.required =>
        {
            edit.decide(
                "the mark changed under a ruling or a condition of ours: is it still right?",
            )
        }
        _ => edit,
    })
}

/// The mark that the spec says the document prints.
pub(super) fn known_mark(pair: &Pair<'_>) -> String {
    let field = pair.field;
    let plain = if field.required { "Y" } else { "N" };
    field.mark.clone().unwrap_or_else(|| plain.to_owned())
}

fn unit_edit(pair: &Pair<'_>, model: &Model) -> Option<Edit> {
    let field = pair.field;
    let printed =
        unit(pair.words, &pair.row.remark).or_else(|| unit(pair.words, &pair.row.label))?;
    let known = field.unit();
    // A unit on a text is part of its prose.
    let settled = known == Some(printed) || errata::quotes(pair, model, printed);
    if field.wire_type == WireType::Text || settled {
        return None;
    }
    let edit = pair.edit(EditKind::Unit, known.unwrap_or_default(), printed);
    Some(match printed {
        "fen" | "seconds" => edit,
        other => edit.decide(format!(
            "the document counts in {other}; the spec language knows fen and seconds"
        )),
    })
}

fn form_edit(pair: &Pair<'_>, model: &Model) -> Option<Edit> {
    let (row, field) = (pair.row, pair.field);
    let known = match field.field_type {
        FieldType::Time => Some(TIME),
        FieldType::Date => Some(DATE),
        _ => None,
    };
    // A pattern in the label is part of the label as the spec has it; what is wrong there is for an erratum.
    let in_label = form(&field.label).is_some() && form(&row.label) == form(&field.label);
    let printed = form(&row.remark).or_else(|| form(&row.label).filter(|_| !in_label))?;
    let expected = match known {
        Some(pattern) => printed == pattern,
        None => printed == TIME || printed == DATE,
    };
    if expected || errata::quotes(pair, model, &printed) {
        return None;
    }
    let edit = pair.edit(EditKind::Form, known.unwrap_or_default(), &printed);
    Some(match printed.as_str() {
        TIME | DATE => edit,
        other => edit.decide(format!("the document prints the form `{other}`; the spec language knows `time` ({TIME}) and `date` ({DATE})")),
    })
}

/// Choices in remarks against groups.
pub(super) fn choices(pairs: &[Pair<'_>], comparison: &mut Comparison) {
    for pair in pairs {
        let in_remark = pair.choice_in(&pair.row.remark);
        let group = pair
            .field
            .group
            .as_ref()
            .and_then(|name| pair.message.group(name));
        match (in_remark, group) {
            (Some((word, _)), None) if pair.choice_in(&pair.row.mark).is_none() => {
                let what =
                    format!("{word} stands in its remark: between which fields? add a group");
                comparison
                    .edits
                    .push(pair.edit(EditKind::Choice, "", word).decide(what));
            }
            (Some((word, count)), Some(group)) if count > 0 && count != group.members.len() => {
                let what = format!(
                    "the group `{}` has {} members",
                    group.name,
                    group.members.len()
                );
                comparison
                    .edits
                    .push(pair.edit(EditKind::Choice, &group.name, word).decide(what));
            }
            _ => {}
        }
    }
    vanished(pairs, comparison);
}

/// Groups that nothing printed speaks of any more.
fn vanished(pairs: &[Pair<'_>], comparison: &mut Comparison) {
    let mut seen: Vec<(*const signed_xml_codegen::model::Message, &str)> = Vec::new();
    for pair in pairs {
        let Some(group) = pair.field.group.as_deref() else {
            continue;
        };
        let key = (std::ptr::from_ref(pair.message), group);
        if seen.contains(&key) {
            continue;
        }
        seen.push(key);
        let members = pairs.iter().filter(|other| {
            std::ptr::eq(other.message, pair.message) && other.field.group.as_deref() == Some(group)
        });
        let mut told = false;
        for member in members {
            let speaks = member
                .choice_in(&member.row.mark)
                .or_else(|| member.choice_in(&member.row.remark))
                .is_some();
            told |= speaks || member.row.mark != known_mark(member);
        }
        // Groups that rest on no printed word were ruled by a person.
        let by_person = pair
            .message
            .group(group)
            .is_some_and(|group| group.errata.is_empty());
        if !told && !by_person {
            let what =
                format!("no row speaks of a choice any more: is the group `{group}` still right?");
            comparison
                .edits
                .push(pair.edit(EditKind::Choice, group, "").decide(what));
        }
    }
}
