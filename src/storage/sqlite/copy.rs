//! A copy of a SQLite file that is whole and on disk under its name, or not there.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use diesel::SqliteConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::connect::{Settings, beside, unavailable};
use super::migrate;
use crate::storage::{Result, StorageError};

/// What to do with a file that has the copy's name already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::storage) enum Existing {
    /// Leave it and refuse.
    Keep,
    /// Put the copy in its place.
    Replace,
}

/// Copies what the connection sees into an empty file, in one snapshot, while others go on writing.
pub(super) fn vacuum_into(connection: &mut SqliteConnection, empty: &Path) -> Result<()> {
    let name = empty
        .to_str()
        .ok_or_else(|| unavailable(empty, "the path is not UTF-8"))?;
    diesel::sql_query("VACUUM INTO ?")
        .bind::<Text, _>(name)
        .execute(connection)?;
    Ok(())
}

/// Has `write` fill an empty file beside `target` that only its owner reads, and gives it the name when it is on disk.
pub(in crate::storage) fn write_whole<E: From<StorageError>>(
    target: &Path,
    existing: Existing,
    write: impl FnOnce(&Path) -> Result<(), E>,
) -> Result<(), E> {
    let unfinished = beside(target, ".unfinished");
    let result = make_empty(&unfinished)
        .map_err(E::from)
        .and_then(|()| write(&unfinished))
        .and_then(|()| {
            name_it(&unfinished, target, existing).map_err(|error| named_badly(target, &error).into())
        });
    if result.is_err() {
        let _it_may_not_be_there = std::fs::remove_file(&unfinished);
    }
    result
}

/// Has `use_it` work with an empty file of this name that only its owner reads, and deletes it afterwards.
pub(super) fn in_passing<R>(file: &Path, use_it: impl FnOnce(&Path) -> Result<R>) -> Result<R> {
    let result = make_empty(file).and_then(|()| use_it(file));
    let _it_may_not_be_there = std::fs::remove_file(file);
    result
}

/// Whether a file is a whole database of ours: every page, index and reference. Gives the migrations that it has not
/// had, or what is wrong.
pub(in crate::storage) fn check(file: &Path) -> Result<Vec<String>, String> {
    let look = || -> Result<(Vec<String>, Vec<String>, i64)> {
        let mut connection = Settings::of(file).plain()?;
        let problems = sql::<Text>("PRAGMA integrity_check(5)").load(&mut connection)?;
        let strays =
            sql::<BigInt>("SELECT count(*) FROM pragma_foreign_key_check").get_result(&mut connection)?;
        Ok((problems, migrate::pending(&mut connection)?, strays))
    };
    let (problems, pending, strays) = look().map_err(|error| error.to_string())?;
    if problems != ["ok"] {
        return Err(problems.join("; "));
    }
    if strays > 0 {
        return Err(format!("{strays} references lead nowhere"));
    }
    match migrate::is_ours(&pending) {
        true => Ok(pending),
        false => Err(String::from("it holds no database of this program")),
    }
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
            match std::fs::hard_link(unfinished, target) {
                Ok(()) => std::fs::remove_file(unfinished)?,
                // Some file systems have no links; looking first is the next best.
                Err(error) if error.kind() != ErrorKind::AlreadyExists && !target.try_exists()? => {
                    std::fs::rename(unfinished, target)?;
                }
                Err(error) => return Err(error),
            }
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
