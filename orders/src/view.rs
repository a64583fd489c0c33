//! What may be shown of an order and of received bytes: what the spec marks as secret or personal is left out, and so is what it does not know.

use payinsurance::{notification, queryorder, unifiedorder};
use signed_xml::{Fields, Limits, Message, Schema};

use crate::store::{Body, ReceivedRecord};
use crate::{Order, OrderKey};

const REDACTED: &str = "[redacted]";

/// Bytes that were received, as they may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShownReceived {
    /// When.
    pub at: jiff::Timestamp,
    /// The order that it speaks of, if known.
    pub order: Option<OrderKey>,
    /// Why it was not accepted; `None` if it was.
    pub reason: Option<String>,
    /// Names and values, personal ones redacted; `None` if it cannot be taken apart or is damaged.
    pub fields: Option<Vec<(String, String)>>,
    /// Why the stored body cannot be shown: the medium has damaged it. `None` if it is whole.
    pub damaged: Option<String>,
}

impl From<ReceivedRecord> for ShownReceived {
    fn from(received: ReceivedRecord) -> Self {
        Self {
            at: received.at,
            order: received.order,
            reason: received.reason,
            fields: received.body.whole().and_then(shown_notification),
            damaged: match received.body {
                Body::Whole(_) => None,
                Body::Damaged { reason } => Some(reason),
            },
        }
    }
}

/// Names and values of a received notification, as they may be shown. `None` if it cannot be taken apart.
///
/// # Examples
///
/// ```
/// let body = b"<xml><total_fee>250</total_fee><openid>oPatient</openid><new_field>?</new_field></xml>";
/// let shown = payinsurance_orders::shown_notification(body).unwrap();
/// assert_eq!(shown[0], ("total_fee".to_owned(), "250".to_owned()));
/// assert_eq!(shown[1], ("openid".to_owned(), "[redacted]".to_owned()));
/// assert_eq!(shown[2], ("new_field".to_owned(), "[redacted]".to_owned()));
/// ```
#[must_use]
pub fn shown_notification(body: &[u8]) -> Option<Vec<(String, String)>> {
    let fields = Fields::parse(body, &Limits::default()).ok()?;
    let schema = notification::Notification::SCHEMA;
    Some(
        fields
            .iter()
            .map(|(name, value)| shown(schema, name, value))
            .collect(),
    )
}

impl Order {
    /// What the order was placed with, as it may be shown.
    #[must_use]
    pub fn shown_request(&self) -> Vec<(String, String)> {
        let schema = unifiedorder::Request::SCHEMA;
        self.request
            .iter()
            .map(|(name, value)| shown(schema, name, value))
            .collect()
    }

    /// What the platform reported of it, without what is personal.
    #[must_use]
    pub fn shown_facts(&self) -> Vec<(String, String)> {
        facts(self)
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }
}

/// The facts of an order that are not personal.
pub(crate) fn facts(order: &Order) -> impl Iterator<Item = (&str, &str)> {
    let schema = queryorder::Response::SCHEMA;
    order
        .facts
        .iter()
        .filter(|(name, _)| {
            schema
                .field(name)
                .is_some_and(|field| !field.is_confidential())
        })
        .map(|(name, value)| (name.as_str(), value.as_str()))
}

fn shown(schema: &Schema, name: &str, value: &str) -> (String, String) {
    let open = schema
        .field(name)
        .is_some_and(|field| !field.is_confidential());
    let value = if open { value } else { REDACTED };
    (name.to_owned(), value.to_owned())
}
