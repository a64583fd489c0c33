//! Every rule of the comparison, as data: what happened, how bad it is on each axis, which version step it asks for.
//!
//! *Wire* is the view of a program that was built from the old spec and now talks to a platform of the new one.
//! *API* is the view of source code that compiles with the old generated crate and is now compiled with the new one.
//! The table states the worst case. A change that one axis cannot notice says `none` there, whatever the table says:
//! a field that is only marked as gone (`until`) stays in Rust; a money field is a `Fen` under each printed width.
//!
//! The rows: of messages in `message`, of everything else in `whole`.

use super::level::{Bump, Direction, Level, Way};

pub(super) mod message;
pub(super) mod whole;

/// One rule of the comparison.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// Stable id: `request-field-added-required`.
    pub id: &'static str,
    /// What it is about.
    pub direction: Direction,
    /// What happened, the id without its direction: `field-added-required`.
    pub kind: &'static str,
    /// Level for programs that are running.
    pub wire: Level,
    /// Level for source code that is compiled anew.
    pub api: Level,
    /// Version step that it asks for.
    pub bump: Bump,
    /// One sentence that says why.
    pub explanation: &'static str,
}

/// A rule of a message, once per way that the message travels.
pub(super) struct Sides {
    pub(super) request: Rule,
    pub(super) response: Rule,
    pub(super) notification: Rule,
}

impl Rule {
    /// Every rule, in the order of the tables.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        let sides = message::SIDES.iter();
        let of_messages = sides.flat_map(|sides| sides.all());
        let of_requests = message::SENT.iter().copied();
        of_messages
            .chain(of_requests)
            .chain(whole::RULES.iter().copied())
    }

    /// The rule of this id.
    pub fn find(id: &str) -> Option<&'static Self> {
        Self::all().find(|rule| rule.id == id)
    }
}

impl Sides {
    pub(super) fn of(&'static self, way: Way) -> &'static Rule {
        match way {
            Way::Request => &self.request,
            Way::Response => &self.response,
            Way::Notification => &self.notification,
        }
    }

    fn all(&'static self) -> [&'static Rule; 3] {
        [&self.request, &self.response, &self.notification]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_id_is_unique_and_is_made_of_direction_and_kind() {
        let mut ids = BTreeSet::new();
        for rule in Rule::all() {
            assert!(ids.insert(rule.id), "{}", rule.id);
            assert_eq!(rule.id, format!("{}-{}", rule.direction, rule.kind));
            let allowed = |letter: char| letter.is_ascii_lowercase() || letter == '-';
            assert!(rule.id.chars().all(allowed), "{}", rule.id);
        }
    }

    #[test]
    fn every_explanation_is_one_sentence() {
        for rule in Rule::all() {
            let text = rule.explanation;
            assert!(text.ends_with('.'), "{}: {text}", rule.id);
            assert_eq!(text.matches(". ").count(), 0, "{}: {text}", rule.id);
            assert!(text.starts_with(char::is_uppercase), "{}: {text}", rule.id);
        }
    }

    #[test]
    fn what_does_not_compile_any_more_asks_for_a_major_version_and_nothing_else_does() {
        for rule in Rule::all() {
            assert_eq!(
                rule.api == Level::Breaking,
                rule.bump == Bump::Major,
                "{}",
                rule.id
            );
            assert!(
                rule.wire < Level::Breaking || rule.bump >= Bump::Minor,
                "{}",
                rule.id
            );
        }
    }
}
