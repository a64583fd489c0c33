//! Faults on demand: what a healthy platform never does, so that a hospital can see what its code makes of it.
//!
//! A rule says what goes wrong and where: in which interface, with which order, how often, with which probability. Each rule has random numbers of
//! its own, which follow from its seed, so that the same rule over the same calls strikes the same ones. The rules are asked in the order in which
//! they were made, at the stages of [`Stage`]; the first one that applies strikes.

use std::time::Duration;

use payinsurance::{ErrorCode, Interface};
use serde::{Deserialize, Serialize};
use signed_xml::{Fen, Fields, Limits, Text};

use super::Platform;
use super::answer::{Answer, Refusal};
use super::random::{Random, SeededRandom};
use super::saved;

/// A failure of a call with a code of chapter 5, in short: see [`FaultKind::ErrCode`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The interface whose next call fails.
    pub interface: Interface,
    /// The code that it is answered with.
    pub code: ErrorCode,
    /// Whether the call takes effect all the same.
    pub takes_effect: bool,
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum FaultKind {
    /// A call that passed all checks is answered with a code of chapter 5.
    ErrCode {
        /// The code.
        err_code: String,
        /// Whether it takes effect all the same.
        #[serde(default)]
        takes_effect: bool,
    },
    /// An order that insurance takes part in is refused with 533: the bureau does not settle it in advance.
    BureauRefuses,
    /// The bureau calculates other amounts for an order that insurance takes part in. With
    /// `allow_fee_change` 1 they hold, otherwise the order is refused with 532.
    FeeDiffers {
        /// What insurance pays then, in fen; cash bears the rest. Without it a fifth less than was sent.
        #[serde(default)]
        insurance_fee: Option<Fen>,
    },
    /// The gateway refuses a call in JSON, before the interface sees it: -1, 40001, 42001, 45009 and the like.
    Errcode {
        /// The number.
        errcode: i64,
    },
    /// A call does not arrive, and nothing answers.
    TimeoutBefore,
    /// A call takes effect, and nothing answers.
    TimeoutAfter,
    /// A call takes effect, and the connection is cut within the reply.
    Cut,
    /// A call is answered with HTTP 500.
    #[serde(rename = "http_500")]
    Http500 {
        /// Whether it takes effect all the same.
        #[serde(default)]
        takes_effect: bool,
    },
    /// A page of HTML comes instead of a reply; the call has no effect.
    Html,
    /// The reply is signed with another key.
    WrongSignature,
    /// The reply has a field that no document names.
    UnknownFields,
    /// The reply is late.
    Slow {
        /// By so many seconds of real time.
        seconds: u32,
    },
    /// A payment fails: the order is SYS_REFUNDING, and SYS_REFUNDED after so many seconds.
    SysRefunding {
        /// The seconds.
        seconds: u32,
    },
    /// The cash of a refund ends as CHANGE: it did not go back to where it came from.
    RefundChange,
    /// A refund ends as FAIL.
    RefundFail,
    /// A notification is not sent. The next attempt follows as after a timeout.
    NotificationLost,
    /// A notification is sent later.
    NotificationLate {
        /// By so many seconds.
        seconds: u32,
    },
    /// A notification is sent twice at once.
    NotificationRepeated,
    /// A notification is sent after the next one of another order, or after a minute.
    NotificationReordered,
    /// In place of a notification comes one that is signed with another key.
    NotificationForged,
    /// In place of a notification comes one without `sign`.
    NotificationUnsigned,
    /// In place of a notification comes one with another total, signed as it must be.
    NotificationWrongAmount,
    /// A row of the bill lacks its last cells.
    BillRagged,
    /// The bill has not one byte.
    BillEmpty,
    /// The bill is compressed, although the request did not ask for that.
    BillGzipped,
    /// The bill is said not to be made yet.
    BillLate,
}

/// When a fault is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// A call arrives.
    Gate,
    /// A call has passed the checks.
    Business,
    /// The bureau settles an order in advance.
    Settlement,
    /// A call has its reply.
    Reply,
    /// A patient has paid.
    Payment,
    /// A refund ends.
    Refund,
    /// A notification is due.
    Notification,
    /// A bill was asked for that is there.
    Bill,
}

/// What goes wrong, where and how often.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FaultRule {
    /// What.
    pub fault: FaultKind,
    /// In this interface only. What concerns no call has none.
    #[serde(with = "saved::interface")]
    pub interface: Option<Interface>,
    /// With this order only: a number of the hospital or of the platform, of the order or its refund, or its pay key.
    pub order: Option<String>,
    /// The next so many times; without it until the rule is removed.
    pub next: Option<u32>,
    /// How likely it is each time, from 0 to 1.
    pub probability: f64,
    /// What its random numbers follow from.
    pub seed: u64,
}

/// A rule, and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FaultView {
    /// Its number, from 1.
    pub number: u64,
    /// What goes wrong.
    #[serde(flatten)]
    pub fault: FaultKind,
    /// The interface, if it has one.
    pub interface: Option<&'static str>,
    /// The order, if it has one.
    pub order: Option<String>,
    /// How often it will strike yet; without a number, for ever.
    pub next: Option<u32>,
    /// How likely it is each time.
    pub probability: f64,
    /// What its random numbers follow from.
    pub seed: u64,
    /// How often it has struck.
    pub struck: u64,
}

impl FaultKind {
    /// Every name that `fault` can have.
    pub const NAMES: [&str; 26] = [
        "err_code",
        "bureau_refuses",
        "fee_differs",
        "errcode",
        "timeout_before",
        "timeout_after",
        "cut",
        "http_500",
        "html",
        "wrong_signature",
        "unknown_fields",
        "slow",
        "sys_refunding",
        "refund_change",
        "refund_fail",
        "notification_lost",
        "notification_late",
        "notification_repeated",
        "notification_reordered",
        "notification_forged",
        "notification_unsigned",
        "notification_wrong_amount",
        "bill_ragged",
        "bill_empty",
        "bill_gzipped",
        "bill_late",
    ];

    /// Its name in JSON.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::ErrCode { .. } => "err_code",
            Self::BureauRefuses => "bureau_refuses",
            Self::FeeDiffers { .. } => "fee_differs",
            Self::Errcode { .. } => "errcode",
            Self::TimeoutBefore => "timeout_before",
            Self::TimeoutAfter => "timeout_after",
            Self::Cut => "cut",
            Self::Http500 { .. } => "http_500",
            Self::Html => "html",
            Self::WrongSignature => "wrong_signature",
            Self::UnknownFields => "unknown_fields",
            Self::Slow { .. } => "slow",
            Self::SysRefunding { .. } => "sys_refunding",
            Self::RefundChange => "refund_change",
            Self::RefundFail => "refund_fail",
            Self::NotificationLost => "notification_lost",
            Self::NotificationLate { .. } => "notification_late",
            Self::NotificationRepeated => "notification_repeated",
            Self::NotificationReordered => "notification_reordered",
            Self::NotificationForged => "notification_forged",
            Self::NotificationUnsigned => "notification_unsigned",
            Self::NotificationWrongAmount => "notification_wrong_amount",
            Self::BillRagged => "bill_ragged",
            Self::BillEmpty => "bill_empty",
            Self::BillGzipped => "bill_gzipped",
            Self::BillLate => "bill_late",
        }
    }

    pub(super) fn stage(&self) -> Stage {
        match self {
            Self::ErrCode { .. } => Stage::Business,
            Self::BureauRefuses | Self::FeeDiffers { .. } => Stage::Settlement,
            Self::Errcode { .. } | Self::TimeoutBefore | Self::Html => Stage::Gate,
            Self::Http500 { takes_effect } => match takes_effect {
                true => Stage::Reply,
                false => Stage::Gate,
            },
            Self::TimeoutAfter
            | Self::Cut
            | Self::WrongSignature
            | Self::UnknownFields
            | Self::Slow { .. } => Stage::Reply,
            Self::SysRefunding { .. } => Stage::Payment,
            Self::RefundChange | Self::RefundFail => Stage::Refund,
            Self::NotificationLost
            | Self::NotificationLate { .. }
            | Self::NotificationRepeated
            | Self::NotificationReordered
            | Self::NotificationForged
            | Self::NotificationUnsigned
            | Self::NotificationWrongAmount => Stage::Notification,
            Self::BillRagged | Self::BillEmpty | Self::BillGzipped | Self::BillLate => Stage::Bill,
        }
    }

    /// The only interface that it can be about.
    fn own_interface(&self) -> Option<Interface> {
        match self {
            Self::BureauRefuses | Self::FeeDiffers { .. } => Some(Interface::Unifiedorder),
            _ => None,
        }
    }

    /// Whether an interface can be named for it.
    #[must_use]
    pub fn takes_interface(&self) -> bool {
        let of_calls = [Stage::Gate, Stage::Business, Stage::Reply];
        of_calls.contains(&self.stage()) && self.own_interface().is_none()
    }
}

impl FaultRule {
    /// The next time, in any interface, with any order.
    #[must_use]
    pub const fn new(fault: FaultKind) -> Self {
        Self {
            fault,
            interface: None,
            order: None,
            next: Some(1),
            probability: 1.0,
            seed: 0,
        }
    }

    /// In this interface only.
    #[must_use]
    pub const fn of(mut self, interface: Interface) -> Self {
        self.interface = Some(interface);
        self
    }

    /// With this order only.
    #[must_use]
    pub fn with_order(mut self, order: impl Into<String>) -> Self {
        self.order = Some(order.into());
        self
    }

    /// The next so many times.
    #[must_use]
    pub const fn times(mut self, next: u32) -> Self {
        self.next = Some(next);
        self
    }

    /// Each time with this probability, until the rule is removed.
    #[must_use]
    pub const fn likely(mut self, probability: f64, seed: u64) -> Self {
        self.next = None;
        self.probability = probability;
        self.seed = seed;
        self
    }
}

/// The rules.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Faults {
    rules: Vec<Standing>,
    last: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Standing {
    number: u64,
    rule: FaultRule,
    random: SeededRandom,
    struck: u64,
}

impl Faults {
    fn add(&mut self, rule: FaultRule) -> u64 {
        self.last += 1;
        self.rules.push(Standing {
            number: self.last,
            random: SeededRandom::new(rule.seed),
            rule,
            struck: 0,
        });
        self.last
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Every number that grows.
    pub(super) fn counters(&self) -> impl Iterator<Item = u64> + '_ {
        let struck = self.rules.iter().map(|standing| standing.struck);
        struck.chain([self.last])
    }

    /// The fault that strikes now; it counts as used.
    pub(super) fn strike(
        &mut self,
        stage: Stage,
        interface: Option<Interface>,
        names: &[String],
    ) -> Option<FaultKind> {
        let place = self.rules.iter_mut().position(|standing| {
            let rule = &standing.rule;
            let wanted = rule.fault.own_interface().or(rule.interface);
            let applies = rule.fault.stage() == stage
                && rule.next != Some(0)
                && wanted.is_none_or(|wanted| Some(wanted) == interface)
                && rule
                    .order
                    .as_ref()
                    .is_none_or(|order| names.contains(order));
            applies && standing.random.next_share() < rule.probability
        })?;
        let standing = &mut self.rules[place];
        standing.struck += 1;
        if let Some(next) = &mut standing.rule.next {
            *next -= 1;
        }
        Some(standing.rule.fault.clone())
    }
}

impl SeededRandom {
    /// A number from 0 up to, not including, 1.
    fn next_share(&mut self) -> f64 {
        // The 53 bits that a float holds exactly.
        (self.next_number() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

impl Platform {
    /// Lets the next admitted call of an interface fail. Faults of one interface are used up in order.
    pub fn fail_next(&mut self, fault: Fault) {
        let kind = FaultKind::ErrCode {
            err_code: fault.code.as_str().to_owned(),
            takes_effect: fault.takes_effect,
        };
        self.add_fault(FaultRule::new(kind).of(fault.interface));
    }

    /// Adds a rule; its number.
    pub fn add_fault(&mut self, rule: FaultRule) -> u64 {
        self.faults.add(rule)
    }

    /// Removes the rule of that number, or all. Returns how many were removed.
    pub fn remove_faults(&mut self, number: Option<u64>) -> usize {
        let before = self.faults.rules.len();
        let stays = |standing: &Standing| number.is_some_and(|number| standing.number != number);
        self.faults.rules.retain(stays);
        before - self.faults.rules.len()
    }

    /// The rules, used up or not.
    #[must_use]
    pub fn faults(&self) -> Vec<FaultView> {
        let rules = self.faults.rules.iter();
        let view = |standing: &Standing| FaultView {
            number: standing.number,
            fault: standing.rule.fault.clone(),
            interface: standing.rule.interface.map(Interface::name),
            order: standing.rule.order.clone(),
            next: standing.rule.next,
            probability: standing.rule.probability,
            seed: standing.rule.seed,
            struck: standing.struck,
        };
        rules.map(view).collect()
    }

    pub(super) fn with_faults(
        &mut self,
        interface: Interface,
        names: &[String],
        business: impl FnOnce(&mut Self) -> Result<Answer, Refusal>,
    ) -> Result<Answer, Refusal> {
        let Some(fault) = self.faults.strike(Stage::Business, Some(interface), names) else {
            return business(self);
        };
        let code = match fault {
            FaultKind::ErrCode {
                err_code,
                takes_effect,
            } => {
                if takes_effect {
                    // What the call would have been answered is lost: that is the fault.
                    let _lost = business(self);
                }
                ErrorCode::from_wire(Text::from(err_code))
            }
            // Invariant: the stage has no others.
            _ => return business(self),
        };
        Err(Refusal::business(code, ""))
    }

    /// The numbers by which a rule can name the order of a call: those in the body, and all others of that order.
    pub(super) fn names_in(&self, body: &[u8]) -> Vec<String> {
        if self.faults.is_empty() {
            return Vec::new();
        }
        let Ok(fields) = Fields::parse(body, &Limits::default()) else {
            return Vec::new();
        };
        let named = [
            "hosp_out_trade_no",
            "med_trans_id",
            "hosp_out_refund_no",
            "med_refund_id",
        ];
        let mut names: Vec<String> = named
            .into_iter()
            .filter_map(|name| fields.get(name))
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
            .collect();
        let orders: Vec<usize> = names
            .iter()
            .flat_map(|name| self.orders.numbered(name))
            .collect();
        for order in orders {
            names.extend(self.names_of(order));
        }
        names
    }

    /// Every number of an order.
    pub(super) fn names_of(&self, order: usize) -> Vec<String> {
        if self.faults.is_empty() {
            return Vec::new();
        }
        let order = &self.orders[order];
        let mut names = vec![
            order.trade_no().to_owned(),
            order.med_trans_id.clone(),
            order.pay_key.clone(),
        ];
        if let Some(refund) = &order.refund {
            names.push(refund.hosp_out_refund_no.clone());
            names.push(refund.med_refund_id.clone());
        }
        names
    }
}

/// Seconds of a rule.
pub(super) fn seconds(seconds: u32) -> Duration {
    Duration::from_secs(seconds.into())
}
