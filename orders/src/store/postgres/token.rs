//! The access tokens of a PostgreSQL database, and the right to renew one.
//!
//! Inside a process callers queue. Among the processes, the right is a lock on the merchant's row, held by an open transaction, and the new token is written in it. A holder that is dropped or dies
//! closes the transaction, and the server gives the lock to the next; one that hangs is cut off after a minute (`idle_in_transaction_session_timeout`),
//! and can then no longer write.

use std::sync::Arc;

use signed_xml_client::{BoxFuture, Token, TokenLease, TokenStore, TokenStoreError};
use sqlx::postgres::{PgPool, Postgres};
use sqlx::{PgExecutor, Transaction};
use tokio::sync::OwnedMutexGuard;

use super::SYSTEM;
use crate::store::StoreError;
use crate::store::row::{microseconds, timestamp};
use crate::store::span::traced;
use crate::store::sql_error::unavailable;
use crate::store::turns::Turns;

pub(super) struct PostgresTokens {
    pool: PgPool,
    turns: Arc<Turns>,
    merchant: String,
}

const READ: &str = "SELECT value, renew_at, expires_at FROM tokens WHERE merchant = $1";
const READ_AND_LOCK: &str =
    "SELECT value, renew_at, expires_at FROM tokens WHERE merchant = $1 FOR UPDATE";

impl PostgresTokens {
    pub(super) fn new(pool: PgPool, turns: Arc<Turns>, merchant: &str) -> Self {
        Self {
            pool,
            turns,
            merchant: merchant.to_owned(),
        }
    }

    async fn take_lease(&self) -> Result<PostgresLease, StoreError> {
        let turn = self.turns.turn(&self.merchant).await;
        const DOING: &str = "take the right to renew an access token";
        let sql = "INSERT INTO tokens (merchant) VALUES ($1) ON CONFLICT DO NOTHING";
        sqlx::query(sql)
            .bind(&self.merchant)
            .execute(&self.pool)
            .await
            .map_err(unavailable(DOING))?;
        let mut transaction = self.pool.begin().await.map_err(unavailable(DOING))?;
        let token = read(&mut *transaction, READ_AND_LOCK, &self.merchant).await?;
        Ok(PostgresLease {
            transaction,
            merchant: self.merchant.clone(),
            token,
            _turn: turn,
        })
    }
}

impl TokenStore for PostgresTokens {
    fn current(&self) -> BoxFuture<'_, Result<Option<Token>, TokenStoreError>> {
        let found = traced(SYSTEM, "token", read(&self.pool, READ, &self.merchant));
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

struct PostgresLease {
    /// Dropped, it is rolled back.
    transaction: Transaction<'static, Postgres>,
    merchant: String,
    token: Option<Token>,
    _turn: OwnedMutexGuard<()>,
}

impl TokenLease for PostgresLease {
    fn token(&self) -> Option<&Token> {
        self.token.as_ref()
    }

    fn keep<'a>(self: Box<Self>, token: Token) -> BoxFuture<'a, Result<(), TokenStoreError>>
    where
        Self: 'a,
    {
        let kept = traced(SYSTEM, "keep_token", async move {
            const DOING: &str = "keep an access token";
            // The turn lasts until the token is kept.
            let Self {
                mut transaction,
                merchant,
                _turn: turn,
                ..
            } = *self;
            let sql =
                "UPDATE tokens SET value = $2, renew_at = $3, expires_at = $4 WHERE merchant = $1";
            sqlx::query(sql)
                .bind(merchant)
                .bind(token.value())
                .bind(microseconds(token.renew_at()))
                .bind(microseconds(token.expires_at()))
                .execute(&mut *transaction)
                .await
                .map_err(unavailable(DOING))?;
            let kept = transaction.commit().await.map_err(unavailable(DOING));
            drop(turn);
            kept
        });
        Box::pin(async { kept.await.map_err(TokenStoreError::new) })
    }
}

async fn read(
    connection: impl PgExecutor<'_>,
    sql: &'static str,
    merchant: &str,
) -> Result<Option<Token>, StoreError> {
    let columns: Option<(Option<String>, Option<i64>, Option<i64>)> = sqlx::query_as(sql)
        .bind(merchant)
        .fetch_optional(connection)
        .await
        .map_err(unavailable("read an access token"))?;
    let Some((Some(value), Some(renew_at), Some(expires_at))) = columns else {
        return Ok(None);
    };
    let (renew_at, expires_at) = (timestamp(renew_at)?, timestamp(expires_at)?);
    Ok(Some(Token::kept(value, renew_at, expires_at)))
}
