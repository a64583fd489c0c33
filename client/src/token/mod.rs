//! Access tokens: what they are, who asks for them, where they are stored.
//!
//! Asking for a token makes the one before invalid after a few minutes, so one party asks on behalf
//! of all: [`AccessTokens`] inside a client, a [`TokenStore`] among clients and processes. Source:
//! the platform's page on access tokens.

mod access;
mod source;
mod store;

use std::fmt;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use signed_xml::{Call, StrayCharacter, Text};

pub(crate) use access::AccessTokens;
pub use source::{TokenSource, TokenSourceError};
pub use store::{MemoryTokenStore, TokenLease, TokenStore, TokenStoreError};

/// A request that is answered with an access token. All its fields are supplied, so that there is
/// nothing to ask of a caller.
pub trait TokenRequest: Call + Default {
    /// Where the same fields as a JSON object, sent by POST, give a token that other callers do not
    /// end, in a reply of the same form; nothing if the platform has no such address.
    const STABLE_URL: Option<&'static str> = None;

    /// The token and how long it lives.
    fn token(reply: &Self::Reply) -> (Text, Duration);
}

/// An access token and its times. Its value is never printed.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use signed_xml_client::Token;
///
/// let obtained: jiff::Timestamp = "2020-07-13T08:00:00Z".parse()?;
/// let token = Token::new("32_abc", obtained, Duration::from_secs(7200))?;
/// assert_eq!(token.renew_at().to_string(), "2020-07-13T09:55:00Z");
/// assert!(!format!("{token:?}").contains("32_abc"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    value: Text,
    renew_at: Timestamp,
    expires_at: Timestamp,
}

/// For so long both the old and the new token work; a token that lives for less than ten times as
/// long is renewed when a tenth is left.
const MARGIN: Duration = Duration::from_secs(300);

impl Token {
    /// A token that was asked for at `obtained_at` and lives for `life`.
    ///
    /// # Errors
    ///
    /// [`TokenError`] if the value is empty or holds a character that is not visible ASCII.
    pub fn new(
        value: impl Into<Text>,
        obtained_at: Timestamp,
        life: Duration,
    ) -> Result<Self, TokenError> {
        let value = value.into();
        TokenError::check(&value)?;
        let later = |by: Duration| {
            let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
            obtained_at.checked_add(by).unwrap_or(Timestamp::MAX)
        };
        let margin = MARGIN.min(life / 10);
        Ok(Self {
            value: value.detached(),
            renew_at: later(life - margin),
            expires_at: later(life),
        })
    }

    /// A token read from a store. A client uses it only if [`Token::new`] accepts its value, and
    /// asks for another one otherwise.
    #[must_use]
    pub fn stored(value: impl Into<Text>, renew_at: Timestamp, expires_at: Timestamp) -> Self {
        Self {
            value: value.into(),
            renew_at,
            expires_at,
        }
    }

    /// The token itself: a credential, for stores and requests only.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// When a client asks for the next one, whose `share` of the time between renewal and end, from 0
    /// to 1, is its own: so clients that share a token do not renew it at the same second.
    pub(crate) fn renew_early(&self, share: f64) -> Timestamp {
        let margin = self.expires_at.duration_since(self.renew_at);
        let early = SignedDuration::from_secs_f64(margin.as_secs_f64().max(0.0) * share / 2.0);
        self.renew_at.checked_sub(early).unwrap_or(self.renew_at)
    }

    /// Whether the value can be that of a token.
    pub(crate) fn is_usable(&self) -> bool {
        TokenError::check(&self.value).is_ok()
    }

    /// When to ask for the next one.
    #[must_use]
    pub fn renew_at(&self) -> Timestamp {
        self.renew_at
    }

    /// When it ends.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("renew_at", &self.renew_at)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// Why a text is refused as an access token. It never holds the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// It is empty.
    #[error("invalid access token: it is empty")]
    Empty,
    /// It holds a character that is not visible ASCII.
    #[error("invalid access token: {0}; tokens are visible ASCII")]
    Character(StrayCharacter),
    /// It is the one that the platform refused just now.
    #[error(
        "invalid access token: it is the one that the platform has just refused; the source must ask the platform for a new one"
    )]
    RefusedBefore,
}

impl TokenError {
    /// Whether the text can be a token.
    pub(crate) fn check(value: &str) -> Result<(), Self> {
        if value.is_empty() {
            return Err(Self::Empty);
        }
        StrayCharacter::first_in(value).map_or(Ok(()), |stray| Err(Self::Character(stray)))
    }
}
