//! What every stage of resolving shares: the tables that names are looked up in, what was used of
//! them, and the findings.

use std::collections::BTreeSet;

use crate::diagnostic::{Code, Diagnostic, Findings, did_you_mean};
use crate::model::{Enum, Erratum, History, Version};
use crate::read::tree::HistoryKeys;
use crate::source::{Sources, Span, Spanned};

use super::names::{is_snake_name, is_type_name};

pub(super) struct Context<'a> {
    pub(super) sources: &'a Sources,
    pub(super) versions: Vec<Version>,
    pub(super) errata: Vec<Erratum>,
    pub(super) enums: Vec<Enum>,
    pub(super) used_enums: BTreeSet<String>,
    /// Fields of the present message whose type is wrong: reported once, not again by every condition.
    pub(super) unsure: BTreeSet<String>,
    pub(super) findings: &'a mut Findings,
    used_errata: BTreeSet<String>,
}

impl<'a> Context<'a> {
    pub(super) fn new(sources: &'a Sources, findings: &'a mut Findings) -> Self {
        Self {
            sources,
            versions: Vec::new(),
            errata: Vec::new(),
            enums: Vec::new(),
            used_enums: BTreeSet::new(),
            unsure: BTreeSet::new(),
            used_errata: BTreeSet::new(),
            findings,
        }
    }

    pub(super) fn report(&mut self, found: Diagnostic) {
        self.findings.push(found);
    }

    /// Looks up references to errata; the unknown ones are reported and left out.
    pub(super) fn errata(&mut self, ids: &[Spanned<String>]) -> Vec<String> {
        let mut known = Vec::new();
        for id in ids {
            if self.errata.iter().any(|erratum| erratum.id == id.value) {
                self.used_errata.insert(id.value.clone());
                known.push(id.value.clone());
                continue;
            }
            let title = format!("there is no erratum `{}`", id.value);
            let help = did_you_mean(
                &id.value,
                self.errata.iter().map(|erratum| erratum.id.as_str()),
            );
            let found =
                Diagnostic::new(Code::UnknownErratum, id.span, title, "not in `errata.toml`")
                    .help(help);
            self.report(found);
        }
        known
    }

    /// Looks up a version of the document; an unknown one is reported.
    pub(super) fn version(&mut self, version: Option<&Spanned<String>>) -> Option<String> {
        let version = version?;
        if self.version_index(&version.value).is_some() {
            return Some(version.value.clone());
        }
        let title = format!("the document has no version `{}`", version.value);
        let known = self.versions.iter().map(|known| known.version.as_str());
        let found = Diagnostic::new(
            Code::UnknownVersion,
            version.span,
            title,
            "not among `versions` of `spec.toml`",
        )
        .help(did_you_mean(&version.value, known));
        self.report(found);
        None
    }

    /// Looks up the versions that an item names.
    pub(super) fn history(&mut self, keys: &HistoryKeys) -> History {
        let (since, until) = self.lifetime(keys.since.as_ref(), keys.until.as_ref());
        History {
            since,
            until,
            line: keys.line,
            undecided: keys.undecided.clone(),
        }
    }

    /// Looks up `since` and `until`, which must not be reversed.
    fn lifetime(
        &mut self,
        since: Option<&Spanned<String>>,
        until: Option<&Spanned<String>>,
    ) -> (Option<String>, Option<String>) {
        let first = self.version(since);
        let last = self.version(until);
        let reversed = match (&first, &last) {
            (Some(first), Some(last)) => self.version_index(first) > self.version_index(last),
            _ => false,
        };
        if let (true, Some(until), Some(since)) = (reversed, until, since) {
            let title = format!(
                "`until` {} comes before `since` {}",
                until.value, since.value
            );
            let found = Diagnostic::new(
                Code::VersionsReversed,
                until.span,
                title,
                "is the older one",
            )
            .also(since.span, "since then");
            self.report(found);
        }
        (first, last)
    }

    /// Reports a name that is not of the form of a Rust type.
    pub(super) fn type_name(&mut self, name: &Spanned<String>, what: &str) {
        if !is_type_name(&name.value) {
            self.bad_name(name, what, "UpperCamelCase, ASCII letters and digits");
        }
    }

    /// Reports a name that is not of the form of a Rust function or module.
    pub(super) fn snake_name(&mut self, name: &Spanned<String>, what: &str) {
        if !is_snake_name(&name.value) {
            self.bad_name(
                name,
                what,
                "snake_case, ASCII letters and digits, no Rust keyword",
            );
        }
    }

    /// Reports two items that end up under one Rust name.
    pub(super) fn clash(&mut self, name: &str, span: Span, first: Option<Span>, what: &str) {
        let title = format!("{what} becomes `{name}` in Rust, which is taken");
        let mut found = Diagnostic::new(
            Code::RustNameClash,
            span,
            title,
            format!("becomes `{name}`"),
        );
        found = match first {
            Some(first) => found.also(first, format!("becomes `{name}` too")),
            None => found.help(format!(
                "every generated item of this kind has a `{name}` already"
            )),
        };
        self.report(found);
    }

    /// Reports the errata and enums that nothing refers to.
    pub(super) fn report_unused(&mut self) {
        for erratum in &self.errata {
            if self.used_errata.contains(&erratum.id) {
                continue;
            }
            let title = format!("erratum `{}` is never referenced", erratum.id);
            let help = format!(
                "put `errata = [\"{}\"]` on the row that it rules on",
                erratum.id
            );
            let found = Diagnostic::new(
                Code::UnusedErratum,
                erratum.span,
                title,
                "nothing refers to it",
            )
            .help(help);
            self.findings.push(found);
        }
        for item in &self.enums {
            if !self.used_enums.contains(&item.name) {
                let title = format!("enum `{}` is never used", item.name);
                let found = Diagnostic::new(Code::UnusedEnum, item.span, title, "no field has it");
                self.findings.push(found);
            }
        }
    }

    fn version_index(&self, version: &str) -> Option<usize> {
        let mut versions = self.versions.iter();
        versions.position(|known| known.version == version)
    }

    fn bad_name(&mut self, name: &Spanned<String>, what: &str, form: &str) {
        let title = format!("`{}` cannot be {what}", name.value);
        let label = format!("must be {form}");
        self.report(Diagnostic::new(Code::NotARustName, name.span, title, label));
    }
}
