//! Every sample of the site is what it says: read, verified and checked by the code that callers use.

use std::collections::BTreeMap;

use conformance::for_every_message;
use payinsurance::{
    closeorder, getbalancebill, gettoken, notification, queryorder, queryrefund, refund, token,
    unifiedorder, verifyname,
};
use signed_xml::{Fields, Key, Limits, Message, ReplyError, SIGN, SignType};
use signed_xml::{read_json_reply, read_notification, read_reply, validate_complete};

use crate::page::elements;
use crate::{model, text_of};

/// A sample as a page shows it.
struct Shown {
    form: String,
    text: String,
    canonical: Option<String>,
    sign: Option<String>,
}

/// The samples of a message, named as the schema names it: `unifiedorder request`.
fn shown(message: &str) -> Vec<Shown> {
    let (interface, _) = message.split_once(' ').unwrap();
    let id = message.replace(' ', ".");
    let elements = elements(&text_of(&format!("en/interfaces/{interface}.html")));
    let of = |attribute: &'static str| {
        let found = elements
            .iter()
            .filter(move |element| element.attribute(attribute).is_some());
        let id = id.clone();
        found.filter(move |element| element.attribute(attribute) == Some(&id))
    };
    let text = |attribute| of(attribute).next().map(|element| element.text.clone());
    of("data-sample")
        .map(|element| Shown {
            form: element.attribute("data-form").unwrap().to_owned(),
            text: element.text.clone(),
            canonical: text("data-canonical"),
            sign: text("data-sign"),
        })
        .collect()
}

/// The key that the page of the signature shows.
fn key() -> Key {
    let elements = elements(&text_of("en/signature.html"));
    let shown = elements
        .iter()
        .find(|element| element.attribute("data-key").is_some());
    Key::new(&shown.unwrap().text).unwrap()
}

fn fields(shown: &Shown) -> Fields {
    match shown.form.as_str() {
        "XML" => Fields::parse(shown.text.as_bytes(), &Limits::default()).unwrap(),
        "JSON" => Fields::parse_json(shown.text.as_bytes(), &Limits::default()).unwrap(),
        "URL" => {
            let (_, query) = shown.text.split_once('?').unwrap();
            let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap());
            Fields::from_pairs(pairs).unwrap()
        }
        other => panic!("a sample in {other}"),
    }
}

#[test]
fn every_message_has_a_sample_that_its_type_reads() {
    for_every_message!(is_read);
}

fn is_read<M: Message>() {
    let name = M::SCHEMA.message;
    let samples = shown(name);
    assert!(!samples.is_empty(), "{name} has no sample");
    for sample in samples {
        let fields = fields(&sample);
        let message: M = fields
            .read()
            .unwrap_or_else(|errors| panic!("{name}: {errors}"));
        assert!(
            message.unknown().is_empty(),
            "{name}: a field that it has not"
        );
        if is_sent(name) {
            let checked = validate_complete(&message);
            checked.unwrap_or_else(|violations| panic!("{name}: {violations}"));
        }
    }
}

/// True for what the hospital's side writes, the inside of a request included.
fn is_sent(message: &str) -> bool {
    !message.ends_with(" response") && !message.ends_with(" notification")
}

#[test]
fn every_signed_sample_verifies_and_shows_its_own_canonical_string() {
    let signed = for_every_message!(is_signed_as_shown);
    let count = signed.iter().filter(|signed| **signed).count();
    assert_eq!(
        count, 14,
        "seven requests, five replies, the notification and our reply to it"
    );
}

fn is_signed_as_shown<M: Message>() -> bool {
    let name = M::SCHEMA.message;
    for sample in shown(name) {
        let fields = fields(&sample);
        if !M::SCHEMA.signed {
            assert!(
                sample.sign.is_none() && fields.get(SIGN).is_none(),
                "{name}"
            );
            continue;
        }
        assert_eq!(fields.verify(&key()), Ok(()), "{name}");
        assert_eq!(Some(fields.canonical_string()), sample.canonical, "{name}");
        let signature = fields.signature(&key(), SignType::Md5);
        assert_eq!(Some(signature.as_str()), sample.sign.as_deref(), "{name}");
    }
    M::SCHEMA.signed
}

/// The sample replies, taken apart as the client does.
macro_rules! judged {
    ($($module:ident),*) => {
        [$((stringify!($module), shown(concat!(stringify!($module), " response"))
            .into_iter()
            .map(|sample| judge::<$module::Response>(&sample))
            .collect::<Vec<_>>())),*]
    };
}

fn judge<M: Message>(sample: &Shown) -> Result<(), ReplyError> {
    let (body, limits) = (sample.text.as_bytes(), Limits::default());
    match sample.form.as_str() {
        "JSON" => read_json_reply::<M>(body, &limits).map(drop),
        _ => read_reply::<M>(body, &key(), &limits).map(drop),
    }
}

#[test]
fn every_sample_reply_is_a_success_except_that_of_the_bill() {
    let judged = judged!(
        closeorder,
        getbalancebill,
        gettoken,
        queryorder,
        queryrefund,
        refund,
        token,
        unifiedorder,
        verifyname
    );
    for (interface, outcomes) in judged {
        assert!(!outcomes.is_empty(), "{interface}");
        for outcome in outcomes {
            match interface {
                "getbalancebill" => assert!(matches!(outcome, Err(ReplyError::Protocol { .. }))),
                _ => outcome.unwrap_or_else(|error| panic!("{interface}: {error}")),
            }
        }
    }
    let [sample] = &shown("notification notification")[..] else {
        panic!("one notification")
    };
    let body = sample.text.as_bytes();
    let read: notification::Notification =
        read_notification(body, &key(), &Limits::default()).unwrap();
    assert!(!read.hosp_out_trade_no.is_empty());
}

#[test]
fn the_samples_of_one_order_speak_of_the_same_order() {
    let mut values: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for message in [
        "unifiedorder request",
        "queryorder response",
        "notification notification",
    ] {
        let fields = fields(&shown(message)[0]);
        for name in ["hosp_out_trade_no", "total_fee", "cash_fee", "pay_type"] {
            let value = fields.get(name).unwrap_or_default().to_owned();
            values.entry(name).or_default().push(value);
        }
    }
    for (name, values) in values {
        assert!(
            values.iter().all(|value| *value == values[0]),
            "{name}: {values:?}"
        );
    }
}

#[test]
fn the_list_of_interfaces_here_is_that_of_the_spec() {
    let replies = model()
        .interfaces
        .iter()
        .filter(|interface| interface.url.is_some());
    assert_eq!(replies.count(), 9);
}
