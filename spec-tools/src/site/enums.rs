//! The page of the enums: values, where they are used, how states follow one another.

use askama::Template;

use signed_xml_codegen::model::{ColumnType, Enum, EnumValue, FieldType, Model};

use super::diagram::{self, States};
use super::field::{Fact, versions};
use super::frame::Frame;
use super::prose::{Html, Scope, escaped};
use super::words::{Language, Words};
use super::{Ruling, Site, address, rulings};

#[derive(Template)]
#[template(path = "enums.html")]
pub(super) struct Page<'a> {
    f: Frame<'a>,
    enums: Vec<Section<'a>>,
}

pub(super) struct Section<'a> {
    name: &'a str,
    printed: &'static str,
    doc: Html,
    values: Vec<ValueRow<'a>>,
    used_by: Vec<Html>,
    states: Option<States<'a>>,
    rulings: Vec<Ruling>,
}

pub(super) struct ValueRow<'a> {
    anchor: String,
    value: &'a EnumValue,
    doc: Html,
    facts: Vec<Fact>,
    rulings: Vec<Ruling>,
}

impl<'a> Page<'a> {
    pub(super) fn of(site: Site<'a>) -> Self {
        let (model, scope) = (site.model, site.scope());
        let enums = model.enums.iter();
        Self {
            f: site.frame(address::ENUMS, site.words().enums),
            enums: enums
                .map(|found| section(found, site.language, scope))
                .collect(),
        }
    }
}

fn section<'a>(found: &'a Enum, language: Language, scope: Scope<'a>) -> Section<'a> {
    let w = language.words();
    let mut shown = Vec::new();
    let own = rulings(&found.errata, scope, &mut shown);
    let values = found.values.iter().map(|value| ValueRow {
        anchor: address::value(&found.name, &value.name),
        value,
        doc: scope.prose(&value.doc),
        facts: versions(&value.history, &w, scope),
        rulings: rulings(&value.errata, scope, &mut shown),
    });
    Section {
        name: &found.name,
        printed: found.wire_type.printed(),
        doc: scope.prose(&found.doc),
        values: values.collect(),
        used_by: used_by(scope.model, &found.name, &w),
        states: diagram::of(found, language, scope),
        rulings: own,
    }
}

/// Links to the fields and bill columns that have an enum.
fn used_by(model: &Model, name: &str, w: &Words) -> Vec<Html> {
    let mut uses = Vec::new();
    for interface in &model.interfaces {
        for message in &interface.messages {
            let fields = message.distinct_fields().filter(
                |field| matches!(&field.field_type, FieldType::Enum(found) if found == name),
            );
            uses.extend(fields.map(|field| {
                let page = address::interface(&interface.name);
                let href = format!("{page}#{}", address::row(message, field));
                Html(format!(
                    "<a href=\"{}\"><code>{}</code> {} <code>{}</code></a>",
                    escaped(&href),
                    escaped(&interface.name),
                    escaped(w.message(message)),
                    escaped(&field.name)
                ))
            }));
        }
    }
    let columns = model
        .bill_columns
        .iter()
        .filter(|column| matches!(&column.column_type, ColumnType::Enum(found) if found == name));
    uses.extend(columns.map(|column| {
        let href = format!("{}#{}", address::BILLS, column.field);
        let name = escaped(&column.name);
        Html(format!(
            "<a href=\"{}\" lang=\"zh-CN\">{name}</a>",
            escaped(&href)
        ))
    }));
    uses
}
