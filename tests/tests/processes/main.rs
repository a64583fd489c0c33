//! The order desk in real processes, over real HTTP and on real databases: killed anywhere, started again, and several at once.
//!
//! The sandbox runs in the test's own process, and so does the front door that notifications and events go through (`front`). A hospital is a program
//! (`src/bin/hospital_process/`), killed with SIGKILL (`child`). What must hold afterwards is said in `promises`, without the desk's own
//! words. Tests on PostgreSQL run where `PAYINSURANCE_POSTGRES` names a server: `scripts/with-postgres cargo test -p conformance --test processes`.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

mod child;
mod database;
mod equal;
mod front;
mod hospital;
mod killed;
mod promises;
mod rounds;
#[path = "../../../orders/tests/steps/mod.rs"]
#[allow(dead_code, reason = "the tests of the stores use the rest")]
mod steps;
