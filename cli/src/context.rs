//! What every command takes: the options that are the same everywhere.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::config::{Config, Flags};
use crate::failure::Failure;
use crate::help;
use crate::language::{self, Language};
use crate::orders::Place;

/// Options of every command.
#[derive(clap::Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Context {
    /// The hospital: its table in the configuration, and the name under which a desk stores its
    /// orders [env: PAYINSURANCE_PROFILE]
    #[arg(long, global = true, value_name = "NAME")]
    profile: Option<String>,
    /// Reads this configuration and no other; without it `payinsurance.toml` in this folder or
    /// above, and the user's own file [env: PAYINSURANCE_CONFIG_FILE]
    #[arg(long, global = true, value_name = "FILE")]
    config_file: Option<PathBuf>,
    /// The language of labels, meanings and advice; without it that of the configuration or the
    /// locale (LC_ALL, LC_MESSAGES, LANG) [env: PAYINSURANCE_LANG]
    #[arg(long, global = true)]
    lang: Option<Language>,
    /// Prints JSON: amounts in fen, times as RFC 3339
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

impl Context {
    /// What chooses the language of help and of wrong arguments, which are printed before the
    /// arguments are known. A value that is not allowed is refused later.
    pub(crate) fn early(line: &[OsString]) -> Self {
        let named = |name: &str| help::early(name, line);
        Self {
            profile: None,
            config_file: named("config-file").map(PathBuf::from),
            lang: named("lang").as_deref().and_then(Language::named),
            json: false,
        }
    }

    /// Chooses the language of this run.
    pub(crate) fn choose_language(&self) {
        // A wrong configuration is an error of the commands that need one.
        let configured = || self.config().ok()?.language();
        let found = self.lang.or_else(configured);
        let of_locale = || Language::of_locale(language::variable);
        language::choose(found.unwrap_or_else(of_locale));
    }

    /// Reads the configuration.
    pub(crate) fn config(&self) -> Result<Config, Failure> {
        let named = self.config_file.clone();
        let in_environment = || language::variable("PAYINSURANCE_CONFIG_FILE").map(PathBuf::from);
        let flags = Flags {
            profile: self.profile.clone(),
            lang: self.lang,
        };
        Config::read(flags, named.or_else(in_environment))
    }

    /// The store that an option or else the configuration names.
    pub(crate) fn store(&self, flag: Option<&str>) -> Result<Place, Failure> {
        match flag.filter(|text| !text.is_empty()) {
            Some(text) => Place::named(Some(text)),
            None => self.config()?.store(),
        }
    }
}
