//! Bringing a PostgreSQL database's schema up to date.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel_migrations::MigrationHarness;

use super::session::Session;
use crate::storage::Result;
use crate::storage::migrations::{self, POSTGRES};

/// What processes that migrate agree on; a number of ours.
const LOCK: i64 = 0x6875_7374_696e_6773;

/// The versions that the database has not had yet. Changes nothing, and needs no right to.
pub(super) fn pending(session: &mut Session) -> Result<Vec<String>> {
    let connection = session.connection();
    let exists = diesel::dsl::sql::<Bool>("SELECT to_regclass('__diesel_schema_migrations') IS NOT NULL");
    let applied = if exists.get_result(connection)? {
        diesel::dsl::sql::<Text>("SELECT version::text FROM __diesel_schema_migrations").load(connection)?
    } else {
        Vec::new()
    };
    migrations::pending::<super::DB>(POSTGRES, &applied)
}

/// Runs what is pending, each in a transaction. Whoever comes second waits for the first and finds nothing to do; the
/// lock ends with the connection.
pub(super) fn migrate(session: &mut Session) -> Result<Vec<String>> {
    let connection = session.connection();
    connection.batch_execute("SET statement_timeout = 0; SET lock_timeout = 0")?;
    connection.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})"))?;
    let ran = connection
        .run_pending_migrations(POSTGRES)
        .map_err(migrations::failed)?;
    let ran = ran.iter().map(ToString::to_string).collect();
    connection.batch_execute(&format!("SELECT pg_advisory_unlock({LOCK})"))?;
    Ok(ran)
}
