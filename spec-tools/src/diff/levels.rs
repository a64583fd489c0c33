//! Levels that a maintainer sets for a rule instead of those of the table.
//!
//! ```toml
//! request-max-length-lowered = { wire = "warning" }
//! response-field-removed-optional = { wire = "none", api = "warning", bump = "minor" }
//! ```

use std::collections::BTreeMap;

use serde::Deserialize;
use signed_xml_codegen::did_you_mean;
use toml::Spanned;

use super::change::{Change, Changes};
use super::level::{Bump, Level};
use super::rules::Rule;
use super::settings::{Settings, SettingsError};

/// The levels of one rule, as far as they are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Override {
    /// The rule.
    pub rule: &'static Rule,
    /// Level for programs that are running.
    pub wire: Option<Level>,
    /// Level for source code that is compiled anew.
    pub api: Option<Level>,
    /// Version step; if only a level is set, the step follows it.
    pub bump: Option<Bump>,
}

impl Override {
    /// Reads a file of levels; `name` is what errors call it.
    ///
    /// # Errors
    ///
    /// The text is not TOML, or a rule, key or word is unknown.
    ///
    /// # Examples
    ///
    /// ```
    /// use signed_xml_spec_tools::diff::Override;
    ///
    /// let error = Override::read("levels.toml", "interface-url-chnged = { wire = \"none\" }");
    /// let text = error.map_err(|error| error.to_string());
    /// assert!(text.is_err_and(|text| text.contains("did you mean `interface-url-changed`?")));
    /// ```
    pub fn read(name: &str, text: &str) -> Result<Vec<Self>, SettingsError> {
        let settings = Settings { name, text };
        let file: BTreeMap<Spanned<String>, Levels> = settings.read()?;
        let overrides = file.into_iter().map(|(id, Levels { wire, api, bump })| {
            let rule = Rule::find(id.get_ref()).ok_or_else(|| {
                let known: Vec<_> = Rule::all().map(|rule| rule.id).collect();
                let help = did_you_mean(id.get_ref(), known);
                settings.error(
                    id.span(),
                    format!("unknown rule `{}`; {help}", id.get_ref()),
                )
            });
            Ok(Self {
                rule: rule?,
                wire,
                api,
                bump,
            })
        });
        overrides.collect()
    }
}

#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a table: { wire = \"…\", api = \"…\", bump = \"…\" }"
)]
struct Levels {
    wire: Option<Level>,
    api: Option<Level>,
    bump: Option<Bump>,
}

impl Changes {
    /// Sets the levels of these rules. An axis that does not notice a change stays at `none`.
    pub fn set_levels(&mut self, overrides: &[Override]) {
        for set in overrides {
            let changes = self.list.iter_mut();
            for change in changes.filter(|change| change.rule == set.rule) {
                change.set_levels(set);
            }
        }
    }
}

impl Change {
    fn set_levels(&mut self, set: &Override) {
        let (max_wire, max_api) = self.max_levels;
        if let Some(wire) = set.wire {
            self.wire = wire.min(max_wire);
        }
        if let Some(api) = set.api {
            self.api = api.min(max_api);
        }
        self.bump = match (set.bump, self.api) {
            (Some(bump), _) => bump,
            (None, Level::Breaking) => Bump::Major,
            (None, _) => self.rule.bump.min(self.max_bump()),
        };
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

    use super::{Bump, Level, Override};

    fn refused(text: &str) -> String {
        Override::read("levels.toml", text).unwrap_err().to_string()
    }

    #[test]
    fn what_is_not_set_stays_open() {
        let text = "interface-url-changed = { wire = \"warning\", bump = \"patch\" }";
        let [set] = Override::read("levels.toml", text).unwrap()[..] else {
            panic!("one rule was set");
        };
        assert_eq!(
            (set.wire, set.api, set.bump),
            (Some(Level::Warning), None, Some(Bump::Patch))
        );
    }

    #[test]
    fn an_unknown_rule_key_or_word_is_refused_with_its_line() {
        let error = refused("\ninterface-ulr-changed = { wire = \"none\" }\n");
        assert!(error.starts_with("levels.toml:2: unknown rule"), "{error}");
        assert!(
            error.ends_with("did you mean `interface-url-changed`?"),
            "{error}"
        );
        for (text, expected) in [
            (
                "{ wier = \"none\" }",
                "unknown field `wier`, expected one of `wire`, `api`, `bump`",
            ),
            (
                "{ wire = \"bad\" }",
                "unknown variant `bad`, expected one of `none`, `compatible`, `warning`, `breaking`",
            ),
            (
                "\"none\"",
                "expected a table: { wire = \"…\", api = \"…\", bump = \"…\" }",
            ),
        ] {
            let error = refused(&format!("interface-url-changed = {text}"));
            assert!(error.starts_with("levels.toml:1: "), "{error}");
            assert!(error.contains(expected), "{error}");
        }
    }
}
