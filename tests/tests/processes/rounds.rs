//! Rounds of orders that flow through a process with workers, which is killed at a random point of each round.
//!
//! What is asked for, what gets lost and how many points a process lives for follow from a seed; what happens in between is up to the machine, so a
//! seed gives the same plan and not the same run. `PAYINSURANCE_SEED` takes another one.

use payinsurance::enums::MedTradeState;
use payinsurance_sandbox::{Act, Random, SeededRandom};
use tokio::task::JoinSet;

use crate::child::Asked;
use crate::database::Kind;
use crate::front::Passage;
use crate::hospital::Hospital;
use crate::promises;

const ROUNDS: u64 = 50;
/// What is asked for in a round.
const ACTS: u64 = 8;
/// A process lives for no more points than these.
const LONGEST_LIFE: u64 = 40;
/// The newest orders, which are looked at after each kill; all of them are in the end.
const LOOKED_AT: usize = 20;
const SEED: u64 = 20_260_501;

#[tokio::test(flavor = "multi_thread")]
async fn leave_every_order_right_on_sqlite() {
    play(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn leave_every_order_right_on_postgresql() {
    play(Kind::Postgres).await;
}

#[expect(clippy::print_stderr, reason = "shown if the test fails")]
async fn play(kind: Kind) {
    let Some(mut hospital) = Hospital::new(kind, "rounds", 2).await else {
        return;
    };
    let named = std::env::var("PAYINSURANCE_SEED").ok();
    let seed = named.map_or(SEED, |seed| seed.parse().unwrap());
    eprintln!("{kind:?}, seed {seed}: PAYINSURANCE_SEED={seed} plays the same plan");
    let mut plan = Plan {
        random: SeededRandom::new(seed),
        numbers: Vec::new(),
    };
    let mut kills = 0;
    for _ in 0..ROUNDS {
        let life = 1 + plan.below(LONGEST_LIFE);
        hospital.tell(&format!("stop {life}"));
        let (mut asked, mut time) = (Vec::new(), JoinSet::new());
        for _ in 0..ACTS {
            plan.act(&mut hospital, &mut asked, &mut time);
        }
        let process = hospital.running();
        let what = "the process stands still, or has answered all";
        let ended = || {
            let answered = || asked.iter().all(|asked| process.answered(asked).is_some());
            process.stopped_at().is_some() || answered()
        };
        process.until(what, ended).await;
        kills += u64::from(process.stopped_at().is_some());
        let promised: Vec<String> = asked
            .iter()
            .filter(|asked| {
                let answer = process.answered(asked);
                answer.is_some_and(|answer| !answer.starts_with("failed"))
            })
            .filter_map(|asked| asked.command().strip_prefix("place ").map(str::to_owned))
            .collect();
        hospital.kill();
        time.join_all().await;
        hospital.start();
        for number in promised {
            let order = hospital.shown(&number).order;
            assert!(order.is_some(), "{number} was promised and is not stored");
        }
        for number in plan.numbers.iter().rev().take(LOOKED_AT) {
            promises::hold_at_once(&mut hospital, number);
        }
    }
    assert!(kills > ROUNDS / 4, "only {kills} were killed at a point");
    hospital.front.set(Passage::Open);
    hospital.front.refuse_events(0);
    hospital.settle().await;
    promises::hold_in_the_end(&mut hospital, &plan.numbers);
    let orders = hospital.sandbox.orders();
    let paid = orders.iter().filter(|view| view.time_end.is_some()).count();
    let refunded = orders.iter().filter(|view| view.refund.is_some()).count();
    assert!(paid > 5 && refunded > 1, "{paid} paid, {refunded} refunded");
}

/// What happens, by chance.
struct Plan {
    random: SeededRandom,
    /// The orders so far.
    numbers: Vec<String>,
}

impl Plan {
    /// Does the next thing, without waiting for the process.
    fn act(&mut self, hospital: &mut Hospital, asked: &mut Vec<Asked>, time: &mut JoinSet<()>) {
        match self.below(10) {
            0..3 => {
                let number = format!("T{}", self.numbers.len());
                asked.push(hospital.process().ask(&format!("place {number}")));
                self.numbers.push(number);
            }
            3..6 => {
                if let Some(number) = self.one(hospital, MedTradeState::NotPay) {
                    // It may have been closed at this moment.
                    let _ = hospital.sandbox.pay(&number, Act::Pay);
                }
            }
            6 => {
                if let Some(number) = self.one(hospital, MedTradeState::Success) {
                    asked.push(hospital.process().ask(&format!("refund {number}")));
                }
            }
            7 => {
                if let Some(number) = self.one(hospital, MedTradeState::NotPay) {
                    asked.push(hospital.process().ask(&format!("close {number}")));
                }
            }
            8 => {
                let passage = [Passage::Open, Passage::Shut, Passage::OneWay];
                let chance = usize::try_from(self.below(3)).unwrap();
                hospital.front.set(passage[chance]);
                hospital.front.refuse_events(chance.try_into().unwrap());
            }
            _ => {
                let seconds = 10 + self.below(100);
                time.spawn(hospital.begin_to_pass(seconds));
            }
        }
    }

    /// One of the orders that stand so at the platform.
    fn one(&mut self, hospital: &Hospital, state: MedTradeState) -> Option<String> {
        let orders = hospital.sandbox.orders();
        let mut found: Vec<String> = orders
            .into_iter()
            .filter(|view| view.med_trade_state == state)
            .map(|view| view.hosp_out_trade_no)
            .collect();
        if found.is_empty() {
            return None;
        }
        let chance = self.below(found.len().try_into().unwrap());
        Some(found.swap_remove(chance.try_into().unwrap()))
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.random.next_number() % limit
    }
}
