//! The client over real HTTP on loopback, against a server that answers as each test says.

#![expect(
    clippy::unwrap_used,
    reason = "what a test sets up either stands or fails the test"
)]

mod calls;
mod failures;
mod messages;
mod notifications;
mod recorded;
mod retries;
mod secrecy;
mod server;
mod tls;
mod to_file;
mod token_sources;
mod tokens;
mod transport;
