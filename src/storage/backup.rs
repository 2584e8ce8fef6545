//! Copies of the data that one can go back to. SQLite files are copied while the server runs, and put back while
//! nothing does; for PostgreSQL the answer names its own tools.

use std::path::{Path, PathBuf};

use super::db::Store;
use super::sqlite::{copy, restore};
use super::{DatabaseUrl, Db, Options, StorageError};

/// Why there is no backup, or why it was not put back. What was there before is as it was.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// PostgreSQL has tools for it, which copy while the server runs.
    #[error(
        "this database is PostgreSQL, which has its own tools. To back up, at any time: \
         pg_dump --format=custom --file=hustings.dump \"$DATABASE_URL\". To restore, while no server runs: \
         pg_restore --clean --if-exists --no-owner --single-transaction --dbname=\"$DATABASE_URL\" hustings.dump"
    )]
    Postgres,
    /// A file of this name is there; a backup never replaces another.
    #[error("{} is there already; choose another name", .0.display())]
    Exists(PathBuf),
    /// A server or a command has the database open.
    #[error("{} is in use; stop the server and whatever else works with it first", .0.display())]
    InUse(PathBuf),
    /// The file is not a whole database of ours.
    #[error("{} is not a good backup: {why}; nothing was changed", path.display())]
    Bad {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Reading or writing failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What was put back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Where the database now lies that was there before; its log beside it, by the name that belongs to it.
    pub replaced: Option<PathBuf>,
    /// Migrations that the backup has not had; the next start of the server runs them.
    pub pending: Vec<String>,
}

impl Db {
    /// Copies a SQLite database to a new file, in one snapshot, while everything goes on. The copy is checked page by
    /// page, then opened for reading and given to `verify`; only when that finds nothing wrong, and the copy is on
    /// disk, has it the name `target`.
    ///
    /// # Errors
    /// [`BackupError`]; there is no file `target` then that was not there before.
    pub fn backup(
        &self,
        target: &Path,
        verify: impl FnOnce(&Db) -> Result<(), String>,
    ) -> Result<(), BackupError> {
        let Store::Sqlite(sqlite) = self.store() else {
            return Err(BackupError::Postgres);
        };
        if target
            .try_exists()
            .map_err(|error| StorageError::Unavailable(error.to_string()))?
        {
            return Err(BackupError::Exists(target.to_owned()));
        }
        copy::write_whole(target, copy::Existing::Keep, |unfinished| {
            sqlite.copy_to(unfinished)?;
            let bad = |why| BackupError::Bad {
                path: target.to_owned(),
                why,
            };
            copy::check(unfinished).map_err(bad)?;
            let copied = Db::open(Options {
                read_only: true,
                ..Options::new(DatabaseUrl::Sqlite(unfinished.to_owned()))
            })?;
            verify(&copied).map_err(bad)
        })
    }
}

/// Puts a backup in the place of the database. The backup is checked page by page; then what is to take the place is
/// opened for reading and given to `verify`, brought up to date first where it is of an earlier version; only when that
/// finds nothing wrong is anything replaced. The database that was there is kept beside it, under another name.
///
/// # Errors
/// [`BackupError`]; the database is as it was then.
pub fn restore(
    backup: &Path,
    database: &DatabaseUrl,
    verify: impl FnOnce(&Db) -> Result<(), String>,
) -> Result<Restored, BackupError> {
    match database {
        DatabaseUrl::Sqlite(path) => restore::restore(backup, path, verify),
        DatabaseUrl::Postgres(_) => Err(BackupError::Postgres),
    }
}
