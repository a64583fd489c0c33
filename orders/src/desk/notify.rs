//! Hearing notifications (3.5).
//!
//! Steps, in order: size, flat XML without a DOCTYPE, which hospital it names, signature with that hospital's key, the order that it speaks of,
//! then one transaction. The reply says SUCCESS only for what is durably stored or was stored before. What is not accepted goes to the
//! [quarantine](super::quarantine).

use payinsurance::enums::{ResultCode, ReturnCode};
use payinsurance::{Client, ReplyError, notification};
use signed_xml::{BodyError, Fields, Limits, Party, encode_unsigned};

use super::look::key;
use super::outcome::Outcome;
use super::quarantine::shortened;
use super::{Desk, DeskError};
use crate::decide::notified::{self, Verdict};
use crate::decide::{Decision, Draft};
use crate::planted::{self, Fault};
use crate::reported::PlatformState;
use crate::store::{Change, Committed, Received};
use crate::{Order, OrderKey};

const BY: &str = "notification";
/// How often a notification is decided anew before the platform is asked to come again.
const MOST: u32 = 16;
/// The longest words in a reply (3.5, `return_msg`).
const LONGEST_WORDS: usize = 128;

/// A hospital whose key proves a notification, and what it reads as.
type Genuine<'a> = (
    &'a str,
    &'a Client,
    Result<notification::Notification, ReplyError>,
);

/// The answer to a notification, sent with HTTP status 200 and `text/xml`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reply {
    /// What became of it.
    pub outcome: Outcome,
    /// The body: signed, unless the key is unknown.
    pub body: Vec<u8>,
}

impl Desk {
    /// Receives a notification and makes the reply to it.
    ///
    /// # Errors
    ///
    /// [`DeskError::Store`] and [`DeskError::Contended`]: nothing was judged, so answer with HTTP 503 and the platform comes again.
    #[tracing::instrument(skip_all, fields(bytes = body.len()))]
    pub async fn notify(&self, body: &[u8]) -> Result<Reply, DeskError> {
        let (client, outcome) = self.judge(body).await?;
        self.inner().metrics.notified(outcome.as_str());
        if let Outcome::Refused { reason } | Outcome::Contradicts { reason } = &outcome {
            self.log_refused(reason);
        }
        Ok(Reply {
            body: reply(client, &outcome)?,
            outcome,
        })
    }

    /// The reply to a body that is too large to be read.
    ///
    /// # Errors
    ///
    /// [`DeskError::Store`].
    pub async fn notify_too_large(&self) -> Result<Reply, DeskError> {
        let reason = BodyError::TooLarge {
            max: self.inner().policy.largest_notification,
            found: usize::MAX,
        };
        let outcome = self.quarantine_unverified(b"", &too_large(&reason)).await?;
        self.inner().metrics.notified(outcome.as_str());
        if let Outcome::Refused { reason } = &outcome {
            self.log_refused(reason);
        }
        Ok(Reply {
            body: reply(None, &outcome)?,
            outcome,
        })
    }

    async fn judge(&self, body: &[u8]) -> Result<(Option<&Client>, Outcome), DeskError> {
        let limits = Limits {
            bytes: self.inner().policy.largest_notification,
            ..Limits::default()
        };
        let fields = match Fields::parse(body, &limits) {
            Ok(fields) => fields,
            Err(error) => {
                let outcome = self.quarantine_unverified(body, &too_large(&error)).await?;
                return Ok((None, outcome));
            }
        };
        let mut candidates = self.candidates(&fields);
        if planted::fault(Fault::FirstCandidateOnly) {
            candidates.truncate(1);
        }
        let Some(&(first, first_client, _)) = candidates.first() else {
            let reason =
                "it names no hospital of this desk: its appid and mch_id must be those of one";
            return Ok((None, self.quarantine_unverified(body, reason).await?));
        };
        let mut genuine = Vec::new();
        let mut refused = None;
        let mut wrong_keys = Vec::new();
        for (name, client, key_group) in candidates {
            if wrong_keys.contains(&key_group) {
                continue;
            }
            match client.open_notification(body) {
                Ok(message) => genuine.push((name, client, Ok(message))),
                Err(error) if error.fields().is_some() => genuine.push((name, client, Err(error))),
                Err(error) => {
                    if !matches!(error, ReplyError::ForAnotherMerchant { .. }) {
                        // It is refused for what it is or by its signature, so others with this key refuse it as well.
                        wrong_keys.push(key_group);
                    }
                    refused = refused.or(Some(error));
                }
            }
        }
        // A notification without sub ids may be for each hospital of a provider: the one whose order it can be true of.
        let mut addressee = 0;
        if genuine.len() > 1 {
            match self.addressee(&genuine, &fields).await? {
                Some(place) => addressee = place,
                None => {
                    let outcome = self.ambiguous(&genuine, &fields, body).await?;
                    return Ok((Some(first_client), outcome));
                }
            }
        }
        if genuine.is_empty() {
            let error = refused.expect("invariant: each candidate is genuine or refused");
            return Ok((
                Some(first_client),
                self.disbelieve(first, &error, body).await?,
            ));
        }
        let (merchant, client, message) = genuine.swap_remove(addressee);
        let outcome = match message {
            Ok(message) => self.believe(merchant, &message, body).await?,
            Err(error) => self.disbelieve(merchant, &error, body).await?,
        };
        Ok((Some(client), outcome))
    }

    /// The hospitals that a notification may be for, which proves nothing yet: all whose numbers do not differ from those that it has.
    ///
    /// With each of them, the group of hospitals that have the same key.
    fn candidates(&self, fields: &Fields) -> Vec<(&str, &Client, usize)> {
        let found = self.inner().addressees.named_by(fields).iter();
        found
            .filter_map(|found| {
                let (name, client) = self.inner().merchants.get_key_value(&found.name)?;
                names(fields, client).then_some((name.as_str(), client, found.key_group))
            })
            .collect()
    }

    /// Among several hospitals whose key proves a notification, the place of the only one that has an order which it can be true of.
    ///
    /// `None` if there are several. If there is no such order, the first hospital that has an order of its number, or the first one.
    async fn addressee(
        &self,
        genuine: &[Genuine<'_>],
        fields: &Fields,
    ) -> Result<Option<usize>, DeskError> {
        let number = fields.get("hosp_out_trade_no").unwrap_or_default();
        let reported = PlatformState::from_notification(fields);
        let (mut agreeing, mut known) = (Vec::new(), None);
        for (place, (name, ..)) in genuine.iter().enumerate() {
            let Some(order) = self.find(&key(name, number)).await? else {
                continue;
            };
            known = known.or(Some(place));
            if reported.contradicts(&order, &self.inner().policy).is_none() {
                agreeing.push(place);
            }
        }
        Ok(match agreeing[..] {
            [] => Some(known.unwrap_or(0)),
            [place] => Some(place),
            _ => None,
        })
    }

    /// A genuine notification that can be true of an order of several hospitals: the platform is asked for each of them by its own ids.
    async fn ambiguous(
        &self,
        genuine: &[Genuine<'_>],
        fields: &Fields,
        body: &[u8],
    ) -> Result<Outcome, DeskError> {
        let number = fields.get("hosp_out_trade_no").unwrap_or_default();
        let reason = "it can be true of an order of several hospitals, and does not say of which";
        let mut outcome = Outcome::Refused {
            reason: reason.to_owned(),
        };
        for (name, ..) in genuine {
            outcome = self
                .contradict(key(name, number), body, reason.to_owned())
                .await?;
        }
        Ok(outcome)
    }

    /// A verified notification: kept in one transaction with what follows from it.
    async fn believe(
        &self,
        merchant: &str,
        message: &notification::Notification,
        body: &[u8],
    ) -> Result<Outcome, DeskError> {
        let key = key(merchant, &message.hosp_out_trade_no);
        let reported = PlatformState::from(message);
        let of_provider = self.client(merchant)?.generic().merchant().sub_mch_id();
        let names_hospital = of_provider.is_none() || message.sub_mch_id.is_some();
        for _ in 0..MOST {
            let Some(order) = self.find(&key).await? else {
                let reason = "there is no order of its hosp_out_trade_no".to_owned();
                return self.contradict(key, body, reason).await;
            };
            // Another hospital of the provider, one that this desk may not know, can have an order of the same number.
            if !names_hospital && order.placed.is_none() {
                let reason = "it does not name its hospital, and the med_trans_id of the order is not known yet";
                return self.contradict(key, body, reason.to_owned()).await;
            }
            let context = self.context(BY);
            let received = Received {
                key: notified::key(&order, &reported),
                order: Some(key.clone()),
                at: context.at,
                body: body.to_vec(),
            };
            match notified::judge(&order, &reported, received, context) {
                Verdict::Known(received) => match self.stored_before(&order, received).await? {
                    Committed::Stored | Committed::Repeated => return Ok(Outcome::Repeated),
                    // It changes no refund and brings no order, so that no other order has its numbers.
                    Committed::Stale
                    | Committed::RefundNumberTaken { .. }
                    | Committed::ReplacementExists => {}
                },
                Verdict::Accepted(decision) => match self.commit(&order, &decision).await? {
                    Committed::Stored => return Ok(Outcome::Stored),
                    Committed::Repeated => return Ok(Outcome::Repeated),
                    Committed::Stale
                    | Committed::RefundNumberTaken { .. }
                    | Committed::ReplacementExists => {}
                },
                Verdict::Contradicts { reason, decision } => {
                    let reason = shortened(&reason);
                    if !self.quarantine_contradicting(&key, body, &reason).await? {
                        return Ok(Outcome::Contradicts { reason });
                    }
                    match self.commit(&order, &decision).await? {
                        Committed::Stored | Committed::Repeated => {
                            return Ok(Outcome::Contradicts { reason });
                        }
                        Committed::Stale
                        | Committed::RefundNumberTaken { .. }
                        | Committed::ReplacementExists => {}
                    }
                }
            }
        }
        Err(DeskError::Contended { key })
    }

    /// Has the store make sure that a notification that was stored before is safely on the disk: its first flush may have failed.
    async fn stored_before(
        &self,
        order: &Order,
        received: Received,
    ) -> Result<Committed, DeskError> {
        let change = Change {
            order: order.clone(),
            line: None,
            received: Some(received),
            events: Vec::new(),
            replacement: None,
        };
        let committed = self.inner().store.commit(&change).await;
        committed.map_err(|error| self.store_error(error))
    }

    async fn commit(&self, order: &Order, decision: &Decision) -> Result<Committed, DeskError> {
        let committed = self.inner().store.commit(&decision.change).await;
        let committed = committed.map_err(|error| self.store_error(error))?;
        if committed == Committed::Stored {
            self.observe(order, decision);
        }
        Ok(committed)
    }

    /// A notification that is not verified, or that is and lacks what it must say.
    async fn disbelieve(
        &self,
        merchant: &str,
        error: &ReplyError,
        body: &[u8],
    ) -> Result<Outcome, DeskError> {
        let reason = error.to_string();
        let Some(fields) = error.fields() else {
            return self.quarantine_unverified(body, &reason).await;
        };
        let key = key(
            merchant,
            fields.get("hosp_out_trade_no").unwrap_or_default(),
        );
        self.contradict(key, body, reason).await
    }

    /// A genuine notification that cannot be acted on: kept in quarantine, and its order, if there is one, is asked for at once.
    async fn contradict(
        &self,
        key: OrderKey,
        body: &[u8],
        reason: String,
    ) -> Result<Outcome, DeskError> {
        let reason = shortened(&reason);
        if !self.quarantine_contradicting(&key, body, &reason).await? {
            return Ok(Outcome::Contradicts { reason });
        }
        if let Some(order) = self.find(&key).await? {
            let limits = Limits::default();
            let reported = Fields::parse(body, &limits)
                .map(|fields| PlatformState::from_notification(&fields));
            self.apply(order, BY, |order, context| {
                let mut draft = Draft::of(order, context);
                let reported = reported.as_ref().ok();
                match reported.and_then(|reported| reported.contradicts(order, context.policy)) {
                    Some(reason) => draft.contradict("notified", &reason),
                    None => draft.record("notified", "genuine, and not to be acted on"),
                }
                draft.due_now();
                Some(draft.finish())
            })
            .await?;
        }
        Ok(Outcome::Contradicts { reason })
    }
}

/// Whether the numbers in a message, as far as it has them, are those of a hospital.
fn names(fields: &Fields, client: &Client) -> bool {
    let given = |name: &str| fields.get(name).filter(|value| !value.is_empty());
    let parties = client.generic().merchant().parties();
    (given("mch_id").is_some() || given("appid").is_some())
        && Party::other_in(&parties, given).is_none()
}

/// What is wrong with a body; how large it is is the sender's business.
fn too_large(error: &BodyError) -> String {
    match error {
        BodyError::TooLarge { max, .. } => format!("it is larger than the {max} bytes allowed"),
        error => error.to_string(),
    }
}

/// The reply in bytes.
fn reply(client: Option<&Client>, outcome: &Outcome) -> Result<Vec<u8>, DeskError> {
    let words = match outcome {
        Outcome::Stored | Outcome::Repeated => None,
        // The sender learns no more than that it was not accepted.
        Outcome::Contradicts { .. } => Some("the notification contradicts the order"),
        Outcome::Refused { .. } => Some("the notification was not accepted"),
    };
    debug_assert!(words.is_none_or(|words| words.len() <= LONGEST_WORDS));
    let (return_code, result_code) = match words {
        None => (ReturnCode::Success, ResultCode::Success),
        Some(_) => (ReturnCode::Fail, ResultCode::Fail),
    };
    let reply = notification::Reply::builder()
        .return_code(return_code)
        .result_code(result_code)
        .maybe_return_msg(words)
        .build()
        .map_err(|violations| DeskError::NoReply(violations.into()))?;
    match client {
        Some(client) => client.sign_reply(&reply).map_err(DeskError::NoReply),
        // Nobody knows whose key the sender could check.
        None => Ok(encode_unsigned(&reply).unwrap_or_default()),
    }
}
