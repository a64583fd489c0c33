//! Runs over bills and stores, the ledger, and reports.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

mod comparing;
mod ledger;
mod orders;
mod reports;
#[cfg(feature = "postgres")]
#[path = "../../../orders/tests/store/server.rs"]
mod server;
mod tables;
