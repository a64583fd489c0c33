//! A client of a sandbox's hospital. The sandbox itself knows no client, so it cannot offer one.

use payinsurance::{Client, Key, Merchant};
use payinsurance_sandbox::{MerchantConfig, Sandbox};

/// A client of the sandbox's first hospital, which is under a service provider.
///
/// # Panics
///
/// If a sandbox's test hospital is invalid.
#[must_use]
pub fn client(sandbox: &Sandbox) -> Client {
    client_at(&sandbox.merchants()[0], sandbox.origin())
}

/// A client of a hospital of the sandbox at `origin`.
///
/// # Panics
///
/// If the hospital is invalid: a sandbox does not start with one.
#[must_use]
pub fn client_at(hospital: &MerchantConfig, origin: &str) -> Client {
    let client = Client::builder(merchant(hospital)).origin(origin);
    client
        .build()
        .expect("invariant: the origin of a sandbox is valid")
}

/// A hospital of a sandbox, as a client takes it.
///
/// # Panics
///
/// If the hospital is invalid: a sandbox does not start with one.
#[must_use]
pub fn merchant(hospital: &MerchantConfig) -> Merchant {
    let key = Key::new(hospital.key.as_str());
    with_key(hospital, key.expect("invariant: a sandbox has valid keys"))
}

/// The same with another key, for what a wrong one brings about.
///
/// # Panics
///
/// If the hospital is invalid: a sandbox does not start with one.
#[must_use]
pub fn with_key(hospital: &MerchantConfig, key: Key) -> Merchant {
    let (appid, mch_id) = (hospital.appid.as_str(), hospital.mch_id.as_str());
    let merchant = match (&hospital.sub_appid, &hospital.sub_mch_id) {
        (Some(sub_appid), Some(sub_mch_id)) => {
            Merchant::service_provider(appid, mch_id, sub_mch_id.as_str(), key)
                .and_then(|merchant| merchant.with_sub_appid(sub_appid.as_str()))
        }
        _ => Merchant::independent(appid, mch_id, key),
    };
    merchant
        .and_then(|merchant| merchant.with_app_secret(hospital.app_secret.as_str()))
        .expect("invariant: a sandbox has valid hospitals")
}
