//! The order desk: what the interface document asks of a hospital in 1.4 and 3.5, safe enough to trust it with money.
//!
//! An order is one record ([`Order`]) that moves forward along one table of edges ([`State::EDGES`]). Everything that happens to it is decided by
//! functions that take values and return values, and is stored by a [`Store`](store::Store) in one transaction with its history and the events that
//! follow from it. What is about to be asked of the platform is stored before it is sent.
//!
//! Begin with [`Desk`].

pub use decide::billed::BillEvidence;
pub use decide::refund::RefundError;
pub use decide::replace::ReplaceError;
pub use decide::settle::{SettleError, Settlement};
pub use desk::{
    Check, Desk, DeskBuilder, DeskError, Outcome, RefundRequest, Replacement, Reply,
    ReturnUrlError, SetupError, settle, take_bill, want_replacement,
};
pub use order::{
    Amounts, Contradiction, LastError, Order, OrderKey, Placed, Refund, RefundState, Timestamps,
};
pub use outbox::{EventSink, HttpSink, SinkError, WebhookSecret};
pub use payinsurance;
pub use policy::{Backoff, Policy};
#[cfg(feature = "axum")]
pub use routes::Routes;
#[cfg(feature = "axum")]
pub use server::Server;
pub use state::{InvalidWord, State};
pub use view::{ShownReceived, shown_notification};
pub use workers::{Worked, Workers};

mod decide;
mod desk;
mod digest;
mod metrics;
mod order;
mod outbox;
mod panics;
mod planted;
mod policy;
mod reported;
#[cfg(feature = "axum")]
mod routes;
#[cfg(feature = "axum")]
mod server;
mod state;
mod view;
mod workers;

// The simulation is a unit test, since only those can plant faults, and is written as a user of the crate, since the example `simulate` includes it.
#[cfg(test)]
extern crate self as payinsurance_orders;
#[cfg(test)]
#[path = "../tests/simulation/mod.rs"]
mod simulation;

pub mod store;
