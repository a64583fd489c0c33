//! Whom the platform knows and how it behaves: merchants, patients, times.
//!
//! The defaults are two test hospitals, one under a service provider and one on its own, and one
//! patient. Their keys and secrets are made up and shown on purpose. A configuration can be read
//! from any serde format; times are whole seconds there.

mod error;
mod seconds;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use signed_xml::StrayCharacter;

pub use error::ConfigError;

/// The configuration of a platform.
///
/// # Examples
///
/// ```
/// use payinsurance_sandbox::{Config, Mode};
///
/// let config: Config = serde_json::from_str(r#"{ "refund_time": 5, "notify_failures": true }"#)?;
/// assert_eq!(config.refund_time.as_secs(), 5);
/// assert!(config.merchant(Mode::ServiceProvider).is_some());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Config {
    /// The hospitals, each with its way of access.
    pub merchants: Vec<MerchantConfig>,
    /// The WeChat users that the platform knows by name.
    pub patients: Vec<PatientConfig>,
    /// How long an access token lives.
    #[serde(with = "seconds")]
    pub token_lifetime: Duration,
    /// How long a token still works after a newer one was issued.
    #[serde(with = "seconds")]
    pub token_overlap: Duration,
    /// How long an order stays PAYING once the patient has paid.
    #[serde(with = "seconds")]
    pub payment_time: Duration,
    /// How long an order stays SYS_REFUNDING when a part of its payment failed.
    #[serde(with = "seconds")]
    pub reversal_time: Duration,
    /// How long a refund stays REFUNDING.
    #[serde(with = "seconds")]
    pub refund_time: Duration,
    /// The waits before the second, third, … delivery of a notification that was not accepted.
    #[serde(with = "seconds::list")]
    pub notification_retries: Vec<Duration>,
    /// Networks that notifications may go to, besides this machine itself, such as `10.1.0.0/16`.
    pub notify_networks: Vec<IpNet>,
    /// Whether a payment that failed is notified too, with `result_code` FAIL. The document's flow
    /// (1.4) counts on silence.
    pub notify_failures: bool,
    /// In which form gettoken answers: the document does not say.
    pub gettoken_form: GetTokenForm,
    /// The share of an insurance payment that the patient's own account bears, in per cent; the
    /// pooled fund bears the rest.
    pub own_account_percent: u8,
    /// Whether personal values are shown in the traffic log. For made-up patients only.
    pub reveal: bool,
    /// How many exchanges the traffic log keeps.
    pub traffic: usize,
}

/// A hospital as the platform knows it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MerchantConfig {
    /// Its name, for people.
    pub name: String,
    /// Whether it calls on its own or a service provider calls for it.
    pub mode: Mode,
    /// App ID of the account that calls.
    pub appid: String,
    /// Merchant number that belongs to it.
    pub mch_id: String,
    /// App ID of the hospital under a service provider.
    #[serde(default)]
    pub sub_appid: Option<String>,
    /// Merchant number of the hospital under a service provider.
    #[serde(default)]
    pub sub_mch_id: Option<String>,
    /// App secret of the account that calls, for the access token.
    pub app_secret: String,
    /// Key of this platform, which messages are signed with (4.2).
    pub key: String,
    /// Addresses that may ask for refunds.
    #[serde(default = "loopback")]
    pub ip_list: Vec<IpAddr>,
    /// App ID of the payment mini program, for a hospital that orders from a mini program of its
    /// own.
    #[serde(default)]
    pub pay_appid: Option<String>,
}

/// A WeChat user as the platform knows them.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatientConfig {
    /// What the user is called under each account.
    pub openids: Vec<String>,
    /// The real name.
    pub name: String,
    /// MD5 of the ID number, as `user_card_no` and `idcard_md5` carry it.
    pub id_digest: String,
    /// The number itself, of 18 characters, if it may stand in the configuration: then a wrong digest
    /// is answered with the mistake that makes it. For made-up patients only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_number: Option<String>,
    /// Whether an insurance card is bound.
    #[serde(default = "yes")]
    pub card_bound: bool,
    /// Number of the treatment card, which is reported once insurance has paid.
    #[serde(default)]
    pub medical_card_id: Option<String>,
}

/// The two ways of access of chapter 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// A third party calls for the hospital (2.1).
    ServiceProvider,
    /// The hospital calls on its own (2.2).
    Independent,
}

/// The form of a reply of gettoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GetTokenForm {
    /// As 3.1 says of replies in general.
    Xml,
    /// As the open platform's own token interface.
    Json,
}

impl Config {
    /// The first merchant with that way of access.
    #[must_use]
    pub fn merchant(&self, mode: Mode) -> Option<&MerchantConfig> {
        self.merchants.iter().find(|merchant| merchant.mode == mode)
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            merchants: vec![provider(), independent()],
            patients: vec![patient()],
            token_lifetime: Duration::from_secs(7_200),
            token_overlap: Duration::from_secs(300),
            payment_time: Duration::ZERO,
            reversal_time: Duration::from_secs(30),
            refund_time: Duration::from_secs(30),
            notification_retries: ORDINARY_RETRIES.map(Duration::from_secs).to_vec(),
            notify_networks: Vec::new(),
            notify_failures: false,
            gettoken_form: GetTokenForm::Xml,
            own_account_percent: 30,
            reveal: false,
            traffic: 200,
        }
    }
}

/// The platform's ordinary schedule in seconds: 15 s, 15 s, 30 s, 3 m, 10 m, 20 m, 30 m, 30 m, 30
/// m, 60 m, 3 h, 3 h, 3 h, 6 h, 6 h.
const ORDINARY_RETRIES: [u64; 15] = [
    15, 15, 30, 180, 600, 1_200, 1_800, 1_800, 1_800, 3_600, 10_800, 10_800, 10_800, 21_600, 21_600,
];

fn provider() -> MerchantConfig {
    MerchantConfig {
        name: "沙箱第一人民医院".into(),
        mode: Mode::ServiceProvider,
        appid: "wx2d7a0f3c5b8e4a91".into(),
        mch_id: "1900000101".into(),
        sub_appid: Some("wx8e1c6b4d2f9a7053".into()),
        sub_mch_id: Some("1900000102".into()),
        app_secret: "5f0c9d1e7a3b48266e1f8d0b9c7a2e34".into(),
        key: "a3f1c27e9b4d58606e1d7c9025b8f4a3".into(),
        ip_list: loopback(),
        pay_appid: None,
    }
}

fn independent() -> MerchantConfig {
    MerchantConfig {
        name: "沙箱中医院".into(),
        mode: Mode::Independent,
        appid: "wx61f0a3d9c7e25b84".into(),
        mch_id: "1900000201".into(),
        sub_appid: None,
        sub_mch_id: None,
        app_secret: "c81e728d9d4c2f636f067f89cc14862c".into(),
        key: "0d9e4b7a61c85f32ab40de7719c3f586".into(),
        ip_list: loopback(),
        pay_appid: None,
    }
}

/// Name and digest are those of the document's samples (3.3, 3.9).
fn patient() -> PatientConfig {
    PatientConfig {
        openids: vec![
            "oSandboxPatientOfTheProvider".into(),
            "oSandboxPatientOfTheHospital".into(),
        ],
        name: "张三".into(),
        id_digest: "09eb26e839ff3a2e3980352ae45ef09e".into(),
        id_number: None,
        card_bound: true,
        medical_card_id: Some("YB4400001234".into()),
    }
}

fn loopback() -> Vec<IpAddr> {
    vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]
}

const fn yes() -> bool {
    true
}

impl MerchantConfig {
    /// The merchant number that is the hospital's own: `sub_mch_id` under a service provider.
    pub(crate) fn hospital(&self) -> &str {
        self.sub_mch_id.as_deref().unwrap_or(&self.mch_id)
    }

    /// Checks ids and secret as the client checks its own: each is one or more visible ASCII
    /// characters. The key is checked separately.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let fields = [
            ("appid", Some(&self.appid)),
            ("mch_id", Some(&self.mch_id)),
            ("sub_appid", self.sub_appid.as_ref()),
            ("sub_mch_id", self.sub_mch_id.as_ref()),
            ("app_secret", Some(&self.app_secret)),
            ("pay_appid", self.pay_appid.as_ref()),
        ];
        for (field, value) in fields {
            let Some(value) = value else { continue };
            let appid = || self.appid.clone();
            if value.is_empty() {
                let appid = appid();
                return Err(ConfigError::Empty { appid, field });
            }
            if let Some(stray) = StrayCharacter::first_in(value) {
                let appid = appid();
                return Err(ConfigError::Character {
                    appid,
                    field,
                    stray,
                });
            }
        }
        Ok(())
    }
}

impl fmt::Debug for MerchantConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MerchantConfig")
            .field("mode", &self.mode)
            .field("appid", &self.appid)
            .field("mch_id", &self.mch_id)
            .field("sub_appid", &self.sub_appid)
            .field("sub_mch_id", &self.sub_mch_id)
            .field("ip_list", &self.ip_list)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for PatientConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PatientConfig")
            .field("card_bound", &self.card_bound)
            .finish_non_exhaustive()
    }
}
