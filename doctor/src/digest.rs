//! The digests that a signature may have been made by, right or wrong.

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use serde::Serialize;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use signed_xml::SignType;
use sm3::Sm3;

/// A hash function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Hash {
    Md5,
    Sha1,
    Sha256,
    Sha512,
    Sm3,
}

impl Hash {
    pub(crate) const ALL: [Self; 5] =
        [Self::Md5, Self::Sha256, Self::Sha1, Self::Sm3, Self::Sha512];

    /// The length of a digest, in bytes.
    pub(crate) const fn size(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 | Self::Sm3 => 32,
            Self::Sha512 => 64,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha512 => "SHA-512",
            Self::Sm3 => "SM3",
        }
    }
}

/// A digest, with the length that it has.
#[derive(Clone, Copy)]
pub(crate) struct Output {
    bytes: [u8; 64],
    len: usize,
}

impl Output {
    fn of(bytes: &[u8]) -> Self {
        let mut output = Self {
            bytes: [0; 64],
            len: bytes.len(),
        };
        output.bytes[..bytes.len()].copy_from_slice(bytes);
        output
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// Takes the parts of a text in their order and gives the digest of them.
pub(crate) fn digest(hash: Hash, parts: &[&[u8]]) -> Output {
    fn run<D: Digest>(parts: &[&[u8]]) -> Output {
        let mut digest = D::new();
        for part in parts {
            digest.update(part);
        }
        Output::of(&digest.finalize())
    }
    match hash {
        Hash::Md5 => run::<Md5>(parts),
        Hash::Sha1 => run::<Sha1>(parts),
        Hash::Sha256 => run::<Sha256>(parts),
        Hash::Sha512 => run::<Sha512>(parts),
        Hash::Sm3 => run::<Sm3>(parts),
    }
}

/// The same with a key.
pub(crate) fn hmac(hash: Hash, key: &[u8], parts: &[&[u8]]) -> Output {
    fn run<M: Mac + KeyInit>(key: &[u8], parts: &[&[u8]]) -> Output {
        let mut mac =
            <M as KeyInit>::new_from_slice(key).expect("invariant: HMAC takes a key of any length");
        for part in parts {
            mac.update(part);
        }
        Output::of(&mac.finalize().into_bytes())
    }
    match hash {
        Hash::Md5 => run::<Hmac<Md5>>(key, parts),
        Hash::Sha1 => run::<Hmac<Sha1>>(key, parts),
        Hash::Sha256 => run::<Hmac<Sha256>>(key, parts),
        Hash::Sha512 => run::<Hmac<Sha512>>(key, parts),
        Hash::Sm3 => run::<Hmac<Sm3>>(key, parts),
    }
}

/// A hash function, with a key or without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Algorithm {
    pub(crate) hash: Hash,
    pub(crate) keyed: bool,
}

impl Algorithm {
    pub(crate) const MD5: Self = Self {
        hash: Hash::Md5,
        keyed: false,
    };
    pub(crate) const HMAC_SHA256: Self = Self {
        hash: Hash::Sha256,
        keyed: true,
    };

    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let both = |hash| [true, false].map(|keyed| Self { hash, keyed });
        Hash::ALL.into_iter().flat_map(both)
    }

    /// The name, such as `HMAC-SHA256`.
    #[must_use]
    pub fn name(self) -> String {
        match (self.hash, self.keyed) {
            // Without the hyphen, as the field `sign_type` has it.
            (Hash::Sha256, true) => "HMAC-SHA256".to_owned(),
            (Hash::Sha1, true) => "HMAC-SHA1".to_owned(),
            (hash, true) => format!("HMAC-{}", hash.name()),
            (hash, false) => hash.name().to_owned(),
        }
    }
}

impl From<SignType> for Algorithm {
    fn from(sign_type: SignType) -> Self {
        match sign_type {
            SignType::Md5 => Self::MD5,
            SignType::HmacSha256 => Self::HMAC_SHA256,
        }
    }
}

impl Serialize for Algorithm {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name())
    }
}

/// The digits of bytes.
pub(crate) fn hexadecimal(bytes: &[u8], upper: bool) -> String {
    let digits: &[u8; 16] = match upper {
        true => b"0123456789ABCDEF",
        false => b"0123456789abcdef",
    };
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(char::from(digits[usize::from(byte >> 4)]));
        text.push(char::from(digits[usize::from(byte & 15)]));
    }
    text
}

/// The bytes of an even number of digits.
pub(crate) fn from_hexadecimal(text: &[u8]) -> Option<Vec<u8>> {
    let nibble = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let (pairs, []) = text.as_chunks::<2>() else {
        return None;
    };
    pairs
        .iter()
        .map(|&[high, low]| Some(nibble(high)? << 4 | nibble(low)?))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_that_are_published() {
        let of = |hash| hexadecimal(digest(hash, &[b"a", b"bc"]).bytes(), false);
        assert_eq!(of(Hash::Md5), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(of(Hash::Sha1), "a9993e364706816aba3e25717850c26c9cd0d89d");
        // GB/T 32905, example 1.
        assert_eq!(
            of(Hash::Sm3),
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
        );
        // RFC 4231, case 2.
        assert_eq!(
            hexadecimal(
                hmac(Hash::Sha256, b"Jefe", &[b"what do ya want for nothing?"]).bytes(),
                false
            ),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
