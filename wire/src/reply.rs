//! The order of judgement: protocol, signature, merchant, business, then the typed message.
//!
//! A `return_code` other than `SUCCESS` carries no signature: it says that the call did not work,
//! and proves nothing. A missing signature is a failed one. Only what was verified is read, and
//! what was verified is never thrown away: if it cannot be read, its fields are handed over as they
//! came. Source: the rules of the protocol that WeChat Pay v2 publishes.

use crate::fields::Fields;
use crate::message::Message;
use crate::names::{ERR_CODE, ERR_CODE_DES, RESULT_CODE, RETURN_CODE, RETURN_MSG};
use crate::read::{ReadErrors, Slots};
use crate::reply_error::ReplyError;
use crate::schema::Schema;
use crate::sign::{Key, SignType, SignatureError};
use crate::text::Text;
use crate::unproved::UnprovedFailure;
use crate::xml::{Limits, Scan, scan};

const SUCCESS: &str = "SUCCESS";

/// Reads the XML reply to a call that was signed with MD5.
///
/// # Errors
///
/// [`ReplyError`], in the order of judgement.
pub fn read_reply<M: Message>(body: &[u8], key: &Key, limits: &Limits) -> Result<M, ReplyError> {
    Verifier::new(key, limits).reply(body)
}

/// Reads the flat JSON reply to a call, which is never signed.
///
/// # Errors
///
/// [`ReplyError`]; [`SignatureError::Missing`] if such a message must be signed.
pub fn read_json_reply<M: Message>(body: &[u8], limits: &Limits) -> Result<M, ReplyError> {
    judge_json(body, limits, &[])
}

/// Reads a message that the peer sends on its own, such as a payment notification, to a receiver
/// that has chosen MD5.
///
/// Its `result_code` is part of what it says, not judged here.
///
/// # Errors
///
/// [`ReplyError`], in the order of judgement; never [`ReplyError::Business`].
pub fn read_notification<M: Message>(
    body: &[u8],
    key: &Key,
    limits: &Limits,
) -> Result<M, ReplyError> {
    Verifier::new(key, limits).notification(body)
}

/// What the messages of one peer are judged by.
#[derive(Debug, Clone, Copy)]
pub struct Verifier<'a> {
    /// The key that the peer signs with.
    pub key: &'a Key,
    /// The algorithm of a message without a `sign_type`: that of the request, or the one that the
    /// receiver of a notification has chosen at the platform.
    /// `None`: what the table of the message says.
    pub sign_type: Option<SignType>,
    /// What a body may be at the most.
    pub limits: &'a Limits,
    /// The fields that say whom a message is for: a service provider signs for many merchants with
    /// one key, so that a genuine message may still be for another one.
    pub parties: &'a [Party<'a>],
}

/// A field that says whom a message is for.
#[derive(Debug, Clone, Copy)]
pub struct Party<'a> {
    /// Its wire name.
    pub field: &'static str,
    /// The value that it must have if it is there; without one it must be absent or empty.
    pub id: Option<&'a str>,
}

impl Party<'_> {
    /// The first field of a message that names another party. `value_of` gives the value of a
    /// field of the message, by its wire name.
    pub fn other_in<'v>(
        parties: &[Party<'_>],
        value_of: impl Fn(&str) -> Option<&'v str>,
    ) -> Option<&'static str> {
        let other = parties.iter().find(|party| {
            let found = value_of(party.field).filter(|found| !found.is_empty());
            found.is_some() && found != party.id
        });
        other.map(|party| party.field)
    }
}

impl<'a> Verifier<'a> {
    /// Judges by a key: messages without a `sign_type` are signed as their table says, and they may
    /// be for any merchant.
    #[must_use]
    pub fn new(key: &'a Key, limits: &'a Limits) -> Self {
        Self {
            key,
            sign_type: None,
            limits,
            parties: &[],
        }
    }

    /// Reads the XML reply to a call.
    ///
    /// # Errors
    ///
    /// [`ReplyError`], in the order of judgement.
    pub fn reply<M: Message>(&self, body: &[u8]) -> Result<M, ReplyError> {
        let scan = scan(body, self.limits).map_err(ReplyError::Body)?;
        self.judge(&scan, Kind::Reply)
    }

    /// Reads the flat JSON reply to a call, which is never signed.
    ///
    /// # Errors
    ///
    /// [`ReplyError`]; [`SignatureError::Missing`] if such a message must be signed.
    pub fn json_reply<M: Message>(&self, body: &[u8]) -> Result<M, ReplyError> {
        judge_json(body, self.limits, self.parties)
    }

    /// Reads a message that the peer sends on its own, such as a payment notification.
    ///
    /// Its `result_code` is part of what it says, not judged here.
    ///
    /// # Errors
    ///
    /// [`ReplyError`], in the order of judgement; never [`ReplyError::Business`].
    pub fn notification<M: Message>(&self, body: &[u8]) -> Result<M, ReplyError> {
        let scan = scan(body, self.limits).map_err(ReplyError::Body)?;
        self.judge(&scan, Kind::Notification)
    }

    /// [`Verifier::notification`] for a body that [`Fields::parse`] has read before, for example to
    /// find out whose key it is judged by. The limits were those of that reading.
    ///
    /// # Errors
    ///
    /// As [`Verifier::notification`].
    pub fn parsed_notification<M: Message>(&self, fields: &Fields) -> Result<M, ReplyError> {
        self.judge(fields.scan(), Kind::Notification)
    }

    fn judge<M: Message>(&self, scan: &Scan, kind: Kind) -> Result<M, ReplyError> {
        let schema: &'static Schema = M::SCHEMA;
        let slots = Slots::assign(scan, schema).map_err(ReplyError::Body)?;
        judge_protocol(scan, &slots, schema)?;
        let unproved = || UnprovedFailure::in_pairs(scan.pairs(), schema);
        if schema.signed {
            slots
                .verify(self.key, self.sign_type.unwrap_or(schema.sign_type))
                .map_err(|error| match (error, kind) {
                    (SignatureError::Missing, Kind::Reply) => unsigned(unproved()),
                    (error, _) => ReplyError::Signature(error),
                })?;
        }
        if let Some(field) = Party::other_in(self.parties, |name| slots.named(name)) {
            return Err(match unproved().filter(|_| !schema.signed) {
                Some(failure) => ReplyError::UnsignedFailure { failure },
                None => ReplyError::ForAnotherMerchant { field },
            });
        }
        if matches!(kind, Kind::Reply)
            && schema.field(RESULT_CODE).is_some()
            && slots.named(RESULT_CODE) != Some(SUCCESS)
        {
            let text = |name| Text::from(slots.named(name).unwrap_or_default());
            return Err(ReplyError::Business {
                err_code: text(ERR_CODE),
                err_code_des: text(ERR_CODE_DES),
                fields: Fields::from_slots(&slots),
            });
        }
        let mut errors = ReadErrors::of(schema);
        match M::read(&slots, &mut errors) {
            Some(message) if errors.is_empty() => Ok(message),
            _ => Err(match unproved().filter(|_| !schema.signed) {
                Some(failure) => ReplyError::UnsignedFailure { failure },
                None => ReplyError::Unreadable {
                    errors,
                    fields: Fields::from_slots(&slots),
                },
            }),
        }
    }
}

/// Why a message was sent.
#[derive(Clone, Copy)]
enum Kind {
    /// It answers a call.
    Reply,
    /// The peer sent it on its own.
    Notification,
}

/// Judges the `return_code`, if such a message has one.
fn judge_protocol(
    scan: &Scan,
    slots: &Slots<'_>,
    schema: &'static Schema,
) -> Result<(), ReplyError> {
    if schema.field(RETURN_CODE).is_none() {
        return Ok(());
    }
    match slots.named(RETURN_CODE) {
        Some(SUCCESS) => Ok(()),
        None => Err(match UnprovedFailure::in_pairs(scan.pairs(), schema) {
            Some(failure) => ReplyError::UnsignedFailure { failure },
            None => ReplyError::NoReturnCode,
        }),
        Some(code) => Err(ReplyError::Protocol {
            return_code: code.into(),
            return_msg: slots.named(RETURN_MSG).unwrap_or_default().into(),
            failure: UnprovedFailure::all(scan.pairs(), schema),
        }),
    }
}

/// Why a reply without a signature is refused: the failure that it reports, if it reports one.
fn unsigned(failure: Option<UnprovedFailure>) -> ReplyError {
    match failure {
        Some(failure) => ReplyError::UnsignedFailure { failure },
        None => ReplyError::Signature(SignatureError::Missing),
    }
}

fn judge_json<M: Message>(
    body: &[u8],
    limits: &Limits,
    parties: &[Party<'_>],
) -> Result<M, ReplyError> {
    let fields = Fields::parse_json(body, limits).map_err(ReplyError::Body)?;
    if let Some(code) = fields.get(RETURN_CODE)
        && code != SUCCESS
    {
        return Err(ReplyError::Protocol {
            return_code: code.into(),
            return_msg: fields.get(RETURN_MSG).unwrap_or_default().into(),
            failure: UnprovedFailure::all(fields.iter(), M::SCHEMA),
        });
    }
    let failure = UnprovedFailure::of(&fields, M::SCHEMA);
    if M::SCHEMA.signed {
        return Err(unsigned(failure));
    }
    if let Some(field) = Party::other_in(parties, |name| fields.get(name)) {
        return Err(match failure {
            Some(failure) => ReplyError::UnsignedFailure { failure },
            None => ReplyError::ForAnotherMerchant { field },
        });
    }
    if fields.get(RESULT_CODE).is_some_and(|code| code != SUCCESS) {
        let text = |name| Text::from(fields.get(name).unwrap_or_default());
        return Err(ReplyError::Business {
            err_code: text(ERR_CODE),
            err_code_des: text(ERR_CODE_DES),
            fields,
        });
    }
    fields.read().map_err(|errors| match failure {
        Some(failure) => ReplyError::UnsignedFailure { failure },
        None => ReplyError::Unreadable { errors, fields },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTIES: [Party<'_>; 3] = [
        Party {
            field: "mch_id",
            id: Some("1900000801"),
        },
        Party {
            field: "sub_appid",
            id: Some("wx8"),
        },
        Party {
            field: "sub_mch_id",
            id: None,
        },
    ];

    fn other(fields: &[(&str, &str)]) -> Option<&'static str> {
        let fields = Fields::from_pairs(fields.iter().copied()).unwrap();
        Party::other_in(&PARTIES, |name| fields.get(name))
    }

    #[test]
    fn an_absent_or_empty_id_names_no_other_party() {
        assert_eq!(other(&[]), None);
        assert_eq!(other(&[("mch_id", ""), ("sub_mch_id", "")]), None);
        assert_eq!(other(&[("mch_id", "1900000801"), ("x", "1")]), None);
    }

    #[test]
    fn another_id_and_an_id_that_must_be_absent_name_another_party() {
        assert_eq!(other(&[("mch_id", "1900000802")]), Some("mch_id"));
        assert_eq!(other(&[("mch_id", "1900000801 ")]), Some("mch_id"));
        assert_eq!(other(&[("sub_appid", "wx9")]), Some("sub_appid"));
        assert_eq!(other(&[("sub_mch_id", "1900000801")]), Some("sub_mch_id"));
    }
}
