//! Compares the fields of two messages: which there are, under which name, whether they must be there, who gives them.
//!
//! A field is found again by its name, then by its name in another case, then by an alias that is the other's name, then by label and type
//! where that points at one field only.

use signed_xml_codegen::model::{Field, Message, Supplier};

use super::change::{Finding, Record, Spot};
use super::explanations::{self, Explained};
use super::level::Way;
use super::lifetime::{Fate, fates};
use super::order::moved;
use super::pairing::Pairs;
use super::rules::message as rules;
use super::values;

/// The fields that are in both messages and in both versions of the document.
pub(super) type FieldPairs<'a> = Vec<(&'a Field, &'a Field)>;

pub(super) fn compare<'a>(
    record: &mut Record<'_>,
    spot: Spot<'_>,
    old: &'a Message,
    new: &'a Message,
) -> FieldPairs<'a> {
    let way = Way::of(new.kind);
    let at = |field: &'a Field| Spot {
        field: Some(&field.name),
        ..spot
    };
    let mut living = Vec::new();
    for fate in fates(record, paired(old, new), |field| &field.history) {
        match fate {
            Fate::Gone(field, finished) => {
                let finding = removed(way, field).was_at(field.span).wire(!finished);
                record.add(at(field), finding);
            }
            Fate::Ended(before, after) => {
                let finding = removed(way, before).at(after.span).api(false);
                record.add(at(after), finding);
            }
            Fate::Stays(before, after) => {
                pair(record, at(after), way, before, after);
                values::compare(record, at(after), new.kind, before, after);
                living.push((before, after));
            }
            Fate::Returned(field) => {
                record.add(at(field), added(way, field).at(field.span).api(false));
            }
            Fate::Come(field, finished) => {
                record.add(at(field), added(way, field).at(field.span).wire(!finished));
            }
        }
    }
    tell_moved(record, spot, way, (old, new), &living);
    living
}

fn paired<'a>(old: &'a Message, new: &'a Message) -> Pairs<'a, Field> {
    let alias = |a: &Field, b: &Field| a.aliases.contains(&b.name) || b.aliases.contains(&a.name);
    let looks = |field: &Field| {
        (
            field.label.clone(),
            field.wire_type,
            field.field_type.clone(),
        )
    };
    Pairs::new(old.distinct_fields(), new.distinct_fields(), |a, b| {
        a.name == b.name
    })
    .or_only(|a, b| a.name.eq_ignore_ascii_case(&b.name))
    .or_only(alias)
    .or_only(|a, b| !a.label.is_empty() && looks(a) == looks(b))
}

fn removed(way: Way, field: &Field) -> Finding {
    let (sides, word) = match field.demanded {
        true => (&rules::FIELD_REMOVED_REQUIRED, "required"),
        false => (&rules::FIELD_REMOVED_OPTIONAL, "optional"),
    };
    let text = format!(
        "the {word} field `{}` ({}) is gone",
        field.name, field.label
    );
    Finding::new(sides.of(way), text).old(field.printed_type())
}

fn added(way: Way, field: &Field) -> Finding {
    let sent = way == Way::Request;
    let supplied = sent && field.supplier != Supplier::Caller;
    let (rule, word) = match (field.demanded, &field.required_when) {
        (true, _) if supplied => (&rules::FIELD_ADDED_SUPPLIED, "required, supplied"),
        (true, _) => (rules::FIELD_ADDED_REQUIRED.of(way), "required"),
        (false, Some(_)) if sent => (&rules::FIELD_ADDED_CONDITIONAL, "conditional"),
        (false, _) => (rules::FIELD_ADDED_OPTIONAL.of(way), "optional"),
    };
    let when = match field.required_when.as_ref().filter(|_| sent) {
        Some(when) => format!(", required when `{when}`"),
        None => String::new(),
    };
    let text = format!(
        "the {word} field `{}` ({}) is new{when}",
        field.name, field.label
    );
    Finding::new(rule, text).new_value(field.printed_type())
}

fn pair(record: &mut Record<'_>, spot: Spot<'_>, way: Way, old: &Field, new: &Field) {
    let name = &new.name;
    if old.name != *name {
        let (sides, what) =
            match old.rust_name == new.rust_name && old.name.eq_ignore_ascii_case(name) {
                true => (&rules::FIELD_CASE_CHANGED, "is written"),
                false => (&rules::FIELD_RENAMED, "is called"),
            };
        let text = format!("`{}` {what} `{name}` now", old.name);
        let finding = Finding::new(sides.of(way), text)
            .values(&old.name, name)
            .at(new.span)
            .api(old.rust_name != new.rust_name);
        record.add(spot, finding);
    }
    presence(record, spot, way, old, new);
    supplier(record, spot, old, new);
    aliases(record, spot, way, old, new);
    redaction(record, spot, way, old, new);
    if old.label != new.label {
        let text = format!(
            "`{name}` is labelled {} instead of {}",
            new.label, old.label
        );
        let finding = Finding::new(rules::FIELD_LABEL_CHANGED.of(way), text);
        record.add(spot, finding.values(&old.label, &new.label).at(new.span));
    }
    let rule = rules::FIELD_DOC_CHANGED.of(way);
    explanations::compare(record, spot, rule, &explained(old), &explained(new));
}

/// Required or not: what we demand, and where that stays, what the document marks.
fn presence(record: &mut Record<'_>, spot: Spot<'_>, way: Way, old: &Field, new: &Field) {
    let name = &new.name;
    let supplied = way == Way::Request && new.supplier != Supplier::Caller;
    if old.demanded == new.demanded {
        let (before, after) = (mark(old), mark(new));
        if before != after {
            let text = format!("the document marks `{name}` {after} instead of {before}");
            let finding = Finding::new(rules::FIELD_MARK_CHANGED.of(way), text);
            record.add(spot, finding.values(before, after).at(new.span));
        }
        return;
    }
    let (rule, what) = match (new.demanded, supplied) {
        (true, true) => (&rules::SUPPLIED_BECAME_REQUIRED, "required"),
        (false, true) => (&rules::SUPPLIED_BECAME_OPTIONAL, "optional"),
        (true, false) => (rules::FIELD_BECAME_REQUIRED.of(way), "required"),
        (false, false) => (rules::FIELD_BECAME_OPTIONAL.of(way), "optional"),
    };
    let when = match (&new.required_when, &new.group) {
        (Some(when), _) => format!(", required when `{when}`"),
        (None, Some(group)) => format!(", a choice of `{group}`"),
        (None, None) => String::new(),
    };
    let word = |demanded: bool| if demanded { "required" } else { "optional" };
    let finding = Finding::new(rule, format!("`{name}` is {what} now{when}"))
        .values(word(old.demanded), word(new.demanded))
        .at(new.span)
        .api(rule.api < super::Level::Breaking || old.is_option() != new.is_option());
    record.add(spot, finding);
}

fn mark(field: &Field) -> String {
    match (&field.mark, field.required) {
        (Some(mark), _) => mark.clone(),
        (None, true) => "Y".to_owned(),
        (None, false) => "N".to_owned(),
    }
}

fn supplier(record: &mut Record<'_>, spot: Spot<'_>, old: &Field, new: &Field) {
    if old.supplier == new.supplier {
        return;
    }
    let by_caller = |field: &Field| field.supplier == Supplier::Caller;
    let rule = match by_caller(old) == by_caller(new) {
        true => &rules::SUPPLIED_VALUE_CHANGED,
        false => &rules::SUPPLIER_CHANGED,
    };
    let (before, after) = (source(&old.supplier), source(&new.supplier));
    let text = format!("`{}` comes from {after} instead of {before}", new.name);
    record.add(
        spot,
        Finding::new(rule, text).values(before, after).at(new.span),
    );
}

fn source(supplier: &Supplier) -> String {
    match supplier {
        Supplier::Caller => "the caller".to_owned(),
        Supplier::Merchant(key) => format!("the merchant profile (`{key}`)"),
        Supplier::Client => "the client".to_owned(),
        Supplier::Constant(value) => format!("the client (`{value}`)"),
    }
}

/// Aliases that come and go; one that only tells of a new name is told with it.
fn aliases(record: &mut Record<'_>, spot: Spot<'_>, way: Way, old: &Field, new: &Field) {
    for alias in new
        .aliases
        .iter()
        .filter(|alias| !old.slots().any(|name| name == *alias))
    {
        let text = format!("`{}` is also read under the name `{alias}`", new.name);
        let finding = Finding::new(rules::ALIAS_ADDED.of(way), text);
        record.add(spot, finding.new_value(alias).at(new.span));
    }
    for alias in old
        .aliases
        .iter()
        .filter(|alias| !new.slots().any(|name| name == *alias))
    {
        let text = format!("`{}` is no longer read under the name `{alias}`", new.name);
        let finding = Finding::new(rules::ALIAS_REMOVED.of(way), text);
        record.add(spot, finding.old(alias).at(new.span));
    }
}

fn redaction(record: &mut Record<'_>, spot: Spot<'_>, way: Way, old: &Field, new: &Field) {
    let (before, after) = (marked(old), marked(new));
    if before == after {
        return;
    }
    let hidden = |field: &Field| field.secret || field.personal;
    let sides = match hidden(new) {
        true => &rules::REDACTION_ADDED,
        false => &rules::REDACTION_REMOVED,
    };
    let text = format!("`{}` is marked {after} instead of {before}", new.name);
    let finding = Finding::new(sides.of(way), text).values(before, after);
    record.add(spot, finding.at(new.span).api(hidden(old) != hidden(new)));
}

fn marked(field: &Field) -> &'static str {
    match (field.secret, field.personal) {
        (true, true) => "secret and personal",
        (true, false) => "secret",
        (false, true) => "personal",
        (false, false) => "neither secret nor personal",
    }
}

fn explained(field: &Field) -> Explained<'_> {
    let mut explained = Explained::new(format!("`{}`", field.name), field.span);
    explained.text("explanation", &field.doc);
    explained.marks(&field.history);
    explained.texts("errata", &field.errata);
    explained
}

fn tell_moved(
    record: &mut Record<'_>,
    spot: Spot<'_>,
    way: Way,
    (old, new): (&Message, &Message),
    pairs: &FieldPairs<'_>,
) {
    let place = |message: &Message, field: &Field| {
        let mut fields = message.distinct_fields();
        let found = fields.position(|other| other.name == field.name);
        found.unwrap_or_default()
    };
    let behind = |message: &Message, field: &Field| {
        let before = place(message, field).checked_sub(1);
        let before = before.and_then(|at| message.distinct_fields().nth(at));
        before.map_or("at the top".to_owned(), |before| {
            format!("behind `{}`", before.name)
        })
    };
    let mut pairs = pairs.clone();
    pairs.sort_by_key(|(_, after)| place(new, after));
    let places: Vec<usize> = pairs.iter().map(|(before, _)| place(old, before)).collect();
    for at in moved(&places) {
        let (before, after) = pairs[at];
        let (from, to) = (behind(old, before), behind(new, after));
        let text = format!("`{}` stands {to}", after.name);
        let finding = Finding::new(rules::FIELD_MOVED.of(way), text);
        let spot = Spot {
            field: Some(&after.name),
            ..spot
        };
        record.add(spot, finding.values(from, to).at(after.span));
    }
}
