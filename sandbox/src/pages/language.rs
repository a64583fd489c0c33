//! The language of a page.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use serde::Deserialize;

/// The language of a page: `lang` in its address, else what the browser asks for, else Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Language {
    /// 简体中文.
    #[default]
    Zh,
    /// English.
    En,
}

impl Language {
    /// The language asked for, or the first of `Accept-Language` that the pages have.
    pub(crate) fn of(asked: Option<Self>, headers: &HeaderMap) -> Self {
        let accepted = || {
            let header = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
            header.split(',').find_map(|language| {
                let tag = language.trim().to_ascii_lowercase();
                match tag.get(..2) {
                    Some("zh") => Some(Self::Zh),
                    Some("en") => Some(Self::En),
                    _ => None,
                }
            })
        };
        asked.or_else(accepted).unwrap_or_default()
    }

    /// One of two texts.
    pub(crate) fn pick(self, zh: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    /// As `lang` in HTML.
    pub(crate) fn tag(self) -> &'static str {
        self.pick("zh-CN", "en")
    }

    /// As `lang` in an address.
    pub(crate) fn name(self) -> &'static str {
        self.pick("zh", "en")
    }

    /// For the sentences of the signature doctor.
    pub(crate) fn of_doctor(self) -> signed_xml_doctor::Language {
        match self {
            Self::Zh => signed_xml_doctor::Language::Chinese,
            Self::En => signed_xml_doctor::Language::English,
        }
    }

    /// The other language.
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Zh => Self::En,
            Self::En => Self::Zh,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_the_pages_have_is_taken() {
        for (header, language) in [
            ("de-DE,de;q=0.9,en-US;q=0.8,zh;q=0.7", Language::En),
            ("zh-TW,zh;q=0.9,en;q=0.8", Language::Zh),
            ("fr", Language::Zh),
            ("", Language::Zh),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, header.parse().unwrap());
            assert_eq!(Language::of(None, &headers), language, "{header}");
            assert_eq!(Language::of(Some(Language::En), &headers), Language::En);
        }
    }
}
