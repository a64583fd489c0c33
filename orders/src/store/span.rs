//! A tracing span around each operation of a database, with the names that OpenTelemetry gives them.
//!
//! Source: OpenTelemetry semantic conventions for database client spans. A span has no key and no value of an order.

use std::future::Future;

use tracing::{Instrument, Span, debug_span, field::Empty};

use super::{StoreError, StoreFuture};

/// Runs an operation in its span.
pub(super) fn traced<'a, T: 'a>(
    system: &'static str,
    operation: &'static str,
    work: impl Future<Output = Result<T, StoreError>> + Send + 'a,
) -> StoreFuture<'a, T> {
    let span = debug_span!(
        "store",
        otel.name = operation,
        otel.kind = "client",
        db.system.name = system,
        db.operation.name = operation,
        error.type = Empty,
    );
    let outcome = async move {
        let outcome = work.await;
        if let Err(error) = &outcome {
            let kind = match error {
                StoreError::Unavailable { .. } => "unavailable",
                StoreError::Missing { .. } => "missing",
                StoreError::Incomplete { .. } => "incomplete",
                StoreError::Unreadable { .. } => "unreadable",
            };
            Span::current().record("error.type", kind);
        }
        outcome
    };
    Box::pin(outcome.instrument(span))
}
