//! Why a received message is not a typed success, in the order of judgement.

use std::fmt;

use crate::fields::Fields;
use crate::read::ReadErrors;
use crate::sign::SignatureError;
use crate::text::Text;
use crate::unproved::UnprovedFailure;
use crate::xml::BodyError;

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
    /// Verified, and for another merchant: it says nothing about the receiver's call or orders.
    ForAnotherMerchant {
        /// The field that names the other merchant.
        field: &'static str,
    },
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
            Self::ForAnotherMerchant { field } => write!(
                f,
                "the message is genuine, but its `{field}` is another merchant's: check which merchant profile is in use"
            ),
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
