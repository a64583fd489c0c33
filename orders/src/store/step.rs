//! The steps of a transaction, as events of `tracing` at the level TRACE.
//!
//! Tests stop or kill a process at a step; an operator sees where a slow write waits.

/// A moment in the life of a transaction.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// Nothing has been written.
    BeforeBegin,
    /// The received bytes are in their file, and no row refers to them yet (SQLite).
    #[cfg(feature = "sqlite")]
    BodiesWritten,
    /// All is decided. The rows are written (PostgreSQL), or are written together with the commit
    /// (SQLite).
    BeforeCommit,
    /// The transaction is durable, and its caller does not know yet.
    AfterCommit,
}

impl Step {
    pub(super) fn reached(self) {
        let step = match self {
            Self::BeforeBegin => "before begin",
            #[cfg(feature = "sqlite")]
            Self::BodiesWritten => "bodies written",
            Self::BeforeCommit => "before commit",
            Self::AfterCommit => "after commit",
        };
        tracing::trace!(target: "payinsurance_orders::transaction", step);
    }
}
