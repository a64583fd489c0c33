//! Senders that do wrong what comes behind the fields: order, separators, charset, key, digest.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use encoding_rs::GBK;
use md5::Digest;
use signed_xml_doctor::Kind;

use crate::sender::{KEY, SECRET, hex, hmac_sha256, joined, md5, signed};
use crate::wrong::{Row, body, by_name, digest_of, in_bytes, with_sign};

pub(crate) const ROWS: &[Row] = &[
    (Kind::CharsetSigned, "GBK", |s| {
        s.canonical()
            .chars()
            .all(|c| !"😀\u{FEFF}".contains(c))
            .then(|| in_bytes(s, |t| GBK.encode(t).0.into_owned()))?
    }),
    (Kind::CharsetSigned, "UTF-16", |s| {
        in_bytes(s, |t| t.encode_utf16().flat_map(u16::to_le_bytes).collect())
    }),
    (Kind::CharactersLost, "Latin-1", |s| {
        in_bytes(s, |t| {
            t.chars()
                .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
                .collect()
        })
    }),
    (Kind::CharsetSent, "sent in GBK", |s| {
        let body = s.xml(&signed(&s.canonical()));
        let (bytes, _, lost) = GBK.encode(&body);
        (!lost).then(|| bytes.into_owned())
    }),
    (Kind::OrderReceived, "as sent", |s| {
        let sent: Vec<_> = s.0.iter().filter(|(_, v)| !v.is_empty()).cloned().collect();
        body(s, &joined(&sent))
    }),
    (Kind::OrderCaseless, "without case", |s| {
        by_name(s, str::to_lowercase)
    }),
    (Kind::OrderLocale, "punctuation last", |s| {
        let key = |n: &str| n.replace('_', "").to_lowercase();
        (!s.value("cashz").is_empty()).then(|| by_name(s, key))?
    }),
    (Kind::OrderDescending, "downwards", |s| {
        let mut pairs = s.sorted();
        pairs.reverse();
        body(s, &joined(&pairs))
    }),
    (Kind::OrderNatural, "by numbers", |s| {
        by_name(s, |n| n.replace("_2", "_02"))
    }),
    (Kind::OrderOfValues, "by values", |s| {
        let mut pairs = s.sorted();
        pairs.sort_by(|a, b| a.1.cmp(&b.1).then(a.0.cmp(&b.0)));
        body(s, &joined(&pairs))
    }),
    (Kind::SeparatorsLeftOut, "no &", |s| {
        body(s, &s.canonical_with("=", ""))
    }),
    (Kind::SeparatorsLeftOut, "neither", |s| {
        body(s, &s.canonical_with("", ""))
    }),
    (Kind::SeparatorsReplaced, "commas", |s| {
        body(s, &s.canonical_with("=", ","))
    }),
    (Kind::SeparatorsAdded, "& at the end", |s| {
        body(s, &(s.canonical() + "&"))
    }),
    (Kind::ValuesOnly, "values", |s| {
        let values: String = s.sorted().into_iter().map(|(_, v)| v).collect();
        body(s, &values)
    }),
    (Kind::StringChanged, "a line end", |s| {
        body(s, &(s.canonical() + "\n"))
    }),
    (Kind::StringChanged, "lower case", |s| {
        body(s, &s.canonical().to_lowercase())
    }),
    (Kind::BodySigned, "XML", |s| {
        body(s, &s.xml("S").replace("<sign>S</sign>", ""))
    }),
    (Kind::KeyLeftOut, "no key", |s| {
        with_sign(s, &md5(s.canonical()))
    }),
    (Kind::KeyUnnamed, "no name", |s| {
        with_sign(s, &md5(s.canonical() + KEY))
    }),
    (Kind::KeyMisnamed, "Key", |s| {
        with_sign(s, &md5(format!("{}&Key={KEY}", s.canonical())))
    }),
    (Kind::KeyFirst, "first", |s| {
        with_sign(s, &md5(format!("key={KEY}&{}", s.canonical())))
    }),
    (Kind::KeySorted, "sorted", |s| {
        with_sign(s, &md5(s.plus(&[("key", KEY)])))
    }),
    (Kind::KeyRepeated, "both ends", |s| {
        with_sign(s, &md5(format!("{KEY}{}{KEY}", s.canonical())))
    }),
    (Kind::KeyBlanks, "line end", |s| {
        with_sign(s, &md5(format!("{}&key={KEY}\n", s.canonical())))
    }),
    (Kind::KeyBom, "BOM", |s| {
        with_sign(s, &md5(format!("{}&key=\u{FEFF}{KEY}", s.canonical())))
    }),
    (Kind::KeyForm, "lower case", |s| {
        with_sign(
            s,
            &md5(format!("{}&key={}", s.canonical(), KEY.to_lowercase())),
        )
    }),
    (Kind::KeyCut, "31 characters", |s| {
        with_sign(s, &md5(format!("{}&key={}", s.canonical(), &KEY[..31])))
    }),
    (Kind::KeyCut, "one missing", |s| {
        with_sign(
            s,
            &md5(format!("{}&key={}{}", s.canonical(), &KEY[..9], &KEY[10..])),
        )
    }),
    (Kind::OtherSecret, "app secret", |s| {
        with_sign(s, &md5(format!("{}&key={SECRET}", s.canonical())))
    }),
    (Kind::OtherDigest, "SHA-1", |s| {
        with_sign(
            s,
            &hex(&sha1::Sha1::digest(format!("{}&key={KEY}", s.canonical()))),
        )
    }),
    (Kind::OtherDigest, "SHA-256", |s| {
        with_sign(
            s,
            &hex(&sha2::Sha256::digest(format!(
                "{}&key={KEY}",
                s.canonical()
            ))),
        )
    }),
    (Kind::OtherDigest, "SM3", |s| {
        with_sign(
            s,
            &hex(&sm3::Sm3::digest(format!("{}&key={KEY}", s.canonical()))),
        )
    }),
    (Kind::OtherDigest, "HMAC-SHA256", |s| {
        with_sign(
            s,
            &hmac_sha256(KEY.as_bytes(), format!("{}&key={KEY}", s.canonical())),
        )
    }),
    (Kind::OtherDigest, "MD5 where HMAC is named", |s| {
        let mut named = s.clone();
        named.0.push(("sign_type".into(), "HMAC-SHA256".into()));
        Some(named.xml(&signed(&named.canonical())).into_bytes())
    }),
    (Kind::HmacKey, "an HMAC without a key", |s| {
        let mut named = s.clone();
        named.0.push(("sign_type".into(), "HMAC-SHA256".into()));
        Some(
            named
                .xml(&hmac_sha256(
                    b"",
                    format!("{}&key={KEY}", named.canonical()),
                ))
                .into_bytes(),
        )
    }),
    (
        Kind::KeyLeftOut,
        "an HMAC over a string without the key",
        |s| {
            let mut named = s.clone();
            named.0.push(("sign_type".into(), "HMAC-SHA256".into()));
            Some(
                named
                    .xml(&hmac_sha256(KEY.as_bytes(), named.canonical()))
                    .into_bytes(),
            )
        },
    ),
    (Kind::DigestTwice, "of the digits", |s| {
        with_sign(s, &md5(signed(&s.canonical()).to_lowercase()))
    }),
    (Kind::SignLowerCase, "lower case", |s| {
        with_sign(s, &signed(&s.canonical()).to_lowercase())
    }),
    (Kind::SignCut, "16 in the middle", |s| {
        with_sign(s, &signed(&s.canonical())[8..24])
    }),
    (Kind::SignBase64, "base64", |s| {
        with_sign(s, &STANDARD.encode(digest_of(s)))
    }),
    (Kind::SignBase64, "base64 of the digits", |s| {
        with_sign(s, &STANDARD.encode(signed(&s.canonical())))
    }),
    (Kind::SignHexTwice, "twice", |s| {
        with_sign(s, &hex(signed(&s.canonical()).as_bytes()))
    }),
    (Kind::SignDecorated, "dashes", |s| {
        let digits: Vec<String> = digest_of(s)
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect();
        with_sign(s, &digits.join("-"))
    }),
    (Kind::SignZerosDropped, "within", |s| {
        let sign: String = digest_of(s)
            .iter()
            .map(|byte| format!("{byte:X}"))
            .collect();
        (sign.len() < 32).then(|| with_sign(s, &sign))?
    }),
    (Kind::SignExtended, "negative bytes", |s| {
        let one = |byte: &u8| format!("{:02x}", i32::from(*byte as i8));
        let sign: String = digest_of(s).iter().map(one).collect();
        with_sign(s, &sign.to_uppercase())
    }),
];
