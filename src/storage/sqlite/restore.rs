//! Putting a copy in the place of a SQLite database.

use std::path::{Path, PathBuf};

use super::connect::{Settings, beside, unavailable};
use super::copy::{self, Existing};
use super::lock::Lock;
use super::migrate;
use crate::storage::backup::{BackupError, Restored};
use crate::storage::{DatabaseUrl, Db, Options, Result};

/// What SQLite keeps beside a file. The log belongs to its file: beside another it would be read as that one's.
const LOG: &str = "-wal";
const LOG_INDEX: &str = "-shm";

/// See [`crate::storage::restore`].
pub(in crate::storage) fn restore(
    backup: &Path,
    database: &Path,
    verify: impl FnOnce(&Db) -> Result<(), String>,
) -> Result<Restored, BackupError> {
    // Opening would make an empty file of a misspelt name.
    std::fs::File::open(backup).map_err(|error| unavailable(backup, error))?;
    let in_use = || BackupError::InUse(database.to_owned());
    let _alone = Lock::alone(database)?.ok_or_else(in_use)?;
    let bad = |why| BackupError::Bad {
        path: backup.to_owned(),
        why,
    };
    let pending = copy::check(backup).map_err(bad)?;

    let aside = beside(database, ".restored");
    copy::write_whole::<BackupError>(&aside, Existing::Replace, |unfinished| {
        copy::vacuum_into(&mut Settings::of(backup).plain()?, unfinished)?;
        if pending.is_empty() {
            return verify(&open(unfinished)?).map_err(bad);
        }
        // Of an earlier version: its copy stays so, and is looked through as this version will find it.
        let newer = beside(unfinished, ".newer");
        let verified = copy::in_passing(&newer, |newer| {
            copy::vacuum_into(&mut Settings::of(unfinished).plain()?, newer)?;
            migrate::run_pending(&mut Settings::of(newer).plain()?, newer)?;
            Ok(verify(&open(newer)?))
        })?;
        verified.map_err(bad)
    })?;
    let replaced = set_aside(database).map_err(|error| unavailable(database, error))?;
    std::fs::rename(&aside, database)
        .and_then(|()| copy::sync_directory(database))
        .map_err(|error| unavailable(database, error))?;
    Ok(Restored { replaced, pending })
}

fn open(file: &Path) -> Result<Db> {
    Db::open(Options {
        read_only: true,
        ..Options::new(DatabaseUrl::Sqlite(file.to_owned()))
    })
}

/// Renames what is there, the file first: where this ends in between, a log without its file is left, which is
/// deleted when a file is made, and no file with a strange log.
fn set_aside(database: &Path) -> std::io::Result<Option<PathBuf>> {
    let mut replaced = None;
    if database.try_exists()? {
        let free = free_name(database)?;
        std::fs::rename(database, &free)?;
        copy::sync_directory(database)?;
        replaced = Some(free);
    }
    let log = beside(database, LOG);
    if log.try_exists()? {
        match &replaced {
            Some(free) => std::fs::rename(&log, beside(free, LOG))?,
            None => std::fs::remove_file(&log)?,
        }
    }
    let index = beside(database, LOG_INDEX);
    if index.try_exists()? {
        // Made from the log whenever it is missing.
        std::fs::remove_file(&index)?;
    }
    copy::sync_directory(database)?;
    Ok(replaced)
}

fn free_name(database: &Path) -> std::io::Result<PathBuf> {
    let mut number = 1;
    loop {
        let name = beside(database, &format!(".replaced-{number}"));
        if !name.try_exists()? {
            return Ok(name);
        }
        number += 1;
    }
}
