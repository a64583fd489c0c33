//! What every stage of resolving shares: the tables that names are looked up in, what was used of
//! them, and the findings.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Findings};
use crate::model::{Enum, Erratum, History, Version};
use crate::read::tree::HistoryKeys;
use crate::source::{Sources, Span, Spanned};

use super::names::{is_snake_name, is_type_name};
use super::problem;

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
            let known = self.errata.iter().map(|erratum| erratum.id.as_str());
            self.findings.push(problem::unknown::erratum(id, known));
        }
        known
    }

    /// Looks up a version of the document; an unknown one is reported.
    pub(super) fn version(&mut self, version: Option<&Spanned<String>>) -> Option<String> {
        let version = version?;
        if self.version_index(&version.value).is_some() {
            return Some(version.value.clone());
        }
        self.report(problem::unknown::version(version, &self.versions));
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
            asked: keys.asked.clone(),
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
            self.report(problem::versions_reversed(since, until));
        }
        (first, last)
    }

    /// Reports a name that is not of the form of a Rust type.
    pub(super) fn type_name(&mut self, name: &Spanned<String>, what: &str) {
        if !is_type_name(&name.value) {
            self.report(problem::not_a_type_name(name, what));
        }
    }

    /// Reports a name that is not of the form of a Rust function or module.
    pub(super) fn snake_name(&mut self, name: &Spanned<String>, what: &str) {
        if !is_snake_name(&name.value) {
            self.report(problem::not_a_snake_name(name, what));
        }
    }

    /// Reports two items that end up under one Rust name.
    pub(super) fn clash(&mut self, name: &str, span: Span, first: Option<Span>, what: &str) {
        self.report(problem::clash(name, span, first, what));
    }

    /// Reports the errata and enums that nothing refers to.
    pub(super) fn report_unused(&mut self) {
        for erratum in &self.errata {
            if !self.used_errata.contains(&erratum.id) {
                self.findings
                    .push(problem::unused_erratum(&erratum.id, erratum.span));
            }
        }
        for item in &self.enums {
            if !self.used_enums.contains(&item.name) {
                self.findings
                    .push(problem::unused_enum(&item.name, item.span));
            }
        }
    }

    fn version_index(&self, version: &str) -> Option<usize> {
        let mut versions = self.versions.iter();
        versions.position(|known| known.version == version)
    }
}
