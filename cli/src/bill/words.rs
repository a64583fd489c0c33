//! Labels of bills for people, in the document's words.

use payinsurance::bill::Kind;
use payinsurance::enums::MedTradeState;

use crate::language::Language;

impl Language {
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
