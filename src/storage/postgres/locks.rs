//! Locks on rows, held until the transaction ends. What only reads takes none.

use diesel::prelude::*;

use super::Work;
use crate::domain::id::{CommentId, SiteId};
use crate::storage::schema::{comments, sites};

/// Keeps others from deciding on the comment. Answers can be added meanwhile: their foreign keys ask for less.
pub(super) fn comment(work: &mut Work<'_>, id: CommentId) -> QueryResult<()> {
    if work.writes {
        comments::table
            .find(id.as_bytes())
            .select(comments::id)
            .for_no_key_update()
            .execute(work.conn)?;
    }
    Ok(())
}

/// Keeps others from adding to the site's chain of seals; everything else about the site goes on.
pub(super) fn chain(work: &mut Work<'_>, site: SiteId) -> QueryResult<()> {
    sites::table
        .find(site.as_bytes())
        .select(sites::id)
        .for_no_key_update()
        .execute(work.conn)?;
    Ok(())
}
