//! Whatever we sign verifies, and reads back as what it was.

use std::fmt::Debug;

use proptest::prelude::*;
use signed_xml::{Fields, Limits, Message, SIGN, Supplied, Supply, Text, encode, encode_unsigned};
use signed_xml::{read_notification, validate_complete};

use crate::by_schema::{fields, hold, pairs, text, typed};
use crate::{for_every_message, key, valid};

const CASES: u32 = 48;

#[test]
fn any_message_verifies_and_reads_back_equal() {
    for_every_message!(reads_back_equal);
}

fn reads_back_equal<M: Message + PartialEq + Debug>() {
    hold(M::SCHEMA.message, CASES, pairs::<M>(), |pairs| {
        let message: M = typed(&pairs);
        let body = written(&message);
        let received = Fields::parse(&body, &Limits::default()).unwrap();
        if M::SCHEMA.signed {
            prop_assert_eq!(received.verify(&key()), Ok(()));
        }
        let again: M = received.read().unwrap();
        prop_assert_eq!(written(&again), body, "written again, the same bytes");
        prop_assert_eq!(without_sign(&received).read::<M>().unwrap(), message);
        Ok(())
    });
}

#[test]
fn unknown_fields_verify_and_are_preserved() {
    for_every_message!(keeps_unknown_fields);
}

fn keeps_unknown_fields<M: Message + Debug>() {
    // In front of, between and behind the known names.
    let names = prop::sample::subsequence(
        vec!["A", "Insurance_new_fee", "_", "cash_feee", "m-1", "zz.9"],
        1..=6,
    );
    let unknown = names.prop_flat_map(|names| {
        let values = prop::collection::vec(text(), names.len());
        values.prop_map(move |values| {
            names
                .iter()
                .map(|name| (*name).to_owned())
                .zip(values)
                .collect::<Vec<_>>()
        })
    });
    hold(
        M::SCHEMA.message,
        CASES,
        (pairs::<M>(), unknown),
        |(known, unknown)| {
            let all = [known, unknown.clone()].concat();
            let body = match M::SCHEMA.signed {
                true => fields(&all).to_signed_xml(&key(), signed_xml::SignType::Md5),
                false => fields(&all).to_xml(),
            };
            let message: M = read_notification(&body, &key(), &Limits::default()).unwrap();
            let preserved: Vec<(String, String)> = message
                .unknown()
                .iter()
                .map(|(name, value)| (name.to_string(), value.to_string()))
                .collect();
            prop_assert_eq!(preserved, unknown);
            let sent = Fields::parse(&written(&message), &Limits::default()).unwrap();
            for (name, value) in message.unknown() {
                prop_assert_eq!(sent.get(name), Some(value.as_str()), "sent on as it came");
            }
            if M::SCHEMA.signed {
                prop_assert_eq!(sent.verify(&key()), Ok(()));
            }
            Ok(())
        },
    );
}

/// What the merchant profile and the client supply.
struct Profile;

impl Supply for Profile {
    fn supply(&self, field: &signed_xml::Field) -> Option<Text> {
        match field.supplied {
            Supplied::Merchant(key) => Some(format!("the-{key}").into()),
            Supplied::Client => Some("5K8264ILTKCH16CQ2502SI8ZNMTM67VS".into()),
            Supplied::Caller | Supplied::Constant(_) => None,
        }
    }
}

/// One test for each request: built as a caller does, completed, signed, read back.
macro_rules! round_trips {
    ($($test:ident: $strategy:path;)*) => {$(
        #[test]
        fn $test() {
            hold(stringify!($strategy), 128, $strategy(), |mut request| {
                Message::fill(&mut request, &Profile);
                validate_complete(&request).unwrap();
                let sent = Fields::parse(&written(&request), &Limits::default()).unwrap();
                if is_signed(&request) {
                    prop_assert_eq!(sent.verify(&key()), Ok(()));
                }
                prop_assert_eq!(read_as(&request, &without_sign(&sent)), request);
                Ok(())
            });
        }
    )*};
}

round_trips! {
    a_closeorder_goes_through_its_typed_form: valid::closeorder;
    a_getbalancebill_goes_through_its_typed_form: valid::getbalancebill;
    a_gettoken_goes_through_its_typed_form: valid::gettoken;
    a_notification_reply_goes_through_its_typed_form: valid::notification_reply;
    a_queryorder_goes_through_its_typed_form: valid::queryorder;
    a_queryrefund_goes_through_its_typed_form: valid::queryrefund;
    a_refund_goes_through_its_typed_form: valid::refund;
    a_token_goes_through_its_typed_form: valid::token;
    a_unifiedorder_goes_through_its_typed_form: valid::unifiedorder;
    a_verifyname_goes_through_its_typed_form: valid::verifyname;
}

fn written<M: Message>(message: &M) -> Vec<u8> {
    match M::SCHEMA.signed {
        true => encode(message, &key()).unwrap(),
        false => encode_unsigned(message).unwrap(),
    }
}

/// Reads a message of the same type.
fn read_as<M: Message>(_: &M, fields: &Fields) -> M {
    fields.read().unwrap()
}

fn is_signed<M: Message>(_: &M) -> bool {
    M::SCHEMA.signed
}

/// What was signed, so that it can be compared with what was built.
fn without_sign(fields: &Fields) -> Fields {
    Fields::from_pairs(fields.iter().filter(|(name, _)| *name != SIGN)).unwrap()
}
