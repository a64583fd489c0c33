//! The settings of a desk.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use payinsurance::Client;
use payinsurance::signed_xml_client::{ClientBuilder, SetupError as ClientError};
use signed_xml_client::{Clock, Nonce, RandomNonce, Retries, SystemClock};

use super::addressees::Addressees;
use super::sealed_token::SealedTokens;
use super::{Desk, Inner};
use crate::Policy;
use crate::metrics::Metrics;
use crate::order::control_character;
use crate::outbox::EventSink;
use crate::store::Store;

/// Settings of a [`Desk`].
#[must_use]
pub struct DeskBuilder {
    store: Arc<dyn Store>,
    merchants: BTreeMap<String, ClientBuilder<Client>>,
    twice: Option<String>,
    clock: Arc<dyn Clock>,
    nonce: Arc<dyn Nonce>,
    policy: Policy,
    sink: Option<Arc<dyn EventSink>>,
}

impl DeskBuilder {
    pub(super) fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            merchants: BTreeMap::new(),
            twice: None,
            clock: Arc::new(SystemClock),
            nonce: Arc::new(RandomNonce),
            policy: Policy::default(),
            sink: None,
        }
    }

    /// Adds a hospital under a name that you choose. The name is stored with each order, so it must not change.
    ///
    /// The desk gives the client its clock, its randomness, and the access token that all processes share. It asks again by itself, so the client
    /// repeats no call ([`ClientBuilder::retries`]); with a second origin a query that failed on its way is sent there once.
    pub fn merchant(mut self, name: impl Into<String>, client: ClientBuilder<Client>) -> Self {
        let name = name.into();
        if self.merchants.insert(name.clone(), client).is_some() {
            self.twice = Some(name);
        }
        self
    }

    /// Takes the time from there.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Takes randomness from there: for `nonce_str`, and to spread deliveries.
    pub fn nonce(mut self, nonce: impl Nonce) -> Self {
        self.nonce = Arc::new(nonce);
        self
    }

    /// Waits by these numbers.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Delivers events there. Without it they wait in the store for a desk that has somewhere to deliver them.
    pub fn events(mut self, sink: impl EventSink) -> Self {
        self.sink = Some(Arc::new(sink));
        self
    }

    /// Makes the desk.
    ///
    /// # Errors
    ///
    /// [`SetupError`] if no hospital was added, two are the same, a name has a control character, or a client cannot be made.
    pub fn build(self) -> Result<Desk, SetupError> {
        if let Some(name) = self.twice {
            return Err(SetupError::Twice { name });
        }
        if self.merchants.is_empty() {
            return Err(SetupError::NoMerchant);
        }
        let mut merchants: BTreeMap<String, Client> = BTreeMap::new();
        for (name, client) in self.merchants {
            if let Some(at) = control_character(&name) {
                return Err(SetupError::ControlCharacter { name, at });
            }
            let tokens = self.store.tokens(&name);
            let tokens = SealedTokens::new(tokens, &name, client.merchant());
            let client = client
                .clock(SharedClock(Arc::clone(&self.clock)))
                .nonce(SharedNonce(Arc::clone(&self.nonce)))
                .token_store(tokens)
                .retries(Retries::none())
                .build()
                .map_err(|error| SetupError::Client {
                    name: name.clone(),
                    error,
                })?;
            if let Some((other, _)) = merchants.iter().find(|(_, known)| same(known, &client)) {
                return Err(SetupError::SameNumbers {
                    names: [other.clone(), name],
                });
            }
            merchants.insert(name, client);
        }
        Ok(Desk(Arc::new(Inner {
            store: self.store,
            addressees: Addressees::of(&merchants),
            merchants,
            clock: self.clock,
            nonce: self.nonce,
            policy: self.policy,
            sink: self.sink,
            metrics: Metrics::default(),
            quarantine: Mutex::default(),
            return_questions: Mutex::default(),
        })))
    }
}

/// Whether a notification cannot be assigned to the one or the other.
fn same(one: &Client, other: &Client) -> bool {
    let (one, other) = (one.generic().merchant(), other.generic().merchant());
    one.appid() == other.appid()
        && one.mch_id() == other.mch_id()
        && one.sub_appid() == other.sub_appid()
        && one.sub_mch_id() == other.sub_mch_id()
}

impl fmt::Debug for DeskBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let merchants: Vec<&String> = self.merchants.keys().collect();
        f.debug_struct("DeskBuilder")
            .field("merchants", &merchants)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

/// The desk's clock, as its clients hold it.
struct SharedClock(Arc<dyn Clock>);

impl Clock for SharedClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

/// The desk's randomness, as its clients hold it.
struct SharedNonce(Arc<dyn Nonce>);

impl Nonce for SharedNonce {
    fn nonce(&self) -> Option<String> {
        self.0.nonce()
    }
}

/// A desk cannot be made.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// No hospital was added.
    #[error("the desk has no hospital: add one with `merchant`")]
    NoMerchant,
    /// A name was given to two hospitals.
    #[error("two hospitals were added as {name:?}: give each its own name")]
    Twice {
        /// The name.
        name: String,
    },
    /// A name holds a control character, which not every store can keep.
    #[error(
        "the hospital's name {name:?} has a control character at character {at}: give it a name without"
    )]
    ControlCharacter {
        /// The name.
        name: String,
        /// Which character it is, counted from 1.
        at: usize,
    },
    /// Two hospitals have the same numbers, so that a notification could be for either.
    #[error("the hospitals {:?} and {:?} have the same appid and merchant numbers: add one of them only", .names[0], .names[1])]
    SameNumbers {
        /// Their names.
        names: [String; 2],
    },
    /// The client of a hospital cannot be made.
    #[error("hospital {name:?}: {error}")]
    Client {
        /// Its name.
        name: String,
        /// What is wrong with its settings.
        #[source]
        error: ClientError,
    },
}
