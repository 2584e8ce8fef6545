//! The migrations, embedded in the program: which are missing, and running them. Both databases have the same.

use diesel::migration::{Migration, MigrationSource};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

use super::{Result, StorageError};

/// Those of SQLite.
pub(super) const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
/// Those of PostgreSQL.
pub(super) const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// The versions of `source` that are not in `applied`, in order. Versions that only a later release knows are no
/// matter: migrations are additive, so this release runs on its schema.
pub(super) fn pending<DB: diesel::backend::Backend>(
    source: EmbeddedMigrations,
    applied: &[String],
) -> Result<Vec<String>>
where
    EmbeddedMigrations: MigrationSource<DB>,
{
    let known: Vec<Box<dyn Migration<DB>>> = source.migrations().map_err(failed)?;
    let mut pending: Vec<String> = known
        .iter()
        .map(|migration| migration.name().version().to_string())
        .filter(|version| !applied.contains(version))
        .collect();
    pending.sort_unstable();
    Ok(pending)
}

/// Diesel's errors of migrations are boxed; what lies in them is the database's own as often as not.
pub(super) fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> StorageError {
    match error.downcast::<diesel::result::Error>() {
        Ok(error) => StorageError::from(*error),
        Err(other) => StorageError::Unavailable(format!("the schema was not brought up to date: {other}")),
    }
}
