//! Interfaces and their messages.

use crate::source::Span;

use super::{Condition, Field, History};

/// One interface of the document.
#[derive(Clone, Debug)]
pub struct Interface {
    /// The document's name, and the Rust module: `order`.
    pub name: String,
    /// The Rust name of its module and of its method of the client.
    pub rust_name: String,
    /// Section of the document.
    pub section: String,
    /// The document's title.
    pub title: String,
    /// Explanation.
    pub doc: String,
    /// How it is called.
    pub method: Method,
    /// Where it is called; `None` for a callback.
    pub url: Option<String>,
    /// What the call must show.
    pub auth: Auth,
    /// Form of the reply.
    pub form: ReplyForm,
    /// Access mode whose token it gives.
    pub token_for: Option<TokenFor>,
    /// Where the same fields, as JSON, give a token that other callers do not end.
    pub stable_url: Option<String>,
    /// Whether a second call does no more than the first one.
    pub repeatable: bool,
    /// Where its tables come from when not from the document.
    pub origin: Option<String>,
    /// Which versions have it, and what is left to say of it.
    pub history: History,
    /// Errata by id.
    pub errata: Vec<String>,
    /// Remarks.
    pub notes: Vec<String>,
    /// Its messages: request before response, notification before reply, structures behind the
    /// message that they belong to last.
    pub messages: Vec<Message>,
    /// Where the spec states it.
    pub span: Span,
}

/// How an interface is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// HTTP POST.
    Post,
    /// HTTP GET.
    Get,
    /// The platform calls us.
    Callback,
}

/// What a call must show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// Nothing.
    None,
    /// An access token.
    AccessToken,
    /// An access token, and the caller's address must be listed.
    IpList,
}

/// Form of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyForm {
    /// Flat XML.
    Xml,
    /// Either; the document does not say.
    XmlOrJson,
    /// JSON.
    Json,
    /// Text, such as a bill; XML when the call fails.
    Text,
}

/// Access mode that a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFor {
    /// Service provider mode.
    ServiceProvider,
    /// Independent mode.
    Independent,
}

/// A table of fields that travels as one.
#[derive(Clone, Debug)]
pub struct Message {
    /// Which one of the interface.
    pub kind: MessageKind,
    /// `request`, `response`, `notification`, `reply` or the structure's name.
    pub name: String,
    /// Rust name: `Request`.
    pub rust_name: String,
    /// Section of the document.
    pub section: String,
    /// True if it carries a signature.
    pub signed: bool,
    /// Explanation.
    pub doc: String,
    /// Errata by id.
    pub errata: Vec<String>,
    /// The tables that make it, each with the condition that it stands under.
    pub parts: Vec<Part>,
    /// All rows, in the order of the document.
    pub fields: Vec<Field>,
    /// Choices between fields.
    pub groups: Vec<Group>,
    /// Rules over several fields.
    pub rules: Vec<Rule>,
    /// Named subsets.
    pub views: Vec<View>,
    /// Where the spec states it.
    pub span: Span,
}

/// Which message of an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// We send it.
    Request,
    /// The platform answers it.
    Response,
    /// The platform sends it.
    Notification,
    /// We answer it.
    Reply,
    /// JSON inside a field.
    Structure,
}

/// A table of the document and the condition that it stands under.
#[derive(Clone, Debug)]
pub struct Part {
    /// The condition; `None` for what is always there.
    pub when: Option<Condition>,
    /// Explanation.
    pub doc: String,
    /// Errata by id.
    pub errata: Vec<String>,
}

/// A choice between fields.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its name: `payer`.
    pub name: String,
    /// How many must be there.
    pub kind: GroupKind,
    /// Wire names of the members.
    pub members: Vec<String>,
    /// Explanation.
    pub doc: String,
    /// Errata by id.
    pub errata: Vec<String>,
    /// Where the spec states it.
    pub span: Span,
}

/// How many members of a group must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupKind {
    /// One, no more.
    ExactlyOne,
    /// One or more.
    AtLeastOne,
}

/// A rule over several fields.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name: `extra_within_total`.
    pub name: String,
    /// What must hold.
    pub check: Condition,
    /// The rule in words.
    pub doc: String,
    /// Errata by id.
    pub errata: Vec<String>,
    /// Where the spec states it.
    pub span: Span,
}

/// A named subset of a message, given typed to the caller.
#[derive(Clone, Debug)]
pub struct View {
    /// Name of the function: `pay_link`.
    pub name: String,
    /// Name of the struct: `PayLink`.
    pub rust_name: String,
    /// Section of the document.
    pub section: String,
    /// Explanation.
    pub doc: String,
    /// Wire names of fields that must be there.
    pub present: Vec<String>,
    /// Wire names of fields that must not be there.
    pub absent: Vec<String>,
    /// What it gives.
    pub values: Vec<ViewValue>,
    /// Errata by id.
    pub errata: Vec<String>,
    /// Where the spec states it.
    pub span: Span,
}

/// One value of a [`View`].
#[derive(Clone, Debug)]
pub struct ViewValue {
    /// Name in the view.
    pub name: String,
    /// Wire name of the field that holds it.
    pub field: String,
}

impl Interface {
    /// The message of this kind; structures have [`structures`](Self::structures).
    pub fn message(&self, kind: MessageKind) -> Option<&Message> {
        self.messages.iter().find(|message| message.kind == kind)
    }

    /// The JSON structures.
    pub fn structures(&self) -> impl Iterator<Item = &Message> {
        self.messages
            .iter()
            .filter(|message| message.kind == MessageKind::Structure)
    }
}

impl Message {
    /// The field of this wire name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The fields without the rows that repeat one.
    pub fn distinct_fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| !field.repeated)
    }

    /// The group of this name.
    pub fn group(&self, name: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.name == name)
    }
}

impl MessageKind {
    /// True if we write it, so that its conditions are checked and parts of it supplied.
    pub fn is_sent(self) -> bool {
        matches!(self, Self::Request | Self::Reply | Self::Structure)
    }
}

impl Method {
    /// `POST`, `GET` or `CALLBACK`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Get => "GET",
            Self::Callback => "CALLBACK",
        }
    }
}

impl GroupKind {
    /// The word of the spec.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ExactlyOne => "exactly_one",
            Self::AtLeastOne => "at_least_one",
        }
    }
}
