//! Where a spec to compare comes from: a folder, the newest of a folder of releases, a document, a git revision.

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

/// Why there is no spec to compare.
#[derive(Debug)]
#[non_exhaustive]
pub enum OriginError {
    /// It was found and does not compile.
    Spec(Diagnostics),
    /// It cannot be found or read; the sentence says what was looked for.
    NotFound(String),
}

impl Origin {
    /// Looks for what `argument` names; `present` is the spec folder of the working tree, which tells where the spec stands in a git revision.
    ///
    /// A folder that holds releases (`released/0.1.0`, `released/0.2.0`) stands for its newest.
    ///
    /// # Errors
    ///
    /// It is none of these.
    pub fn find(argument: &str, present: &Path) -> Result<Self, OriginError> {
        let path = Path::new(argument);
        if path.is_file() {
            return Ok(Self::Document(path.to_owned()));
        }
        if path.is_dir() {
            return folder(path).map(Self::Folder);
        }
        match git::spec_files(argument, present) {
            Ok(files) => Ok(Self::Revision {
                name: argument.to_owned(),
                files,
            }),
            Err(why) => {
                let told = format!(
                    "`{argument}` is no folder, no document and no git revision with a spec: {why}"
                );
                Err(OriginError::NotFound(told))
            }
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

    /// The version that it was released as: the name of its folder, or of its tag.
    pub fn released(&self) -> Option<Version> {
        let name = match self {
            Self::Folder(folder) => folder.file_name()?.to_string_lossy().into_owned(),
            Self::Revision { name, .. } => name.split(':').next()?.to_owned(),
            Self::Document(_) => return None,
        };
        version(&name).ok()
    }
}

impl fmt::Display for OriginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Spec(diagnostics) => diagnostics.fmt(f),
            Self::NotFound(told) => f.write_str(told),
        }
    }
}

impl std::error::Error for OriginError {}

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

/// The folder itself if it holds a spec, else the newest release in it.
fn folder(path: &Path) -> Result<PathBuf, OriginError> {
    let holds_spec = |folder: &Path| folder.join("spec.toml").is_file();
    if holds_spec(path) {
        return Ok(path.to_owned());
    }
    let entries = std::fs::read_dir(path)
        .map_err(|error| OriginError::NotFound(format!("{}: {error}", path.display())))?;
    let folders = entries.filter_map(Result::ok).map(|entry| entry.path());
    let releases = folders
        .filter(|folder| holds_spec(folder))
        .filter_map(|folder| {
            let name = folder.file_name()?.to_string_lossy().into_owned();
            Some((version(&name).ok()?, folder))
        });
    let newest = releases.max_by(|(a, _), (b, _)| a.cmp(b));
    newest.map(|(_, folder)| folder).ok_or_else(|| {
        let told = format!(
            "`{}` holds neither `spec.toml` nor releases in folders named after their versions",
            path.display()
        );
        OriginError::NotFound(told)
    })
}
