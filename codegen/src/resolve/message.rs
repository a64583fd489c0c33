//! Resolves one message: its rows, then what relates them to each other.
//!
//! Steps: fields one by one; names and aliases against each other; groups; conditions; views.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;

use crate::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::model::{
    Condition, Field, Group, GroupKind, Message, MessageKind, Part, Rule, Supplier,
};
use crate::read::tree::{FieldRow, GroupRow, MessageTable, RuleRow};
use crate::source::{Span, Spanned};

use super::context::Context;
use super::field::Place;
use super::{condition, field, indexed, view};

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
    let mut parts = Vec::new();
    let mut fields = Vec::new();
    let mut rows = Vec::new();
    for (index, part) in table.parts.iter().enumerate() {
        let part_errata = context.errata(&part.errata);
        let place = Place {
            kind: identity.kind,
            signed: table.signed,
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
    check_rust_names(&fields, &rows, context);
    indexed::check_elements(&rows, context);
    let groups = groups(&table.groups, &mut fields, &rows, context);
    let asked = condition::fields(&fields, table.signed, context);
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
        signed: table.signed,
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
                let title = format!("field `{name}` is named twice");
                let found = Diagnostic::new(Code::FieldTwice, row.name.span, title, "again here")
                    .also(*first, "first here")
                    .help("if the document prints it twice, say `repeated = true` on this row");
                context.report(found);
            }
            None if row.repeated => {
                let title = format!("`repeated` stands on the first row of `{name}`");
                let label = "no earlier row has this name";
                context.report(Diagnostic::new(
                    Code::KeysExclude,
                    row.name.span,
                    title,
                    label,
                ));
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
            let title = format!("alias `{}` shadows {what} of the same name", alias.value);
            let found = Diagnostic::new(
                Code::AliasShadows,
                alias.span,
                title,
                "already leads elsewhere",
            )
            .also(*first, format!("{what} `{}`", alias.value));
            context.report(found);
        }
        slots
            .entry(&alias.value)
            .or_insert((alias.span, "the alias"));
    }
}

fn check_rust_names(fields: &[Field], rows: &[&FieldRow], context: &mut Context<'_>) {
    let mut taken: BTreeMap<&str, (&str, Span)> = BTreeMap::new();
    for (field, row) in fields.iter().zip(rows) {
        let (name, span) = (field.name.as_str(), row.name.span);
        match taken.get(field.rust_name.as_str()) {
            Some((other, first)) if *other != name => {
                context.clash(&field.rust_name, span, Some(*first), &format!("`{name}`"));
            }
            Some(_) => {}
            None => {
                taken.insert(&field.rust_name, (name, span));
            }
        }
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
            let first = first.span;
            twice(name, first, "group", context);
        }
        if table.members.len() < 2 {
            let title = format!("group `{}` has fewer than two members", name.value);
            let found = Diagnostic::new(
                Code::GroupOfOne,
                table.span,
                title,
                "no choice between fields",
            )
            .help("a single field is `required`");
            context.report(found);
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
        let title = format!(
            "group `{group}` has a member `{}`, which is not a field",
            member.value
        );
        let help = did_you_mean(
            &member.value,
            rows.iter().map(|row| row.name.value.as_str()),
        );
        let found = Diagnostic::new(
            Code::UnknownGroupMember,
            member.span,
            title,
            "not a field of this message",
        )
        .help(help);
        return context.report(found);
    };
    let (field, row) = (&mut fields[at], rows[at]);
    if field.is_indexed() {
        return indexed::refuse(&field.name, "a group takes in", member.span, context);
    }
    if let Some(other) = &field.group {
        let title = format!("`{}` is a member of group `{other}` already", member.value);
        let found = Diagnostic::new(
            Code::MemberOfTwoGroups,
            member.span,
            title,
            "in one group only",
        );
        return context.report(found);
    }
    let supplied = field.supplier != Supplier::Caller;
    let reason = match &row.demand {
        Some(demand) if demand.value => Some((demand.span, "demanded here")),
        _ if supplied => Some((row.span, "supplied here")),
        _ => None,
    };
    if let Some((span, label)) = reason {
        let title = format!(
            "`{}` is always there, so `{group}` is not a choice",
            member.value
        );
        let found = Diagnostic::new(Code::GroupMemberDemanded, member.span, title, "a member")
            .also(span, label)
            .help("a member of a group is optional by itself");
        context.report(found);
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
            twice(&table.name, first.span, "rule", context);
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

fn twice(name: &Spanned<String>, first: Span, what: &str, context: &mut Context<'_>) {
    let title = format!("{what} `{}` stands twice", name.value);
    let found =
        Diagnostic::new(Code::GroupTwice, name.span, title, "again here").also(first, "first here");
    context.report(found);
}

fn resolved(
    text: Option<&Spanned<String>>,
    asked: &[signed_xml_condition::Field],
    context: &mut Context<'_>,
) -> Option<Condition> {
    condition::resolve(text?, asked, context)
}
