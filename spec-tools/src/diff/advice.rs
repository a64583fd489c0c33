//! Which version the changes ask for, and whether a crate has it.
//!
//! Semantic versioning as cargo reads it: below 1.0.0 the second number breaks and the third adds;
//! below 0.1.0 every step breaks.

use std::fmt;
use std::path::Path;

use semver::{BuildMetadata, Prerelease, Version};
use toml_edit::{Document, Item, Table};

use super::level::Bump;

/// What a released version and the changes since then ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// The version that the changes are counted from.
    pub released: Version,
    /// The step.
    pub bump: Bump,
    /// The least version that the next release may have.
    pub least: Version,
}

/// Why a version is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VersionError {
    /// The text is not a version.
    #[error("`{text}` is not a version of the form 0.1.0: {reason}")]
    NotAVersion {
        /// The text.
        text: String,
        /// What semver says of it.
        reason: String,
    },
    /// The manifest cannot be read or states no version.
    #[error("{manifest}: {reason}")]
    Manifest {
        /// The file.
        manifest: String,
        /// What it lacks.
        reason: String,
    },
}

impl Advice {
    /// Counts from `released`.
    ///
    /// # Examples
    ///
    /// ```
    /// use signed_xml_spec_tools::diff::{Advice, Bump, version};
    ///
    /// let released = version("0.1.0")?;
    /// assert_eq!(Advice::new(&released, Bump::Major).least, version("0.2.0")?);
    /// assert_eq!(Advice::new(&released, Bump::Minor).least, version("0.1.1")?);
    /// assert_eq!(Advice::new(&released, Bump::Nothing).least, released);
    /// # Ok::<(), signed_xml_spec_tools::diff::VersionError>(())
    /// ```
    pub fn new(released: &Version, bump: Bump) -> Self {
        let Version {
            major,
            minor,
            patch,
            ..
        } = *released;
        let least = match (bump, major, minor) {
            (Bump::Nothing, ..) => released.clone(),
            (Bump::Patch, ..) | (_, 0, 0) | (Bump::Minor, 0, _) => {
                Version::new(major, minor, patch + 1)
            }
            (Bump::Major, 0, _) | (Bump::Minor, ..) => Version::new(major, minor + 1, 0),
            (Bump::Major, ..) => Version::new(major + 1, 0, 0),
        };
        Self {
            released: released.clone(),
            bump,
            least,
        }
    }

    /// True if a crate of this version may be released; on the way to a version its pre-releases
    /// may.
    pub fn allows(&self, version: &Version) -> bool {
        let mut whole = version.clone();
        whole.pre = Prerelease::EMPTY;
        whole.build = BuildMetadata::EMPTY;
        whole >= self.least
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.bump {
            Bump::Nothing => write!(f, "no new version after {}", self.released),
            bump => write!(f, "{bump}: {} after {}", self.least, self.released),
        }
    }
}

/// Reads a version: `0.1.0`, also `v0.1.0`, as a tag is called.
///
/// # Errors
///
/// The text is not a semantic version.
pub fn version(text: &str) -> Result<Version, VersionError> {
    let plain = text.strip_prefix('v').unwrap_or(text);
    Version::parse(plain).map_err(|error| VersionError::NotAVersion {
        text: text.to_owned(),
        reason: error.to_string(),
    })
}

/// The version of the crate of a manifest, which may take it from its workspace.
///
/// # Errors
///
/// The manifest, or that of its workspace, cannot be read or has no version.
pub fn crate_version(manifest: &Path) -> Result<Version, VersionError> {
    let package = table(manifest, &["package"])?;
    let of_package = package.as_ref().and_then(|package| package.get("version"));
    if let Some(text) = of_package.and_then(Item::as_str) {
        return version(text);
    }
    let inherits = of_package.and_then(Item::as_table_like);
    let inherits = inherits.and_then(|table| table.get("workspace")?.as_bool());
    if inherits != Some(true) {
        return Err(lacks(manifest, "has no `package.version`"));
    }
    let absolute = std::path::absolute(manifest).unwrap_or_else(|_| manifest.to_owned());
    for folder in absolute.ancestors().skip(1) {
        let root = folder.join("Cargo.toml");
        if !root.is_file() {
            continue;
        }
        let shared = table(&root, &["workspace", "package"])?;
        let shared = shared
            .as_ref()
            .and_then(|package| package.get("version")?.as_str());
        if let Some(text) = shared {
            return version(text);
        }
    }
    Err(lacks(
        manifest,
        "takes its version from a workspace, and no folder above it has one",
    ))
}

fn table(manifest: &Path, keys: &[&str]) -> Result<Option<Table>, VersionError> {
    let text =
        std::fs::read_to_string(manifest).map_err(|error| lacks(manifest, &error.to_string()))?;
    let document = Document::parse(text).map_err(|error| lacks(manifest, error.message()))?;
    let mut table = Some(document.as_table());
    for key in keys {
        table = table.and_then(|table| table.get(key)?.as_table());
    }
    Ok(table.cloned())
}

fn lacks(manifest: &Path, what: &str) -> VersionError {
    VersionError::Manifest {
        manifest: manifest.display().to_string(),
        reason: what.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

    use super::*;

    #[test]
    fn each_step_leads_to_the_version_that_cargo_takes_for_it() {
        for (released, bump, least) in [
            ("0.0.3", Bump::Patch, "0.0.4"),
            ("0.0.3", Bump::Major, "0.0.4"),
            ("0.1.0", Bump::Patch, "0.1.1"),
            ("0.1.4", Bump::Minor, "0.1.5"),
            ("0.1.4", Bump::Major, "0.2.0"),
            ("1.2.3", Bump::Patch, "1.2.4"),
            ("1.2.3", Bump::Minor, "1.3.0"),
            ("1.2.3", Bump::Major, "2.0.0"),
            ("1.2.3", Bump::Nothing, "1.2.3"),
        ] {
            let advice = Advice::new(&version(released).unwrap(), bump);
            assert_eq!(
                advice.least,
                version(least).unwrap(),
                "{bump} after {released}"
            );
        }
    }

    #[test]
    fn a_crate_may_be_ahead_and_on_the_way_but_not_behind() {
        let advice = Advice::new(&version("0.1.0").unwrap(), Bump::Major);
        for (text, allowed) in [
            ("0.1.0", false),
            ("0.1.9", false),
            ("0.2.0", true),
            ("0.2.0-rc.1", true),
            ("1.0.0", true),
        ] {
            assert_eq!(advice.allows(&version(text).unwrap()), allowed, "{text}");
        }
    }

    #[test]
    fn a_version_may_come_from_the_workspace() {
        let root = tempfile::tempdir().unwrap();
        let member = root.path().join("generated");
        std::fs::create_dir(&member).unwrap();
        let write =
            |path: &Path, text: &str| std::fs::write(path.join("Cargo.toml"), text).unwrap();
        write(root.path(), "[workspace.package]\nversion = \"0.3.0\"\n");
        write(
            &member,
            "[package]\nname = \"x\"\nversion.workspace = true\n",
        );
        let found = crate_version(&member.join("Cargo.toml")).unwrap();
        assert_eq!(found, version("0.3.0").unwrap());
        write(&member, "[package]\nname = \"x\"\nversion = \"0.4.0\"\n");
        let found = crate_version(&member.join("Cargo.toml")).unwrap();
        assert_eq!(found, version("0.4.0").unwrap());
        write(&member, "[package]\nname = \"x\"\n");
        let error = crate_version(&member.join("Cargo.toml")).unwrap_err();
        assert!(
            error.to_string().ends_with("has no `package.version`"),
            "{error}"
        );
    }
}
