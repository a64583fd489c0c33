//! What the desk did with a notification.

/// What became of a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It is stored, with what follows from it: SUCCESS.
    Stored,
    /// The same was stored before: SUCCESS.
    Repeated,
    /// It is genuine, and cannot be true of what the desk holds: FAIL, stored in quarantine, and the platform is asked.
    Contradicts {
        /// Why.
        reason: String,
    },
    /// It is not accepted: FAIL.
    Refused {
        /// Why.
        reason: String,
    },
}

impl Outcome {
    /// Whether it is answered with SUCCESS.
    #[must_use]
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Stored | Self::Repeated)
    }

    pub(super) fn as_str(&self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Repeated => "repeated",
            Self::Contradicts { .. } => "contradicts",
            Self::Refused { .. } => "refused",
        }
    }
}
