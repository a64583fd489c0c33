//! Receives notifications (3.5).
//!
//! Steps, in order: size, flat XML without a DOCTYPE, which hospital it names, signature with that
//! hospital's key, the order that it is about, then one transaction. The reply says SUCCESS only for
//! what is durably stored or was stored before. What is not accepted goes to the
//! [quarantine](super::quarantine).

use std::collections::HashMap;

use payinsurance::enums::{ResultCode, ReturnCode};
use payinsurance::notification::{self, Notification};
use payinsurance::{Client, ReplyError};
use signed_xml::{BodyError, Fields, Limits, Party, encode_unsigned};

use super::apply::Stored;
use super::look::key;
use super::outcome::Outcome;
use super::quarantine::shortened;
use super::{Desk, DeskError};
use crate::decide::notified::{self, Verdict};
use crate::decide::{Context, Decision};
use crate::planted::{self, Fault};
use crate::reported::PlatformState;
use crate::store::Received;
use crate::{Order, OrderKey};

const BY: &str = "notification";
/// The greatest length of the words in a reply (3.5, `return_msg`), in bytes.
const MAX_RETURN_MSG: usize = 128;

/// A verified notification.
struct Genuine {
    /// The message, or why it cannot be given its type.
    message: Result<Notification, ReplyError>,
    reported: PlatformState,
    /// `hosp_out_trade_no`; empty if the message has none.
    number: String,
}

impl Genuine {
    /// What a client made of the fields, if their signature is the hospital's.
    ///
    /// # Errors
    ///
    /// Why they prove nothing.
    fn of(opened: Result<Notification, ReplyError>) -> Result<Self, ReplyError> {
        let (reported, number) = match &opened {
            Ok(message) => (message.into(), message.hosp_out_trade_no.to_string()),
            Err(error) => match error.fields() {
                Some(fields) => (
                    PlatformState::of_untyped_notification(fields),
                    fields
                        .get("hosp_out_trade_no")
                        .unwrap_or_default()
                        .to_owned(),
                ),
                None => return Err(opened.expect_err("invariant: matched as an error")),
            },
        };
        Ok(Self {
            message: opened,
            reported,
            number,
        })
    }
}

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
        let Some(&(_, first_client, _)) = candidates.first() else {
            let reason = "it does not name a hospital of this desk: its appid and mch_id must be those of one";
            return Ok((None, self.quarantine_unverified(body, reason).await?));
        };
        // Hospitals of one key agree on what is genuine, and each of these has the ids that it names.
        let mut proved_by_key = HashMap::new();
        let mut hospitals = Vec::new();
        let mut genuine = None;
        let mut refused = None;
        for (name, client, key_group) in candidates {
            let proved = *proved_by_key.entry(key_group).or_insert_with(|| {
                match Genuine::of(client.generic().open_parsed_notification(&fields)) {
                    Ok(message) => genuine = Some(message),
                    Err(error) => {
                        refused.get_or_insert(error);
                        return false;
                    }
                }
                true
            });
            if proved {
                hospitals.push((name, client));
            }
        }
        let Some(genuine) = genuine else {
            let error = refused.expect("invariant: each candidate is genuine or refused");
            let outcome = self.quarantine_unverified(body, &error.to_string()).await?;
            return Ok((Some(first_client), outcome));
        };
        // A notification without sub ids may be for each hospital of a provider: the one whose order it can be true of.
        let Some(place) = self.addressee(&hospitals, &genuine).await? else {
            let outcome = self.ambiguous(&hospitals, &genuine, body).await?;
            return Ok((Some(first_client), outcome));
        };
        let (merchant, client) = hospitals[place];
        let outcome = match &genuine.message {
            Ok(message) => self.accept(merchant, message, &genuine, body).await?,
            Err(error) => {
                let reason = error.to_string();
                self.refuse_genuine(merchant, &genuine, body, &reason)
                    .await?
            }
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

    /// Among the hospitals whose key proves a notification, the place of the only one that has an
    /// order which it can be true of.
    ///
    /// `None` if there are several. If no hospital has such an order, the first one that has an order
    /// of its number, or the first one.
    async fn addressee(
        &self,
        hospitals: &[(&str, &Client)],
        genuine: &Genuine,
    ) -> Result<Option<usize>, DeskError> {
        if hospitals.len() == 1 {
            return Ok(Some(0));
        }
        let (mut agreeing, mut known) = (Vec::new(), None);
        for (place, (name, _)) in hospitals.iter().enumerate() {
            let Some(order) = self.find(&key(name, &genuine.number)).await? else {
                continue;
            };
            known = known.or(Some(place));
            let contradicts = genuine.reported.contradicts(&order, &self.inner().policy);
            if contradicts.is_none() {
                agreeing.push(place);
            }
        }
        Ok(match agreeing[..] {
            [] => Some(known.unwrap_or(0)),
            [place] => Some(place),
            _ => None,
        })
    }

    /// A genuine notification that can be true of an order of several hospitals: the platform is
    /// asked for each of them by its own ids.
    async fn ambiguous(
        &self,
        hospitals: &[(&str, &Client)],
        genuine: &Genuine,
        body: &[u8],
    ) -> Result<Outcome, DeskError> {
        let reason = "it can be true of an order of several hospitals, and does not say of which";
        let mut outcome = Outcome::Refused {
            reason: reason.to_owned(),
        };
        for (name, _) in hospitals {
            outcome = self.refuse_genuine(name, genuine, body, reason).await?;
        }
        Ok(outcome)
    }

    /// A verified notification: stored in one transaction with what follows from it.
    async fn accept(
        &self,
        merchant: &str,
        message: &Notification,
        genuine: &Genuine,
        body: &[u8],
    ) -> Result<Outcome, DeskError> {
        let key = key(merchant, &genuine.number);
        let reported = &genuine.reported;
        let Some(order) = self.find(&key).await? else {
            let reason = "the desk has no order of its hosp_out_trade_no";
            return self.refuse_genuine(merchant, genuine, body, reason).await;
        };
        let of_provider = self.client(merchant)?.generic().merchant().sub_mch_id();
        // Another hospital of the provider, one that this desk may not know, can have an order of the same number.
        if of_provider.is_some() && message.sub_mch_id.is_none() && order.placed.is_none() {
            let reason =
                "it does not name its hospital, and the med_trans_id of the order is not known yet";
            return self.refuse_genuine(merchant, genuine, body, reason).await;
        }
        let mut known = false;
        let mut contradiction = None;
        let stored = self.store_decision(order, |order| {
            let context = self.context(BY);
            let received = Received {
                key: notified::key(order, reported),
                order: Some(key.clone()),
                at: context.at,
                body: body.to_vec(),
            };
            match notified::judge(order, reported, received, context) {
                Verdict::Accepted(decision) => Some(*decision),
                Verdict::Known(decision) => {
                    known = true;
                    Some(*decision)
                }
                Verdict::Contradicts { reason } => {
                    contradiction = Some(reason);
                    None
                }
            }
        });
        match stored.await? {
            Stored::Changed(..) if !known => Ok(Outcome::Stored),
            Stored::Changed(..) | Stored::Repeated(_) => Ok(Outcome::Repeated),
            Stored::Nothing(_) => {
                let reason = contradiction.unwrap_or_default();
                self.quarantine_genuine(&key, body, &reason, |order, context| {
                    notified::contradicted(order, reported, context)
                })
                .await
            }
        }
    }

    /// A genuine notification that cannot be acted on.
    async fn refuse_genuine(
        &self,
        merchant: &str,
        genuine: &Genuine,
        body: &[u8],
        reason: &str,
    ) -> Result<Outcome, DeskError> {
        let key = key(merchant, &genuine.number);
        self.quarantine_genuine(&key, body, reason, |order, context| {
            Some(notified::not_acted_on(order, &genuine.reported, context))
        })
        .await
    }

    /// Stores a genuine notification in quarantine, then what its order, if there is one, learns
    /// from it.
    async fn quarantine_genuine(
        &self,
        key: &OrderKey,
        body: &[u8],
        reason: &str,
        decide: impl Fn(&Order, Context<'_>) -> Option<Decision>,
    ) -> Result<Outcome, DeskError> {
        let reason = shortened(reason);
        if self.quarantine_contradicting(key, body, &reason).await?
            && let Some(order) = self.find(key).await?
        {
            self.apply(order, BY, decide).await?;
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
    debug_assert!(words.is_none_or(|words| words.len() <= MAX_RETURN_MSG));
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
        // It names no hospital, so no key is the right one.
        None => Ok(encode_unsigned(&reply).unwrap_or_default()),
    }
}
