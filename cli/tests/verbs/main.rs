//! The commands of every day, run as a user runs them: against a sandbox over HTTP, with `--json`,
//! with mistakes in their input, in both languages.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

#[path = "../bill/command.rs"]
#[expect(dead_code, reason = "the tests of bills use the rest")]
mod command;
mod configuration;
mod doctor;
mod documents;
mod hospital;
mod languages;
mod names_and_tokens;
mod notifications;
mod orders;
mod refunds;
mod terminal;
