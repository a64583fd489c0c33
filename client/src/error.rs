//! What can go wrong with a call, split by who is to blame, each saying whether the call may have taken effect.
//!
//! Words of the platform are shown, since they are what its support asks for; a token or a secret that they repeat is not.
//! Source: the platform's page of global return codes.

use std::fmt;
use std::sync::Arc;

use signed_xml::{
    BodyError, Effect, Fields, ReadErrors, ReplyError, SignatureError, Text, UnprovedFailure,
    Violations,
};

use crate::token::{TokenError, TokenStoreError};
use crate::transport::TransportError;

/// A call did not succeed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Error {
    /// The request breaks rules of the document; nothing was sent.
    Invalid(Violations),
    /// The client cannot make such a call as it was set up; nothing was sent.
    Setup(SetupError),
    /// No access token was to be had, so that the call was not sent.
    Token {
        /// The interface that gives tokens.
        interface: &'static str,
        /// What happened there.
        cause: Arc<Self>,
    },
    /// The store of the access token does not work.
    TokenStore(TokenStoreError),
    /// The platform gave an access token that cannot be one.
    BadToken(TokenError),
    /// The request was not answered as HTTP requires.
    Transport(TransportError),
    /// The platform's gateway refused the call before the interface saw it.
    Platform {
        /// `errcode`.
        errcode: i64,
        /// `errmsg`.
        errmsg: Text,
    },
    /// The interface says that the call did not work. Not signed, so it proves nothing: it never ends an order.
    Protocol {
        /// `return_code`, anything but `SUCCESS`.
        return_code: Text,
        /// `return_msg`.
        return_msg: Text,
        /// All that the answer says, under whatever names.
        said: UnprovedFailure,
    },
    /// The answer reports a failure in fields of other names, or without the signature that it must have. It proves nothing.
    UnsignedFailure {
        /// All that the answer says.
        said: UnprovedFailure,
    },
    /// The reply has no `return_code`, so that nothing is known.
    NoReturnCode,
    /// The reply is not proved to come from the platform.
    Signature(SignatureError),
    /// The reply is not of the form that the protocol allows.
    Malformed(BodyError),
    /// The reply is a message of success where a text was asked for.
    NoText,
    /// The reply is neither the table that was asked for nor a message: plain words, for example.
    NoTable {
        /// The words if they are short, or what came instead. Not proved.
        words: Text,
        /// The size of the reply, in bytes.
        bytes: usize,
    },
    /// The reply is genuine and says that the call failed.
    Business {
        /// `err_code`, possibly empty.
        err_code: Text,
        /// `err_code_des`.
        err_code_des: Text,
        /// What the code means for the call.
        effect: Effect,
        /// All that came.
        fields: Fields,
    },
    /// The reply is genuine and of a form that the spec does not foresee. Read what matters from the fields.
    Unreadable {
        /// What the spec misses.
        errors: ReadErrors,
        /// All that came.
        fields: Fields,
    },
    /// The reply is genuine and about another merchant, so it says nothing about the call.
    ForAnotherMerchant {
        /// The field that says so.
        field: &'static str,
    },
    /// The reply was refused for a reason that this version has no name for.
    Refused(ReplyError),
}

/// Who is to blame: where to look first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Blame {
    /// The program that calls, or its configuration: a wrong key, secret or id among them.
    Caller,
    /// The platform, or whoever answered in its place.
    Peer,
    /// What lies between.
    Transport,
}

impl Error {
    /// Whether the call may have taken effect. [`Effect::Unknown`]: query before anything else, never repeat blindly.
    #[must_use]
    pub fn effect(&self) -> Effect {
        match self {
            Self::Invalid(_)
            | Self::Setup(_)
            | Self::Token { .. }
            | Self::TokenStore(_)
            | Self::BadToken(_) => Effect::NotSent,
            Self::Transport(error) => error.effect(),
            // -1 is "busy" or "failed inside", said by a machine that may have passed the call on already.
            Self::Platform { errcode, .. } if *errcode < 0 => Effect::Unknown,
            Self::Platform { .. } | Self::Protocol { .. } => Effect::Refused,
            Self::Business { effect, .. } => *effect,
            Self::NoReturnCode
            | Self::UnsignedFailure { .. }
            | Self::Signature(_)
            | Self::Malformed(_)
            | Self::NoText
            | Self::NoTable { .. }
            | Self::Unreadable { .. }
            | Self::ForAnotherMerchant { .. }
            | Self::Refused(_) => Effect::Unknown,
        }
    }

    /// Who is to blame.
    ///
    /// A signature that does not agree is the caller's to look at first, ours as the platform sees it and the platform's as we see it: over TLS it is
    /// nearly always the wrong key.
    #[must_use]
    pub fn blame(&self) -> Blame {
        match self {
            Self::Invalid(_) | Self::Setup(_) | Self::Signature(SignatureError::Wrong) => {
                Blame::Caller
            }
            Self::Token { cause, .. } => cause.blame(),
            Self::Transport(_) | Self::TokenStore(_) => Blame::Transport,
            Self::Platform { errcode, .. } if is_setting(*errcode) => Blame::Caller,
            Self::Protocol { said, .. } | Self::UnsignedFailure { said }
                if is_about_our_signature(said) || code_of(said).is_some_and(is_setting) =>
            {
                Blame::Caller
            }
            Self::Business { err_code, .. } if err_code.parse().is_ok_and(is_setting) => {
                Blame::Caller
            }
            Self::Platform { .. }
            | Self::Protocol { .. }
            | Self::UnsignedFailure { .. }
            | Self::NoReturnCode
            | Self::Signature(_)
            | Self::Malformed(_)
            | Self::NoText
            | Self::NoTable { .. }
            | Self::BadToken(_)
            | Self::Business { .. }
            | Self::Unreadable { .. }
            | Self::ForAnotherMerchant { .. }
            | Self::Refused(_) => Blame::Peer,
        }
    }

    /// The business failure's `err_code`, if it has one; also one that was met while asking for a token.
    #[must_use]
    pub fn err_code(&self) -> Option<&str> {
        match self {
            Self::Business { err_code, .. } if !err_code.is_empty() => Some(err_code),
            Self::Token { cause, .. } => match &**cause {
                Self::Protocol { said, .. } | Self::UnsignedFailure { said } => said.code(),
                cause => cause.err_code(),
            },
            _ => None,
        }
    }

    /// The gateway's `errcode`, also one that was met while asking for a token, there under whatever name the answer has for it.
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

    /// The verified fields of a genuine reply that is no typed success.
    #[must_use]
    pub fn fields(&self) -> Option<&Fields> {
        match self {
            Self::Business { fields, .. } | Self::Unreadable { fields, .. } => Some(fields),
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

    /// The kind of error in one word, for logs.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid",
            Self::Setup(_) => "setup",
            Self::Token { .. } => "token",
            Self::TokenStore(_) => "token_store",
            Self::Transport(_) => "transport",
            Self::Platform { .. } => "platform",
            Self::Protocol { .. } => "protocol",
            Self::NoReturnCode => "no_return_code",
            Self::Signature(_) => "signature",
            Self::Malformed(_) => "malformed",
            Self::NoText => "no_text",
            Self::NoTable { .. } => "no_table",
            Self::UnsignedFailure { .. } => "unsigned_failure",
            Self::BadToken(_) => "bad_token",
            Self::Business { .. } => "business",
            Self::Unreadable { .. } => "unreadable",
            Self::ForAnotherMerchant { .. } => "for_another_merchant",
            Self::Refused(_) => "refused",
        }
    }
}

impl From<Violations> for Error {
    fn from(violations: Violations) -> Self {
        Self::Invalid(violations)
    }
}

impl From<SetupError> for Error {
    fn from(error: SetupError) -> Self {
        Self::Setup(error)
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        Self::Transport(error)
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
            Self::BadToken(error) => error.fmt(f),
            Self::Transport(error) => error.fmt(f),
            Self::Platform { errcode, errmsg } => {
                write!(
                    f,
                    "the platform's gateway refused the call: errcode {errcode}, {errmsg:?}"
                )?;
                advise(Some(*errcode), f)
            }
            Self::Protocol { said, .. } | Self::UnsignedFailure { said } => {
                write!(
                    f,
                    "the answer reports a failure, which is not signed and proves nothing about an order: {said}"
                )?;
                match is_about_our_signature(said) {
                    true => f.write_str(
                        "; if it is about our signature, check that the merchant profile has the key of this interface (not that of another \
                         interface, not the app secret)",
                    ),
                    false => Ok(()),
                }
            }
            Self::NoReturnCode => {
                f.write_str("the answer has no return_code, so it does not come from the interface")
            }
            Self::Signature(error) => error.fmt(f),
            Self::Malformed(error) => error.fmt(f),
            Self::NoText => f.write_str(
                "the platform answered with a message of success where a text was asked for",
            ),
            Self::NoTable { words, bytes } => write!(
                f,
                "the answer of {bytes} bytes is not the table that was asked for, found {words:?} (not signed, so it proves nothing)"
            ),
            Self::Business {
                err_code,
                err_code_des,
                ..
            } => {
                write!(
                    f,
                    "the platform answered that the call failed: err_code {err_code:?}, {err_code_des:?}"
                )
            }
            Self::Unreadable { errors, .. } => write!(
                f,
                "{errors}; the reply is genuine, read what matters from its fields"
            ),
            Self::ForAnotherMerchant { field } => write!(
                f,
                "the reply is genuine, but its `{field}` is another merchant's: what became of the call is unknown, query before anything else"
            ),
            Self::Refused(error) => error.fmt(f),
        }
    }
}

/// Whether the answer says that our signature is wrong.
fn is_about_our_signature(said: &UnprovedFailure) -> bool {
    said.iter()
        .any(|(_, value)| value.contains("签名") || value.to_ascii_lowercase().contains("sign"))
}

fn code_of(said: &UnprovedFailure) -> Option<i64> {
    said.code()?.parse().ok()
}

/// Whether a code of the gateway is about an id, a secret or the address that the caller has set: 40164 and 61004 ask for the address to be listed.
fn is_setting(errcode: i64) -> bool {
    matches!(
        errcode,
        40001..=40002 | 40013 | 40125 | 40164 | 41002 | 41004 | 61004
    )
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Invalid(violations) => Some(violations),
            Self::Setup(error) => Some(error),
            Self::Token { cause, .. } => Some(&**cause),
            Self::TokenStore(error) => Some(error),
            Self::Transport(error) => Some(error),
            Self::Signature(error) => Some(error),
            Self::Malformed(error) => Some(error),
            Self::Unreadable { errors, .. } => Some(errors),
            Self::Refused(error) => Some(error),
            Self::BadToken(error) => Some(error),
            Self::Platform { .. }
            | Self::Protocol { .. }
            | Self::UnsignedFailure { .. }
            | Self::ForAnotherMerchant { .. }
            | Self::NoReturnCode
            | Self::NoText
            | Self::NoTable { .. }
            | Self::Business { .. } => None,
        }
    }
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
            "the access token is dead although a new one was asked for: whoever else asks for tokens of this app makes this one invalid, so \
             share one token store"
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
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SetupError {
    /// The origin is invalid.
    Origin {
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The default transport cannot be made.
    Transport(TransportError),
    /// A call needs an access token, and nothing says how to ask for one.
    NoTokenRequest {
        /// The interface called.
        interface: &'static str,
    },
    /// A message names a `sign_type` that there is not.
    SignType,
    /// The extra fields of a message cannot be sent.
    Fields(BodyError),
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Origin { problem } => {
                write!(f, "the origin {problem}: give it as https://host or http://host:port, without a path")
            }
            Self::Transport(error) => write!(f, "the transport cannot be made: {error}"),
            Self::NoTokenRequest { interface } => write!(
                f,
                "`{interface}` needs an access token, and the client was not told how to ask for one: ClientBuilder::token_request::<R>()"
            ),
            Self::SignType => f.write_str("the message names a sign_type other than MD5 and HMAC-SHA256: use one of them, or leave it out"),
            Self::Fields(error) => write!(f, "the extra fields of the message cannot be sent: {error}"),
        }
    }
}

impl std::error::Error for SetupError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Transport(error) => Some(error),
            Self::Fields(error) => Some(error),
            Self::Origin { .. } | Self::NoTokenRequest { .. } | Self::SignType => None,
        }
    }
}
