//! Reads the files that stand beside the interfaces: `spec.toml`, `errata.toml`, `enums.toml`,
//! `errors.toml`, `bills.toml`.

use crate::diagnostic::Findings;
use crate::model::{Effect, Version};
use crate::source::Spanned;

use super::keys::Keys;
use super::syntax::{Node, Value};
use super::tree::{
    ColumnRow, EnumRow, EnumTable, ErratumRow, ErrorRow, Header, Language, LayoutTable, MoveRow,
    PartRow, SignatureRow, SummaryRow, SumsTable, UnpaidRow,
};

pub(super) fn header(node: &Node, findings: &mut Findings) -> Header {
    let Some(mut keys) = Keys::open(node, "`spec.toml`", findings) else {
        return Header::default();
    };
    let listed = keys.has("interfaces");
    let interfaces = keys.texts("interfaces");
    let mut header = Header {
        name: keys.needed_text("name"),
        title: keys.text_or_empty("title").value,
        landing: keys.prose("landing"),
        document: keys.needed_text("document"),
        interfaces: listed.then_some(interfaces),
        languages: keys.words("languages", LANGUAGES),
        errata: keys.texts("errata"),
        notes: plain(keys.texts("notes")),
        signature: None,
        versions: Vec::new(),
    };
    keys.need("interfaces");
    if let Some(node) = keys.node("signature")
        && let Some(mut keys) = Keys::open(node, "`signature`", keys.findings())
    {
        header.signature = Some(SignatureRow {
            algorithm: algorithm(&mut keys),
            history: keys.history(),
            span: keys.span(),
        });
        keys.finish();
    }
    for row in keys.nodes("versions") {
        let Some(mut keys) = Keys::open(row, "a version", keys.findings()) else {
            continue;
        };
        header.versions.push(Version {
            version: keys.text_or_empty("version").value,
            date: keys.prose("date"),
            changes: plain(keys.texts("changes")),
            undecided: keys.text("undecided").map(|text| text.value),
            asked: keys.asked(),
            span: keys.span(),
        });
        keys.finish();
    }
    keys.finish();
    header
}

/// The languages that the texts of a spec can stand in; what is written beside its item is English.
const LANGUAGES: &[(&str, Language)] = &[("en", Language::English), ("zh", Language::Chinese)];

/// The algorithms that messages can be signed with, as the document and `sign_type` write them.
const ALGORITHMS: &[(&str, &str)] = &[("MD5", "MD5"), ("HMAC-SHA256", "HMAC-SHA256")];

fn algorithm(keys: &mut Keys<'_, '_>) -> String {
    keys.need("algorithm");
    let word = keys.word("algorithm", ALGORITHMS);
    word.map_or("MD5", |word| word.value).to_owned()
}

pub(super) fn errata(node: &Node, findings: &mut Findings) -> Vec<ErratumRow> {
    let mut rows = Vec::new();
    let Some(mut keys) = Keys::open(node, "`errata.toml`", findings) else {
        return rows;
    };
    for row in keys.nodes("erratum") {
        let Some(mut keys) = Keys::open(row, "an erratum", keys.findings()) else {
            continue;
        };
        let id = keys.needed_text("id");
        let section = keys.prose("section");
        let printed = keys.text_or_empty("printed").value;
        let ruling = keys.text_or_empty("ruling").value;
        let why = keys.prose("why");
        keys.finish();
        rows.extend(id.map(|id| ErratumRow {
            id,
            section,
            printed,
            ruling,
            why,
        }));
    }
    keys.finish();
    rows
}

pub(super) fn enums(node: &Node, findings: &mut Findings) -> Vec<EnumTable> {
    let mut tables = Vec::new();
    let Value::Table(entries) = &node.value else {
        return tables;
    };
    for entry in entries {
        let what = format!("enum `{}`", entry.key);
        let Some(mut keys) = Keys::open(&entry.node, what, findings) else {
            continue;
        };
        keys.need("values");
        let mut table = EnumTable {
            name: Spanned::new(entry.key.clone(), entry.key_span),
            wire_type: keys.needed_text("type"),
            doc: keys.prose("doc"),
            errata: keys.texts("errata"),
            values: Vec::new(),
            moves: Vec::new(),
        };
        for row in keys.nodes("values") {
            table.values.extend(enum_row(row, keys.findings()));
        }
        for row in keys.nodes("moves") {
            table.moves.extend(move_row(row, keys.findings()));
        }
        keys.finish();
        tables.push(table);
    }
    tables
}

fn enum_row(node: &Node, findings: &mut Findings) -> Option<EnumRow> {
    let mut keys = Keys::open(node, "an enum value", findings)?;
    let value = keys.needed_text("value");
    let name = keys.needed_text("name");
    let label = keys.prose("label");
    let history = keys.history();
    let doc = keys.prose("doc");
    let errata = keys.texts("errata");
    keys.finish();
    Some(EnumRow {
        value: value?,
        name: name?,
        label,
        history,
        doc,
        errata,
    })
}

fn move_row(node: &Node, findings: &mut Findings) -> Option<MoveRow> {
    let mut keys = Keys::open(node, "a move", findings)?;
    let from = keys.needed_text("from");
    let to = keys.needed_text("to");
    let doc = keys.prose("doc");
    keys.finish();
    Some(MoveRow {
        from: from?,
        to: to?,
        doc,
    })
}

pub(super) fn errors(node: &Node, findings: &mut Findings) -> (String, Vec<ErrorRow>) {
    let mut rows = Vec::new();
    let Some(mut keys) = Keys::open(node, "`errors.toml`", findings) else {
        return (String::new(), rows);
    };
    let doc = keys.prose("doc");
    keys.need("codes");
    for row in keys.nodes("codes") {
        rows.extend(error_row(row, keys.findings()));
    }
    keys.finish();
    (doc, rows)
}

fn error_row(node: &Node, findings: &mut Findings) -> Option<ErrorRow> {
    let words = [("refused", Effect::Refused), ("unknown", Effect::Unknown)];
    let mut keys = Keys::open(node, "an error code", findings)?;
    let code = keys.needed_text("code");
    let name = keys.needed_text("name");
    let meaning = keys.text_or_empty("meaning").value;
    keys.need("interfaces");
    let interfaces = keys.texts("interfaces");
    keys.need("effect");
    let effect = keys.word("effect", &words).map(|word| word.value);
    let advice = keys.prose("advice");
    let history = keys.history();
    let errata = keys.texts("errata");
    keys.finish();
    Some(ErrorRow {
        code: code?,
        name: name?,
        meaning,
        interfaces,
        effect,
        advice,
        history,
        errata,
    })
}

pub(super) fn bills(
    node: &Node,
    findings: &mut Findings,
) -> (Vec<ColumnRow>, Vec<LayoutTable>, Option<SumsTable>) {
    let (mut columns, mut layouts, mut found) = (Vec::new(), Vec::new(), None);
    let Some(mut keys) = Keys::open(node, "`bills.toml`", findings) else {
        return (columns, layouts, found);
    };
    keys.need("columns");
    for row in keys.nodes("columns") {
        columns.extend(column_row(row, keys.findings()));
    }
    for table in keys.nodes("layout") {
        layouts.extend(layout(table, keys.findings()));
    }
    if let Some(table) = keys.node("sums") {
        found = sums(table, keys.findings());
    }
    keys.finish();
    (columns, layouts, found)
}

fn sums(node: &Node, findings: &mut Findings) -> Option<SumsTable> {
    let mut keys = Keys::open(node, "`sums`", findings)?;
    let mut table = SumsTable {
        span: keys.span(),
        refund: keys.needed_text("refund"),
        parts: Vec::new(),
        summary: Vec::new(),
        unpaid: Vec::new(),
    };
    keys.need("parts");
    for row in keys.nodes("parts") {
        table.parts.extend(part_row(row, keys.findings()));
    }
    for row in keys.nodes("summary") {
        table.summary.extend(summary_row(row, keys.findings()));
    }
    for row in keys.nodes("unpaid") {
        table.unpaid.extend(unpaid_row(row, keys.findings()));
    }
    keys.finish();
    Some(table)
}

fn part_row(node: &Node, findings: &mut Findings) -> Option<PartRow> {
    let mut keys = Keys::open(node, "a part of the money", findings)?;
    let name = keys.needed_text("name");
    let paid = keys.needed_text("paid");
    let refunded = keys.texts("refunded");
    let share_of = keys.text("share_of");
    let doc = keys.prose("doc");
    keys.finish();
    Some(PartRow {
        name: name?,
        paid: paid?,
        refunded,
        share_of,
        doc,
    })
}

fn summary_row(node: &Node, findings: &mut Findings) -> Option<SummaryRow> {
    let mut keys = Keys::open(node, "a name of the summary", findings)?;
    let name = keys.needed_text("name");
    let payments = keys.text("payments");
    let refunds = keys.text("refunds");
    keys.finish();
    Some(SummaryRow {
        name: name?,
        payments,
        refunds,
    })
}

fn unpaid_row(node: &Node, findings: &mut Findings) -> Option<UnpaidRow> {
    let mut keys = Keys::open(node, "states without money", findings)?;
    let column = keys.needed_text("column");
    keys.need("values");
    let values = keys.texts("values");
    keys.finish();
    Some(UnpaidRow {
        column: column?,
        values,
    })
}

fn column_row(node: &Node, findings: &mut Findings) -> Option<ColumnRow> {
    let mut keys = Keys::open(node, "a bill column", findings)?;
    let name = keys.needed_text("name");
    let field = keys.needed_text("field");
    let column_type = keys.needed_text("type");
    let aliases = keys.texts("aliases");
    let required = keys.flag("required").is_some_and(|flag| flag.value);
    let replaced_by = keys.text("replaced_by");
    let personal = keys.flag("personal").is_some_and(|flag| flag.value);
    let minus = keys.flag("minus").is_some_and(|flag| flag.value);
    let history = keys.history();
    let doc = keys.prose("doc");
    let errata = keys.texts("errata");
    keys.finish();
    Some(ColumnRow {
        name: name?,
        field: field?,
        column_type: column_type?,
        aliases,
        required,
        replaced_by,
        personal,
        minus,
        history,
        doc,
        errata,
    })
}

fn layout(node: &Node, findings: &mut Findings) -> Option<LayoutTable> {
    let mut keys = Keys::open(node, "a bill layout", findings)?;
    let bill_type = keys.needed_text("bill_type");
    let title = keys.prose("title");
    let doc = keys.prose("doc");
    keys.need("columns");
    let columns = keys.texts("columns");
    let errata = keys.texts("errata");
    keys.finish();
    Some(LayoutTable {
        bill_type: bill_type?,
        title,
        doc,
        columns,
        errata,
    })
}

pub(super) fn plain(texts: Vec<Spanned<String>>) -> Vec<String> {
    texts.into_iter().map(|text| text.value).collect()
}
