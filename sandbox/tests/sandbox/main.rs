//! The sandbox from outside: over real HTTP, and the platform alone with a clock of the test's own.
//!
//! A [`hospital::Hospital`] calls with messages of the generated crate, encoded by the wire crate; a [`receiver::Receiver`] is called back.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set itself up has failed, and clippy knows no modules beside the tests"
)]

mod bills;
mod bureau;
mod callers;
mod error_codes;
mod every_fault;
mod faithful;
mod faults;
mod happy_path;
mod hospital;
mod moves;
mod notifications;
mod own_paths;
mod pages;
mod planting;
mod platform_alone;
mod receiver;
mod receivers;
mod refunds;
mod refusals;
mod requests;
mod signatures;
mod state;
mod tokens;
