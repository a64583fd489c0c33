//! Why no platform can be made of a configuration.

use signed_xml::{KeyError, StrayCharacter};

use super::Mode;

/// No platform can be made of a configuration.
///
/// An `appid` is printed with escapes: the character that is wrong may be an invisible one of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A merchant's key is invalid.
    #[error("merchant {appid:?}: {error}")]
    Key {
        /// The merchant's `appid`.
        appid: String,
        /// What is wrong with the key.
        error: KeyError,
    },
    /// An id or the secret of a merchant is empty.
    #[error(
        "merchant {appid:?}: `{field}` is empty: set it{}",
        or_leave_it_out(field)
    )]
    Empty {
        /// The merchant's `appid`.
        appid: String,
        /// The field.
        field: &'static str,
    },
    /// An id or the secret of a merchant holds a character that is not visible ASCII.
    #[error(
        "merchant {appid:?}: invalid `{field}`: {stray}; it must be visible ASCII, so remove that character or copy the value again"
    )]
    Character {
        /// The merchant's `appid`.
        appid: String,
        /// The field.
        field: &'static str,
        /// The character and its place.
        stray: StrayCharacter,
    },
    /// A merchant under a service provider lacks a field, or an independent one has it.
    #[error("merchant {appid:?} {}", match mode {
        Mode::ServiceProvider => format!("is under a service provider and has no `{field}`: add it"),
        Mode::Independent => format!("is independent and has a `{field}`: remove it"),
    })]
    SubIds {
        /// The merchant's `appid`.
        appid: String,
        /// The field.
        field: &'static str,
        /// The way of access, which decides.
        mode: Mode,
    },
    /// Two merchants have the same app IDs.
    #[error("two merchants have the app IDs of {appid:?}: give one of them others")]
    SameMerchant {
        /// The `appid` of both.
        appid: String,
    },
    /// A patient's `id_digest` is not an MD5 digest in lower-case hexadecimal digits.
    #[error("patients[{patient}].id_digest must be 32 lower-case hexadecimal digits")]
    IdDigest {
        /// The patient's place in the list, from 0.
        patient: usize,
    },
    /// `own_account_percent` is over 100.
    #[error("own_account_percent must be at most 100, found {found}")]
    Percent {
        /// The number found.
        found: u8,
    },
}

/// The other way out, for a field that need not be there.
fn or_leave_it_out(field: &str) -> &'static str {
    match field {
        "pay_appid" => " or leave it out",
        _ => "",
    }
}
