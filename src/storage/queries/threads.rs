//! What the public reads of a page: its threads, with a placeholder where something public hangs below something that
//! is not.

use std::collections::{HashMap, HashSet};

use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::revisions::stored_html;
use super::{DB, Work};
use crate::domain::clock::Micros;
use crate::domain::comment::Comment;
use crate::domain::id::{AccountId, CommentId, PageId, SiteId};
use crate::domain::role::Role;
use crate::storage::rows::RowOf;
use crate::storage::rows::comments::CommentRow;
use crate::storage::rows::state::PUBLISHED;
use crate::storage::schema::{comments, memberships, revisions, roles};
use crate::storage::stores::comments::{After, PublicComment, PublicText, Sort};
use crate::storage::{Result, StorageError};

/// The partial indexes serve only a query that says this as they do, not one with a bound value.
const IS_SHOWN: &str = "shown > 0";

type Comments<'q> = comments::BoxedQuery<'q, DB>;

impl Work<'_> {
    pub(super) fn shown_roots(
        &mut self,
        page: PageId,
        sort: Sort,
        after: Option<After>,
        limit: i64,
    ) -> Result<Vec<PublicComment>> {
        let rows = from_place(roots_of(page), sort, after)
            .limit(limit)
            .select(CommentRow::as_select())
            .load(self.conn)?;
        self.public_comments(rows)
    }

    pub(super) fn shown_descendants(
        &mut self,
        roots: &[CommentId],
        after: Option<After>,
        limit: i64,
    ) -> Result<Vec<PublicComment>> {
        // A public comment counts as shown by itself: more, or being shown without it, is a shown reply.
        let answered: HashSet<Vec<u8>> = comments::table
            .filter(comments::id.eq_any(roots.iter().map(CommentId::as_bytes)))
            .filter(comments::shown.gt(1).or(comments::state.ne(PUBLISHED)))
            .select(comments::id)
            .load(self.conn)?
            .into_iter()
            .collect();
        let mut rows = Vec::new();
        // One short walk along the index a thread: a thread of thousands costs no more than one of fifty.
        for root in roots
            .iter()
            .filter(|root| answered.contains(root.as_bytes().as_slice()))
        {
            rows.extend(
                from_place(descendants_of(*root), Sort::Oldest, after)
                    .limit(limit)
                    .select(CommentRow::as_select())
                    .load(self.conn)?,
            );
        }
        self.public_comments(rows)
    }

    pub(super) fn positions_of_roots(&mut self, page: PageId, sort: Sort) -> Result<Vec<After>> {
        let places = from_place(roots_of(page), sort, None)
            .select((comments::created_at, comments::id))
            .load(self.conn)?;
        positions(places)
    }

    pub(super) fn positions_in_thread(&mut self, root: CommentId) -> Result<Vec<After>> {
        let places = from_place(descendants_of(root), Sort::Oldest, None)
            .select((comments::created_at, comments::id))
            .load(self.conn)?;
        positions(places)
    }

    pub(super) fn badges_of(&mut self, account: AccountId, site: SiteId) -> Result<Vec<String>> {
        let role: Option<String> = roles::table
            .find((account.as_bytes(), site.as_bytes()))
            .select(roles::role)
            .first(self.conn)
            .optional()?;
        Ok(role.and_then(badge_of_role).into_iter().collect())
    }

    /// What the public sees of the rows, in their order: texts, names, badges and counts in one query each.
    fn public_comments(&mut self, rows: Vec<CommentRow>) -> Result<Vec<PublicComment>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let comments: Vec<Comment> = rows.into_iter().map(Comment::try_from).collect::<Result<_>>()?;
        let ids: Vec<&[u8; 16]> = comments.iter().map(|comment| comment.id.as_bytes()).collect();
        let authors: Vec<&[u8; 16]> = comments
            .iter()
            .filter(|comment| comment.state.public_revision().is_some())
            .map(|comment| comment.membership_id.as_bytes())
            .collect::<HashSet<_>>()
            .into_iter()
            .collect();
        let mut markup = self.live_markup(&ids)?;
        let names = self.names(&authors)?;
        let badges = self.badges_of_members(&authors)?;
        let replies = self.reply_counts(&ids)?;
        comments
            .into_iter()
            .map(|comment| {
                let id = comment.id.as_bytes().as_slice();
                let author = comment.membership_id.as_bytes().as_slice();
                let reply_count = replies.get(id).copied().unwrap_or(0);
                let shown = match comment.state.public_revision() {
                    None => None,
                    Some(revision) => Some(PublicText {
                        revision,
                        html: stored_html(markup.remove(id).ok_or_else(|| missing("live", id))?),
                        author_name: names
                            .get(author)
                            .cloned()
                            .ok_or_else(|| missing("membership_id", id))?,
                        badges: badges.get(author).cloned().into_iter().collect(),
                    }),
                };
                Ok(PublicComment {
                    comment,
                    shown,
                    reply_count,
                })
            })
            .collect()
    }

    fn live_markup(&mut self, ids: &[&[u8; 16]]) -> Result<HashMap<Vec<u8>, String>> {
        Ok(comments::table
            .inner_join(revisions::table)
            .filter(comments::id.eq_any(ids.iter().copied()))
            .filter(comments::state.eq(PUBLISHED))
            .filter(comments::live.eq(revisions::number.nullable()))
            .select((comments::id, revisions::html))
            .load(self.conn)?
            .into_iter()
            .collect())
    }

    fn names(&mut self, members: &[&[u8; 16]]) -> Result<HashMap<Vec<u8>, String>> {
        Ok(memberships::table
            .filter(memberships::id.eq_any(members.iter().copied()))
            .select((memberships::id, memberships::name))
            .load(self.conn)?
            .into_iter()
            .collect())
    }

    fn badges_of_members(&mut self, members: &[&[u8; 16]]) -> Result<HashMap<Vec<u8>, String>> {
        let of_the_site = roles::account_id
            .eq(memberships::account_id)
            .and(roles::site_id.eq(memberships::site_id));
        Ok(memberships::table
            .inner_join(roles::table.on(of_the_site))
            .filter(memberships::id.eq_any(members.iter().copied()))
            .select((memberships::id, roles::role))
            .load::<(Vec<u8>, String)>(self.conn)?
            .into_iter()
            .filter_map(|(member, role)| Some((member, badge_of_role(role)?)))
            .collect())
    }

    fn reply_counts(&mut self, ids: &[&[u8; 16]]) -> Result<HashMap<Vec<u8>, i64>> {
        Ok(comments::table
            .filter(comments::parent_id.eq_any(ids.iter().copied()))
            .filter(comments::state.eq(PUBLISHED))
            .group_by(comments::parent_id)
            .select((comments::parent_id.assume_not_null(), count_star()))
            .load(self.conn)?
            .into_iter()
            .collect())
    }
}

fn roots_of<'q>(page: PageId) -> Comments<'q> {
    comments::table
        .filter(comments::page_id.eq(*page.as_bytes()))
        .filter(comments::parent_id.is_null())
        .filter(sql::<Bool>(IS_SHOWN))
        .into_boxed()
}

fn descendants_of<'q>(root: CommentId) -> Comments<'q> {
    comments::table
        .filter(comments::root_id.eq(*root.as_bytes()))
        .filter(comments::parent_id.is_not_null())
        .filter(sql::<Bool>(IS_SHOWN))
        .into_boxed()
}

/// Orders by time and id, and begins after a place.
pub(super) fn from_place<'q>(query: Comments<'q>, sort: Sort, after: Option<After>) -> Comments<'q> {
    // Of the two conditions, the first alone finds the place in the index; the second drops what is before it there.
    match (sort, after) {
        (Sort::Oldest, None) => query.order((comments::created_at.asc(), comments::id.asc())),
        (Sort::Newest, None) => query.order((comments::created_at.desc(), comments::id.desc())),
        (Sort::Oldest, Some((at, id))) => query
            .filter(comments::created_at.ge(at.as_i64()))
            .filter(
                comments::created_at
                    .gt(at.as_i64())
                    .or(comments::id.gt(*id.as_bytes())),
            )
            .order((comments::created_at.asc(), comments::id.asc())),
        (Sort::Newest, Some((at, id))) => query
            .filter(comments::created_at.le(at.as_i64()))
            .filter(
                comments::created_at
                    .lt(at.as_i64())
                    .or(comments::id.lt(*id.as_bytes())),
            )
            .order((comments::created_at.desc(), comments::id.desc())),
    }
}

fn positions(places: Vec<(i64, Vec<u8>)>) -> Result<Vec<After>> {
    places
        .into_iter()
        .map(|(at, id)| {
            let row = RowOf {
                table: "comments",
                key: &id,
            };
            Ok((Micros::from_i64(at), row.bytes("id", id.clone())?))
        })
        .collect()
}

/// The badge that a role on the site gives; not every role is for the public to see.
fn badge_of_role(role: String) -> Option<String> {
    [Role::Moderator, Role::Owner]
        .iter()
        .any(|shown| shown.as_str() == role)
        .then_some(role)
}

/// A public comment without its text or its author.
fn missing(column: &'static str, id: &[u8]) -> StorageError {
    RowOf {
        table: "comments",
        key: id,
    }
    .inconsistent(column)
}
