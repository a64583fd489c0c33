//! Where a hospital stores its orders: a SQLite file, or a schema in the PostgreSQL server that `PAYINSURANCE_POSTGRES` names.

use std::io::Write;
use std::sync::Once;

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;

/// The kinds of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

/// An empty database; a SQLite file goes away with it.
pub(crate) struct Database {
    /// The `store` of a hospital process.
    pub(crate) store: String,
    _folder: Option<TempDir>,
}

impl Database {
    /// A new one, or `None` without a server. `case` names the schema.
    pub(crate) async fn new(kind: Kind, case: &str) -> Option<Self> {
        match kind {
            Kind::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                Some(Self {
                    store: folder.path().join("orders.db").to_str().unwrap().to_owned(),
                    _folder: Some(folder),
                })
            }
            Kind::Postgres => {
                let server = server()?;
                Some(Self {
                    store: fresh_schema(&server, &format!("processes_{case}")).await,
                    _folder: None,
                })
            }
        }
    }
}

/// The server's URL; without one, a line says how to name one.
#[expect(
    clippy::explicit_write,
    reason = "the test harness keeps `eprintln!` of a passing test to itself"
)]
fn server() -> Option<String> {
    static SKIPPED: Once = Once::new();
    let named = std::env::var("PAYINSURANCE_POSTGRES").ok();
    let url = named.filter(|url| !url.is_empty());
    if url.is_none() {
        SKIPPED.call_once(|| {
            let line = "skipped: PAYINSURANCE_POSTGRES does not name a PostgreSQL server (scripts/with-postgres starts one)";
            writeln!(std::io::stderr(), "{line}").unwrap();
        });
    }
    url
}

/// The URL of a new, empty schema.
async fn fresh_schema(url: &str, name: &str) -> String {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let sql = format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}");
    let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection);
    done.await.unwrap();
    connection.close().await.unwrap();
    let joint = if url.contains('?') { '&' } else { '?' };
    format!("{url}{joint}options[search_path]={name}")
}
