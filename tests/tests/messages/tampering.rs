//! Any change of one field is noticed.

use proptest::prelude::*;
use proptest::sample::Index;
use signed_xml::{Fields, Limits, Message, SIGN, SignType, SignatureError, read_notification};

use crate::by_schema::{fields, hold, pairs, text};
use crate::{for_every_message, key};

/// One change of a signed message.
#[derive(Debug, Clone)]
enum Change {
    Value(Index, String),
    Drop(Index),
    Add(String),
    Swap(Index, Index),
    Rename(Index, &'static str),
}

fn change() -> impl Strategy<Value = Change> {
    let index = any::<Index>;
    // `Insurance_self_fee` and its alias: a name is signed as it came, whichever field it means.
    let names = prop::sample::select(vec![
        "a",
        "Z",
        "zz_new",
        "Insurance_self_fee",
        "insurance_self_fee",
        "err_code_desc",
        "key",
    ]);
    prop_oneof![
        (index(), text()).prop_map(|(at, value)| Change::Value(at, value)),
        index().prop_map(Change::Drop),
        text().prop_map(Change::Add),
        (index(), index()).prop_map(|(a, b)| Change::Swap(a, b)),
        (index(), names).prop_map(|(at, name)| Change::Rename(at, name)),
    ]
}

/// The changed message, or nothing if the change changes nothing.
fn changed(mut pairs: Vec<(String, String)>, change: &Change) -> Option<Vec<(String, String)>> {
    let before = pairs.clone();
    let absent = |name: &str| before.iter().all(|(present, _)| present != name);
    match change {
        Change::Value(at, value) => at.get(&before).1.ne(value).then(|| {
            pairs[at.index(before.len())].1.clone_from(value);
        }),
        Change::Drop(at) => {
            pairs.remove(at.index(before.len()));
            Some(())
        }
        Change::Add(value) => {
            absent("zz_new").then(|| pairs.push(("zz_new".to_owned(), value.clone())))
        }
        Change::Swap(a, b) => {
            let (a, b) = (a.index(before.len()), b.index(before.len()));
            (before[a].1 != before[b].1).then(|| {
                pairs[a].1.clone_from(&before[b].1);
                pairs[b].1.clone_from(&before[a].1);
            })
        }
        Change::Rename(at, name) => absent(name).then(|| {
            pairs[at.index(before.len())].0 = (*name).to_owned();
        }),
    }?;
    Some(pairs)
}

fn signed(pairs: &[(String, String)]) -> Vec<(String, String)> {
    let body = fields(pairs).to_signed_xml(&key(), SignType::Md5);
    let received = Fields::parse(&body, &Limits::default()).unwrap();
    received
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[test]
fn no_change_of_one_field_goes_unnoticed() {
    for_every_message!(notices_changes);
}

fn notices_changes<M: Message>() {
    if !M::SCHEMA.signed {
        return;
    }
    hold(
        M::SCHEMA.message,
        192,
        (pairs::<M>(), change()),
        |(pairs, change)| {
            let signed = signed(&pairs);
            let genuine = fields(&signed).to_xml();
            prop_assert!(read_notification::<M>(&genuine, &key(), &Limits::default()).is_ok());
            let changed = changed(signed, &change);
            prop_assume!(changed.is_some());
            let forged = fields(&changed.unwrap_or_default()).to_xml();
            let received = Fields::parse(&forged, &Limits::default()).unwrap();
            prop_assert!(received.verify(&key()).is_err());
            prop_assert!(read_notification::<M>(&forged, &key(), &Limits::default()).is_err());
            Ok(())
        },
    );
}

#[test]
fn every_single_field_of_every_message_is_covered_by_the_signature() {
    for_every_message!(covers_every_field);
}

fn covers_every_field<M: Message>() {
    if !M::SCHEMA.signed {
        return;
    }
    hold(M::SCHEMA.message, 8, pairs::<M>(), |pairs| {
        let signed = signed(&pairs);
        for at in 0..signed.len() {
            let (mut without, mut longer) = (signed.clone(), signed.clone());
            let (name, _) = without.remove(at);
            longer[at].1.push('0');
            let expected = match name == SIGN {
                true => SignatureError::Missing,
                false => SignatureError::Wrong,
            };
            prop_assert_eq!(
                fields(&without).verify(&key()),
                Err(expected),
                "without {}",
                name
            );
            prop_assert_eq!(
                fields(&longer).verify(&key()),
                Err(SignatureError::Wrong),
                "longer {}",
                name
            );
        }
        Ok(())
    });
}

#[test]
fn an_added_or_removed_empty_field_changes_nothing() {
    // The canonical string leaves empty values out, so that a platform may send or omit them.
    let paid = [("return_code", "SUCCESS"), ("cash_fee", "0")];
    let body = Fields::from_pairs(paid)
        .unwrap()
        .to_signed_xml(&key(), SignType::Md5);
    let received = Fields::parse(&body, &Limits::default()).unwrap();
    let with_empty = Fields::from_pairs(received.iter().chain([("attach", "")])).unwrap();
    assert_eq!(with_empty.verify(&key()), Ok(()));
}

#[test]
fn text_that_imitates_the_border_of_two_fields_signs_alike_as_the_protocol_has_it() {
    // The canonical string does not escape `&` and `=`. It is not a forgery without the key's holder having signed such a value; whoever lets
    // patients choose a value that is sent must know it.
    let one = Fields::from_pairs([("attach", "1&body=2")]).unwrap();
    let two = Fields::from_pairs([("attach", "1"), ("body", "2")]).unwrap();
    assert_eq!(one.canonical_string(), two.canonical_string());
}
