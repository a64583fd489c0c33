//! Reads one file of `interfaces/`: the interface, its messages, their parts and field rows.

use crate::diagnostic::Findings;
use crate::model::{Auth, GroupKind, LengthUnit, Method, ReplyForm, SuppliedBy, TokenFor};
use crate::source::Spanned;

use super::catalog::plain;
use super::keys::Keys;
use super::syntax::{Node, Value};
use super::tree::{
    FieldRow, GroupRow, InterfaceFile, MessageTable, PartTable, RuleRow, Unit, ViewTable,
};

const METHODS: &[(&str, Method)] = &[
    ("POST", Method::Post),
    ("GET", Method::Get),
    ("CALLBACK", Method::Callback),
];
const AUTHS: &[(&str, Auth)] = &[
    ("access_token", Auth::AccessToken),
    ("none", Auth::None),
    ("ip_list", Auth::IpList),
];
const FORMS: &[(&str, ReplyForm)] = &[
    ("xml", ReplyForm::Xml),
    ("xml_or_json", ReplyForm::XmlOrJson),
    ("json", ReplyForm::Json),
    ("text", ReplyForm::Text),
];
const TOKEN_MODES: &[(&str, TokenFor)] = &[
    ("service_provider", TokenFor::ServiceProvider),
    ("independent", TokenFor::Independent),
];
const GROUP_KINDS: &[(&str, GroupKind)] = &[
    ("exactly_one", GroupKind::ExactlyOne),
    ("at_least_one", GroupKind::AtLeastOne),
];
const LENGTH_UNITS: &[(&str, LengthUnit)] =
    &[("chars", LengthUnit::Chars), ("bytes", LengthUnit::Bytes)];
const UNITS: &[(&str, Unit)] = &[("fen", Unit::Fen), ("seconds", Unit::Seconds)];
const SUPPLIERS: &[(&str, SuppliedBy)] = &[
    ("caller", SuppliedBy::Caller),
    ("merchant", SuppliedBy::Merchant),
    ("client", SuppliedBy::Client),
];

/// The tables of a file.
const TABLES: &[&str] = &[
    "interface",
    "request",
    "response",
    "notification",
    "reply",
    "structure",
];

pub(super) fn read(node: &Node, findings: &mut Findings) -> Option<InterfaceFile> {
    let mut keys = Keys::open(node, "an interface file", findings)?;
    if keys.report_misspelt(TABLES) {
        // All that is said of the rest would follow from the table that cannot be read.
        return None;
    }
    keys.need("interface");
    let request = message(&mut keys, "request");
    let response = message(&mut keys, "response");
    let notification = message(&mut keys, "notification");
    let reply = message(&mut keys, "reply");
    let mut structures = Vec::new();
    for entry in keys.entries("structure") {
        let what = format!("structure `{}`", entry.key);
        if let Some(inner) = Keys::open(&entry.node, what, keys.findings()) {
            let name = Spanned::new(entry.key.clone(), entry.key_span);
            structures.push((name, message_table(inner)));
        }
    }
    let head = keys.node("interface");
    let interface = match head {
        Some(head) => interface_table(head, keys.findings()),
        None => None,
    };
    keys.finish();
    let mut interface = interface?;
    interface.request = request;
    interface.response = response;
    interface.notification = notification;
    interface.reply = reply;
    interface.structures = structures;
    Some(interface)
}

fn interface_table(node: &Node, findings: &mut Findings) -> Option<InterfaceFile> {
    let mut keys = Keys::open(node, "an interface", findings)?;
    keys.need("method");
    let interface = InterfaceFile {
        span: keys.span(),
        name: keys.text_or_empty("name"),
        section: keys.text_or_empty("section").value,
        title: keys.prose("title"),
        doc: keys.prose("doc"),
        method: keys.word("method", METHODS),
        url: keys.text("url"),
        auth: keys
            .word("auth", AUTHS)
            .map_or(Auth::None, |word| word.value),
        form: keys.word("form", FORMS),
        token_for: keys.word("token_for", TOKEN_MODES).map(|word| word.value),
        stable_url: keys.text("stable_url"),
        repeatable: keys.flag("repeatable").is_some_and(|flag| flag.value),
        rust: keys.text("rust"),
        origin: keys.text("origin").map(|text| text.value),
        history: keys.history(),
        errata: keys.texts("errata"),
        notes: plain(keys.texts("notes")),
        request: None,
        response: None,
        notification: None,
        reply: None,
        structures: Vec::new(),
    };
    keys.finish();
    Some(interface)
}

fn message(keys: &mut Keys<'_, '_>, key: &'static str) -> Option<MessageTable> {
    let node = keys.node(key)?;
    let mut inner = Keys::open(node, format!("`{key}`"), keys.findings())?;
    inner.need("signed");
    Some(message_table(inner))
}

fn message_table(mut keys: Keys<'_, '_>) -> MessageTable {
    let mut table = MessageTable {
        span: keys.span(),
        section: keys.text("section").map(|text| text.value),
        signed: keys.flag("signed"),
        doc: keys.prose("doc"),
        errata: keys.texts("errata"),
        parts: Vec::new(),
        groups: Vec::new(),
        rules: Vec::new(),
        views: Vec::new(),
    };
    let rows = keys.nodes("fields");
    if !rows.is_empty() {
        table.parts.push(PartTable {
            when: None,
            doc: String::new(),
            errata: Vec::new(),
            fields: fields(rows, keys.findings()),
        });
    }
    for part in keys.nodes("part") {
        table.parts.extend(part_table(part, keys.findings()));
    }
    for row in keys.nodes("groups") {
        table.groups.extend(group_row(row, keys.findings()));
    }
    for row in keys.nodes("rules") {
        table.rules.extend(rule_row(row, keys.findings()));
    }
    for view in keys.nodes("view") {
        table.views.extend(view_table(view, keys.findings()));
    }
    keys.finish();
    table
}

fn part_table(node: &Node, findings: &mut Findings) -> Option<PartTable> {
    let mut keys = Keys::open(node, "a part", findings)?;
    keys.need("fields");
    let rows = keys.nodes("fields");
    let part = PartTable {
        when: keys.text("when"),
        doc: keys.prose("doc"),
        errata: keys.texts("errata"),
        fields: fields(rows, keys.findings()),
    };
    keys.finish();
    Some(part)
}

fn fields(rows: &[Node], findings: &mut Findings) -> Vec<FieldRow> {
    rows.iter()
        .filter_map(|row| field_row(row, findings))
        .collect()
}

/// A row without a name is reported and left out; anything else that lacks is assumed.
fn field_row(node: &Node, findings: &mut Findings) -> Option<FieldRow> {
    let what = match name_of(node) {
        Some(name) => format!("field `{name}`"),
        None => "a field".to_owned(),
    };
    let mut keys = Keys::open(node, what, findings)?;
    let name = keys.needed_text("name");
    let span = keys.span();
    let row = FieldRow {
        span,
        name: name.clone().unwrap_or(Spanned::new(String::new(), span)),
        label: keys.text_or_empty("label").value,
        field_type: keys.needed_text("type"),
        max: keys.number("max", u64::from(u32::MAX)),
        length_unit: keys.word("length_unit", LENGTH_UNITS),
        required: keys.flag("required").is_some_and(|flag| flag.value),
        mark: keys.text("mark").map(|text| text.value),
        demand: keys.flag("demand"),
        enum_name: keys.text("enum"),
        listed: keys.texts("listed"),
        format: keys.text("format"),
        structure: keys.text("structure"),
        unit: keys.word("unit", UNITS),
        min: keys.number("min", u64::MAX),
        default: keys.number("default", u64::MAX),
        required_when: keys.text("required_when"),
        forbidden_when: keys.text("forbidden_when"),
        present_when: keys.text("present_when"),
        supplied_by: keys.word("supplied_by", SUPPLIERS),
        from: keys.text("from"),
        value: keys.text("value"),
        secret: keys.flag("secret").is_some_and(|flag| flag.value),
        personal: keys.flag("personal").is_some_and(|flag| flag.value),
        repeated: keys.flag("repeated").is_some_and(|flag| flag.value),
        aliases: keys.texts("aliases"),
        rust: keys.text("rust"),
        history: keys.history(),
        errata: keys.texts("errata"),
        doc: keys.prose("doc"),
    };
    keys.finish();
    name.map(|_| row)
}

fn name_of(node: &Node) -> Option<&str> {
    let Value::Table(entries) = &node.value else {
        return None;
    };
    entries.iter().find_map(|entry| match &entry.node.value {
        Value::Text(name) if entry.key == "name" => Some(name.as_str()),
        _ => None,
    })
}

fn group_row(node: &Node, findings: &mut Findings) -> Option<GroupRow> {
    let mut keys = Keys::open(node, "a group", findings)?;
    let name = keys.needed_text("name");
    keys.need("kind");
    keys.need("members");
    let span = keys.span();
    let kind = keys.word("kind", GROUP_KINDS).map(|word| word.value);
    let members = keys.texts("members");
    let doc = keys.prose("doc");
    let errata = keys.texts("errata");
    keys.finish();
    Some(GroupRow {
        span,
        name: name?,
        kind,
        members,
        doc,
        errata,
    })
}

fn rule_row(node: &Node, findings: &mut Findings) -> Option<RuleRow> {
    let mut keys = Keys::open(node, "a rule", findings)?;
    let name = keys.needed_text("name");
    let check = keys.needed_text("check");
    let doc = keys.text_or_empty("doc").value;
    let errata = keys.texts("errata");
    keys.finish();
    Some(RuleRow {
        name: name?,
        check,
        doc,
        errata,
    })
}

fn view_table(node: &Node, findings: &mut Findings) -> Option<ViewTable> {
    let mut keys = Keys::open(node, "a view", findings)?;
    let name = keys.needed_text("name");
    let section = keys.prose("section");
    let doc = keys.text_or_empty("doc").value;
    let present = keys.texts("present");
    let absent = keys.texts("absent");
    keys.need("values");
    let values = keys.pairs("values");
    let errata = keys.texts("errata");
    keys.finish();
    Some(ViewTable {
        name: name?,
        section,
        doc,
        present,
        absent,
        values,
        errata,
    })
}
