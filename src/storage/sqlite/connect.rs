//! How a connection to a SQLite file is opened and set up: who may read the file, and every PRAGMA with its reason.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::{QueryResult, SqliteConnection};

use crate::storage::{Result, StorageError};

/// The log is cut back to this after it has grown beyond: 64 MiB.
const LOG_LIMIT: u64 = 64 << 20;
/// Readers map so much of the file into memory: 64 MiB.
const MAPPED: u64 = 64 << 20;
/// Pages in a connection's cache, as KiB with a minus sign: 16 MiB.
const CACHE: i32 = -16_000;

/// What every connection to the file is made from.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    /// The file.
    pub(super) path: PathBuf,
    pub(super) busy_timeout: Duration,
    pub(super) max_pages: Option<u32>,
}

impl Settings {
    /// Of a file that is only looked into.
    pub(super) fn of(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            busy_timeout: Duration::from_secs(5),
            max_pages: None,
        }
    }

    /// The path as the driver takes it: absolute, since one that begins with `file:` would be read as an address.
    pub(super) fn address(&self) -> Result<String> {
        let path = std::path::absolute(&self.path).map_err(|error| unavailable(&self.path, error))?;
        let path = path.into_os_string().into_string();
        path.map_err(|_not_utf8| unavailable(&self.path, "the path is not UTF-8"))
    }

    /// A connection without any setting but the time to wait for locks.
    pub(super) fn plain(&self) -> Result<SqliteConnection> {
        let mut connection =
            SqliteConnection::establish(&self.address()?).map_err(|error| unavailable(&self.path, error))?;
        connection.batch_execute(&self.wait())?;
        Ok(connection)
    }

    /// The connection that writes.
    pub(super) fn writer(&self) -> Result<SqliteConnection> {
        let mut connection = self.plain()?;
        // Asked back: on a file system without shared memory SQLite keeps its old mode and says nothing.
        let mode = self
            .log_mode(&mut connection)
            .map_err(|error| unavailable(&self.path, error))?;
        if mode != "wal" {
            return Err(unavailable(
                &self.path,
                format!("the journal mode is {mode} and cannot be WAL here"),
            ));
        }
        // FULL: the log is synced at every COMMIT, so that what was acknowledged survives a loss of power.
        connection.batch_execute("PRAGMA synchronous = FULL")?;
        connection.batch_execute("PRAGMA foreign_keys = ON")?;
        // What is erased is overwritten and does not stay in free pages.
        connection.batch_execute("PRAGMA secure_delete = ON")?;
        connection.batch_execute(&format!("PRAGMA journal_size_limit = {LOG_LIMIT}"))?;
        connection.batch_execute(&format!("PRAGMA cache_size = {CACHE}"))?;
        // Sorting must not need room on a disk that may be full.
        connection.batch_execute("PRAGMA temp_store = MEMORY")?;
        if let Some(pages) = self.max_pages {
            connection.batch_execute(&format!("PRAGMA max_page_count = {pages}"))?;
        }
        Ok(connection)
    }

    /// Has the file use a log, and gives the mode that it is in then. Where two open a new file at once, SQLite does not
    /// wait for the lock of the other but refuses one of them at once.
    fn log_mode(&self, connection: &mut SqliteConnection) -> QueryResult<String> {
        let until = Instant::now() + self.busy_timeout;
        loop {
            let mode = diesel::dsl::sql::<Text>("PRAGMA journal_mode = WAL").get_result(connection);
            match mode {
                Err(diesel::result::Error::DatabaseError(_, info))
                    if info.message() == "database is locked" && Instant::now() < until =>
                {
                    thread::sleep(Duration::from_millis(10));
                }
                other => return other,
            }
        }
    }

    /// Makes a plain connection one that reads.
    pub(super) fn set_up_reader(&self, connection: &mut SqliteConnection) -> QueryResult<()> {
        connection.batch_execute(&self.wait())?;
        connection.batch_execute(&format!("PRAGMA mmap_size = {MAPPED}"))?;
        connection.batch_execute(&format!("PRAGMA cache_size = {CACHE}"))?;
        connection.batch_execute("PRAGMA temp_store = MEMORY")?;
        connection.batch_execute("PRAGMA query_only = ON")
    }

    fn wait(&self) -> String {
        format!("PRAGMA busy_timeout = {}", self.busy_timeout.as_millis())
    }
}

pub(super) fn unavailable(path: &Path, why: impl std::fmt::Display) -> StorageError {
    StorageError::Unavailable(format!("{}: {why}", path.display()))
}

/// Makes the file where it is missing, readable by its owner only: it holds addresses and texts that are not public.
/// (SQLite gives the log beside it the same permissions.)
pub(super) fn make_private(path: &Path) -> Result<()> {
    OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .map(drop)
        .map_err(|error| unavailable(path, error))
}

/// The path with something added to its file name.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
