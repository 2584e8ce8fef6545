//! Reports on comments.

use crate::domain::clock::Micros;
use crate::domain::id::{CommentId, SiteId};
use crate::domain::report::{Report, ReportState};
use crate::storage::Result;

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
    /// A comment's reports, oldest first.
    fn reports(&mut self, comment: CommentId) -> Result<Vec<Report>>;
    /// Closes a comment's open reports. Gives how many.
    fn close_reports(&mut self, comment: CommentId, state: ReportState, now: Micros) -> Result<usize>;
    /// Opens the reports again that were closed at this very moment. Gives how many.
    fn reopen_reports(&mut self, comment: CommentId, closed_at: Micros) -> Result<usize>;
}
