//! The address that the patient comes back to (`return_url`), and the token in it.
//!
//! The token proves that the hospital made the address: the first 96 bits of an HMAC-SHA256 over the hospital's name and the number of the order, with a
//! key made from the hospital's signing key. Trying addresses does not show which numbers exist. `return_url` holds 128 characters (3.3), so the names
//! of the parameters are short: `m`, `no`, `t`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use payinsurance::unifiedorder;
use sha2::Sha256;
use signed_xml::Message;
use url::Url;

use super::{Desk, DeskError};

/// What the derived key is for. Changing it makes all addresses that were given out invalid.
const LABEL: &str = "payinsurance return page, version 1";
/// The bytes of a token, 16 characters in base64.
const TOKEN: usize = 12;

impl Desk {
    /// The `return_url` of an order: `base` with the hospital, the number and a token that only this hospital can make.
    ///
    /// `base` is where [`Routes`](crate::Routes) answer, such as `https://hospital.example/return`; parameters that it has stay. The same order always has the
    /// same address, so placing it again is the same order. The address is valid as long as the signing key of the hospital stays the same.
    ///
    /// # Errors
    ///
    /// [`DeskError::UnknownMerchant`]; [`DeskError::ReturnUrl`] if `base` is not an http or https address, or the address is longer than the 128 characters
    /// that the platform allows.
    ///
    /// # Examples
    ///
    /// ```
    /// use payinsurance::{Client, Key, Merchant};
    /// use payinsurance_orders::{Desk, store::MemoryStore};
    ///
    /// let key = Key::new("a3f1c27e9b4d58606e1d7c9025b8f4a3")?;
    /// let merchant = Merchant::independent("wx2d7a0f3c5b8e4a91", "1900000101", key)?;
    /// let desk = Desk::builder(MemoryStore::default())
    ///     .merchant("first", Client::builder(merchant.with_app_secret("5f0c9d1e7a3b48266e1f8d0b9c7a2e34")?))
    ///     .build()?;
    /// let url = desk.return_url("https://hospital.example/return", "first", "T1")?;
    /// assert!(url.starts_with("https://hospital.example/return?m=first&no=T1&t="));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn return_url(
        &self,
        base: &str,
        merchant: &str,
        hosp_out_trade_no: &str,
    ) -> Result<String, DeskError> {
        let tag = self.return_mac(merchant, hosp_out_trade_no)?.finalize();
        let token = URL_SAFE_NO_PAD.encode(&tag.into_bytes()[..TOKEN]);
        let url = Url::parse(base).ok();
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let mut url = url.ok_or(DeskError::ReturnUrl(ReturnUrlError::Base))?;
        url.query_pairs_mut()
            .append_pair("m", merchant)
            .append_pair("no", hosp_out_trade_no)
            .append_pair("t", &token);
        let url = String::from(url);
        let field = unifiedorder::Request::SCHEMA.field("return_url");
        match field.and_then(|field| field.max) {
            Some(max) if url.len() > max as usize => {
                Err(DeskError::ReturnUrl(ReturnUrlError::TooLong {
                    found: url.len(),
                    max,
                }))
            }
            _ => Ok(url),
        }
    }

    /// Whether a token is that of this order, compared in constant time. False for an unknown hospital.
    #[must_use]
    pub fn is_return_token(&self, merchant: &str, hosp_out_trade_no: &str, token: &str) -> bool {
        let Ok(mac) = self.return_mac(merchant, hosp_out_trade_no) else {
            return false;
        };
        match URL_SAFE_NO_PAD.decode(token) {
            Ok(tag) if tag.len() == TOKEN => mac.verify_truncated_left(&tag).is_ok(),
            _ => false,
        }
    }

    fn return_mac(
        &self,
        merchant: &str,
        hosp_out_trade_no: &str,
    ) -> Result<Hmac<Sha256>, DeskError> {
        let key = self
            .client(merchant)?
            .generic()
            .merchant()
            .derive_key(LABEL);
        let mut mac = Hmac::<Sha256>::new_from_slice(&key[..])
            .expect("invariant: HMAC takes a key of any length");
        // The length separates the name from the number.
        mac.update(&(merchant.len() as u64).to_be_bytes());
        mac.update(merchant.as_bytes());
        mac.update(hosp_out_trade_no.as_bytes());
        Ok(mac)
    }
}

/// A `return_url` cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReturnUrlError {
    /// The base is not an http or https address.
    #[error(
        "invalid base of a return_url: expected the whole address of the return page, https://host/path"
    )]
    Base,
    /// The address is longer than the platform allows.
    #[error(
        "the return_url has {found} characters, the platform allows {max}: shorten the base address, the hospital's name in the desk, or the number of the order"
    )]
    TooLong {
        /// Its length, in characters.
        found: usize,
        /// The greatest length, in characters.
        max: u32,
    },
}
