//! The outbox: jobs that commit with the change that calls for them.

use std::time::Duration;

use crate::domain::clock::Micros;
use crate::domain::id::JobId;
use crate::storage::Result;

/// A job as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredJob {
    /// Its id.
    pub id: JobId,
    /// Its kind's word.
    pub kind: String,
    /// What it is about: ids as JSON, never rendered text or secrets.
    pub payload: String,
    /// How often it was taken to be tried, the present time included.
    pub attempts: i32,
    /// When it is due.
    pub run_at: Micros,
    /// When it was asked for.
    pub created_at: Micros,
}

/// A job that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedJob {
    /// The job.
    pub job: StoredJob,
    /// What was said last.
    pub error: String,
}

/// The outbox.
pub trait JobStore {
    /// Adds a job. Notes `jobs` in the transaction's effects, so that the workers wake.
    fn enqueue(&mut self, job: &StoredJob) -> Result<()>;
    /// Takes the next job that is due and that nobody works on, for `lease`.
    fn claim_job(&mut self, now: Micros, lease: Duration) -> Result<Option<StoredJob>>;
    /// When there will be something to take: the next job is due, or the lease of one ends whose worker was lost.
    fn next_job_at(&mut self) -> Result<Option<Micros>>;
    /// It is done.
    fn finish_job(&mut self, id: JobId) -> Result<()>;
    /// It failed for now and is tried again at `run_at`.
    fn retry_job(&mut self, id: JobId, run_at: Micros, error: &str) -> Result<()>;
    /// It is given up.
    fn give_up_job(&mut self, id: JobId, error: &str) -> Result<()>;
    /// Jobs that were given up, newest first.
    fn failed_jobs(&mut self, limit: i64) -> Result<Vec<FailedJob>>;
    /// Tries given-up jobs again from now. Gives how many.
    fn revive_jobs(&mut self, now: Micros) -> Result<usize>;
    /// How many jobs wait, and how many were given up.
    fn job_counts(&mut self) -> Result<(i64, i64)>;
}
