//! Futures polled by hand, one at a time, in an order that chance gives.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// What a process has in hand.
pub(crate) struct Task {
    pub(crate) process: usize,
    pub(crate) name: String,
    future: Pin<Box<dyn Future<Output = ()>>>,
}

impl Task {
    pub(crate) fn new(
        process: usize,
        name: impl Into<String>,
        future: impl Future<Output = ()> + 'static,
    ) -> Self {
        Self {
            process,
            name: name.into(),
            future: Box::pin(future),
        }
    }

    /// Polls it once; true when it has ended. A panic ends it too, and is an error.
    pub(crate) fn poll(&mut self) -> Result<bool, Box<dyn Any + Send>> {
        let mut context = Context::from_waker(Waker::noop());
        let future = self.future.as_mut();
        catch_unwind(AssertUnwindSafe(|| future.poll(&mut context).is_ready()))
    }
}

/// The output of a future that never waits.
pub(crate) fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    match future.as_mut().poll(&mut context) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a future that never waits has waited"),
    }
}

/// Lets others go first, so many times.
pub(crate) async fn wait(mut times: u64) {
    std::future::poll_fn(move |context| match times {
        0 => Poll::Ready(()),
        _ => {
            times -= 1;
            // A task that holds several futures polls those that ask for it.
            context.waker().wake_by_ref();
            Poll::Pending
        }
    })
    .await;
}

/// Waits until that holds.
pub(crate) async fn until(holds: impl Fn() -> bool) {
    std::future::poll_fn(move |context| match holds() {
        true => Poll::Ready(()),
        false => {
            context.waker().wake_by_ref();
            Poll::Pending
        }
    })
    .await;
}
