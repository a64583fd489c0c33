//! The order desk: what the interface document asks of a hospital in 1.4 and 3.5, kept so that one can trust it with money.
//!
//! An order is one record ([`Order`]) that moves forward along one table of edges ([`State::EDGES`]). Everything that happens to it is decided by
//! functions that take values and return values, and is kept by a [`Store`](store::Store) in one transaction with its history and the events that
//! follow from it. What is about to be asked of the platform is stored before it is sent.

pub use order::{Amounts, Order, OrderKey, Placed, Refund, RefundState, Timestamps};
pub use state::State;

mod order;
mod state;

pub mod store;
