//! Where a token is kept, and who may renew it.
//!
//! In memory for one process; a desk of several processes brings a store of its own, over one row of its database.

use std::error::Error as StdError;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::{Mutex, MutexGuard};

use super::Token;
use crate::transport::BoxFuture;

/// Keeps one access token for all who share it, and lets one of them at a time renew it.
pub trait TokenStore: Send + Sync + 'static {
    /// The token that is kept, at once, also while somebody renews it.
    ///
    /// # Errors
    ///
    /// [`TokenStoreError`] if the store cannot be read.
    fn current(&self) -> BoxFuture<'_, Result<Option<Token>, TokenStoreError>>;

    /// Waits until nobody else renews, and keeps all others waiting until the lease is dropped.
    ///
    /// # Errors
    ///
    /// [`TokenStoreError`] if the store cannot be reached or the lease is not to be had.
    fn lease(&self) -> BoxFuture<'_, Result<Box<dyn TokenLease + '_>, TokenStoreError>>;
}

/// The right to renew a token. Dropped, it leaves everything as it was.
pub trait TokenLease: Send {
    /// The token that is kept now: somebody may have renewed it while this lease was waited for.
    fn token(&self) -> Option<&Token>;

    /// Keeps a new token and gives the lease back.
    ///
    /// # Errors
    ///
    /// [`TokenStoreError`] if the store cannot be written.
    fn keep<'a>(self: Box<Self>, token: Token) -> BoxFuture<'a, Result<(), TokenStoreError>>
    where
        Self: 'a;
}

impl<S: TokenStore + ?Sized> TokenStore for Arc<S> {
    fn current(&self) -> BoxFuture<'_, Result<Option<Token>, TokenStoreError>> {
        (**self).current()
    }

    fn lease(&self) -> BoxFuture<'_, Result<Box<dyn TokenLease + '_>, TokenStoreError>> {
        (**self).lease()
    }
}

/// A [`TokenStore`] inside one process: the default.
#[derive(Debug, Default)]
pub struct MemoryTokenStore {
    token: RwLock<Option<Token>>,
    renewing: Mutex<()>,
}

impl TokenStore for MemoryTokenStore {
    fn current(&self) -> BoxFuture<'_, Result<Option<Token>, TokenStoreError>> {
        Box::pin(async { Ok(self.read()) })
    }

    fn lease(&self) -> BoxFuture<'_, Result<Box<dyn TokenLease + '_>, TokenStoreError>> {
        Box::pin(async {
            let turn = self.renewing.lock().await;
            let lease: Box<dyn TokenLease> = Box::new(MemoryLease {
                token: self.read(),
                store: self,
                _turn: turn,
            });
            Ok(lease)
        })
    }
}

impl MemoryTokenStore {
    fn read(&self) -> Option<Token> {
        // Invariant: the lock is held for a plain copy, so that even a poisoned one guards a whole token.
        self.token
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

struct MemoryLease<'a> {
    token: Option<Token>,
    store: &'a MemoryTokenStore,
    _turn: MutexGuard<'a, ()>,
}

impl TokenLease for MemoryLease<'_> {
    fn token(&self) -> Option<&Token> {
        self.token.as_ref()
    }

    fn keep<'a>(self: Box<Self>, token: Token) -> BoxFuture<'a, Result<(), TokenStoreError>>
    where
        Self: 'a,
    {
        Box::pin(async move {
            *self
                .store
                .token
                .write()
                .unwrap_or_else(PoisonError::into_inner) = Some(token);
            Ok(())
        })
    }
}

/// A token store does not work. Its words must not hold the token.
#[derive(Debug, Clone)]
pub struct TokenStoreError(Arc<dyn StdError + Send + Sync>);

impl TokenStoreError {
    /// Wraps what happened.
    #[must_use]
    pub fn new(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(Arc::from(cause.into()))
    }
}

impl fmt::Display for TokenStoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the store of the access token does not work: {}", self.0)
    }
}

impl StdError for TokenStoreError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.0)
    }
}
