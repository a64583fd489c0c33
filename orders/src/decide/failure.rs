//! The error of a call as it is stored: in the history of an order and as its [`LastError`].
//!
//! [`Error`] shows no key, token or secret. The platform's own words may repeat a personal value that was sent, so the order's confidential
//! values are replaced too. Control characters become spaces, and the text has a greatest length, since the peer wrote part of it.

use jiff::Timestamp;
use payinsurance::{Error, refund, unifiedorder};
use serde_json::{Map, Value};
use signed_xml::{Message, Schema};

use crate::{LastError, Order};

/// The greatest length of a stored error text, in characters.
const MAX_TEXT: usize = 600;

const REDACTED: &str = "[redacted]";

/// What the client puts at the end of words that it cuts.
const CUT: char = '…';

/// The error of a call that ended at `at`.
pub(crate) fn last_error(
    order: &Order,
    interface: &str,
    error: &Error,
    at: Timestamp,
) -> LastError {
    LastError {
        at,
        interface: interface.to_owned(),
        text: redacted(order, &error.to_string()),
        effect: error.effect(),
    }
}

/// The error of a call as a line of history has it: whether the call may have taken effect, then the text.
pub(crate) fn evidence(order: &Order, error: &Error) -> String {
    let text = redacted(order, &error.to_string());
    format!("{}: {text}", error.effect())
}

/// Words of the peer without the personal values of the order, on one line and of bounded length.
pub(crate) fn redacted(order: &Order, text: &str) -> String {
    let mut values = confidential_values(order);
    // A value may be part of another one: the longer one is replaced first.
    values.sort_by_key(|value| std::cmp::Reverse(value.len()));
    let text = values.iter().fold(text.to_owned(), |text, value| {
        without_cut(text.replace(value, REDACTED), value)
    });
    let text = text.replace(char::is_control, " ");
    text.chars().take(MAX_TEXT).collect()
}

/// Redacts the beginning of a value where the text was cut in the middle of it.
fn without_cut(mut text: String, value: &str) -> String {
    for (cut, _) in value.char_indices().rev() {
        let beginning = &value[..cut];
        // A shorter value is found in any text by chance.
        if beginning.is_empty() || (beginning.is_ascii() && beginning.len() < 4) {
            break;
        }
        text = text.replace(&format!("{beginning}{CUT}"), &format!("{REDACTED}{CUT}"));
    }
    text
}

/// The confidential values that the order and its refund were sent with, those inside of `request_content` included.
fn confidential_values(order: &Order) -> Vec<String> {
    let mut values = Vec::new();
    for (name, value) in order.request.iter() {
        if is_confidential(unifiedorder::Request::SCHEMA, name) {
            values.push(value.clone());
        }
        if name == "request_content" {
            values.extend(inside(unifiedorder::RequestContent::SCHEMA, value));
        }
    }
    if let Some(refund) = &order.refund {
        let content = &refund.request_content;
        values.extend(inside(refund::RequestContent::SCHEMA, content));
    }
    values.retain(|value| is_telling(value));
    values
}

/// The confidential texts of a JSON object.
fn inside(schema: &Schema, json: &str) -> Vec<String> {
    let object: Map<String, Value> = serde_json::from_str(json).unwrap_or_default();
    let confidential = object
        .into_iter()
        .filter(|(name, _)| is_confidential(schema, name));
    let texts = confidential.filter_map(|(_, value)| value.as_str().map(str::to_owned));
    texts.collect()
}

/// Whether the spec marks the field as secret or personal, or does not know it.
fn is_confidential(schema: &Schema, name: &str) -> bool {
    schema
        .field(name)
        .is_none_or(|field| field.is_confidential())
}

/// False for what any text may contain by chance, such as `sys` or `1`. Two Chinese characters are a name.
fn is_telling(value: &str) -> bool {
    match value.is_ascii() {
        true => value.len() >= 6,
        false => value.chars().count() >= 2,
    }
}
