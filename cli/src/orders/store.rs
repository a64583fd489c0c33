//! Which store is meant, and opening it.
//!
//! An address may hold a password, so only its scheme is ever shown.

use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;

use payinsurance_orders::store::{
    Access, PostgresOptions, PostgresStore, SqliteOptions, SqliteStore, Store,
};

use super::Failure;

/// What a SQLite file begins with. Source: <https://www.sqlite.org/fileformat.html>.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// Where orders are stored.
pub(crate) enum Place {
    Sqlite(PathBuf),
    /// The URL; may hold a password.
    Postgres(String),
}

/// A store that is open.
pub(crate) enum Opened {
    Sqlite(SqliteStore),
    Postgres(PostgresStore),
}

impl Place {
    /// What `--store` or the environment says.
    pub(crate) fn named(text: Option<&str>) -> Result<Self, Failure> {
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return Err(Failure::Arguments(
                "no store is named: give --store STORE, set PAYINSURANCE_STORE, or write a store into payinsurance.toml; it is the path of a SQLite file, sqlite:PATH or postgres://…"
                    .to_owned(),
            ));
        };
        match scheme(text) {
            None => Ok(Self::Sqlite(text.into())),
            Some(("sqlite", rest)) => {
                let path = rest.strip_prefix("//").unwrap_or(rest);
                Ok(Self::Sqlite(path.into()))
            }
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => {
                Ok(Self::Postgres(text.to_owned()))
            }
            Some((other, _)) => Err(Failure::Arguments(format!(
                "the store begins with `{other}:`, and may be the path of a SQLite file, sqlite:PATH or postgres://…"
            ))),
        }
    }

    pub(crate) async fn open(&self, access: Access) -> Result<Opened, Failure> {
        self.must_be_database()?;
        Ok(match self {
            Self::Sqlite(path) => {
                let options = SqliteOptions::new(path).readers(1).access(access);
                Opened::Sqlite(options.open().await?)
            }
            Self::Postgres(url) => {
                let options = PostgresOptions::new(url)?.connections(2).access(access);
                Opened::Postgres(options.open().await?)
            }
        })
    }
}

impl Place {
    /// Refuses a file that is something else.
    pub(crate) fn must_be_database(&self) -> Result<(), Failure> {
        let Self::Sqlite(path) = self else {
            return Ok(());
        };
        let mut begin = Vec::new();
        // What cannot be read is reported by the store itself. An empty file is a database without tables.
        let read = File::open(path).and_then(|file| file.take(16).read_to_end(&mut begin));
        match read {
            Ok(1..) if !MAGIC.starts_with(&begin) => Err(Failure::NotDone(format!(
                "{} is not a SQLite database: name the store that a desk has made",
                path.display()
            ))),
            _ => Ok(()),
        }
    }
}

impl Opened {
    pub(crate) fn store(&self) -> &dyn Store {
        match self {
            Self::Sqlite(store) => store,
            Self::Postgres(store) => store,
        }
    }

    /// The store, for a desk.
    pub(crate) fn shared(&self) -> Arc<dyn Store> {
        match self {
            Self::Sqlite(store) => Arc::new(store.clone()),
            Self::Postgres(store) => Arc::new(store.clone()),
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(store) => store.close().await,
            Self::Postgres(store) => store.close().await,
        }
    }
}

/// What stands before and after the first colon, if that looks like a scheme: one letter is a drive.
fn scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let is_scheme = scheme.len() > 1 && scheme.bytes().all(|b| b.is_ascii_alphanumeric());
    is_scheme.then_some((scheme, rest))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

    use super::*;

    fn named(text: &str) -> String {
        match Place::named(Some(text)) {
            Ok(Place::Sqlite(path)) => format!("file {}", path.display()),
            Ok(Place::Postgres(url)) => format!("server {url}"),
            Err(failure) => failure.to_string(),
        }
    }

    #[test]
    fn a_path_may_stand_alone_or_after_its_scheme() {
        for (text, path) in [
            ("orders.db", "orders.db"),
            ("/var/lib/desk/orders.db", "/var/lib/desk/orders.db"),
            ("sqlite:orders.db", "orders.db"),
            ("sqlite:///var/orders.db", "/var/orders.db"),
            ("C:\\desk\\orders.db", "C:\\desk\\orders.db"),
            ("./a:b.db", "./a:b.db"),
        ] {
            assert_eq!(named(text), format!("file {path}"));
        }
    }

    #[test]
    fn an_address_of_postgresql_has_one_of_two_schemes() {
        for url in ["postgres://desk@db/desk", "postgresql://desk@db/desk"] {
            assert_eq!(named(url), format!("server {url}"));
        }
    }

    #[test]
    fn what_cannot_be_understood_is_not_quoted() {
        for text in [
            "postgers://desk:hunter2@db/desk",
            "postgres:/desk:hunter2@db/desk",
            "desk:hunter2@db/desk",
        ] {
            let message = named(text);
            assert!(!message.contains("hunter2"), "{message}");
            assert!(message.contains("sqlite:PATH or postgres://"), "{message}");
        }
    }

    #[test]
    fn a_missing_store_is_refused_with_how_to_name_one() {
        for none in [None, Some("")] {
            let message = Place::named(none).err().unwrap().to_string();
            assert!(message.contains("PAYINSURANCE_STORE"), "{message}");
        }
    }
}
