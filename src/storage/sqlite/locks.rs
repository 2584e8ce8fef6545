//! Locks on rows, of which SQLite has and needs none: whoever writes is alone.

use diesel::QueryResult;

use super::Work;
use crate::domain::id::{CommentId, SiteId};

/// Keeps others from deciding on the comment.
pub(super) fn comment(_work: &mut Work<'_>, _id: CommentId) -> QueryResult<()> {
    Ok(())
}

/// Keeps others from adding to the site's chain of seals.
pub(super) fn chain(_work: &mut Work<'_>, _site: SiteId) -> QueryResult<()> {
    Ok(())
}
