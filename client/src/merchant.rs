//! Who calls: the ids of a merchant, its signing key and its app secret.
//!
//! There are two modes of access. A service provider calls on behalf of a merchant and sends both
//! parties' ids; an independent merchant sends its own alone. Source: the platform's pages on
//! direct merchants and service providers.

use std::fmt;

use signed_xml::{Field, Key, KeyError, Party, SignType, StrayCharacter, Supplied, Supply, Text};
use zeroize::Zeroizing;

/// The merchant profile: what the caller of an interface is not asked for each time.
///
/// Key and secret are wiped from memory when the last copy is dropped, and never printed. What a
/// request carries of the secret on its way is a copy that cannot be wiped.
///
/// # Examples
///
/// ```
/// use signed_xml::Key;
/// use signed_xml_client::{AccessMode, Merchant};
///
/// let key = Key::new("192006250b4c09247ec02edce69f6a2d")?;
/// let merchant = Merchant::service_provider("wx2421b1c4370ec43b", "10000100", "10000101", key)?
///     .with_sub_appid("wx2421b1c4370ec43c")?
///     .with_app_secret("a-secret-of-the-app")?;
/// assert_eq!(merchant.mode(), AccessMode::ServiceProvider);
/// assert!(!format!("{merchant:?}").contains("a-secret"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Merchant {
    appid: Text,
    mch_id: Text,
    sub: Option<Sub>,
    app_secret: Option<Zeroizing<String>>,
    sign_type: Option<SignType>,
    key: Key,
}

/// The merchant that a service provider calls for.
#[derive(Clone)]
struct Sub {
    appid: Option<Text>,
    mch_id: Text,
}

/// How a merchant reaches the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccessMode {
    /// Through a service provider, whose key signs.
    ServiceProvider,
    /// On its own.
    Independent,
}

/// The greatest length of an id of this family of interfaces.
const MAX_ID: usize = 32;
/// Far above any secret that the platform hands out: what is longer is something else, such as a
/// file.
const MAX_SECRET: usize = 512;

impl Merchant {
    /// A service provider that calls for the merchant `sub_mch_id`: `appid` and `mch_id` are the
    /// provider's.
    ///
    /// # Errors
    ///
    /// [`MerchantError`] if an id is empty, too long, or holds a character that is not visible
    /// ASCII.
    pub fn service_provider(
        appid: impl Into<String>,
        mch_id: impl Into<String>,
        sub_mch_id: impl Into<String>,
        key: Key,
    ) -> Result<Self, MerchantError> {
        let sub = Sub {
            appid: None,
            mch_id: id("sub_mch_id", sub_mch_id.into())?,
        };
        Ok(Self {
            sub: Some(sub),
            ..Self::independent(appid, mch_id, key)?
        })
    }

    /// A merchant that calls for itself.
    ///
    /// # Errors
    ///
    /// [`MerchantError`] if an id is empty, too long, or holds a character that is not visible
    /// ASCII.
    pub fn independent(
        appid: impl Into<String>,
        mch_id: impl Into<String>,
        key: Key,
    ) -> Result<Self, MerchantError> {
        Ok(Self {
            appid: id("appid", appid.into())?,
            mch_id: id("mch_id", mch_id.into())?,
            sub: None,
            app_secret: None,
            sign_type: None,
            key,
        })
    }

    /// Adds the app id of the merchant that the service provider calls for.
    ///
    /// # Errors
    ///
    /// [`MerchantError`] if it is not an id, or the merchant is independent.
    pub fn with_sub_appid(mut self, sub_appid: impl Into<String>) -> Result<Self, MerchantError> {
        let sub_appid = id("sub_appid", sub_appid.into())?;
        let sub = self
            .sub
            .as_mut()
            .ok_or(MerchantError::NoServiceProvider { field: "sub_appid" })?;
        sub.appid = Some(sub_appid);
        Ok(self)
    }

    /// Adds the app secret, which access tokens are asked with.
    ///
    /// # Errors
    ///
    /// [`MerchantError`] if it is empty, too long, or holds a character that is not visible ASCII.
    pub fn with_app_secret(mut self, app_secret: impl Into<String>) -> Result<Self, MerchantError> {
        let app_secret = Zeroizing::new(app_secret.into());
        check("app_secret", &app_secret, MAX_SECRET)?;
        self.app_secret = Some(app_secret);
        Ok(self)
    }

    /// Chooses the algorithm: of every request that has a field for it, of a notification without a
    /// `sign_type`, and of the answer to it. Without it that field is left out, and the algorithm is
    /// that of the document.
    #[must_use]
    pub fn with_sign_type(mut self, sign_type: SignType) -> Self {
        self.sign_type = Some(sign_type);
        self
    }

    /// The mode of access.
    #[must_use]
    pub fn mode(&self) -> AccessMode {
        if self.sub.is_some() {
            AccessMode::ServiceProvider
        } else {
            AccessMode::Independent
        }
    }

    /// The app id of who calls.
    #[must_use]
    pub fn appid(&self) -> &Text {
        &self.appid
    }

    /// The merchant number of who calls.
    #[must_use]
    pub fn mch_id(&self) -> &Text {
        &self.mch_id
    }

    /// The app id of the merchant that is called for, if a service provider calls and it is set.
    #[must_use]
    pub fn sub_appid(&self) -> Option<&Text> {
        self.sub.as_ref()?.appid.as_ref()
    }

    /// The number of the merchant that is called for, if a service provider calls.
    #[must_use]
    pub fn sub_mch_id(&self) -> Option<&Text> {
        self.sub.as_ref().map(|sub| &sub.mch_id)
    }

    /// The fields that say whom a message is for, with this merchant's ids. [`Party::other_in`]
    /// finds one that names another merchant.
    ///
    /// A profile may leave its `sub_appid` out; a message with a `sub_mch_id` is never for an
    /// independent merchant.
    #[must_use]
    pub fn parties(&self) -> Vec<Party<'_>> {
        let own = |field, id| Party {
            field,
            id: Some(Text::as_str(id)),
        };
        let mut parties = vec![own("appid", &self.appid), own("mch_id", &self.mch_id)];
        parties.extend(self.sub_appid().map(|id| own("sub_appid", id)));
        parties.push(Party {
            field: "sub_mch_id",
            id: self.sub_mch_id().map(Text::as_str),
        });
        parties
    }

    /// The algorithm that the merchant signs with, if [`Merchant::with_sign_type`] set one.
    #[must_use]
    pub fn fixed_sign_type(&self) -> Option<SignType> {
        self.sign_type
    }

    /// A key for a purpose of the caller's own, made from the signing key: see [`Key::derive`].
    #[must_use]
    pub fn derive_key(&self, label: &str) -> Zeroizing<[u8; 32]> {
        self.key.derive(label)
    }

    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    pub(crate) fn app_secret(&self) -> Option<&str> {
        self.app_secret.as_ref().map(|secret| secret.as_str())
    }
}

impl Supply for Merchant {
    fn supply(&self, field: &Field) -> Option<Text> {
        let Supplied::Merchant(profile_key) = field.supplied else {
            return None;
        };
        match profile_key {
            "appid" => Some(self.appid.clone()),
            "mch_id" => Some(self.mch_id.clone()),
            "sub_appid" => self.sub_appid().cloned(),
            "sub_mch_id" => self.sub_mch_id().cloned(),
            "app_secret" => self.app_secret().map(Text::from),
            "sign_type" => self
                .sign_type
                .map(|sign_type| Text::from(sign_type.as_str())),
            _ => None,
        }
    }
}

impl fmt::Debug for Merchant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Merchant")
            .field("mode", &self.mode())
            .field("appid", &self.appid)
            .field("mch_id", &self.mch_id)
            .field("sub_appid", &self.sub_appid())
            .field("sub_mch_id", &self.sub_mch_id())
            .finish_non_exhaustive()
    }
}

/// A merchant profile cannot be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MerchantError {
    /// A value is empty.
    #[error("`{field}` of the merchant profile is empty: leave it out or set it")]
    Empty {
        /// Its profile key.
        field: &'static str,
    },
    /// A value holds a character that is not visible ASCII.
    #[error(
        "invalid `{field}` of the merchant profile: {stray}; it must be visible ASCII, so remove that character or copy the value again"
    )]
    Character {
        /// Its profile key.
        field: &'static str,
        /// The character and its place.
        stray: StrayCharacter,
    },
    /// A value is too long.
    #[error("`{field}` of the merchant profile holds at most {max} characters, found {found}")]
    TooLong {
        /// Its profile key.
        field: &'static str,
        /// The greatest length, in characters.
        max: usize,
        /// The length found.
        found: usize,
    },
    /// An independent merchant was given what only a service provider's has.
    #[error(
        "an independent merchant has no `{field}`: leave it out, or use Merchant::service_provider"
    )]
    NoServiceProvider {
        /// Its profile key.
        field: &'static str,
    },
    /// The signing key is invalid.
    #[error(transparent)]
    Key(#[from] KeyError),
}

fn id(field: &'static str, value: String) -> Result<Text, MerchantError> {
    check(field, &value, MAX_ID)?;
    Ok(Text::from(value))
}

fn check(field: &'static str, value: &str, max: usize) -> Result<(), MerchantError> {
    let found = value.chars().count();
    if found == 0 {
        return Err(MerchantError::Empty { field });
    }
    if let Some(stray) = StrayCharacter::first_in(value) {
        return Err(MerchantError::Character { field, stray });
    }
    if found > max {
        return Err(MerchantError::TooLong { field, max, found });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key::new("192006250b4c09247ec02edce69f6a2d").unwrap()
    }

    #[test]
    fn refuses_values_that_cannot_be_right() {
        let empty = Merchant::independent("", "1", key()).unwrap_err();
        assert_eq!(empty, MerchantError::Empty { field: "appid" });
        let blank = Merchant::independent("wx1", "1900\n", key()).unwrap_err();
        assert_eq!(
            blank,
            MerchantError::Character {
                field: "mch_id",
                stray: StrayCharacter {
                    character: '\n',
                    at: 4
                }
            }
        );
        let long = Merchant::service_provider("wx1", "1", "9".repeat(33), key()).unwrap_err();
        assert_eq!(
            long,
            MerchantError::TooLong {
                field: "sub_mch_id",
                max: 32,
                found: 33
            }
        );
    }

    #[test]
    fn an_invisible_or_full_width_character_is_refused_and_named_wherever_it_stands() {
        let provider = || Merchant::service_provider("wx1", "1", "2", key()).unwrap();
        for stray in [
            '\u{FEFF}',
            '\u{200B}',
            '\u{200D}',
            '\u{2060}',
            '\u{202E}',
            '\u{2066}',
            '\u{A0}',
            '\u{3000}',
            '\u{AD}',
            '\u{E0020}',
            '１',
            'Ａ',
            ' ',
            '\t',
        ] {
            for text in [
                format!("{stray}1900000100"),
                format!("1900{stray}000100"),
                format!("1900000100{stray}"),
            ] {
                let found = [
                    Merchant::independent(&*text, "1", key()),
                    Merchant::independent("wx1", &*text, key()),
                    Merchant::service_provider("wx1", "1", &*text, key()),
                    provider().with_sub_appid(&*text),
                    provider().with_app_secret(&*text),
                ];
                for (refused, field) in found.into_iter().zip([
                    "appid",
                    "mch_id",
                    "sub_mch_id",
                    "sub_appid",
                    "app_secret",
                ]) {
                    let error = refused.unwrap_err().to_string();
                    assert!(
                        error.contains(&format!("U+{:04X}", u32::from(stray))),
                        "{error}"
                    );
                    assert!(error.contains(&format!("`{field}`")), "{error}");
                    assert!(!error.contains("1900"), "{error}");
                }
            }
        }
    }

    #[test]
    fn an_independent_merchant_has_no_sub_appid() {
        let error = Merchant::independent("wx1", "1", key())
            .unwrap()
            .with_sub_appid("wx2")
            .unwrap_err();
        assert_eq!(
            error,
            MerchantError::NoServiceProvider { field: "sub_appid" }
        );
    }

    #[test]
    fn debug_shows_ids_but_neither_key_nor_secret() {
        let merchant = Merchant::service_provider("wx1", "1900000100", "1900000109", key())
            .and_then(|merchant| merchant.with_app_secret("do-not-show-me"))
            .unwrap();
        let shown = format!("{merchant:?}");
        assert!(shown.contains("1900000109"), "{shown}");
        assert!(
            !shown.contains("do-not-show-me") && !shown.contains("192006250b4c"),
            "{shown}"
        );
    }
}
