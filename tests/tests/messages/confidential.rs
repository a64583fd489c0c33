//! Secrets and personal data stay out of `Debug` and out of errors.

use std::fmt::{Debug, Write};

use payinsurance::bill;
use signed_xml::bill::{BillReader, BillRow};
use signed_xml::{Fields, Limits, Message, ReplyError, SIGN, SignType, read_notification};

use crate::by_schema::{Kind, MEMBERS, fields, kind};
use crate::{for_every_message, key};

/// Texts that no other field of these tests has, by the kind of field.
const MARK: &str = "MARK-7f3a";
const MARKED_ADDRESS: &str = "203.0.113.77";
const MARKED_DIGEST: &str = "feedfacefeedfacefeedfacefeedface";

/// A value of the kind; recognisable if it is to be looked for.
fn value(kind: Kind, marked: bool) -> String {
    let text = if marked { MARK } else { "open" };
    match kind {
        Kind::Text => text.to_owned(),
        Kind::Number(_) => "7".to_owned(),
        Kind::Address => MARKED_ADDRESS.to_owned(),
        Kind::Time => "20160501163102".to_owned(),
        Kind::Date => "20160719".to_owned(),
        Kind::Digest => MARKED_DIGEST.to_owned(),
        Kind::Payload => {
            let members = MEMBERS.map(|name| format!("\"{name}\":\"{text}\""));
            format!("{{{}}}", members.join(","))
        }
    }
}

/// Every field of the message, the confidential ones marked.
fn marked<M: Message>() -> Vec<(String, String)> {
    let known = M::SCHEMA.fields.iter().filter(|field| field.name != SIGN);
    let known = known.map(|field| {
        let value = match field.name {
            "return_code" => "SUCCESS".to_owned(),
            _ => value(kind::<M>(field), field.is_confidential()),
        };
        (field.name.to_owned(), value)
    });
    // An unknown field may be personal.
    known
        .chain([("zz_unknown".to_owned(), MARK.to_owned())])
        .collect()
}

fn assert_unmarked(printed: &str, what: &str) {
    for mark in [MARK, MARKED_ADDRESS, MARKED_DIGEST] {
        assert!(!printed.contains(mark), "{what} prints {mark}: {printed}");
    }
}

#[test]
fn no_message_prints_a_confidential_value() {
    for_every_message!(prints_nothing_confidential);
}

fn prints_nothing_confidential<M: Message + Debug>() {
    let message: M = fields(&marked::<M>()).read().unwrap();
    let mut printed = format!("{message:?} {message:#?}");
    write!(printed, "{:?}", Some(&message)).unwrap();
    assert_unmarked(&printed, M::SCHEMA.message);
    assert!(
        !M::SCHEMA.fields.iter().any(|field| field.is_confidential())
            || printed.contains("[redacted]"),
        "{printed}"
    );
    // The names stay, so that a log still tells what was there.
    for field in M::SCHEMA.fields.iter().filter(|field| field.name != SIGN) {
        assert!(printed.contains(field.name), "{} in {printed}", field.name);
    }
}

#[test]
fn no_error_about_a_message_prints_a_confidential_value() {
    for_every_message!(fails_without_confidential_values);
}

fn fails_without_confidential_values<M: Message + Debug>() {
    // A marked text where a number, an address, a digest or a payload belongs.
    let wrong: Vec<(String, String)> = marked::<M>()
        .into_iter()
        .map(|(name, value)| {
            let field = M::SCHEMA.field(&name);
            match field.is_some_and(|field| field.is_confidential()) {
                true => (name, MARK.to_owned()),
                false => (name, value),
            }
        })
        .collect();
    let body = match M::SCHEMA.signed {
        true => fields(&wrong).to_signed_xml(&key(), SignType::Md5),
        false => fields(&wrong).to_xml(),
    };
    let outcome = read_notification::<M>(&body, &key(), &Limits::default());
    assert_unmarked(&format!("{outcome:?} {outcome:#?}"), M::SCHEMA.message);
    if let Err(error) = outcome {
        assert!(matches!(error, ReplyError::Unreadable { .. }), "{error}");
        assert_unmarked(&error.to_string(), M::SCHEMA.message);
    }
    let received = Fields::parse(&body, &Limits::default()).unwrap();
    assert_unmarked(&format!("{received:?}"), "a message without a table");
}

#[test]
fn what_says_something_about_a_person_or_is_a_secret_is_marked_wherever_it_stands() {
    const CONFIDENTIAL: [&str; 17] = [
        "openid",
        "sub_openid",
        "user_name",
        "user_card_no",
        "name",
        "idcard_md5",
        "spbill_create_ip",
        "medical_card_id",
        "request_content",
        "response_content",
        "access_token",
        "agentsecret",
        "secret",
        "session_id",
        "aae011",
        "bka015",
        "bka964",
    ];
    fn unmarked<M: Message>() -> Vec<String> {
        let bare = M::SCHEMA
            .fields
            .iter()
            .filter(|field| CONFIDENTIAL.contains(&field.name) && !field.is_confidential());
        bare.map(|field| format!("{} of the {}", field.name, M::SCHEMA.message))
            .collect()
    }
    assert_eq!(for_every_message!(unmarked).concat(), Vec::<String>::new());
}

#[test]
fn a_bill_row_prints_no_personal_cell() {
    let personal: Vec<&str> = bill::Row::COLUMNS
        .iter()
        .filter(|column| column.personal)
        .map(|column| column.name)
        .collect();
    assert!(personal.contains(&"用户标识"), "{personal:?}");
    let cell = |name: &&str| match *name {
        "总金额" => "`33.33".to_owned(),
        name if personal.contains(&name) => format!("`{MARK}"),
        _ => "`".to_owned(),
    };
    let cells: Vec<String> = bill::ALL_COLUMNS.iter().map(cell).collect();
    let text = format!("{}\n{}\n", bill::ALL_COLUMNS.join(","), cells.join(","));
    let row = BillReader::<_, bill::Row>::new(text.as_bytes())
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let printed = format!("{row:?} {row:#?}");
    assert_unmarked(&printed, "a bill row");
    assert!(printed.contains("33.33"), "{printed}");
}
