//! The page of one interface: how it is called, its messages with samples, its error codes, its
//! states.

use askama::Template;

use signed_xml_codegen::model::{
    Auth, GroupKind, Interface, Message, MessageKind, Method, ReplyForm, TokenFor,
};

use super::catalog::CodeRow;
use super::diagram::{self, States};
use super::field::{Fact, Row, versions};
use super::frame::{Frame, short};
use super::prose::{Html, Scope, escaped};
use super::sample::{Form, KEY, Sample};
use super::words::{Language, Words};
use super::{Ruling, Samples, Site, address, condition, rulings};

#[derive(Template)]
#[template(path = "interface.html")]
pub(super) struct Page<'a> {
    f: Frame<'a>,
    interface: &'a Interface,
    section: &'a str,
    method: &'static str,
    /// What the address ends with when it is called.
    query: &'static str,
    doc: Html,
    facts: Vec<Fact>,
    notes: Vec<Html>,
    rulings: Vec<Ruling>,
    messages: Vec<Section<'a>>,
    codes: Vec<CodeRow<'a>>,
    states: Vec<States<'a>>,
    key: &'static str,
}

/// A message of the interface.
pub(super) struct Section<'a> {
    id: &'a str,
    title: &'static str,
    /// The wire name of a structure; empty for other messages.
    name: &'a str,
    signed: bool,
    rows: usize,
    doc: Html,
    rulings: Vec<Ruling>,
    parts: Vec<PartRows<'a>>,
    groups: Vec<GroupRow>,
    rules: Vec<RuleRow>,
    views: Vec<ViewRow<'a>>,
    samples: Vec<SampleBox<'a>>,
}

/// The rows of a part of a message, under its condition.
pub(super) struct PartRows<'a> {
    when: Option<Html>,
    doc: Html,
    rulings: Vec<Ruling>,
    rows: Vec<Row<'a>>,
}

pub(super) struct GroupRow {
    anchor: String,
    word: &'static str,
    members: Html,
    doc: Html,
    rulings: Vec<Ruling>,
}

pub(super) struct RuleRow {
    check: Html,
    doc: Html,
    rulings: Vec<Ruling>,
}

pub(super) struct ViewRow<'a> {
    name: &'a str,
    section: Html,
    doc: Html,
    conditions: Vec<Fact>,
    values: Vec<(&'a str, Html)>,
    rulings: Vec<Ruling>,
}

/// A sample as it is shown.
pub(super) struct SampleBox<'a> {
    /// What tests find it by: `order.request`.
    id: String,
    form: &'static str,
    sample: &'a Sample,
}

impl<'a> Page<'a> {
    pub(super) fn of(site: Site<'a>, interface: &'a Interface, samples: &'a Samples) -> Self {
        let scope = site.scope_of(interface);
        let w = site.words();
        let codes = site.model.error_codes.iter().filter(|code| {
            let mut names = code.interfaces.iter();
            names.any(|name| name == "*" || *name == interface.name)
        });
        // Whoever calls us gets no code of the platform's.
        let codes = codes.filter(|_| interface.method != Method::Callback);
        let mut shown = Vec::new();
        Self {
            f: site.frame(&address::interface(&interface.name), &interface.name),
            interface,
            section: site.text(&interface.section),
            method: short(interface.method, site.language),
            query: match interface.auth {
                Auth::None => "",
                Auth::AccessToken | Auth::IpList => "?access_token=ACCESS_TOKEN",
            },
            doc: scope.prose(&interface.doc),
            facts: facts(interface, &w, scope),
            notes: interface
                .notes
                .iter()
                .map(|note| scope.prose(note))
                .collect(),
            rulings: rulings(&interface.errata, scope, &mut shown),
            messages: sections(site.language, interface, scope, samples),
            codes: codes
                .map(|code| CodeRow::of(code, site.language, scope))
                .collect(),
            states: diagram::of_interface(interface, site.language, scope),
            key: KEY,
        }
    }
}

fn facts(interface: &Interface, w: &Words, scope: Scope<'_>) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |word, text: &str| {
        facts.push(Fact {
            word,
            text: Html(escaped(text)),
        })
    };
    if interface.method != Method::Callback {
        add(
            w.auth,
            match interface.auth {
                Auth::None => w.auth_none,
                Auth::AccessToken => w.auth_token,
                Auth::IpList => w.auth_ip,
            },
        );
        add(
            w.reply_form,
            match interface.form {
                ReplyForm::Xml => w.form_xml,
                ReplyForm::XmlOrJson => w.form_either,
                ReplyForm::Json => w.form_json,
                ReplyForm::Text => w.form_text,
            },
        );
    }
    match interface.token_for {
        Some(TokenFor::ServiceProvider) => add(w.token_for, w.mode_provider),
        Some(TokenFor::Independent) => add(w.token_for, w.mode_independent),
        None => {}
    }
    if let Some(url) = &interface.stable_url {
        add(w.stable_url, url);
    }
    if interface.repeatable {
        add(w.repeatable, w.repeatable_yes);
    }
    if interface.origin.is_some() {
        add(w.document, w.origin);
    }
    facts.extend(versions(&interface.history, w, scope));
    facts
}

fn sections<'a>(
    language: Language,
    interface: &'a Interface,
    scope: Scope<'a>,
    samples: &'a Samples,
) -> Vec<Section<'a>> {
    let messages = interface.messages.iter().zip(samples);
    let sections = messages.map(|(message, samples)| {
        section(language, interface, message, scope.within(message), samples)
    });
    sections.collect()
}

fn section<'a>(
    language: Language,
    interface: &'a Interface,
    message: &'a Message,
    scope: Scope<'a>,
    samples: &'a [Sample],
) -> Section<'a> {
    let w = language.words();
    // A message shows a ruling in full once, and by its number after that.
    let mut shown = Vec::new();
    let title = match message.kind {
        MessageKind::Request => w.request,
        MessageKind::Response => w.response,
        MessageKind::Notification => w.notification,
        MessageKind::Reply => w.reply,
        MessageKind::Structure => w.structure,
    };
    let is_structure = message.kind == MessageKind::Structure;
    Section {
        id: &message.name,
        title,
        name: if is_structure { &message.name } else { "" },
        signed: message.signed,
        rows: message.distinct_fields().count(),
        doc: scope.prose(&message.doc),
        rulings: rulings(&message.errata, scope, &mut shown),
        parts: parts(message, language, scope, &mut shown),
        groups: groups(message, language, scope, &mut shown),
        rules: rules(message, language, scope, &mut shown),
        views: views(message, language, scope, &mut shown),
        samples: samples
            .iter()
            .map(|sample| SampleBox {
                id: format!("{}.{}", interface.name, message.name),
                form: match sample.form {
                    Form::Xml => "XML",
                    Form::Json => "JSON",
                    Form::Address => "URL",
                },
                sample,
            })
            .collect(),
    }
}

fn parts<'a>(
    message: &'a Message,
    language: Language,
    scope: Scope<'a>,
    shown: &mut Vec<String>,
) -> Vec<PartRows<'a>> {
    let parts = message.parts.iter().enumerate();
    let parts = parts.map(|(at, part)| PartRows {
        when: part
            .when
            .as_ref()
            .map(|when| condition::words(when, language, scope)),
        doc: scope.prose(&part.doc),
        rulings: rulings(&part.errata, scope, shown),
        rows: message
            .fields
            .iter()
            .filter(|field| field.part == at)
            .map(|field| Row::of(field, message, language, scope, shown))
            .collect(),
    });
    parts.collect()
}

fn groups(
    message: &Message,
    language: Language,
    scope: Scope<'_>,
    shown: &mut Vec<String>,
) -> Vec<GroupRow> {
    let w = language.words();
    let groups = message.groups.iter().map(|group| {
        let members: Vec<String> = group
            .members
            .iter()
            .map(|name| scope.code(name).0)
            .collect();
        GroupRow {
            anchor: address::group(message, &group.name),
            word: match group.kind {
                GroupKind::ExactlyOne => w.one_of_group,
                GroupKind::AtLeastOne => w.some_of_group,
            },
            members: Html(members.join(w.comma)),
            doc: scope.prose(&group.doc),
            rulings: rulings(&group.errata, scope, shown),
        }
    });
    groups.collect()
}

fn rules(
    message: &Message,
    language: Language,
    scope: Scope<'_>,
    shown: &mut Vec<String>,
) -> Vec<RuleRow> {
    let rules = message.rules.iter().map(|rule| RuleRow {
        check: condition::words(&rule.check, language, scope),
        doc: scope.prose(&rule.doc),
        rulings: rulings(&rule.errata, scope, shown),
    });
    rules.collect()
}

fn views<'a>(
    message: &'a Message,
    language: Language,
    scope: Scope<'a>,
    shown: &mut Vec<String>,
) -> Vec<ViewRow<'a>> {
    let w = language.words();
    let names = |names: &[String]| {
        let names: Vec<String> = names.iter().map(|name| scope.code(name).0).collect();
        Html(names.join(w.comma))
    };
    let views = message.views.iter().map(|view| {
        let conditions = [(w.is_there, &view.present), (w.is_not_there, &view.absent)];
        let conditions = conditions
            .into_iter()
            .filter(|(_, fields)| !fields.is_empty());
        ViewRow {
            name: &view.name,
            section: scope.prose(&view.section),
            doc: scope.prose(&view.doc),
            conditions: conditions
                .map(|(word, fields)| Fact {
                    word,
                    text: names(fields),
                })
                .collect(),
            values: view
                .values
                .iter()
                .map(|value| (value.name.as_str(), scope.code(&value.field)))
                .collect(),
            rulings: rulings(&view.errata, scope, shown),
        }
    });
    views.collect()
}
