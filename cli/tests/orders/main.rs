//! `payinsurance orders`: the real command over a store that a real desk has filled, against the sandbox's platform.
//!
//! On PostgreSQL too where `PAYINSURANCE_POSTGRES` names a server (`scripts/with-postgres` starts one).

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

#[path = "../../../orders/tests/store/server.rs"]
mod server;
#[allow(dead_code, reason = "the tests of the desk use more of it")]
#[path = "../../../orders/tests/world/mod.rs"]
mod world;

mod backing_up;
mod command;
mod hospital;
mod looking;
mod privacy;
mod replaying;
mod settling;
mod stores;
mod unreadable;
