//! A copy of a SQLite file that is whole and on disk under its name, or not there.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use diesel::SqliteConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::connect::unavailable;
use super::migrate::beside;
use crate::storage::{Result, StorageError};

/// What to do with a file that has the copy's name already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Existing {
    /// Leave it and refuse.
    Keep,
    /// Put the copy in its place.
    Replace,
}

/// Copies what the connection sees, in one snapshot, while others go on writing.
pub(super) fn vacuum_into(
    connection: &mut SqliteConnection,
    target: &Path,
    existing: Existing,
) -> Result<()> {
    write_whole(target, existing, |unfinished| {
        let name = unfinished
            .to_str()
            .ok_or_else(|| unavailable(unfinished, "the path is not UTF-8"))?;
        diesel::sql_query("VACUUM INTO ?")
            .bind::<Text, _>(name)
            .execute(connection)?;
        Ok(())
    })
}

/// Has `write` fill an empty file beside `target` that only its owner reads, and gives it the name when it is on disk.
pub(super) fn write_whole(
    target: &Path,
    existing: Existing,
    write: impl FnOnce(&Path) -> Result<()>,
) -> Result<()> {
    let unfinished = beside(target, ".unfinished");
    let result = make_empty(&unfinished)
        .and_then(|()| write(&unfinished))
        .and_then(|()| name_it(&unfinished, target, existing).map_err(|error| named_badly(target, &error)));
    if result.is_err() {
        let _it_may_not_be_there = std::fs::remove_file(&unfinished);
    }
    result
}

fn make_empty(path: &Path) -> Result<()> {
    // What an earlier attempt left when it was killed.
    let _it_may_not_be_there = std::fs::remove_file(path);
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    made.map(drop).map_err(|error| unavailable(path, error))
}

fn name_it(unfinished: &Path, target: &Path, existing: Existing) -> std::io::Result<()> {
    File::open(unfinished)?.sync_all()?;
    match existing {
        Existing::Replace => std::fs::rename(unfinished, target)?,
        // Linking refuses where the name is taken, which renaming does not.
        Existing::Keep => {
            std::fs::hard_link(unfinished, target)?;
            std::fs::remove_file(unfinished)?;
        }
    }
    sync_directory(target)
}

/// A name is on disk when its directory is.
pub(super) fn sync_directory(file: &Path) -> std::io::Result<()> {
    match file.parent() {
        Some(directory) if !directory.as_os_str().is_empty() => File::open(directory)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

fn named_badly(target: &Path, error: &std::io::Error) -> StorageError {
    match error.kind() {
        ErrorKind::AlreadyExists => unavailable(target, "there is a file of this name already"),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StorageError::Full,
        _ => unavailable(target, error),
    }
}
