//! Notifications (3.5): built once when a payment ends, delivered until the hospital accepts or the schedule is used up.
//!
//! Accepted is: HTTP 200, and a body that is signed with the merchant's key and says SUCCESS twice. Anything else is a failure, and the
//! next delivery, with the same body, follows after the next wait of the schedule.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::time::Duration;

use payinsurance::enums::{MedTradeState, ResultCode, ReturnCode};
use payinsurance::notification;
use signed_xml::{
    BeijingTime, BodyError, Fields, Key, Limits, Message, ReplyError, SIGN, SignType, Text, encode,
    read_reply,
};
use signed_xml_doctor::{Examination, Language};

use super::agenda::Entry;
use super::faults::{FaultKind, Stage, seconds};
use super::marks::Marks;
use super::payments::ActError;
use super::random::nonce;
use super::saved;
use super::store::Order;
use super::{Event, Moment, Platform};

/// What notifications are signed by.
pub(super) const SIGN_TYPE: SignType = notification::Notification::SCHEMA.sign_type;

/// How long a notification waits for one of another order.
const LONGEST_HOLD: Duration = Duration::from_secs(60);

/// All notifications, delivered or not.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    list: BTreeMap<u64, Notification>,
    /// Due and not yet taken.
    ready: VecDeque<u64>,
    /// Waits for a notification of another order.
    held: BTreeSet<u64>,
    pub(super) last: u64,
    pub(super) changed: Marks<u64>,
}

/// A notification as it is sent, and what became of it.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Notification {
    pub(super) order: usize,
    url: String,
    #[serde(with = "saved::body")]
    pub(super) body: Vec<u8>,
    /// How often it was taken for delivery.
    pub(super) attempts: usize,
    pub(super) accepted: bool,
    /// Why the last delivery was no success.
    pub(super) refused: Option<String>,
    pub(super) ended: bool,
    /// A fault put the next delivery off: none strikes it again.
    put_off: bool,
}

/// A notification that is to be posted now.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// Under this number its outcome is reported.
    pub notification: u64,
    /// The order's number at the hospital.
    pub hosp_out_trade_no: String,
    /// The platform's number of the order. Several merchants may have an order of the same `hosp_out_trade_no`; this number is unique.
    pub med_trans_id: String,
    /// Where to.
    pub url: String,
    /// The signed XML.
    pub body: Vec<u8>,
    /// 1 for the first delivery.
    pub attempt: usize,
    /// How it is forged, if it is.
    pub forged: Option<Forgery>,
    /// The fault that struck it, by its name.
    pub fault: Option<&'static str>,
}

/// How a forged notification is forged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Forgery {
    /// Signed with a key that is not the merchant's.
    WrongKey,
    /// Without `sign`.
    Unsigned,
    /// Signed, and then the total raised by one fen.
    AlteredAmount,
    /// Signed as it must be, with the total raised by one fen.
    WrongAmount,
}

/// Why a hospital's answer does not count as accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refused {
    /// No HTTP answer came, or not in time.
    NoAnswer {
        /// What happened.
        reason: String,
    },
    /// Any status but 200, be it another success.
    Status {
        /// The status found.
        found: u16,
    },
    /// The body is no signed SUCCESS.
    Reply {
        /// What is wrong with it.
        reason: String,
        /// Of a wrong signature, what the doctor found.
        signature: Option<Box<Examination>>,
    },
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAnswer { reason } => write!(f, "no answer: {reason}"),
            Self::Status { found } => write!(f, "HTTP status {found}, only 200 counts"),
            Self::Reply { reason, .. } => f.write_str(reason),
        }
    }
}

impl Outbox {
    /// Marks a notification as due.
    pub(super) fn ready(&mut self, notification: u64) {
        self.ready.push_back(notification);
    }

    /// Ends the wait of a notification that waits for another one.
    pub(super) fn release(&mut self, notification: u64) {
        if self.held.remove(&notification) {
            self.ready(notification);
        }
    }

    pub(super) fn is_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    pub(super) fn of(&self, notification: u64) -> Option<&Notification> {
        self.list.get(&notification)
    }

    fn of_mut(&mut self, notification: u64) -> Option<&mut Notification> {
        self.changed.mark(notification);
        self.list.get_mut(&notification)
    }

    pub(super) fn numbers(&self) -> impl Iterator<Item = u64> + '_ {
        self.list.keys().copied()
    }

    /// Puts a saved notification back.
    pub(super) fn put(&mut self, number: u64, notification: Notification) {
        self.list.insert(number, notification);
    }

    /// Lets a notification wait for one of another order.
    pub(super) fn hold(&mut self, notification: u64) {
        self.held.insert(notification);
    }
}

impl Platform {
    /// The notifications that are due now, to be posted; each is reported to [`Platform::delivered`] afterwards.
    pub fn due(&mut self, at: &mut Moment<'_>) -> Vec<Delivery> {
        self.pass(at);
        let mut deliveries = Vec::new();
        let mut held: Vec<u64> = self.outbox.held.iter().copied().collect();
        while let Some(number) = self.outbox.ready.pop_front() {
            let Some(known) = self.outbox.list.get(&number) else {
                continue;
            };
            let (order, was_put_off) = (known.order, known.put_off);
            let names = self.names_of(order);
            let fault = match was_put_off {
                true => None,
                false => self.faults.strike(Stage::Notification, None, &names),
            };
            match fault {
                Some(FaultKind::NotificationLate { seconds: wait }) => {
                    self.put_off(number);
                    self.agenda
                        .enter(at.now, seconds(wait), Entry::Notify(number));
                }
                Some(FaultKind::NotificationReordered) => {
                    self.put_off(number);
                    self.outbox.hold(number);
                    self.agenda
                        .enter(at.now, LONGEST_HOLD, Entry::Release(number));
                }
                fault => self.take(number, fault, at, &mut deliveries),
            }
        }
        // What waited comes after what was taken now: in the next batch.
        held.retain(|number| deliveries.iter().any(|taken| taken.notification != *number));
        for number in held {
            self.outbox.release(number);
        }
        deliveries
    }

    fn put_off(&mut self, notification: u64) {
        if let Some(known) = self.outbox.of_mut(notification) {
            known.put_off = true;
        }
    }

    /// Takes a notification for delivery, as a fault has it.
    fn take(
        &mut self,
        number: u64,
        fault: Option<FaultKind>,
        at: &mut Moment<'_>,
        deliveries: &mut Vec<Delivery>,
    ) {
        let Some(notification) = self.outbox.of_mut(number) else {
            return;
        };
        notification.attempts += 1;
        notification.put_off = false;
        let order = notification.order;
        let mut delivery = Delivery {
            notification: number,
            hosp_out_trade_no: self.orders[order].trade_no().to_owned(),
            med_trans_id: self.orders[order].med_trans_id.clone(),
            url: notification.url.clone(),
            body: notification.body.clone(),
            attempt: notification.attempts,
            forged: None,
            fault: fault.as_ref().map(FaultKind::name),
        };
        delivery.forged = match &fault {
            Some(FaultKind::NotificationForged) => Some(Forgery::WrongKey),
            Some(FaultKind::NotificationUnsigned) => Some(Forgery::Unsigned),
            Some(FaultKind::NotificationWrongAmount) => Some(Forgery::WrongAmount),
            _ => None,
        };
        if let Some(forgery) = delivery.forged {
            delivery.body = self.forged_body(order, forgery, at);
        }
        match fault {
            Some(FaultKind::NotificationLost) => {
                let lost = "lost on its way, as it was asked for".to_owned();
                // The verdict is known: a lost notification has no answer.
                let _no_answer = self.delivered(number, Err(lost), at);
            }
            Some(FaultKind::NotificationRepeated) => {
                let copy = Delivery {
                    notification: 0,
                    ..delivery.clone()
                };
                deliveries.extend([delivery, copy]);
            }
            _ => deliveries.push(delivery),
        }
    }

    /// Takes the hospital's answer to a delivery: HTTP status and body, or why there is none.
    ///
    /// # Errors
    ///
    /// [`Refused`] if it does not count as accepted; the next delivery is entered in the agenda, if the schedule has one.
    pub fn delivered(
        &mut self,
        notification: u64,
        answer: Result<(u16, &[u8]), String>,
        at: &Moment<'_>,
    ) -> Result<(), Refused> {
        let Some(order) = self.outbox.list.get(&notification).map(|known| known.order) else {
            return Ok(());
        };
        let verdict = self.verdict_on(self.orders[order].merchant, answer);
        let Some(known) = self.outbox.of_mut(notification) else {
            return Ok(());
        };
        let hosp_out_trade_no = self.orders[known.order].trade_no().to_owned();
        known.refused = verdict.as_ref().err().map(ToString::to_string);
        known.accepted |= verdict.is_ok();
        let wait = self
            .config
            .notification_retries
            .get(known.attempts.saturating_sub(1));
        match wait.filter(|_| !known.accepted) {
            Some(wait) => {
                let attempt = known.attempts + 1;
                self.agenda
                    .enter(at.now, *wait, Entry::Notify(notification));
                self.events.push(Event::NotificationDue {
                    hosp_out_trade_no,
                    attempt,
                });
            }
            None => {
                known.ended = true;
                let accepted = known.accepted;
                self.events.push(Event::NotificationEnded {
                    hosp_out_trade_no,
                    accepted,
                });
            }
        }
        verdict
    }

    /// Judges an answer as [`Platform::delivered`] does, without a delivery behind it. The order is named by its pay key, the platform's number or the
    /// hospital's number.
    ///
    /// # Errors
    ///
    /// [`Refused`] if it would not count as accepted.
    pub fn judge_answer(
        &self,
        order: &str,
        answer: Result<(u16, &[u8]), String>,
    ) -> Result<(), Refused> {
        match self.the_order(order) {
            Ok(order) => self.verdict_on(self.orders[order].merchant, answer),
            Err(error) => Err(Refused::Reply {
                reason: error.to_string(),
                signature: None,
            }),
        }
    }

    /// A notification of an order that the platform would never send: it says that all was paid, and is not signed as it must be.
    ///
    /// # Errors
    ///
    /// [`ActError`] if there is no such order.
    pub fn forge(
        &self,
        order: &str,
        forgery: Forgery,
        at: &mut Moment<'_>,
    ) -> Result<Delivery, ActError> {
        let order = self.the_order(order)?;
        let body = self.forged_body(order, forgery, at);
        Ok(Delivery {
            forged: Some(forgery),
            ..self.by_hand(&self.orders[order], body)
        })
    }

    fn forged_body(&self, order: usize, forgery: Forgery, at: &mut Moment<'_>) -> Vec<u8> {
        let (known, nonce) = (&self.orders[order], nonce(at.random));
        let mut message = self.message(known, nonce);
        message.result_code = ResultCode::Success;
        message.time_end.get_or_insert(BeijingTime::at(at.now));
        let key = &self.merchants[known.merchant].key;
        let wrong = Key::new(format!(
            "{:016x}{:016x}",
            at.random.next_number(),
            at.random.next_number()
        ));
        let fields = Fields::of(&message);
        let sign_with = |key: &Key| {
            fields
                .as_ref()
                .map(|fields| fields.to_signed_xml(key, SIGN_TYPE))
        };
        let body = match forgery {
            Forgery::WrongKey => sign_with(wrong.as_ref().unwrap_or(key)),
            Forgery::Unsigned => fields.as_ref().map(Fields::to_xml),
            Forgery::AlteredAmount => fields.as_ref().map(|signed| {
                message.total_fee.0 = message.total_fee.0.saturating_add(1);
                altered(signed, &message, key)
            }),
            Forgery::WrongAmount => {
                message.total_fee.0 = message.total_fee.0.saturating_add(1);
                return encode(&message, key).unwrap_or_default();
            }
        };
        body.unwrap_or_default()
    }

    /// A delivery that the schedule does not know.
    pub(super) fn by_hand(&self, order: &Order, body: Vec<u8>) -> Delivery {
        Delivery {
            notification: 0,
            hosp_out_trade_no: order.trade_no().to_owned(),
            med_trans_id: order.med_trans_id.clone(),
            url: order.request.notify_url.to_string(),
            body,
            attempt: 0,
            forged: None,
            fault: None,
        }
    }

    /// A payment has ended and the hospital is to hear of it.
    pub(super) fn notify(&mut self, order: usize, at: &mut Moment<'_>) {
        let known = &self.orders[order];
        let message = self.message(known, nonce(at.random));
        let body = encode(&message, &self.merchants[known.merchant].key);
        debug_assert!(body.is_ok(), "invariant: a notification names no algorithm");
        let url = known.request.notify_url.to_string();
        let hosp_out_trade_no = known.trade_no().to_owned();
        self.outbox.last += 1;
        let number = self.outbox.last;
        let notification = Notification {
            order,
            url,
            body: body.unwrap_or_default(),
            attempts: 0,
            accepted: false,
            refused: None,
            ended: false,
            put_off: false,
        };
        self.outbox.list.insert(number, notification);
        self.outbox.changed.mark(number);
        self.outbox.ready(number);
        self.orders[order].notification = Some(number);
        self.events.push(Event::NotificationDue {
            hosp_out_trade_no,
            attempt: 1,
        });
    }

    pub(super) fn message(&self, order: &Order, nonce: String) -> notification::Notification {
        let (merchant, placed) = (&self.merchants[order.merchant].config, &order.request);
        let paid = order.payment.is_some();
        let mut message = notification::Notification::default();
        message.return_code = ReturnCode::Success;
        message.result_code = if paid {
            ResultCode::Success
        } else {
            ResultCode::Fail
        };
        message.err_code = paid.then(|| Text::from("0"));
        message.err_code_des = (!paid).then(|| {
            MedTradeState::SysRefunding
                .label()
                .unwrap_or_default()
                .into()
        });
        message.appid = Some(Text::from(&merchant.appid));
        message.mch_id = Some(Text::from(&merchant.mch_id));
        message.sub_appid = merchant.sub_appid.as_ref().map(Text::from);
        message.sub_mch_id = merchant.sub_mch_id.as_ref().map(Text::from);
        message.nonce_str = Some(nonce.into());
        message.openid = placed.openid.clone();
        message.sub_openid = placed.sub_openid.clone();
        message.med_trans_id = Text::from(&order.med_trans_id);
        message.hosp_out_trade_no = placed.hosp_out_trade_no.clone();
        message.pay_type = Some(order.parts.pay_type.clone());
        message.total_fee = placed.total_fee;
        message.cash_fee = order.parts.cash_fee;
        message.insurance_fee = order.parts.insurance_fee;
        message.bill_no = Some(placed.bill_no.clone());
        message.serial_no = Some(placed.serial_no.clone());
        message.attach = placed.attach.clone();
        if let Some(payment) = &order.payment {
            message.time_end = Some(BeijingTime::at(payment.at));
            message.cash_order_id = payment.cash_order_id.as_ref().map(Text::from);
            if let Some(insurance) = &payment.insurance {
                message.insurance_self_fee = Some(insurance.own_account);
                message.insurance_fund_fee = Some(insurance.fund);
                message.insurance_other_fee = Some(insurance.other);
                message.medical_card_id = insurance.medical_card_id.as_ref().map(Text::from);
                message.response_content = Some(insurance.response_content());
                message.insurance_order_id = Some(Text::from(&insurance.order_id));
            }
        }
        message
    }
}

/// The altered message with the signature of the one that was signed.
fn altered(signed: &Fields, message: &notification::Notification, key: &Key) -> Vec<u8> {
    let sign = signed.signature(key, SIGN_TYPE);
    let Ok(fields) = Fields::of(message) else {
        return Vec::new();
    };
    let pairs = fields.iter().chain([(SIGN, sign.as_str())]);
    Fields::from_pairs(pairs)
        .map(|fields| fields.to_xml())
        .unwrap_or_default()
}

impl Platform {
    fn verdict_on(
        &self,
        merchant: usize,
        answer: Result<(u16, &[u8]), String>,
    ) -> Result<(), Refused> {
        let (status, body) = answer.map_err(|reason| Refused::NoAnswer { reason })?;
        if status != 200 {
            return Err(Refused::Status { found: status });
        }
        let key = &self.merchants[merchant].key;
        match read_reply::<notification::Reply>(body, key, &Limits::default()) {
            // A SUCCESS that lacks nonce_str is signed and says what matters.
            Ok(_) | Err(ReplyError::Unreadable { .. }) => says_success(body),
            Err(
                error @ (ReplyError::Signature(_) | ReplyError::Body(BodyError::NotUtf8 { .. })),
            ) => {
                let examination = self.examined::<notification::Reply>(merchant, body);
                let words = match error {
                    ReplyError::Signature(_) => "the signature of the reply is refused".to_owned(),
                    error => error.to_string(),
                };
                Err(Refused::Reply {
                    reason: format!("{words}: {}", examination.summary(Language::English)),
                    signature: Some(Box::new(examination)),
                })
            }
            Err(error) => Err(Refused::Reply {
                reason: why_refused(&error),
                signature: None,
            }),
        }
    }
}

/// What is wrong with a reply, as its sender needs to know it.
fn why_refused(error: &ReplyError) -> String {
    match error {
        ReplyError::Protocol { failure, .. } | ReplyError::UnsignedFailure { failure } => {
            format!("the hospital refuses the notification: {failure}")
        }
        ReplyError::Business {
            err_code,
            err_code_des,
            ..
        } => {
            let words = match (err_code.is_empty(), err_code_des.is_empty()) {
                (true, true) => String::new(),
                _ => format!(", err_code {err_code:?}, {err_code_des:?}"),
            };
            format!("the hospital refuses the notification: result_code FAIL or absent{words}")
        }
        error => error.to_string(),
    }
}

/// The reading above refuses a `result_code` of FAIL, and takes an absent one for none: here it must be there.
fn says_success(body: &[u8]) -> Result<(), Refused> {
    let fields = Fields::parse(body, &Limits::default());
    let found = fields
        .as_ref()
        .ok()
        .and_then(|fields| fields.get(signed_xml::RESULT_CODE));
    match found == Some(ResultCode::Success.as_str()) {
        true => Ok(()),
        false => Err(Refused::Reply {
            reason: "the reply has no result_code SUCCESS".into(),
            signature: None,
        }),
    }
}
