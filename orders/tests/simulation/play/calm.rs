//! The end of a run: no more trouble, time enough for everything to end, then the check of what must hold.

use std::time::Duration;

use super::actors::Actors;
use super::executor::Task;
use super::model::violations;
use super::{Summary, Violation};

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
        for number in self.numbers.clone() {
            // Whoever never heard how an order went asks again; so there is no order that nobody asked for.
            self.caller_places(0, &number);
        }
        self.finish_tasks();
        for (times, seconds) in [(60, 15), (40, 120), (40, 900), (8, 3_600)] {
            for _ in 0..times {
                if self.is_over() {
                    return;
                }
                self.outside.advance(Duration::from_secs(seconds));
                self.calm_step();
            }
        }
    }

    pub(super) fn calm_step(&mut self) {
        while self.network.late_arrivals() {}
        if self.loss < 1_000 {
            self.collect_post();
            while let Some(delivery) = self.post.pop() {
                self.deliver(0, delivery);
                self.finish_tasks();
            }
        }
        for _ in 0..50 {
            let worked = self.works_and_ends();
            if worked == 0 {
                break;
            }
        }
    }

    /// One step of work in the first process, brought to its end.
    pub(super) fn works_and_ends(&mut self) -> u32 {
        let desk = self.desks[0].clone();
        let (done, result) = std::sync::mpsc::channel();
        let work = async move {
            let worked = desk.work_once(desk.now()).await.unwrap();
            let _ = done.send(worked.orders + worked.events);
        };
        self.tasks.push(Task::new(0, "works", work));
        self.finish_tasks();
        result.recv().unwrap_or_default()
    }

    pub(super) fn finish_tasks(&mut self) {
        let mut rounds = 0_u64;
        while !self.tasks.is_empty() {
            for place in (0..self.tasks.len()).rev() {
                if self.tasks[place].poll() {
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

    pub(crate) fn check(&mut self) {
        if self.is_over() {
            return;
        }
        let platform = self.outside.parts().platform.orders();
        let inner = self.shared.inner();
        let wrong = violations(&inner.model, &self.store, &platform);
        drop(inner);
        for what in wrong {
            self.shared.violated(what);
        }
        if self.network.has_late() {
            self.shared.violated("a late call never arrived");
        }
        let mut inner = self.shared.inner();
        inner.summary.orders = platform.len() as u64;
        inner.summary.paid = platform
            .iter()
            .filter(|order| order.time_end.is_some())
            .count() as u64;
        inner.summary.refunded = platform
            .iter()
            .filter(|order| order.refund.is_some())
            .count() as u64;
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
