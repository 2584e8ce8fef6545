//! How a process learns of what others wrote: other nodes on PostgreSQL, commands beside the server on SQLite. What
//! this process writes itself is told at once, by `Db::write`.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::stores::sites::Epochs;
use super::{Effects, Result, StorageError, Tx};
use crate::domain::clock::Micros;
use crate::domain::id::PageId;

/// How often it is looked.
const INTERVAL: Duration = Duration::from_secs(1);
/// So many changes before the present one are told at the first look.
const LATELY: i64 = 10_000;

/// What was seen last.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// SQLite's number of the file's state, which only other connections' writes change, and the connection that said
    /// it: another connection counts from elsewhere.
    data_version: Option<(u64, i64)>,
    epochs: Option<Epochs>,
    next_job: Option<Micros>,
}

impl Seen {
    /// Whether the file was written by another since the last call of [`Seen::note`] that gave the same.
    pub(super) fn is_new(&self, data_version: (u64, i64)) -> bool {
        self.data_version != Some(data_version)
    }

    /// To be called when all was read that it stands for.
    pub(super) fn note(&mut self, data_version: (u64, i64)) {
        self.data_version = Some(data_version);
    }

    /// The number of the last change that is known, where the present one is `now`. Lower than what was seen is a
    /// database that was put back.
    fn known(&self, now: i64) -> i64 {
        match self.epochs {
            Some(epochs) if epochs.changes <= now => epochs.changes,
            _ => now.saturating_sub(LATELY),
        }
    }

    /// What changed since the last call. The first tells all that changed lately.
    pub(super) fn changes(&mut self, now: Snapshot) -> Effects {
        let effects = Effects {
            routes: (self.epochs.map(|epochs| epochs.routes) != Some(now.epochs.routes))
                .then_some(now.epochs.routes),
            sites: (self.epochs.map(|epochs| epochs.sites) != Some(now.epochs.sites))
                .then_some(now.epochs.sites),
            jobs: now.next_job.is_some() && now.next_job != self.next_job,
            decisions: now.unsealed,
            pages: now.pages,
        };
        *self = Self {
            data_version: self.data_version,
            epochs: Some(now.epochs),
            next_job: now.next_job,
        };
        effects
    }
}

/// What is asked for each time, in one transaction.
pub(super) struct Snapshot {
    epochs: Epochs,
    pages: Vec<(PageId, i64)>,
    next_job: Option<Micros>,
    unsealed: bool,
}

impl Snapshot {
    pub(super) fn take(tx: &mut dyn Tx, seen: &Seen) -> Result<Self> {
        let epochs = tx.epochs()?;
        Ok(Self {
            pages: tx.versions_after(seen.known(epochs.changes))?,
            epochs,
            next_job: tx.next_job_at()?,
            unsealed: !tx.sites_to_seal()?.is_empty(),
        })
    }
}

/// The thread that looks each second, until this is dropped.
pub(super) struct Watch {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    pub(super) fn start(look: impl Fn() -> Result<()> + Send + 'static) -> Result<Self> {
        let (stop, stopped) = channel();
        let thread = std::thread::Builder::new()
            .name(String::from("storage-watch"))
            .spawn(move || run(&stopped, look))
            .map_err(|error| StorageError::Unavailable(format!("no thread to watch with: {error}")))?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
        {
            let _a_panic_was_logged = thread.join();
        }
    }
}

fn run(stopped: &Receiver<()>, look: impl Fn() -> Result<()>) {
    let mut fails = false;
    while stopped.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
        match look() {
            Ok(()) => fails = false,
            // Once for each spell of it: a database that is away is in the log already.
            Err(error) if !fails => {
                fails = true;
                tracing::warn!(%error, "what others wrote was not read");
            }
            Err(_again) => {}
        }
    }
}
