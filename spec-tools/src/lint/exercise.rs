//! Groups that no test exercises: L701.
//!
//! How: the lint reads the Rust files of the folders of tests. A member counts as exercised if one file holds both its wire name or
//! Rust name and the name of its interface, each as a word. This proves that somebody wrote a test that names the member, which is
//! what is forgotten when a group grows; it does not prove that the test asserts anything.

use std::io;
use std::path::Path;

use signed_xml_codegen::model::{Field, Interface, Message, Model};
use signed_xml_codegen::{Diagnostic, Findings};

use super::codes;

/// Texts of tests.
#[derive(Clone, Debug, Default)]
pub struct Tests {
    texts: Vec<String>,
}

impl Tests {
    /// Takes texts as they are.
    pub fn from_texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self {
            texts: texts.into_iter().map(Into::into).collect(),
        }
    }

    /// Reads every `.rs` file of the folders and of those below, but for build output and what is hidden.
    ///
    /// # Errors
    ///
    /// What the file system answers, with the path in the message.
    pub fn read<P: AsRef<Path>>(folders: impl IntoIterator<Item = P>) -> io::Result<Self> {
        let mut tests = Self::default();
        for folder in folders {
            tests.add(folder.as_ref())?;
        }
        Ok(tests)
    }

    fn add(&mut self, folder: &Path) -> io::Result<()> {
        let at = |path: &Path, error: io::Error| {
            io::Error::new(error.kind(), format!("{}: {error}", path.display()))
        };
        for entry in std::fs::read_dir(folder).map_err(|error| at(folder, error))? {
            let path = entry.map_err(|error| at(folder, error))?.path();
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            let hidden = name.is_none_or(|name| name.starts_with('.') || name == "target");
            if path.is_dir() && !hidden {
                self.add(&path)?;
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).map_err(|error| at(&path, error))?;
                self.texts.push(text);
            }
        }
        Ok(())
    }

    /// True if one text names both the interface and the field.
    fn name(&self, interface: &Interface, field: &Field) -> bool {
        let names = [field.name.as_str(), field.rust_name.as_str()];
        let of_interface = self
            .texts
            .iter()
            .filter(|text| has_word(text, &interface.name));
        of_interface
            .into_iter()
            .any(|text| names.iter().any(|name| has_word(text, name)))
    }
}

pub(super) fn check(model: &Model, tests: &Tests, findings: &mut Findings) {
    for interface in &model.interfaces {
        for message in &interface.messages {
            groups(interface, message, tests, model, findings);
        }
    }
}

fn groups(
    interface: &Interface,
    message: &Message,
    tests: &Tests,
    model: &Model,
    findings: &mut Findings,
) {
    for group in &message.groups {
        let members = group.members.iter().filter_map(|name| message.field(name));
        let missing: Vec<String> = members
            .filter(|field| !tests.name(interface, field))
            .map(|field| format!("`{}`", field.name))
            .collect();
        if missing.is_empty() {
            continue;
        }
        let title = format!(
            "no test of `{}` names {} of group `{}`",
            interface.name,
            missing.join(", "),
            group.name
        );
        let at = model.span_of_key(group.span, &["members"]);
        let found = Diagnostic::new(codes::GROUP_NOT_EXERCISED, at, title, "each member is a way of calling")
            .help("write a test that builds the message with it; a file of tests counts if it names the interface and the member");
        findings.push(found);
    }
}

/// True if `text` holds `word` with no letter, digit or `_` before or behind.
fn has_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let behind = text[at + word.len()..].chars().next();
        !before.is_some_and(part) && !behind.is_some_and(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_inside_of_another_does_not_count() {
        assert!(has_word("order.openid(\"x\")", "openid"));
        assert!(!has_word("order.sub_openid(\"x\")", "openid"));
        assert!(!has_word("openids", "openid"));
    }
}
