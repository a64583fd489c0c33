//! The files of `spec/`, as they were when the command was built.

use signed_xml_codegen::{Model, Sources, compile};

use crate::failure::Failure;

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        /// Name and text of each.
        const FILES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../../../spec/", $name)))),+];
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

/// The spec, compiled.
pub(crate) fn model() -> Result<Model, Failure> {
    let sources = Sources::from_texts("spec", FILES.iter().copied());
    // Invariant: the crate of the messages was generated from the same files.
    compile(sources).map_err(|wrong| Failure::NotDone(wrong.render(false)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

    use std::path::Path;

    use super::*;

    #[test]
    fn every_file_of_the_spec_is_part_of_the_command() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
        let sources = Sources::read(&folder).unwrap();
        let files = sources.files().iter();
        let files: Vec<(&str, &str)> = files.map(|file| (&*file.name, &*file.text)).collect();
        assert_eq!(files, FILES);
        assert!(model().is_ok());
    }
}
