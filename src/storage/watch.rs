//! How a process learns of what others wrote: other nodes on PostgreSQL, commands beside the server on SQLite. What
//! this process writes itself is told at once, by `Db::write`.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::stores::sites::Epochs;
use super::{Effects, Result, StorageError, Tx};
use crate::domain::clock::Micros;
use crate::domain::id::PageId;

/// How often it is looked.
const INTERVAL: Duration = Duration::from_secs(1);
/// Pages are asked for that changed since the last change seen, less this: a transaction stamps its pages before it
/// commits, and the clocks of nodes differ.
const OVERLAP: Duration = Duration::from_secs(120);

/// What was seen last.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// SQLite's number of the file's state, which only other connections' writes change.
    data_version: Option<i64>,
    epochs: Option<Epochs>,
    since: Option<Micros>,
    pages: HashMap<PageId, i64>,
    next_job: Option<Micros>,
}

impl Seen {
    /// Whether the file was written by another since the last call of [`Seen::note`] that gave the same number.
    pub(super) fn is_new(&self, data_version: i64) -> bool {
        self.data_version != Some(data_version)
    }

    /// To be called when all was read that the number stands for.
    pub(super) fn note(&mut self, data_version: i64) {
        self.data_version = Some(data_version);
    }

    /// What changed since the last call. The first tells all that changed lately.
    pub(super) fn changes(&mut self, now: Snapshot) -> Effects {
        let mut effects = Effects::default();
        if self.epochs.map(|epochs| epochs.routes) != Some(now.epochs.routes) {
            effects.routes = Some(now.epochs.routes);
        }
        if self.epochs.map(|epochs| epochs.sites) != Some(now.epochs.sites) {
            effects.sites = Some(now.epochs.sites);
        }
        effects.jobs = now.next_job.is_some() && now.next_job != self.next_job;
        effects.decisions = now.unsealed;
        let told = std::mem::take(&mut self.pages);
        let is_new = |page: &(PageId, i64)| told.get(&page.0) != Some(&page.1);
        effects.pages = now.pages.iter().copied().filter(is_new).collect();
        *self = Self {
            data_version: self.data_version,
            epochs: Some(now.epochs),
            since: now.last_change.map(|last| last.minus(OVERLAP)),
            pages: now.pages.into_iter().collect(),
            next_job: now.next_job,
        };
        effects
    }
}

/// What is asked for each time, in one transaction.
pub(super) struct Snapshot {
    epochs: Epochs,
    last_change: Option<Micros>,
    pages: Vec<(PageId, i64)>,
    next_job: Option<Micros>,
    unsealed: bool,
}

impl Snapshot {
    pub(super) fn take(tx: &mut dyn Tx, seen: &Seen) -> Result<Self> {
        let last_change = tx.last_change()?;
        let since = seen.since.or_else(|| last_change.map(|last| last.minus(OVERLAP)));
        Ok(Self {
            epochs: tx.epochs()?,
            last_change,
            pages: since.map_or_else(|| Ok(Vec::new()), |since| tx.versions_since(since))?,
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
