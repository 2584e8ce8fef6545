//! The runtime of a connection: one of its own, which runs on the thread that waits for an answer. Callers' runtimes come
//! and go (each worker of the web server has its own, each test too), and one that all connections shared would hand each
//! question to another thread and each answer back.

use std::cell::Cell;
use std::future::Future;

use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::BlockOn;
use tokio::runtime::{Handle, Runtime};

use super::Conn;

thread_local! {
    /// What the next connection that is wrapped on this thread takes: the wrapper asks for its runtime without saying
    /// what for.
    static NEXT: Cell<Option<Runtime>> = const { Cell::new(None) };
}

/// A connection's own runtime.
#[derive(Debug)]
pub(crate) struct OwnRuntime(Option<Runtime>);

/// Wraps a connection that lives on `runtime`.
pub(super) fn wrap(connection: AsyncPgConnection, runtime: Runtime) -> Conn {
    NEXT.set(Some(runtime));
    Conn::from(connection)
}

impl BlockOn for OwnRuntime {
    fn block_on<F: Future>(&self, f: F) -> F::Output {
        match &self.0 {
            Some(runtime) => runtime.block_on(f),
            // Only where a connection was not made by `wrap`.
            None => Handle::current().block_on(f),
        }
    }

    fn get_runtime() -> Self {
        Self(NEXT.take())
    }
}

impl Drop for OwnRuntime {
    /// Without waiting: the last handle may be dropped on a thread of another runtime, which must not block.
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
