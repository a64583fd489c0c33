//! The signature: key, digest, comparison.
//!
//! Steps, in order: the canonical string goes into the digest piece by piece, then `&key=` and the
//! key; the digest is printed in upper-case hexadecimal digits. Source: signature page of WeChat
//! Pay v2.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use md5::{Digest, Md5};
use memchr::memchr2;
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::short;
use crate::stray::StrayCharacter;

/// The key that two parties sign with. It is wiped from memory when dropped and never printed.
///
/// # Examples
///
/// ```
/// use signed_xml::{Key, KeyError};
///
/// let key = Key::new("192006250b4c09247ec02edce69f6a2d")?;
/// assert_eq!(format!("{key:?}"), "Key([redacted])");
/// assert_eq!(Key::new("192006250b4c0924").unwrap_err(), KeyError::Length { found: 16 });
/// # Ok::<(), KeyError>(())
/// ```
#[derive(Clone)]
pub struct Key(Zeroizing<String>);

impl Key {
    /// The length of a key of the platform: its merchant page takes 32 letters and digits, neither
    /// more nor fewer.
    pub const LENGTH: usize = 32;

    /// Takes the key as the platform has it.
    ///
    /// A key of another length was cut off while it was copied, or is something else. The app
    /// secret has 32 characters as well: only the platform's answer tells the two apart.
    ///
    /// # Errors
    ///
    /// [`KeyError`] if it is empty, holds a character that is not visible ASCII, or has not
    /// [`Key::LENGTH`] characters.
    pub fn new(key: impl Into<String>) -> Result<Self, KeyError> {
        let key = Self::of_any_length(key)?;
        match key.0.len() {
            Self::LENGTH => Ok(key),
            found => Err(KeyError::Length { found }),
        }
    }

    /// Takes a key of any length: for tests and for peers that have other keys than the platform.
    /// With the platform's own interfaces use [`Key::new`], which finds a key that was cut off.
    ///
    /// # Errors
    ///
    /// [`KeyError`] if it is empty or holds a character that is not visible ASCII.
    pub fn of_any_length(key: impl Into<String>) -> Result<Self, KeyError> {
        let key = Zeroizing::new(key.into());
        if key.is_empty() {
            return Err(KeyError::Empty);
        }
        match StrayCharacter::first_in(&key) {
            Some(stray) => Err(KeyError::Character(stray)),
            None => Ok(Self(key)),
        }
    }

    /// A key for another purpose, which tells nothing about this one: HMAC-SHA256 of `label`. Each
    /// purpose has its own label.
    ///
    /// # Examples
    ///
    /// ```
    /// use signed_xml::Key;
    ///
    /// let key = Key::new("192006250b4c09247ec02edce69f6a2d")?;
    /// assert_ne!(*key.derive("tokens of the return page"), *key.derive("something else"));
    /// # Ok::<(), signed_xml::KeyError>(())
    /// ```
    #[must_use]
    pub fn derive(&self, label: &str) -> Zeroizing<[u8; 32]> {
        let mac = Hmac::<Sha256>::new_from_slice(self.0.as_bytes())
            .expect("invariant: HMAC takes a key of any length");
        Zeroizing::new(mac.chain_update(label).finalize().into_bytes().into())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key([redacted])")
    }
}

/// Why a text is refused as a key. It never holds the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// It is empty.
    #[error("invalid signing key: it is empty")]
    Empty,
    /// It holds a character that is not visible ASCII.
    #[error(
        "invalid signing key: {0}; keys are visible ASCII, so remove that character or copy the key again"
    )]
    Character(StrayCharacter),
    /// It does not have 32 characters.
    #[error(
        "invalid signing key: found {found} characters, expected {}; copy the whole API key from the merchant page",
        Key::LENGTH
    )]
    Length {
        /// The length found.
        found: usize,
    },
}

/// The algorithm of a signature.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum SignType {
    /// MD5, which holds unless a table or a message says otherwise.
    #[default]
    Md5,
    /// HMAC-SHA256, over the same string with the same key.
    HmacSha256,
}

impl SignType {
    /// The algorithm that the field `sign_type` names; absent means MD5.
    ///
    /// # Errors
    ///
    /// [`SignatureError::UnknownType`] for any other text.
    pub fn of(field: Option<&str>) -> Result<Self, SignatureError> {
        Self::default().unless_named(field)
    }

    /// The text for the field `sign_type`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::HmacSha256 => "HMAC-SHA256",
        }
    }

    /// The algorithm that the field names, or this one if the field is absent or empty.
    pub(crate) fn unless_named(self, field: Option<&str>) -> Result<Self, SignatureError> {
        match field {
            None | Some("") => Ok(self),
            Some("MD5") => Ok(Self::Md5),
            Some("HMAC-SHA256") => Ok(Self::HmacSha256),
            Some(_) => Err(SignatureError::UnknownType),
        }
    }
}

impl fmt::Display for SignType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A message is not proved to come from the holder of the key: nothing of it may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// It carries no signature although such a message must.
    #[error("the message carries no signature, and a missing signature is a failed one")]
    Missing,
    /// Its signature is another one.
    #[error(
        "the signature is wrong: compare the canonical strings of both sides, and check that both use the key of this interface \
         (not that of another interface of the same platform, not the app secret)"
    )]
    Wrong,
    /// Its `sign_type` is neither MD5 nor HMAC-SHA256.
    #[error("the message names a sign_type that is neither MD5 nor HMAC-SHA256")]
    UnknownType,
}

const CHUNK: usize = 2048;

/// A signature in the making: takes `&name=`, value, `&name=`, value, …
pub(crate) struct Signer {
    hasher: Hasher,
    chunk: [u8; CHUNK],
    len: usize,
    /// The first `&` is not part of the string.
    skipped: bool,
    /// Whether what went into the digest so far holds `]` or a carriage return.
    special: bool,
}

enum Hasher {
    Md5(Md5),
    HmacSha256(Hmac<Sha256>),
}

impl Signer {
    pub(crate) fn new(sign_type: SignType, key: &Key) -> Self {
        let hasher = match sign_type {
            SignType::Md5 => Hasher::Md5(Md5::new()),
            SignType::HmacSha256 => Hasher::HmacSha256(
                Hmac::new_from_slice(key.0.as_bytes())
                    .expect("invariant: HMAC takes keys of any length"),
            ),
        };
        Self {
            hasher,
            chunk: [0; CHUNK],
            len: 0,
            skipped: false,
            special: false,
        }
    }

    #[inline]
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        match self.chunk.get_mut(self.len..self.len + bytes.len()) {
            Some(room) => {
                short::copy(bytes, room);
                self.len += bytes.len();
            }
            None => self.spill(bytes),
        }
    }

    /// Takes `buffer[start..end]`. A short part is copied as a block of a fixed size: what is
    /// copied too much is written over by what comes next.
    #[inline]
    pub(crate) fn push_part(&mut self, buffer: &[u8], start: usize, end: usize) {
        const BLOCK: usize = 32;
        let length = end - start;
        if length <= BLOCK
            && let Some(from) = buffer.get(start..).and_then(<[u8]>::first_chunk::<BLOCK>)
            && let Some(room) = self
                .chunk
                .get_mut(self.len..)
                .and_then(<[u8]>::first_chunk_mut)
        {
            *room = *from;
            self.len += length;
        } else {
            self.push(&buffer[start..end]);
        }
    }

    /// Whether a value may end a CDATA section or hold a line end that a reader changes.
    pub(crate) fn holds_what_cdata_cannot(&self) -> bool {
        self.special || is_special(&self.chunk[..self.len])
    }

    #[cold]
    fn spill(&mut self, bytes: &[u8]) {
        self.flush();
        if bytes.len() > CHUNK {
            self.special |= is_special(bytes);
            self.hasher.update(skip_first(bytes, &mut self.skipped));
        } else {
            self.chunk[..bytes.len()].copy_from_slice(bytes);
            self.len = bytes.len();
        }
    }

    fn flush(&mut self) {
        let Self {
            hasher,
            chunk,
            len,
            skipped,
            special,
        } = self;
        *special |= is_special(&chunk[..*len]);
        hasher.update(skip_first(&chunk[..*len], skipped));
        *len = 0;
    }

    pub(crate) fn finish(mut self, key: &Key) -> Signature {
        self.push(b"&key=");
        self.push(key.0.as_bytes());
        self.flush();
        match self.hasher {
            Hasher::Md5(md5) => Signature::new(&md5.finalize()),
            Hasher::HmacSha256(mac) => Signature::new(&mac.finalize().into_bytes()),
        }
    }
}

fn is_special(bytes: &[u8]) -> bool {
    memchr2(b']', b'\r', bytes).is_some()
}

/// Leaves out the first byte that ever comes, which is the `&` before the first pair.
fn skip_first<'a>(bytes: &'a [u8], skipped: &mut bool) -> &'a [u8] {
    let from = usize::from(!*skipped && !bytes.is_empty());
    *skipped |= !bytes.is_empty();
    &bytes[from..]
}

impl Hasher {
    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Md5(md5) => Digest::update(md5, bytes),
            Self::HmacSha256(mac) => mac.update(bytes),
        }
    }
}

/// A computed signature: upper-case hexadecimal digits.
///
/// A signature that we send is public; one that a peer's is compared with is a secret, so `Debug`
/// does not show the digits.
#[derive(Clone, Copy)]
pub struct Signature {
    digits: [u8; 64],
    len: usize,
}

impl Signature {
    fn new(digest: &[u8]) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        let mut digits = [0; 64];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(digest) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        Self {
            digits,
            len: 2 * digest.len(),
        }
    }

    /// The digits, 32 of MD5 or 64 of HMAC-SHA256.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.digits[..self.len]).unwrap_or_default()
    }

    /// Compares with a received signature in a time that does not tell where they differ.
    #[must_use]
    pub fn agrees_with(&self, received: &str) -> bool {
        bool::from(self.digits[..self.len].ct_eq(received.as_bytes()))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature([redacted])")
    }
}
