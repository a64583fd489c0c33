//! `payinsurance bill`: the real command over files, and against a sandbox.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

mod checking;
#[expect(dead_code, reason = "the tests of other commands use the rest")]
mod command;
mod fetching;
mod hospital;
mod planted;
mod showing;

#[path = "../../../reconcile/tests/runs/orders.rs"]
#[expect(dead_code, reason = "the tests of the crate use the rest")]
mod orders;
