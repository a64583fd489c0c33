//! One token for many callers.
//!
//! Steps: a fresh token is used as it is; otherwise one caller renews while the others wait for its
//! token, or for its failure. A token that is to be renewed but still works goes on working while
//! renewing fails.

use std::future::Future;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::{Token, TokenStore};
use crate::error::Error;
use crate::outside::{Clock, Nonce};
use crate::retries::chance;

/// How long a token that still works is used on after its renewal failed, before the next attempt.
const PAUSE: Duration = Duration::from_secs(10);

/// Gives out the token of a store and has it renewed.
pub(crate) struct AccessTokens {
    store: Box<dyn TokenStore>,
    failures: Mutex<Failures>,
    /// By how much this client renews earlier than others.
    share: OnceLock<f64>,
}

#[derive(Default)]
struct Failures {
    count: u64,
    last: Option<(Timestamp, Error)>,
}

impl AccessTokens {
    pub(crate) fn new(store: Box<dyn TokenStore>) -> Self {
        Self {
            store,
            failures: Mutex::default(),
            share: OnceLock::new(),
        }
    }

    /// The token to use now. `fetch`, which asks the platform for a new one, only runs if it must.
    pub(crate) async fn current(
        &self,
        clock: &dyn Clock,
        nonce: &dyn Nonce,
        fetch: impl Future<Output = Result<Token, Error>>,
    ) -> Result<Token, Error> {
        let now = clock.now();
        let stored = self.store.current().await.map_err(Error::TokenStore)?;
        match stored.filter(Token::is_usable) {
            Some(token) if now < self.renew_at(&token, nonce) => Ok(token),
            Some(token) if now < token.expires_at() && self.failed_lately(now) => Ok(token),
            _ => self.renew(None, clock, nonce, fetch).await,
        }
    }

    /// The stored token, if it can be used.
    pub(crate) async fn stored(&self) -> Result<Option<Token>, Error> {
        let stored = self.store.current().await.map_err(Error::TokenStore)?;
        Ok(stored.filter(Token::is_usable))
    }

    /// A token other than the one that the platform rejected. A second caller gets what the first
    /// one fetched.
    pub(crate) async fn replace(
        &self,
        rejected: &Token,
        clock: &dyn Clock,
        nonce: &dyn Nonce,
        fetch: impl Future<Output = Result<Token, Error>>,
    ) -> Result<Token, Error> {
        self.renew(Some(rejected), clock, nonce, fetch).await
    }

    async fn renew(
        &self,
        rejected: Option<&Token>,
        clock: &dyn Clock,
        nonce: &dyn Nonce,
        fetch: impl Future<Output = Result<Token, Error>>,
    ) -> Result<Token, Error> {
        let failures_before = self.failures().count;
        let lease = self.store.lease().await.map_err(Error::TokenStore)?;
        let now = clock.now();
        let other = lease
            .token()
            .filter(|token| token.is_usable())
            .filter(|token| rejected.is_none_or(|rejected| rejected.value() != token.value()))
            .cloned();
        let alive = other.filter(|token| now < token.expires_at());
        if let Some(token) = &alive
            && (rejected.is_some() || now < self.renew_at(token, nonce))
        {
            return Ok(token.clone());
        }
        if let Some(error) = self.failure_since(failures_before) {
            return alive.ok_or(error);
        }
        let error = match fetch.await {
            Ok(token) => {
                if let Err(error) = lease.store(token.clone()).await {
                    tracing::warn!(%error, "a new access token could not be stored; others that share it will renew it again");
                }
                return Ok(token);
            }
            Err(error) => error,
        };
        let mut failures = self.failures();
        failures.count += 1;
        failures.last = Some((clock.now(), error.clone()));
        drop(failures);
        if alive.is_some() {
            tracing::warn!(%error, "the access token could not be renewed; the one at hand is used while it lives");
        }
        alive.ok_or(error)
    }

    fn renew_at(&self, token: &Token, nonce: &dyn Nonce) -> Timestamp {
        token.renew_early(*self.share.get_or_init(|| chance(nonce)))
    }

    fn failed_lately(&self, now: Timestamp) -> bool {
        let failures = self.failures();
        let Some((failed_at, _)) = &failures.last else {
            return false;
        };
        // A clock that was set back must not make the pause longer.
        Duration::try_from(now.duration_since(*failed_at)).is_ok_and(|since| since < PAUSE)
    }

    /// The failure of the caller that this one has waited for.
    fn failure_since(&self, count: u64) -> Option<Error> {
        let failures = self.failures();
        failures
            .last
            .as_ref()
            .filter(|_| failures.count > count)
            .map(|(_, error)| error.clone())
    }

    fn failures(&self) -> MutexGuard<'_, Failures> {
        // Invariant: the lock is held for plain assignments only.
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
