//! What can go wrong with a call, split by who is to blame, each saying whether the call may have
//! taken effect.
//!
//! Words of the platform are shown, since they are what its support asks for; a token or a secret
//! that they repeat is not. Source: the platform's page of global return codes.

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use signed_xml::{
    BeijingTime, BillDate, BodyError, Effect, Fields, ReplyError, SignatureError, Text,
    UnprovedFailure, Violations,
};

use crate::token::{TokenError, TokenSourceError, TokenStoreError};
use crate::transport::TransportError;

/// A call did not succeed.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The request breaks rules of the document; nothing was sent.
    Invalid(#[from] Violations),
    /// The client cannot make such a call as it was set up; nothing was sent.
    Setup(#[from] SetupError),
    /// The call was not sent, for want of an access token.
    Token {
        /// The interface that gives tokens.
        interface: &'static str,
        /// What happened there.
        #[source]
        cause: Arc<Self>,
    },
    /// The store of the access token does not work.
    TokenStore(#[source] TokenStoreError),
    /// The source of access tokens gave none; the call was not sent.
    TokenSource(#[source] TokenSourceError),
    /// The time for the call was over before it was sent.
    OutOfTime {
        /// The time allowed.
        allowed: Duration,
    },
    /// The platform or the source gave an invalid access token.
    BadToken(#[source] TokenError),
    /// The request was not answered as HTTP requires.
    Transport(#[from] TransportError),
    /// The platform's gateway refused the call before the interface saw it.
    Platform {
        /// `errcode`.
        errcode: i64,
        /// `errmsg`.
        errmsg: Text,
    },
    /// The reply is not a typed success.
    Reply {
        /// What it is instead. Credentials that it repeats are redacted.
        #[source]
        cause: ReplyError,
        /// What the reply means for the call.
        effect: Effect,
    },
    /// The bill of that day is not made yet; nothing was sent.
    NotReady {
        /// The day of the bill.
        day: BillDate,
        /// When it is there.
        ready: BeijingTime,
    },
    /// The text reply could not be written. What the path of a file held before is still there.
    File(io::ErrorKind),
    /// The reply is a message of success where a text was asked for.
    NoText,
    /// The reply is neither the table that was asked for nor a message: plain words, for example.
    NoTable {
        /// The words if they are short, or what came instead. Not proved.
        words: Text,
        /// The size of the reply, in bytes.
        bytes: usize,
    },
}

/// Who is to blame: where to look first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Blame {
    /// The program that calls, or its configuration: a wrong key, secret or id among them.
    Caller,
    /// The platform, or another machine that answered in its place.
    Peer,
    /// What lies between.
    Transport,
}

impl Error {
    /// Whether the call may have taken effect. [`Effect::Unknown`]: query before anything else,
    /// never repeat blindly.
    #[must_use]
    pub fn effect(&self) -> Effect {
        match self {
            Self::Invalid(_)
            | Self::Setup(_)
            | Self::Token { .. }
            | Self::TokenStore(_)
            | Self::TokenSource(_)
            | Self::OutOfTime { .. }
            | Self::NotReady { .. }
            | Self::BadToken(_) => Effect::NotSent,
            Self::Transport(error) => error.effect(),
            // -1 is "busy" or "failed inside", said by a machine that may have passed the call on
            // already.
            Self::Platform { errcode, .. } if *errcode < 0 => Effect::Unknown,
            Self::Platform { .. } => Effect::Refused,
            Self::Reply { effect, .. } => *effect,
            Self::File(_) | Self::NoText | Self::NoTable { .. } => Effect::Unknown,
        }
    }

    /// Who is to blame.
    ///
    /// A signature that does not agree is the caller's to look at first, ours as the platform sees
    /// it and the platform's as we see it: over TLS it is nearly always the wrong key.
    #[must_use]
    pub fn blame(&self) -> Blame {
        match self {
            Self::Invalid(_) | Self::Setup(_) | Self::NotReady { .. } | Self::File(_) => {
                Blame::Caller
            }
            Self::Token { cause, .. } => cause.blame(),
            Self::Transport(_)
            | Self::TokenStore(_)
            | Self::TokenSource(_)
            | Self::OutOfTime { .. } => Blame::Transport,
            Self::Platform { errcode, .. } if is_setting(*errcode) => Blame::Caller,
            Self::Reply { cause, .. } if is_about_settings(cause) => Blame::Caller,
            Self::Platform { .. }
            | Self::Reply { .. }
            | Self::NoText
            | Self::NoTable { .. }
            | Self::BadToken(_) => Blame::Peer,
        }
    }

    /// The business failure's `err_code`, if it has one; also one that was met while asking for a
    /// token.
    #[must_use]
    pub fn err_code(&self) -> Option<&str> {
        match self {
            Self::Reply {
                cause: ReplyError::Business { err_code, .. },
                ..
            } => Some(err_code.as_str()).filter(|code| !code.is_empty()),
            Self::Token { cause, .. } => {
                match cause.reply_error().and_then(ReplyError::unproved_failure) {
                    Some(failure) => failure.code(),
                    None => cause.err_code(),
                }
            }
            _ => None,
        }
    }

    /// The words of the business failure, `err_code_des`.
    #[must_use]
    pub fn err_code_des(&self) -> Option<&str> {
        match self.reply_error()? {
            ReplyError::Business { err_code_des, .. } => Some(err_code_des),
            _ => None,
        }
    }

    /// The gateway's `errcode`, also one that was met while asking for a token, there under
    /// whatever name the answer has for it.
    #[must_use]
    pub fn errcode(&self) -> Option<i64> {
        match self {
            Self::Platform { errcode, .. } => Some(*errcode),
            Self::Token { cause, .. } => cause
                .errcode()
                .or_else(|| self.err_code().and_then(|code| code.parse().ok())),
            _ => None,
        }
    }

    /// The verified fields of a genuine reply that is not a typed success.
    #[must_use]
    pub fn fields(&self) -> Option<&Fields> {
        self.reply_error().and_then(ReplyError::fields)
    }

    /// Why the reply is not a typed success, if there was one.
    #[must_use]
    pub fn reply_error(&self) -> Option<&ReplyError> {
        match self {
            Self::Reply { cause, .. } => Some(cause),
            _ => None,
        }
    }

    /// Whether the gateway says that the access token works no more.
    pub(crate) fn is_dead_token(&self) -> bool {
        matches!(
            self,
            Self::Platform {
                errcode: 40001 | 40014 | 42001,
                ..
            }
        )
    }

    /// The kind of error in one word, for logs; of an HTTP status its number.
    pub(crate) fn kind(&self) -> Cow<'static, str> {
        let word = match self {
            Self::Transport(TransportError::Status { status }) => {
                return status.to_string().into();
            }
            Self::Transport(error) => error.kind(),
            Self::Invalid(_) => "invalid",
            Self::Setup(_) => "setup",
            Self::Token { .. } => "token",
            Self::TokenStore(_) => "token_store",
            Self::TokenSource(_) => "token_source",
            Self::OutOfTime { .. } => "out_of_time",
            Self::BadToken(_) => "bad_token",
            Self::Platform { .. } => "platform",
            Self::Reply { cause, .. } => cause.kind(),
            Self::NotReady { .. } => "not_ready",
            Self::File(_) => "file",
            Self::NoText => "no_text",
            Self::NoTable { .. } => "no_table",
        };
        word.into()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.facts(f)?;
        match self.effect() {
            Effect::Unknown => {
                f.write_str("; the call may have taken effect: query before repeating it")
            }
            Effect::NotSent | Effect::Refused => Ok(()),
        }
    }
}

impl Error {
    /// What happened and what to do about it, without what it means for the call.
    fn facts(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Display as _;

        match self {
            Self::Invalid(violations) => violations.fmt(f),
            Self::Setup(error) => error.fmt(f),
            Self::Token { interface, cause } => {
                write!(
                    f,
                    "the call was not sent, because `{interface}` gave no access token: "
                )?;
                cause.facts(f)?;
                match &**cause {
                    Self::Platform { .. } => Ok(()),
                    _ => advise(self.errcode(), f),
                }
            }
            Self::TokenStore(error) => error.fmt(f),
            Self::TokenSource(error) => error.fmt(f),
            Self::OutOfTime { allowed } => write!(
                f,
                "the call was not sent, because its time of {allowed:?} was over: allow more time, or look at what was waited for (an access token, an earlier attempt)"
            ),
            Self::BadToken(error) => error.fmt(f),
            Self::Transport(error) => error.fmt(f),
            Self::Platform { errcode, errmsg } => {
                write!(
                    f,
                    "the platform's gateway refused the call: errcode {errcode}, {errmsg:?}"
                )?;
                advise(Some(*errcode), f)
            }
            Self::Reply { cause, .. } => {
                cause.fmt(f)?;
                match cause.unproved_failure().is_some_and(is_about_our_signature) {
                    true => f.write_str(
                        "; if it is about our signature, check that the merchant profile has the key of this interface (not that of another \
                         interface, not the app secret)",
                    ),
                    false => Ok(()),
                }
            }
            Self::NotReady { day, ready } => write!(
                f,
                "the bill of {day} is not made yet: ask for it from {ready} on, Beijing time, and check this machine's clock if that is past"
            ),
            Self::File(kind) => write!(
                f,
                "the reply could not be written ({kind}): check the file's folder and the space on the disk, or what reads from the writer"
            ),
            Self::NoText => f.write_str(
                "the platform answered with a message of success where a text was asked for",
            ),
            Self::NoTable { words, bytes } => write!(
                f,
                "the answer of {bytes} bytes is not the table that was asked for, found {words:?} (not signed, so it proves nothing)"
            ),
        }
    }
}

/// Whether the failure is about a key, an id, a secret or an address that the caller has set.
fn is_about_settings(cause: &ReplyError) -> bool {
    match cause {
        ReplyError::Signature(SignatureError::Wrong) => true,
        ReplyError::Business { err_code, .. } => err_code.parse().is_ok_and(is_setting),
        cause => cause.unproved_failure().is_some_and(|failure| {
            is_about_our_signature(failure)
                || failure
                    .code()
                    .is_some_and(|code| code.parse().is_ok_and(is_setting))
        }),
    }
}

/// Whether the answer says that our signature is wrong.
fn is_about_our_signature(failure: &UnprovedFailure) -> bool {
    failure
        .iter()
        .any(|(_, value)| value.contains("签名") || value.to_ascii_lowercase().contains("sign"))
}

/// Whether a code of the gateway is about an id, a secret or the address that the caller has set:
/// 40164 and 61004 ask for the address to be listed.
fn is_setting(errcode: i64) -> bool {
    matches!(
        errcode,
        40001..=40002 | 40013 | 40125 | 40164 | 41002 | 41004 | 61004
    )
}

fn advise(errcode: Option<i64>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    errcode
        .and_then(advice)
        .map_or(Ok(()), |advice| write!(f, "; {advice}"))
}

/// What to do about a code of the gateway.
fn advice(errcode: i64) -> Option<&'static str> {
    Some(match errcode {
        -1 => "the platform is busy: wait before the next attempt",
        40001 | 40014 | 42001 => {
            "the access token is dead although a new one was asked for: another program that asks for tokens of this app makes this one \
             invalid, so share one token store"
        }
        40013 => "the app id is wrong: check the merchant profile",
        40125 => "the app secret is wrong: check the merchant profile (it is not the signing key)",
        40164 | 61004 => {
            "this machine's IP address is not on the platform's list: have the address that the message names added to it"
        }
        45009 => "the daily limit of calls is reached: it is lifted at midnight, Beijing time",
        45011 => "calls come too fast: wait and call less often",
        _ => return None,
    })
}

/// A client cannot be made, or cannot make a certain call, as it is set up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// The origin is invalid.
    #[error("the origin {problem}: give it as https://host or http://host:port, without a path")]
    Origin {
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The default transport cannot be made.
    #[error("the transport cannot be made: {0}")]
    Transport(#[source] TransportError),
    /// A call needs an access token, and the client has no request to ask for one.
    #[error(
        "`{interface}` needs an access token, and the client has no request to ask for one: set it with ClientBuilder::token_request::<R>()"
    )]
    NoTokenRequest {
        /// The interface called.
        interface: &'static str,
    },
    /// A stable token is wanted, and the platform gives none by this interface.
    #[error(
        "`{interface}` has no address for stable access tokens: leave ClientBuilder::stable_token() out"
    )]
    NoStableToken {
        /// The interface that gives tokens.
        interface: &'static str,
    },
    /// A message names an unknown `sign_type`.
    #[error(
        "the message names a sign_type other than MD5 and HMAC-SHA256: use one of them, or leave it out"
    )]
    SignType,
    /// The extra fields of a message cannot be sent.
    #[error("the extra fields of the message cannot be sent: {0}")]
    Fields(#[source] BodyError),
}
