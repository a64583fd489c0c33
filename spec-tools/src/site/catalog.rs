//! The pages that stand beside the interfaces: overview, error codes, errata, versions.

use askama::Template;

use signed_xml_codegen::model::{Effect, ErrorCode, Interface, Model};

use super::field::{Fact, versions};
use super::frame::{Frame, short};
use super::prose::{Html, Scope, escaped};
use super::words::{Language, Words};
use super::{Ruling, Site, address, rulings};

/// The overview.
#[derive(Template)]
#[template(path = "index.html")]
pub(super) struct Index<'a> {
    f: Frame<'a>,
    interfaces: Vec<Card<'a>>,
    notes: Vec<Html>,
    rulings: Vec<Ruling>,
    counts: [(usize, &'static str, &'static str); 6],
}

pub(super) struct Card<'a> {
    href: String,
    interface: &'a Interface,
    method: &'static str,
    doc: Html,
}

impl<'a> Index<'a> {
    pub(super) fn of(site: Site<'a>) -> Self {
        let (model, scope, w) = (site.model, site.scope(), site.words());
        let interfaces = model.interfaces.iter().map(|interface| Card {
            href: address::interface(&interface.name),
            interface,
            method: short(interface.method, site.language),
            doc: scope.prose(&interface.doc),
        });
        let messages = model
            .interfaces
            .iter()
            .flat_map(|interface| &interface.messages);
        let fields = messages
            .map(|message| message.distinct_fields().count())
            .sum();
        Self {
            f: site.frame(address::INDEX, w.overview),
            interfaces: interfaces.collect(),
            notes: model.notes.iter().map(|note| scope.prose(note)).collect(),
            rulings: rulings(&model.errata_of_spec, scope, &mut Vec::new()),
            counts: [
                (model.interfaces.len(), w.interfaces, "#interfaces"),
                (fields, w.fields_total, "#interfaces"),
                (model.error_codes.len(), w.errors, address::ERRORS),
                (model.enums.len(), w.enums, address::ENUMS),
                (model.bill_columns.len(), w.bill_columns, address::BILLS),
                (model.errata.len(), w.errata, address::ERRATA),
            ],
        }
    }
}

/// The error codes.
#[derive(Template)]
#[template(path = "errors.html")]
pub(super) struct Errors<'a> {
    f: Frame<'a>,
    doc: Html,
    codes: Vec<CodeRow<'a>>,
}

/// An error code as a row.
pub(super) struct CodeRow<'a> {
    pub(super) anchor: String,
    /// Where the code is explained, from this page.
    pub(super) href: String,
    pub(super) code: &'a str,
    pub(super) name: &'a str,
    pub(super) meaning: &'a str,
    /// True if it is certain that the call did nothing.
    pub(super) refused: bool,
    pub(super) advice: Html,
    pub(super) facts: Vec<Fact>,
    pub(super) rulings: Vec<Ruling>,
}

impl<'a> Errors<'a> {
    pub(super) fn of(site: Site<'a>) -> Self {
        let (model, scope) = (site.model, site.scope());
        let codes = model.error_codes.iter();
        Self {
            f: site.frame(address::ERRORS, site.words().errors),
            doc: scope.prose(&model.error_codes_doc),
            codes: codes
                .map(|code| CodeRow::of(code, site.language, scope))
                .collect(),
        }
    }
}

impl<'a> CodeRow<'a> {
    pub(super) fn of(code: &'a ErrorCode, language: Language, scope: Scope<'a>) -> Self {
        let w = language.words();
        let anchor = address::code(&code.code);
        let mut facts = Vec::new();
        // On the page of an interface the reader knows whose code it is.
        if scope.interface.is_none() {
            let names = code.interfaces.iter().map(|name| match name.as_str() {
                "*" => escaped(w.every_interface),
                name => scope.code(name).0,
            });
            let text = Html(names.collect::<Vec<_>>().join(w.comma));
            facts.push(Fact {
                word: w.answered_by,
                text,
            });
        }
        facts.extend(versions(&code.history, &w, scope));
        Self {
            href: format!("{}{}#{anchor}", scope.home, address::ERRORS),
            anchor,
            code: &code.code,
            name: &code.name,
            meaning: &code.meaning,
            refused: code.effect == Effect::Refused,
            advice: scope.prose(&code.advice),
            facts,
            rulings: rulings(&code.errata, scope, &mut Vec::new()),
        }
    }
}

/// The errata.
#[derive(Template)]
#[template(path = "errata.html")]
pub(super) struct Errata<'a> {
    f: Frame<'a>,
    errata: Vec<ErratumRow<'a>>,
}

pub(super) struct ErratumRow<'a> {
    id: &'a str,
    section: Html,
    printed: Html,
    ruling: Html,
    why: Html,
    concerns: Vec<Concern>,
}

/// Something that an erratum rules on or that a version brought.
pub(super) struct Concern {
    href: String,
    name: Html,
}

impl<'a> Errata<'a> {
    pub(super) fn of(site: Site<'a>) -> Self {
        let (model, scope) = (site.model, site.scope());
        let all = items(model, &site.words());
        let errata = model.errata.iter().map(|erratum| ErratumRow {
            id: &erratum.id,
            section: scope.prose(&erratum.section),
            printed: scope.prose(&erratum.printed),
            ruling: scope.prose(&erratum.ruling),
            why: scope.prose(&erratum.why),
            concerns: all
                .iter()
                .filter(|item| item.errata.contains(&erratum.id))
                .map(Item::concern)
                .collect(),
        });
        Self {
            f: site.frame(address::ERRATA, site.words().errata),
            errata: errata.collect(),
        }
    }
}

/// The versions of the document.
#[derive(Template)]
#[template(path = "versions.html")]
pub(super) struct Versions<'a> {
    f: Frame<'a>,
    versions: Vec<VersionRow<'a>>,
}

pub(super) struct VersionRow<'a> {
    anchor: String,
    version: &'a str,
    date: &'a str,
    present: bool,
    changes: Vec<Html>,
    came: Vec<Concern>,
    went: Vec<Concern>,
}

impl<'a> Versions<'a> {
    pub(super) fn of(site: Site<'a>) -> Self {
        let (model, scope) = (site.model, site.scope());
        let all = items(model, &site.words());
        let versions = model.versions.iter().rev().map(|version| {
            let of = |end: for<'b> fn(&'b Item<'a>) -> Option<&'a str>| {
                let items = all
                    .iter()
                    .filter(|item| end(item) == Some(&version.version));
                items.map(Item::concern).collect()
            };
            VersionRow {
                anchor: address::version(&version.version),
                version: &version.version,
                date: &version.date,
                present: version.version == model.document,
                changes: version
                    .changes
                    .iter()
                    .map(|change| scope.prose(change))
                    .collect(),
                came: of(|item| item.since),
                went: of(|item| item.until),
            }
        });
        Self {
            f: site.frame(address::VERSIONS, site.words().versions),
            versions: versions.collect(),
        }
    }
}

/// Anything of the spec that has a place on the site and can have errata or versions.
struct Item<'a> {
    href: String,
    name: Html,
    errata: &'a [String],
    since: Option<&'a str>,
    until: Option<&'a str>,
}

impl Item<'_> {
    fn concern(&self) -> Concern {
        Concern {
            href: self.href.clone(),
            name: self.name.clone(),
        }
    }
}

/// A name of the spec.
fn code(name: &str) -> Html {
    Html(format!("<code>{}</code>", escaped(name)))
}

/// Every item of the spec, in its order.
fn items<'a>(model: &'a Model, w: &Words) -> Vec<Item<'a>> {
    let plain = |href: String, name: Html, errata: &'a [String]| Item {
        href,
        name,
        errata,
        since: None,
        until: None,
    };
    let mut items = vec![plain(
        address::INDEX.to_owned(),
        Html(escaped(w.whole_spec)),
        &model.errata_of_spec,
    )];
    for interface in &model.interfaces {
        let page = address::interface(&interface.name);
        items.push(Item {
            since: interface.history.since.as_deref(),
            until: interface.history.until.as_deref(),
            ..plain(page.clone(), code(&interface.name), &interface.errata)
        });
        for message in &interface.messages {
            let here = format!("{page}#{}", message.name);
            let name = format!("{} {}", code(&interface.name), escaped(w.message(message)));
            let name = Html(name);
            let parts = message.parts.iter().map(|part| &part.errata);
            let rules = message.rules.iter().map(|rule| &rule.errata);
            let views = message.views.iter().map(|view| &view.errata);
            items.push(plain(here.clone(), name.clone(), &message.errata));
            let inner = parts
                .chain(rules)
                .chain(views)
                .filter(|errata| !errata.is_empty());
            items.extend(inner.map(|errata| plain(here.clone(), name.clone(), errata)));
            for field in &message.fields {
                let href = format!("{page}#{}", address::row(message, field));
                items.push(Item {
                    since: field.history.since.as_deref(),
                    until: field.history.until.as_deref(),
                    ..plain(
                        href,
                        Html(format!("{name} {}", code(&field.name))),
                        &field.errata,
                    )
                });
            }
        }
    }
    for found in &model.enums {
        let href = address::enumeration(&found.name);
        items.push(plain(href, code(&found.name), &found.errata));
        for value in &found.values {
            let anchor = address::value(&found.name, &value.name);
            items.push(Item {
                since: value.history.since.as_deref(),
                until: value.history.until.as_deref(),
                ..plain(
                    format!("{}#{anchor}", address::ENUMS),
                    Html(format!("{} {}", code(&found.name), code(&value.value))),
                    &value.errata,
                )
            });
        }
    }
    for code in &model.error_codes {
        items.push(Item {
            since: code.history.since.as_deref(),
            until: code.history.until.as_deref(),
            ..plain(
                format!("{}#{}", address::ERRORS, address::code(&code.code)),
                self::code(&code.code),
                &code.errata,
            )
        });
    }
    for column in &model.bill_columns {
        items.push(Item {
            since: column.history.since.as_deref(),
            until: column.history.until.as_deref(),
            ..plain(
                format!("{}#{}", address::BILLS, column.field),
                Html(format!(
                    "<span lang=\"zh-CN\">{}</span>",
                    escaped(&column.name)
                )),
                &column.errata,
            )
        });
    }
    for layout in &model.bill_layouts {
        items.push(plain(
            format!("{}#layouts", address::BILLS),
            code(&layout.bill_type),
            &layout.errata,
        ));
    }
    items
}
