//! The struct of a message: one doc comment and one attribute line per field.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::model::{
    Auth, Condition, Field, FieldType, Format, GroupKind, Interface, LengthUnit, Message,
    MessageKind, Method, Model, ReplyForm, Rule, Supplier,
};

use super::imports::{is_callers, value_type};
use super::{docs, ident};

pub(super) fn tokens(message: &Message, interface: &Interface, model: &Model) -> TokenStream {
    let name = ident(&message.rust_name);
    let doc = docs::comment(&summary(message, interface, model));
    let default = has_default(message, interface).then(|| quote!(Default,));
    let builder = message.kind.is_sent().then(|| quote!(, Builder));
    let title = format!("{} {}", interface.name, message.name);
    let section = &message.section;
    let unsigned = (!message.signed).then(|| quote!(, unsigned));
    let algorithm = model.algorithm();
    let sign_type =
        (message.signed && algorithm != "MD5").then(|| quote!(, sign_type = #algorithm));
    let call = (message.kind == MessageKind::Request).then(|| call(interface, model));
    let rules = message
        .rules
        .iter()
        .map(|rule| rule_attribute(rule, message, model));
    let structure = |wire: &str| {
        let mut structures = interface.structures();
        let found = structures.find(|found| found.name == wire);
        found.map_or_else(String::new, |found| found.rust_name.clone())
    };
    let fields = message
        .distinct_fields()
        .map(|row| field(row, message, model, structure));
    quote! {
        #doc
        #[derive(Clone, PartialEq, #default Message #builder)]
        #[message(name = #title, section = #section #unsigned #sign_type)]
        #call
        #(#rules)*
        #[non_exhaustive]
        pub struct #name {
            #(#fields)*
            /// Fields that the spec does not know, kept as received and signed when sent.
            #[field(unknown)]
            pub unknown: UnknownFields,
        }
    }
}

/// What is received starts empty where it can (a sandbox fills it in), and so does a token request,
/// all of which is supplied.
fn has_default(message: &Message, interface: &Interface) -> bool {
    let wanted = match message.kind {
        MessageKind::Request => interface.token_for.is_some(),
        kind => !kind.is_sent(),
    };
    let mut fields = message.distinct_fields();
    wanted
        && fields.all(|field| {
            field.is_option()
                || field.is_indexed()
                || matches!(
                    field.field_type,
                    FieldType::Text
                        | FieldType::Number
                        | FieldType::Enum(_)
                        | FieldType::Fen
                        | FieldType::Seconds
                )
        })
}

fn summary(message: &Message, interface: &Interface, model: &Model) -> Vec<String> {
    let head = format!("`{}` {}, {}", interface.name, message.name, message.section);
    let mut lines = docs::paragraphs(&head, &message.doc, model);
    let conditional = message.parts.iter().any(|part| part.when.is_some());
    if conditional && !message.kind.is_sent() {
        lines.push(String::new());
        lines.push(
            "A field that stands under a condition and is no `Option` is demanded once the \
             condition holds."
                .to_owned(),
        );
    }
    let mut items = Vec::new();
    for group in &message.groups {
        let members: Vec<String> = group
            .members
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        let kind = match group.kind {
            GroupKind::ExactlyOne => "Exactly one",
            GroupKind::AtLeastOne => "At least one",
        };
        let head = format!("- {kind} of {}", members.join(", "));
        items.push(docs::sentences(&head, &docs::in_line(&group.doc, model)));
    }
    items.extend(docs::rulings(&message.errata, model));
    for part in &message.parts {
        items.extend(docs::rulings(&part.errata, model));
    }
    if !items.is_empty() {
        lines.push(String::new());
        lines.extend(items);
    }
    lines
}

fn call(interface: &Interface, model: &Model) -> TokenStream {
    let method = interface.method.as_str();
    let url = interface.url.as_deref().unwrap_or_default();
    let auth = match interface.auth {
        Auth::None => quote!(none),
        Auth::AccessToken | Auth::IpList => quote!(access_token),
    };
    let form = match interface.form {
        ReplyForm::Xml => quote!(xml),
        ReplyForm::XmlOrJson => quote!(xml_or_json),
        ReplyForm::Json => quote!(json),
        ReplyForm::Text => quote!(text),
    };
    let reply = interface
        .message(MessageKind::Response)
        .map(|_| quote!(, reply = Response));
    let errors = (!model.error_codes.is_empty()).then(|| quote!(, errors = super::ErrorCode));
    let repeatable = interface.repeatable.then(|| quote!(, repeatable));
    debug_assert!(
        interface.method != Method::Callback,
        "invariant: a callback has no request"
    );
    quote!(#[call(method = #method, url = #url, auth = #auth, form = #form #reply #errors #repeatable)])
}

fn rule_attribute(rule: &Rule, message: &Message, model: &Model) -> TokenStream {
    let name = ident(&rule.name);
    let doc = &rule.doc;
    let chinese = model.chinese(doc).map(|text| quote!(doc_zh = #text,));
    let check = in_rust(&rule.check, message);
    quote!(#[rule(name = #name, doc = #doc, #chinese check = #check)])
}

/// The condition over the fields of the struct.
fn in_rust(condition: &Condition, message: &Message) -> TokenStream {
    let rust_name = |wire: &String| match message.field(wire) {
        Some(field) => field.rust_name.clone(),
        None => wire.clone(),
    };
    condition.map(&mut { rust_name }).to_tokens()
}

fn field(
    field: &Field,
    message: &Message,
    model: &Model,
    structure: impl Fn(&str) -> String,
) -> TokenStream {
    let doc = docs::field(field, message, model);
    let attribute = attribute(field, message);
    let name = ident(&field.rust_name);
    let value = value_type(field, structure);
    let value = match (field.is_option(), field.is_indexed()) {
        (true, _) => quote!(Option<#value>),
        (_, true) if field.has_two_indices() => quote!(Indexed<#value, (u32, u32)>),
        (_, true) => quote!(Indexed<#value>),
        _ => value,
    };
    quote! {
        #doc
        #attribute
        pub #name: #value,
    }
}

fn attribute(field: &Field, message: &Message) -> TokenStream {
    let mut keys = Vec::new();
    if field.name != field.rust_name {
        let name = &field.name;
        keys.push(quote!(name = #name));
    }
    // A derive asks for a label, and the name is the next best one.
    let label = match field.label.trim() {
        "" => &field.name,
        _ => &field.label,
    };
    keys.push(quote!(label = #label));
    if let Some(max) = field.max {
        let max = Literal::u32_unsuffixed(max);
        keys.push(quote!(max = #max));
    }
    if field.length_unit == LengthUnit::Bytes {
        keys.push(quote!(length = bytes));
    }
    for (key, number) in [("min", field.min), ("default", field.default)] {
        if let Some(number) = number {
            let (key, number) = (ident(key), Literal::u64_unsuffixed(number));
            keys.push(quote!(#key = #number));
        }
    }
    match field.format {
        Some(Format::Url) => keys.push(quote!(format = url)),
        Some(Format::Md5) => keys.push(quote!(format = md5)),
        Some(Format::Json) | None => {}
    }
    keys.extend(field.secret.then(|| quote!(secret)));
    keys.extend(field.personal.then(|| quote!(personal)));
    keys.extend(supplied(field));
    for alias in &field.aliases {
        keys.push(quote!(alias = #alias));
    }
    keys.extend(relations(field, message));
    quote!(#[field(#(#keys),*)])
}

fn supplied(field: &Field) -> Vec<TokenStream> {
    let mut keys = match &field.supplier {
        Supplier::Caller => return Vec::new(),
        Supplier::Merchant(_) => vec![quote!(supplied = merchant)],
        Supplier::Client | Supplier::Constant(_) => vec![quote!(supplied = client)],
    };
    keys.extend(field.demanded.then(|| quote!(required)));
    match &field.supplier {
        Supplier::Merchant(key) if *key != field.name => keys.push(quote!(from = #key)),
        Supplier::Constant(value) => keys.push(quote!(value = #value)),
        _ => {}
    }
    keys
}

/// Groups and conditions, which only a message that we send has checked.
fn relations(field: &Field, message: &Message) -> Vec<TokenStream> {
    let mut keys = Vec::new();
    if !message.kind.is_sent() {
        return keys;
    }
    let group = field.group.as_ref().and_then(|name| message.group(name));
    if let Some(group) = group.filter(|_| is_callers(field)) {
        let (kind, name) = (ident(group.kind.as_str()), ident(&group.name));
        keys.push(quote!(#kind = #name));
    }
    if let Some(condition) = &field.required_when {
        let condition = in_rust(condition, message);
        keys.push(quote!(required_when(#condition)));
    }
    if let Some(condition) = &field.forbidden_when {
        let condition = in_rust(condition, message);
        keys.push(quote!(forbidden_when(#condition)));
    }
    keys
}
