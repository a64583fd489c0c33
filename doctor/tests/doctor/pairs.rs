//! Two mistakes together are named, both of them.

use std::collections::BTreeSet;

use signed_xml_doctor::Kind;

use crate::sender::{KEY, SECRET, Sent, examined, hmac_sha256, joined, kinds, md5, messages};

/// A mistake in the string: the string that comes of it.
type Text = (Kind, fn(&Sent) -> String);
/// A mistake behind it: the signature of a string.
type Tail = (Kind, fn(&str) -> String);

fn left_out(sent: &Sent, left_out: &str) -> String {
    sent.with(|name, value| (name != left_out).then(|| (name.into(), value.into())))
}

const TEXTS: [Text; 12] = [
    (Kind::ZeroLeftOut, |s| {
        s.with(|n, v| (v != "0").then(|| (n.into(), v.into())))
    }),
    (Kind::FieldLeftOut, |s| left_out(s, "total_fee")),
    (Kind::EmptySigned, |s| s.plus(&[("attach", "")])),
    (Kind::SignSigned, |s| s.plus(&[("sign", "")])),
    (Kind::FieldAdded, |s| s.plus(&[("sign_type", "MD5")])),
    (Kind::CdataSigned, |s| {
        s.each(|v| format!("<![CDATA[{v}]]>"))
    }),
    (Kind::EscapesSigned, |s| {
        s.each(|v| {
            v.replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
        })
    }),
    (Kind::OrderReceived, |s| {
        let sent: Vec<_> = s.0.iter().filter(|(_, v)| !v.is_empty()).cloned().collect();
        joined(&sent)
    }),
    (Kind::OrderCaseless, |s| {
        let mut pairs = s.sorted();
        pairs.sort_by_key(|(name, _)| name.to_lowercase());
        joined(&pairs)
    }),
    (Kind::Renamed, |s| {
        let rename = |n: &str| {
            if n == "title" {
                "subject".to_owned()
            } else {
                n.to_owned()
            }
        };
        s.with(|n, v| Some((rename(n), v.into())))
    }),
    (Kind::NumberReformatted, |s| {
        let new = |n: &str, v: &str| {
            if n == "total_fee" {
                format!("{v}.0")
            } else {
                v.to_owned()
            }
        };
        s.with(|n, v| Some((n.into(), new(n, v))))
    }),
    (Kind::ValueCase, |s| s.each(|v| v.to_uppercase())),
];

const TAILS: [Tail; 12] = [
    (Kind::KeyLeftOut, |t| md5(t)),
    (Kind::KeyUnnamed, |t| md5(format!("{t}{KEY}"))),
    (Kind::KeyFirst, |t| md5(format!("key={KEY}&{t}"))),
    (Kind::KeyBlanks, |t| md5(format!("{t}&key={KEY}\n"))),
    (Kind::KeyBom, |t| md5(format!("{t}&key=\u{FEFF}{KEY}"))),
    (Kind::OtherSecret, |t| md5(format!("{t}&key={SECRET}"))),
    (Kind::OtherDigest, |t| {
        hmac_sha256(KEY.as_bytes(), format!("{t}&key={KEY}"))
    }),
    (Kind::CharsetSigned, |t| {
        let units = format!("{t}&key={KEY}");
        md5(units
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>())
    }),
    (Kind::CharactersLost, |t| {
        let text = format!("{t}&key={KEY}");
        md5(text
            .chars()
            .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
            .collect::<Vec<u8>>())
    }),
    (Kind::SignLowerCase, |t| {
        md5(format!("{t}&key={KEY}")).to_lowercase()
    }),
    (Kind::SignCut, |t| {
        md5(format!("{t}&key={KEY}"))[8..24].to_owned()
    }),
    (Kind::DigestTwice, |t| md5(md5(format!("{t}&key={KEY}")))),
];

#[test]
fn a_wrong_string_with_a_wrong_tail_is_named_as_both() {
    let sent = &messages()[0];
    let mut named = BTreeSet::new();
    let mut wrong = Vec::new();
    for (first, text) in TEXTS {
        for (second, tail) in TAILS {
            let body = sent.xml(&tail(&text(sent)));
            let found = kinds(&examined(body.as_bytes()));
            match found == [first, second] {
                true => drop(named.insert([first, second])),
                false => wrong.push(format!("{first} and {second}: {found:?}")),
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} named\n{}",
        named.len(),
        wrong.join("\n")
    );
    assert_eq!(named.len(), 144);
}

#[test]
fn two_mistakes_in_the_string_are_named() {
    let sent = &messages()[0];
    let zeros = |pairs: Vec<(String, String)>| -> Vec<(String, String)> {
        pairs
            .into_iter()
            .filter(|(_, value)| value != "0")
            .collect()
    };
    let received = || -> Vec<(String, String)> {
        sent.0
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .cloned()
            .collect()
    };
    let caseless = |mut pairs: Vec<(String, String)>| {
        pairs.sort_by_key(|(name, _)| name.to_lowercase());
        pairs
    };
    let cdata = |pairs: Vec<(String, String)>| -> Vec<(String, String)> {
        pairs
            .into_iter()
            .map(|(name, value)| (name, format!("<![CDATA[{value}]]>")))
            .collect()
    };
    let upper = |pairs: Vec<(String, String)>| -> Vec<(String, String)> {
        pairs
            .into_iter()
            .map(|(name, value)| (name, value.to_uppercase()))
            .collect()
    };
    let without = |name: &str, pairs: Vec<(String, String)>| -> Vec<(String, String)> {
        pairs
            .into_iter()
            .filter(|(other, _)| other != name)
            .collect()
    };
    let with_sign = |mut pairs: Vec<(String, String)>| {
        pairs.push(("sign".into(), String::new()));
        pairs.sort();
        pairs
    };
    let values = |pairs: Vec<(String, String)>| -> String {
        pairs.into_iter().map(|(_, value)| value).collect()
    };
    use Kind::{
        CdataSigned, FieldLeftOut, OrderCaseless, OrderReceived, SeparatorsAdded, SignSigned,
        StringChanged, ValueCase, ValuesOnly, ZeroLeftOut,
    };
    let rows: [([Kind; 2], String); 14] = [
        ([ZeroLeftOut, OrderReceived], joined(&zeros(received()))),
        (
            [ZeroLeftOut, OrderCaseless],
            joined(&caseless(zeros(sent.sorted()))),
        ),
        (
            [ZeroLeftOut, CdataSigned],
            joined(&cdata(zeros(sent.sorted()))),
        ),
        ([CdataSigned, OrderReceived], joined(&cdata(received()))),
        (
            [CdataSigned, OrderCaseless],
            joined(&caseless(cdata(sent.sorted()))),
        ),
        (
            [ZeroLeftOut, ValueCase],
            joined(&upper(zeros(sent.sorted()))),
        ),
        (
            [ZeroLeftOut, FieldLeftOut],
            joined(&without("appid", zeros(sent.sorted()))),
        ),
        (
            [FieldLeftOut, OrderCaseless],
            joined(&caseless(without("appid", sent.sorted()))),
        ),
        (
            [FieldLeftOut, CdataSigned],
            joined(&cdata(without("appid", sent.sorted()))),
        ),
        (
            [ZeroLeftOut, SignSigned],
            joined(&with_sign(zeros(sent.sorted()))),
        ),
        ([OrderReceived, ValuesOnly], values(received())),
        ([ZeroLeftOut, ValuesOnly], values(zeros(sent.sorted()))),
        (
            [ZeroLeftOut, SeparatorsAdded],
            joined(&zeros(sent.sorted())) + "&",
        ),
        ([OrderReceived, StringChanged], joined(&received()) + "\n"),
    ];
    for (expected, text) in rows {
        let body = sent.xml(&md5(format!("{text}&key={KEY}")));
        let (mut found, mut expected) = (kinds(&examined(body.as_bytes())), expected);
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn two_wrong_parts_of_the_tail_are_named() {
    let sent = &messages()[0];
    let text = sent.canonical();
    let hmac = |key: &str, text: String| hmac_sha256(key.as_bytes(), text);
    use Kind::{
        DigestTwice, KeyBlanks, KeyFirst, KeyMisnamed, KeyUnnamed, OtherDigest, OtherSecret,
    };
    for (expected, sign) in [
        ([OtherSecret, KeyUnnamed], md5(format!("{text}{SECRET}"))),
        ([KeyBlanks, KeyUnnamed], md5(format!("{text}{KEY}\n"))),
        ([OtherSecret, KeyFirst], md5(format!("{SECRET}{text}"))),
        (
            [OtherSecret, KeyMisnamed],
            md5(format!("{text}&secret={SECRET}")),
        ),
        (
            [OtherSecret, OtherDigest],
            hmac(SECRET, format!("{text}&key={SECRET}")),
        ),
        ([OtherDigest, KeyUnnamed], hmac(KEY, format!("{text}{KEY}"))),
        (
            [OtherSecret, DigestTwice],
            md5(md5(format!("{text}&key={SECRET}"))),
        ),
    ] {
        let body = sent.xml(&sign);
        let mut found = kinds(&examined(body.as_bytes()));
        let mut expected = expected.to_vec();
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
    }
}
