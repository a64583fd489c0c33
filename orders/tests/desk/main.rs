//! The desk over a store in memory, against the sandbox's platform.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

#[path = "../world/mod.rs"]
mod world;

mod closing;
mod events;
mod hospital;
mod log;
mod notifying;
#[cfg(feature = "sqlite")]
mod on_disk;
mod panics;
mod placing;
mod provider;
mod refunding;
mod replacing;
mod replacing_at_odds;
mod returning;
#[cfg(feature = "axum")]
mod routes;
mod serialized;
#[cfg(feature = "postgres")]
#[path = "../store/server.rs"]
mod server;
#[cfg(feature = "axum")]
mod serving;
mod set_up;
mod unverified;
mod working;
