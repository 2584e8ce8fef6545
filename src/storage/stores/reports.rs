//! Reports on comments.

use crate::domain::clock::Micros;
use crate::domain::id::{CommentId, SiteId};
use crate::domain::report::{Report, ReportState};
use crate::storage::Result;

/// How many reports there are on a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReportCount {
    /// Open or closed.
    pub all: i64,
    /// Open.
    pub open: i64,
}

/// Reports on comments.
pub trait ReportStore {
    /// Adds a report. `receipt` is the hash of the receipt's secret, `email` the reporter's address, sealed.
    fn insert_report(
        &mut self,
        report: &Report,
        site: SiteId,
        receipt: &[u8; 32],
        email: Option<&[u8]>,
    ) -> Result<()>;
    /// The report of a receipt.
    fn report_by_receipt(&mut self, receipt: &[u8; 32]) -> Result<Option<Report>>;
    /// The newest reports on each comment, at most `limit` a comment, each comment's oldest first.
    fn reports(&mut self, comments: &[CommentId], limit: i64) -> Result<Vec<Report>>;
    /// How many reports there are on each comment; comments without any are left out.
    fn report_counts(&mut self, comments: &[CommentId]) -> Result<Vec<(CommentId, ReportCount)>>;
    /// Closes a comment's open reports. Gives how many.
    fn close_reports(&mut self, comment: CommentId, state: ReportState, now: Micros) -> Result<usize>;
    /// Opens the reports again that were closed at this very moment. Gives how many.
    fn reopen_reports(&mut self, comment: CommentId, closed_at: Micros) -> Result<usize>;
}
