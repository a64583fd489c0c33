//! Where the key comes from, and the other secrets that a sender may have taken for it.

use std::path::Path;

use payinsurance_sandbox::{Config, MerchantConfig};
use signed_xml_doctor::Case;

use crate::context::Context;
use crate::failure::Failure;

const KEY: &str = "PAYINSURANCE_KEY";
const APP_SECRET: &str = "PAYINSURANCE_APP_SECRET";

/// The key of a message and what else its sender has.
pub(super) struct Keys {
    pub(super) key: String,
    /// Other secrets, each with its name.
    pub(super) secrets: Vec<(String, String)>,
    /// Ids of the merchant that may have been signed without being sent.
    pub(super) ids: Vec<(&'static str, String)>,
}

impl Keys {
    /// From the environment, else from the merchants of a sandbox, else from the configuration:
    /// there, of the hospital whose numbers stand in the body.
    pub(super) fn find(
        config: Option<&Path>,
        context: &Context,
        body: &[u8],
    ) -> Result<Self, Failure> {
        let mut keys = Self {
            key: String::new(),
            secrets: Vec::new(),
            ids: Vec::new(),
        };
        if let Some(secret) = variable(APP_SECRET)? {
            keys.secrets.push(("the app secret".into(), secret));
        }
        match config {
            Some(path) => keys.configured(&merchants(path)?, body)?,
            None => keys.of_hospital(context, body)?,
        }
        if let Some(key) = variable(KEY)? {
            let configured = std::mem::replace(&mut keys.key, key);
            if !configured.is_empty() && configured != keys.key {
                keys.secrets
                    .push(("the key of the configuration".into(), configured));
            }
        }
        match keys.key.is_empty() {
            false => Ok(keys),
            true => Err(Failure::Arguments(format!(
                "no key: put it into the environment as {KEY} or into payinsurance.toml (`payinsurance init`), or name the merchants of a sandbox by --config"
            ))),
        }
    }

    /// A case that knows the other secrets and the ids.
    pub(super) fn suspected<'a>(&self, mut case: Case<'a>) -> Case<'a> {
        for (name, secret) in &self.secrets {
            case = case.secret(name, secret);
        }
        for (name, id) in &self.ids {
            case = case.known_value(*name, id);
        }
        case
    }

    fn of_hospital(&mut self, context: &Context, body: &[u8]) -> Result<(), Failure> {
        let config = context.config()?;
        let hospital = match config.hospital_of(body) {
            Ok(hospital) => hospital,
            // The environment may have the key all the same.
            Err(_) if variable(KEY)?.is_some() => return Ok(()),
            Err(failure) => return Err(failure),
        };
        if let Some(key) = hospital.key()? {
            self.key = key;
        }
        if let Some(secret) = hospital.app_secret()?
            && self.secrets.is_empty()
        {
            self.secrets.push(("the app secret".into(), secret));
        }
        for name in ["appid", "mch_id", "sub_appid", "sub_mch_id"] {
            let id = hospital.get(name);
            self.ids.extend(id.map(|id| (name, id.value)));
        }
        Ok(())
    }

    fn configured(&mut self, merchants: &[MerchantConfig], body: &[u8]) -> Result<(), Failure> {
        let names = |id: &str| {
            body.windows(id.len().max(1))
                .any(|part| part == id.as_bytes())
        };
        let sub_named = |merchant: &&MerchantConfig| {
            merchant.sub_appid.as_deref().is_none_or(names) && names(&merchant.appid)
        };
        let own = match merchants {
            [only] => Some(only),
            several => several
                .iter()
                .find(sub_named)
                .or_else(|| several.iter().find(|merchant| names(&merchant.appid))),
        };
        let own = own.ok_or_else(|| {
            Failure::Arguments(
                "the configuration has several merchants, and the message names the appid of none of them"
                    .into(),
            )
        })?;
        self.key.clone_from(&own.key);
        for merchant in merchants {
            let same = std::ptr::eq(merchant, own);
            let whose = if same {
                String::new()
            } else {
                format!(" of {}", merchant.appid)
            };
            self.secrets.push((
                format!("the app secret{whose}"),
                merchant.app_secret.clone(),
            ));
            if !same {
                self.secrets
                    .push((format!("the key{whose}"), merchant.key.clone()));
            }
        }
        for (name, id) in [
            ("appid", Some(&own.appid)),
            ("mch_id", Some(&own.mch_id)),
            ("sub_appid", own.sub_appid.as_ref()),
            ("sub_mch_id", own.sub_mch_id.as_ref()),
        ] {
            self.ids.extend(id.map(|id| (name, id.clone())));
        }
        Ok(())
    }
}

fn variable(name: &str) -> Result<Option<String>, Failure> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Failure::Arguments(format!("{name} is not UTF-8")))
        }
    }
}

fn merchants(path: &Path) -> Result<Vec<MerchantConfig>, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::Arguments(format!("cannot read {}: {error}", path.display())))?;
    // The place, and not the text: a file of secrets is not quoted.
    let config: Config = serde_json::from_str(&text).map_err(|error| {
        Failure::Arguments(format!(
            "invalid configuration: {}, line {}, column {}",
            path.display(),
            error.line(),
            error.column()
        ))
    })?;
    Ok(config.merchants)
}
