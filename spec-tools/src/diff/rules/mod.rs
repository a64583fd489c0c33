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

/// What a change does to the messages that are valid, or to what they mean.
#[derive(Clone, Copy)]
pub(super) enum Effect {
    /// Nothing.
    Neutral,
    /// Some are no longer valid.
    Tightened,
    /// Some have become valid.
    Loosened,
    /// Either or both.
    Unknown,
    /// They may hold what programs of the old spec pass over.
    Extended,
    /// The same message may be understood in another way.
    Doubtful,
}

/// Where the generated Rust shows it.
#[derive(Clone, Copy)]
pub(super) enum Shown {
    /// In the type of a field or the name of an item, which changes.
    Typed,
    /// In a variant of an open enum.
    Variant,
    /// In a field, function or item that is new.
    Field,
    /// In what the builder compiles with.
    Built,
    /// In what `build()` or the client checks.
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

/// Of what we send: it is refused where it is no longer valid.
pub(super) const fn sent(effect: Effect, shown: Shown) -> Levels {
    let wire = match effect {
        Effect::Neutral => Level::NoEffect,
        Effect::Loosened | Effect::Extended => Level::Compatible,
        Effect::Doubtful => Level::Warning,
        Effect::Tightened | Effect::Unknown => Level::Breaking,
    };
    let api = match (shown, effect) {
        (Shown::Hidden, _) => Level::NoEffect,
        (Shown::Typed, _) => Level::Breaking,
        (Shown::Field, Effect::Tightened) => Level::Breaking,
        (Shown::Field, _) | (_, Effect::Loosened) => Level::Compatible,
        (Shown::Variant | Shown::Built, _) => Level::Breaking,
        (Shown::Checked, _) => Level::Warning,
    };
    levels(wire, api)
}

/// Of what we receive: where less is valid, more is promised.
pub(super) const fn received(effect: Effect, shown: Shown) -> Levels {
    let wire = match effect {
        Effect::Neutral => Level::NoEffect,
        Effect::Tightened | Effect::Extended => Level::Compatible,
        Effect::Loosened | Effect::Unknown | Effect::Doubtful => Level::Warning,
    };
    let api = match (shown, effect) {
        (Shown::Hidden | Shown::Built | Shown::Checked, _) => Level::NoEffect,
        (Shown::Field, _) | (Shown::Variant, Effect::Loosened) => Level::Compatible,
        (Shown::Typed | Shown::Variant, _) => Level::Breaking,
    };
    levels(wire, api)
}

/// Of what we receive and cannot do without: one level worse on the wire.
pub(super) const fn strict(effect: Effect, shown: Shown) -> Levels {
    let Levels { wire, api, .. } = received(effect, shown);
    let wire = match wire {
        Level::NoEffect => Level::NoEffect,
        Level::Compatible => Level::Warning,
        Level::Warning | Level::Breaking => Level::Breaking,
    };
    levels(wire, api)
}

/// Sent, and received tolerantly.
pub(super) const fn both(effect: Effect, shown: Shown) -> [Levels; 2] {
    [sent(effect, shown), received(effect, shown)]
}

/// Sent, and received strictly.
pub(super) const fn strictly(effect: Effect, shown: Shown) -> [Levels; 2] {
    [sent(effect, shown), strict(effect, shown)]
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
