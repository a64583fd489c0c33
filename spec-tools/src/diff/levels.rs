//! Levels that a maintainer sets for a rule instead of those of the table.
//!
//! ```toml
//! request-max-length-lowered = { wire = "warning" }
//! response-field-removed-optional = { wire = "none", api = "warning", bump = "minor" }
//! ```

use toml_edit::{Item, TableLike};

use signed_xml_codegen::did_you_mean;

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
        let settings = Settings::parse(name, text)?;
        let mut overrides = Vec::new();
        for (id, item) in settings.table().iter() {
            let Some(rule) = Rule::find(id) else {
                let help = did_you_mean(id, Rule::all().map(|rule| rule.id).collect::<Vec<_>>());
                let message = format!("unknown rule `{id}`; {help}");
                return Err(settings.error(item.span(), &message));
            };
            let Some(table) = item.as_table_like() else {
                let message =
                    format!("`{id}` takes a table: {{ wire = \"…\", api = \"…\", bump = \"…\" }}");
                return Err(settings.error(item.span(), &message));
            };
            overrides.push(one(&settings, rule, table)?);
        }
        Ok(overrides)
    }
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

fn one(
    settings: &Settings<'_>,
    rule: &'static Rule,
    table: &dyn TableLike,
) -> Result<Override, SettingsError> {
    let mut set = Override {
        rule,
        wire: None,
        api: None,
        bump: None,
    };
    for (key, item) in table.iter() {
        match key {
            "wire" => set.wire = Some(word(settings, key, item, Level::WORDS)?),
            "api" => set.api = Some(word(settings, key, item, Level::WORDS)?),
            "bump" => set.bump = Some(word(settings, key, item, Bump::WORDS)?),
            _ => {
                let help = did_you_mean(key, ["wire", "api", "bump"]);
                let message =
                    format!("unknown key `{key}`: a rule takes `wire`, `api` and `bump`; {help}");
                return Err(settings.error(item.span(), &message));
            }
        }
    }
    Ok(set)
}

fn word<T: Copy>(
    settings: &Settings<'_>,
    key: &str,
    item: &Item,
    words: &[(&'static str, T)],
) -> Result<T, SettingsError> {
    let found = item.as_str();
    let known = words.iter().find(|(word, _)| Some(*word) == found);
    known.map(|(_, value)| *value).ok_or_else(|| {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let message = format!("`{key}` takes one of {}", known.join(", "));
        settings.error(item.span(), &message)
    })
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
        let error = refused("interface-url-changed = { wier = \"none\" }");
        assert!(error.ends_with("did you mean `wire`?"), "{error}");
        let error = refused("interface-url-changed = { wire = \"bad\" }");
        assert!(
            error.ends_with("`wire` takes one of none, compatible, warning, breaking"),
            "{error}"
        );
        let error = refused("interface-url-changed = \"none\"");
        assert!(error.contains("takes a table"), "{error}");
    }
}
