//! What a loop of workers has claimed and not begun: a line for each hospital, and how many of its jobs are under way.
//!
//! The order in which jobs begin: urgent ones first, then the hospitals take turns, and within a hospital the sequence of the claim. A hospital whose
//! jobs are slow fills its own places and its own line, and no others.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound::{Excluded, Included, Unbounded};

use jiff::Timestamp;
use tokio::time::Instant;

/// So many times as many jobs as may be under way for a hospital stand in its line. When half of the line is free, more are claimed: a longer line
/// needs fewer claims, and what has become urgent meanwhile waits longer.
const LINE: usize = 4;
/// So many times as many jobs as may be under way stand in all lines together.
const LINES: usize = 16;

/// Jobs of one kind, in lines.
pub(super) struct Line<T> {
    /// How many may be under way, and how many of one hospital.
    places: usize,
    places_of_one: usize,
    hospitals: BTreeMap<String, OfHospital<T>>,
    under_way: usize,
    waiting: usize,
    /// The hospital that had its turn last.
    last: String,
}

struct OfHospital<T> {
    urgent: VecDeque<Waiting<T>>,
    others: VecDeque<Waiting<T>>,
    under_way: usize,
    /// When the last claim brought all that was due: not before then is there anything new.
    exhausted_until: Option<Instant>,
}

/// A job in a line.
pub(super) struct Waiting<T> {
    pub(super) job: T,
    pub(super) urgent: bool,
    /// After that it does not begin any more, since its claim would end while it is under way.
    pub(super) begins_before: Timestamp,
}

impl<T> Line<T> {
    /// Lines for these hospitals.
    pub(super) fn new(
        places: u32,
        places_of_one: u32,
        hospitals: impl Iterator<Item = String>,
    ) -> Self {
        let places = usize::try_from(places).unwrap_or(usize::MAX).max(1);
        let places_of_one = usize::try_from(places_of_one).unwrap_or(usize::MAX);
        Self {
            places,
            places_of_one: places_of_one.clamp(1, places),
            hospitals: hospitals.map(|name| (name, OfHospital::new())).collect(),
            under_way: 0,
            waiting: 0,
            last: String::new(),
        }
    }

    /// For which hospitals something is to be claimed: those whose lines are half free, unless they are [exhausted](Self::exhausted). And for how
    /// many jobs there is room.
    pub(super) fn room(&self, now: Instant) -> Option<(Vec<String>, u32)> {
        let free = self.free();
        let may_have_more =
            |of: &OfHospital<T>| of.exhausted_until.is_none_or(|until| until <= now);
        let half_free = self.half_free().filter(|(_, of)| may_have_more(of));
        let hospitals: Vec<String> = half_free.map(|(name, _)| name.clone()).collect();
        (free > 0 && !hospitals.is_empty()).then_some((hospitals, free))
    }

    /// A claim has brought all that was due for these hospitals.
    pub(super) fn exhausted(&mut self, hospitals: &[String], until: Instant) {
        for name in hospitals {
            if let Some(of) = self.hospitals.get_mut(name) {
                of.exhausted_until = Some(until);
            }
        }
    }

    /// When there is something to claim again, unless more jobs begin before.
    pub(super) fn claims_at(&self) -> Option<Instant> {
        let until = self.half_free().filter_map(|(_, of)| of.exhausted_until);
        until.min().filter(|_| self.free() > 0)
    }

    fn half_free(&self) -> impl Iterator<Item = (&String, &OfHospital<T>)> {
        let line = self.line_of_one();
        let all = self.hospitals.iter();
        all.filter(move |(_, of)| of.waiting() <= line / 2)
    }

    fn line_of_one(&self) -> usize {
        self.places_of_one.saturating_mul(LINE)
    }

    /// For how many jobs there is room at once.
    fn free(&self) -> u32 {
        let all = self.places.saturating_mul(LINES);
        let free = self.line_of_one().min(all.saturating_sub(self.waiting));
        u32::try_from(free).unwrap_or(u32::MAX)
    }

    /// Adds a job at the end of its hospital's line.
    pub(super) fn add(&mut self, hospital: &str, waiting: Waiting<T>) {
        let of = self.hospitals.entry(hospital.to_owned());
        let of = of.or_insert_with(OfHospital::new);
        match waiting.urgent {
            true => of.urgent.push_back(waiting),
            false => of.others.push_back(waiting),
        }
        self.waiting += 1;
    }

    /// The next job and its hospital, if there is a place for it. The caller says when it [has ended](Self::end).
    pub(super) fn begin(&mut self, now: Timestamp) -> Option<(String, T)> {
        self.drop_late(now);
        if self.under_way >= self.places {
            return None;
        }
        let can_begin = |urgent: bool| {
            let last: &str = &self.last;
            let after = self.hospitals.range::<str, _>((Excluded(last), Unbounded));
            let mut all = after.chain(self.hospitals.range::<str, _>((Unbounded, Included(last))));
            all.find(|(_, of)| of.under_way < self.places_of_one && !of.line(urgent).is_empty())
                .map(|(name, _)| (name.clone(), urgent))
        };
        let (name, urgent) = can_begin(true).or_else(|| can_begin(false))?;
        let of = self.hospitals.get_mut(&name)?;
        let waiting = match urgent {
            true => of.urgent.pop_front(),
            false => of.others.pop_front(),
        }?;
        of.under_way += 1;
        self.under_way += 1;
        self.waiting -= 1;
        self.last.clone_from(&name);
        Some((name, waiting.job))
    }

    /// A job of that hospital has ended.
    pub(super) fn end(&mut self, hospital: &str) {
        if let Some(of) = self.hospitals.get_mut(hospital) {
            of.under_way = of.under_way.saturating_sub(1);
        }
        self.under_way = self.under_way.saturating_sub(1);
    }

    /// Forgets the jobs that begin too late: they are claimed again when their claims have ended.
    fn drop_late(&mut self, now: Timestamp) {
        let mut waiting = 0;
        for of in self.hospitals.values_mut() {
            // A later claim ends later: the jobs that are late are at the front.
            for line in [&mut of.urgent, &mut of.others] {
                while line.front().is_some_and(|job| job.begins_before < now) {
                    line.pop_front();
                }
            }
            waiting += of.waiting();
        }
        self.waiting = waiting;
    }
}

impl<T> OfHospital<T> {
    fn new() -> Self {
        Self {
            urgent: VecDeque::new(),
            others: VecDeque::new(),
            under_way: 0,
            exhausted_until: None,
        }
    }

    fn waiting(&self) -> usize {
        self.urgent.len() + self.others.len()
    }

    fn line(&self, urgent: bool) -> &VecDeque<Waiting<T>> {
        match urgent {
            true => &self.urgent,
            false => &self.others,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

    use jiff::SignedDuration;

    use super::*;

    fn second(count: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(count)
    }

    fn line(places: u32, places_of_one: u32) -> Line<&'static str> {
        let hospitals = ["clinic", "hospital"].map(str::to_owned);
        Line::new(places, places_of_one, hospitals.into_iter())
    }

    fn add(line: &mut Line<&'static str>, hospital: &str, jobs: &[&'static str]) {
        for job in jobs {
            let waiting = Waiting {
                job: *job,
                urgent: job.starts_with('!'),
                begins_before: second(45),
            };
            line.add(hospital, waiting);
        }
    }

    fn begin_all(line: &mut Line<&'static str>, now: i64) -> Vec<&'static str> {
        std::iter::from_fn(|| line.begin(second(now)))
            .map(|(_, job)| job)
            .collect()
    }

    #[test]
    fn a_hospital_has_no_more_under_way_than_its_places() {
        let mut line = line(5, 3);
        add(&mut line, "hospital", &["a", "b", "c", "d"]);
        assert_eq!(begin_all(&mut line, 0), ["a", "b", "c"]);
        line.end("hospital");
        assert_eq!(begin_all(&mut line, 0), ["d"]);
    }

    #[test]
    fn all_hospitals_together_have_no_more_under_way_than_the_places() {
        let mut line = line(5, 3);
        add(&mut line, "clinic", &["a", "b", "c", "d"]);
        add(&mut line, "hospital", &["e", "f", "g", "h"]);
        assert_eq!(begin_all(&mut line, 0), ["a", "e", "b", "f", "c"]);
        line.end("clinic");
        assert_eq!(begin_all(&mut line, 0), ["g"]);
    }

    #[test]
    fn what_is_urgent_overtakes_the_others() {
        let mut line = line(2, 1);
        add(&mut line, "hospital", &["a", "b", "c"]);
        assert_eq!(begin_all(&mut line, 0), ["a"]);
        add(&mut line, "hospital", &["!d", "!e"]);
        add(&mut line, "clinic", &["f"]);
        assert_eq!(begin_all(&mut line, 0), ["f"]);
        for expected in ["!d", "!e", "b", "c"] {
            line.end("hospital");
            assert_eq!(begin_all(&mut line, 0), [expected]);
        }
    }

    #[test]
    fn more_is_claimed_for_a_hospital_when_half_of_its_line_is_free() {
        let mut line = line(4, 2);
        assert_eq!(line.room(Instant::now()).unwrap().1, 8);
        add(&mut line, "hospital", &["a", "b", "c", "d", "e"]);
        assert_eq!(
            line.room(Instant::now()),
            Some((vec!["clinic".to_owned()], 8))
        );
        assert_eq!(begin_all(&mut line, 0), ["a", "b"]);
        let both = ["clinic", "hospital"].map(str::to_owned).to_vec();
        assert_eq!(line.room(Instant::now()), Some((both, 8)));
    }

    #[test]
    fn a_hospital_of_which_nothing_more_is_due_keeps_no_other_waiting() {
        let mut line = line(4, 2);
        let now = Instant::now();
        let later = now + std::time::Duration::from_secs(1);
        assert_eq!(line.claims_at(), None);
        line.exhausted(&["clinic".to_owned()], later);
        assert_eq!(line.room(now), Some((vec!["hospital".to_owned()], 8)));
        line.exhausted(&["hospital".to_owned()], later);
        assert_eq!((line.room(now), line.claims_at()), (None, Some(later)));
        assert_eq!(line.room(later).unwrap().0.len(), 2);
    }

    #[test]
    fn nothing_is_claimed_while_all_lines_together_are_full() {
        let mut line: Line<&str> = Line::new(1, 1, (0..9).map(|number| number.to_string()));
        for number in 0..8 {
            add(&mut line, &number.to_string(), &["a", "b"]);
        }
        assert_eq!(line.room(Instant::now()), None);
        assert_eq!(begin_all(&mut line, 0).len(), 1);
        assert_eq!(line.room(Instant::now()).unwrap().1, 1);
    }

    #[test]
    fn a_job_whose_claim_would_end_while_it_is_under_way_does_not_begin() {
        let mut line = line(1, 1);
        add(&mut line, "hospital", &["a", "!b", "c"]);
        assert_eq!(begin_all(&mut line, 45), ["!b"]);
        line.end("hospital");
        assert_eq!(begin_all(&mut line, 46), [""; 0]);
        assert_eq!(line.room(Instant::now()).unwrap().1, 4);
    }
}
