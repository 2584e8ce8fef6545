//! The one thread of a process that writes, and the queue before it. How what has queued up is committed together is
//! each database's own, in `sqlite::batch` and `postgres::batch`.

mod job;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use self::job::Asked;
pub(super) use self::job::Job;
use super::effects::announce;
use super::{AfterCommit, Effects, Observe, Result, StorageCause, StorageError, Tx, Writing};

/// So many jobs share a COMMIT at most.
pub(super) const JOBS: usize = 64;
/// After so long no further job joins a batch, so that the first does not wait for many slow ones.
pub(super) const TIME: Duration = Duration::from_millis(50);

/// A question about the connection itself.
type Question<C> = Box<dyn FnOnce(Result<&mut C>) + Send>;

/// What is asked of the thread.
enum Message<C> {
    Write(Box<dyn Job>),
    /// A question about the connection itself, outside any transaction.
    Ask(Question<C>),
}

/// Commits what has queued up, on the connection that writes. Nothing is acknowledged that is not committed.
pub(super) trait Batches: Send + 'static {
    /// What it writes with.
    type Connection: 'static;
    /// The connection that writes; a new one where the last was left.
    fn connection(&mut self) -> Result<&mut Self::Connection>;
    /// Closes the connection, and with it whatever transaction is open on it.
    fn leave_connection(&mut self);
    /// Runs `first` and those that `next` gives, together as far as that goes, and answers them all.
    fn run(&mut self, first: Box<dyn Job>, next: impl FnMut() -> Option<Box<dyn Job>>);
}

/// The thread that writes, and the way to it.
pub(super) struct Writer<C> {
    queue: Option<SyncSender<Message<C>>>,
    thread: Option<JoinHandle<()>>,
}

impl<C: 'static> Writer<C> {
    /// `queue`: how many may wait before more are refused.
    pub(super) fn start(batches: impl Batches<Connection = C>, queue: usize) -> Result<Self> {
        let (queue, messages) = sync_channel(queue.max(1));
        let thread = std::thread::Builder::new()
            .name(String::from("storage-writer"))
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
        f: impl FnOnce(&mut C) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        let (reply, answer) = sync_channel(1);
        self.send(Message::Ask(Box::new(move |connection| {
            let _nobody_waits = reply.send(connection.and_then(f));
        })))?;
        answer.recv().unwrap_or_else(|_dropped| Err(ended()))
    }

    fn send(&self, message: Message<C>) -> Result<()> {
        let queue = self.queue.as_ref().ok_or_else(ended)?;
        queue.try_send(message).map_err(|error| match error {
            TrySendError::Full(_) => StorageError::Busy,
            TrySendError::Disconnected(_) => ended(),
        })
    }
}

impl<C> Drop for Writer<C> {
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

fn serve<B: Batches>(mut batches: B, messages: &Receiver<Message<B::Connection>>) {
    // A message that ends a batch without belonging to it is dealt with next.
    let mut next = None;
    while let Some(message) = next.take().or_else(|| messages.recv().ok()) {
        // A panic here is an error of ours, not of a job. Those that wait get an error, and the connection is left.
        let done = catch_unwind(AssertUnwindSafe(|| match message {
            Message::Write(job) => batches.run(job, || {
                // Behind another's message it waits for a batch of its own.
                if next.is_some() {
                    return None;
                }
                match messages.try_recv() {
                    Ok(Message::Write(job)) => Some(job),
                    Ok(other) => {
                        next = Some(other);
                        None
                    }
                    Err(_none_waits) => None,
                }
            }),
            Message::Ask(f) => f(batches.connection()),
        }));
        if done.is_err() {
            tracing::error!("the thread that writes panicked; it goes on with a new connection");
            batches.leave_connection();
        }
    }
}

/// Tells the hook of what was committed, and then those who wait.
pub(super) fn acknowledge(
    after_commit: &AfterCommit,
    observe: &Observe,
    jobs: Vec<Box<dyn Job>>,
    effects: &[Effects],
) {
    // A job alone that refused by itself committed nothing.
    if !effects.is_empty() {
        observe(Writing::Committed {
            writes: effects.len(),
        });
    }
    effects.iter().for_each(|effects| announce(after_commit, effects));
    jobs.into_iter().for_each(|job| job.answer(Ok(())));
}

/// Tells those who wait that what they asked for was not committed.
pub(super) fn refuse(jobs: Vec<Box<dyn Job>>, error: &StorageError) {
    tracing::error!(%error, jobs = jobs.len(), "a batch of writes was not committed");
    jobs.into_iter().for_each(|job| job.answer(Err(error.clone())));
}
