//! Compares the fields of two messages: which there are, under which name, whether they must be
//! there, who gives them.
//!
//! A field is found again by its name, then by its name in another case, then by an alias that is
//! the other's name, then by label and type where that points at one field only.

use signed_xml_codegen::model::{Field, Message, Supplier};

use super::change::{Finding, Record, Spot};
use super::explanations::{self, Explained};
use super::level::Way;
use super::lists::{self, Item};
use super::order::{Moved, moved};
use super::pairing::Pairs;
use super::rules::message as rules;
use super::values;

/// The fields that are in both messages and in both versions of the document.
pub(super) type FieldPairs<'a> = Vec<(&'a Field, &'a Field)>;

pub(super) fn compare<'a>(
    record: &mut Record<'_>,
    spot: Spot<'a>,
    old: &'a Message,
    new: &'a Message,
) -> FieldPairs<'a> {
    let way = Way::of(new.kind);
    let mut living = Vec::new();
    let item = |field: &'a Field| item(spot, way, field);
    lists::compare(record, paired(old, new), item, |record, before, after| {
        let spot = spot.field(&after.name);
        pair(record, spot, way, before, after);
        values::compare(record, spot, new.kind, before, after);
        living.push((before, after));
    });
    record_moved(record, spot, way, (old, new), &living);
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

fn item<'a>(spot: Spot<'a>, way: Way, field: &'a Field) -> Item<'a> {
    let sent = way == Way::Request;
    let supplied = sent && field.supplier != Supplier::Caller;
    let when = field.required_when.as_ref().filter(|_| sent);
    let removed = match field.demanded {
        true => &rules::FIELD_REMOVED_REQUIRED,
        false => &rules::FIELD_REMOVED_OPTIONAL,
    };
    let (added, word) = match (field.demanded, when) {
        (true, _) if supplied => (&rules::FIELD_ADDED_SUPPLIED, "required, supplied"),
        (true, _) => (rules::FIELD_ADDED_REQUIRED.of(way), "required"),
        (false, Some(_)) => (&rules::FIELD_ADDED_CONDITIONAL, "conditional"),
        (false, None) => (rules::FIELD_ADDED_OPTIONAL.of(way), "optional"),
    };
    Item {
        spot: spot.field(&field.name),
        span: field.span,
        what: format!("the {word} field `{}` ({})", field.name, field.label),
        more: when.map_or(String::new(), |when| format!(", required when `{when}`")),
        value: field.printed_type(),
        history: Some(&field.history),
        removed: removed.of(way),
        added,
    }
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
    let (what, labels) = (format!("`{name}` is labelled"), [&old.label, &new.label]);
    let rule = rules::FIELD_LABEL_CHANGED.of(way);
    record.differs(spot, new.span, rule, &what, labels.map(String::as_str));
    let rule = rules::FIELD_DOC_CHANGED.of(way);
    explanations::compare(record, spot, rule, &explained(old), &explained(new));
}

/// Required or not: what we demand, and where that stays, what the document marks.
fn presence(record: &mut Record<'_>, spot: Spot<'_>, way: Way, old: &Field, new: &Field) {
    let name = &new.name;
    let supplied = way == Way::Request && new.supplier != Supplier::Caller;
    if old.demanded == new.demanded {
        let rule = rules::FIELD_MARK_CHANGED.of(way);
        let what = format!("the document marks `{name}`");
        return record.differs(spot, new.span, rule, &what, [old, new].map(mark));
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

fn mark(field: &Field) -> &str {
    let plain = if field.required { "Y" } else { "N" };
    field.mark.as_deref().unwrap_or(plain)
}

fn supplier(record: &mut Record<'_>, spot: Spot<'_>, old: &Field, new: &Field) {
    let by_caller = |field: &Field| field.supplier == Supplier::Caller;
    let rule = match by_caller(old) == by_caller(new) {
        true => &rules::SUPPLIED_VALUE_CHANGED,
        false => &rules::SUPPLIER_CHANGED,
    };
    let what = format!("`{}` comes from", new.name);
    let sources = [&old.supplier, &new.supplier].map(source);
    record.differs(
        spot,
        new.span,
        rule,
        &what,
        sources.each_ref().map(String::as_str),
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

/// Aliases that come and go, without one that only says the new or the old name.
fn aliases(record: &mut Record<'_>, spot: Spot<'_>, way: Way, old: &Field, new: &Field) {
    let name = &new.name;
    let lacks = |field: &Field, alias: &str| !field.slots().any(|name| name == alias);
    for alias in new.aliases.iter().filter(|alias| lacks(old, alias)) {
        let text = format!("`{name}` is also read under the name `{alias}`");
        let finding = Finding::new(rules::ALIAS_ADDED.of(way), text);
        record.add(spot, finding.new_value(alias).at(new.span));
    }
    for alias in old.aliases.iter().filter(|alias| lacks(new, alias)) {
        let text = format!("`{name}` is no longer read under the name `{alias}`");
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

fn record_moved(
    record: &mut Record<'_>,
    spot: Spot<'_>,
    way: Way,
    (old, new): (&Message, &Message),
    pairs: &FieldPairs<'_>,
) {
    // Both orders in the new names.
    let renamed = |field: &Field| {
        let mut pairs = pairs.iter();
        let pair = pairs.find(|(before, _)| before.name == field.name);
        pair.map_or(field.name.clone(), |(_, after)| after.name.clone())
    };
    let before: Vec<String> = old.distinct_fields().map(renamed).collect();
    let before: Vec<&str> = before.iter().map(String::as_str).collect();
    let after: Vec<&str> = new
        .distinct_fields()
        .map(|field| field.name.as_str())
        .collect();
    for Moved { name, from, to } in moved(&before, &after) {
        let text = format!("`{name}` stands {to}");
        let finding = Finding::new(rules::FIELD_MOVED.of(way), text).values(from, to);
        let span = new.field(name).map_or(new.span, |field| field.span);
        record.add(spot.field(name), finding.at(span));
    }
}
