//! The platform as a pure state machine: calls, the patient's acts and time go in, replies and deliveries come out.
//!
//! It does no I/O and has no clock; time and random numbers are arguments, so that the same arguments give the same run. What happens
//! later (a payment settles, a refund ends, a notification is due) is in one agenda, done in the order of its times.

mod agenda;
mod answer;
mod bills;
mod composed;
mod examine;
mod faults;
mod gate;
mod id_number;
mod marks;
mod merchants;
mod mishaps;
mod notifications;
mod orders;
mod patients;
mod payment_page;
mod payments;
mod planting;
mod random;
mod refunds;
mod saved;
mod state;
mod store;
mod story;
mod tokens;
mod view;

use std::net::IpAddr;

use jiff::Timestamp;
use serde::Serialize;
use signed_xml::{Key, Method};
use signed_xml_doctor::Examination;

use crate::config::{Config, ConfigError};
use payinsurance::Interface;

use agenda::Agenda;
use answer::{Envelope, Refusal};
use faults::{Faults, Stage};
use marks::Marks;
use merchants::Merchant;
use notifications::Outbox;
use patients::Patient;
use store::Orders;
use tokens::Tokens;

pub use bills::BillDay;
pub use composed::{ComposeError, Signature};
pub(crate) use examine::examine;
pub use faults::{Fault, FaultKind, FaultRule, FaultView};
pub use mishaps::Transport;
pub use notifications::{Delivery, Forgery, Refused};
pub(crate) use payment_page::PaymentPage;
pub use payments::{Act, ActError};
pub use planting::{BillDifference, Planted, Planting};
pub use random::{Random, SeededRandom};
pub(crate) use state::{General, MAX_COUNT, Record, RestoreError};
pub use story::{Step, StoryLine};
pub use view::{NotificationView, OrderSearch, OrderView, RefundView};

/// The platform: everything that it knows and has promised.
///
/// # Examples
///
/// ```
/// use jiff::Timestamp;
/// use payinsurance_sandbox::{Config, Incoming, Interface, Moment, Platform, SeededRandom};
/// use signed_xml::Method;
///
/// let mut platform = Platform::new(Config::default(), "http://127.0.0.1:8089")?;
/// let call = Incoming {
///     interface: Interface::Queryorder,
///     method: Method::Post,
///     query: &[],
///     client_ip: [127, 0, 0, 1].into(),
///     body: b"<xml></xml>",
///     exchange: 1,
/// };
/// let reply = platform.handle(&call, &mut Moment { now: Timestamp::UNIX_EPOCH, random: &mut SeededRandom::new(1) });
/// assert_eq!(reply.body, br#"{"errcode":41001,"errmsg":"access_token missing (GET /sandbox/traffic?exchange=1)"}"#);
/// # Ok::<(), payinsurance_sandbox::ConfigError>(())
/// ```
#[derive(Debug)]
pub struct Platform {
    config: Config,
    pay_origin: String,
    merchants: Vec<Merchant>,
    patients: Vec<Patient>,
    /// Whose cards were bound here.
    bound: Marks<usize>,
    tokens: Tokens,
    orders: Orders,
    outbox: Outbox,
    agenda: Agenda,
    faults: Faults,
    plantings: Vec<Planting>,
    /// The last number that was given to an order, a refund or a part of one.
    serial: u64,
    events: Vec<Event>,
    /// The time that has come, for the stories of orders.
    clock: Timestamp,
}

/// A call of a hospital.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a> {
    /// The interface that the path names.
    pub interface: Interface,
    /// The HTTP method.
    pub method: Method,
    /// The query, decoded.
    pub query: &'a [(String, String)],
    /// Where the call came from.
    pub client_ip: IpAddr,
    /// The body as it came.
    pub body: &'a [u8],
    /// The number under which the caller of this function logs the call: error messages point at it.
    pub exchange: u64,
}

/// What the platform is not allowed to make by itself.
pub struct Moment<'a> {
    /// The time.
    pub now: Timestamp,
    /// Random numbers.
    pub random: &'a mut dyn Random,
}

/// The answer to a call.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Outgoing {
    /// What the body is.
    pub content: Content,
    /// The body.
    pub body: Vec<u8>,
    /// What changed since the call before: by time, by a patient, by this call.
    pub events: Vec<Event>,
    /// Why it is not a success.
    pub trouble: Option<Trouble>,
    /// How it reaches its caller.
    pub transport: Transport,
    /// The fault that struck it, by its name.
    pub fault: Option<&'static str>,
}

/// What a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Flat XML.
    Xml,
    /// JSON.
    Json,
    /// A bill.
    Text,
    /// A page of a machine in between.
    Html,
}

impl Content {
    /// The value of the header `content-type`.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Xml => "text/xml; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
            Self::Text => "text/plain; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
        }
    }
}

/// Why a call was refused, for the developer in front of the sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Trouble {
    /// The code or the word of the reply.
    pub code: String,
    /// What was wrong.
    pub detail: String,
    /// Of a malformed request, each thing that is wrong with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<String>,
    /// Of a wrong signature, what the doctor found.
    pub signature: Option<Examination>,
}

impl Trouble {
    /// Of a notification that was not accepted.
    pub(crate) fn refused(refused: &Refused) -> Self {
        Self {
            code: "NOT_ACCEPTED".to_owned(),
            detail: refused.to_string(),
            violations: Vec::new(),
            signature: match refused {
                Refused::Reply { signature, .. } => signature.as_deref().cloned(),
                _ => None,
            },
        }
    }
}

/// Something that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// An access token was issued.
    TokenIssued {
        /// For whom.
        appid: String,
    },
    /// An order was placed.
    OrderPlaced {
        /// Its number.
        hosp_out_trade_no: String,
    },
    /// An order has another state.
    OrderMoved {
        /// Its number.
        hosp_out_trade_no: String,
        /// The state now.
        state: String,
    },
    /// A refund has another state.
    RefundMoved {
        /// Its number.
        hosp_out_refund_no: String,
        /// The state now.
        state: String,
    },
    /// A notification is to be delivered, at once or later.
    NotificationDue {
        /// The order's number.
        hosp_out_trade_no: String,
        /// The number of the delivery, from 1.
        attempt: usize,
    },
    /// A notification will not be delivered any more.
    NotificationEnded {
        /// The order's number.
        hosp_out_trade_no: String,
        /// Whether the hospital accepted it.
        accepted: bool,
    },
}

impl Platform {
    /// A platform without orders. `pay_origin` is scheme and host of the links under which patients pay.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the configuration cannot be.
    pub fn new(config: Config, pay_origin: impl Into<String>) -> Result<Self, ConfigError> {
        if config.own_account_percent > 100 {
            return Err(ConfigError::Percent {
                found: config.own_account_percent,
            });
        }
        Ok(Self {
            merchants: Merchant::all(&config)?,
            patients: Patient::all(&config)?,
            bound: Marks::default(),
            config,
            pay_origin: pay_origin.into(),
            tokens: Tokens::default(),
            orders: Orders::default(),
            outbox: Outbox::default(),
            agenda: Agenda::default(),
            faults: Faults::default(),
            plantings: Vec::new(),
            serial: 0,
            events: Vec::new(),
            clock: Timestamp::UNIX_EPOCH,
        })
    }

    /// The configuration that it was made of.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Answers a call. What was due before it happens first.
    pub fn handle(&mut self, call: &Incoming<'_>, at: &mut Moment<'_>) -> Outgoing {
        self.pass(at);
        let (interface, names) = (Some(call.interface), self.names_in(call.body));
        if let Some(fault) = self.faults.strike(Stage::Gate, interface, &names) {
            let mut outgoing = Outgoing::instead(&fault);
            outgoing.events = self.take_events();
            return outgoing;
        }
        let (mut outgoing, key) = self.answered(call, &names, at);
        if let Some(fault) = self.faults.strike(Stage::Reply, interface, &names) {
            let sign_type = call.interface.reply().sign_type;
            outgoing.spoil(&fault, key.as_ref(), sign_type, at.random);
        }
        outgoing
    }

    /// Answers a call of the open platform's `stable_token`, whose body is JSON; `exchange` is its
    /// number in the traffic log.
    pub fn stable_token(&mut self, body: &[u8], exchange: u64, at: &mut Moment<'_>) -> Outgoing {
        self.pass(at);
        let envelope = Envelope::new(Interface::Token.reply(), exchange, at.random);
        let result = self.stable(body, at);
        self.outgoing(envelope.close(result))
    }

    fn outgoing(&mut self, closed: (Content, Vec<u8>, Option<Trouble>)) -> Outgoing {
        let (content, body, trouble) = closed;
        Outgoing {
            content,
            body,
            events: self.take_events(),
            trouble,
            transport: Transport::Whole,
            fault: None,
        }
    }

    /// The answer, and the key that it is signed with.
    fn answered(
        &mut self,
        call: &Incoming<'_>,
        names: &[String],
        at: &mut Moment<'_>,
    ) -> (Outgoing, Option<Key>) {
        let mut envelope = Envelope::new(call.interface.reply(), call.exchange, at.random);
        let result = match method_error(call) {
            Some(refusal) => Err(refusal),
            None => match call.interface {
                Interface::Gettoken => self.gettoken(call, at),
                Interface::Token => self.token(call, at),
                Interface::Unifiedorder => {
                    self.admit(call, names, at, &mut envelope, Self::unifiedorder)
                }
                Interface::Queryorder => {
                    self.admit(call, names, at, &mut envelope, Self::queryorder)
                }
                Interface::Refund => self.admit(call, names, at, &mut envelope, Self::refund),
                Interface::Queryrefund => {
                    self.admit(call, names, at, &mut envelope, Self::queryrefund)
                }
                Interface::Getbalancebill => {
                    self.admit(call, names, at, &mut envelope, Self::getbalancebill)
                }
                Interface::Verifyname => {
                    self.admit(call, names, at, &mut envelope, Self::verifyname)
                }
                Interface::Closeorder => {
                    self.admit(call, names, at, &mut envelope, Self::closeorder)
                }
                // A later document has it and the sandbox does not imitate it yet.
                other => Err(Refusal::format(format!(
                    "the sandbox does not answer {}",
                    other.name()
                ))),
            },
        };
        let outgoing = self.outgoing(envelope.close(result));
        (outgoing, envelope.into_key())
    }

    /// Hands over what changed since it was asked last.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// The next serial number.
    fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }
}

/// The open platform's answer to the wrong HTTP method.
fn method_error(call: &Incoming<'_>) -> Option<Refusal> {
    match (call.interface.endpoint().method, call.method) {
        (Method::Get, Method::Post) => Some(Refusal::access(43_001, "require GET method")),
        (Method::Post, Method::Get) => Some(Refusal::access(43_002, "require POST method")),
        (Method::Get, Method::Get) | (Method::Post, Method::Post) => None,
    }
}
