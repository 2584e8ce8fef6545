//! A write that waits for its turn, whatever it gives.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::SyncSender;

use crate::storage::{Result, StorageCause, StorageError, Tx};

/// A write that waits for its turn.
pub(in crate::storage) trait Job: Send {
    /// Runs it. `false` where it failed, so that what it did is to be rolled back.
    fn run(&mut self, tx: &mut dyn Tx) -> bool;
    /// The storage error behind its failure, where there is one.
    fn failure(&self) -> Option<&StorageError>;
    /// Tells whoever asked: the job's own result, or that its batch was not committed.
    fn answer(self: Box<Self>, committed: Result<()>);
}

/// A closure, what it gave, and who waits for that.
pub(super) struct Asked<F, R, E> {
    f: F,
    result: Option<Result<R, E>>,
    reply: SyncSender<Result<R, E>>,
}

impl<F, R, E> Asked<F, R, E> {
    pub(super) fn new(f: F, reply: SyncSender<Result<R, E>>) -> Self {
        Self {
            f,
            result: None,
            reply,
        }
    }
}

impl<F, R, E> Job for Asked<F, R, E>
where
    F: FnMut(&mut dyn Tx) -> Result<R, E> + Send,
    R: Send,
    E: From<StorageError> + StorageCause + Send,
{
    fn run(&mut self, tx: &mut dyn Tx) -> bool {
        let result = catch_unwind(AssertUnwindSafe(|| (self.f)(tx)));
        let result = result.unwrap_or_else(|_panic| Err(StorageError::Panicked.into()));
        self.result.insert(result).is_ok()
    }

    fn failure(&self) -> Option<&StorageError> {
        self.result.as_ref()?.as_ref().err()?.storage_cause()
    }

    fn answer(self: Box<Self>, committed: Result<()>) {
        let answer = match (self.result, committed) {
            // Its own refusal stands, whatever became of the batch.
            (Some(Err(error)), _) => Err(error),
            (_, Err(error)) => Err(error.into()),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(StorageError::Unavailable(String::from("the write was not run")).into()),
        };
        // Whoever asked may be gone; what is committed is committed.
        let _nobody_waits = self.reply.send(answer);
    }
}
