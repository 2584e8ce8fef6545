//! Reports on comments.

use diesel::alias;
use diesel::dsl::count_star;
use diesel::prelude::*;

use super::Work;
use super::queue::coalesce;
use crate::domain::clock::Micros;
use crate::domain::id::{CommentId, SiteId};
use crate::domain::report::{Report, ReportState};
use crate::storage::Result;
use crate::storage::rows::RowOf;
use crate::storage::rows::reports::{OPEN, ReportRow, state_code};
use crate::storage::schema::{comments, reports};
use crate::storage::stores::ReportStore;
use crate::storage::stores::reports::ReportCount;

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

    /// One walk along the index a comment, from where its part begins: thousands of reports on one cost no more than
    /// those that are given.
    fn reports(&mut self, comments: &[CommentId], limit: i64) -> Result<Vec<Report>> {
        let later = alias!(reports as later);
        let first_of_part = later
            .filter(later.field(reports::comment_id).eq(comments::id))
            .order(later.field(reports::created_at).desc())
            .select(later.field(reports::created_at))
            .offset(limit - 1)
            .limit(1)
            .single_value();
        let found = comments::table
            .inner_join(reports::table.on(reports::comment_id.eq(comments::id)))
            .filter(comments::id.eq_any(comments.iter().map(CommentId::as_bytes)))
            .filter(reports::created_at.ge(coalesce(first_of_part, i64::MIN)))
            .select(ReportRow::as_select())
            .order((comments::id, reports::created_at.desc(), reports::id.desc()))
            .load::<ReportRow>(self.conn)?
            .into_iter()
            .map(Report::try_from)
            .collect::<Result<Vec<_>>>()?;
        // Those of one moment come together: some may be too many.
        let limit = usize::try_from(limit).unwrap_or(0);
        Ok(found
            .chunk_by(|one, next| one.comment_id == next.comment_id)
            .flat_map(|of_comment| of_comment.iter().take(limit).rev().cloned())
            .collect())
    }

    fn report_counts(&mut self, comments: &[CommentId]) -> Result<Vec<(CommentId, ReportCount)>> {
        let counted = reports::table
            .filter(reports::comment_id.eq_any(comments.iter().map(CommentId::as_bytes)))
            .group_by((reports::comment_id, reports::state))
            .select((reports::comment_id, reports::state, count_star()))
            .order((reports::comment_id, reports::state))
            .load::<(Vec<u8>, i16, i64)>(self.conn)?;
        let mut counts: Vec<(CommentId, ReportCount)> = Vec::new();
        for (id, state, count) in counted {
            let row = RowOf {
                table: "reports",
                key: &id,
            };
            let id: CommentId = row.bytes("comment_id", id.clone())?;
            if counts.last().is_none_or(|(last, _)| *last != id) {
                counts.push((id, ReportCount::default()));
            }
            if let Some((_, of_comment)) = counts.last_mut() {
                of_comment.all += count;
                if state == OPEN {
                    of_comment.open += count;
                }
            }
        }
        Ok(counts)
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
