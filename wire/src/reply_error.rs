//! Why a received message is not a typed success, in the order of judgement.

use crate::fields::Fields;
use crate::read::ReadErrors;
use crate::sign::SignatureError;
use crate::text::Text;
use crate::unproved::UnprovedFailure;
use crate::xml::BodyError;

/// Why a received message, a reply or a notification, is not a typed success.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ReplyError {
    /// The body is not what the protocol allows.
    #[error(transparent)]
    Body(BodyError),
    /// It has no `return_code`, so that its outcome is unknown.
    #[error("the message has no return_code, so it does not come from the interface")]
    NoReturnCode,
    /// The peer says that the call did not work. Not signed, so it proves nothing: it never ends an
    /// order.
    #[error(
        "the answer reports a failure, which is not signed and proves nothing about an order: {failure}"
    )]
    Protocol {
        /// `return_code`, anything but `SUCCESS`.
        return_code: Text,
        /// Why, in the peer's words.
        return_msg: Text,
        /// All that it says, under whatever names.
        failure: UnprovedFailure,
    },
    /// It says that something failed, in fields of other protocols or without the signature that a
    /// reply must have. It proves nothing.
    #[error(
        "the answer reports a failure, which is not signed and proves nothing about an order: {failure}"
    )]
    UnsignedFailure {
        /// All that it says.
        failure: UnprovedFailure,
    },
    /// It is not proved to come from the holder of the key.
    #[error(transparent)]
    Signature(SignatureError),
    /// Verified, and for another merchant: it says nothing about the receiver's call or orders.
    #[error(
        "the message is genuine, but its `{field}` is another merchant's: check which merchant profile is in use"
    )]
    ForAnotherMerchant {
        /// The field that names the other merchant.
        field: &'static str,
    },
    /// Verified, and a business failure.
    #[error("the answer reports that the call failed: err_code {err_code:?}, {err_code_des:?}")]
    Business {
        /// The code of the failure, possibly empty.
        err_code: Text,
        /// The peer's words.
        err_code_des: Text,
        /// All that came.
        fields: Fields,
    },
    /// Verified, and of a form that the spec does not foresee. Read what matters from the fields.
    #[error("{errors}; the message is genuine, so read what matters from its fields")]
    Unreadable {
        /// What the spec misses.
        #[source]
        errors: ReadErrors,
        /// All that came.
        fields: Fields,
    },
}

impl ReplyError {
    /// The verified fields of a message for this merchant: a paid order is not lost to a strict
    /// parser.
    #[must_use]
    pub fn fields(&self) -> Option<&Fields> {
        match self {
            Self::Business { fields, .. } | Self::Unreadable { fields, .. } => Some(fields),
            _ => None,
        }
    }

    /// What it says about a failure without being signed.
    #[must_use]
    pub fn unproved_failure(&self) -> Option<&UnprovedFailure> {
        match self {
            Self::Protocol { failure, .. } | Self::UnsignedFailure { failure } => Some(failure),
            _ => None,
        }
    }

    /// The kind of error in one word, for logs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Body(_) => "malformed",
            Self::NoReturnCode => "no_return_code",
            Self::Protocol { .. } => "protocol",
            Self::UnsignedFailure { .. } => "unsigned_failure",
            Self::Signature(_) => "signature",
            Self::ForAnotherMerchant { .. } => "for_another_merchant",
            Self::Business { .. } => "business",
            Self::Unreadable { .. } => "unreadable",
        }
    }
}
