//! Changes that a person has looked at and lets through, each with the reason.
//!
//! ```toml
//! [[approval]]
//! fingerprint = "1f0c9a3be2d4"
//! reason = "The platform never sent it."
//! ```

use serde::Deserialize;
use toml::Spanned;

use super::change::Changes;
use super::settings::{Settings, SettingsError};

/// One change that is let through.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Approval {
    /// Fingerprint of the change.
    pub fingerprint: String,
    /// Why.
    pub reason: String,
}

impl Approval {
    /// Reads a file of approvals; `name` is what errors call it.
    ///
    /// # Errors
    ///
    /// Invalid TOML, another key than `approval`, or an approval without a fingerprint or a reason.
    ///
    /// # Examples
    ///
    /// ```
    /// use signed_xml_spec_tools::diff::Approval;
    ///
    /// let text = "[[approval]]\nfingerprint = \"1f0c9a3be2d4\"\nreason = \"\"\n";
    /// let error = Approval::read("approvals.toml", text).map_err(|error| error.to_string());
    /// assert!(error.is_err_and(|error| error.starts_with("approvals.toml:1: ")));
    /// ```
    pub fn read(name: &str, text: &str) -> Result<Vec<Self>, SettingsError> {
        let settings = Settings { name, text };
        let file: File = settings.read()?;
        let mut approvals: Vec<Self> = Vec::new();
        for approval in file.approval {
            let (span, approval) = (approval.span(), approval.into_inner());
            let Self {
                fingerprint,
                reason,
            } = &approval;
            if fingerprint.trim().is_empty() {
                let message =
                    "an approval needs the `fingerprint` of a change, as `diff` prints it";
                return Err(settings.error(span, message));
            }
            if reason.trim().is_empty() {
                let message =
                    format!("the approval of `{fingerprint}` has no reason; say why in `reason`");
                return Err(settings.error(span, message));
            }
            if approvals
                .iter()
                .any(|other| other.fingerprint == *fingerprint)
            {
                let message = format!("`{fingerprint}` is approved twice; remove one");
                return Err(settings.error(span, message));
            }
            approvals.push(approval);
        }
        Ok(approvals)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    approval: Vec<Spanned<Approval>>,
}

impl Changes {
    /// Marks the approved changes; gives back the approvals whose change does not exist any more.
    pub fn approve(&mut self, approvals: &[Approval]) -> Vec<Approval> {
        let mut idle = Vec::new();
        for approval in approvals {
            let changes = self.list.iter_mut();
            let mut matched = false;
            for change in changes.filter(|change| change.fingerprint == approval.fingerprint) {
                change.approved = Some(approval.reason.clone());
                matched = true;
            }
            if !matched {
                idle.push(approval.clone());
            }
        }
        idle
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

    use super::Approval;

    fn refused(text: &str) -> String {
        Approval::read("approvals.toml", text)
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn a_file_without_approvals_is_fine() {
        assert_eq!(Approval::read("a.toml", "# None yet.\n").unwrap(), []);
    }

    #[test]
    fn an_approval_without_a_reason_is_refused_with_its_line() {
        let error = refused("# One.\n\n[[approval]]\nfingerprint = \"abc\"\n");
        assert_eq!(
            error,
            "approvals.toml:3: the approval of `abc` has no reason; say why in `reason`"
        );
    }

    #[test]
    fn anything_else_is_refused() {
        assert!(
            refused("approvals = []\n").contains("unknown field `approvals`, expected `approval`")
        );
        assert!(refused("[[approval]]\nfinger = \"a\"\n").contains("unknown field `finger`"));
        assert!(refused("[[approval]]\nreason = \"x\"\n").contains("needs the `fingerprint`"));
        assert!(refused("[[approval\n").starts_with("approvals.toml:1: "));
        let one = "[[approval]]\nfingerprint = \"a\"\nreason = \"b\"\n";
        assert!(refused(&one.repeat(2)).contains("approved twice"));
    }
}
