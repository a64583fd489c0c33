//! Messages that the platform sends on its own, and our answers.

use signed_xml::{Fields, Limits};
use signed_xml_client::{Client, Merchant, ReplyError};

use crate::messages::{Paid, builder, key, pay, signed};

fn client() -> Client {
    builder("http://127.0.0.1:1").build().unwrap()
}

#[test]
fn opens_a_notification_for_this_merchant() {
    let body = signed(&[
        ("return_code", "SUCCESS"),
        ("appid", "wx0000000000000001"),
        ("mch_id", "1900000100"),
        ("sub_mch_id", "1900000109"),
        ("trade_no", "T1"),
        ("a_new_field", "1"),
    ]);
    let paid: Paid = client().open_notification(&body).unwrap();
    assert_eq!(paid.trade_no, "T1");
}

#[test]
fn refuses_a_genuine_notification_for_another_merchant() {
    for (name, value) in [
        ("appid", "wx0000000000000009"),
        ("mch_id", "1"),
        ("sub_mch_id", "1900000110"),
    ] {
        // Also one that cannot be read must not hand another merchant's fields over.
        for trade_no in ["T1", ""] {
            let body = signed(&[
                ("return_code", "SUCCESS"),
                (name, value),
                ("trade_no", trade_no),
            ]);
            let error = client().open_notification::<Paid>(&body).unwrap_err();
            assert!(
                matches!(error, ReplyError::ForAnotherMerchant { field } if field == name),
                "{error}"
            );
            assert!(error.fields().is_none());
        }
    }
    let independent = Merchant::independent("wx0000000000000001", "1900000100", key()).unwrap();
    let client: Client = Client::builder(independent).build().unwrap();
    let body = signed(&[
        ("return_code", "SUCCESS"),
        ("sub_mch_id", "1900000109"),
        ("trade_no", "T1"),
    ]);
    let error = client.open_notification::<Paid>(&body).unwrap_err();
    assert!(
        matches!(
            error,
            ReplyError::ForAnotherMerchant {
                field: "sub_mch_id"
            }
        ),
        "{error}"
    );
}

#[test]
fn refuses_a_notification_without_a_signature_or_with_a_wrong_one() {
    let forged = String::from_utf8(signed(&[("return_code", "SUCCESS"), ("trade_no", "T1")]))
        .unwrap()
        .replace("T1", "T2");
    for body in [
        "<xml><return_code>SUCCESS</return_code><trade_no>T1</trade_no></xml>".to_owned(),
        forged,
    ] {
        let error = client()
            .open_notification::<Paid>(body.as_bytes())
            .unwrap_err();
        assert!(matches!(error, ReplyError::Signature(_)), "{error}");
    }
}

#[test]
fn a_genuine_notification_that_cannot_be_read_hands_over_its_fields() {
    let body = signed(&[
        ("return_code", "SUCCESS"),
        ("mch_id", "1900000100"),
        ("number", "T1"),
    ]);
    let error = client().open_notification::<Paid>(&body).unwrap_err();
    assert_eq!(
        error.fields().and_then(|fields| fields.get("number")),
        Some("T1")
    );
}

#[test]
fn signs_an_answer_with_a_fresh_nonce() {
    let client = client();
    let bodies = [client.sign(&pay()).unwrap(), client.sign(&pay()).unwrap()];
    let [first, second] = bodies.map(|body| Fields::parse(&body, &Limits::default()).unwrap());
    first.verify(&key()).unwrap();
    second.verify(&key()).unwrap();
    assert_ne!(first.get("nonce_str"), second.get("nonce_str"));
}
