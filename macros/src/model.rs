//! A message as the derives see it: attributes and types brought together and checked.
//!
//! Steps: the shape of the item, its own attributes, each field, then what needs several fields
//! (`model/check.rs`). A model always comes out, also of a wrong item, so that the user's other
//! code finds what it needs.

mod address;
mod check;
mod condition;
mod kind;

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Fields, LitStr, Path, Type, Visibility};

pub(crate) use self::address::Address;
pub(crate) use self::condition::{Condition, Reference, text};
pub(crate) use self::kind::{Kind, index_of, inside_indexed, inside_option};
use crate::parse::entries::{Written, documentation};
use crate::parse::field::{At, FieldAttributes, Format, GroupKind, Length, Supplier};
use crate::parse::message::{MessageAttributes, RuleAttributes, SignType};
use crate::problems::Problems;

/// A struct with `#[message(…)]`.
pub(crate) struct Message {
    pub(crate) ident: Ident,
    pub(crate) visibility: Visibility,
    pub(crate) name: String,
    pub(crate) section: String,
    pub(crate) signed: bool,
    pub(crate) sign_type: SignType,
    /// Where the library is, if it is not `::signed_xml`.
    pub(crate) library: Option<Path>,
    /// Whether the module has `#![no_implicit_prelude]`.
    pub(crate) without_prelude: bool,
    /// The fields of the table, in the order of declaration.
    pub(crate) fields: Vec<Field>,
    pub(crate) groups: Vec<Group>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) call: Option<Call>,
    /// The field for what the table does not name.
    pub(crate) unknown: Option<Unknown>,
}

/// A field of the table.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    /// The type, without the `Option` or `Indexed` around it.
    pub(crate) ty: Type,
    /// The `I` of `Indexed<T, I>`: two numbers.
    pub(crate) index: Option<Type>,
    pub(crate) presence: Presence,
    pub(crate) kind: Kind,
    pub(crate) docs: Vec<Attribute>,
    pub(crate) label: String,
    /// Where the label stands: compiler notes about the field point there.
    pub(crate) label_span: Span,
    pub(crate) name: String,
    pub(crate) name_span: Span,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) max: Option<At<u32>>,
    pub(crate) length: Length,
    pub(crate) min: Option<At<u64>>,
    pub(crate) default: Option<At<u64>>,
    pub(crate) format: Option<At<Format>>,
    pub(crate) secret: bool,
    pub(crate) personal: bool,
    pub(crate) supplied: Supplied,
    /// Whether a supplied field must be there in a complete message.
    pub(crate) required: bool,
    /// Whether it holds the signature, which is computed and never written by hand.
    pub(crate) signature: bool,
    /// The field's group, as an index into [`Message::groups`].
    pub(crate) group: Option<usize>,
    pub(crate) required_when: Option<Condition>,
    pub(crate) forbidden_when: Option<Condition>,
}

/// The conditions of a field as written.
struct Conditions {
    required_when: Option<Written>,
    forbidden_when: Option<Written>,
}

/// How often a message may have a field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    /// Once: `T`.
    Demanded,
    /// At most once: `Option<T>`.
    Optional,
    /// Any number of times, each under another name: `Indexed<T>`.
    Indexed,
}

/// Who puts the value in.
pub(crate) enum Supplied {
    Caller,
    Merchant(String),
    Client,
    Constant(String),
}

/// Fields of which one, or at least one, must be there.
pub(crate) struct Group {
    pub(crate) name: Ident,
    pub(crate) kind: GroupKind,
    /// Indexes into [`Message::fields`].
    pub(crate) members: Vec<usize>,
}

/// What must hold between fields.
pub(crate) struct Rule {
    pub(crate) name: Ident,
    pub(crate) doc: String,
    /// The same in Chinese; empty where nobody has written it.
    pub(crate) doc_zh: String,
    pub(crate) check: Condition,
}

/// The field of unknown fields.
pub(crate) struct Unknown {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
}

/// Where a request goes. What is absent was reported.
pub(crate) struct Call {
    pub(crate) get: bool,
    pub(crate) address: Option<Address>,
    pub(crate) access_token: bool,
    pub(crate) form: &'static str,
    pub(crate) reply: Option<Type>,
    pub(crate) errors: Option<Path>,
    pub(crate) repeatable: bool,
}

impl Message {
    /// Reads and checks the item under a derive.
    pub(crate) fn of(input: &DeriveInput, problems: &mut Problems) -> Self {
        let before = problems.count();
        let attributes = MessageAttributes::parse(&input.ident, &input.attrs, problems);
        let is_well_formed = problems.count() == before;
        let call = attributes.call.map(|call| Call::of(call, problems));
        let text =
            |literal: Option<LitStr>| literal.map(|literal| literal.value()).unwrap_or_default();
        let mut message = Self {
            ident: input.ident.clone(),
            visibility: input.vis.clone(),
            name: text(attributes.name),
            section: text(attributes.section),
            signed: !attributes.unsigned,
            sign_type: attributes.sign_type,
            library: attributes.library,
            without_prelude: attributes.without_prelude,
            fields: Vec::new(),
            groups: Vec::new(),
            rules: Vec::new(),
            call,
            unknown: None,
        };
        refuse_generics(input, problems);
        let mut conditions = Vec::new();
        for field in named_fields(input, "a message", problems) {
            conditions.extend(message.add(field, problems));
        }
        if is_well_formed && !message.fields.is_empty() {
            check::signature(&message, problems);
        }
        check::check(&message, problems);
        message.add_rules(attributes.rules, problems);
        message.add_conditions(conditions, problems);
        message
    }

    /// The index of the field of that Rust name.
    pub(crate) fn position(&self, ident: &Ident) -> Option<usize> {
        let name = ident.unraw();
        self.fields
            .iter()
            .position(|field| field.ident.unraw() == name)
    }

    /// Adds a field, and hands over its conditions, which wait until all fields are known.
    fn add(&mut self, field: &syn::Field, problems: &mut Problems) -> Option<Conditions> {
        let ident = field.ident.clone()?;
        let before = problems.count();
        let mut attributes = FieldAttributes::parse(&field.attrs, problems);
        if let Some(span) = attributes.unknown {
            if attributes.keys > 1 {
                problems.report_at(
                    span,
                    "`unknown` stands alone: the field has neither name nor label nor limit",
                );
            }
            if self.unknown.is_some() {
                problems.report(
                    &ident,
                    "a message has one field for unknown fields: remove this one",
                );
            }
            self.unknown = Some(Unknown {
                ident,
                ty: field.ty.clone(),
            });
            return None;
        }
        if attributes.label.is_none() && problems.count() == before {
            let hint = if attributes.written {
                "add `label = \"…\"` to its `#[field(…)]`"
            } else {
                "write `#[field(label = \"…\")]` above it"
            };
            problems.report(
                &ident,
                format_args!("`{ident}` has no label, the field's name in the document: {hint}"),
            );
        }
        check::field(&ident, &field.ty, &attributes, problems);
        let group = self.join_group(&attributes, problems);
        let conditions = Conditions {
            required_when: attributes.required_when.take(),
            forbidden_when: attributes.forbidden_when.take(),
        };
        let mut field = Field::of(ident, field, attributes, group);
        field.signature = self.signed && field.name == "sign";
        self.fields.push(field);
        Some(conditions)
    }

    fn add_rules(&mut self, rules: Vec<RuleAttributes>, problems: &mut Problems) {
        let mut names = BTreeSet::new();
        for rule in rules {
            let RuleAttributes {
                name,
                doc,
                doc_zh,
                check,
            } = rule;
            if !names.insert(name.to_string()) {
                let text = format_args!("the rule `{name}` stands twice: give each its own name");
                problems.report(&name, text);
            }
            let check = condition::resolve(check, self, problems);
            self.rules.extend(check.map(|check| Rule {
                name,
                doc,
                doc_zh,
                check,
            }));
        }
    }

    fn add_conditions(&mut self, conditions: Vec<Conditions>, problems: &mut Problems) {
        for (at, written) in conditions.into_iter().enumerate() {
            let mut resolve =
                |written: Option<Written>| condition::resolve(written?, self, problems);
            let required_when = resolve(written.required_when);
            let forbidden_when = resolve(written.forbidden_when);
            let field = &mut self.fields[at];
            (field.required_when, field.forbidden_when) = (required_when, forbidden_when);
        }
    }

    fn join_group(
        &mut self,
        attributes: &FieldAttributes,
        problems: &mut Problems,
    ) -> Option<usize> {
        let (first, others) = attributes.groups.split_first()?;
        for other in others {
            problems.report(
                &other.name,
                "a field belongs to one group: keep one of the two keys",
            );
        }
        let at = self
            .groups
            .iter()
            .position(|group| group.name == first.name)
            .unwrap_or_else(|| {
                self.groups.push(Group {
                    name: first.name.clone(),
                    kind: first.kind,
                    members: Vec::new(),
                });
                self.groups.len() - 1
            });
        let group = &mut self.groups[at];
        if group.kind != first.kind {
            let (found, earlier) = (first.kind.words(), group.kind.words());
            problems.report(
                &first.name,
                format_args!(
                    "the group `{}` is `{earlier}` above and `{found}` here: write the same",
                    first.name
                ),
            );
        }
        group.members.push(self.fields.len());
        Some(at)
    }
}

impl Field {
    fn of(
        ident: Ident,
        field: &syn::Field,
        attributes: FieldAttributes,
        group: Option<usize>,
    ) -> Self {
        let (presence, ty) = match (inside_option(&field.ty), inside_indexed(&field.ty)) {
            (Some(inner), _) => (Presence::Optional, inner),
            (None, Some(inner)) => (Presence::Indexed, inner),
            (None, None) => (Presence::Demanded, &field.ty),
        };
        let name = attributes
            .name
            .as_ref()
            .map_or_else(|| ident.unraw().to_string(), LitStr::value);
        let constant = attributes
            .value
            .map(|value| Supplied::Constant(value.value()));
        let supplied = match attributes.supplied.map(|supplied| supplied.value) {
            None => constant.unwrap_or(Supplied::Caller),
            Some(Supplier::Client) => constant.unwrap_or(Supplied::Client),
            Some(Supplier::Merchant) => Supplied::Merchant(
                attributes
                    .from
                    .as_ref()
                    .map_or_else(|| name.clone(), LitStr::value),
            ),
        };
        Self {
            kind: Kind::of(ty),
            ty: ty.clone(),
            index: index_of(&field.ty).cloned(),
            presence,
            docs: documentation(&field.attrs).into_iter().cloned().collect(),
            label_span: attributes
                .label
                .as_ref()
                .map_or_else(|| ident.span(), LitStr::span),
            label: attributes
                .label
                .map(|label| label.value())
                .unwrap_or_default(),
            name_span: attributes
                .name
                .as_ref()
                .map_or_else(|| ident.span(), LitStr::span),
            name,
            aliases: attributes.aliases,
            max: attributes.max,
            length: attributes
                .length
                .map_or(Length::Chars, |length| length.value),
            min: attributes.min,
            default: attributes.default,
            format: attributes.format,
            secret: attributes.secret,
            personal: attributes.personal,
            supplied,
            required: attributes.required.is_some(),
            signature: false,
            group,
            required_when: None,
            forbidden_when: None,
            ident,
        }
    }

    pub(crate) fn is_demanded(&self) -> bool {
        self.presence == Presence::Demanded
    }

    pub(crate) fn is_optional(&self) -> bool {
        self.presence == Presence::Optional
    }

    pub(crate) fn is_indexed(&self) -> bool {
        self.presence == Presence::Indexed
    }

    /// What tells the elements of a field with an index apart: a number, or two.
    pub(crate) fn index_type(&self) -> TokenStream {
        match &self.index {
            Some(index) => quote!(#index),
            None => quote!(u32),
        }
    }

    /// Whether the caller is asked for it.
    pub(crate) fn is_callers(&self) -> bool {
        matches!(self.supplied, Supplied::Caller)
    }
}

impl Call {
    fn of(attributes: crate::parse::message::CallAttributes, problems: &mut Problems) -> Self {
        let get = match attributes.method.as_ref().map(LitStr::value).as_deref() {
            None | Some("POST") => false,
            Some("GET") => true,
            Some(found) => {
                problems.report(
                    &attributes.method,
                    format_args!("`method` is \"POST\" or \"GET\", found \"{found}\""),
                );
                false
            }
        };
        Self {
            get,
            address: attributes
                .url
                .as_ref()
                .and_then(|url| Address::of(url, problems)),
            access_token: attributes.auth.as_deref() == Some("access_token"),
            form: match attributes.form.as_deref() {
                Some("xml_or_json") => "XmlOrJson",
                Some("json") => "Json",
                Some("text") => "Text",
                _ => "Xml",
            },
            reply: attributes.reply,
            errors: attributes.errors,
            repeatable: attributes.repeatable,
        }
    }
}

/// Reports type parameters, which a message or a row cannot have.
pub(crate) fn refuse_generics(input: &DeriveInput, problems: &mut Problems) {
    if !input.generics.params.is_empty() {
        problems.report(
            &input.generics,
            format_args!("`{}` has generic parameters: its fields are known only when they are of concrete, owned types", input.ident),
        );
    }
}

/// The named fields of a struct; none, and a report, for any other item.
pub(crate) fn named_fields<'a>(
    input: &'a DeriveInput,
    what: &str,
    problems: &mut Problems,
) -> Vec<&'a syn::Field> {
    let found = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => return fields.named.iter().collect(),
            Fields::Unnamed(_) => "a tuple struct",
            Fields::Unit => "a unit struct",
        },
        Data::Enum(_) => "an enum",
        _ => "a union",
    };
    problems.report_at(
        input.ident.span(),
        format_args!(
            "{what} is a struct with named fields, found {found}: write `struct {} {{ … }}`",
            input.ident
        ),
    );
    Vec::new()
}
