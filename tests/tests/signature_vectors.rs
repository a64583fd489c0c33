//! The published signature vectors (`data/signature-vectors.json`), against every way a message can be signed or verified.
//!
//! Client and sandbox share one implementation, so their agreement proves nothing; these known answers do.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

use std::collections::BTreeMap;

use serde::Deserialize;
use signed_xml::{Fields, Key, Limits, SignType, SignatureError};

#[derive(Deserialize)]
struct Vector {
    title: String,
    fields: BTreeMap<String, String>,
    key: String,
    canonical: String,
    md5: String,
    hmac_sha256: String,
}

impl Vector {
    fn fields(&self) -> Fields {
        Fields::from_pairs(
            self.fields
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        )
        .unwrap()
    }

    fn key(&self) -> Key {
        Key::new(self.key.as_str()).unwrap()
    }
}

fn vectors() -> Vec<Vector> {
    let vectors: Vec<Vector> =
        serde_json::from_str(include_str!("../data/signature-vectors.json")).unwrap();
    assert_eq!(vectors.len(), 67);
    vectors
}

#[test]
fn canonical_strings_are_the_published_ones() {
    for vector in vectors() {
        assert_eq!(
            vector.fields().canonical_string(),
            vector.canonical,
            "{}",
            vector.title
        );
    }
}

#[test]
fn md5_signatures_are_the_published_ones() {
    for vector in vectors() {
        let signature = vector.fields().signature(&vector.key(), SignType::Md5);
        assert_eq!(signature.as_str(), vector.md5, "{}", vector.title);
    }
}

#[test]
fn hmac_sha256_signatures_are_the_published_ones() {
    for vector in vectors() {
        let signature = vector
            .fields()
            .signature(&vector.key(), SignType::HmacSha256);
        assert_eq!(signature.as_str(), vector.hmac_sha256, "{}", vector.title);
    }
}

#[test]
fn a_body_that_carries_the_published_signature_verifies() {
    for vector in vectors() {
        let unsigned = vector.fields.iter().filter(|(name, _)| *name != "sign");
        let signed = unsigned.map(|(name, value)| (name.as_str(), value.as_str()));
        let body = Fields::from_pairs(signed.chain([("sign", vector.md5.as_str())]))
            .unwrap()
            .to_xml();
        let received = Fields::parse(&body, &Limits::default()).unwrap();
        assert_eq!(received.verify(&vector.key()), Ok(()), "{}", vector.title);
    }
}

#[test]
fn values_survive_the_body_byte_for_byte() {
    for vector in vectors() {
        let body = vector.fields().to_signed_xml(&vector.key(), SignType::Md5);
        let received = Fields::parse(&body, &Limits::default()).unwrap();
        for (name, value) in vector
            .fields
            .iter()
            .filter(|(name, value)| *name != "sign" && !value.is_empty())
        {
            assert_eq!(
                received.get(name),
                Some(value.as_str()),
                "{}: {name}",
                vector.title
            );
        }
        assert_eq!(received.verify(&vector.key()), Ok(()), "{}", vector.title);
    }
}

#[test]
fn the_published_signature_is_wrong_under_another_key() {
    let vector = vectors().swap_remove(0);
    let fields = vector
        .fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let received = Fields::from_pairs(fields.chain([("sign", vector.md5.as_str())])).unwrap();
    let other = Key::new("192006250b4c09247ec02edce69f6a2e").unwrap();
    assert_eq!(received.verify(&vector.key()), Ok(()));
    assert_eq!(received.verify(&other), Err(SignatureError::Wrong));
}
