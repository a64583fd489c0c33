//! The end of a run: no more trouble, time enough for everything to end, then the check of what must hold.

use std::time::Duration;

use payinsurance_orders::store::{OrderFilter, Store};
use payinsurance_orders::{OrderKey, Policy, State};

use super::actors::{Actors, PARTIAL};
use super::executor::{Task, at_once};
use super::hospitals::{at_platform, shown, view_of};
use super::model::Books;
use super::{Summary, Violation};

/// More steps of work than this without time passing have no end.
const MAX_WORK: u32 = 100;

impl Actors {
    /// No more trouble, and time enough for everything to come to its end.
    pub(crate) fn calm(&mut self) {
        {
            let mut inner = self.shared.inner();
            inner.calm = true;
            for process in &mut inner.processes {
                process.skew = 0;
            }
        }
        self.shared.tell("calm");
        self.one_row_stays_unreadable();
        for key in self.keys.clone() {
            // A caller that does not know the outcome asks again, so every order is asked for.
            self.caller_places(0, &key);
        }
        self.finish_tasks();
        self.time_goes_on(60, 15);
        self.time_goes_on(40, 120);
        self.everything_is_due_in_time();
        self.shared.inner().unreadable.clear();
        for key in self.keys.clone() {
            self.caller_places(0, &key);
        }
        self.finish_tasks();
        self.time_goes_on(40, 900);
        self.time_goes_on(4, 3_600);
        self.one_is_paid_after_all();
        // What a clock that was a day ahead has put off ends too.
        self.time_goes_on(9, 6 * 3_600);
        self.clerks_look();
        self.time_goes_on(20, 900);
    }

    fn time_goes_on(&mut self, times: u32, seconds: u64) {
        for _ in 0..times {
            if self.is_over() {
                return;
            }
            self.outside.advance(Duration::from_secs(seconds));
            self.calm_step();
        }
    }

    /// Of the rows of a newer version one stays so for a while: the others go on all the same.
    fn one_row_stays_unreadable(&mut self) {
        let mut inner = self.shared.inner();
        let stays = inner.unreadable.pop_first();
        inner.unreadable = stays.into_iter().collect();
    }

    fn calm_step(&mut self) {
        while self.network.late_arrivals() {}
        self.collect_post();
        while let Some(letter) = self.post.pop() {
            self.deliver(0, letter);
            self.finish_tasks();
        }
        for times in 1.. {
            // The one that knows less comes first: what it claims, the other cannot.
            let worked = self.works_and_ends(PARTIAL) + self.works_and_ends(0);
            if worked == 0 || self.is_over() {
                break;
            }
            if times > MAX_WORK {
                self.shared.violated("the workers never rest");
            }
        }
    }

    /// One step of work in a process, brought to its end.
    fn works_and_ends(&mut self, process: usize) -> u32 {
        let desk = self.desks[process].clone();
        let (done, result) = std::sync::mpsc::channel();
        let shared = self.shared.clone();
        let work = async move {
            match desk.work_once(desk.now()).await {
                Ok(worked) => {
                    let _ = done.send(worked.orders + worked.events);
                }
                Err(error) => shared.violated(format!("the workers stop: {error}")),
            }
        };
        self.tasks.push(Task::new(process, "works", work));
        self.finish_tasks();
        result.recv().unwrap_or_default()
    }

    pub(super) fn finish_tasks(&mut self) {
        let mut rounds = 0_u64;
        while !self.tasks.is_empty() {
            for place in (0..self.tasks.len()).rev() {
                if self.poll(place) {
                    self.tasks.swap_remove(place);
                }
            }
            rounds += 1;
            if rounds.is_multiple_of(4) {
                self.outside.advance(Duration::from_secs(1));
            }
            if rounds > 10_000 {
                let names: Vec<&str> = self.tasks.iter().map(|task| task.name.as_str()).collect();
                self.shared.violated(format!("these never end: {names:?}"));
                self.tasks.clear();
            }
        }
    }

    /// A clock that was a day ahead may have put something off by a day: workers whose clock is right look at it all the same.
    fn everything_is_due_in_time(&self) {
        let orders = at_once(self.store.orders(&OrderFilter::default()))
            .unwrap()
            .rows;
        let latest = self.outside.parts().now + Policy::default().longest_wait();
        let unreadable = self.shared.inner().unreadable.clone();
        for order in orders {
            let late = order.due_at.is_some_and(|due_at| due_at > latest);
            if late && !unreadable.contains(&order.key) {
                let key = shown(&order.key);
                self.shared
                    .violated(format!("{key} is put off by a clock that was ahead"));
            }
        }
    }

    /// The patient of a closed order had paid at the last moment, and the notification is lost: who comes back to the return page sees it at once, and
    /// the workers find it within a day.
    fn one_is_paid_after_all(&mut self) {
        let is_closed = |key: &OrderKey| {
            let order = self.stored(key);
            order.is_some_and(|order| order.state == State::Closed && order.contradiction.is_none())
        };
        let closed = self.keys.iter().find(|key| is_closed(key)).cloned();
        let Some(key) = closed.filter(|_| !self.is_over()) else {
            return;
        };
        if !self.pays_after_the_close(&key) {
            return;
        }
        self.loss = 1_000;
        if self.seed.is_multiple_of(2) {
            let desk = self.desks[0].clone();
            let returns = key.clone();
            self.begin(0, format!("returns {}", shown(&key)), async move {
                let _ = desk
                    .returned(&returns.merchant, &returns.hosp_out_trade_no)
                    .await;
            });
            self.finish_tasks();
        } else {
            self.time_goes_on(4, 6 * 3_600);
        }
        if !self.is_over()
            && !self
                .stored(&key)
                .is_some_and(|order| order.state.was_paid())
        {
            let key = shown(&key);
            self.shared.violated(format!(
                "{key} was closed, is paid, and the desk does not see it"
            ));
        }
    }

    /// The platform sends no notification of a refund that somebody else asked for: only a query finds it.
    fn clerks_look(&mut self) {
        let others = self.shared.inner().model.refunded_by_others.clone();
        for key in others {
            if self.is_over() || view_of(&self.outside, &key).is_none() {
                return;
            }
            let desk = self.desks[0].clone();
            self.begin(0, format!("refreshes {}", shown(&key)), async move {
                // A call that the platform was to fail may be left over.
                for _ in 0..8 {
                    let refreshed = desk.refresh(&key.merchant, &key.hosp_out_trade_no, "li");
                    if refreshed.await.is_ok() {
                        return;
                    }
                }
            });
            self.finish_tasks();
        }
    }

    pub(crate) fn check(&mut self) {
        if self.is_over() {
            return;
        }
        let platform = at_platform(&self.outside);
        let inner = self.shared.inner();
        let books = Books {
            model: &inner.model,
            store: &self.store,
            platform: &platform,
        };
        let (wrong, contradicted) = (books.violations(), books.contradicted());
        drop(inner);
        for what in wrong {
            self.shared.violated(what);
        }
        if self.network.has_late() {
            self.shared.violated("a late call never arrived");
        }
        let count = |is: fn(&payinsurance_sandbox::OrderView) -> bool| {
            platform.iter().filter(|(_, view)| is(view)).count() as u64
        };
        let mut inner = self.shared.inner();
        inner.summary.orders = platform.len() as u64;
        inner.summary.paid = count(|view| view.time_end.is_some());
        inner.summary.refunded = count(|view| view.refund.is_some());
        inner.summary.contradicted = contradicted;
    }

    pub(crate) fn end(self) -> Result<Summary, Box<Violation>> {
        let inner = self.shared.inner();
        if inner.violations.is_empty() {
            return Ok(inner.summary.clone());
        }
        let what = inner.violations.clone();
        drop(inner);
        Err(Box::new(Violation {
            seed: self.seed,
            what,
            story: self.shared.story(),
        }))
    }
}
