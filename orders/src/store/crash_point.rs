//! Where a process may die while it writes, for tests that make it die there.

use std::fmt;
use std::sync::Arc;

/// A moment in the life of a transaction.
///
/// # Examples
///
/// ```
/// use payinsurance_orders::store::CrashPoint;
///
/// assert_eq!(CrashPoint::from_word("before commit"), Some(CrashPoint::BeforeCommit));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CrashPoint {
    /// Nothing has been written.
    BeforeBegin,
    /// The received bytes are in their file, and no row speaks of them yet (SQLite).
    BodiesWritten,
    /// Everything is decided, and nothing is kept: the rows are written (PostgreSQL), or about to be together with the commit (SQLite).
    BeforeCommit,
    /// Everything is kept, and nobody knows.
    AfterCommit,
}

impl CrashPoint {
    /// Every point, in the order in which they are reached.
    pub const ALL: &'static [Self] = &[
        Self::BeforeBegin,
        Self::BodiesWritten,
        Self::BeforeCommit,
        Self::AfterCommit,
    ];

    /// The name by which another process is told of it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::BeforeBegin => "before begin",
            Self::BodiesWritten => "bodies written",
            Self::BeforeCommit => "before commit",
            Self::AfterCommit => "after commit",
        }
    }

    /// The point of that name.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|point| point.word() == word)
    }
}

/// What is called at each point; nothing unless a test asks for it.
#[derive(Clone, Default)]
pub(super) struct Probe(Option<Arc<dyn Fn(CrashPoint) + Send + Sync>>);

impl Probe {
    pub(super) fn new(reached: impl Fn(CrashPoint) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(reached)))
    }

    pub(super) fn reach(&self, point: CrashPoint) {
        if let Some(reached) = &self.0 {
            reached(point);
        }
    }
}

impl fmt::Debug for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "set" } else { "none" })
    }
}
