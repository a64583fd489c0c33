//! The ledger: which runs there were, what they found, and what people decided.
//!
//! It is a database of its own: a SQLite file beside the desk's, or tables `reconcile_…` in the desk's PostgreSQL database. The desk counts the
//! transactions of its SQLite file to notice a copy without its log, so that nothing else may write there; and a desk does without reconciliation.
//! Both databases understand the same statements, so that they stand here once.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Row};

use crate::compare::Days;
use crate::difference::Difference;
use crate::run::Outcome;

/// The version of the schema below.
const VERSION: i64 = 1;

#[cfg(any(feature = "postgres", feature = "sqlite"))]
const SCHEMA: [&str; 4] = [
    "CREATE TABLE IF NOT EXISTS reconcile_version (version BIGINT PRIMARY KEY)",
    "CREATE TABLE IF NOT EXISTS reconcile_run (
        run BIGINT PRIMARY KEY, at BIGINT NOT NULL, who TEXT NOT NULL, scope TEXT NOT NULL,
        our_orders BIGINT NOT NULL, bill_rows BIGINT NOT NULL, unreadable BIGINT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS reconcile_difference (
        run BIGINT NOT NULL, fingerprint TEXT NOT NULL, difference TEXT NOT NULL,
        PRIMARY KEY (run, fingerprint))",
    "CREATE TABLE IF NOT EXISTS reconcile_decision (
        fingerprint TEXT PRIMARY KEY, at BIGINT NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL)",
];

/// The most characters of `who`.
const MAX_WHO: usize = 64;
/// The most characters of `why`.
const MAX_WHY: usize = 500;

/// Keeps runs and decisions.
#[derive(Clone, Debug)]
pub struct Ledger {
    pool: AnyPool,
}

/// What a run is compared with: the same days and hospitals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The days.
    pub days: Days,
    /// The hospitals.
    pub merchants: BTreeSet<String>,
}

/// A decision: a difference that was looked at and is left as it is.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Decision {
    /// When.
    pub at: Timestamp,
    /// Who: 1 to 64 characters.
    pub who: String,
    /// Why: 1 to 500 characters.
    pub why: String,
}

/// What became of the differences of the run before.
#[derive(Clone, Debug, Default)]
pub struct Since {
    /// When that run was; `None` if there was none of that scope.
    pub at: Option<Timestamp>,
    /// The fingerprints that are new.
    pub new: BTreeSet<String>,
    /// The differences that went.
    pub gone: Vec<Difference>,
}

/// Why the ledger did not do its part. Nothing was stored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The database does not answer or answers with an error.
    #[error("the ledger of reconciliations could not {doing}: {reason}")]
    Unavailable {
        /// What was being done: `record the run`.
        doing: &'static str,
        /// What the database says; holds no password.
        reason: String,
    },
    /// A newer version has written it.
    #[error(
        "the ledger of reconciliations has version {found}, and this program knows {VERSION}: use the newer program"
    )]
    Newer {
        /// Its version.
        found: i64,
    },
    /// What is stored is damaged.
    #[error("the ledger of reconciliations holds a difference that cannot be read: {reason}")]
    Unreadable {
        /// What is wrong with it.
        reason: String,
    },
    /// `who` or `why` is empty, too long, or has a control character.
    #[error("invalid {field}: give 1 to {max} characters, without control characters")]
    Words {
        /// Which of them.
        field: &'static str,
        /// The most characters that it may have.
        max: usize,
    },
    /// The differences on disk could not be read.
    #[error("a temporary file could not be read: {0}")]
    Disk(#[from] std::io::Error),
}

impl Ledger {
    /// Opens or makes the ledger in a SQLite file.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Unavailable`], [`LedgerError::Newer`].
    #[cfg(feature = "sqlite")]
    pub async fn sqlite(path: &std::path::Path) -> Result<Self, LedgerError> {
        let path = path.display().to_string();
        // The characters that mean something in an address.
        let path = path
            .replace('%', "%25")
            .replace('?', "%3F")
            .replace('#', "%23");
        Self::open(&format!("sqlite:{path}?mode=rwc")).await
    }

    /// A ledger in memory, for tests and for a run whose decisions need not last: it ends with its last clone.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Unavailable`].
    #[cfg(feature = "sqlite")]
    pub async fn memory() -> Result<Self, LedgerError> {
        Self::open("sqlite::memory:").await
    }

    /// Opens or makes the ledger in a PostgreSQL database, of which it uses the tables `reconcile_…`.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Unavailable`], [`LedgerError::Newer`].
    #[cfg(feature = "postgres")]
    pub async fn postgres(url: &str) -> Result<Self, LedgerError> {
        Self::open(url).await
    }

    /// The ledger in a PostgreSQL database if there is one: nothing is made.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Unavailable`], [`LedgerError::Newer`].
    #[cfg(feature = "postgres")]
    pub async fn existing_postgres(url: &str) -> Result<Option<Self>, LedgerError> {
        sqlx::any::install_default_drivers();
        let failed = unavailable("be opened");
        let pool = sqlx::any::AnyPoolOptions::new().max_connections(1);
        let pool = pool.connect(url).await.map_err(&failed)?;
        let found = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'reconcile_version'";
        let found = sqlx::query(found).fetch_one(&pool).await;
        let found: i64 = found.and_then(|row| row.try_get(0)).map_err(&failed)?;
        pool.close().await;
        match found {
            0 => Ok(None),
            _ => Self::open(url).await.map(Some),
        }
    }

    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    async fn open(url: &str) -> Result<Self, LedgerError> {
        sqlx::any::install_default_drivers();
        let failed = unavailable("be opened");
        // A ledger in memory ends with its connection.
        let pool = sqlx::any::AnyPoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None);
        let pool = pool.connect(url).await.map_err(&failed)?;
        for statement in SCHEMA {
            sqlx::query(statement)
                .execute(&pool)
                .await
                .map_err(&failed)?;
        }
        let found = sqlx::query("SELECT MAX(version) FROM reconcile_version");
        let found: Option<i64> = found
            .fetch_one(&pool)
            .await
            .and_then(|row| row.try_get(0))
            .map_err(&failed)?;
        match found {
            Some(found) if found > VERSION => return Err(LedgerError::Newer { found }),
            Some(_) => {}
            None => {
                let first =
                    "INSERT INTO reconcile_version (version) VALUES ($1) ON CONFLICT DO NOTHING";
                let first = sqlx::query(first).bind(VERSION);
                first.execute(&pool).await.map_err(&failed)?;
            }
        }
        Ok(Self { pool })
    }

    /// Every decision, by fingerprint.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Unavailable`].
    pub async fn decisions(&self) -> Result<BTreeMap<String, Decision>, LedgerError> {
        let failed = unavailable("list decisions");
        let rows = sqlx::query("SELECT fingerprint, at, who, why FROM reconcile_decision");
        let rows = rows.fetch_all(&self.pool).await.map_err(&failed)?;
        let decision = |row: &AnyRow| {
            let decision = Decision {
                at: time(row.try_get(1)?),
                who: row.try_get(2)?,
                why: row.try_get(3)?,
            };
            Ok((row.try_get(0)?, decision))
        };
        rows.iter()
            .map(decision)
            .collect::<Result<_, _>>()
            .map_err(failed)
    }

    /// What is new and what went since the run of this scope before.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Unavailable`], [`LedgerError::Unreadable`], [`LedgerError::Disk`].
    pub async fn since(&self, scope: &Scope, outcome: &mut Outcome) -> Result<Since, LedgerError> {
        let failed = unavailable("look up the run before");
        let before = "SELECT run, at FROM reconcile_run WHERE scope = $1 ORDER BY run DESC LIMIT 1";
        let before = sqlx::query(before).bind(scope.to_string());
        let mut now = BTreeSet::new();
        for difference in outcome.differences()? {
            now.insert(difference?.fingerprint());
        }
        let Some(before) = before.fetch_optional(&self.pool).await.map_err(&failed)? else {
            return Ok(Since::default());
        };
        let (run, at): (i64, i64) = (
            before.try_get(0).map_err(&failed)?,
            before.try_get(1).map_err(&failed)?,
        );
        let found = "SELECT fingerprint, difference FROM reconcile_difference WHERE run = $1 ORDER BY fingerprint";
        let found = sqlx::query(found).bind(run);
        let found = found.fetch_all(&self.pool).await.map_err(&failed)?;
        let mut gone = Vec::new();
        for row in found {
            let fingerprint: String = row.try_get(0).map_err(&failed)?;
            if !now.remove(&fingerprint) {
                let text: String = row.try_get(1).map_err(&failed)?;
                let difference = serde_json::from_str(&text);
                gone.push(difference.map_err(|error| LedgerError::Unreadable {
                    reason: error.to_string(),
                })?);
            }
        }
        Ok(Since {
            at: Some(time(at)),
            new: now,
            gone,
        })
    }

    /// Records a run and everything that it found, in one transaction.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Unavailable`], [`LedgerError::Words`], [`LedgerError::Disk`].
    pub async fn record(
        &self,
        scope: &Scope,
        outcome: &mut Outcome,
        who: &str,
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        check("who", who, MAX_WHO)?;
        let failed = unavailable("record the run");
        let mut transaction = self.pool.begin().await.map_err(&failed)?;
        let run = "INSERT INTO reconcile_run (run, at, who, scope, our_orders, bill_rows, unreadable)
            SELECT COALESCE(MAX(run), 0) + 1, $1, $2, $3, $4, $5, $6 FROM reconcile_run RETURNING run";
        let run = sqlx::query(run)
            .bind(at.as_microsecond())
            .bind(who)
            .bind(scope.to_string())
            .bind(count(outcome.orders()))
            .bind(count(outcome.rows()))
            .bind(count(outcome.unreadable().1));
        let run = run.fetch_one(&mut *transaction).await.map_err(&failed)?;
        let run: i64 = run.try_get(0).map_err(&failed)?;
        for difference in outcome.differences()? {
            let difference = difference?;
            let text = serde_json::to_string(&difference).map_err(std::io::Error::from)?;
            let insert = "INSERT INTO reconcile_difference (run, fingerprint, difference) VALUES ($1, $2, $3)";
            let insert = sqlx::query(insert)
                .bind(run)
                .bind(difference.fingerprint())
                .bind(text);
            insert.execute(&mut *transaction).await.map_err(&failed)?;
        }
        transaction.commit().await.map_err(failed)
    }

    /// Records that these differences are decided. A difference that was decided before keeps its first decision. Returns how many are new.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Words`], [`LedgerError::Unavailable`].
    pub async fn decide(
        &self,
        fingerprints: &[String],
        decision: &Decision,
    ) -> Result<u64, LedgerError> {
        check("who", &decision.who, MAX_WHO)?;
        check("why", &decision.why, MAX_WHY)?;
        let failed = unavailable("record the decision");
        let mut transaction = self.pool.begin().await.map_err(&failed)?;
        let mut decided = 0;
        for fingerprint in fingerprints {
            let insert = "INSERT INTO reconcile_decision (fingerprint, at, who, why)
                VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
            let insert = sqlx::query(insert)
                .bind(fingerprint)
                .bind(decision.at.as_microsecond())
                .bind(&decision.who)
                .bind(&decision.why);
            let done = insert.execute(&mut *transaction).await.map_err(&failed)?;
            decided += done.rows_affected();
        }
        transaction.commit().await.map_err(failed)?;
        Ok(decided)
    }

    /// Lets go of the database.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl std::fmt::Display for Scope {
    /// The days and the hospitals, as JSON: no name can be taken for two.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Days { first, last } = self.days;
        write!(f, "{}", serde_json::json!([first, last, self.merchants]))
    }
}

fn check(field: &'static str, text: &str, max: usize) -> Result<(), LedgerError> {
    let invalid =
        text.trim().is_empty() || text.chars().count() > max || text.chars().any(char::is_control);
    match invalid {
        true => Err(LedgerError::Words { field, max }),
        false => Ok(()),
    }
}

fn time(microseconds: i64) -> Timestamp {
    Timestamp::from_microsecond(microseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The database's own words without the values and the address, which may hold a password.
fn unavailable(doing: &'static str) -> impl Fn(sqlx::Error) -> LedgerError {
    move |error| {
        let reason = match error {
            sqlx::Error::Database(error) => error.message().to_owned(),
            sqlx::Error::Io(error) => error.kind().to_string(),
            sqlx::Error::Configuration(_) => "the address cannot be read".to_owned(),
            sqlx::Error::PoolTimedOut => "the database did not answer in time".to_owned(),
            other => other.to_string(),
        };
        LedgerError::Unavailable { doing, reason }
    }
}
