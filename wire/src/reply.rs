//! The order of judgement: protocol, signature, business, then the typed message.
//!
//! A `return_code` other than `SUCCESS` carries no signature: it says that the call did not work, and proves nothing. A missing signature is a
//! failed one. Only what was verified is read, and what was verified is never thrown away: if it cannot be read, its fields are
//! handed over as they came. Source: the rules of the protocol that WeChat Pay v2 publishes.

use std::fmt;

use crate::fields::Fields;
use crate::message::Message;
use crate::read::{ReadErrors, Slots};
use crate::schema::Schema;
use crate::sign::{Key, SignType, SignatureError};
use crate::text::Text;
use crate::unproved::UnprovedFailure;
use crate::xml::{BodyError, Limits, Scan, scan};

/// The protocol's own outcome.
pub const RETURN_CODE: &str = "return_code";
/// Why the protocol's outcome is no success.
pub const RETURN_MSG: &str = "return_msg";
/// The business outcome.
pub const RESULT_CODE: &str = "result_code";
/// The code of a business failure.
pub const ERR_CODE: &str = "err_code";
/// The words of a business failure.
pub const ERR_CODE_DES: &str = "err_code_des";

const SUCCESS: &str = "SUCCESS";

/// Reads the XML reply to a call.
///
/// # Errors
///
/// [`ReplyError`], in the order of judgement.
pub fn read_reply<M: Message>(body: &[u8], key: &Key, limits: &Limits) -> Result<M, ReplyError> {
    read_reply_signed(body, key, SignType::Md5, limits)
}

/// Reads the XML reply to a call that was signed by the algorithm `request`.
///
/// A reply that names no algorithm of its own is signed by that of its request.
///
/// # Errors
///
/// [`ReplyError`], in the order of judgement.
pub fn read_reply_signed<M: Message>(
    body: &[u8],
    key: &Key,
    request: SignType,
    limits: &Limits,
) -> Result<M, ReplyError> {
    let scan = scan(body, limits).map_err(ReplyError::Body)?;
    judge(&scan, key, request, true)
}

/// Reads the flat JSON reply to a call, which is never signed.
///
/// # Errors
///
/// [`ReplyError`]; [`SignatureError::Missing`] if such a message must be signed.
pub fn read_json_reply<M: Message>(body: &[u8], limits: &Limits) -> Result<M, ReplyError> {
    let fields = Fields::parse_json(body, limits).map_err(ReplyError::Body)?;
    if let Some(code) = fields.get(RETURN_CODE)
        && code != SUCCESS
    {
        return Err(ReplyError::Protocol {
            return_code: code.into(),
            return_msg: fields.get(RETURN_MSG).unwrap_or_default().into(),
            said: UnprovedFailure::all(fields.iter(), M::SCHEMA),
        });
    }
    let failure = UnprovedFailure::of(&fields, M::SCHEMA);
    if M::SCHEMA.signed {
        return Err(match failure {
            Some(said) => ReplyError::UnsignedFailure { said },
            None => ReplyError::Signature(SignatureError::Missing),
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
        Some(said) => ReplyError::UnsignedFailure { said },
        None => ReplyError::Unreadable { errors, fields },
    })
}

/// Reads a message that the peer sends on its own, such as a payment notification.
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
    read_notification_signed(body, key, SignType::Md5, limits)
}

/// Reads a message that the peer sends on its own to a receiver that has chosen the algorithm `chosen`.
///
/// A message that names no algorithm of its own is signed by the one that the receiver has chosen at the platform.
///
/// # Errors
///
/// [`ReplyError`], in the order of judgement; never [`ReplyError::Business`].
pub fn read_notification_signed<M: Message>(
    body: &[u8],
    key: &Key,
    chosen: SignType,
    limits: &Limits,
) -> Result<M, ReplyError> {
    let scan = scan(body, limits).map_err(ReplyError::Body)?;
    judge(&scan, key, chosen, false)
}

fn judge<M: Message>(
    scan: &Scan,
    key: &Key,
    unnamed: SignType,
    business: bool,
) -> Result<M, ReplyError> {
    let schema: &'static Schema = M::SCHEMA;
    let slots = Slots::assign(scan, schema).map_err(ReplyError::Body)?;
    if schema.field(RETURN_CODE).is_some() {
        match slots.named(RETURN_CODE) {
            Some(SUCCESS) => {}
            None => {
                return Err(match UnprovedFailure::in_pairs(scan.pairs(), schema) {
                    Some(said) => ReplyError::UnsignedFailure { said },
                    None => ReplyError::NoReturnCode,
                });
            }
            Some(code) => {
                let return_msg = slots.named(RETURN_MSG).unwrap_or_default().into();
                return Err(ReplyError::Protocol {
                    return_code: code.into(),
                    return_msg,
                    said: UnprovedFailure::all(scan.pairs(), schema),
                });
            }
        }
    }
    if schema.signed {
        slots.verify(key, unnamed).map_err(ReplyError::Signature)?;
    }
    if business && schema.field(RESULT_CODE).is_some() && slots.named(RESULT_CODE) != Some(SUCCESS)
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
        _ => {
            let failure = UnprovedFailure::in_pairs(scan.pairs(), schema);
            Err(match failure.filter(|_| !schema.signed) {
                Some(said) => ReplyError::UnsignedFailure { said },
                None => ReplyError::Unreadable {
                    errors,
                    fields: Fields::from_slots(&slots),
                },
            })
        }
    }
}

/// Why a received message is not a typed success.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ReplyError {
    /// The body is not what the protocol allows.
    Body(BodyError),
    /// There is no `return_code`, so that nothing is known.
    NoReturnCode,
    /// The peer says that the call did not work. Not signed, so it proves nothing: it never ends an order.
    Protocol {
        /// `return_code`, anything but `SUCCESS`.
        return_code: Text,
        /// Why, in the peer's words.
        return_msg: Text,
        /// All that it says, under whatever names.
        said: UnprovedFailure,
    },
    /// It says that something failed, in fields of other protocols or without the signature that a reply must have. It proves nothing.
    UnsignedFailure {
        /// All that it says.
        said: UnprovedFailure,
    },
    /// It is not proved to come from the holder of the key.
    Signature(SignatureError),
    /// Verified, and a business failure.
    Business {
        /// The code of the failure, possibly empty.
        err_code: Text,
        /// The peer's words.
        err_code_des: Text,
        /// All that came.
        fields: Fields,
    },
    /// Verified, and of a form that the spec does not foresee. Read what matters from the fields.
    Unreadable {
        /// What the spec misses.
        errors: ReadErrors,
        /// All that came.
        fields: Fields,
    },
}

impl fmt::Display for ReplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body(error) => error.fmt(f),
            Self::NoReturnCode => f.write_str(
                "the message has no return_code, so it is not an answer of the interface",
            ),
            Self::Protocol { said, .. } | Self::UnsignedFailure { said } => {
                write!(
                    f,
                    "the answer reports a failure, which is not signed and proves nothing: {said}"
                )
            }
            Self::Signature(error) => error.fmt(f),
            Self::Business {
                err_code,
                err_code_des,
                ..
            } => {
                write!(
                    f,
                    "the answer is signed and reports a failure: err_code {err_code:?}, {err_code_des:?}"
                )
            }
            Self::Unreadable { errors, .. } => write!(
                f,
                "{errors}; the message is verified, and its fields are kept as they came"
            ),
        }
    }
}

impl std::error::Error for ReplyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Body(error) => Some(error),
            Self::Signature(error) => Some(error),
            Self::Unreadable { errors, .. } => Some(errors),
            _ => None,
        }
    }
}
