//! A short simulation on every run of the tests: 100 seeds; and for each fault that can be planted, that it is found. The example `simulate` plays
//! more seeds.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::field_reassign_with_default,
    reason = "a test reports by panicking and printing; the crate's own settings are written here as a user of the crate must"
)]

mod play;

use play::{Summary, play};

use crate::planted::{self, Fault};

const SEEDS: u64 = 100;
/// Among so many seeds each planted fault must be found.
const SEEDS_OF_A_FAULT: u64 = 1_000;

#[test]
fn nothing_is_lost_and_nothing_happens_twice() {
    let mut sum = Summary::default();
    for seed in 0..SEEDS {
        match play(seed) {
            Ok(summary) => sum.add(&summary),
            Err(violation) => panic!(
                "seed {}: {:#?}\n{}",
                violation.seed,
                violation.what,
                violation.story.join("\n")
            ),
        }
    }
    // A simulation in which nothing happens proves nothing.
    for (what, times) in [
        ("orders", sum.orders),
        ("payments", sum.paid),
        ("refunds", sum.refunded),
        ("crashes", sum.crashes),
        ("lost calls", sum.calls_lost),
        ("lost notifications", sum.notifications_lost),
        ("repeated notifications", sum.repeats),
        ("forgeries", sum.forgeries),
        ("wrong messages", sum.lies),
        ("notifications that name no hospital", sum.nameless),
        ("payments after a close", sum.late_payments),
        ("refunds by others", sum.refunds_by_others),
        ("panics of the sink", sum.panics),
        ("rows of a newer version", sum.unreadable),
    ] {
        assert!(times > SEEDS / 5, "only {times} {what}");
    }
}

#[test]
fn a_seed_always_gives_the_same_run() {
    for seed in [1, 7, 42] {
        let (one, other) = (play(seed), play(seed));
        assert_eq!(one.unwrap(), other.unwrap());
    }
}

#[test]
fn finds_an_order_that_is_sent_before_it_is_stored() {
    finds(Fault::SendsBeforeItStores);
}

#[test]
fn finds_a_store_with_two_orders_of_one_key() {
    finds(Fault::TwoOrdersOfOneKey);
}

#[test]
fn finds_a_refund_of_another_order_that_is_accepted() {
    finds(Fault::RefundOfAnother);
}

#[test]
fn finds_amounts_that_nothing_checks() {
    finds(Fault::AmountsUnchecked);
}

#[test]
fn finds_an_order_that_ended_unpaid_and_is_never_asked_for_again() {
    finds(Fault::NeverAskedAgain);
}

#[test]
fn finds_a_return_page_that_asks_nothing() {
    finds(Fault::ReturnPageAsksNothing);
}

#[test]
fn finds_a_reply_of_queryorder_that_pays() {
    finds(Fault::AnyMessagePays);
}

#[test]
fn finds_refunded_amounts_that_nothing_checks() {
    finds(Fault::RefundedAmountsUnchecked);
}

#[test]
fn finds_refusals_of_a_refund_that_share_an_id() {
    finds(Fault::RefusalsShareAnId);
}

#[test]
fn finds_a_contradiction_that_refuses_an_order() {
    finds(Fault::ContradictionRefuses);
}

#[test]
fn finds_a_desk_that_tries_only_the_first_hospital_of_a_provider() {
    finds(Fault::FirstCandidateOnly);
}

#[test]
fn finds_a_desk_that_claims_orders_of_hospitals_that_it_does_not_know() {
    finds(Fault::UnknownHospitalsClaimed);
}

#[test]
fn finds_a_row_of_another_version_that_starves_others() {
    finds(Fault::UnreadableRowStarves);
}

#[test]
fn finds_a_closed_order_that_is_never_paid() {
    finds(Fault::ClosedIsFinal);
}

#[test]
fn finds_a_panic_of_the_sink_that_ends_a_worker() {
    finds(Fault::SinkPanicEscapes);
}

#[test]
fn finds_orders_that_a_clock_that_was_ahead_puts_off() {
    finds(Fault::ClockAheadPutsOff);
}

/// A simulation that finds no planted fault would find no other.
fn finds(fault: Fault) {
    let found = planted::with(fault, || {
        (0..SEEDS_OF_A_FAULT).find_map(|seed| play(seed).err())
    });
    let Some(violation) = found else {
        panic!("{fault:?} is planted, and not found in {SEEDS_OF_A_FAULT} seeds");
    };
    println!(
        "{fault:?}: seed {}, {}",
        violation.seed,
        violation.what.join("; ")
    );
}
