//! The PostgreSQL server that `PAYINSURANCE_POSTGRES` names, and a schema for each case.

use std::io::Write;
use std::sync::Once;

use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// The server's URL, or a line that says how to name one.
#[expect(
    clippy::explicit_write,
    reason = "the test harness keeps `eprintln!` of a passing test to itself"
)]
pub(crate) fn url() -> Option<String> {
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
pub(crate) async fn fresh_schema(url: &str, case: &str) -> String {
    // PostgreSQL cuts a name off after 63 bytes.
    let name = &case[..case.len().min(63)];
    let mut connection = PgConnection::connect(url).await.unwrap();
    let sql = format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}");
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    let joint = if url.contains('?') { '&' } else { '?' };
    format!("{url}{joint}options[search_path]={name}")
}
