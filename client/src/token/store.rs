//! Where a token is stored, and who may renew it.
//!
//! In memory for one process; a desk of several processes uses one row of its database.

use std::error::Error as StdError;
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::{Mutex, MutexGuard};

use super::Token;
use crate::transport::BoxFuture;

/// Stores one access token for all who share it, and lets one of them at a time renew it.
pub trait TokenStore: Send + Sync + 'static {
    /// The stored token, at once, also while another caller renews it.
    ///
    /// # Errors
    ///
    /// [`TokenStoreError`] if the store cannot be read.
    fn current(&self) -> BoxFuture<'_, Result<Option<Token>, TokenStoreError>>;

    /// Waits until no other caller renews, and lets all others wait until the lease is dropped.
    ///
    /// # Errors
    ///
    /// [`TokenStoreError`] if the store cannot be reached or does not give the lease.
    fn lease(&self) -> BoxFuture<'_, Result<Box<dyn TokenLease + '_>, TokenStoreError>>;
}

/// The right to renew a token. Dropped, it leaves everything as it was.
pub trait TokenLease: Send {
    /// The stored token: another caller may have renewed it while this lease was waited for.
    fn token(&self) -> Option<&Token>;

    /// Stores a new token and gives the lease back.
    ///
    /// # Errors
    ///
    /// [`TokenStoreError`] if the store cannot be written.
    fn store<'a>(self: Box<Self>, token: Token) -> BoxFuture<'a, Result<(), TokenStoreError>>
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
        // Invariant: the lock is held for a plain copy, so that even a poisoned one guards a whole
        // token.
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

    fn store<'a>(self: Box<Self>, token: Token) -> BoxFuture<'a, Result<(), TokenStoreError>>
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
#[derive(Debug, Clone, thiserror::Error)]
#[error("the store of the access token does not work: {0}")]
pub struct TokenStoreError(#[source] Arc<dyn StdError + Send + Sync>);

impl TokenStoreError {
    /// Wraps what happened.
    #[must_use]
    pub fn new(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(Arc::from(cause.into()))
    }
}
