//! Where a spec to compare comes from: a folder, a document, a git revision, the newest release.

use std::fmt;
use std::path::{Path, PathBuf};

use semver::Version;

use crate::import::{self, ImportError};
use signed_xml_codegen::Diagnostics;
use signed_xml_codegen::Sources;
use signed_xml_codegen::model::Model;
use signed_xml_codegen::{compile, load};

use super::advice::version;
use super::git;

/// A spec, found but not read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// A folder that holds `spec.toml`.
    Folder(PathBuf),
    /// A document of the vendor.
    Document(PathBuf),
    /// The spec in a git revision.
    Revision {
        /// As given: `v0.1.0`, or `HEAD~2:other/spec`.
        name: String,
        /// The files, by their name inside the spec folder.
        files: Vec<(String, String)>,
    },
}

/// Why a spec cannot be compared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OriginError {
    /// It was found and does not compile.
    #[error("{0}")]
    Spec(Diagnostics),
    /// It cannot be found or read; the sentence says what was looked for.
    #[error("{0}")]
    NotFound(String),
    /// Nothing is released yet, or the releases are not known here; the sentence says why.
    #[error("{0}")]
    NoRelease(String),
}

impl Origin {
    /// Looks for what `argument` names; `present` is the spec folder of the working tree, whose
    /// place a git revision has it at, too.
    ///
    /// # Errors
    ///
    /// `argument` names none of these.
    pub fn find(argument: &str, present: &Path) -> Result<Self, OriginError> {
        let path = Path::new(argument);
        if path.is_file() {
            return Ok(Self::Document(path.to_owned()));
        }
        if path.is_dir() {
            return match path.join("spec.toml").is_file() {
                true => Ok(Self::Folder(path.to_owned())),
                false => Err(OriginError::NotFound(format!(
                    "`{argument}` has no `spec.toml`"
                ))),
            };
        }
        match git::spec_files(argument, present) {
            Ok(files) => Ok(Self::Revision {
                name: argument.to_owned(),
                files,
            }),
            Err(why) => {
                let why = format!(
                    "`{argument}` is not a folder, a document or a git revision with a spec: {why}"
                );
                Err(OriginError::NotFound(why))
            }
        }
    }

    /// The spec as it was last released: that of the newest git tag `v*`, at the place of
    /// `present`.
    ///
    /// # Errors
    ///
    /// [`OriginError::NoRelease`] if that tag or the git repository is missing,
    /// [`OriginError::NotFound`] if git fails.
    pub fn newest_release(present: &Path) -> Result<Self, OriginError> {
        if !git::is_in_repository(present) {
            return Err(OriginError::NoRelease(format!(
                "{} is not in a git repository",
                present.display()
            )));
        }
        match git::newest_release(present).map_err(OriginError::NotFound)? {
            Some(tag) => Self::find(&tag, present),
            None => Err(OriginError::NoRelease(
                "no git tag `v*` was found; `git fetch --tags` fetches the tags of a clone"
                    .to_owned(),
            )),
        }
    }

    /// Compiles the spec; a document is read with the help of the spec in the folder `present`.
    ///
    /// # Errors
    ///
    /// It does not compile, or it is a document that cannot be read.
    pub fn model(&self, present: &Path) -> Result<Model, OriginError> {
        match self {
            Self::Folder(folder) => of_folder(folder),
            Self::Revision { name, files } => {
                let sources = Sources::from_texts(name, files.iter().cloned());
                compile(sources).map_err(OriginError::Spec)
            }
            Self::Document(path) => of_document(path, present),
        }
    }

    /// The version that it was released as, which its tag names.
    pub fn released(&self) -> Option<Version> {
        match self {
            Self::Revision { name, .. } => version(name.split(':').next()?).ok(),
            Self::Folder(_) | Self::Document(_) => None,
        }
    }
}

/// The spec that a document describes: the present one with what the document says otherwise.
fn of_document(path: &Path, present: &Path) -> Result<Model, OriginError> {
    let named =
        |error: &dyn fmt::Display| OriginError::NotFound(format!("{}: {error}", path.display()));
    let bytes = std::fs::read(path).map_err(|error| named(&error))?;
    let present = of_folder(present)?;
    match import::spec_of(&bytes, &present, None) {
        Ok(proposal) => Ok(proposal.model),
        Err(ImportError::Spec(diagnostics)) => Err(OriginError::Spec(diagnostics)),
        Err(error) => Err(named(&error)),
    }
}

fn of_folder(folder: &Path) -> Result<Model, OriginError> {
    load(folder).map_err(|error| match error {
        signed_xml_codegen::Error::Spec(diagnostics) => OriginError::Spec(diagnostics),
        other => OriginError::NotFound(format!("{}: {other}", folder.display())),
    })
}
