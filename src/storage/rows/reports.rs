//! Rows of reports.

use diesel::{Insertable, Queryable, Selectable};

use super::RowOf;
use crate::domain::clock::Micros;
use crate::domain::id::SiteId;
use crate::domain::report::{Report, ReportState};
use crate::storage::{Result, StorageError, schema};

/// The number of an open report.
pub const OPEN: i16 = 1;

/// A row of `reports`.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::reports)]
pub struct ReportRow {
    id: Vec<u8>,
    comment_id: Vec<u8>,
    site_id: Vec<u8>,
    reason: String,
    note: String,
    email_sealed: Option<Vec<u8>>,
    receipt_hash: Vec<u8>,
    state: i16,
    created_at: i64,
    closed_at: Option<i64>,
}

impl ReportRow {
    pub fn of(report: &Report, site: SiteId, receipt: &[u8; 32], email: Option<&[u8]>) -> Self {
        Self {
            id: report.id.as_bytes().to_vec(),
            comment_id: report.comment_id.as_bytes().to_vec(),
            site_id: site.as_bytes().to_vec(),
            reason: report.reason.as_str().to_owned(),
            note: report.note.clone(),
            email_sealed: email.map(<[u8]>::to_vec),
            receipt_hash: receipt.to_vec(),
            state: state_code(report.state),
            created_at: report.created_at.as_i64(),
            closed_at: None,
        }
    }
}

impl TryFrom<ReportRow> for Report {
    type Error = StorageError;
    fn try_from(from: ReportRow) -> Result<Report> {
        let row = RowOf {
            table: "reports",
            key: &from.id,
        };
        Ok(Report {
            id: row.bytes("id", from.id.clone())?,
            comment_id: row.bytes("comment_id", from.comment_id)?,
            reason: row.word("reason", &from.reason)?,
            note: from.note,
            state: row.code("state", from.state, |code| match code {
                OPEN => Some(ReportState::Open),
                2 => Some(ReportState::NoAction),
                3 => Some(ReportState::ActedOn),
                _ => None,
            })?,
            created_at: Micros::from_i64(from.created_at),
        })
    }
}

/// The column `state`.
pub fn state_code(state: ReportState) -> i16 {
    match state {
        ReportState::Open => OPEN,
        ReportState::NoAction => 2,
        ReportState::ActedOn => 3,
    }
}
