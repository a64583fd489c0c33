//! From a string to a digest: the charset, where the key stands, which secret it is, the algorithm.
//!
//! Each wrong way differs from the right one by one or two steps of different kinds.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::change::percent;
use crate::charset::Charset;
use crate::digest::{Algorithm, Hash, Output, digest, from_hexadecimal, hexadecimal, hmac};
use crate::mistake::Mistake;
use crate::secret::Secret;
use crate::words::Kind;

/// A piece of what goes into the digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The string of the fields.
    Text,
    Key,
    Is(&'static str),
}

use Part::{Is, Key, Text};

/// Where the key stands.
type Attach = &'static [Part];

const RIGHT: Attach = &[Text, Is("&key="), Key];
const ALONE: Attach = &[Text];

/// Wrong places of the key, the more usual ones first.
const PLACES: [(Kind, &str, Attach); 38] = [
    (Kind::KeyLeftOut, "", ALONE),
    (
        Kind::KeyUnnamed,
        "the key right behind the last value",
        &[Text, Key],
    ),
    (Kind::KeyUnnamed, "`&` and the key", &[Text, Is("&"), Key]),
    (
        Kind::KeyFirst,
        "`key=` and the key, then `&`",
        &[Is("key="), Key, Is("&"), Text],
    ),
    (Kind::KeyFirst, "the key, then the string", &[Key, Text]),
    (Kind::KeyFirst, "the key and `&`", &[Key, Is("&"), Text]),
    (Kind::KeyMisnamed, "Key", &[Text, Is("&Key="), Key]),
    (Kind::KeyMisnamed, "KEY", &[Text, Is("&KEY="), Key]),
    (Kind::KeyMisnamed, "secret", &[Text, Is("&secret="), Key]),
    (Kind::KeyMisnamed, "apikey", &[Text, Is("&apikey="), Key]),
    (Kind::KeyMisnamed, "apiKey", &[Text, Is("&apiKey="), Key]),
    (Kind::KeyMisnamed, "api_key", &[Text, Is("&api_key="), Key]),
    (Kind::KeyMisnamed, "appkey", &[Text, Is("&appkey="), Key]),
    (Kind::KeyMisnamed, "appKey", &[Text, Is("&appKey="), Key]),
    (Kind::KeyMisnamed, "app_key", &[Text, Is("&app_key="), Key]),
    (
        Kind::KeyMisnamed,
        "appsecret",
        &[Text, Is("&appsecret="), Key],
    ),
    (
        Kind::KeyMisnamed,
        "appSecret",
        &[Text, Is("&appSecret="), Key],
    ),
    (
        Kind::KeyMisnamed,
        "app_secret",
        &[Text, Is("&app_secret="), Key],
    ),
    (Kind::KeyMisnamed, "mch_key", &[Text, Is("&mch_key="), Key]),
    (Kind::KeyMisnamed, "mchkey", &[Text, Is("&mchkey="), Key]),
    (
        Kind::KeyMisnamed,
        "partnerkey",
        &[Text, Is("&partnerkey="), Key],
    ),
    (
        Kind::KeyMisnamed,
        "paySignKey",
        &[Text, Is("&paySignKey="), Key],
    ),
    (
        Kind::KeyMisnamed,
        "sign_key",
        &[Text, Is("&sign_key="), Key],
    ),
    (Kind::KeyMisnamed, "signkey", &[Text, Is("&signkey="), Key]),
    (Kind::KeyMisnamed, "token", &[Text, Is("&token="), Key]),
    (Kind::KeyLeftOut, "", &[Text, Is("&key=")]),
    (Kind::KeyLeftOut, "", &[Text, Is("&")]),
    (Kind::KeyForm, "the word `null`", &[Text, Is("&key=null")]),
    (
        Kind::KeyForm,
        "the word `undefined`",
        &[Text, Is("&key=undefined")],
    ),
    (Kind::KeyForm, "the word `None`", &[Text, Is("&key=None")]),
    (Kind::KeyRepeated, "at both ends", &[Key, Text, Key]),
    (
        Kind::KeyRepeated,
        "`&` behind it",
        &[Text, Is("&key="), Key, Is("&")],
    ),
    (
        Kind::KeyRepeated,
        "twice",
        &[Text, Is("&key="), Key, Is("&key="), Key],
    ),
    (
        Kind::KeyRepeated,
        "`key=` without `&` in front",
        &[Text, Is("key="), Key],
    ),
    (Kind::KeyRepeated, "`,key=`", &[Text, Is(",key="), Key]),
    (Kind::KeyRepeated, "`&key:`", &[Text, Is("&key:"), Key]),
    (Kind::KeyRepeated, "`?key=`", &[Text, Is("?key="), Key]),
    (
        Kind::KeyRepeated,
        "a blank behind `key=`",
        &[Text, Is("&key= "), Key],
    ),
];

/// A digest of a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Twice {
    No,
    /// Of the digits.
    Digits {
        upper: bool,
    },
    /// Of the bytes.
    Bytes,
    /// Of the digits and the key; the key was not part of the string.
    WithKey {
        upper: bool,
    },
}

/// A way from a string to a digest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Way {
    charset: Charset,
    attach: Attach,
    /// Which of the keys.
    key: usize,
    algorithm: Algorithm,
    /// Which key an HMAC has, if it is another one.
    keyed_with: Option<usize>,
    twice: Twice,
}

/// A difference from the right way.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) mistake: Mistake,
    /// Whether it is tried together with others.
    pub(crate) paired: bool,
    set: Set,
}

#[derive(Debug, Clone, Copy)]
enum Set {
    Charset(Charset),
    Attach(Attach),
    Key(usize),
    Algorithm(Algorithm),
    KeyedWith(usize),
    Twice(Twice),
}

impl Step {
    /// Steps of one kind do not go together.
    pub(crate) fn goes_with(&self, other: &Self) -> bool {
        let same = std::mem::discriminant(&self.set) == std::mem::discriminant(&other.set);
        self.paired && other.paired && !same
    }
}

/// Everything that goes into a digest beside the string.
pub(crate) struct Tails {
    /// The right key, then everything that may have been taken for it.
    keys: Vec<Zeroizing<Vec<u8>>>,
    pub(crate) right: Way,
    /// The steps whose digests the signature could stand for, by their length.
    pub(crate) steps: Vec<Step>,
}

impl Tails {
    /// `fits` says whether a digest of so many bytes could be the signature.
    pub(crate) fn new(
        key: &Secret,
        others: &[Secret],
        expected: Algorithm,
        text: &str,
        fits: impl Fn(usize) -> bool,
    ) -> Self {
        let mut tails = Self {
            keys: vec![key.bytes.clone()],
            right: Way {
                charset: Charset::Utf8,
                attach: RIGHT,
                key: 0,
                algorithm: expected,
                keyed_with: None,
                twice: Twice::No,
            },
            steps: Vec::new(),
        };
        tails.add_keys(key, others);
        tails.add_algorithms(expected, &fits);
        for charset in Charset::WRONG {
            tails.add(charset.mistake(text), Set::Charset(charset));
        }
        for (kind, detail, attach) in PLACES {
            tails.add(Mistake::of(kind, detail), Set::Attach(attach));
        }
        tails.add_hmac_keys(others);
        for (detail, twice) in [
            ("of the lower-case digits", Twice::Digits { upper: false }),
            ("of the upper-case digits", Twice::Digits { upper: true }),
            ("of the bytes", Twice::Bytes),
            (
                "of the lower-case digits and the key",
                Twice::WithKey { upper: false },
            ),
            (
                "of the upper-case digits and the key",
                Twice::WithKey { upper: true },
            ),
        ] {
            tails.add(Mistake::of(Kind::DigestTwice, detail), Set::Twice(twice));
        }
        tails
    }

    fn add(&mut self, mistake: Mistake, set: Set) {
        self.steps.push(Step {
            mistake,
            paired: true,
            set,
        });
    }

    fn add_key(&mut self, mistake: Mistake, key: Vec<u8>) -> usize {
        let key = Zeroizing::new(key);
        if key.is_empty() || self.keys.contains(&key) {
            return 0;
        }
        self.keys.push(key);
        let index = self.keys.len() - 1;
        self.add(mistake, Set::Key(index));
        index
    }

    fn add_keys(&mut self, key: &Secret, others: &[Secret]) {
        let own = key.bytes.as_slice();
        for other in others {
            let mistake = Mistake::of(Kind::OtherSecret, other.name.as_str());
            self.add_key(mistake, other.bytes.to_vec());
        }
        let around = |front: &[u8], back: &[u8]| [front, own, back].concat();
        for (detail, front, back) in [
            ("a line end (`\\n`) behind it", "", "\n"),
            ("a line end (`\\r\\n`) behind it", "", "\r\n"),
            ("a blank behind it", "", " "),
            ("a blank in front", " ", ""),
            ("a tab behind it", "", "\t"),
            ("a line end (`\\r`) behind it", "", "\r"),
            ("a line end in front", "\n", ""),
            ("blanks on both sides", " ", " "),
            ("a no-break blank behind it", "", "\u{A0}"),
            ("a zero-width blank in front", "\u{200B}", ""),
            ("a zero-width blank behind it", "", "\u{200B}"),
            ("a zero byte behind it", "", "\0"),
        ] {
            let key = around(front.as_bytes(), back.as_bytes());
            self.add_key(Mistake::of(Kind::KeyBlanks, detail), key);
        }
        self.add_key(Mistake::new(Kind::KeyBom), around(b"\xEF\xBB\xBF", b""));
        self.add_key(
            Mistake::of(
                Kind::KeyForm,
                "without the blanks or line ends that the key has here",
            ),
            own.trim_ascii().to_vec(),
        );
        let bom = own.strip_prefix(b"\xEF\xBB\xBF").unwrap_or_default();
        let detail = "without the byte order mark that the key has here";
        self.add_key(Mistake::of(Kind::KeyForm, detail), bom.to_vec());
        for (detail, key) in forms(own) {
            self.add_key(Mistake::of(Kind::KeyForm, detail), key);
        }
        let count = own.len();
        for (detail, end) in [
            ("its last character is missing", count.saturating_sub(1)),
            ("only its first 16 characters", 16.min(count)),
            ("only its first half", count / 2),
        ] {
            self.add_key(Mistake::of(Kind::KeyCut, detail), own[..end].to_vec());
        }
        let tail = own.get(1..).unwrap_or_default().to_vec();
        self.add_key(
            Mistake::of(Kind::KeyCut, "its first character is missing"),
            tail,
        );
        self.add_slips(own);
    }

    /// Slips of a person who types a key: too many to be tried together with others.
    fn add_slips(&mut self, own: &[u8]) {
        let before = self.steps.len();
        for at in 0..own.len().min(64) {
            let mut cut = own.to_vec();
            cut.remove(at);
            self.add_key(Mistake::of(Kind::KeyCut, "one character is missing"), cut);
            let mut swapped = own.to_vec();
            swapped.swap(at, (at + 1).min(own.len() - 1));
            self.add_key(
                Mistake::of(Kind::KeyForm, "two characters swapped"),
                swapped,
            );
            let mut other = own.to_vec();
            other[at] = match own[at] {
                b'0' => b'O',
                b'O' | b'o' => b'0',
                b'1' => b'l',
                b'l' | b'I' => b'1',
                letter if letter.is_ascii_lowercase() => letter.to_ascii_uppercase(),
                letter => letter.to_ascii_lowercase(),
            };
            self.add_key(Mistake::of(Kind::KeyForm, "one character replaced"), other);
        }
        for slip in &mut self.steps[before..] {
            slip.paired = false;
        }
    }

    fn add_algorithms(&mut self, expected: Algorithm, fits: impl Fn(usize) -> bool) {
        let usual = [Algorithm::MD5, Algorithm::HMAC_SHA256];
        let rare = Algorithm::all().filter(|algorithm| !usual.contains(algorithm));
        for algorithm in usual.into_iter().chain(rare) {
            if algorithm != expected && fits(algorithm.hash.size()) {
                let mistake = Mistake::of(Kind::OtherDigest, algorithm.name());
                self.add(mistake, Set::Algorithm(algorithm));
            }
        }
    }

    fn add_hmac_keys(&mut self, others: &[Secret]) {
        let own = self.keys[0].to_vec();
        let mut keys = vec![("nothing".to_owned(), Vec::new())];
        for other in others {
            keys.push((other.name.clone(), other.bytes.to_vec()));
        }
        for (detail, key) in forms(&own) {
            keys.push((format!("the key in another form ({detail})"), key));
        }
        for (detail, key) in keys {
            self.keys.push(Zeroizing::new(key));
            let mistake = Mistake::of(Kind::HmacKey, detail);
            self.add(mistake, Set::KeyedWith(self.keys.len() - 1));
        }
    }

    /// The right way, with steps taken.
    pub(crate) fn way<'s>(&self, steps: impl IntoIterator<Item = &'s Step>) -> Way {
        let mut way = self.right;
        for step in steps {
            match step.set {
                Set::Charset(charset) => way.charset = charset,
                Set::Attach(attach) => way.attach = attach,
                Set::Key(key) => way.key = key,
                Set::Algorithm(algorithm) => way.algorithm = algorithm,
                Set::KeyedWith(key) => way.keyed_with = Some(key),
                Set::Twice(twice) => way.twice = twice,
            }
        }
        way
    }

    /// Whether the way is worth a digest: it differs from the right one for that text.
    pub(crate) fn matters(&self, way: &Way, text: &str) -> bool {
        let hmac = way.keyed_with.is_none() || way.algorithm.keyed;
        let unattached = !matches!(way.twice, Twice::WithKey { .. }) || way.attach == RIGHT;
        hmac && unattached && (way.charset == Charset::Utf8 || !is_same(way.charset, text))
    }

    /// The digest of a string, whose pairs may hold the key already.
    pub(crate) fn digest(&self, text: &str, has_key: bool, way: &Way) -> Output {
        let key = self.keys[way.key].as_slice();
        let attach = match (has_key, way.twice) {
            (true, _) | (_, Twice::WithKey { .. }) => ALONE,
            _ => way.attach,
        };
        let whole: String;
        let encoded: Cow<'_, [u8]>;
        let mut parts: Vec<&[u8]> = Vec::with_capacity(attach.len());
        match way.charset {
            Charset::Utf16Le
            | Charset::Utf16Be
            | Charset::Utf16BeBom
            | Charset::Utf16LeBom
            | Charset::Utf8Bom => {
                let key = String::from_utf8_lossy(key);
                let part = |part: &Part| match part {
                    Text => text,
                    Key => &key,
                    Is(is) => is,
                };
                whole = attach.iter().map(part).collect();
                encoded = way.charset.encode(&whole);
                parts.push(&encoded);
            }
            charset => {
                encoded = charset.encode(text);
                for part in attach {
                    parts.push(match part {
                        Text => &encoded,
                        Key => key,
                        // The separator of pairs has nothing to separate then.
                        Is(is) if text.is_empty() => is.trim_start_matches('&').as_bytes(),
                        Is(is) => is.as_bytes(),
                    });
                }
            }
        }
        let hmac_key = way.keyed_with.map_or(key, |key| self.keys[key].as_slice());
        let once = |parts: &[&[u8]]| match way.algorithm.keyed {
            true => hmac(way.algorithm.hash, hmac_key, parts),
            false => digest(way.algorithm.hash, parts),
        };
        let output = once(&parts);
        match way.twice {
            Twice::No => output,
            Twice::Bytes => once(&[output.bytes()]),
            Twice::Digits { upper } => once(&[hexadecimal(output.bytes(), upper).as_bytes()]),
            Twice::WithKey { upper } => once(&[hexadecimal(output.bytes(), upper).as_bytes(), key]),
        }
    }
}

impl Way {
    /// What stands around the string, the key masked.
    pub(crate) fn around(&self, text: &str, has_key: bool) -> String {
        let attach = if has_key { ALONE } else { self.attach };
        let part = |part: &Part| match part {
            Text => text,
            Key => "[key]",
            Is(is) if text.is_empty() => is.trim_start_matches('&'),
            Is(is) => is,
        };
        attach.iter().map(part).collect()
    }

    pub(crate) fn size(&self) -> usize {
        self.algorithm.hash.size()
    }
}

/// Whether a text has the same bytes in that charset.
fn is_same(charset: Charset, text: &str) -> bool {
    match charset {
        Charset::Utf16Le
        | Charset::Utf16Be
        | Charset::Utf16BeBom
        | Charset::Utf16LeBom
        | Charset::Utf8Bom => false,
        Charset::Surrogates => text.chars().all(|c| u32::from(c) <= 0xFFFF),
        _ => text.is_ascii(),
    }
}

/// A key in other forms.
fn forms(own: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut forms = vec![
        ("lower case", own.to_ascii_lowercase()),
        ("upper case", own.to_ascii_uppercase()),
        ("base64 of it", STANDARD.encode(own).into_bytes()),
        (
            "its digits in hexadecimal",
            hexadecimal(own, false).into_bytes(),
        ),
        ("MD5 of it, lower case", md5(own, false)),
        ("MD5 of it, upper case", md5(own, true)),
        ("in quotes", [b"\"", own, b"\""].concat()),
        ("in single quotes", [b"'", own, b"'"].concat()),
        ("twice", [own, own].concat()),
        ("backwards", own.iter().rev().copied().collect()),
    ];
    if let Some(bytes) = from_hexadecimal(own) {
        forms.insert(0, ("its hexadecimal digits taken for bytes", bytes));
    }
    if let Ok(bytes) = STANDARD.decode(own) {
        forms.insert(1, ("taken for base64", bytes));
    }
    if let Ok(text) = std::str::from_utf8(own) {
        let encoded = percent::encoded(text, &percent::STYLES[1]);
        forms.push(("URL-encoded", encoded.into_bytes()));
    }
    forms.retain(|(_, form)| form != own);
    forms
}

fn md5(bytes: &[u8], upper: bool) -> Vec<u8> {
    hexadecimal(digest(Hash::Md5, &[bytes]).bytes(), upper).into_bytes()
}
