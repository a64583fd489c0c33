//! A change, and the list of all of them.
//!
//! The comparisons hand a [`Finding`] to the [`Record`], which adds its place and its fingerprint.

use sha2::{Digest, Sha256};

use signed_xml_codegen::Span;
use signed_xml_codegen::model::Model;

use super::level::{Bump, Level};
use super::rules::Rule;

/// One change between two specs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// What kind of change it is.
    pub rule: &'static Rule,
    /// The interface; `None` for enums, error codes, bills and the document.
    pub interface: Option<String>,
    /// The message, or the enum, the table of error codes, the bill layout.
    pub message: Option<String>,
    /// The field, or the value, the error code, the column; by its new name where it has two.
    pub field: Option<String>,
    /// What happened, in one sentence.
    pub text: String,
    /// Level for programs that are running.
    pub wire: Level,
    /// Level for source code that is compiled anew.
    pub api: Level,
    /// Version step that it asks for.
    pub bump: Bump,
    /// What was.
    pub old: Option<String>,
    /// What is.
    pub new: Option<String>,
    /// File and line: in the new spec, or in the old one for what is gone.
    pub place: String,
    /// Twelve hexadecimal digits that stay the same as long as the change does; approvals name it.
    pub fingerprint: String,
    /// Why it was approved; `None` while it is not.
    pub approved: Option<String>,
    /// The greatest levels that this change can have on the wire and in Rust, below those of its
    /// rule.
    pub(super) max_levels: (Level, Level),
}

/// All changes between two specs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    pub(super) list: Vec<Change>,
}

/// A change without its place among the items and its fingerprint.
pub(super) struct Finding {
    rule: &'static Rule,
    text: String,
    old: Option<String>,
    new: Option<String>,
    place: Place,
    wire: Level,
    api: Level,
}

/// The item that a change is about.
#[derive(Clone, Copy, Default)]
pub(super) struct Spot<'a> {
    pub(super) interface: Option<&'a str>,
    pub(super) message: Option<&'a str>,
    pub(super) field: Option<&'a str>,
}

impl<'a> Spot<'a> {
    /// An enum or a table, which belongs to no interface.
    pub(super) fn beside(message: &'a str) -> Self {
        Self {
            message: Some(message),
            ..Self::default()
        }
    }

    pub(super) fn field(self, name: &'a str) -> Self {
        Self {
            field: Some(name),
            ..self
        }
    }
}

/// Where the two specs are, and what was found between them.
pub(super) struct Record<'a> {
    pub(super) old: &'a Model,
    pub(super) new: &'a Model,
    /// Enums that go on under another name: the old one, the new one.
    pub(super) renamed_enums: Vec<(&'a str, &'a str)>,
    list: Vec<Change>,
}

enum Place {
    Nowhere,
    Old(Span),
    New(Span),
}

impl Change {
    /// The worse of the two levels.
    pub fn level(&self) -> Level {
        self.wire.max(self.api)
    }
}

impl Changes {
    /// The changes, in the order of the new spec.
    pub fn iter(&self) -> impl Iterator<Item = &Change> {
        self.list.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// True if the specs say the same.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Adds the line of a document to the place of each change that `line` knows, by interface, message and field.
    pub(crate) fn locate(&mut self, line: impl Fn([Option<&str>; 3]) -> Option<u32>) {
        for change in &mut self.list {
            let address = [&change.interface, &change.message, &change.field];
            if let Some(line) = line(address.map(Option::as_deref)) {
                let before = match change.place.as_str() {
                    "" => String::new(),
                    place => format!("{place}, "),
                };
                change.place = format!("{before}line {line} of the document");
            }
        }
    }

    /// The version step that all of them together ask for.
    pub fn bump(&self) -> Bump {
        let bumps = self.list.iter().map(|change| change.bump);
        bumps.max().unwrap_or(Bump::Nothing)
    }

    /// Those of at least this level on one axis that are not approved.
    pub fn unapproved(&self, level: Level) -> impl Iterator<Item = &Change> {
        let open = self.list.iter().filter(|change| change.approved.is_none());
        open.filter(move |change| change.level() >= level)
    }
}

impl Finding {
    pub(super) fn new(rule: &'static Rule, text: impl Into<String>) -> Self {
        Self {
            rule,
            text: text.into(),
            old: None,
            new: None,
            place: Place::Nowhere,
            wire: Level::Breaking,
            api: Level::Breaking,
        }
    }

    pub(super) fn values(mut self, old: impl Into<String>, new: impl Into<String>) -> Self {
        self.old = Some(old.into());
        self.new = Some(new.into());
        self
    }

    pub(super) fn old(mut self, value: impl Into<String>) -> Self {
        self.old = Some(value.into());
        self
    }

    pub(super) fn new_value(mut self, value: impl Into<String>) -> Self {
        self.new = Some(value.into());
        self
    }

    /// The values as far as they are there.
    pub(super) fn optional(
        mut self,
        old: Option<impl ToString>,
        new: Option<impl ToString>,
    ) -> Self {
        self.old = old.map(|value| value.to_string());
        self.new = new.map(|value| value.to_string());
        self
    }

    pub(super) fn was_at(mut self, span: Span) -> Self {
        self.place = Place::Old(span);
        self
    }

    pub(super) fn at(mut self, span: Span) -> Self {
        self.place = Place::New(span);
        self
    }

    /// In the new spec if it is there, else in the old one.
    pub(super) fn at_either(self, old: Option<Span>, new: Option<Span>) -> Self {
        match (old, new) {
            (_, Some(new)) => self.at(new),
            (Some(old), None) => self.was_at(old),
            (None, None) => self,
        }
    }

    /// Says whether the wire notices at all.
    pub(super) fn wire(self, notices: bool) -> Self {
        self.wire_at_most(if notices {
            Level::Breaking
        } else {
            Level::NoEffect
        })
    }

    /// Says whether the generated Rust changes at all.
    pub(super) fn api(self, changes: bool) -> Self {
        self.api_at_most(if changes {
            Level::Breaking
        } else {
            Level::NoEffect
        })
    }

    pub(super) fn wire_at_most(mut self, level: Level) -> Self {
        self.wire = level;
        self
    }

    pub(super) fn api_at_most(mut self, level: Level) -> Self {
        self.api = level;
        self
    }
}

impl<'a> Record<'a> {
    pub(super) fn new(old: &'a Model, new: &'a Model) -> Self {
        Self {
            old,
            new,
            renamed_enums: super::pairing::renamed_enums(old, new),
            list: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, spot: Spot<'_>, finding: Finding) {
        let place = match finding.place {
            Place::Nowhere => String::new(),
            Place::Old(span) => shown(self.old, span),
            Place::New(span) => shown(self.new, span),
        };
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let mut change = Change {
            rule: finding.rule,
            interface: owned(spot.interface),
            message: owned(spot.message),
            field: owned(spot.field),
            text: finding.text,
            wire: finding.rule.wire.min(finding.wire),
            api: finding.rule.api.min(finding.api),
            bump: finding.rule.bump,
            old: finding.old,
            new: finding.new,
            place,
            fingerprint: String::new(),
            approved: None,
            max_levels: (finding.wire, finding.api),
        };
        change.bump = change.bump.min(change.max_bump());
        change.fingerprint = fingerprint(&change);
        self.list.push(change);
    }

    /// Records a fact of an item that has another value: "`what` new instead of old".
    pub(super) fn differs(
        &mut self,
        spot: Spot<'_>,
        span: Span,
        rule: &'static Rule,
        what: &str,
        [old, new]: [&str; 2],
    ) {
        if old != new {
            let finding = Finding::new(rule, format!("{what} {new} instead of {old}"));
            self.add(spot, finding.values(old, new).at(span));
        }
    }

    pub(super) fn finish(self) -> Changes {
        Changes { list: self.list }
    }
}

impl Change {
    /// The greatest version step that its levels can ask for; it matters where they are below those
    /// of the rule.
    pub(super) fn max_bump(&self) -> Bump {
        match (self.wire, self.api) {
            (_, Level::Breaking) => Bump::Major,
            (Level::NoEffect | Level::Compatible, Level::NoEffect) => Bump::Patch,
            _ => Bump::Minor,
        }
    }
}

fn shown(model: &Model, span: Span) -> String {
    let sources = &model.sources;
    format!("{}:{}", sources.shown_path(span.file), sources.line(span))
}

fn fingerprint(change: &Change) -> String {
    let mut digest = Sha256::new();
    let rule = Some(change.rule.id);
    let parts = [
        rule,
        change.interface.as_deref(),
        change.message.as_deref(),
        change.field.as_deref(),
        change.old.as_deref(),
        change.new.as_deref(),
    ];
    for part in parts {
        // The length parts neighbours; an absent part has the greatest one.
        let length = part.map_or(u64::MAX, |part| part.len() as u64);
        digest.update(length.to_le_bytes());
        digest.update(part.unwrap_or_default());
    }
    let digest = digest.finalize();
    let bytes = digest.iter().take(6);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}
