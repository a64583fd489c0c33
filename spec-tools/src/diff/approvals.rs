//! Changes that a person has looked at and lets through, each with the reason.
//!
//! ```toml
//! [[approval]]
//! fingerprint = "1f0c9a3be2d4"
//! reason = "The platform never sent it."
//! ```

use super::change::Changes;
use super::settings::{Settings, SettingsError};

/// One change that is let through.
#[derive(Clone, Debug, PartialEq, Eq)]
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
        let settings = Settings::parse(name, text)?;
        let mut approvals: Vec<Self> = Vec::new();
        for (key, item) in settings.table().iter() {
            let tables = item.as_array_of_tables().filter(|_| key == "approval");
            let Some(tables) = tables else {
                let message =
                    format!("unknown key `{key}`: a file of approvals has tables `[[approval]]`");
                return Err(settings.error(item.span(), &message));
            };
            for table in tables {
                let text = |key: &str| {
                    let text = table.get(key).and_then(|item| item.as_str());
                    text.map(str::trim).filter(|text| !text.is_empty())
                };
                let unknown = table
                    .iter()
                    .find(|(key, _)| !["fingerprint", "reason"].contains(key));
                if let Some((key, item)) = unknown {
                    let message =
                        format!("unknown key `{key}`: an approval has `fingerprint` and `reason`");
                    return Err(settings.error(item.span(), &message));
                }
                let Some(fingerprint) = text("fingerprint") else {
                    let message =
                        "an approval needs the `fingerprint` of a change, as `diff` prints it";
                    return Err(settings.error(table.span(), message));
                };
                let Some(reason) = text("reason") else {
                    let message = format!(
                        "the approval of `{fingerprint}` has no reason; say why in `reason`"
                    );
                    return Err(settings.error(table.span(), &message));
                };
                if approvals
                    .iter()
                    .any(|other| other.fingerprint == fingerprint)
                {
                    let message = format!("`{fingerprint}` is approved twice; keep one");
                    return Err(settings.error(table.span(), &message));
                }
                approvals.push(Self {
                    fingerprint: fingerprint.to_owned(),
                    reason: reason.to_owned(),
                });
            }
        }
        Ok(approvals)
    }
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
        assert!(refused("approvals = []\n").contains("unknown key `approvals`"));
        assert!(refused("[[approval]]\nfinger = \"a\"\n").contains("unknown key `finger`"));
        assert!(refused("[[approval]]\nreason = \"x\"\n").contains("needs the `fingerprint`"));
        assert!(refused("[[approval\n").starts_with("approvals.toml:1: "));
        let one = "[[approval]]\nfingerprint = \"a\"\nreason = \"b\"\n";
        assert!(refused(&one.repeat(2)).contains("approved twice"));
    }
}
