//! The desk: places orders, receives notifications, refunds, closes and shows orders of several hospitals over one store.
//!
//! What each part does: [`builder`](Desk::builder) sets up; `place`, `notify`, `refund`, `close` and `look` are what callers ask for; `advance` asks
//! and sends step by step, for callers and workers alike; `keep` brings a decision into the store.

mod addressees;
mod advance;
mod apply;
mod billed;
mod budget;
mod builder;
mod check;
mod error;
mod look;
mod notify;
mod outcome;
mod place;
mod quarantine;
mod refund;
mod replace;
mod return_url;
mod returned;
mod sealed_token;
mod settle;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use payinsurance::Client;
use signed_xml_client::{Clock, Nonce};

use crate::Policy;
use crate::decide::Context;
use crate::metrics::Metrics;
use crate::outbox::EventSink;
use crate::store::Store;

pub use billed::take_bill;
pub use builder::{DeskBuilder, SetupError};
pub use check::Check;
pub use error::DeskError;
pub use notify::Reply;
pub use outcome::Outcome;
pub use refund::RefundRequest;
pub use replace::{Replacement, want_replacement};
pub use return_url::ReturnUrlError;
pub use settle::settle;

/// The order desk. Cheap to clone; all clones are one desk, and any number of processes may have one over the same store.
#[derive(Clone)]
pub struct Desk(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) merchants: BTreeMap<String, Client>,
    pub(crate) addressees: addressees::Addressees,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) nonce: Arc<dyn Nonce>,
    pub(crate) policy: Policy,
    pub(crate) sink: Option<Arc<dyn EventSink>>,
    pub(crate) metrics: Metrics,
    pub(crate) quarantine: Mutex<quarantine::QuarantineBudgets>,
    pub(crate) return_questions: Mutex<returned::ReturnQuestions>,
}

impl Desk {
    /// Settings for a desk over this store.
    pub fn builder(store: impl Store) -> DeskBuilder {
        DeskBuilder::new(Arc::new(store))
    }

    /// Settings for a desk over a store that is used elsewhere too.
    pub fn over(store: Arc<dyn Store>) -> DeskBuilder {
        DeskBuilder::new(store)
    }

    /// The store, for what the desk itself does not offer.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.0.store
    }

    /// The client of a hospital, for calls that are about no order: bills, real names.
    ///
    /// # Errors
    ///
    /// [`DeskError::UnknownMerchant`].
    pub fn client(&self, merchant: &str) -> Result<&Client, DeskError> {
        self.0
            .merchants
            .get(merchant)
            .ok_or_else(|| DeskError::UnknownMerchant {
                name: merchant.to_owned(),
                known: self.0.merchants.keys().cloned().collect(),
            })
    }

    /// The time of the desk's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// What was counted, in the text format of Prometheus.
    #[must_use]
    pub fn metrics(&self) -> String {
        self.0.metrics.text()
    }

    /// Closes the store, for all clones of the desk: the last call of a program, after its server and its workers have stopped. A SQLite store is
    /// then whole in its files, which may be copied.
    pub async fn close_store(&self) {
        self.0.store.close().await;
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }

    fn context<'a>(&'a self, by: &'a str) -> Context<'a> {
        Context {
            at: self.now(),
            by,
            policy: &self.0.policy,
        }
    }
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let merchants: Vec<&String> = self.0.merchants.keys().collect();
        f.debug_struct("Desk")
            .field("merchants", &merchants)
            .field("policy", &self.0.policy)
            .finish_non_exhaustive()
    }
}
