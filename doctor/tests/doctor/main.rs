//! The doctor against senders that make mistakes, against right ones, and against anything.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

mod anything;
mod leaks;
mod mistakes;
mod never;
mod pairs;
mod sender;
mod wrong;
mod wrong_strings;
mod wrong_tails;
