//! Panics of code that is not the desk's: an event sink, a clock. One of them must not end a worker loop in silence.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;

/// Runs a future to its end. A panic in it is an error that holds the panic's message.
///
/// Nothing that the future held is used afterwards, so that no half-changed value is seen.
pub(crate) async fn caught<T>(future: impl Future<Output = T>) -> Result<T, String> {
    // Boxed, since a future holds all that it awaits: callers stay small.
    AssertUnwindSafe(Box::pin(future))
        .catch_unwind()
        .await
        .map_err(|panic| message(&*panic))
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    format!("panicked: {}", text.unwrap_or("without a message"))
}
