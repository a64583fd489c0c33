//! Times that a wrong clock has written: once the clock is right again, the order goes on within minutes.

use super::*;
use crate::decide::query;

const DAY: Duration = Duration::from_secs(86_400);

/// Asks for an order that the platform does not know, until the desk sends it again. How long that took, and how many questions.
fn sent_again_after(mut order: Order) -> (Duration, u32) {
    let policy = Policy::default();
    let mut at = now();
    for questions in 1..100 {
        let context = Context {
            at,
            ..context(&policy)
        };
        let decision = query::answered(&order, &Answer::Missing(Numbers::default()), context);
        if decision.next == Some(Step::Send) {
            return (Duration::try_from(at - now()).unwrap(), questions);
        }
        order = decision.change.order;
        let due_at = order.due_at.unwrap();
        assert!(due_at > at, "it is due at once: the workers never rest");
        assert!(due_at < at + DAY, "it is put off by the wrong clock");
        at = due_at;
    }
    panic!("it is never sent again");
}

#[test]
fn an_order_that_a_clock_a_day_ahead_has_sent_is_sent_again_in_minutes() {
    let mut sent = order(State::Placing);
    sent.sent_at = Some(now() + DAY);
    let mut updated = order(State::Placing);
    updated.times.updated_at = now() + DAY;
    for order in [sent, updated] {
        let (took, questions) = sent_again_after(order);
        assert!(took <= Duration::from_secs(300), "{took:?}");
        assert!(questions <= 5, "{questions}");
    }
}

#[test]
fn an_order_that_a_clock_a_little_ahead_has_sent_waits_for_its_answer() {
    let mut sent = order(State::Placing);
    sent.sent_at = Some(now() + Duration::from_secs(30));
    let (took, _) = sent_again_after(sent);
    assert!(took >= Policy::default().grace, "{took:?}");
}
