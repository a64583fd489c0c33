//! The language of what people read: labels, meanings, advice.

use std::sync::OnceLock;

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Language {
    Zh,
    En,
}

/// Chosen once, before the first line is printed.
static CHOSEN: OnceLock<Language> = OnceLock::new();

/// The language of this run.
pub(crate) fn language() -> Language {
    *CHOSEN.get_or_init(|| Language::of_locale(variable))
}

/// Chooses the language of this run; the first choice stays.
pub(crate) fn choose(language: Language) {
    // Invariant: main chooses before anything is printed, and nothing else does.
    let _ = CHOSEN.set(language);
}

impl Language {
    /// The text of this language.
    pub(crate) fn pick<T>(self, zh: T, en: T) -> T {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    /// Its name as an option or a setting.
    pub(crate) fn as_str(self) -> &'static str {
        self.pick("zh", "en")
    }

    /// The language of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Zh, Self::En]
            .into_iter()
            .find(|language| language.as_str() == name)
    }

    /// That of the locale: Chinese where it begins with `zh`, else English.
    pub(crate) fn of_locale(variable: impl Fn(&str) -> Option<String>) -> Self {
        let names = ["LC_ALL", "LC_MESSAGES", "LANG"];
        let locale = names.into_iter().find_map(variable).unwrap_or_default();
        match locale.to_ascii_lowercase().starts_with("zh") {
            true => Self::Zh,
            false => Self::En,
        }
    }
}

/// A variable of the environment that is not empty.
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

impl From<Language> for payinsurance_reconcile::Language {
    fn from(language: Language) -> Self {
        language.pick(Self::Zh, Self::En)
    }
}

impl From<Language> for signed_xml_doctor::Language {
    fn from(language: Language) -> Self {
        language.pick(Self::Chinese, Self::English)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_is_set_says_which_language() {
        for (variables, expected) in [
            (&[("LANG", "zh_CN.UTF-8")][..], Language::Zh),
            (&[("LANG", "en_US.UTF-8")], Language::En),
            (&[("LANG", "zh_CN"), ("LC_ALL", "C")], Language::En),
            (&[("LANG", "C"), ("LC_MESSAGES", "zh_TW")], Language::Zh),
            (&[], Language::En),
        ] {
            let variable = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(Language::of_locale(variable), expected, "{variables:?}");
        }
    }
}
