//! Access tokens that another program fetches, such as a central server of the hospital.

use std::error::Error as StdError;
use std::future::Future;
use std::sync::Arc;

use super::Token;
use crate::transport::BoxFuture;

/// Where a client takes access tokens from instead of asking the platform itself.
///
/// A new token makes the one before invalid, so where a central server fetches the token, no other
/// program may ask the platform for one. The client stores what the source gives, and asks the
/// source again when that token is to be renewed, or when the platform has refused it.
///
/// Every function of the refused token that gives a future of a token is a source.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use jiff::Timestamp;
/// use signed_xml_client::{Token, TokenSource, TokenSourceError};
///
/// /// Asks the hospital's own server, which answers with the token and the seconds it has left.
/// async fn ask_our_server(refused: Option<Token>) -> Result<Token, TokenSourceError> {
///     // A server that renews on demand must know which token the platform has refused.
///     let _refused = refused;
///     let (value, seconds) = ("32_abc", 1_800);
///     let token = Token::new(value, Timestamp::now(), Duration::from_secs(seconds));
///     token.map_err(TokenSourceError::new)
/// }
///
/// fn source() -> impl TokenSource {
///     ask_our_server
/// }
/// # let _ = source();
/// ```
pub trait TokenSource: Send + Sync + 'static {
    /// Gives a token. `refused` is the one that the platform has just refused, if the client asks
    /// for that reason: the source must then give another one.
    ///
    /// # Errors
    ///
    /// [`TokenSourceError`] if it has none to give.
    fn token(&self, refused: Option<Token>) -> BoxFuture<'_, Result<Token, TokenSourceError>>;
}

impl<F, Given> TokenSource for F
where
    F: Fn(Option<Token>) -> Given + Send + Sync + 'static,
    Given: Future<Output = Result<Token, TokenSourceError>> + Send + 'static,
{
    fn token(&self, refused: Option<Token>) -> BoxFuture<'_, Result<Token, TokenSourceError>> {
        Box::pin(self(refused))
    }
}

/// A token source has no token to give. Its words must not hold one.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the source of the access token gave none: {0}")]
pub struct TokenSourceError(#[source] Arc<dyn StdError + Send + Sync>);

impl TokenSourceError {
    /// Wraps what happened.
    #[must_use]
    pub fn new(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(Arc::from(cause.into()))
    }
}
