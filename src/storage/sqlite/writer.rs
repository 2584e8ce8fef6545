//! The one thread that writes to SQLite. Jobs queue up; those that have are committed together, one savepoint each,
//! and answered after COMMIT. Nothing is acknowledged that is not committed.

mod batch;
mod job;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

use diesel::SqliteConnection;

use self::batch::Batches;
use self::job::{Asked, Job};
use super::connect::Settings;
use crate::storage::{Options, Result, StorageCause, StorageError, Tx};

/// A question about the connection itself.
type Question = Box<dyn FnOnce(Result<&mut SqliteConnection>) + Send>;

/// What is asked of the thread.
enum Message {
    Write(Box<dyn Job>),
    /// A question about the connection itself, outside any transaction.
    Ask(Question),
}

/// The thread that writes, and the way to it.
pub(super) struct Writer {
    queue: Option<SyncSender<Message>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(settings: Settings, connection: SqliteConnection, options: &Options) -> Result<Self> {
        let (queue, messages) = sync_channel(options.writer_queue.max(1));
        let batches = Batches::new(settings, connection, options);
        let thread = std::thread::Builder::new()
            .name(String::from("sqlite-writer"))
            .spawn(move || serve(batches, &messages))
            .map_err(|error| StorageError::Unavailable(format!("no thread to write with: {error}")))?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
        })
    }

    pub(super) fn write<R, E>(
        &self,
        f: impl FnMut(&mut dyn Tx) -> Result<R, E> + Send + 'static,
    ) -> Result<R, E>
    where
        R: Send + 'static,
        E: From<StorageError> + StorageCause + Send + 'static,
    {
        let (reply, answer) = sync_channel(1);
        self.send(Message::Write(Box::new(Asked::new(f, reply))))?;
        // The thread dropping the reply means that it panicked outside the job, which is not known to be committed.
        answer.recv().unwrap_or_else(|_dropped| Err(ended().into()))
    }

    /// Asks the connection that writes, in its turn.
    pub(super) fn ask<R: Send + 'static>(
        &self,
        f: impl FnOnce(&mut SqliteConnection) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        let (reply, answer) = sync_channel(1);
        self.send(Message::Ask(Box::new(move |connection| {
            let _nobody_waits = reply.send(connection.and_then(f));
        })))?;
        answer.recv().unwrap_or_else(|_dropped| Err(ended()))
    }

    fn send(&self, message: Message) -> Result<()> {
        let queue = self.queue.as_ref().ok_or_else(ended)?;
        queue.try_send(message).map_err(|error| match error {
            TrySendError::Full(_) => StorageError::Busy,
            TrySendError::Disconnected(_) => ended(),
        })
    }
}

impl Drop for Writer {
    /// What is queued is still written. Where the hook held the last handle, the thread cannot wait for itself.
    fn drop(&mut self) {
        self.queue.take();
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
        {
            let _a_panic_was_logged = thread.join();
        }
    }
}

fn ended() -> StorageError {
    StorageError::Unavailable(String::from("the thread that writes has ended"))
}

fn serve(mut batches: Batches, messages: &Receiver<Message>) {
    // A message that ends a batch without belonging to it is dealt with next.
    let mut next = None;
    while let Some(message) = next.take().or_else(|| messages.recv().ok()) {
        // A panic here is an error of ours, not of a job. Those that wait get an error, and the connection is left.
        let done = catch_unwind(AssertUnwindSafe(|| match message {
            Message::Write(job) => batches.run(job, || match messages.try_recv() {
                Ok(Message::Write(job)) => Some(job),
                Ok(other) => {
                    next = Some(other);
                    None
                }
                Err(_none_waits) => None,
            }),
            Message::Ask(f) => f(batches.connection()),
        }));
        if done.is_err() {
            tracing::error!("the thread that writes panicked; it goes on with a new connection");
            batches.leave_connection();
        }
    }
}
