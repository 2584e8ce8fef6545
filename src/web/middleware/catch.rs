//! The net under panics: a handler that panics costs its own request and nothing else.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

/// The future panicked. The panic hook has said where.
pub(super) struct Panicked;

/// Polls a future to its end, or to its panic. What it owned is dropped with it, so nothing half-changed is seen again.
pub(super) async fn panics<F: Future>(future: F) -> Result<F::Output, Panicked> {
    let mut future = pin!(future);
    poll_fn(
        |context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Ok(Poll::Pending) => Poll::Pending,
            Err(_message) => Poll::Ready(Err(Panicked)),
        },
    )
    .await
}
