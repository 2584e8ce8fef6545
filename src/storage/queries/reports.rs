//! Reports on comments.

use diesel::prelude::*;

use super::Work;
use crate::domain::clock::Micros;
use crate::domain::id::{CommentId, SiteId};
use crate::domain::report::{Report, ReportState};
use crate::storage::Result;
use crate::storage::rows::reports::{OPEN, ReportRow, state_code};
use crate::storage::schema::reports;
use crate::storage::stores::ReportStore;

impl ReportStore for Work<'_> {
    fn insert_report(
        &mut self,
        report: &Report,
        site: SiteId,
        receipt: &[u8; 32],
        email: Option<&[u8]>,
    ) -> Result<()> {
        diesel::insert_into(reports::table)
            .values(ReportRow::of(report, site, receipt, email))
            .execute(self.conn)?;
        Ok(())
    }

    fn report_by_receipt(&mut self, receipt: &[u8; 32]) -> Result<Option<Report>> {
        reports::table
            .filter(reports::receipt_hash.eq(receipt))
            .select(ReportRow::as_select())
            .first(self.conn)
            .optional()?
            .map(Report::try_from)
            .transpose()
    }

    fn reports(&mut self, comment: CommentId) -> Result<Vec<Report>> {
        reports::table
            .filter(reports::comment_id.eq(comment.as_bytes()))
            .select(ReportRow::as_select())
            .order((reports::created_at, reports::id))
            .load(self.conn)?
            .into_iter()
            .map(Report::try_from)
            .collect()
    }

    fn close_reports(&mut self, comment: CommentId, state: ReportState, now: Micros) -> Result<usize> {
        Ok(diesel::update(reports::table)
            .filter(reports::comment_id.eq(comment.as_bytes()))
            .filter(reports::state.eq(OPEN))
            .set((
                reports::state.eq(state_code(state)),
                reports::closed_at.eq(now.as_i64()),
            ))
            .execute(self.conn)?)
    }

    fn reopen_reports(&mut self, comment: CommentId, closed_at: Micros) -> Result<usize> {
        Ok(diesel::update(reports::table)
            .filter(reports::comment_id.eq(comment.as_bytes()))
            .filter(reports::closed_at.eq(closed_at.as_i64()))
            .set((reports::state.eq(OPEN), reports::closed_at.eq(None::<i64>)))
            .execute(self.conn)?)
    }
}
