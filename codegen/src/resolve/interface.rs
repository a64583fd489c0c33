//! Resolves the interfaces: which messages each has, under which names.

use std::collections::BTreeMap;

use crate::model::{FieldType, Interface, Message, MessageKind, Method, ReplyForm};
use crate::read::tree::{InterfaceFile, MessageTable};
use crate::source::Span;

use super::context::Context;
use super::message::{self, Identity};
use super::problem;

/// Modules of the generated crate that are no interfaces.
const TAKEN_MODULES: &[&str] = &["bill", "client", "enums", "error_code", "interface"];

/// Types that every generated module can import.
const TAKEN_TYPES: &[&str] = &[
    "BeijingTime",
    "BillDate",
    "Builder",
    "Duration",
    "Fen",
    "IdDigest",
    "Indexed",
    "Ipv4Addr",
    "Json",
    "Message",
    "Text",
    "UnknownFields",
];

pub(super) fn resolve(files: &[InterfaceFile], context: &mut Context<'_>) -> Vec<Interface> {
    files.iter().map(|file| interface(file, context)).collect()
}

fn interface(file: &InterfaceFile, context: &mut Context<'_>) -> Interface {
    context.snake_name(&file.name, "the name of an interface");
    if TAKEN_MODULES.contains(&file.name.value.as_str()) {
        context.clash(&file.name.value, file.name.span, None, "the interface");
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
        section: file.section.clone(),
        title: file.title.clone(),
        doc: file.doc.clone(),
        method,
        url: file.url.as_ref().map(|url| url.value.clone()),
        auth: file.auth,
        form: file.form,
        token_for: file.token_for,
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
    let text = file.form == ReplyForm::Text;
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
            let imported = TAKEN_TYPES.contains(&name.as_str())
                || context.enums.iter().any(|item| item.name == *name);
            if first.is_some() || imported {
                context.clash(name, span, first, "this");
            }
        }
    }
}
