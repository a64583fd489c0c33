//! A short simulation on every run of the tests: 500 seeds. The example `simulate` plays more.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

mod play;

use play::{Summary, play};

const SEEDS: u64 = 500;

#[test]
#[cfg_attr(
    any(
        feature = "planted-fault-send-first",
        feature = "planted-fault-no-unique-key"
    ),
    ignore = "a fault is planted, which the simulation must find"
)]
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
#[cfg(any(
    feature = "planted-fault-send-first",
    feature = "planted-fault-no-unique-key"
))]
fn a_planted_fault_is_found() {
    assert!((0..1_000).any(|seed| play(seed).is_err()));
}
