//! The spec, as it was when the command was built.

use payinsurance_spec::FILES;
use signed_xml_codegen::{Model, Sources, compile};

use crate::failure::Failure;

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
