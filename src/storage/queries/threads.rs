//! What the public reads of a page: its threads, with a placeholder where something public hangs below something that
//! is not.

use std::collections::{HashMap, HashSet};

use diesel::alias;
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::queue::coalesce;
use super::revisions::stored_html;
use super::{DB, Work};
use crate::domain::clock::Micros;
use crate::domain::comment::Comment;
use crate::domain::id::{CommentId, MembershipId, PageId};
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
        let rows = match (roots, after) {
            ([root], _) => from_place(descendants_of(*root), Sort::Oldest, after)
                .limit(limit)
                .select(CommentRow::as_select())
                .load(self.conn)?,
            _ => self.beginnings(roots, after, limit)?,
        };
        self.public_comments(rows)
    }

    /// What begins each thread: of all in one query, and one short walk along the index for each, up to the moment of the
    /// last that is wanted of it. A thread of thousands costs no more than one of fifty.
    fn beginnings(
        &mut self,
        roots: &[CommentId],
        after: Option<After>,
        limit: i64,
    ) -> Result<Vec<CommentRow>> {
        let (top, earlier) = alias!(comments as top, comments as earlier);
        let (after_at, after_id) = match after {
            Some((at, id)) => (at.as_i64(), *id.as_bytes()),
            None => (i64::MIN, [0; 16]),
        };
        let is_later = earlier.field(comments::created_at).gt(after_at).or(earlier
            .field(comments::created_at)
            .eq(after_at)
            .and(earlier.field(comments::id).gt(after_id)));
        let last_moment = earlier
            .filter(earlier.field(comments::root_id).eq(top.field(comments::id)))
            .filter(earlier.field(comments::parent_id).is_not_null())
            .filter(sql::<Bool>("earlier.shown > 0"))
            .filter(earlier.field(comments::created_at).ge(after_at))
            .filter(is_later)
            .order(earlier.field(comments::created_at).asc())
            .select(earlier.field(comments::created_at))
            .offset(limit - 1)
            .limit(1)
            .single_value();
        let is_later = comments::created_at
            .gt(after_at)
            .or(comments::created_at.eq(after_at).and(comments::id.gt(after_id)));
        let rows = top
            .inner_join(comments::table.on(comments::root_id.eq(top.field(comments::id))))
            .filter(
                top.field(comments::id)
                    .eq_any(roots.iter().map(CommentId::as_bytes)),
            )
            .filter(comments::parent_id.is_not_null())
            .filter(sql::<Bool>("comments.shown > 0"))
            .filter(comments::created_at.ge(after_at))
            .filter(is_later)
            .filter(comments::created_at.le(coalesce(last_moment, i64::MAX)))
            .select((comments::root_id, CommentRow::as_select()))
            .order((top.field(comments::id), comments::created_at, comments::id))
            .load::<(Vec<u8>, CommentRow)>(self.conn)?;
        // Those of one moment come together: some may be too many.
        let limit = usize::try_from(limit).unwrap_or(0);
        let mut kept: HashMap<Vec<u8>, usize> = HashMap::new();
        Ok(rows
            .into_iter()
            .filter_map(|(root, row)| {
                let of_root = kept.entry(root).or_default();
                *of_root += 1;
                (*of_root <= limit).then_some(row)
            })
            .collect())
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
        let badges: HashMap<Vec<u8>, String> = self.badge_rows(&authors)?.into_iter().collect();
        let replies: HashMap<Vec<u8>, i64> = self.reply_rows(&ids)?.into_iter().collect();
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

    pub(super) fn badges_of(&mut self, members: &[MembershipId]) -> Result<Vec<(MembershipId, String)>> {
        let members: Vec<&[u8; 16]> = members.iter().map(MembershipId::as_bytes).collect();
        self.badge_rows(&members)?
            .into_iter()
            .map(|(member, badge)| {
                let row = RowOf {
                    table: "memberships",
                    key: &member,
                };
                Ok((row.bytes("id", member.clone())?, badge))
            })
            .collect()
    }

    pub(super) fn replies_to(&mut self, comments: &[CommentId]) -> Result<Vec<(CommentId, i64)>> {
        let ids: Vec<&[u8; 16]> = comments.iter().map(CommentId::as_bytes).collect();
        self.reply_rows(&ids)?
            .into_iter()
            .map(|(id, count)| {
                let row = RowOf {
                    table: "comments",
                    key: &id,
                };
                Ok((row.bytes("parent_id", id.clone())?, count))
            })
            .collect()
    }

    fn badge_rows(&mut self, members: &[&[u8; 16]]) -> Result<Vec<(Vec<u8>, String)>> {
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

    fn reply_rows(&mut self, ids: &[&[u8; 16]]) -> Result<Vec<(Vec<u8>, i64)>> {
        Ok(comments::table
            .filter(comments::parent_id.eq_any(ids.iter().copied()))
            .filter(comments::state.eq(PUBLISHED))
            .group_by(comments::parent_id)
            .select((comments::parent_id.assume_not_null(), count_star()))
            .load(self.conn)?)
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
