//! A process that is killed at any point of anything it does.
//!
//! For each moment in an order's life: one order after the other is brought there, and the process is killed at the first point, then at the
//! second, until the moment passes without reaching so many. Each time another process takes over the same database. Every second time the
//! caller asks again and the platform repeats itself; the other times neither does, and the workers find out.

use std::collections::BTreeSet;

use payinsurance_orders::State;
use payinsurance_sandbox::Act;

use crate::child::First;
use crate::database::Kind;
use crate::front::Passage;
use crate::hospital::Hospital;
use crate::promises;
use crate::steps;

/// What is under way when the process is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    Placing,
    Notification,
    EventDelivery,
    RefundAsked,
    RefundFollowed,
    Closing,
    TokenRenewal,
}

/// More points than any moment has.
const MAX_POINTS: u32 = 60;
/// Longer than whatever a dead process had claimed stays claimed.
const CLAIMS_END: u64 = 100;
/// Longer than an access token lives.
const TOKEN_ENDS: u64 = 7_300;

async fn survives(kind: Kind, moment: Moment) {
    let case = format!("{moment:?}").to_lowercase();
    let Some(mut hospital) = Hospital::new(kind, &case, 0).await else {
        return;
    };
    let mut points = BTreeSet::new();
    let mut numbers = Vec::new();
    for nth in 1.. {
        assert!(nth < MAX_POINTS, "{moment:?} never passes: {points:?}");
        let number = format!("{case}{nth}");
        moment.prepare(&mut hospital, &number).await;
        hospital.tell(&format!("stop {nth}"));
        let First::Reached(point) = moment.act(&mut hospital, &number).await else {
            hospital.tell("stop 0");
            numbers.push(number.clone());
            moment.finish(&mut hospital, &number).await;
            break;
        };
        hospital.kill();
        hospital.start();
        promises::hold_at_once(&mut hospital, &number);
        moment.recover(&mut hospital, &number, nth % 2 == 0).await;
        moment.finish(&mut hospital, &number).await;
        points.insert(point);
        numbers.push(number);
    }
    promises::hold_in_the_end(&mut hospital, &numbers);
    for point in moment.must_reach(kind) {
        assert!(
            points.contains(point),
            "{moment:?}: {point} not in {points:?}"
        );
    }
}

impl Moment {
    /// Brings an order right before the moment.
    async fn prepare(self, hospital: &mut Hospital, number: &str) {
        if self == Self::Placing {
            return;
        }
        assert_eq!(hospital.tell(&format!("place {number}")), "placed");
        hospital.tell("work");
        if matches!(self, Self::Notification | Self::Closing) {
            return;
        }
        hospital.paid(number).await;
        assert_eq!(hospital.state(number), Some(State::Paid));
        match self {
            Self::EventDelivery => return,
            Self::TokenRenewal => hospital.pass(TOKEN_ENDS).await,
            _ => {}
        }
        hospital.tell("work");
        if self == Self::RefundFollowed {
            assert_eq!(hospital.tell(&format!("refund {number}")), "refunding");
            hospital.tell("work");
            hospital.pass(60).await;
        }
    }

    /// What the process is killed over: its answer, or the point that it reached.
    async fn act(self, hospital: &mut Hospital, number: &str) -> First {
        if self == Self::Notification {
            hospital.sandbox.pay(number, Act::Pay).unwrap();
            let process = hospital.running();
            let accepted = || {
                let news = hospital.at_platform(number).unwrap().notification;
                news.is_some_and(|news| news.accepted)
            };
            let ended = || process.stopped_at().is_some() || accepted();
            let what = "the notification is accepted, or the process stands still";
            process.until(what, ended).await;
            return match process.stopped_at() {
                Some(point) => First::Reached(point),
                None => First::Answer("accepted".to_owned()),
            };
        }
        let process = hospital.process();
        let asked = process.ask(&self.command(number));
        process.answer_or_stop(&asked)
    }

    fn command(self, number: &str) -> String {
        match self {
            Self::Placing => format!("place {number}"),
            Self::RefundAsked | Self::TokenRenewal => format!("refund {number}"),
            Self::Closing => format!("close {number}"),
            Self::EventDelivery | Self::RefundFollowed | Self::Notification => "work".to_owned(),
        }
    }

    /// Another process has taken over. With `again`, the caller asks again at once.
    async fn recover(self, hospital: &mut Hospital, number: &str, again: bool) {
        hospital.front.set(match again {
            true => Passage::Open,
            false => Passage::Shut,
        });
        let command = self.command(number);
        let asked = again.then(|| hospital.process().ask(&command));
        // A right to renew the access token that died with its holder is waited for.
        hospital.pass(CLAIMS_END).await;
        if let Some(asked) = asked {
            hospital.process().answer(&asked);
        }
        while hospital.tell("work") != "0" {}
        hospital.pass(CLAIMS_END).await;
        while hospital.tell("work") != "0" {}
        // What was killed before it was stored was never promised: it is asked for as if for the first time.
        let order = hospital.shown(number).order;
        let lost = order.is_none_or(|order| match self {
            Self::Placing | Self::Notification | Self::EventDelivery | Self::RefundFollowed => {
                false
            }
            Self::RefundAsked | Self::TokenRenewal => order.refund.is_none(),
            Self::Closing => order.state == State::Placed && !order.close_wanted,
        });
        if lost {
            hospital.tell(&command);
        }
        hospital.front.set(Passage::Open);
    }

    /// Goes on to the end of the order's life.
    async fn finish(self, hospital: &mut Hospital, number: &str) {
        if self == Self::Placing {
            for _ in 0..10 {
                if hospital.state(number) != Some(State::Placing) {
                    break;
                }
                hospital.pass(CLAIMS_END).await;
                hospital.tell("work");
            }
            assert_eq!(hospital.state(number), Some(State::Placed));
            hospital.paid(number).await;
        }
        hospital.settle().await;
        let end = match self {
            Self::Placing | Self::Notification | Self::EventDelivery => State::Paid,
            Self::RefundAsked | Self::RefundFollowed | Self::TokenRenewal => State::Refunded,
            Self::Closing => State::Closed,
        };
        assert_eq!(hospital.state(number), Some(end), "{number}");
    }

    /// Points without which the test would have tested something else.
    fn must_reach(self, kind: Kind) -> Vec<&'static str> {
        let mut points = match self {
            Self::Placing => vec!["call of unifiedorder", "answer to unifiedorder"],
            Self::Notification => vec!["reply to a notification"],
            Self::EventDelivery => vec!["event leaves", "event was taken"],
            Self::RefundAsked => vec!["call of refund", "answer to refund"],
            Self::RefundFollowed => vec!["call of queryrefund", "answer to queryrefund"],
            Self::Closing => vec![
                "call of queryorder",
                "call of closeorder",
                "answer to closeorder",
            ],
            Self::TokenRenewal => vec!["call of gettoken", "answer to gettoken"],
        };
        // Claiming and settling events is one statement each in PostgreSQL: there is nothing between its beginning and its end.
        let in_transactions = kind == Kind::Sqlite || self != Self::EventDelivery;
        points.extend(steps::ALL.into_iter().filter(|step| match *step {
            steps::BODIES_WRITTEN => kind == Kind::Sqlite && self == Self::Notification,
            _ => in_transactions,
        }));
        points
    }
}

mod sqlite {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn an_order_that_was_being_placed_comes_about_once() {
        survives(Kind::Sqlite, Moment::Placing).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_notification_that_was_acknowledged_is_never_lost() {
        survives(Kind::Sqlite, Moment::Notification).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_event_is_delivered_at_least_once_under_one_id() {
        survives(Kind::Sqlite, Moment::EventDelivery).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_refund_that_was_asked_for_is_one_refund() {
        survives(Kind::Sqlite, Moment::RefundAsked).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_refund_is_followed_to_its_end() {
        survives(Kind::Sqlite, Moment::RefundFollowed).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_order_that_was_being_closed_is_closed() {
        survives(Kind::Sqlite, Moment::Closing).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_right_to_renew_the_token_does_not_die_with_its_holder() {
        survives(Kind::Sqlite, Moment::TokenRenewal).await;
    }
}

mod postgres {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn an_order_that_was_being_placed_comes_about_once() {
        survives(Kind::Postgres, Moment::Placing).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_notification_that_was_acknowledged_is_never_lost() {
        survives(Kind::Postgres, Moment::Notification).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_event_is_delivered_at_least_once_under_one_id() {
        survives(Kind::Postgres, Moment::EventDelivery).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_refund_that_was_asked_for_is_one_refund() {
        survives(Kind::Postgres, Moment::RefundAsked).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_refund_is_followed_to_its_end() {
        survives(Kind::Postgres, Moment::RefundFollowed).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_order_that_was_being_closed_is_closed() {
        survives(Kind::Postgres, Moment::Closing).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_right_to_renew_the_token_does_not_die_with_its_holder() {
        survives(Kind::Postgres, Moment::TokenRenewal).await;
    }
}
