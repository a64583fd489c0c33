//! `#[message(…)]`, `#[call(…)]` and `#[rule(…)]`: what is said about a whole message.

use proc_macro2::Ident;
use syn::{Attribute, LitStr, Path, Type};

use crate::parse::entries::{Entry, Key, Written, entries};
use crate::problems::Problems;

const MESSAGE_KEYS: &[Key] = &[
    ("name", "name = \"…\""),
    ("section", "section = \"3.3\""),
    ("unsigned", "unsigned"),
    ("sign_type", "sign_type = \"HMAC-SHA256\""),
    ("no_implicit_prelude", "no_implicit_prelude"),
    LIBRARY_KEY,
];

/// The key that says where the library is, of each derive.
pub(crate) const LIBRARY_KEY: Key = ("crate", "crate = ::other_name");

/// The path of `crate = path`.
pub(crate) fn library(entry: &Entry, problems: &mut Problems) -> Option<Path> {
    entry.assigned("a path: `crate = ::other_name`", problems)
}

const CALL_KEYS: &[Key] = &[
    ("method", "method = \"POST\""),
    ("url", "url = \"https://…\""),
    ("auth", "auth = access_token"),
    ("form", "form = xml"),
    ("reply", "reply = Response"),
    ("errors", "errors = ErrorCode"),
    ("repeatable", "repeatable"),
];

const RULE_KEYS: &[Key] = &[
    ("name", "name = rule_name"),
    ("doc", "doc = \"…\""),
    ("doc_zh", "doc_zh = \"…\""),
    ("check", "check = extra_fee <= total_fee"),
];

/// What the attributes of a message say.
#[derive(Default)]
pub(crate) struct MessageAttributes {
    pub(crate) name: Option<LitStr>,
    pub(crate) section: Option<LitStr>,
    pub(crate) unsigned: bool,
    pub(crate) sign_type: SignType,
    pub(crate) library: Option<Path>,
    /// Whether the module has `#![no_implicit_prelude]`.
    pub(crate) without_prelude: bool,
    pub(crate) call: Option<CallAttributes>,
    pub(crate) rules: Vec<RuleAttributes>,
}

/// The algorithm of a signature.
#[derive(Clone, Copy, Default)]
pub(crate) enum SignType {
    #[default]
    Md5,
    HmacSha256,
}

impl SignType {
    fn of(name: &LitStr, problems: &mut Problems) -> Self {
        match name.value().as_str() {
            "MD5" => Self::Md5,
            "HMAC-SHA256" => Self::HmacSha256,
            found => {
                problems.report(
                    name,
                    format_args!("`sign_type` is \"MD5\" or \"HMAC-SHA256\", found \"{found}\""),
                );
                Self::Md5
            }
        }
    }
}

/// `#[call(…)]`.
pub(crate) struct CallAttributes {
    pub(crate) method: Option<LitStr>,
    pub(crate) url: Option<LitStr>,
    pub(crate) auth: Option<String>,
    pub(crate) form: Option<String>,
    pub(crate) reply: Option<Type>,
    pub(crate) errors: Option<Path>,
    pub(crate) repeatable: bool,
}

/// `#[rule(…)]`.
pub(crate) struct RuleAttributes {
    pub(crate) name: Ident,
    pub(crate) doc: String,
    /// The same in Chinese.
    pub(crate) doc_zh: String,
    pub(crate) check: Written,
}

impl MessageAttributes {
    /// Reads the attributes of a struct.
    pub(crate) fn parse(ident: &Ident, attributes: &[Attribute], problems: &mut Problems) -> Self {
        let mut message = Self::default();
        let mut written = false;
        for attribute in attributes {
            if attribute.path().is_ident("message") {
                if written {
                    problems.report(
                        attribute,
                        "a message has one `#[message(…)]`: put all keys into the first",
                    );
                    continue;
                }
                written = true;
                message.take(attribute, problems);
            } else if attribute.path().is_ident("call") {
                if message.call.is_some() {
                    problems.report(
                        attribute,
                        "a message has one `#[call(…)]`: a second address needs its own struct",
                    );
                    continue;
                }
                message.call = Some(CallAttributes::parse(attribute, problems));
            } else if attribute.path().is_ident("rule") {
                message
                    .rules
                    .extend(RuleAttributes::parse(attribute, problems));
            }
        }
        if !written {
            problems.report(
                ident,
                format_args!("`{ident}` has no `#[message(…)]`: write `#[message(name = \"… request\", section = \"3.3\")]` above it"),
            );
        }
        message
    }

    fn take(&mut self, attribute: &Attribute, problems: &mut Problems) {
        let before = problems.count();
        for entry in entries(attribute, MESSAGE_KEYS, &[], problems) {
            match entry.name.as_str() {
                "name" => self.name = entry.text(problems),
                "section" => self.section = entry.text(problems),
                "sign_type" => {
                    if let Some(name) = entry.text(problems) {
                        self.sign_type = SignType::of(&name, problems);
                    }
                }
                "crate" => self.library = library(&entry, problems),
                "no_implicit_prelude" => self.without_prelude = entry.flag(problems),
                _ => self.unsigned = entry.flag(problems),
            }
        }
        for (given, usage) in [
            (&self.name, "name = \"order request\""),
            (&self.section, "section = \"3.3\""),
        ] {
            if given.is_none() && problems.count() == before {
                problems.report(attribute, format_args!("`#[message(…)]` lacks `{usage}`"));
            }
        }
    }
}

impl CallAttributes {
    fn parse(attribute: &Attribute, problems: &mut Problems) -> Self {
        let mut call = Self {
            method: None,
            url: None,
            auth: None,
            form: None,
            reply: None,
            errors: None,
            repeatable: false,
        };
        let before = problems.count();
        for entry in entries(attribute, CALL_KEYS, &[], problems) {
            match entry.name.as_str() {
                "method" => call.method = entry.text(problems),
                "url" => call.url = entry.text(problems),
                "auth" => call.auth = entry.word(&["access_token", "none"], problems),
                "form" => call.form = entry.word(&["xml", "xml_or_json", "json", "text"], problems),
                "repeatable" => call.repeatable = entry.flag(problems),
                "reply" => call.reply = entry.assigned("a type: `reply = Response`", problems),
                _ => call.errors = entry.assigned("a type: `errors = ErrorCode`", problems),
            }
        }
        let needed = [
            (call.method.is_some(), "method = \"POST\""),
            (call.url.is_some(), "url = \"https://…\""),
            (call.auth.is_some(), "auth = access_token"),
            (call.form.is_some(), "form = xml"),
            (call.reply.is_some(), "reply = Response"),
        ];
        let lacking: Vec<&str> = needed
            .iter()
            .filter(|(given, _)| !given)
            .map(|(_, usage)| *usage)
            .collect();
        if !lacking.is_empty() && problems.count() == before {
            problems.report(
                attribute,
                format_args!("`#[call(…)]` lacks `{}`", lacking.join("`, `")),
            );
        }
        call
    }
}

impl RuleAttributes {
    fn parse(attribute: &Attribute, problems: &mut Problems) -> Option<Self> {
        let (mut name, mut doc, mut doc_zh, mut check) = (None, None, None, None);
        let before = problems.count();
        for entry in entries(attribute, RULE_KEYS, &[], problems) {
            match entry.name.as_str() {
                "name" => name = entry.name(problems),
                "doc" => doc = entry.text(problems),
                "doc_zh" => doc_zh = entry.text(problems),
                _ => check = entry.assigned_tokens("a condition: `check = a <= b`", problems),
            }
        }
        if (name.is_none() || doc.is_none() || check.is_none()) && problems.count() == before {
            problems.report(
                attribute,
                "a rule is written `#[rule(name = some_name, doc = \"…\", check = a <= b)]`",
            );
        }
        Some(Self {
            name: name?,
            doc: doc?.value(),
            doc_zh: doc_zh.map_or_else(String::new, |text| text.value()),
            check: check?,
        })
    }
}
