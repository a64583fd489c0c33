//! Who acts in a run: callers, patients, the post that carries notifications, processes that work and die; and time.

use std::time::Duration;

use payinsurance::enums::{AllowFeeChange, PayType};
use payinsurance::{ErrorCode, unifiedorder};
use payinsurance_orders::store::{MemoryStore, Store};
use payinsurance_orders::{Desk, DeskError, Order, RefundRequest};
use payinsurance_sandbox::{Act, Config, Delivery, Fault, Forgery, Interface};
use signed_xml::Fen;

use super::executor::{Task, at_once};
use super::model::violations;
use super::network::Network;
use super::process::{HOSPITAL, start};
use super::shared::Shared;
use super::twist::{key_of, twisted};
use super::world::{Outside, order};
use super::{Summary, Violation};
use payinsurance_sandbox::samples::refund_content;

const PROCESSES: usize = 3;
const ORDERS: u64 = 4;
/// How much happens before it is calm.
const STEPS: u64 = 2_500;
/// More tasks than this at once would only wait for each other.
const MOST_TASKS: usize = 12;

pub(crate) struct Actors {
    seed: u64,
    outside: Outside,
    network: Network,
    shared: Shared,
    store: MemoryStore,
    desks: Vec<Desk>,
    tasks: Vec<Task>,
    /// Notifications on their way, each with the number of the platform that it is to be answered under; 0 for copies.
    post: Vec<Delivery>,
    /// How many notifications in a thousand are lost.
    loss: u64,
    numbers: Vec<String>,
}

impl Actors {
    pub(crate) fn new(seed: u64) -> Self {
        let shared = Shared::new(seed, PROCESSES);
        let mut config = Config::default();
        config.token_lifetime = Duration::from_secs(60 + shared.below(600));
        config.token_overlap = Duration::from_secs(shared.below(60));
        config.payment_time = Duration::from_secs(shared.below(30));
        config.refund_time = Duration::from_secs(shared.below(120));
        config.notify_failures = shared.below(2) == 0;
        config.patients[0].card_bound = shared.below(2) == 0;
        let outside = Outside::new(config, seed);
        let store = MemoryStore::default();
        let network = Network::new(outside.clone(), shared.clone(), store.clone());
        let desks = (0..PROCESSES)
            .map(|process| start(process, &outside, &network, &shared, &store))
            .collect();
        let loss = [0, 300, 1_000][shared.below(3) as usize];
        Self {
            seed,
            outside,
            network,
            shared,
            store,
            desks,
            tasks: Vec::new(),
            post: Vec::new(),
            loss,
            numbers: (1..=ORDERS).map(|number| format!("T{number}")).collect(),
        }
    }

    /// Everything happens, in an order that chance gives.
    pub(crate) fn trouble(&mut self) {
        for _ in 0..STEPS {
            if self.is_over() {
                return;
            }
            self.shared.inner().summary.steps += 1;
            match self.shared.below(100) {
                0..=59 => self.poll_one(),
                60..=73 => self.time_passes(),
                74..=84 => self.somebody_works(),
                85..=89 => self.a_caller_acts(),
                90..=92 => self.a_patient_acts(),
                93..=96 => self.the_post_moves(),
                97 => self.the_platform_fails_next(),
                98 => self.a_clock_jumps(),
                _ if self.shared.below(2) == 0 => self.a_reply_goes_astray(),
                _ => self.somebody_forges(),
            }
            self.bury_the_dead();
        }
    }

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

    /// What does not hold once need not be looked at further.
    fn is_over(&self) -> bool {
        !self.shared.inner().violations.is_empty()
    }

    fn calm_step(&mut self) {
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
    fn works_and_ends(&mut self) -> u32 {
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

    fn finish_tasks(&mut self) {
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

    fn poll_one(&mut self) {
        if self.tasks.is_empty() {
            return;
        }
        let place = self.shared.below(self.tasks.len() as u64) as usize;
        if self.tasks[place].poll() {
            self.tasks.swap_remove(place);
        }
    }

    fn time_passes(&mut self) {
        let seconds = self.shared.below(6);
        self.outside.advance(Duration::from_secs(seconds));
        self.network.late_arrivals();
    }

    /// A process that died is started anew; what it had in hand is gone.
    fn bury_the_dead(&mut self) {
        for process in 0..PROCESSES {
            if !self.shared.inner().processes[process].dead {
                continue;
            }
            self.tasks.retain(|task| task.process != process);
            let (outside, network) = (&self.outside, &self.network);
            self.desks[process] = start(process, outside, network, &self.shared, &self.store);
            self.shared.inner().processes[process].dead = false;
        }
    }

    /// Starts a task in a process.
    fn begin(&mut self, process: usize, name: String, future: impl Future<Output = ()> + 'static) {
        if self.tasks.len() < MOST_TASKS || self.shared.inner().calm {
            self.tasks.push(Task::new(process, name, future));
        }
    }

    fn any_process(&self) -> usize {
        self.shared.below(PROCESSES as u64) as usize
    }

    fn any_number(&self) -> String {
        self.numbers[self.shared.below(ORDERS) as usize].clone()
    }

    fn stored(&self, number: &str) -> Option<Order> {
        let key = payinsurance_orders::OrderKey {
            merchant: HOSPITAL.to_owned(),
            hosp_out_trade_no: number.to_owned(),
        };
        at_once(self.store.order(&key)).unwrap()
    }

    fn somebody_works(&mut self) {
        let process = self.any_process();
        let busy = self
            .tasks
            .iter()
            .any(|task| task.process == process && task.name == "works");
        if busy {
            return;
        }
        let desk = self.desks[process].clone();
        let work = async move {
            // What the store did not do comes up again by itself.
            let _ = desk.work_once(desk.now()).await;
        };
        self.begin(process, "works".to_owned(), work);
    }

    fn a_caller_acts(&mut self) {
        let (process, number) = (self.any_process(), self.any_number());
        let desk = self.desks[process].clone();
        let shared = self.shared.clone();
        let linked = self.shared.inner().model.linked.contains(&number);
        match self.shared.below(20) {
            0..=9 => self.caller_places(process, &number),
            10 => self.caller_places_another(process, number),
            11..=12 => {
                let name = format!("returns {number}");
                self.begin(process, name, async move {
                    let _ = desk.returned(HOSPITAL, &number).await;
                });
            }
            13 => {
                let name = format!("refreshes {number}");
                self.begin(process, name, async move {
                    let _ = desk.refresh(HOSPITAL, &number, "li").await;
                });
            }
            14 => {
                let name = format!("closes {number}");
                self.begin(process, name, async move {
                    if let Ok(order) = desk.close(HOSPITAL, &number).await {
                        shared.tell(format!(
                            "{number} closed for a caller: {}",
                            order.state.word()
                        ));
                    }
                });
            }
            15..=17 if linked => self.caller_refunds(process, number),
            _ => {}
        }
    }

    fn caller_places(&mut self, process: usize, number: &str) {
        let desk = self.desks[process].clone();
        let (shared, number) = (self.shared.clone(), number.to_owned());
        let request = self.request(&number);
        let name = format!("places {number}");
        self.begin(process, name, async move {
            match desk.place(HOSPITAL, &request).await {
                Ok(order) => {
                    let mut inner = shared.inner();
                    inner.model.promised.insert(number.clone());
                    if order.placed.is_some_and(|placed| placed.pay_url.is_some()) {
                        inner.model.linked.insert(number);
                    }
                }
                Err(DeskError::Store(_) | DeskError::Contended { .. }) => {}
                Err(error) => shared.violated(format!("{number} could not be placed: {error}")),
            }
        });
    }

    fn caller_places_another(&mut self, process: usize, number: String) {
        if self.stored(&number).is_none() {
            return;
        }
        let desk = self.desks[process].clone();
        let shared = self.shared.clone();
        let mut other = self.request(&number);
        other.body = "另一笔".into();
        self.begin(process, format!("places another {number}"), async move {
            if desk.place(HOSPITAL, &other).await.is_ok() {
                shared.violated(format!("another order was placed as {number}"));
            }
        });
    }

    fn caller_refunds(&mut self, process: usize, number: String) {
        let desk = self.desks[process].clone();
        let request = match self.shared.below(4) {
            0 => RefundRequest::cash(Fen(1 + self.shared.below(150)), refund_content()),
            1 => RefundRequest::whole(refund_content()).numbered("MINE"),
            _ => RefundRequest::whole(refund_content()),
        };
        // A number of one's own must not be that of another order.
        let request = match request.hosp_out_refund_no.is_some() {
            true => request.numbered(format!("MINE{number}")),
            false => request,
        };
        self.begin(process, format!("refunds {number}"), async move {
            let _ = desk.refund(HOSPITAL, &number, &request).await;
        });
    }

    /// Patients pay what they have a link to.
    fn a_patient_acts(&mut self) {
        let number = self.any_number();
        // Some find the order without the link, in a message of the platform.
        if !self.shared.inner().model.linked.contains(&number) && self.shared.below(3) != 0 {
            return;
        }
        let act = match self.shared.below(10) {
            0 => Act::InsuranceFails,
            1 => Act::CashFails,
            2 => Act::WalkAway,
            _ => Act::Pay,
        };
        let done = self
            .outside
            .on_platform(|platform, moment| platform.patient(&number, act, moment));
        self.shared
            .tell(format!("the patient of {number}: {act:?} {}", done.is_ok()));
    }

    fn the_post_moves(&mut self) {
        self.collect_post();
        if self.post.is_empty() || self.shared.below(2) == 0 {
            return;
        }
        let place = self.shared.below(self.post.len() as u64) as usize;
        let delivery = self.post.swap_remove(place);
        let process = self.any_process();
        if self.shared.below(2) == 0 {
            self.shared.inner().summary.repeats += 1;
            let mut copy = delivery.clone();
            copy.notification = 0;
            self.post.push(copy);
        }
        self.deliver(process, delivery);
    }

    fn collect_post(&mut self) {
        for delivery in self.outside.due() {
            let lost = self.shared.inner().chance.per_mille(self.loss);
            if !lost {
                let rate = self.shared.inner().twist;
                let which = self.shared.below(3);
                if self.shared.trouble(rate * 2)
                    && let Some(body) = twisted(&delivery.body, &key_of(&self.outside), which)
                {
                    self.shared.inner().summary.twists += 1;
                    let mut copy = delivery.clone();
                    copy.notification = 0;
                    copy.body = body;
                    self.post.push(copy);
                }
                self.post.push(delivery);
                continue;
            }
            self.shared.inner().summary.notifications_lost += 1;
            self.answered(&delivery, Err("lost".to_owned()));
        }
    }

    fn answered(&self, delivery: &Delivery, answer: Result<(u16, &[u8]), String>) {
        let number = delivery.notification;
        let _verdict = self
            .outside
            .on_platform(|platform, moment| platform.delivered(number, answer, moment));
    }

    fn deliver(&mut self, process: usize, delivery: Delivery) {
        let (desk, shared) = (self.desks[process].clone(), self.shared.clone());
        let (outside, store) = (self.outside.clone(), self.store.clone());
        if self.tasks.len() >= MOST_TASKS && !self.shared.inner().calm {
            self.answered(&delivery, Err("nobody answers".to_owned()));
            return;
        }
        let number = delivery.hosp_out_trade_no.clone();
        self.begin(process, format!("hears of {number}"), async move {
            let heard = desk.notify(&delivery.body).await;
            let answer = match &heard {
                Ok(reply) => Ok((200, &reply.body[..])),
                Err(_) => Err("503".to_owned()),
            };
            let said = heard.as_ref().is_ok_and(|reply| reply.outcome.is_success());
            let understood = outside
                .on_platform(|platform, _| platform.judge_answer(&number, answer.clone()).is_ok());
            if said != understood {
                shared.violated(format!("{number}: the platform took the reply otherwise"));
            }
            let success = String::from_utf8_lossy(&delivery.body)
                .contains("<result_code><![CDATA[SUCCESS]]></result_code>");
            if said && success {
                let key = payinsurance_orders::OrderKey {
                    merchant: HOSPITAL.to_owned(),
                    hosp_out_trade_no: number.clone(),
                };
                let order = at_once(store.order(&key)).unwrap();
                if !order.is_some_and(|order| order.state.was_paid()) {
                    shared.violated(format!("{number}: acknowledged before it was kept"));
                }
                shared.inner().model.acknowledged.insert(number.clone());
            }
            let notification = delivery.notification;
            let _verdict = outside
                .on_platform(|platform, moment| platform.delivered(notification, answer, moment));
        });
    }

    fn the_platform_fails_next(&mut self) {
        let (interface, code, takes_effect) = match self.shared.below(11) {
            8 => (Interface::Unifiedorder, ErrorCode::IdentityMismatch, true),
            9 | 10 => (Interface::Refund, ErrorCode::BadParameter, false),
            0 => (Interface::Unifiedorder, ErrorCode::SystemError, true),
            1 => (Interface::Unifiedorder, ErrorCode::SystemError, false),
            2 => (Interface::Unifiedorder, ErrorCode::IdentityMismatch, false),
            3 => (
                Interface::Queryorder,
                ErrorCode::SettlementLookupFailed,
                false,
            ),
            4 => (Interface::Refund, ErrorCode::CashRefundFailed, true),
            5 => (Interface::Refund, ErrorCode::SystemError, false),
            6 => (Interface::Closeorder, ErrorCode::SystemFailure, true),
            _ => (Interface::Queryrefund, ErrorCode::RefundLookupFailed, false),
        };
        let fault = Fault {
            interface,
            code,
            takes_effect,
        };
        self.outside.parts().platform.fail_next(fault);
    }

    fn a_clock_jumps(&mut self) {
        let process = self.any_process();
        let skew = match self.shared.below(4) {
            0 => self.shared.below(1_200) as i64,
            1 => -(self.shared.below(120) as i64),
            _ => 0,
        };
        self.shared
            .tell(format!("{process}: its clock is wrong by {skew} s"));
        self.shared.inner().processes[process].skew = skew;
    }

    /// A signed reply of the platform is posted to the address of notifications.
    fn a_reply_goes_astray(&mut self) {
        let replies = self.network.spoken.lock().unwrap();
        if replies.is_empty() {
            return;
        }
        let place = replies.len() - 1 - self.shared.below(replies.len().min(8) as u64) as usize;
        let (_, number, body) = replies[place].clone();
        drop(replies);
        self.shared.inner().summary.twists += 1;
        let process = self.any_process();
        let desk = self.desks[process].clone();
        self.begin(
            process,
            format!("hears a reply about {number}"),
            async move {
                let _ = desk.notify(&body).await;
            },
        );
    }

    /// Orders of different parts: mixed, in cash alone, by insurance alone; some let the bureau change the parts.
    fn request(&self, number: &str) -> unifiedorder::Request {
        let place = self.numbers.iter().position(|known| known == number);
        let kind = self.seed.wrapping_add(place.unwrap_or_default() as u64);
        let mut request = order(number);
        if kind % 2 == 1 {
            request.allow_fee_change = AllowFeeChange::Allow;
        }
        let (pay_type, cash, insurance) = match kind % 5 {
            0 => (PayType::Cash, 120, 0),
            1 => (PayType::Insurance, 0, 300),
            _ => (PayType::CashAndInsurance, 150, 100),
        };
        request.pay_type = pay_type;
        request.total_fee = Fen(cash + insurance);
        request.cash_fee = Fen(cash);
        request.insurance_fee = Fen(insurance);
        request
    }

    /// Anybody can call the address of notifications; nothing of it may be believed.
    fn somebody_forges(&mut self) {
        let number = self.any_number();
        let forgery = match self.shared.below(3) {
            0 => Forgery::WrongKey,
            1 => Forgery::Unsigned,
            _ => Forgery::AlteredAmount,
        };
        let forged = self
            .outside
            .on_platform(|platform, moment| platform.forge(&number, forgery, moment));
        let Ok(forged) = forged else { return };
        let process = self.any_process();
        let (desk, shared) = (self.desks[process].clone(), self.shared.clone());
        self.shared.inner().summary.forgeries += 1;
        self.begin(
            process,
            format!("hears a forgery of {number}"),
            async move {
                if let Ok(reply) = desk.notify(&forged.body).await
                    && reply.outcome.is_success()
                {
                    shared.violated(format!("{number}: a forgery was believed"));
                }
            },
        );
    }
}
