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

/// What a change does to the messages that are valid.
#[derive(Clone, Copy)]
pub(super) enum Effect {
    /// Some are no longer valid.
    Tightened,
    /// Some have become valid.
    Loosened,
    /// Either or both.
    Unknown,
}

/// Where the generated Rust shows what is valid.
#[derive(Clone, Copy)]
pub(super) enum Shown {
    /// In the type of a field, which changes either way.
    Typed,
    /// In a variant of an open enum.
    Variant,
    /// In what the builder compiles with.
    Built,
    /// In what `build()` checks.
    Checked,
    /// Nowhere.
    Hidden,
}

/// How bad a change is on both axes, and the version step.
#[derive(Clone, Copy)]
pub(super) struct Levels {
    wire: Level,
    api: Level,
    bump: Bump,
}

/// The levels of a rule; the version step follows from them.
pub(super) const fn levels(wire: Level, api: Level) -> Levels {
    let bump = match (wire, api) {
        (_, Level::Breaking) => Bump::Major,
        (Level::Breaking, _) | (_, Level::Compatible | Level::Warning) => Bump::Minor,
        _ => Bump::Patch,
    };
    Levels { wire, api, bump }
}

/// The levels, sent and received, of a change that makes fewer or more messages valid.
pub(super) const fn derived(effect: Effect, shown: Shown) -> [Levels; 2] {
    let (sent, received) = match effect {
        // What we send is refused where it is no longer valid; what we receive is only promised more.
        Effect::Tightened => (Level::Breaking, Level::Compatible),
        Effect::Loosened => (Level::Compatible, Level::Warning),
        Effect::Unknown => (Level::Breaking, Level::Warning),
    };
    let loosened = matches!(effect, Effect::Loosened);
    let (setter, reader) = match shown {
        Shown::Typed => (Level::Breaking, Level::Breaking),
        Shown::Variant if loosened => (Level::Compatible, Level::Compatible),
        Shown::Variant => (Level::Breaking, Level::Breaking),
        Shown::Built | Shown::Checked if loosened => (Level::Compatible, Level::NoEffect),
        Shown::Built => (Level::Breaking, Level::NoEffect),
        Shown::Checked => (Level::Warning, Level::NoEffect),
        Shown::Hidden => (Level::NoEffect, Level::NoEffect),
    };
    [levels(sent, setter), levels(received, reader)]
}

impl Levels {
    /// Another version step than the levels ask for.
    const fn step(self, bump: Bump) -> Self {
        Self { bump, ..self }
    }
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
