//! Versions, the signature rule, error codes and bills: what stands beside the interfaces.

use heck::ToUpperCamelCase;
use signed_xml_codegen::model::{BillLayout, ColumnType, ErrorCode, FieldWords, History};
use toml_edit::{Array, Value};

use super::super::document::{Document, Note, PrintedBill, PrintedCode};
use super::super::errata;
use super::super::known::Known;
use super::super::matching::same_text;
use super::super::patch::{Item, Patch, Place};
use super::super::plain::plain;
use super::super::printed::without_blanks;
use super::{Version, words};

/// Columns that stand on one line of a layout.
const COLUMNS_PER_LINE: usize = 5;

/// The version history and the version that the spec describes.
pub(super) fn versions(known: Known<'_>, document: &Document, version: &Version) -> Vec<Patch> {
    let mut patches = Vec::new();
    let model = known.model;
    let of_row = |name: &str, line: Option<u32>| Patch::new(Item::Version(name.to_owned()), line);
    let is_known = |name: &str| model.versions.iter().any(|known| known.version == name);
    let new = |patch: &mut Patch, name: &str, date: &str| {
        patch.set("version", name);
        patch.set("date", date);
        patch.place = Place::New {
            behind: Vec::new(),
            from: None,
        };
        let what = "a new version: say what it changed, in `changes`";
        patch.ask(&History::default(), "version", what);
    };
    for printed in &document.versions {
        let mut patch = of_row(&printed.version, Some(printed.line));
        let mut versions = model.versions.iter();
        match versions.find(|known| known.version == printed.version) {
            None => new(&mut patch, &printed.version, &printed.date),
            Some(known) if known.date != printed.date => patch.set("date", printed.date.as_str()),
            Some(_) => {}
        }
        patches.push(patch);
    }
    if version.new != model.document {
        let row = document.versions.iter();
        let row = row.clone().find(|row| row.version == version.new);
        if row.is_none() && !is_known(&version.new) {
            let mut patch = of_row(&version.new, None);
            new(&mut patch, &version.new, "");
            patches.push(patch);
        }
        let mut patch = Patch::new(Item::Document, row.map(|row| row.line));
        patch.set("document", version.new.as_str());
        patches.push(patch);
    }
    patches
}

pub(super) fn signature(known: Known<'_>, document: &Document, version: &Version) -> Option<Patch> {
    let rule = known.model.signature.as_ref()?;
    let printed = document.signature.as_ref()?;
    if same_text(&printed.text, &rule.algorithm) {
        return None;
    }
    let mut patch = Patch::new(Item::Signature, printed.line);
    let what = "every message is signed otherwise: does the library know the algorithm?";
    if patch.ask(&rule.history, format!("signature {}", printed.text), what) {
        patch.set("algorithm", printed.text.as_str());
        version.began(&mut patch);
    }
    Some(patch)
}

/// Error codes; `may_end` is false for an excerpt.
pub(super) fn error_codes(
    known: Known<'_>,
    document: &Document,
    version: &Version,
    may_end: bool,
    notes: &mut Vec<Note>,
) -> Vec<Patch> {
    let words = known.interface_words(document);
    let codes = &known.model.error_codes;
    let mut patches = Vec::new();
    for (at, printed) in document.error_codes.iter().enumerate() {
        let mut interfaces = Vec::new();
        for word in &printed.interfaces {
            match words.get(word) {
                Some(name) => interfaces.push(name.clone()),
                None => {
                    let text = format!(
                        "`{word}` at error code {} names no interface that another code names so: its `interfaces` stay as they are",
                        printed.code
                    );
                    let line = printed.line;
                    notes.push(Note { line, text });
                }
            }
        }
        let complete = interfaces.len() == printed.interfaces.len();
        let interfaces = Some(interfaces).filter(|_| complete);
        let mut patch = Patch::new(Item::Code(printed.code.clone()), printed.line);
        match codes.iter().find(|code| code.code == printed.code) {
            Some(code) if known.is_printed(&code.history) => {
                version.go_on(&mut patch, &code.history);
                same_code(known, code, printed, interfaces, &mut patch);
            }
            ended => {
                let before = document.error_codes.get(..at).unwrap_or_default();
                let behind = before.iter().rev().map(|code| code.code.clone());
                new_code(printed, interfaces, version, behind.collect(), &mut patch);
                if ended.is_some() {
                    patch.place = Place::Stays;
                    patch.keys = vec![
                        ("until", None),
                        ("meaning", Some(printed.meaning.as_str().into())),
                    ];
                }
            }
        }
        patches.push(patch);
    }
    let printed = |code: &ErrorCode| document.error_codes.iter().any(|one| one.code == code.code);
    for code in codes.iter().filter(|code| known.is_printed(&code.history)) {
        if may_end && !document.error_codes.is_empty() && !printed(code) {
            let mut patch = Patch::new(Item::Code(code.code.clone()), None);
            version.end(&mut patch, &code.history, "the document no longer lists it");
            patches.push(patch);
        }
    }
    patches
}

fn same_code(
    known: Known<'_>,
    code: &ErrorCode,
    printed: &PrintedCode,
    interfaces: Option<Vec<String>>,
    patch: &mut Patch,
) {
    let same = same_text(&code.meaning, &printed.meaning);
    if !same && !errata::explains_meaning(code, &printed.meaning, known.model) {
        let what = "it means something else now: are name, `effect` and `advice` still right?";
        if patch.ask(&code.history, format!("meaning {}", printed.meaning), what) {
            patch.set("meaning", printed.meaning.as_str());
        }
    }
    if let Some(interfaces) = interfaces {
        let all = |name: &String| code.interfaces.contains(name);
        if interfaces.len() != code.interfaces.len() || !interfaces.iter().all(all) {
            patch.set("interfaces", words(interfaces.iter().map(String::as_str)));
        }
    }
}

fn new_code(
    printed: &PrintedCode,
    interfaces: Option<Vec<String>>,
    version: &Version,
    behind: Vec<String>,
    patch: &mut Patch,
) {
    let history = History::default();
    let what = match interfaces {
        Some(_) => "a new error code: name, `effect` and `advice`",
        None => "a new error code: name, `interfaces`, `effect` and `advice`",
    };
    patch.ask(&history, "code", what);
    let interfaces = interfaces.unwrap_or_else(|| vec!["*".to_owned()]);
    let name = format!("Code{}", printed.code.to_lowercase().to_upper_camel_case());
    patch.set("code", printed.code.as_str());
    patch.set("name", name);
    patch.set("meaning", printed.meaning.as_str());
    patch.set("interfaces", words(interfaces.iter().map(String::as_str)));
    patch.set("effect", "unknown");
    version.began(patch);
    patch.place = Place::New { behind, from: None };
}

/// The headers of bills that the spec has. One that it does not have is unreadable, one that is not there is missing.
pub(super) fn bills(known: Known<'_>, document: &Document, version: &Version) -> Vec<Patch> {
    let mut patches: Vec<Patch> = Vec::new();
    for layout in &known.model.bill_layouts {
        let bills = document.bills.iter();
        let bill = bills
            .clone()
            .find(|bill| same_text(&bill.title, &layout.title));
        let Some(bill) = bill else { continue };
        let printed = in_spec_words(layout, bill);
        let as_before = printed.iter().eq(known.columns(layout));
        if as_before {
            continue;
        }
        for patch in columns(known, document, layout, bill, &printed, version) {
            if patches.iter().all(|other| other.item != patch.item) {
                patches.push(patch);
            }
        }
        let item = Item::Layout(format!("bill {}", layout.bill_type));
        let mut patch = Patch::new(item, bill.line);
        patch.set("columns", in_lines(&printed));
        patches.push(patch);
    }
    patches
}

/// New columns, and those that no bill has any more.
fn columns(
    known: Known<'_>,
    document: &Document,
    layout: &BillLayout,
    bill: &PrintedBill,
    printed: &[String],
    version: &Version,
) -> Vec<Patch> {
    let model = known.model;
    let mut patches = Vec::new();
    let is_new = |name: &&String| !layout.columns.contains(name);
    let mut added: Vec<&String> = printed.iter().filter(is_new).collect();
    let here = |name: &String| Patch::new(Item::Column(name.clone()), bill.line);
    let history = History::default();
    let is_gone = |name: &&String| !printed.contains(name);
    for name in known.columns(layout).filter(is_gone) {
        // In the same place: behind the same neighbour.
        let like = added
            .iter()
            .position(|new| neighbour(printed, new) == neighbour(&layout.columns, name));
        let new = like.map(|at| added.remove(at));
        let mut bills = document.bills.iter();
        let elsewhere = bills.any(|bill| bill.columns.iter().any(|column| same_text(column, name)));
        let column = model.bill_column(name).filter(|_| !elsewhere);
        if let Some(column) = column {
            let mut patch = here(name);
            let what = match new {
                Some(new) => format!("no bill has it any more, and `{new}` stands in its place"),
                None => "no bill has it any more".to_owned(),
            };
            version.end(&mut patch, &column.history, &what);
            patches.push(patch);
        }
        if let Some(new) = new.filter(|new| model.bill_column(new).is_none()) {
            let mut patch = here(new);
            let what = format!(
                "it stands in the place of `{name}`: the same column under a new name, or another?"
            );
            patch.ask(&history, "column", what);
            new_column(known, new, Some(name), printed, version, &mut patch);
            patches.push(patch);
        }
    }
    for name in added
        .iter()
        .filter(|name| model.bill_column(name).is_none())
    {
        let mut patch = here(name);
        patch.ask(
            &history,
            "column",
            "a new column: `field`, `type` and `doc`",
        );
        new_column(known, name, None, printed, version, &mut patch);
        patches.push(patch);
    }
    patches
}

fn new_column(
    known: Known<'_>,
    name: &str,
    like: Option<&str>,
    printed: &[String],
    version: &Version,
    patch: &mut Patch,
) {
    let model = known.model;
    let of_like = like.and_then(|like| model.bill_column(like));
    let column_type = of_like.map_or_else(
        || column_type(&model.vocabulary.fields, name).to_owned(),
        |column| column_word(&column.column_type),
    );
    let is_new = |one: &&String| model.bill_column(one).is_none();
    let mut new = printed.iter().filter(is_new);
    let number = model.bill_columns.len() + 1 + new.position(|one| one == name).unwrap_or(0);
    patch.set("name", name);
    patch.set("field", format!("column_{number}"));
    patch.set("type", column_type);
    version.began(patch);
    let before = printed.iter().take_while(|one| *one != name);
    let behind: Vec<String> = before.cloned().collect();
    patch.place = Place::New {
        behind: behind.into_iter().rev().collect(),
        from: None,
    };
}

/// The printed columns under the names that the spec has for them, where they differ in width only.
fn in_spec_words(layout: &BillLayout, bill: &PrintedBill) -> Vec<String> {
    let known = |name: &String| {
        let mut columns = layout.columns.iter();
        columns.find(|known| plain(known) == plain(name)).cloned()
    };
    let columns = bill.columns.iter();
    columns
        .map(|name| known(name).unwrap_or_else(|| without_blanks(name)))
        .collect()
}

fn neighbour(columns: &[String], name: &str) -> Option<Option<String>> {
    let at = columns.iter().position(|column| column == name)?;
    let before = at.checked_sub(1).and_then(|before| columns.get(before));
    Some(before.cloned())
}

fn column_word(column: &ColumnType) -> String {
    let word = match column {
        ColumnType::Text => "text",
        ColumnType::Yuan => "yuan",
        ColumnType::Decimal => "decimal",
        ColumnType::Rate => "rate",
        ColumnType::Time => "time",
        ColumnType::Enum(name) => name,
    };
    word.to_owned()
}

fn column_type(words: &FieldWords, name: &str) -> &'static str {
    match () {
        () if words.money.end(name) => "yuan",
        () if words.moment.end(name) => "time",
        () => "text",
    }
}

/// The columns of a layout, a few on a line.
fn in_lines(columns: &[String]) -> Array {
    let mut array = Array::new();
    for (at, column) in columns.iter().enumerate() {
        let mut value = Value::from(column.as_str());
        value.decor_mut().set_prefix(if at % COLUMNS_PER_LINE == 0 {
            "\n  "
        } else {
            " "
        });
        array.push_formatted(value);
    }
    array.set_trailing_comma(true);
    array.set_trailing("\n");
    array.decor_mut().set_prefix(" ");
    array
}
