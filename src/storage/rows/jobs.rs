//! Rows of the outbox.

use diesel::{Queryable, Selectable};

use super::RowOf;
use crate::domain::clock::Micros;
use crate::storage::stores::jobs::StoredJob;
use crate::storage::{Result, StorageError, schema};

/// The number of a job that waits to be done or is being done.
pub const WAITING: i16 = 1;

/// The number of a job that was given up.
pub const GIVEN_UP: i16 = 2;

/// The column `claimed_until` of a job that nobody works on.
pub const FREE: i64 = 0;

/// The columns of `jobs` that say what to do.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = schema::jobs)]
pub struct JobRow {
    id: Vec<u8>,
    kind: String,
    payload: String,
    attempts: i32,
    run_at: i64,
    created_at: i64,
}

impl TryFrom<JobRow> for StoredJob {
    type Error = StorageError;
    fn try_from(from: JobRow) -> Result<Self> {
        let row = RowOf {
            table: "jobs",
            key: &from.id,
        };
        Ok(StoredJob {
            id: row.bytes("id", from.id.clone())?,
            kind: from.kind,
            payload: from.payload,
            attempts: from.attempts,
            run_at: Micros::from_i64(from.run_at),
            created_at: Micros::from_i64(from.created_at),
        })
    }
}
