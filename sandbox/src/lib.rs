//! The WeChat medical-insurance payment platform, imitated: for demos, for development, and for the tests of a hospital's own code.
//!
//! Two layers. [`Platform`] is the state machine: merchants, tokens, orders, refunds, notifications, bills; it does no I/O and takes time
//! and randomness as arguments, so that a simulation can drive it. [`Sandbox`] is a thin HTTP server around it, on the loopback interface
//! only, with a clock that can be advanced. Web pages that a developer has open cannot use it: the server answers to loopback names only,
//! refuses what a browser sends on behalf of another site, and takes JSON where something is changed ([`SandboxBuilder::allow_host`] allows
//! another name).
//!
//! Every fact of the document (fields, lengths, rules, codes, columns) comes from the generated crate `payinsurance`.
//!
//! # Examples
//!
//! ```
//! use payinsurance_sandbox::Sandbox;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = Sandbox::start().await?;
//! let merchant = &sandbox.merchants()[0];
//! println!("call {} as {}", sandbox.origin(), merchant.appid);
//! assert!(sandbox.orders().is_empty());
//! sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod config;
mod pages;
mod platform;
pub mod samples;
mod server;

pub use config::{Config, ConfigError, GetTokenForm, MerchantConfig, Mode, PatientConfig};
pub use payinsurance::{self, Interface};
pub use platform::{
    Act, ActError, BillDay, BillDifference, ComposeError, Content, Delivery, Event, Fault,
    FaultKind, FaultRule, FaultView, Forgery, Incoming, Moment, NotificationView, OrderSearch,
    OrderView, Outgoing, Planted, Planting, Platform, Random, RefundView, Refused, SeededRandom,
    Signature, Step, StoryLine, Transport, Trouble,
};
pub use server::{
    Exchange, HospitalAnswer, Sandbox, SandboxBuilder, SandboxClock, SandboxError, Snapshot,
    StartError, StateError,
};
pub use signed_xml_doctor::Examination;
