//! Bringing a SQLite file's schema up to date, after copying the file.

use std::path::{Path, PathBuf};

use diesel::SqliteConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_migrations::MigrationHarness;

use super::connect::{Settings, beside, unavailable};
use super::copy;
use crate::storage::migrations::{self, SQLITE};
use crate::storage::{Result, StorageError};

/// So many copies from before a migration are kept.
const COPIES: usize = 3;

/// The versions that the file has not had yet. Changes nothing.
pub(super) fn pending(connection: &mut SqliteConnection) -> Result<Vec<String>> {
    migrations::pending::<super::DB>(SQLITE, &applied(connection)?)
}

/// Whether a file that has these pending is a database of ours: it has had at least one.
pub(super) fn is_ours(pending: &[String]) -> bool {
    migrations::pending::<super::DB>(SQLITE, &[]).is_ok_and(|all| pending.len() < all.len())
}

fn applied(connection: &mut SqliteConnection) -> Result<Vec<String>> {
    let tables = "SELECT count(*) FROM sqlite_master WHERE name = '__diesel_schema_migrations'";
    if number(connection, tables)? == 0 {
        return Ok(Vec::new());
    }
    let versions = diesel::dsl::sql::<Text>("SELECT version FROM __diesel_schema_migrations");
    Ok(versions.load(connection)?)
}

fn number(connection: &mut SqliteConnection, sql: &str) -> Result<i64> {
    Ok(diesel::dsl::sql::<BigInt>(sql).get_result(connection)?)
}

/// Runs what is pending, all or nothing, after copying a file that holds anything to `FILE.before-VERSION`.
pub(super) fn migrate(settings: &Settings) -> Result<Vec<String>> {
    let mut connection = settings.plain()?;
    let pending = pending(&mut connection)?;
    let Some(last) = pending.last() else {
        return Ok(pending);
    };
    if number(&mut connection, "SELECT count(*) FROM sqlite_master")? > 0 {
        let prefix = beside(&settings.path, ".before-");
        let mut target = prefix.clone().into_os_string();
        target.push(last);
        copy::write_whole::<StorageError>(Path::new(&target), copy::Existing::Replace, |unfinished| {
            copy::vacuum_into(&mut connection, unfinished)
        })?;
        forget_copies(&prefix)?;
    }
    run_pending(&mut connection, &settings.path)
}

/// Runs what is pending in the file at `path`, all or nothing, and copies nothing.
pub(super) fn run_pending(connection: &mut SqliteConnection, path: &Path) -> Result<Vec<String>> {
    // IMMEDIATE, and what is pending is asked again inside: another process may be at it.
    connection.immediate_transaction(|connection| {
        let ran = connection
            .run_pending_migrations(SQLITE)
            .map_err(migrations::failed)?;
        let ran = ran.iter().map(ToString::to_string).collect();
        // Migrations that rebuild a table could leave references into nothing.
        if number(connection, "SELECT count(*) FROM pragma_foreign_key_check")? > 0 {
            return Err(unavailable(
                path,
                "a migration broke a reference; nothing was changed",
            ));
        }
        Ok::<_, StorageError>(ran)
    })
}

/// Keeps the copies of the latest versions. Versions sort by time.
fn forget_copies(prefix: &Path) -> Result<()> {
    let (Some(directory), Some(prefix)) =
        (prefix.parent(), prefix.file_name().and_then(|name| name.to_str()))
    else {
        return Ok(());
    };
    let problem = |error: std::io::Error| unavailable(directory, error);
    let mut copies: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(problem)? {
        let entry = entry.map_err(problem)?;
        if entry.file_name().to_str().is_some_and(|name| {
            name.strip_prefix(prefix)
                .is_some_and(|version| version.bytes().all(|byte| byte.is_ascii_digit()))
        }) {
            copies.push(entry.path());
        }
    }
    copies.sort_unstable();
    for old in copies.iter().rev().skip(COPIES) {
        std::fs::remove_file(old).map_err(problem)?;
    }
    Ok(())
}
