//! Where a request goes and what may have happened when it fails.

use std::fmt;

use crate::message::Message;

/// A request together with its reply and its address. Derived from `#[call(…)]`: see
/// [`derive@crate::Message`].
pub trait Call: Message {
    /// What a successful call is answered with. For [`ReplyForm::Text`], what a failed one is
    /// answered with.
    type Reply: Message;

    /// Where it goes.
    const ENDPOINT: Endpoint;

    /// Whether a call that was answered with this error code may have taken effect all the same.
    fn effect_of(code: &str) -> Effect {
        let _ = code;
        Effect::Refused
    }
}

/// The address and the manner of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint {
    /// The HTTP method.
    pub method: Method,
    /// Scheme and host, without a slash at the end. A client can be set to use another.
    pub origin: &'static str,
    /// The path, which starts with a slash.
    pub path: &'static str,
    /// What the call must present besides its signature.
    pub auth: Auth,
    /// The form of a good reply.
    pub form: ReplyForm,
    /// Whether a second call does no more than the first one, as with a query: a client that is set
    /// to may then send it again when its outcome is unknown.
    pub repeatable: bool,
}

impl Endpoint {
    /// The interface's name: the last segment of the path.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.path.rsplit('/').next().unwrap_or(self.path)
    }
}

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Fields go into the query.
    Get,
    /// Fields go into an XML body.
    Post,
}

/// What a call must present besides its signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// Nothing.
    None,
    /// The query parameter `access_token`.
    AccessToken,
}

/// The form of a good reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyForm {
    /// Flat XML.
    Xml,
    /// Flat XML or a flat JSON object: the document does not say.
    XmlOrJson,
    /// A flat JSON object.
    Json,
    /// Text, such as a bill; a failure comes as flat XML.
    Text,
}

/// Whether a call that failed may have taken effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It never left this machine: safe to repeat.
    NotSent,
    /// The peer says that it did nothing.
    Refused,
    /// The outcome is unknown: ask the peer (a query call) before anything else, never repeat
    /// blindly.
    Unknown,
}

impl Effect {
    /// Every effect.
    pub const ALL: [Self; 3] = [Self::NotSent, Self::Refused, Self::Unknown];

    /// One word for logs, metrics and stores: `not_sent`, `refused` or `unknown`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Effect {
    /// For people: `not sent`, `refused` or `effect unknown`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSent => "not sent",
            Self::Refused => "refused",
            Self::Unknown => "effect unknown",
        })
    }
}

/// Error codes that say whether a call may have taken effect.
pub trait ErrorCodes {
    /// The effect of a call that was answered with `code`.
    fn effect(code: &str) -> Effect;
}
