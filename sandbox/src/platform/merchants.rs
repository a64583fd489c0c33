//! The hospitals, and whether a message carries the ids of the one whose token it came with (chapter 2).

use std::net::IpAddr;

use payinsurance::ErrorCode;
use signed_xml::{Key, Text};

use crate::config::{Config, ConfigError, MerchantConfig, Mode};

use super::answer::Refusal;

/// A hospital, checked.
#[derive(Debug, Clone)]
pub(super) struct Merchant {
    pub(super) config: MerchantConfig,
    pub(super) key: Key,
}

/// The ids that a message carries.
pub(super) struct Ids<'a> {
    pub(super) appid: &'a Option<Text>,
    pub(super) mch_id: &'a Option<Text>,
    pub(super) sub_appid: &'a Option<Text>,
    pub(super) sub_mch_id: &'a Option<Text>,
}

/// Takes the ids out of any request that has them.
macro_rules! ids {
    ($request:expr) => {
        &$crate::platform::merchants::Ids {
            appid: &$request.appid,
            mch_id: &$request.mch_id,
            sub_appid: &$request.sub_appid,
            sub_mch_id: &$request.sub_mch_id,
        }
    };
}
pub(super) use ids;

impl Merchant {
    /// Checks the merchants of a configuration.
    pub(super) fn all(config: &Config) -> Result<Vec<Self>, ConfigError> {
        let merchants = config
            .merchants
            .iter()
            .map(Self::new)
            .collect::<Result<Vec<_>, _>>()?;
        for (i, one) in config.merchants.iter().enumerate() {
            let same = |other: &MerchantConfig| {
                one.appid == other.appid && one.sub_appid == other.sub_appid
            };
            if config.merchants[..i].iter().any(same) {
                return Err(ConfigError::SameMerchant {
                    appid: one.appid.clone(),
                });
            }
        }
        Ok(merchants)
    }

    fn new(config: &MerchantConfig) -> Result<Self, ConfigError> {
        for (field, id) in [
            ("sub_appid", &config.sub_appid),
            ("sub_mch_id", &config.sub_mch_id),
        ] {
            if id.is_some() != (config.mode == Mode::ServiceProvider) {
                return Err(ConfigError::SubIds {
                    appid: config.appid.clone(),
                    field,
                    mode: config.mode,
                });
            }
        }
        config.check()?;
        let key = Key::new(config.key.as_str()).map_err(|error| ConfigError::Key {
            appid: config.appid.clone(),
            error,
        })?;
        Ok(Self {
            config: config.clone(),
            key,
        })
    }

    /// Whether an address may ask for refunds.
    pub(super) fn lists(&self, ip: IpAddr) -> bool {
        self.config.ip_list.contains(&ip.to_canonical())
    }

    /// The ids of a message must be those of the access token's owner.
    ///
    /// `sub_appid` may be left out under a service provider, `sub_mch_id` may not (3.3); an independent hospital sends neither (2.2).
    pub(super) fn admits(&self, ids: &Ids<'_>, code: &ErrorCode) -> Result<(), Refusal> {
        let own = &self.config;
        let provider = own.mode == Mode::ServiceProvider;
        for (name, found, wanted, needed) in [
            ("appid", ids.appid, Some(&own.appid), true),
            ("mch_id", ids.mch_id, Some(&own.mch_id), true),
            ("sub_appid", ids.sub_appid, own.sub_appid.as_ref(), false),
            (
                "sub_mch_id",
                ids.sub_mch_id,
                own.sub_mch_id.as_ref(),
                provider,
            ),
        ] {
            let detail = match (found, wanted) {
                (Some(found), Some(wanted)) if *found == *wanted => continue,
                (None, _) if !needed => continue,
                (Some(found), Some(wanted)) => {
                    format!("{name} {found} is not that of the access token, {wanted}")
                }
                (Some(_), None) => format!("{name} is not used in independent mode: leave it out"),
                (None, _) => format!("{name} is required under a service provider"),
            };
            return Err(Refusal::business(code.clone(), detail));
        }
        Ok(())
    }
}
