//! One batch: BEGIN IMMEDIATE, a savepoint for each job, COMMIT, then the hook, then the answers.
//!
//! Some errors (a full disk above all) make SQLite roll back the whole transaction and not the statement alone. It
//! says so nowhere that safe code can read, and a statement after that would commit by itself. So every job ends in
//! RELEASE of its savepoint, which is there only while the transaction is; where it is gone, so is the batch.

use std::io::{ErrorKind, Write};
use std::path::Path;
use std::time::Instant;

use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;

use super::Work;
use super::connect::Settings;
use crate::storage::writer::{self, JOBS, Job, TIME, acknowledge, refuse};
use crate::storage::{AfterCommit, Effects, Observe, Options, Result, StorageError};

/// How often a batch asks for the write lock where another process holds it; each time waits as `busy_timeout` says.
const BEGIN_TRIES: usize = 2;

/// The connection that writes, and which one it is of all that this process had.
pub(super) struct Writing {
    pub(super) connection: SqliteConnection,
    pub(super) number: u64,
}

/// Runs batches on the connection that writes.
pub(super) struct Batches {
    settings: Settings,
    writing: Option<Writing>,
    number: u64,
    after_commit: AfterCommit,
    observe: Observe,
}

impl Batches {
    pub(super) fn new(settings: Settings, connection: SqliteConnection, options: &Options) -> Self {
        Self {
            settings,
            writing: Some(Writing {
                connection,
                number: 0,
            }),
            number: 0,
            after_commit: options.after_commit.clone(),
            observe: options.observe.clone(),
        }
    }
}

impl writer::Batches for Batches {
    type Connection = Writing;

    fn connection(&mut self) -> Result<&mut Writing> {
        let writing = match self.writing.take() {
            Some(writing) => writing,
            None => {
                self.number += 1;
                Writing {
                    connection: self.settings.writer()?,
                    number: self.number,
                }
            }
        };
        Ok(self.writing.insert(writing))
    }

    fn leave_connection(&mut self) {
        self.writing = None;
    }

    /// All in one transaction.
    fn run(&mut self, first: Box<dyn Job>, next: impl FnMut() -> Option<Box<dyn Job>>) {
        let mut jobs = Vec::new();
        match self.commit(first, next, &mut jobs) {
            Ok(effects) => acknowledge(&self.after_commit, &self.observe, jobs, &effects),
            Err(error) => {
                let error = self.full_disk_or(error);
                writer::Batches::leave_connection(self);
                refuse(jobs, &error);
            }
        }
    }
}

impl Batches {
    /// Every job that was taken is in `jobs` afterwards. Gives the effects of those that are committed.
    fn commit(
        &mut self,
        first: Box<dyn Job>,
        mut next: impl FnMut() -> Option<Box<dyn Job>>,
        jobs: &mut Vec<Box<dyn Job>>,
    ) -> Result<Vec<Effects>> {
        let mut job = first;
        let begun = writer::Batches::connection(self)
            .and_then(|writing| begin(&mut writing.connection).map(|()| &mut writing.connection));
        let connection = match begun {
            Ok(connection) => connection,
            Err(error) => {
                jobs.push(job);
                return Err(error);
            }
        };
        let begun = Instant::now();
        let mut effects = Vec::new();
        loop {
            let done = run_in_savepoint(connection, job.as_mut());
            jobs.push(job);
            effects.extend(done?);
            if jobs.len() >= JOBS || begun.elapsed() >= TIME {
                break;
            }
            match next() {
                Some(another) => job = another,
                None => break,
            }
        }
        connection.batch_execute("COMMIT")?;
        Ok(effects)
    }

    /// SQLite calls it an I/O error where it cannot grow the log's index, and says nothing at all where a job hid the
    /// error that ended the transaction. Writing a little beside the database tells whether the disk is full.
    fn full_disk_or(&self, error: StorageError) -> StorageError {
        match error {
            StorageError::Unavailable(_) if disk_is_full(&self.settings.path) => StorageError::Full,
            other => other,
        }
    }
}

fn begin(connection: &mut SqliteConnection) -> Result<()> {
    let mut tries = 1;
    loop {
        match connection
            .batch_execute("BEGIN IMMEDIATE")
            .map_err(StorageError::from)
        {
            Err(StorageError::Busy) if tries < BEGIN_TRIES => tries += 1,
            other => return other,
        }
    }
}

/// Runs a job. `Ok(None)` where it alone failed and was rolled back; an error where the transaction is lost.
fn run_in_savepoint(connection: &mut SqliteConnection, job: &mut dyn Job) -> Result<Option<Effects>> {
    connection.batch_execute("SAVEPOINT job")?;
    let mut work = Work::new(connection);
    let succeeded = job.run(&mut work);
    let effects = work.effects;
    let end = if succeeded {
        "RELEASE job"
    } else {
        "ROLLBACK TO job; RELEASE job"
    };
    match connection.batch_execute(end) {
        Ok(()) => Ok(succeeded.then_some(effects)),
        Err(error) => Err(match job.failure() {
            Some(cause @ (StorageError::Full | StorageError::Busy | StorageError::Unavailable(_))) => {
                cause.clone()
            }
            _ => StorageError::Unavailable(format!("the transaction was lost: {error}")),
        }),
    }
}

fn disk_is_full(database: &Path) -> bool {
    let mut name = database.as_os_str().to_owned();
    name.push(".room");
    let probe = Path::new(&name);
    let written = std::fs::File::create(probe).and_then(|mut file| file.write_all(&[0; 128 << 10]));
    let _it_may_not_be_there = std::fs::remove_file(probe);
    written.is_err_and(|error| matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded))
}
