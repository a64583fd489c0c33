//! Resolves the interfaces: which messages each has, under which names.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;

use crate::model::{FieldType, Interface, Message, MessageKind, Method, ReplyForm};
use crate::read::tree::{InterfaceFile, MessageTable};
use crate::source::{Span, Spanned};

use super::context::Context;
use super::message::{self, Identity};
use super::names::{is_taken_module, is_taken_type};
use super::problem;

pub(super) fn resolve(files: &[InterfaceFile], context: &mut Context<'_>) -> Vec<Interface> {
    let mut variants: BTreeMap<String, Span> = BTreeMap::new();
    for file in files {
        let name = file.rust.as_ref().unwrap_or(&file.name);
        let variant = name.value.to_upper_camel_case();
        if let Some(first) = variants.get(&variant) {
            let what = format!("interface `{}`", file.name.value);
            context.clash(&variant, name.span, Some(*first), &what);
        }
        variants.entry(variant).or_insert(name.span);
    }
    files.iter().map(|file| interface(file, context)).collect()
}

/// True for an absolute address with a path, without a query: what the derive of a call takes.
fn is_url(url: &str) -> bool {
    let rest = ["https://", "http://"]
        .iter()
        .find_map(|scheme| url.strip_prefix(scheme));
    let split = rest.and_then(|rest| rest.split_once('/'));
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '?' | '#' | '"' | '<' | '>');
    split.is_some_and(|(host, path)| !host.is_empty() && !path.is_empty()) && url.chars().all(plain)
}

fn interface(file: &InterfaceFile, context: &mut Context<'_>) -> Interface {
    let rust_name = file.rust.as_ref().unwrap_or(&file.name);
    context.snake_name(rust_name, "the Rust name of an interface");
    let is_self = rust_name.value.to_upper_camel_case() == "Self";
    if is_taken_module(&rust_name.value) || is_self {
        let what = format!("interface `{}`", file.name.value);
        context.clash(&rust_name.value, rust_name.span, None, &what);
    }
    if let Some(url) = file.url.as_ref().filter(|url| !is_url(&url.value)) {
        context.report(problem::not_a_url(url));
    }
    if let Some(url) = &file.stable_url {
        if !is_url(&url.value) {
            context.report(problem::not_a_url(url));
        }
        if file.token_for.is_none() {
            let found = problem::stable_without_token(&file.name.value, url.span);
            context.report(found);
        }
    }
    let method = file
        .method
        .as_ref()
        .map_or(Method::Post, |method| method.value);
    check_messages(file, method, context);
    let errata = context.errata(&file.errata);
    let messages = messages(file, method, context);
    check_type_names(&messages, context);
    Interface {
        name: file.name.value.clone(),
        rust_name: rust_name.value.clone(),
        section: file.section.clone(),
        title: file.title.clone(),
        doc: file.doc.clone(),
        method,
        url: file.url.as_ref().map(|url| url.value.clone()),
        auth: file.auth,
        form: form(file),
        token_for: file.token_for,
        stable_url: file.stable_url.as_ref().map(|url| url.value.clone()),
        repeatable: file.repeatable,
        origin: file.origin.clone(),
        history: context.history(&file.history),
        errata,
        notes: file.notes.clone(),
        messages,
        span: file.span,
    }
}

/// A call has a request and a response, a callback a notification and a reply.
fn check_messages(file: &InterfaceFile, method: Method, context: &mut Context<'_>) {
    let callback = method == Method::Callback;
    let text = form(file) == ReplyForm::Text;
    let messages: [(&str, &Option<MessageTable>, bool, bool); 4] = [
        ("request", &file.request, !callback, !callback),
        ("response", &file.response, !callback && !text, !callback),
        ("notification", &file.notification, callback, callback),
        ("reply", &file.reply, callback, callback),
    ];
    for (name, table, needed, allowed) in messages {
        if table.is_none() && needed {
            context.report(problem::message_lacks(
                &file.name.value,
                method,
                name,
                file.span,
            ));
        }
        if let (Some(table), false) = (table, allowed) {
            let found = problem::message_misplaced(&file.name.value, method, name, table.span);
            context.report(found);
        }
    }
    check_json(file, method, context);
    match &file.url {
        Some(url) if callback => {
            context.report(problem::url_of_callback(&file.name.value, url.span));
        }
        None if !callback => {
            context.report(problem::url_missing(&file.name.value, method, file.span));
        }
        _ => {}
    }
}

fn form(file: &InterfaceFile) -> ReplyForm {
    let form = file.form.as_ref();
    form.map_or(ReplyForm::Xml, |form| form.value)
}

/// A client sends XML or a query, and verifies XML: JSON is a reply that is not signed.
fn check_json(file: &InterfaceFile, method: Method, context: &mut Context<'_>) {
    let json = |form: &&Spanned<ReplyForm>| form.value == ReplyForm::Json;
    let Some(form) = file.form.as_ref().filter(json) else {
        return;
    };
    if method == Method::Post {
        return context.report(problem::json_request(&file.name.value, form.span));
    }
    let reply = file
        .response
        .as_ref()
        .and_then(|reply| reply.signed.as_ref());
    if let Some(signed) = reply.filter(|signed| signed.value) {
        context.report(problem::json_signed(
            &file.name.value,
            form.span,
            signed.span,
        ));
    }
}

fn messages(file: &InterfaceFile, method: Method, context: &mut Context<'_>) -> Vec<Message> {
    let structures: Vec<String> = file
        .structures
        .iter()
        .map(|(name, _)| name.value.clone())
        .collect();
    let tables = [
        ("request", MessageKind::Request, &file.request),
        ("response", MessageKind::Response, &file.response),
        (
            "notification",
            MessageKind::Notification,
            &file.notification,
        ),
        ("reply", MessageKind::Reply, &file.reply),
    ];
    let mut messages = Vec::new();
    for (name, kind, table) in tables {
        let of_callback = matches!(kind, MessageKind::Notification | MessageKind::Reply);
        if of_callback != (method == Method::Callback) {
            // Reported above; what is in it would be judged by the wrong rules.
            continue;
        }
        let identity = Identity {
            kind,
            name,
            section: &file.section,
            structures: &structures,
        };
        messages.extend(
            table
                .as_ref()
                .map(|table| message::resolve(table, &identity, context)),
        );
    }
    for (name, table) in &file.structures {
        context.snake_name(name, "the name of a structure");
        if !uses_structure(&messages, &name.value) {
            context.report(problem::unused_structure(name));
        }
        let identity = Identity {
            kind: MessageKind::Structure,
            name: &name.value,
            section: &file.section,
            structures: &[],
        };
        messages.push(message::resolve(table, &identity, context));
    }
    messages
}

fn uses_structure(messages: &[Message], name: &str) -> bool {
    let mut fields = messages.iter().flat_map(|message| &message.fields);
    fields.any(|field| matches!(&field.field_type, FieldType::Structure(used) if used == name))
}

/// Messages, structures and views of an interface share a Rust module.
fn check_type_names(messages: &[Message], context: &mut Context<'_>) {
    let mut taken: BTreeMap<&str, Span> = BTreeMap::new();
    for message in messages {
        let views = message
            .views
            .iter()
            .map(|view| (&view.rust_name, view.span));
        for (name, span) in std::iter::once((&message.rust_name, message.span)).chain(views) {
            let first = taken.insert(name, span);
            let of_ours = message.kind != MessageKind::Structure && *name == message.rust_name;
            let imported = is_taken_type(name) && !of_ours
                || context.enums.iter().any(|item| item.name == *name);
            if first.is_some() || imported {
                context.clash(name, span, first, "this");
            }
        }
    }
}
