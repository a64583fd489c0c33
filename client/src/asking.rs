//! How a client gets a new access token: from the platform by a request, or from a source of the
//! user's.

use std::time::Duration;

use signed_xml::{Auth, Endpoint, Method, Text};

use crate::calls::{Core, Read};
use crate::error::{Error, SetupError};
use crate::request::Prepared;
use crate::token::{TokenError, TokenRequest, TokenSource};

/// Where new access tokens come from.
pub(crate) enum TokenOrigin {
    /// The platform.
    Request(TokenAsking),
    /// Another program, which asks the platform for all.
    Source(Box<dyn TokenSource>),
}

/// How the platform is asked: a [`TokenRequest`] without its type.
pub(crate) struct TokenAsking {
    pub(crate) endpoint: Endpoint,
    pub(crate) prepare: fn(&Core, Endpoint) -> Result<Prepared, Error>,
    pub(crate) read: Read<(Text, Duration)>,
    stable: Option<&'static str>,
}

impl TokenAsking {
    pub(crate) fn of<R: TokenRequest>() -> Self {
        const {
            assert!(
                matches!(R::ENDPOINT.auth, Auth::None),
                "a request for a token cannot need one"
            )
        };
        Self {
            endpoint: R::ENDPOINT,
            prepare: |core, endpoint| core.prepare_for(R::default(), endpoint),
            read: |judge, response| {
                let (value, life) = R::token(&judge.message::<R>(response)?);
                TokenError::check(&value).map_err(Error::BadToken)?;
                Ok((value, life))
            },
            stable: R::STABLE_URL,
        }
    }

    /// The same for a token that other callers do not end: the fields as JSON, by POST.
    pub(crate) fn into_stable<R: TokenRequest>(self) -> Result<Self, SetupError> {
        let none = SetupError::NoStableToken {
            interface: self.endpoint.name(),
        };
        let url = self.stable.ok_or(none)?;
        let host = url.find("://").map_or(0, |at| at + 3);
        let path = url[host..].find('/').map_or(url.len(), |at| host + at);
        let endpoint = Endpoint {
            method: Method::Post,
            origin: &url[..path],
            path: &url[path..],
            ..self.endpoint
        };
        Ok(Self {
            endpoint,
            prepare: |core, endpoint| core.prepare_json(R::default(), endpoint),
            ..self
        })
    }
}
