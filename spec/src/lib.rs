//! The spec of WeChat medical-insurance payment (微信医保支付, document V2.4), as text.
//!
//! Every field table, enum, error code and bill layout stands in the TOML files beside this one. A
//! program that reads them, as the `payinsurance` command does, or a `build.rs` that adds
//! interfaces of its own, takes them from [`FILES`] and gives them to `signed_xml_codegen`.
//!
//! # Examples
//!
//! ```
//! let (_, bills) = payinsurance_spec::FILES.iter().find(|(name, _)| *name == "bills.toml").unwrap();
//! assert!(bills.contains("设备号"));
//! ```

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        /// Name and text of each file, sorted by name; a name is relative to the folder of the spec.
        pub const FILES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../", $name)))),+];
    };
}

files![
    "bills.toml",
    "enums.toml",
    "errata.toml",
    "errors.toml",
    "interfaces/closeorder.toml",
    "interfaces/getbalancebill.toml",
    "interfaces/gettoken.toml",
    "interfaces/notification.toml",
    "interfaces/queryorder.toml",
    "interfaces/queryrefund.toml",
    "interfaces/refund.toml",
    "interfaces/token.toml",
    "interfaces/unifiedorder.toml",
    "interfaces/verifyname.toml",
    "spec.toml",
    "vocabulary.toml",
    "zh.toml",
];
