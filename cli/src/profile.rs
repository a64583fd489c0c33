//! With which ids and secrets a hospital calls the platform.
//!
//! They stand in a TOML file, a table for each hospital, or in the environment. A secret is never an argument: everybody on the machine sees a
//! command line. No error repeats a line of the file.

use std::collections::BTreeMap;
use std::env;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use signed_xml::Key;
use signed_xml_client::Merchant;

use crate::orders::Failure;
use crate::output::note;

/// Where the ids and secrets of a hospital stand.
#[derive(clap::Args)]
// Its name would be that of the command's own group.
#[group(skip)]
pub(crate) struct Arguments {
    /// A TOML file with a table for each hospital, `[clinic]`: appid, mch_id, sub_appid and sub_mch_id under a service provider, key, app_secret, and
    /// origin for a sandbox. Without it they are read from the environment: PAYINSURANCE_APPID, PAYINSURANCE_MCH_ID and so on
    #[arg(long, env = "PAYINSURANCE_PROFILES", value_name = "FILE")]
    profiles: Option<PathBuf>,
    /// The hospital: its table in the file, and the name under which a desk knows it
    #[arg(long)]
    merchant: Option<String>,
    /// Calls this address instead of the platform: a sandbox, such as http://127.0.0.1:8080
    #[arg(long, env = "PAYINSURANCE_ORIGIN", value_name = "URL")]
    origin: Option<String>,
}

/// A hospital as it calls.
pub(crate) struct Profile {
    /// Its name, if it has one.
    pub(crate) name: Option<String>,
    pub(crate) merchant: Merchant,
    /// Where calls go instead of to the platform.
    pub(crate) origin: Option<String>,
}

/// A table of the file, or the environment.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    appid: String,
    mch_id: String,
    sub_appid: Option<String>,
    sub_mch_id: Option<String>,
    key: String,
    app_secret: String,
    origin: Option<String>,
}

impl Arguments {
    /// The hospital that is meant.
    pub(crate) fn profile(&self) -> Result<Profile, Failure> {
        let (name, entry) = match &self.profiles {
            Some(path) => {
                let (name, entry) = self.of_file(path)?;
                (Some(name), entry)
            }
            None => (self.merchant.clone(), from_environment()?),
        };
        let wrong = |error: &dyn fmt::Display| {
            let of = name
                .as_deref()
                .map_or(String::new(), |name| format!(" of {name:?}"));
            Failure::Arguments(format!("the profile{of} is invalid: {error}"))
        };
        let key = Key::new(entry.key).map_err(|error| wrong(&error))?;
        let merchant = match entry.sub_mch_id {
            Some(sub_mch_id) => {
                Merchant::service_provider(entry.appid, entry.mch_id, sub_mch_id, key)
            }
            None => Merchant::independent(entry.appid, entry.mch_id, key),
        };
        let merchant = match entry.sub_appid {
            Some(sub_appid) => merchant.and_then(|known| known.with_sub_appid(sub_appid)),
            None => merchant,
        };
        let merchant = merchant.and_then(|known| known.with_app_secret(entry.app_secret));
        Ok(Profile {
            merchant: merchant.map_err(|error| wrong(&error))?,
            origin: self.origin.clone().or(entry.origin),
            name,
        })
    }

    fn of_file(&self, path: &Path) -> Result<(String, Entry), Failure> {
        let shown = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::NotDone(format!("{shown} cannot be read: {error}")))?;
        warn_of_readers(path);
        let mut tables: BTreeMap<String, Entry> = toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(0, |span| {
                text.bytes()
                    .take(span.start)
                    .filter(|b| *b == b'\n')
                    .count()
            }) + 1;
            // The library's own words may quote a secret.
            let what = known_words(error.message());
            Failure::Arguments(format!("{shown}, line {line}: {what}"))
        })?;
        let names: Vec<String> = tables.keys().map(|name| format!("{name:?}")).collect();
        let name = match (&self.merchant, &names[..]) {
            (Some(name), _) => name.clone(),
            (None, [_]) => tables.keys().cloned().collect(),
            (None, _) => {
                return Err(Failure::Arguments(format!(
                    "{shown} has the hospitals {}: give one of them as --merchant",
                    names.join(", ")
                )));
            }
        };
        match tables.remove(&name) {
            Some(entry) => Ok((name, entry)),
            None => Err(Failure::Arguments(format!(
                "{shown} has no table [{name}]: it has {}",
                names.join(", ")
            ))),
        }
    }
}

/// What is wrong with the file, without a value of it.
fn known_words(message: &str) -> &str {
    let names = ["missing field `", "unknown field `", "duplicate key"];
    match names.iter().any(|known| message.starts_with(known)) {
        true => message.lines().next().unwrap_or(message),
        false => {
            "expected a table for each hospital, such as [clinic], with lines such as appid = \"wx…\""
        }
    }
}

fn from_environment() -> Result<Entry, Failure> {
    let optional = |name: &str| {
        let value = env::var(name).ok();
        value.filter(|value| !value.is_empty())
    };
    let needed = [
        "PAYINSURANCE_APPID",
        "PAYINSURANCE_MCH_ID",
        "PAYINSURANCE_KEY",
        "PAYINSURANCE_APP_SECRET",
    ];
    let missing: Vec<&str> = needed
        .into_iter()
        .filter(|name| optional(name).is_none())
        .collect();
    if !missing.is_empty() {
        return Err(Failure::Arguments(format!(
            "no hospital is named: give --profiles FILE, or set {}",
            missing.join(", ")
        )));
    }
    let value = |name| optional(name).unwrap_or_default();
    Ok(Entry {
        appid: value("PAYINSURANCE_APPID"),
        mch_id: value("PAYINSURANCE_MCH_ID"),
        sub_appid: optional("PAYINSURANCE_SUB_APPID"),
        sub_mch_id: optional("PAYINSURANCE_SUB_MCH_ID"),
        key: value("PAYINSURANCE_KEY"),
        app_secret: value("PAYINSURANCE_APP_SECRET"),
        origin: None,
    })
}

/// Says that others can read the secrets.
#[cfg(unix)]
fn warn_of_readers(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let others = std::fs::metadata(path).map(|meta| meta.permissions().mode() & 0o077);
    if others.is_ok_and(|others| others != 0) {
        note(format_args!(
            "{} holds secrets and can be read by others: chmod 600 it",
            path.display()
        ));
    }
}

#[cfg(not(unix))]
fn warn_of_readers(_: &Path) {}
