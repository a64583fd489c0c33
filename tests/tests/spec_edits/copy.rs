//! A copy of the spec and of the crate that is generated from it, to be edited.

use std::path::{Path, PathBuf};

use signed_xml_codegen::{load, output, rust};
use tempfile::TempDir;

/// The folder of the workspace.
pub(crate) fn workspace() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// A folder with `spec/` and `generated/`.
pub(crate) struct Copy {
    folder: PathBuf,
    /// Deletes the folder at the end, if it is a temporary one.
    _temporary: Option<TempDir>,
}

impl Copy {
    /// In a folder that is deleted afterwards.
    pub(crate) fn new() -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().to_owned();
        Self::fill(folder, Some(temporary))
    }

    /// In a folder that stays, so that cargo finds again what it has compiled there.
    pub(crate) fn lasting(folder: PathBuf) -> Self {
        Self::fill(folder, None)
    }

    fn fill(folder: PathBuf, temporary: Option<TempDir>) -> Self {
        let copy = Self {
            folder,
            _temporary: temporary,
        };
        copy.take("spec");
        copy.take("generated");
        copy.leave_examples_out("generated/Cargo.toml");
        copy
    }

    /// What the examples of a crate need may depend on the crate itself, and would bring it in a
    /// second time.
    fn leave_examples_out(&self, manifest: &str) {
        let path = self.path(manifest);
        let text = std::fs::read_to_string(&path).unwrap();
        let (start, rest) = text.split_once("[dev-dependencies]").unwrap();
        let (_, rest) = rest.split_once("[lints]").unwrap();
        let rest = rest.split("[[example]]").next().unwrap_or_default();
        std::fs::write(path, format!("{start}[lints]{rest}")).unwrap();
    }

    /// Copies a folder of the workspace, in the place of what an earlier run left.
    pub(crate) fn take(&self, name: &str) {
        let to = self.path(name);
        if to.exists() {
            std::fs::remove_dir_all(&to).unwrap();
        }
        copy_folder(&workspace().join(name), &to);
    }

    /// A file or a folder of the copy.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Replaces a text that a file holds once.
    pub(crate) fn edit(&self, file: &str, find: &str, replace: &str) {
        let path = self.path(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches(find).count(), 1, "`{find}` in {file}");
        std::fs::write(path, text.replace(find, replace)).unwrap();
    }

    /// What the check says.
    pub(crate) fn differences(&self) -> Vec<String> {
        let model = load(&self.path("spec")).unwrap();
        let found = output::compare(&self.path("generated/src"), &rust::emit(&model)).unwrap();
        let root = format!("{}/", self.folder.display());
        found
            .iter()
            .map(|difference| difference.to_string().replace(&root, ""))
            .collect()
    }

    /// Generates anew.
    pub(crate) fn regenerate(&self) {
        let model = load(&self.path("spec")).unwrap();
        output::write(&self.path("generated/src"), &rust::emit(&model)).unwrap();
    }
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        match from.is_dir() {
            true => copy_folder(&from, &to),
            false => drop(std::fs::copy(&from, &to).unwrap()),
        }
    }
}
