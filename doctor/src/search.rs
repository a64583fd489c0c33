//! The search: mistakes one by one, then two together, until one gives the signature.
//!
//! Order: the right string; a wrong tail; a wrong string; both; two wrong parts of the tail; two
//! wrong parts of the string. How a digest is written costs nothing, since the given signature is
//! read back once. The work is bounded by the bytes that are digested, so that a large message ends
//! in time too, and says that not all was tried.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::change::{self, Change, Context};
use crate::draft::Draft;
use crate::mistake::Mistake;
use crate::sign::Target;
use crate::tail::{Step, Tails, Way};
use crate::words::Kind;

/// What one digest costs beside the bytes of its string, in bytes.
const COST: usize = 256;

/// What was tried.
#[derive(Debug, Default)]
pub(crate) struct Tried {
    /// Digests computed.
    pub(crate) count: usize,
    /// The kinds of mistakes that would have changed something.
    pub(crate) kinds: Vec<Kind>,
    /// Bytes that went into digests, and what their computation costs.
    spent: usize,
    /// Whether something was left out for want of time.
    pub(crate) cut_short: bool,
}

/// What explains the signature.
pub(crate) struct Found {
    /// Empty if the signature is right.
    pub(crate) mistakes: Vec<Mistake>,
    /// What the sender signed.
    pub(crate) draft: Draft,
    pub(crate) way: Way,
}

/// One message, one key, one signature.
pub(crate) struct Search<'a> {
    pub(crate) tails: &'a Tails,
    pub(crate) targets: &'a [Target],
    /// The most that may be spent.
    pub(crate) limit: usize,
    pub(crate) tried: &'a mut Tried,
}

impl Search<'_> {
    /// Looks for what explains the signature.
    pub(crate) fn run(&mut self, right: &Draft, context: &Context<'_>) -> Option<Found> {
        let base = right.text();
        if let Some(written) = self.is_signed(&base, right, &self.tails.right, true) {
            return Some(found(right, self.tails.right, written));
        }
        let changes = self.singles(right, change::all(context));
        self.name_kinds(&changes, &base);
        self.tail(right, &base)
            .or_else(|| self.strings(&changes))
            .or_else(|| self.strings_and_tails(&changes))
            .or_else(|| self.tail_pairs(right, &base))
            .or_else(|| self.string_pairs(&changes))
    }

    /// The changes that change something, each giving a string of its own. They are kept, so a
    /// quarter of what may be spent is the most that they take.
    fn singles(&mut self, right: &Draft, changes: Vec<Change>) -> Vec<(Change, Draft, String)> {
        let hash = |text: &str, has_key: bool| {
            let mut hasher = DefaultHasher::new();
            (text, has_key).hash(&mut hasher);
            hasher.finish()
        };
        let base = right.text();
        let mut seen = HashSet::from([hash(&base, right.has_key)]);
        let mut singles = Vec::new();
        for mut change in changes {
            if self.tried.spent > self.limit / 4 {
                self.tried.cut_short = true;
                break;
            }
            let Some(draft) = change.apply(right) else {
                // It has looked at all values.
                if change.mistake.fields.is_empty() {
                    self.tried.spent += base.len() / 2;
                }
                continue;
            };
            let text = draft.text();
            self.tried.spent += text.len() + COST;
            if seen.insert(hash(&text, draft.has_key)) {
                change.name_fields(right, &draft);
                singles.push((change, draft, text));
            }
        }
        singles
    }

    fn name_kinds(&mut self, changes: &[(Change, Draft, String)], base: &str) {
        let of_strings = changes.iter().map(|(change, ..)| change.mistake.kind);
        let steps = self.tails.steps.iter();
        let of_tails = steps
            .filter(|step| self.tails.matters(&self.tails.way([*step]), base))
            .map(|step| step.mistake.kind);
        self.tried.kinds.extend(of_strings.chain(of_tails));
        self.tried.kinds.sort_unstable();
        self.tried.kinds.dedup();
    }

    fn tail(&mut self, right: &Draft, base: &str) -> Option<Found> {
        for step in &self.tails.steps {
            if self.is_spent() {
                return None;
            }
            if let Some(mistakes) = self.stepped(base, right, [step].into_iter(), true) {
                return Some(found(right, self.tails.way([step]), mistakes));
            }
        }
        None
    }

    fn strings(&mut self, changes: &[(Change, Draft, String)]) -> Option<Found> {
        for (change, draft, text) in changes {
            if self.is_spent() {
                return None;
            }
            if let Some(written) = self.is_signed(text, draft, &self.tails.right, true) {
                let mistakes = together(&[&change.mistake], written);
                return Some(found(draft, self.tails.right, mistakes));
            }
        }
        None
    }

    fn strings_and_tails(&mut self, changes: &[(Change, Draft, String)]) -> Option<Found> {
        for (change, draft, text) in changes {
            for step in self.tails.steps.iter().filter(|step| step.paired) {
                if self.is_spent() {
                    return None;
                }
                if let Some(mut mistakes) = self.stepped(text, draft, [step].into_iter(), false) {
                    mistakes.insert(0, change.mistake.clone());
                    return Some(found(draft, self.tails.way([step]), mistakes));
                }
            }
        }
        None
    }

    fn tail_pairs(&mut self, right: &Draft, base: &str) -> Option<Found> {
        let steps = &self.tails.steps;
        for (i, second) in steps.iter().enumerate() {
            for first in steps[..i].iter().filter(|first| first.goes_with(second)) {
                if self.is_spent() {
                    return None;
                }
                let both = [first, second];
                if let Some(mistakes) = self.stepped(base, right, both.into_iter(), false) {
                    return Some(found(right, self.tails.way(both), mistakes));
                }
            }
        }
        None
    }

    fn string_pairs(&mut self, changes: &[(Change, Draft, String)]) -> Option<Found> {
        if !self
            .targets
            .iter()
            .any(|target| !target.is_partial() && target.fits(self.tails.right.size()))
        {
            return None;
        }
        for (j, (later, later_draft, _)) in changes.iter().enumerate() {
            for (earlier, earlier_draft, _) in &changes[..j] {
                if !earlier.goes_with(later) {
                    continue;
                }
                if self.is_spent() {
                    return None;
                }
                // A sender takes the steps in the order of their stages.
                let in_order = earlier.stage <= later.stage;
                let both = match in_order {
                    true => later.apply(earlier_draft),
                    false => earlier.apply(later_draft),
                };
                let Some(draft) = both else { continue };
                let text = draft.text();
                if let Some(written) = self.is_signed(&text, &draft, &self.tails.right, false) {
                    let mistakes = match in_order {
                        true => [&earlier.mistake, &later.mistake],
                        false => [&later.mistake, &earlier.mistake],
                    };
                    let mistakes = together(&mistakes, written);
                    return Some(found(&draft, self.tails.right, mistakes));
                }
            }
        }
        None
    }

    /// The mistakes if that text was signed with these steps taken.
    fn stepped<'s>(
        &mut self,
        text: &str,
        draft: &Draft,
        steps: impl Iterator<Item = &'s Step> + Clone,
        parts: bool,
    ) -> Option<Vec<Mistake>> {
        let way = self.tails.way(steps.clone());
        if !self.tails.matters(&way, text) {
            return None;
        }
        let written = self.is_signed(text, draft, &way, parts)?;
        let mistakes: Vec<&Mistake> = steps.map(|step| &step.mistake).collect();
        Some(together(&mistakes, written))
    }

    /// How the digest is written, if it is that of the signature. `parts`: a part of it counts.
    fn is_signed(
        &mut self,
        text: &str,
        draft: &Draft,
        way: &Way,
        parts: bool,
    ) -> Option<Vec<Mistake>> {
        let fits = |target: &&Target| (parts || !target.is_partial()) && target.fits(way.size());
        if !self.targets.iter().any(|target| fits(&target)) {
            return None;
        }
        self.tried.count += 1;
        self.tried.spent += text.len() + COST;
        let digest = self.tails.digest(text, draft.has_key, way);
        let mut targets = self.targets.iter().filter(fits);
        let target = targets.find(|target| target.is(digest.bytes()))?;
        Some(target.mistakes.clone())
    }

    fn is_spent(&mut self) -> bool {
        let spent = self.tried.spent > self.limit;
        self.tried.cut_short |= spent;
        spent
    }
}

fn found(draft: &Draft, way: Way, mistakes: Vec<Mistake>) -> Found {
    Found {
        mistakes,
        draft: draft.clone(),
        way,
    }
}

/// The mistakes of a search and those of the way a digest is written; two of one kind that are
/// about fields become one.
fn together(mistakes: &[&Mistake], written: Vec<Mistake>) -> Vec<Mistake> {
    let mut all: Vec<Mistake> = Vec::new();
    for &mistake in mistakes {
        let same = all.iter_mut().find(|other| {
            other.kind == mistake.kind
                && other.detail == mistake.detail
                && !mistake.fields.is_empty()
        });
        match same {
            Some(same) => same.fields.extend(mistake.fields.iter().cloned()),
            None => all.push(mistake.clone()),
        }
    }
    all.extend(written);
    all
}
