//! Resolves one message: its rows, then what relates them to each other.
//!
//! Steps: fields one by one; names and aliases against each other; groups; conditions; views.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;

use crate::diagnostic::Code;
use crate::model::{
    Condition, Field, Group, GroupKind, Message, MessageKind, Part, Rule, Supplier,
};
use crate::read::tree::{FieldRow, GroupRow, MessageTable, RuleRow};
use crate::source::{Span, Spanned};

use super::context::Context;
use super::field::Place;
use super::{condition, field, indexed, problem, view};

/// What a message is called and where.
pub(super) struct Identity<'a> {
    pub(super) kind: MessageKind,
    pub(super) name: &'a str,
    pub(super) section: &'a str,
    pub(super) structures: &'a [String],
}

pub(super) fn resolve(
    table: &MessageTable,
    identity: &Identity<'_>,
    context: &mut Context<'_>,
) -> Message {
    context.unsure.clear();
    let errata = context.errata(&table.errata);
    let signed = table.signed.as_ref().is_some_and(|signed| signed.value);
    let mut parts = Vec::new();
    let mut fields = Vec::new();
    let mut rows = Vec::new();
    for (index, part) in table.parts.iter().enumerate() {
        let part_errata = context.errata(&part.errata);
        let place = Place {
            kind: identity.kind,
            signed,
            part: index,
            structures: identity.structures,
            covered: !errata.is_empty() || !part_errata.is_empty(),
        };
        for row in &part.fields {
            fields.push(field::resolve(row, &place, context));
            rows.push(row);
        }
        parts.push(Part {
            when: None,
            doc: part.doc.clone(),
            errata: part_errata,
        });
    }
    check_repeats(&rows, context);
    check_slots(&rows, context);
    check_rust_names(&fields, &rows, identity.kind, context);
    check_signature(table, identity, &fields, &rows, context);
    indexed::check_elements(&rows, context);
    let groups = groups(&table.groups, &mut fields, &rows, context);
    let asked = condition::fields(&fields, signed, context);
    for (part, table) in parts.iter_mut().zip(&table.parts) {
        part.when = resolved(table.when.as_ref(), &asked, context);
    }
    conditions(&mut fields, &rows, &asked, context);
    let rules = rules(&table.rules, &asked, context);
    let views = view::resolve(&table.views, &fields, identity.section, context);
    Message {
        kind: identity.kind,
        name: identity.name.to_owned(),
        rust_name: identity.name.to_upper_camel_case(),
        section: table
            .section
            .clone()
            .unwrap_or_else(|| identity.section.to_owned()),
        signed,
        doc: table.doc.clone(),
        errata,
        parts,
        fields,
        groups,
        rules,
        views,
        span: table.span,
    }
}

/// A second row of a name must say that it is one.
fn check_repeats(rows: &[&FieldRow], context: &mut Context<'_>) {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for row in rows {
        let name = row.name.value.as_str();
        match seen.get(name) {
            Some(first) if !row.repeated => {
                context.report(problem::field_twice(&row.name, *first));
            }
            None if row.repeated => {
                context.report(problem::repeated_first(&row.name));
            }
            _ => {}
        }
        seen.entry(name).or_insert(row.name.span);
    }
}

/// Every name under which a value may arrive leads to one field.
fn check_slots(rows: &[&FieldRow], context: &mut Context<'_>) {
    let mut slots: BTreeMap<&str, (Span, &str)> = BTreeMap::new();
    for row in rows {
        slots.insert(&row.name.value, (row.name.span, "the field"));
    }
    for alias in rows.iter().flat_map(|row| &row.aliases) {
        if let Some((first, what)) = slots.get(alias.value.as_str()) {
            context.report(problem::alias_shadows(alias, what, *first));
        }
        slots
            .entry(&alias.value)
            .or_insert((alias.span, "the alias"));
    }
}

/// Fields of one message, and of what we send the methods of its builder.
fn check_rust_names(
    fields: &[Field],
    rows: &[&FieldRow],
    kind: MessageKind,
    context: &mut Context<'_>,
) {
    let mut methods = vec!["unknown".to_owned()];
    if kind.is_sent() {
        methods.extend(["build", "extra_field"].map(str::to_owned));
        let maybe = fields.iter().filter(|field| field.is_option());
        methods.extend(maybe.map(|field| format!("maybe_{}", field.rust_name)));
    }
    let mut taken: BTreeMap<&str, (&str, Span)> = BTreeMap::new();
    for (field, row) in fields.iter().zip(rows) {
        let (name, span) = (field.name.as_str(), row.name.span);
        let span = row.rust.as_ref().map_or(span, |rust| rust.span);
        if methods.contains(&field.rust_name) {
            context.clash(&field.rust_name, span, None, &format!("field `{name}`"));
        }
        match taken.get(field.rust_name.as_str()) {
            Some((other, first)) if *other != name => {
                context.clash(
                    &field.rust_name,
                    span,
                    Some(*first),
                    &format!("field `{name}`"),
                );
            }
            Some(_) => {}
            None => {
                taken.insert(&field.rust_name, (name, span));
            }
        }
    }
}

/// A signed message has a place for the signature, which is computed.
fn check_signature(
    table: &MessageTable,
    identity: &Identity<'_>,
    fields: &[Field],
    rows: &[&FieldRow],
    context: &mut Context<'_>,
) {
    let Some(signed) = table.signed.as_ref().filter(|signed| signed.value) else {
        return;
    };
    let Some(at) = fields.iter().position(|field| field.name == "sign") else {
        return context.report(problem::sign_missing(identity.name, signed.span));
    };
    if !fields[at].is_option() {
        let span = rows[at]
            .demand
            .as_ref()
            .map_or(rows[at].span, |demand| demand.span);
        let found = problem::sign_demanded(&rows[at].name, span, identity.kind.is_sent());
        context.report(found);
    }
}

fn groups(
    tables: &[GroupRow],
    fields: &mut [Field],
    rows: &[&FieldRow],
    context: &mut Context<'_>,
) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for table in tables {
        let name = &table.name;
        context.snake_name(name, "the name of a group");
        if let Some(first) = groups.iter().find(|group| group.name == name.value) {
            context.report(problem::twice(Code::GROUP_TWICE, "group", name, first.span));
        }
        if table.members.len() < 2 {
            context.report(problem::group_of_one(table));
        }
        for member in &table.members {
            join(member, &name.value, fields, rows, context);
        }
        groups.push(Group {
            name: name.value.clone(),
            kind: table.kind.unwrap_or(GroupKind::ExactlyOne),
            members: table
                .members
                .iter()
                .map(|member| member.value.clone())
                .collect(),
            doc: table.doc.clone(),
            errata: context.errata(&table.errata),
            span: name.span,
        });
    }
    groups
}

/// Makes one field a member of a group.
fn join(
    member: &Spanned<String>,
    group: &str,
    fields: &mut [Field],
    rows: &[&FieldRow],
    context: &mut Context<'_>,
) {
    let Some(at) = fields.iter().position(|field| field.name == member.value) else {
        let known = rows.iter().map(|row| row.name.value.as_str());
        return context.report(problem::unknown::member(group, member, known));
    };
    let (field, row) = (&mut fields[at], rows[at]);
    if field.is_indexed() {
        let found = problem::key_on_indexed(&field.name, "a group takes in", member.span);
        return context.report(found);
    }
    if let Some(other) = &field.group {
        return context.report(problem::member_of_two_groups(member, other));
    }
    let supplied = field.supplier != Supplier::Caller;
    let reason = match &row.demand {
        Some(demand) if demand.value => Some((demand.span, "demanded here")),
        _ if supplied => Some((row.span, "supplied here")),
        _ => None,
    };
    if let Some(reason) = reason {
        context.report(problem::member_demanded(group, member, reason));
    }
    field.group = Some(group.to_owned());
    field.demanded = false;
}

fn conditions(
    fields: &mut [Field],
    rows: &[&FieldRow],
    asked: &[signed_xml_condition::Field],
    context: &mut Context<'_>,
) {
    let found: Vec<_> = rows
        .iter()
        .map(|row| {
            [&row.required_when, &row.forbidden_when, &row.present_when]
                .map(|text| resolved(text.as_ref(), asked, context))
        })
        .collect();
    for (row, [required_when, forbidden_when, _]) in rows.iter().zip(&found) {
        let of_itself = [
            ("required_when", &row.required_when, required_when),
            ("forbidden_when", &row.forbidden_when, forbidden_when),
        ];
        for (key, text, condition) in of_itself {
            if let (Some(text), Some(condition)) = (text, condition)
                && condition.fields().contains(&&row.name.value)
            {
                context.report(problem::condition_on_itself(row, key, text.span));
            }
        }
    }
    for (field, [required_when, forbidden_when, present_when]) in fields.iter_mut().zip(found) {
        field.required_when = required_when;
        field.forbidden_when = forbidden_when;
        field.present_when = present_when;
    }
}

fn rules(
    tables: &[RuleRow],
    asked: &[signed_xml_condition::Field],
    context: &mut Context<'_>,
) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    for table in tables {
        context.snake_name(&table.name, "the name of a rule");
        if let Some(first) = rules.iter().find(|rule| rule.name == table.name.value) {
            context.report(problem::twice(
                Code::GROUP_TWICE,
                "rule",
                &table.name,
                first.span,
            ));
        }
        let errata = context.errata(&table.errata);
        let Some(check) = resolved(table.check.as_ref(), asked, context) else {
            continue;
        };
        rules.push(Rule {
            name: table.name.value.clone(),
            check,
            doc: table.doc.clone(),
            errata,
            span: table.name.span,
        });
    }
    rules
}

fn resolved(
    text: Option<&Spanned<String>>,
    asked: &[signed_xml_condition::Field],
    context: &mut Context<'_>,
) -> Option<Condition> {
    condition::resolve(text?, asked, context)
}
