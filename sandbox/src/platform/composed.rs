//! Notifications that a person composes or sends again.

use std::collections::BTreeMap;

use payinsurance::enums::ResultCode;
use signed_xml::{BeijingTime, Fields, Key};

use super::notifications::SIGN_TYPE;
use super::payments::ActError;
use super::random::nonce;
use super::{Delivery, Moment, Platform};

/// How a composed notification is signed.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Signature {
    /// With the key of the hospital.
    #[default]
    Right,
    /// With another key.
    WrongKey,
    /// Not at all.
    None,
}

/// A notification cannot be composed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ComposeError {
    /// The order is not known.
    #[error(transparent)]
    Order(#[from] ActError),
    /// The platform has sent no notification of the order.
    #[error(
        "the platform has sent no notification of this order yet: let the patient pay first, or give `fields` to compose one"
    )]
    NotSent,
    /// A name or value cannot be in a message.
    #[error("invalid field of a notification: {reason}")]
    Field {
        /// What is wrong with it.
        reason: String,
    },
}

impl Platform {
    /// Where a notification of the order goes, and the fields of one that says that all was paid,
    /// without `sign`.
    ///
    /// # Errors
    ///
    /// [`ActError`] if there is no such order.
    pub fn notification_fields(
        &self,
        order: &str,
        at: &mut Moment<'_>,
    ) -> Result<(String, Vec<(String, String)>), ActError> {
        let order = &self.orders[self.the_order(order)?];
        let mut message = self.message(order, nonce(at.random));
        message.result_code = ResultCode::Success;
        message.time_end.get_or_insert(BeijingTime::at(at.now));
        let fields = Fields::of(&message).ok();
        let fields = fields.iter().flat_map(Fields::iter);
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Ok((order.request.notify_url.to_string(), fields.collect()))
    }

    /// The last notification of the order, as it was sent.
    ///
    /// # Errors
    ///
    /// [`ComposeError::Order`], [`ComposeError::NotSent`].
    pub fn resent(&self, order: &str) -> Result<Delivery, ComposeError> {
        let order = &self.orders[self.the_order(order)?];
        let known = order.notification.and_then(|number| self.outbox.of(number));
        let body = known.ok_or(ComposeError::NotSent)?.body.clone();
        Ok(self.by_hand(order, body))
    }

    /// A notification of these fields; empty ones are left out.
    ///
    /// # Errors
    ///
    /// [`ComposeError::Order`], [`ComposeError::Field`].
    pub fn composed(
        &self,
        order: &str,
        fields: &BTreeMap<String, String>,
        signature: Signature,
        at: &mut Moment<'_>,
    ) -> Result<Delivery, ComposeError> {
        let order = &self.orders[self.the_order(order)?];
        let given = fields.iter().filter(|(_, value)| !value.is_empty());
        let given = given.map(|(name, value)| (name.as_str(), value.as_str()));
        let fields = Fields::from_pairs(given).map_err(|error| ComposeError::Field {
            reason: error.to_string(),
        })?;
        let own = &self.merchants[order.merchant].key;
        let body = match signature {
            Signature::Right => fields.to_signed_xml(own, SIGN_TYPE),
            Signature::WrongKey => {
                let mut digits = || format!("{:016x}", at.random.next_number());
                let other = Key::new(digits() + &digits());
                fields.to_signed_xml(other.as_ref().unwrap_or(own), SIGN_TYPE)
            }
            Signature::None => fields.to_xml(),
        };
        Ok(self.by_hand(order, body))
    }
}
