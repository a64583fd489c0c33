//! Messages that the platform sends on its own.
//!
//! Steps, in order: limits, protocol, signature ([`signed_xml::read_notification_signed`], by the merchant's algorithm unless the message names one), then whether it is for this merchant. A service provider
//! signs for many merchants with one key, so that a genuine notification may still be somebody else's.

use std::fmt;

use signed_xml::{
    Field, Fields, Limits, Message, ReplyError, Sink, Value, read_notification_signed,
};

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
    let mut found = Parties::default();
    let message = read_notification_signed::<M>(body, merchant.key(), merchant.sign_type(), limits);
    match &message {
        Ok(message) => message.visit(&mut found),
        Err(ReplyError::Unreadable { fields, .. }) => {
            for (party, name) in found.0.iter_mut().zip(PARTIES) {
                *party = fields.get(name).map(str::to_owned);
            }
        }
        Err(_) => {}
    }
    let message = message.map_err(NotificationError::Refused);
    match found.stranger(merchant) {
        Some(field) => Err(NotificationError::ForAnotherMerchant { field }),
        None => message,
    }
}

/// The fields that say who a message is for.
const PARTIES: [&str; 4] = ["appid", "mch_id", "sub_appid", "sub_mch_id"];

#[derive(Default)]
struct Parties([Option<String>; 4]);

impl Parties {
    /// The first field that names somebody else.
    fn stranger(&self, merchant: &Merchant) -> Option<&'static str> {
        let own = [
            Some(merchant.appid()),
            Some(merchant.mch_id()),
            merchant.sub_appid(),
            merchant.sub_mch_id(),
        ];
        self.0
            .iter()
            .zip(own)
            .zip(PARTIES)
            .find_map(|((found, own), name)| {
                let found = found.as_deref().filter(|found| !found.is_empty())?;
                match own {
                    Some(own) => (found != own.as_str()).then_some(name),
                    // A profile may leave its sub_appid out; without a sub_mch_id it is an independent merchant's.
                    None => (name == "sub_mch_id").then_some(name),
                }
            })
    }
}

impl Sink for Parties {
    fn field<V: Value>(&mut self, field: &'static Field, value: &V) {
        if let Some(place) = PARTIES.iter().position(|name| *name == field.name) {
            let mut text = Vec::new();
            value.write(&mut text);
            self.0[place] = Some(String::from_utf8_lossy(&text).into_owned());
        }
    }
}
