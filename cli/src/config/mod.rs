//! One configuration for all commands: what a flag says, else the environment, else the project's
//! file, else the user's file, else the default.
//!
//! A file has settings of its own at the top and a table for each hospital. Secrets stand in the
//! environment, in a file that only its owner can read, or are typed in; they are never an
//! argument, since everybody on the machine sees a command line. No error repeats a value of a
//! file.

mod command;
mod file;
mod init;
mod profile;
mod secret;

use std::fmt;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

use crate::failure::Failure;
use crate::language::{Language, variable};
use crate::orders::Place;
use file::{File, Line};

pub(crate) use command::{Arguments, run};
pub(crate) use init::{Arguments as InitArguments, run as init};
pub(crate) use profile::{Calling, Hospital, Profile};
pub(crate) use secret::at_terminal;

/// The name of a project's file.
const PROJECT_FILE: &str = "payinsurance.toml";

/// What may stand at the top of a file: name and variable.
const SETTINGS: [(&str, &str); 4] = [
    ("profile", "PAYINSURANCE_PROFILE"),
    ("lang", "PAYINSURANCE_LANG"),
    ("store", "PAYINSURANCE_STORE"),
    ("ledger", "PAYINSURANCE_LEDGER"),
];

/// What may stand in the table of a hospital: name and variable.
const OF_HOSPITAL: [(&str, &str); 9] = [
    ("appid", "PAYINSURANCE_APPID"),
    ("mch_id", "PAYINSURANCE_MCH_ID"),
    ("sub_appid", "PAYINSURANCE_SUB_APPID"),
    ("sub_mch_id", "PAYINSURANCE_SUB_MCH_ID"),
    ("key", "PAYINSURANCE_KEY"),
    ("key_file", "PAYINSURANCE_KEY_FILE"),
    ("app_secret", "PAYINSURANCE_APP_SECRET"),
    ("app_secret_file", "PAYINSURANCE_APP_SECRET_FILE"),
    ("origin", "PAYINSURANCE_ORIGIN"),
];

/// Tables of a hospital: fields that its orders and refunds have in common.
const TABLES: [&str; 2] = ["order", "refund"];

/// What the options say.
pub(crate) struct Flags {
    pub(crate) profile: Option<String>,
    pub(crate) lang: Option<Language>,
}

/// All that was read.
pub(crate) struct Config {
    flags: Flags,
    /// The project's before the user's.
    files: Vec<File>,
}

/// Where a value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Flag(&'static str),
    Environment(&'static str),
    File { path: PathBuf, line: usize },
    Default,
}

/// A value, and where it stands. It may be a secret.
pub(crate) struct Found {
    pub(crate) value: String,
    pub(crate) origin: Origin,
}

impl Config {
    /// Reads the named file, or those that are found.
    pub(crate) fn read(flags: Flags, named: Option<PathBuf>) -> Result<Self, Failure> {
        let paths: Vec<PathBuf> = match named {
            Some(path) => vec![path],
            None => project_file()
                .into_iter()
                .chain(user_file().filter(|path| path.exists()))
                .collect(),
        };
        let files = paths.iter().map(|path| File::read(path));
        Ok(Self {
            flags,
            files: files.collect::<Result<_, _>>()?,
        })
    }

    /// A setting of its own.
    fn setting(&self, name: &'static str) -> Option<Found> {
        let (_, in_environment) = SETTINGS.into_iter().find(|(known, _)| *known == name)?;
        let flag = match name {
            "profile" => self.flags.profile.clone().map(|value| ("--profile", value)),
            "lang" => self
                .flags
                .lang
                .map(|lang| ("--lang", lang.as_str().to_owned())),
            _ => None,
        };
        first(flag, in_environment, || {
            let mut files = self.files.iter();
            files.find_map(|file| Some((file, file.settings.get(name)?)))
        })
    }

    /// The language that is set, if one is.
    pub(crate) fn language(&self) -> Option<Language> {
        Language::named(&self.setting("lang")?.value)
    }

    /// The store of the order desk.
    pub(crate) fn store(&self) -> Result<Place, Failure> {
        Place::named(self.store_text().as_deref())
    }

    /// The store of the order desk, if one is named.
    pub(crate) fn store_if_named(&self) -> Result<Option<Place>, Failure> {
        let named = self.store_text().map(|text| Place::named(Some(&text)));
        named.transpose()
    }

    fn store_text(&self) -> Option<String> {
        self.setting("store").map(beside_its_file)
    }

    /// Where runs of reconciliation and decisions are stored, if a place is named.
    pub(crate) fn ledger(&self) -> Option<String> {
        self.setting("ledger").map(beside_its_file)
    }

    /// The names of all hospitals that have a table, sorted.
    fn hospitals(&self) -> Vec<&str> {
        let names = self.files.iter().flat_map(|file| file.hospitals.keys());
        let mut names: Vec<&str> = names.map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The hospital that is meant: by name, or the only one.
    pub(crate) fn hospital(&self) -> Result<Hospital<'_>, Failure> {
        let known = self.hospitals();
        let listed = || {
            let quoted: Vec<String> = known.iter().map(|name| format!("{name:?}")).collect();
            quoted.join(", ")
        };
        let name = match (self.setting("profile"), &known[..]) {
            (Some(found), []) => Some(found),
            (Some(found), _) if known.contains(&found.value.as_str()) => Some(found),
            (Some(found), _) => {
                return Err(Failure::Arguments(format!(
                    "{} names the hospital {:?}, and {} no table [{}]: there {} {}",
                    found.origin,
                    found.value,
                    self.names_of_files("has", "have"),
                    found.value,
                    if known.len() == 1 { "is" } else { "are" },
                    listed()
                )));
            }
            (None, []) => None,
            (None, [only]) => Some(Found {
                value: (*only).to_owned(),
                origin: Origin::Default,
            }),
            (None, _) => {
                return Err(Failure::Arguments(format!(
                    "{} the hospitals {}: give one of them as --profile, or set PAYINSURANCE_PROFILE",
                    self.names_of_files("has", "have"),
                    listed()
                )));
            }
        };
        Ok(Hospital { config: self, name })
    }

    /// The hospital that is meant, or else the one whose numbers stand in a message.
    pub(crate) fn hospital_of(&self, body: &[u8]) -> Result<Hospital<'_>, Failure> {
        if self.setting("profile").is_none() {
            let named = |name: &&str| {
                let hospital = self.named(name);
                let ids = ["appid", "mch_id", "sub_mch_id"];
                let mut ids = ids.into_iter().filter_map(|id| hospital.get(id));
                ids.all(|id| contains(body, id.value.as_bytes()))
            };
            let known = self.hospitals();
            let mut found = known.iter().filter(|name| named(name));
            if let (Some(one), None) = (found.next(), found.next()) {
                return Ok(self.named(one));
            }
        }
        self.hospital()
    }

    fn named(&self, name: &str) -> Hospital<'_> {
        let name = Found {
            value: name.to_owned(),
            origin: Origin::Default,
        };
        Hospital {
            config: self,
            name: Some(name),
        }
    }

    /// The files that were read.
    pub(crate) fn shown_files(&self) -> String {
        self.names_of_files("", "").trim_end().to_owned()
    }

    /// `a.toml has`, `a.toml and b.toml have`.
    fn names_of_files(&self, one: &str, several: &str) -> String {
        let paths = self
            .files
            .iter()
            .map(|file| file.path.display().to_string());
        let paths: Vec<String> = paths.collect();
        let verb = if paths.len() == 1 { one } else { several };
        format!("{} {verb}", paths.join(" and "))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) | Self::Environment(name) => f.write_str(name),
            Self::File { path, line } => write!(f, "{}, line {line}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// The first of flag, environment and files that has a value.
fn first<'a>(
    flag: Option<(&'static str, String)>,
    in_environment: &'static str,
    in_files: impl FnOnce() -> Option<(&'a File, &'a Line)>,
) -> Option<Found> {
    if let Some((name, value)) = flag {
        let origin = Origin::Flag(name);
        return Some(Found { value, origin });
    }
    if let Some(value) = variable(in_environment) {
        let origin = Origin::Environment(in_environment);
        return Some(Found { value, origin });
    }
    let (file, line) = in_files()?;
    Some(Found {
        value: line.text.clone(),
        origin: Origin::File {
            path: file.path.clone(),
            line: line.number,
        },
    })
}

/// A path in a file is relative to the folder of that file.
fn beside_its_file(found: Found) -> String {
    let Origin::File { path, .. } = &found.origin else {
        return found.value;
    };
    let text = found.value.strip_prefix("sqlite:").unwrap_or(&found.value);
    let is_address = text.contains("://") || text.starts_with("//");
    match path.parent() {
        Some(folder) if !is_address && !folder.as_os_str().is_empty() => {
            folder.join(text).display().to_string()
        }
        _ => found.value,
    }
}

fn contains(body: &[u8], part: &[u8]) -> bool {
    !part.is_empty() && body.windows(part.len()).any(|window| window == part)
}

/// The file of this folder or the nearest one above.
fn project_file() -> Option<PathBuf> {
    let folder = std::env::current_dir().ok()?;
    let mut folders = folder.ancestors().map(Path::to_owned);
    let found = folders.find(|folder| folder.join(PROJECT_FILE).is_file())?;
    Some(found.join(PROJECT_FILE))
}

/// `~/.config/payinsurance/config.toml`.
fn user_file() -> Option<PathBuf> {
    let folders = etcetera::choose_base_strategy().ok()?;
    Some(
        folders
            .config_dir()
            .join("payinsurance")
            .join("config.toml"),
    )
}
