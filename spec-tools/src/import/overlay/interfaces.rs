//! Interfaces and messages as a whole: heads, conditions of tables, rows that came and went, what is new altogether.

use signed_xml_codegen::model::{Condition, History, MessageKind, Model};
use toml_edit::Value;

use super::super::document::{Document, Section, Table};
use super::super::known::Known;
use super::super::matching::{
    PrintedMessage, expression, kind_name, printed_requires, requires, same_text, sorted,
};
use super::super::patch::{Item, Keys, PartAt, Patch, Place};
use super::super::printed::without_blanks;
use super::fields::{before, part_at};
use super::new_row::{as_printed, draft};
use super::{Scope, Version};

/// Interfaces that came, went, moved, or are called otherwise.
pub(super) fn heads(
    known: Known<'_>,
    document: &Document,
    version: &Version,
    scope: &Scope,
) -> Vec<Patch> {
    let mut patches = Vec::new();
    for interface in known.interfaces() {
        let mut sections = document.sections.iter();
        let printed = sections.any(|section| section.interface.as_ref() == Some(&interface.name));
        if !printed && scope.has(interface) {
            let mut patch = Patch::new(Item::Interface(interface.name.clone()), None);
            version.end(
                &mut patch,
                &interface.history,
                "the document no longer describes it",
            );
            patches.push(patch);
        }
    }
    for (at, section) in document.sections.iter().enumerate() {
        let tables: Vec<&Table> = document
            .tables
            .iter()
            .filter(|table| table.section == at)
            .collect();
        if tables.is_empty() {
            continue;
        }
        let interface = section.interface.as_deref();
        match interface.and_then(|name| known.interface(name)) {
            Some(interface) => patches.push(head(section, interface)),
            None => {
                let sections = document.sections.get(..at).unwrap_or_default();
                let before = sections.iter().rev();
                let behind = before.filter_map(|section| section.interface.clone());
                patches.push(new_interface(
                    known.model,
                    section,
                    &tables,
                    behind.collect(),
                    version,
                ));
            }
        }
    }
    patches
}

fn head(section: &Section, interface: &signed_xml_codegen::model::Interface) -> Patch {
    let mut patch = Patch::new(Item::Interface(interface.name.clone()), section.line);
    // A structure may have a section of its own; the beginning of an excerpt may have no heading.
    let mut structures = interface.structures();
    let of_structure = structures
        .any(|found| found.section == section.number && found.section != interface.section);
    if of_structure || section.number.is_empty() {
        return patch;
    }
    if section.number != interface.section {
        patch.set("section", section.number.as_str());
    }
    let (known, printed) = (
        without_blanks(&interface.title),
        without_blanks(&section.title),
    );
    if !known.is_empty() && !printed.contains(&known) && !same_text(&printed, &known) {
        patch.set("title", section.title.as_str());
    }
    if let (Some(known), Some(printed)) = (&interface.url, &section.url)
        && *known != printed.text
    {
        patch.set("url", printed.text.as_str());
        patch.line = Some(printed.line);
    }
    patch
}

/// What the tables of a message change of it beside its rows.
pub(super) fn message(
    known: Known<'_>,
    printed: &PrintedMessage<'_>,
    version: &Version,
) -> Vec<Patch> {
    let interface = printed.interface;
    let Some(message) = printed.message else {
        return new_message(known.model, printed, version)
            .into_iter()
            .collect();
    };
    let mut patches = conditions(printed);
    let names = (interface.name.clone(), message.name.clone());
    let item = |part: PartAt, name: &str| Item::Field {
        interface: names.0.clone(),
        message: names.1.clone(),
        part,
        name: name.to_owned(),
    };
    let first = printed.tables.first().map(|(table, _)| *table);
    if let Some(table) = first.filter(|table| table.kind == MessageKind::Structure)
        && printed.section.number != message.section
        && message.section != interface.section
        && !printed.section.number.is_empty()
    {
        let at = Item::Message {
            interface: names.0.clone(),
            message: names.1.clone(),
        };
        let mut patch = Patch::new(at, table.line);
        patch.set("section", printed.section.number.as_str());
        patches.push(patch);
    }
    for new in &printed.new_rows {
        let (row, table) = (new.row, new.table);
        let mut patch = Patch::new(item(part_at(table, new.part), &row.name), row.line);
        let second = message.field(&row.name);
        let (keys, open) = match new.like {
            Some(_) => (as_printed(row), None),
            None => draft(known.model, message.kind, row),
        };
        patch.keys = keys;
        patch.place = Place::New {
            behind: before(table, row),
            from: new.like.map(|field| field.name.clone()),
        };
        let history = History::default();
        if let Some(gone) = new.like {
            let what = format!(
                "`{}` is gone and `{}` is like it: one field under a new name, or two?",
                gone.name, row.name
            );
            let mut old = Patch::new(item(PartAt::Known(gone.part), &gone.name), row.line);
            let gone_for = format!("`{}` stands in its place", row.name);
            version.end(&mut old, &gone.history, &gone_for);
            patches.push(old);
            patch.ask(&history, "row", what);
        } else if let Some(field) = second {
            if !patch.ask(
                &field.history,
                "second row",
                format!("`{}` is printed a second time", row.name),
            ) {
                continue;
            }
            patch.set("repeated", true);
        } else if let Some(open) = open {
            patch.ask(&history, "row", open);
        }
        version.began(&mut patch);
        patches.push(patch);
    }
    for field in &printed.gone {
        let mut patch = Patch::new(item(PartAt::Known(field.part), &field.name), None);
        version.end(&mut patch, &field.history, "the document no longer has it");
        patches.push(patch);
    }
    patches
}

/// The conditions of tables against those of parts.
fn conditions(printed: &PrintedMessage<'_>) -> Vec<Patch> {
    let mut patches = Vec::new();
    let Some(message) = printed.message else {
        return patches;
    };
    for (table, part) in &printed.tables {
        let known = part.and_then(|at| Some((at, message.parts.get(at)?)));
        let Some((at, part)) = known else { continue };
        let condition = table.condition.as_ref();
        // One that is not understood is reported by the reader.
        let unread = condition.is_some_and(|condition| condition.requires.is_empty());
        let print = printed_requires(table);
        if unread || requires(part.when.as_ref()).as_ref() == Some(&sorted(&print)) {
            continue;
        }
        let item = Item::Part {
            interface: printed.interface.name.clone(),
            message: message.name.clone(),
            part: at,
        };
        let line = condition.map_or(table.line, |condition| condition.line);
        let mut patch = Patch::new(item, line);
        let was = part
            .when
            .as_ref()
            .map_or("always".to_owned(), Condition::to_string);
        let when = expression(&print);
        let what = match when.is_empty() {
            true => format!("no condition stands above the table any more; it was `{was}`"),
            false => String::new(),
        };
        match when.is_empty() {
            true => patch.unset("when"),
            false => patch.set("when", when),
        }
        if !what.is_empty() {
            // A lost line would make fields unconditional in silence.
            let first = message.fields.iter().find(|field| field.part == at);
            let history = first.map(|field| field.history.clone()).unwrap_or_default();
            if !patch.ask(&history, "no condition", what) {
                continue;
            }
        }
        patches.push(patch);
    }
    patches
}

/// A message that the interface did not have.
fn new_message(model: &Model, printed: &PrintedMessage<'_>, version: &Version) -> Option<Patch> {
    let tables: Vec<&Table> = printed.tables.iter().map(|(table, _)| *table).collect();
    let first = tables.first()?;
    let name = kind_name(first);
    let what = format!("a new message `{name}`: decide `signed` and write `doc`");
    let item = Item::NewMessage {
        interface: printed.interface.name.clone(),
        message: name.clone(),
        text: message_text(model, &tables, Some(&what), version),
    };
    let mut patch = Patch::new(item, first.line);
    let asked = patch.ask(&printed.interface.history, format!("message {name}"), what);
    asked.then_some(patch)
}

fn new_interface(
    model: &Model,
    section: &Section,
    tables: &[&Table],
    behind: Vec<String>,
    version: &Version,
) -> Patch {
    let what = "a new interface: write `doc`, decide `method`, `auth`, `form` and what is signed";
    let name = interface_name(section);
    let called_back = tables
        .iter()
        .any(|table| table.kind == MessageKind::Notification);
    let quoted = |text: &str| Value::from(text).to_string();
    let mut text = format!("# {} {}\n\n[interface]\n", section.number, section.title);
    let mut line = |key: &str, value: String| text.push_str(&format!("{key} = {value}\n"));
    line("name", quoted(&name));
    line("section", quoted(&section.number));
    line("title", quoted(&section.title));
    line(
        "method",
        quoted(if called_back { "CALLBACK" } else { "POST" }),
    );
    if let (Some(url), false) = (&section.url, called_back) {
        line("url", quoted(&url.text));
    }
    let auth = if section.takes_token {
        "access_token"
    } else {
        "none"
    };
    line("auth", quoted(auth));
    line("form", quoted("xml"));
    line("since", quoted(&version.new));
    line("line", section.line.to_string());
    line("undecided", quoted(what));
    let mut names: Vec<String> = Vec::new();
    for table in tables {
        let name = kind_name(table);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    for name in names {
        let same = tables.iter().filter(|table| kind_name(table) == name);
        let same: Vec<&Table> = same.copied().collect();
        text.push('\n');
        text.push_str(&message_text(model, &same, None, version));
    }
    let item = Item::NewInterface { name, text, behind };
    let mut patch = Patch::new(item, section.line);
    patch.ask(&History::default(), "interface", what);
    patch
}

/// What a new interface would be called: after the last segment of its address.
fn interface_name(section: &Section) -> String {
    let url = section.url.as_ref().map_or("", |url| url.text.as_str());
    let segments = url.trim_end_matches('/').rsplit('/');
    let last = segments.into_iter().next().unwrap_or_default();
    let inside = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
    let name: String = last.chars().filter(inside).collect();
    match name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        true => name.to_ascii_lowercase(),
        false => format!("section_{}", section.number.replace('.', "_")),
    }
}

/// A message as TOML text; the first row carries what is to be decided of the message.
fn message_text(
    model: &Model,
    tables: &[&Table],
    undecided: Option<&str>,
    version: &Version,
) -> String {
    let Some(first) = tables.first() else {
        return String::new();
    };
    let name = kind_name(first);
    let rows = |table: &&Table| table.rows.iter().any(|row| row.name == "sign");
    let mut text = match first.kind {
        MessageKind::Structure => format!("[structure.{name}]\n"),
        _ => format!("[{name}]\nsigned = {}\n", tables.iter().any(rows)),
    };
    let alone = tables.len() == 1 && first.condition.is_none();
    let mut of_message = undecided;
    for table in tables {
        if !alone {
            let when = expression(&printed_requires(table));
            text.push_str(&format!("\n[[{name}.part]]\n"));
            if !when.is_empty() {
                text.push_str(&format!("when = {}\n", Value::from(when)));
            }
        }
        text.push_str("fields = [\n");
        for row in &table.rows {
            let (mut keys, open) = draft(model, table.kind, row);
            keys.push(("since", Some(version.new.as_str().into())));
            keys.push(("line", Some(i64::from(row.line).into())));
            let open = of_message.take().map(str::to_owned).or(open);
            keys.extend(open.map(|open| ("undecided", Some(open.into()))));
            text.push_str(&format!("  {},\n", inline(&keys)));
        }
        text.push_str("]\n");
    }
    text
}

fn inline(keys: &Keys) -> String {
    let mut row = toml_edit::InlineTable::new();
    for (key, value) in keys {
        if let Some(value) = value {
            super::super::table::set(&mut row, key, value.clone());
        }
    }
    row.to_string().trim().to_owned()
}
