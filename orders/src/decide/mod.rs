//! Decisions: an order and a piece of evidence go in, what changes comes out.
//!
//! Nothing here reads a clock, a store or the network. A [`Draft`] collects what changes; it is the one place where an order's state is
//! written, and it refuses every move that is not an edge of [`State::EDGES`]. A report that cannot be true of the order
//! never moves it: the history records it, people get an event, and the platform is asked.

pub(crate) mod billed;
pub(crate) mod events;
mod failure;
pub(crate) mod next;
pub(crate) mod notified;
pub(crate) mod place;
pub(crate) mod query;
pub(crate) mod refund;
pub(crate) mod replace;
pub(crate) mod returned;
pub(crate) mod settle;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use payinsurance::{Error, ReplyError};

use crate::decide::events::EventText;
use crate::planted::{self, Fault};
use crate::policy::{Backoff, later};
use crate::reported::Numbers;
use crate::store::{Change, Line, NewOrder, Received};
use crate::{Contradiction, Order, Policy, State};

pub(crate) use next::Step;

/// Time, author and policy of a decision.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) at: Timestamp,
    pub(crate) by: &'a str,
    pub(crate) policy: &'a Policy,
}

/// What was decided.
#[derive(Debug)]
pub(crate) struct Decision {
    /// What is to be stored.
    pub(crate) change: Change,
    /// What is done next without waiting.
    pub(crate) next: Option<Step>,
    /// Why the evidence cannot be true of the order, if it cannot.
    pub(crate) contradiction: Option<String>,
}

/// An order on its way from one revision to the next.
pub(crate) struct Draft<'a> {
    pub(crate) order: Order,
    before: &'a Order,
    context: Context<'a>,
    line: Option<(String, String)>,
    /// What the line of history says beside its evidence.
    remark: Option<String>,
    events: Vec<(&'static str, EventText)>,
    received: Option<Received>,
    replacement: Option<Box<NewOrder>>,
    next: Option<Step>,
    contradiction: Option<String>,
}

impl<'a> Draft<'a> {
    pub(crate) fn of(before: &'a Order, context: Context<'a>) -> Self {
        Self {
            order: before.clone(),
            before,
            context,
            line: None,
            remark: None,
            events: Vec::new(),
            received: None,
            replacement: None,
            next: None,
            contradiction: None,
        }
    }

    /// Moves the order if there is such an edge. Staying where it is counts as no move.
    pub(crate) fn move_to(&mut self, state: State) -> bool {
        let allowed = self.order.state.allows(state);
        if allowed {
            self.order.state = state;
            self.order.attempts = 0;
            // What is paid, failed or refused is not replaced any more.
            self.order.replace_wanted &=
                !(state.was_paid() || matches!(state, State::Failed | State::Refused));
            self.order.times.ended_at = state.ended_unpaid().then_some(self.context.at);
        }
        allowed
    }

    /// Writes a line of history.
    pub(crate) fn line(&mut self, what: &str, evidence: impl Into<String>) {
        self.line = Some((what.to_owned(), evidence.into()));
    }

    /// Remembers what was reported, and writes a line of history if it is new.
    pub(crate) fn record(&mut self, what: &str, evidence: impl Into<String>) {
        let evidence = evidence.into();
        let reported = format!("{what}: {evidence}");
        if self.order.reported != reported {
            self.order.reported = reported;
            self.line(what, evidence);
        }
    }

    /// Adds words to the line of history of this decision, whatever else it says.
    pub(crate) fn remark(&mut self, words: impl Into<String>) {
        self.remark = Some(words.into());
    }

    /// Adds an event for the hospital's own system. `which` distinguishes two events of one kind.
    pub(crate) fn event(&mut self, kind: &'static str, which: impl Into<String>) {
        let which = which.into();
        self.events.push((kind, EventText { which, note: None }));
    }

    /// The evidence cannot be true of the order. It moves nothing: it is recorded, and people get one event for each new reason.
    pub(crate) fn contradict(&mut self, source: &str, reason: &str) {
        let reason = one_line(reason);
        self.record(source, format!("contradicts the order: {reason}"));
        let before = self.order.contradiction.as_ref();
        let known = before.filter(|known| known.source == source && known.reason == reason);
        let count = match known {
            Some(_) => self.order.contradictions,
            None => self.order.contradictions.saturating_add(1),
        };
        if known.is_none() {
            self.order.contradictions = count;
            self.order.contradiction = Some(Contradiction {
                source: source.to_owned(),
                reason: reason.clone(),
                since: self.context.at,
            });
        }
        self.event_with_note(events::CONTRADICTED, format!("{count} {reason}"), &reason);
        self.contradiction = Some(reason);
    }

    /// True if a failure is genuine and names another order: it is a contradiction then, and proves nothing about this one.
    pub(crate) fn names_another(&mut self, source: &str, error: &Error) -> bool {
        let numbers = error.fields().map(Numbers::of);
        let reason = numbers.and_then(|numbers| numbers.contradict(self.before));
        if let Some(reason) = &reason {
            self.contradict(source, reason);
        }
        reason.is_some()
    }

    /// Evidence of these sources agrees with the order: what they contradicted before is settled.
    pub(crate) fn agrees(&mut self, sources: &[&str]) {
        let known = self.order.contradiction.as_ref();
        let settled = known.is_some_and(|known| sources.contains(&&*known.source));
        if settled && self.contradiction.is_none() {
            self.order.contradiction = None;
            let reported = self.order.reported.clone();
            self.line("agrees", reported);
        }
    }

    /// Reports something to people, in words.
    pub(crate) fn event_with_note(&mut self, kind: &'static str, which: String, note: &str) {
        let note = Some(note.to_owned());
        self.events.push((kind, EventText { which, note }));
    }

    pub(crate) fn received(&mut self, received: Received) {
        self.received = Some(received);
    }

    pub(crate) fn then(&mut self, next: Step) {
        self.next = Some(next);
    }

    /// The next caller or worker looks at it at once.
    pub(crate) fn due_now(&mut self) {
        self.order.due_at = Some(self.context.at);
    }

    /// A call was just sent: others leave the order alone for a while.
    pub(crate) fn due_after_grace(&mut self) {
        self.order.due_at = Some(later(self.context.at, self.context.policy.grace));
    }

    /// The next look at an order that was asked for: later each time, not after the order expires, never when nothing is left to do.
    pub(crate) fn due_by_poll(&mut self) {
        let at = self.context.at;
        let is_urgent = self.order.urgent_until.is_some_and(|until| until > at);
        let Some(waits) = self.waits(is_urgent) else {
            self.order.due_at = None;
            self.order.attempts = 0;
            self.order.urgent_until = None;
            return;
        };
        let due = later(at, waits.after(self.order.attempts));
        self.order.attempts = self.order.attempts.saturating_add(1);
        if !is_urgent || self.order.state.is_at_rest() {
            self.order.urgent_until = None;
        }
        let expires = self.order.times.expires_at.filter(|expires| *expires > at);
        self.order.due_at = Some(expires.map_or(due, |expires| due.min(expires)));
    }

    /// How long to wait between two questions; `None` once nothing is left to ask.
    fn waits(&self, is_urgent: bool) -> Option<&'a Backoff> {
        let Context { at, policy, .. } = self.context;
        let order = &self.order;
        let contradicted = order.contradiction.as_ref().map(|known| known.since);
        // A contradiction that one more question does not settle waits for people.
        let lasts = contradicted.is_some_and(|since| later(since, policy.poll.most) <= at);
        if order.state.is_at_rest() && planted::fault(Fault::NeverAskedAgain) {
            return None;
        }
        if order.state.is_at_rest() {
            let since = order.times.ended_at.max(contradicted);
            let waits = if order.replace_wanted {
                &policy.poll
            } else if lasts || contradicted.is_none() {
                &policy.recheck
            } else {
                &policy.poll
            };
            return since
                .filter(|since| later(*since, policy.recheck_for) > at)
                .map(|_| waits);
        }
        Some(match order.state {
            State::Placing => &policy.place,
            _ if lasts => &policy.recheck,
            State::Refunding => &policy.refund_poll,
            _ if is_urgent => &policy.place,
            _ => &policy.poll,
        })
    }

    /// A call is sent now, and may be on its way until it is answered: the next caller waits.
    pub(crate) fn leaves(&mut self) {
        self.order.sent_at = Some(self.context.at);
        self.due_after_grace();
    }

    /// Whether the last call can no longer be on its way.
    pub(crate) fn is_settled(&self) -> bool {
        self.settles_at() <= self.context.at
    }

    /// When the last call can no longer be on its way. A time in the future was written by a wrong clock, and counts as now.
    pub(crate) fn settles_at(&self) -> Timestamp {
        let Context { at, policy, .. } = self.context;
        match self.before.sent_at {
            Some(sent_at) => later(sent_at.min(at), policy.grace),
            None => later(self.before.times.updated_at.min(at), policy.settle),
        }
    }

    /// The next look is then, and not before the usual pause.
    pub(crate) fn due_when_settled(&mut self) {
        let Context { at, policy, .. } = self.context;
        let last = self.before.sent_at.unwrap_or(self.before.times.updated_at);
        // Clocks of several machines may differ by `grace`. Beyond that it is not known when it was sent: now is the latest that it can have been.
        if last > later(at, policy.grace) {
            self.order.sent_at = Some(at);
        }
        let pause = later(at, policy.settle);
        self.order.due_at = Some(self.settles_at().max(pause));
    }

    /// A refund that was refused: an earlier try of it may still arrive, and is found for as long as an order that ended unpaid.
    pub(crate) fn due_by_recheck(&mut self) {
        let Context { at, policy, .. } = self.context;
        let lasts = later(self.order.times.updated_at, policy.recheck_for) > at;
        let due = later(at, policy.recheck.after(self.order.attempts));
        self.order.attempts = self.order.attempts.saturating_add(1);
        self.order.due_at = lasts.then_some(due);
    }

    /// The order is looked at again although its state says that nothing is left to do.
    pub(crate) fn due_all_the_same(&mut self) {
        let wait = self.context.policy.poll.after(self.order.attempts);
        self.order.attempts = self.order.attempts.saturating_add(1);
        self.order.due_at = Some(later(self.context.at, wait));
    }

    /// Records how a call ended: its error stays with the order until a call is answered.
    pub(crate) fn called(&mut self, interface: &str, error: Option<&Error>) {
        let at = self.context.at;
        let error = error.map(|error| failure::last_error(&self.order, interface, error, at));
        self.order.last_error = error;
    }

    /// Writes the error of a call into the history, unless the last line was about an error of the same kind.
    pub(crate) fn record_error(&mut self, what: &str, error: &Error) {
        let reported = format!("{what}: {}", shown(error));
        if self.order.reported != reported {
            self.order.reported = reported;
            self.line(what, failure::evidence(&self.order, error));
        }
    }

    /// Writes the error of a call into the history and tries again later.
    pub(crate) fn failed(&mut self, what: &str, error: &Error) {
        self.record_error(what, error);
        let was_due = self.before.due_at.is_some();
        self.due_by_poll();
        if was_due && self.order.due_at.is_none() {
            self.due_all_the_same();
        }
    }

    pub(crate) fn finish(self) -> Decision {
        let Self {
            mut order,
            before,
            context,
            line,
            remark,
            events,
            received,
            replacement,
            next,
            contradiction,
        } = self;
        // Invariant: `move_to` is the only place that writes the state.
        debug_assert!(order.state == before.state || before.state.allows(order.state));
        let at = context.at;
        // A move is recorded even if the words are those of before.
        let line = line.or_else(|| {
            (order.state != before.state).then(|| ("moved".to_owned(), order.reported.clone()))
        });
        let line = line.map(|(what, evidence)| match remark {
            Some(remark) => (what, format!("{evidence}; {remark}")),
            None => (what, evidence),
        });
        if line.is_some() {
            order.times.updated_at = at;
        }
        let line = line.map(|(what, evidence)| Line {
            at,
            by: context.by.to_owned(),
            what,
            evidence,
            from: Some(before.state),
            to: order.state,
        });
        let events = events
            .iter()
            .map(|(kind, text)| events::event(&order, kind, text, at))
            .collect();
        Decision {
            change: Change {
                order,
                line,
                received,
                events,
                replacement,
            },
            next,
            contradiction,
        }
    }
}

/// A text for a line of history and an event: on one line, of bounded length.
fn one_line(text: &str) -> String {
    const MAX_CHARS: usize = 300;
    let clean = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    clean.take(MAX_CHARS).collect()
}

/// What a failed call says, in short and the same for each failure of that kind.
fn shown(error: &Error) -> String {
    let effect = error.effect();
    match (error.err_code(), error.errcode()) {
        (Some(err_code), _) => format!("err_code {err_code}, {effect}"),
        (None, Some(errcode)) => format!("errcode {errcode}, {effect}"),
        (None, None) => format!("{}, {effect}", kind(error)),
    }
}

/// The kind of failure in words that stay the same from one failure to the next.
fn kind(error: &Error) -> &'static str {
    match error {
        Error::Invalid(_) | Error::Setup(_) => "the request cannot be made",
        Error::Token { .. } | Error::TokenStore(_) => "no access token",
        Error::Transport(_) => "no answer",
        Error::Platform { .. } => "refused by the gateway",
        Error::NoText => "not an answer of the platform",
        Error::Reply { cause, .. } => match cause {
            ReplyError::Protocol { .. } => "return_code FAIL, which proves nothing",
            ReplyError::UnsignedFailure { .. } => "a failure that is not signed and proves nothing",
            ReplyError::NoReturnCode | ReplyError::Body(_) => "not an answer of the platform",
            ReplyError::Signature(_) => "an answer that is not signed as it must be",
            ReplyError::Business { .. } => "result_code FAIL without a code",
            ReplyError::Unreadable { .. } => "an answer that lacks what it must say",
            _ => "an answer that was not accepted",
        },
        _ => "an answer that was not accepted",
    }
}
