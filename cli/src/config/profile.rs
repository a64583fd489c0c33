//! With which ids and secrets a hospital calls the platform.

use std::path::PathBuf;

use signed_xml::Key;
use signed_xml_client::Merchant;

use super::{Config, Found, OF_HOSPITAL, Origin, first, secret};
use crate::failure::Failure;
use crate::language::language;

/// A hospital of the configuration; its values may come from several places.
pub(crate) struct Hospital<'a> {
    pub(super) config: &'a Config,
    pub(super) name: Option<Found>,
}

/// A hospital as it calls.
pub(crate) struct Profile {
    /// Its name, if it has one.
    pub(crate) name: Option<String>,
    pub(crate) merchant: Merchant,
    /// Where calls go instead of to the platform.
    pub(crate) origin: Option<String>,
}

/// Where calls go.
#[derive(clap::Args)]
// Its name would be that of the command's own group.
#[group(skip)]
pub(crate) struct Calling {
    /// Calls this address instead of the platform: a sandbox, such as http://127.0.0.1:8080 [env:
    /// PAYINSURANCE_ORIGIN]
    #[arg(long, value_name = "URL")]
    pub(crate) origin: Option<String>,
}

impl Calling {
    /// The hospital that is meant, as it calls.
    pub(crate) fn profile(&self, config: &Config) -> Result<Profile, Failure> {
        let mut profile = config.hospital()?.profile()?;
        if let Some(origin) = &self.origin {
            profile.origin = Some(origin.clone());
        }
        Ok(profile)
    }
}

impl Hospital<'_> {
    /// Its name, if it has one.
    pub(crate) fn name(&self) -> Option<&str> {
        self.name.as_ref().map(|found| &*found.value)
    }

    /// A value of its table.
    pub(crate) fn get(&self, name: &'static str) -> Option<Found> {
        let (_, in_environment) = OF_HOSPITAL.into_iter().find(|(known, _)| *known == name)?;
        first(None, in_environment, || {
            let mut files = self.config.files.iter();
            files.find_map(|file| {
                let table = file.hospitals.get(self.name()?)?;
                Some((file, table.values.get(name)?))
            })
        })
    }

    /// Fields that all its orders or refunds have in common.
    pub(crate) fn fields(&self, table: &str) -> Vec<(String, String)> {
        let mut all: Vec<(String, String)> = Vec::new();
        for file in &self.config.files {
            let own = self.name().and_then(|name| file.hospitals.get(name));
            let fields = own.and_then(|own| own.fields.get(table));
            for (name, value) in fields.into_iter().flatten() {
                if !all.iter().any(|(known, _)| known == name) {
                    all.push((name.clone(), value.clone()));
                }
            }
        }
        all
    }

    /// A secret: of the first place that has it or names its file.
    pub(crate) fn secret(
        &self,
        name: &'static str,
        in_file: &'static str,
    ) -> Result<Option<Found>, Failure> {
        let rank = |found: &Found| match &found.origin {
            Origin::Flag(_) | Origin::Environment(_) => 0,
            Origin::File { path, .. } => {
                let place = self.config.files.iter().position(|file| file.path == *path);
                place.unwrap_or(usize::MAX - 1) + 1
            }
            Origin::Default => usize::MAX,
        };
        match (self.get(name), self.get(in_file)) {
            (Some(own), Some(other)) if rank(&other) < rank(&own) => Self::read(other).map(Some),
            (Some(own), _) => Ok(Some(own)),
            (None, Some(other)) => Self::read(other).map(Some),
            (None, None) => Ok(None),
        }
    }

    fn read(found: Found) -> Result<Found, Failure> {
        let path = match &found.origin {
            Origin::File { path, .. } => path.parent().map_or_else(
                || PathBuf::from(&found.value),
                |folder| folder.join(&found.value),
            ),
            _ => PathBuf::from(&found.value),
        };
        Ok(Found {
            value: secret::of_file(&path)?,
            origin: Origin::File { path, line: 1 },
        })
    }

    /// The key that its messages are signed with.
    pub(crate) fn key(&self) -> Result<Option<String>, Failure> {
        let found = self.secret("key", "key_file")?;
        Ok(found.map(|found| found.value))
    }

    /// The app secret that its access tokens are asked for with.
    pub(crate) fn app_secret(&self) -> Result<Option<String>, Failure> {
        let found = self.secret("app_secret", "app_secret_file")?;
        Ok(found.map(|found| found.value))
    }

    /// The hospital, complete.
    pub(crate) fn profile(&self) -> Result<Profile, Failure> {
        let merchant = self.merchant()?;
        let app_secret = self.app_secret()?.or_else(|| self.ask("app_secret"));
        let app_secret = app_secret.ok_or_else(|| self.lacks(&["app_secret"]))?;
        let merchant = merchant.with_app_secret(app_secret);
        Ok(Profile {
            merchant: merchant.map_err(|error| self.wrong(&error))?,
            origin: self.get("origin").map(|found| found.value),
            name: self.name().map(str::to_owned),
        })
    }

    /// Its numbers and its key, which is all that verifying needs.
    pub(crate) fn merchant(&self) -> Result<Merchant, Failure> {
        let value = |name| self.get(name).map(|found| found.value);
        let (appid, mch_id) = (value("appid"), value("mch_id"));
        let mut key = self.key()?;
        if let (Some(_), Some(_), None) = (&appid, &mch_id, &key) {
            key = self.ask("key");
        }
        let (Some(appid), Some(mch_id), Some(key)) = (&appid, &mch_id, &key) else {
            let is_missing = [
                ("appid", appid.is_none()),
                ("mch_id", mch_id.is_none()),
                ("key", key.is_none()),
                ("app_secret", self.app_secret()?.is_none()),
            ];
            let missing = is_missing.into_iter().filter(|(_, is_missing)| *is_missing);
            let missing: Vec<&str> = missing.map(|(name, _)| name).collect();
            return Err(self.lacks(&missing));
        };
        let key = Key::new(key.as_str()).map_err(|error| self.wrong(&error))?;
        let merchant = match value("sub_mch_id") {
            Some(sub) => Merchant::service_provider(appid, mch_id, sub, key),
            None => Merchant::independent(appid, mch_id, key),
        };
        let merchant = match value("sub_appid") {
            Some(sub_appid) => merchant.and_then(|known| known.with_sub_appid(sub_appid)),
            None => merchant,
        };
        merchant.map_err(|error| self.wrong(&error))
    }

    fn ask(&self, name: &str) -> Option<String> {
        let of = self.name().map(|name| format!(" ({name})"));
        let of = of.unwrap_or_default();
        secret::typed(&match name {
            "key" => language().pick(
                format!("接口密钥 key{of}"),
                format!("key of the interface{of}"),
            ),
            _ => language().pick(format!("AppSecret{of}"), format!("app secret{of}")),
        })
    }

    fn lacks(&self, names: &[&str]) -> Failure {
        let variables = OF_HOSPITAL
            .iter()
            .filter(|(name, _)| names.contains(name))
            .map(|(_, variable)| *variable);
        let variables: Vec<&str> = variables.collect();
        let variables = variables.join(", ");
        Failure::Arguments(match self.name() {
            Some(name) if !self.config.files.is_empty() => format!(
                "the hospital {name:?} has no {}: add it to [{name}] of {}, or set {variables}",
                names.join(", no "),
                self.config.shown_files(),
            ),
            _ => format!(
                "no hospital is configured: write a configuration with `payinsurance init`, or set {variables}"
            ),
        })
    }

    fn wrong(&self, error: &dyn std::fmt::Display) -> Failure {
        let of = self.name().map(|name| format!(" of {name:?}"));
        let of = of.unwrap_or_default();
        Failure::Arguments(format!("the profile{of} is invalid: {error}"))
    }
}
