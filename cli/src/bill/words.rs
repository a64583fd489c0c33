//! Labels of bills for people, in the document's words.

use payinsurance::bill::Kind;
use payinsurance::enums::MedTradeState;

/// The language of what people read.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Language {
    Zh,
    En,
}

impl Language {
    pub(super) fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    pub(super) fn kind(self, kind: Kind) -> &'static str {
        match kind {
            Kind::Payment => self.pick("支付", "payment"),
            Kind::Refund => self.pick("退款", "refund"),
        }
    }

    pub(super) fn state(self, state: &MedTradeState) -> &str {
        match self {
            Self::Zh => state.label().unwrap_or_else(|| state.as_str()),
            Self::En => state.as_str(),
        }
    }
}

impl From<Language> for payinsurance_reconcile::Language {
    fn from(language: Language) -> Self {
        match language {
            Language::Zh => Self::Zh,
            Language::En => Self::En,
        }
    }
}
