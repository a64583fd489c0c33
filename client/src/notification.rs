//! Messages that the platform sends on its own.
//!
//! Steps, in order: limits, protocol, signature ([`Verifier::notification`], by the merchant's algorithm unless the message names one), then whether it is for this merchant. A service provider
//! signs for many merchants with one key, so that a genuine notification may still be somebody else's.

use std::fmt;

use signed_xml::{Fields, Limits, Message, ReplyError, Verifier};

use crate::merchant::Merchant;

/// A notification is refused. Nothing of it may be believed, and it is answered with no success.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum NotificationError {
    /// It is not a genuine message of the platform, or none that the spec foresees.
    Refused(ReplyError),
    /// It is genuine and for another merchant.
    ForAnotherMerchant {
        /// The field that says so.
        field: &'static str,
    },
}

impl NotificationError {
    /// The verified fields of a notification for this merchant that the spec does not foresee: a paid order is not lost to a strict parser.
    #[must_use]
    pub fn fields(&self) -> Option<&Fields> {
        match self {
            Self::Refused(ReplyError::Unreadable { fields, .. }) => Some(fields),
            _ => None,
        }
    }
}

impl fmt::Display for NotificationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => error.fmt(f),
            Self::ForAnotherMerchant { field } => write!(
                f,
                "the notification is genuine, but its `{field}` is another merchant's: check which profile this address belongs to"
            ),
        }
    }
}

impl std::error::Error for NotificationError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Refused(error) => Some(error),
            Self::ForAnotherMerchant { .. } => None,
        }
    }
}

/// Verifies a notification and reads it.
pub(crate) fn open<M: Message>(
    body: &[u8],
    merchant: &Merchant,
    limits: &Limits,
) -> Result<M, NotificationError> {
    let verifier = Verifier {
        key: merchant.key(),
        sign_type: merchant.sign_type(),
        limits,
        parties: &merchant.parties(),
    };
    verifier.notification(body).map_err(|error| match error {
        ReplyError::ForAnotherMerchant { field } => NotificationError::ForAnotherMerchant { field },
        error => NotificationError::Refused(error),
    })
}
