//! What moderators have not been told of yet, and when they were told last.

use crate::domain::clock::Micros;
use crate::domain::id::{CommentId, SiteId};
use crate::storage::Result;

/// Whether somebody has seen to it that a site's moderators will be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// A job waits that will.
    Queued,
    /// Nobody has: whoever is answered this queues the job.
    ToQueue {
        /// When they were told last.
        told_at: Option<Micros>,
    },
}

/// What moderators have not been told of yet, and when they were told last.
pub trait LetterStore {
    /// Notes that a comment waits and that nobody was told.
    fn note_waiting(&mut self, site: SiteId, comment: CommentId) -> Result<Telling>;
    /// Takes the comments of which nobody was told, by id and so by age; the next one noted is to be queued for again.
    fn take_waiting(&mut self, site: SiteId) -> Result<Vec<CommentId>>;
    /// Notes that the site's moderators are told.
    fn set_told(&mut self, site: SiteId, now: Micros) -> Result<()>;
}
