//! The access tokens of a PostgreSQL database, and the right to renew one.
//!
//! Inside a process callers queue. Among the processes a row says who renews and until when, by the server's clock, so that no connection is in use
//! while the platform is asked for a token. A holder that died is waited for until then; a time farther ahead than a lease is long was written before
//! the server's clock was set back, and counts as past.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use signed_xml_client::{BoxFuture, Token, TokenLease, TokenStore, TokenStoreError};
use sqlx::postgres::PgPool;
use tokio::sync::OwnedMutexGuard;

use super::SYSTEM;
use crate::store::StoreError;
use crate::store::row::{microseconds, timestamp};
use crate::store::span::traced;
use crate::store::sql_error::unavailable;
use crate::store::turns::Turns;

/// Between two looks whether another process is done.
const PAUSE: Duration = Duration::from_millis(50);

/// Takes the lease of `$1` for `$2` if it is free, for `$3` microseconds.
const TAKE: &str = "
    WITH clock AS (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now)
    INSERT INTO tokens AS t (merchant, holder, held_until) SELECT $1, $2, now + $3 FROM clock
    ON CONFLICT (merchant) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
        WHERE t.holder IS NULL OR t.held_until <= excluded.held_until - $3 OR t.held_until > excluded.held_until
    RETURNING value, renew_at, expires_at";

/// `value, renew_at, expires_at`.
type TokenColumns = (Option<String>, Option<i64>, Option<i64>);

/// Who renews what inside this process.
pub(super) struct Renewals {
    /// Distinguishes this opening of the database from all others.
    opening: String,
    count: AtomicU64,
    turns: Turns,
    /// Microseconds.
    lease: i64,
}

pub(super) struct PostgresTokens {
    pool: PgPool,
    renewals: Arc<Renewals>,
    merchant: String,
}

impl Renewals {
    pub(super) async fn new(pool: &PgPool, lease: Duration) -> Result<Self, StoreError> {
        let opening = sqlx::query_scalar("SELECT gen_random_uuid()::text")
            .fetch_one(pool)
            .await
            .map_err(unavailable("connect to the database"))?;
        Ok(Self {
            opening,
            count: AtomicU64::new(0),
            turns: Turns::default(),
            lease: i64::try_from(lease.as_micros()).unwrap_or(i64::MAX),
        })
    }

    fn holder(&self) -> String {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        format!("{}-{count}", self.opening)
    }
}

impl PostgresTokens {
    pub(super) fn new(pool: PgPool, renewals: Arc<Renewals>, merchant: &str) -> Self {
        Self {
            pool,
            renewals,
            merchant: merchant.to_owned(),
        }
    }

    async fn take_lease(&self) -> Result<PostgresLease, StoreError> {
        let turn = self.renewals.turns.turn(&self.merchant).await;
        let mut lease = PostgresLease {
            right: Right {
                pool: self.pool.clone(),
                merchant: self.merchant.clone(),
                holder: self.renewals.holder(),
                lease: self.renewals.lease,
                ended: false,
            },
            token: None,
            _turn: turn,
        };
        loop {
            // In a separate task: a lease is given back even if its caller gives up while the statement runs.
            let taken = tokio::spawn(async move {
                let columns = lease.right.take().await?;
                Ok::<_, StoreError>((lease, columns))
            });
            let (returned, columns) = taken.await.map_err(|_| StoreError::Unavailable {
                doing: "take the right to renew an access token",
                reason: "the program ends".to_owned(),
            })??;
            lease = returned;
            match columns {
                Some(columns) => {
                    lease.token = read(columns)?;
                    return Ok(lease);
                }
                None => tokio::time::sleep(PAUSE).await,
            }
        }
    }
}

impl TokenStore for PostgresTokens {
    fn current(&self) -> BoxFuture<'_, Result<Option<Token>, TokenStoreError>> {
        let found = traced(SYSTEM, "token", async {
            let sql = "SELECT value, renew_at, expires_at FROM tokens WHERE merchant = $1";
            let columns: Option<TokenColumns> = sqlx::query_as(sql)
                .bind(&self.merchant)
                .fetch_optional(&self.pool)
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

/// One holder's claim to the row of a merchant.
struct Right {
    pool: PgPool,
    merchant: String,
    holder: String,
    /// Microseconds.
    lease: i64,
    /// Whether there is nothing to give back any more.
    ended: bool,
}

impl Right {
    /// The token that is stored, if the lease is free.
    async fn take(&self) -> Result<Option<TokenColumns>, StoreError> {
        sqlx::query_as(TAKE)
            .bind(&self.merchant)
            .bind(&self.holder)
            .bind(self.lease)
            .fetch_optional(&self.pool)
            .await
            .map_err(unavailable("take the right to renew an access token"))
    }

    /// Stores a new token and gives the lease back; false if it had ended.
    async fn store(&self, token: &Token) -> Result<bool, StoreError> {
        let sql = "UPDATE tokens SET value = $3, renew_at = $4, expires_at = $5, holder = NULL, held_until = NULL WHERE merchant = $1 AND holder = $2";
        let stored = sqlx::query(sql)
            .bind(&self.merchant)
            .bind(&self.holder)
            .bind(token.value())
            .bind(microseconds(token.renew_at()))
            .bind(microseconds(token.expires_at()))
            .execute(&self.pool)
            .await
            .map_err(unavailable("store an access token"))?;
        Ok(stored.rows_affected() == 1)
    }
}

impl Drop for Right {
    fn drop(&mut self) {
        // Without a runtime the lease ends by its time.
        let Some(runtime) = tokio::runtime::Handle::try_current().ok() else {
            return;
        };
        if self.ended {
            return;
        }
        let (pool, merchant) = (self.pool.clone(), std::mem::take(&mut self.merchant));
        let holder = std::mem::take(&mut self.holder);
        runtime.spawn(async move {
            let sql = "UPDATE tokens SET holder = NULL, held_until = NULL WHERE merchant = $1 AND holder = $2";
            let released = sqlx::query(sql).bind(merchant).bind(holder);
            if let Err(error) = released.execute(&pool).await {
                tracing::debug!(%error, "the right to renew an access token was not given back; it ends by itself");
            }
        });
    }
}

struct PostgresLease {
    right: Right,
    token: Option<Token>,
    _turn: OwnedMutexGuard<()>,
}

impl TokenLease for PostgresLease {
    fn token(&self) -> Option<&Token> {
        self.token.as_ref()
    }

    fn store<'a>(mut self: Box<Self>, token: Token) -> BoxFuture<'a, Result<(), TokenStoreError>>
    where
        Self: 'a,
    {
        Box::pin(async move {
            let stored = traced(SYSTEM, "store_token", self.right.store(&token)).await;
            let stored = stored.map_err(TokenStoreError::new)?;
            self.right.ended = true;
            match stored {
                true => Ok(()),
                false => Err(TokenStoreError::new(
                    "the right to renew it ended before the new one came; another process renews it",
                )),
            }
        })
    }
}

fn read((value, renew_at, expires_at): TokenColumns) -> Result<Option<Token>, StoreError> {
    let (Some(value), Some(renew_at), Some(expires_at)) = (value, renew_at, expires_at) else {
        return Ok(None);
    };
    let (renew_at, expires_at) = (timestamp(renew_at)?, timestamp(expires_at)?);
    Ok(Some(Token::stored(value, renew_at, expires_at)))
}
