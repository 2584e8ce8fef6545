//! One batch: BEGIN, the turn, the jobs with a savepoint before each but the first, COMMIT, then the hook, then the
//! answers.
//!
//! Two writers that run at once get in each other's way nearly always: what PostgreSQL notes of a serializable
//! transaction's reads are pages of indexes, and on the last page of an index all that is new meets. So writers take
//! turns, by a lock on the table `turns` that is taken before the transaction's snapshot is, and ends with the
//! transaction. Serializable they stay, for whoever writes without the lock. A conflict is then rare: each job of the
//! batch is run again by itself.

use std::time::{Duration, Instant};

use super::connect::Connector;
use super::session::Session;
use super::{RETRIES, Work};
use crate::storage::writer::{self, JOBS, Job, TIME, acknowledge, refuse};
use crate::storage::{AfterCommit, Effects, Observe, Options, Result, StorageError, Writing};

/// Writes behave as if they ran one after the other, as on SQLite they do: what a service has checked in its
/// transaction still holds when that commits. `LOCK` is no query: the snapshot comes after it.
const WRITE: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE; LOCK TABLE turns IN EXCLUSIVE MODE";

/// The longest wait before the first retry; doubled for each.
const FIRST_WAIT: Duration = Duration::from_millis(4);

/// Runs batches on the connection that writes.
pub(super) struct Batches {
    session: Option<Session>,
    connector: Connector,
    after_commit: AfterCommit,
    observe: Observe,
}

impl Batches {
    pub(super) fn new(connector: Connector, session: Session, options: &Options) -> Self {
        Self {
            session: Some(session),
            connector,
            after_commit: options.after_commit.clone(),
            observe: options.observe.clone(),
        }
    }
}

impl writer::Batches for Batches {
    type Connection = Session;

    fn connection(&mut self) -> Result<&mut Session> {
        let session = match self.session.take() {
            Some(session) => session,
            None => self.connector.connect_once()?,
        };
        Ok(self.session.insert(session))
    }

    fn leave_connection(&mut self) {
        self.session = None;
    }

    fn run(&mut self, first: Box<dyn Job>, mut next: impl FnMut() -> Option<Box<dyn Job>>) {
        let mut jobs = Vec::new();
        match self.commit(first, &mut next, &mut jobs) {
            Ok(effects) => acknowledge(&self.after_commit, &self.observe, jobs, &effects),
            Err(error) if error.is_conflict() || is_of_one(&error, &jobs) => {
                tracing::debug!(%error, jobs = jobs.len(), "a batch is run again, one by one");
                jobs.into_iter().for_each(|job| self.run_alone(job));
            }
            Err(error) => refuse(jobs, &error),
        }
    }
}

impl Batches {
    /// Runs a job again, in a transaction of its own, until it gives something other than a conflict.
    fn run_alone(&mut self, job: Box<dyn Job>) {
        let mut jobs = vec![job];
        let mut retry = 1;
        while let Some(job) = jobs.pop() {
            (self.observe)(Writing::Retried);
            std::thread::sleep(wait_before(retry));
            match self.commit(job, &mut || None, &mut jobs) {
                Ok(effects) => return acknowledge(&self.after_commit, &self.observe, jobs, &effects),
                Err(error) if error.is_conflict() && retry < RETRIES => retry += 1,
                Err(error) => return refuse(jobs, &error),
            }
        }
    }

    /// One transaction. Every job that was taken is in `jobs` afterwards. Gives the effects of those that are committed;
    /// where it gives an error, nothing is, or the connection was lost at COMMIT and it is not known.
    fn commit(
        &mut self,
        first: Box<dyn Job>,
        next: &mut dyn FnMut() -> Option<Box<dyn Job>>,
        jobs: &mut Vec<Box<dyn Job>>,
    ) -> Result<Vec<Effects>> {
        if let Err(error) = self.begin() {
            self.end();
            // Those that wait behind it would hear the same, one after the other and each so much later.
            jobs.push(first);
            jobs.extend(std::iter::from_fn(next));
            return Err(error);
        }
        let committed = self.run_and_commit(first, next, jobs);
        if committed.is_err() {
            self.end();
        }
        committed
    }

    /// Takes the turn. A connection that the server has closed meanwhile is told by this first statement; since nothing
    /// was done yet, another is tried.
    fn begin(&mut self) -> Result<()> {
        use writer::Batches as _;
        let is_old = self.session.is_some();
        match self.connection()?.begin(WRITE) {
            Err(StorageError::Unavailable(_)) if is_old => {
                self.leave_connection();
                self.connection()?.begin(WRITE)
            }
            begun => begun,
        }
    }

    fn run_and_commit(
        &mut self,
        first: Box<dyn Job>,
        next: &mut dyn FnMut() -> Option<Box<dyn Job>>,
        jobs: &mut Vec<Box<dyn Job>>,
    ) -> Result<Vec<Effects>> {
        use writer::Batches as _;
        let session = self.connection()?;
        let begun = Instant::now();
        let mut effects = Vec::new();
        let mut job = first;
        loop {
            let is_first = jobs.is_empty();
            let saved = if is_first { Ok(()) } else { session.save() };
            let done = saved.map(|()| run(session, job.as_mut()));
            let failure = job.failure().cloned();
            jobs.push(job);
            match (done?, failure) {
                (Some(effect), _) => effects.push(effect),
                // The transaction is lost with it.
                (None, Some(error @ (StorageError::Conflict(_) | StorageError::Unavailable(_)))) => {
                    return Err(error);
                }
                // Nothing else was done yet, and with the next a new transaction begins.
                (None, _) if is_first => {
                    session.rollback();
                    return Ok(effects);
                }
                (None, _) => session.rollback_to_saved()?,
            }
            if jobs.len() >= JOBS || begun.elapsed() >= TIME {
                break;
            }
            match next() {
                Some(another) => job = another,
                None => break,
            }
        }
        session.commit()?;
        Ok(effects)
    }

    /// Rolls back what is open. Where that fails the connection is left, and the server rolls back by itself.
    fn end(&mut self) {
        if let Some(session) = &mut self.session {
            session.rollback();
            if session.is_broken() {
                self.session = None;
            }
        }
    }
}

/// Whether one of several jobs brought down the others: it hid an error from its transaction, say.
fn is_of_one(error: &StorageError, jobs: &[Box<dyn Job>]) -> bool {
    jobs.len() > 1 && matches!(error, StorageError::Database(_))
}

/// Runs a job in the transaction that is open; its effects, where it succeeded.
fn run(session: &mut Session, job: &mut dyn Job) -> Option<Effects> {
    let mut work = Work {
        conn: session.connection(),
        effects: Effects::default(),
    };
    job.run(&mut work).then_some(work.effects)
}

/// Between half and the whole of a bound that doubles, so that two that met do not meet again.
pub(super) fn wait_before(retry: u32) -> Duration {
    let bound = FIRST_WAIT * 2u32.saturating_pow(retry - 1);
    let mut byte = [0u8; 1];
    // Without randomness the wait is the shortest: a matter of speed, not of safety.
    let _no_randomness = getrandom::fill(&mut byte);
    bound / 2 + bound / 2 * u32::from(byte[0]) / 255
}
