//! What moderators have not been told of yet.

use diesel::prelude::*;

use super::Work;
use crate::domain::clock::Micros;
use crate::domain::id::{CommentId, SiteId};
use crate::storage::Result;
use crate::storage::rows::RowOf;
use crate::storage::schema::{site_letters, untold_comments};
use crate::storage::stores::LetterStore;
use crate::storage::stores::letters::Telling;

impl LetterStore for Work<'_> {
    /// Beside its own rows it reads one row and writes it seldom, so that posts at once are not in each other's way.
    fn note_waiting(&mut self, site: SiteId, comment: CommentId) -> Result<Telling> {
        diesel::insert_into(untold_comments::table)
            .values((
                untold_comments::site_id.eq(site.as_bytes()),
                untold_comments::comment_id.eq(comment.as_bytes()),
            ))
            .on_conflict_do_nothing()
            .execute(self.conn)?;
        let row: Option<(bool, Option<i64>)> = site_letters::table
            .find(site.as_bytes())
            .select((site_letters::queued, site_letters::told_at))
            .first(self.conn)
            .optional()?;
        let told_at = match row {
            Some((true, _)) => return Ok(Telling::Queued),
            Some((false, told_at)) => told_at,
            None => None,
        };
        diesel::insert_into(site_letters::table)
            .values((
                site_letters::site_id.eq(site.as_bytes()),
                site_letters::queued.eq(true),
            ))
            .on_conflict(site_letters::site_id)
            .do_update()
            .set(site_letters::queued.eq(true))
            .execute(self.conn)?;
        Ok(Telling::ToQueue {
            told_at: told_at.map(Micros::from_i64),
        })
    }

    fn take_waiting(&mut self, site: SiteId) -> Result<Vec<CommentId>> {
        diesel::update(site_letters::table.find(site.as_bytes()))
            .set(site_letters::queued.eq(false))
            .execute(self.conn)?;
        let row = RowOf {
            table: "untold_comments",
            key: site.as_bytes(),
        };
        let ids = untold_comments::table
            .filter(untold_comments::site_id.eq(site.as_bytes()))
            .order(untold_comments::comment_id)
            .select(untold_comments::comment_id)
            .load::<Vec<u8>>(self.conn)?
            .into_iter()
            .map(|id| row.bytes("comment_id", id))
            .collect::<Result<Vec<CommentId>>>()?;
        diesel::delete(untold_comments::table.filter(untold_comments::site_id.eq(site.as_bytes())))
            .execute(self.conn)?;
        Ok(ids)
    }

    fn set_told(&mut self, site: SiteId, now: Micros) -> Result<()> {
        diesel::update(site_letters::table.find(site.as_bytes()))
            .set(site_letters::told_at.eq(now.as_i64()))
            .execute(self.conn)?;
        Ok(())
    }
}
