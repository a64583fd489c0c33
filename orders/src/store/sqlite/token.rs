//! The access tokens of a SQLite file, and the right to renew one.
//!
//! Inside a process callers queue; among the processes a row says who renews and until when. A holder that died is waited for until then; a time
//! farther ahead than a lease is long was written by a clock that has been set back since, and counts as past.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::SignedDuration;
use signed_xml_client::{BoxFuture, Token, TokenLease, TokenStore, TokenStoreError};
use sqlx::sqlite::SqlitePool;
use tokio::sync::OwnedMutexGuard;

use super::work::{TokenColumns, Work};
use super::{Inner, SYSTEM};
use crate::store::StoreError;
use crate::store::row::{microseconds, timestamp};
use crate::store::span::traced;
use crate::store::sql_error::unavailable;
use crate::store::turns::Turns;

/// For so long no other process renews a token, even if its holder has died.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// Between two looks whether another process is done.
const PAUSE: Duration = Duration::from_millis(50);

/// Who renews what inside this process.
pub(super) struct Renewals {
    /// Distinguishes this opening of the database from all others.
    opening: String,
    count: AtomicU64,
    turns: Turns,
}

pub(super) struct SqliteTokens {
    inner: Arc<Inner>,
    merchant: String,
}

impl Renewals {
    pub(super) async fn new(readers: &SqlitePool) -> Result<Self, StoreError> {
        let opening = sqlx::query_scalar("SELECT hex(randomblob(16))")
            .fetch_one(readers)
            .await
            .map_err(unavailable("open the database for reading"))?;
        Ok(Self {
            opening,
            count: AtomicU64::new(0),
            turns: Turns::default(),
        })
    }

    fn holder(&self) -> String {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        format!("{}-{count}", self.opening)
    }
}

impl SqliteTokens {
    pub(super) fn new(inner: Arc<Inner>, merchant: &str) -> Self {
        Self {
            merchant: merchant.to_owned(),
            inner,
        }
    }

    async fn take_lease(&self) -> Result<SqliteLease, StoreError> {
        let turn = self.inner.renewals.turns.turn(&self.merchant).await;
        // Made before it is asked for, so that it is given back even if no caller waits for the answer any more.
        let mut lease = SqliteLease {
            inner: Arc::clone(&self.inner),
            merchant: self.merchant.clone(),
            holder: self.inner.renewals.holder(),
            token: None,
            _turn: turn,
        };
        loop {
            let now = self.inner.clock.now();
            let until = now.checked_add(LEASE).unwrap_or(now);
            let work = |reply| Work::LeaseToken {
                merchant: lease.merchant.clone(),
                holder: lease.holder.clone(),
                now: microseconds(now),
                until: microseconds(until),
                reply,
            };
            if let Some(columns) = self.inner.writer.ask(work).await? {
                lease.token = read(columns)?;
                return Ok(lease);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

impl TokenStore for SqliteTokens {
    fn current(&self) -> BoxFuture<'_, Result<Option<Token>, TokenStoreError>> {
        let found = traced(SYSTEM, "token", async {
            let sql = "SELECT value, renew_at, expires_at FROM tokens WHERE merchant = ?1";
            let columns: Option<TokenColumns> = sqlx::query_as(sql)
                .bind(&self.merchant)
                .fetch_optional(&self.inner.readers)
                .await
                .map_err(unavailable("read an access token"))?;
            columns.map_or(Ok(None), read)
        });
        Box::pin(async { found.await.map_err(TokenStoreError::new) })
    }

    fn lease(&self) -> BoxFuture<'_, Result<Box<dyn TokenLease + '_>, TokenStoreError>> {
        let lease = traced(SYSTEM, "lease_token", self.take_lease());
        Box::pin(async {
            let lease: Box<dyn TokenLease> = Box::new(lease.await.map_err(TokenStoreError::new)?);
            Ok(lease)
        })
    }
}

struct SqliteLease {
    inner: Arc<Inner>,
    merchant: String,
    holder: String,
    token: Option<Token>,
    _turn: OwnedMutexGuard<()>,
}

impl TokenLease for SqliteLease {
    fn token(&self) -> Option<&Token> {
        self.token.as_ref()
    }

    fn store<'a>(self: Box<Self>, token: Token) -> BoxFuture<'a, Result<(), TokenStoreError>>
    where
        Self: 'a,
    {
        Box::pin(async move {
            let work = |reply| Work::StoreToken {
                merchant: self.merchant.clone(),
                holder: self.holder.clone(),
                value: token.value().to_owned(),
                renew_at: microseconds(token.renew_at()),
                expires_at: microseconds(token.expires_at()),
                reply,
            };
            let stored = traced(SYSTEM, "store_token", self.inner.writer.ask(work)).await;
            match stored.map_err(TokenStoreError::new)? {
                true => Ok(()),
                false => Err(TokenStoreError::new(
                    "the right to renew it ended before the new one came; somebody else renews it",
                )),
            }
        })
    }
}

impl Drop for SqliteLease {
    fn drop(&mut self) {
        // Does nothing if the lease was given back with a new token.
        self.inner.writer.send(|reply| Work::ReleaseToken {
            merchant: self.merchant.clone(),
            holder: self.holder.clone(),
            reply,
        });
    }
}

fn read((value, renew_at, expires_at): TokenColumns) -> Result<Option<Token>, StoreError> {
    let (Some(value), Some(renew_at), Some(expires_at)) = (value, renew_at, expires_at) else {
        return Ok(None);
    };
    let (renew_at, expires_at) = (timestamp(renew_at)?, timestamp(expires_at)?);
    Ok(Some(Token::stored(value, renew_at, expires_at)))
}
