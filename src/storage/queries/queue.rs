//! The desk's queue.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::threads::from_place;
use super::{DB, Work};
use crate::domain::comment::Comment;
use crate::domain::id::SiteId;
use crate::storage::Result;
use crate::storage::rows::comments::CommentRow;
use crate::storage::rows::reports::OPEN;
use crate::storage::rows::state::{HELD, code_of_word, reason_needles};
use crate::storage::schema::{comments, findings, memberships, reports, revisions};
use crate::storage::stores::comments::{QueueFilter, Sort};

diesel::define_sql_function! {
    /// Lower case; SQLite's knows ASCII only.
    fn lower(text: Text) -> Text;
}
diesel::define_sql_function! {
    /// Tells exactly, and in both databases alike, whether a text holds another; LIKE minds case in only one of them.
    fn replace(text: Text, part: Text, by: Text) -> Text;
}

impl Work<'_> {
    pub(super) fn desk_queue(&mut self, filter: &QueueFilter) -> Result<Vec<Comment>> {
        let state = match &filter.state {
            None => None,
            Some(word) => match code_of_word(word) {
                Some(code) => Some(code),
                // Nothing is in a state that there is not.
                None => return Ok(Vec::new()),
            },
        };
        let mut found = Vec::new();
        // A site at a time, so that each is read along its index and no further than asked.
        for site in &filter.sites {
            let rows = one_site(*site, state, filter)
                .select(CommentRow::as_select())
                .load(self.conn)?;
            for row in rows {
                found.push(Comment::try_from(row)?);
            }
        }
        found.sort_by_key(|comment| (comment.created_at, comment.id));
        found.truncate(usize::try_from(filter.limit).unwrap_or(0));
        Ok(found)
    }
}

fn one_site<'q>(site: SiteId, state: Option<i16>, filter: &QueueFilter) -> comments::BoxedQuery<'q, DB> {
    let mut query = comments::table
        .filter(comments::site_id.eq(*site.as_bytes()))
        .into_boxed();
    match state {
        // What waits, also behind a public text. A held comment always has something that waits.
        Some(HELD) => query = query.filter(comments::pending.is_not_null()),
        Some(code) => query = query.filter(comments::state.eq(code)),
        None => {}
    }
    if let Some(reason) = &filter.reason {
        let [among, last] = reason_needles(reason);
        query = query.filter(comments::pending.is_not_null()).filter(
            replace(comments::state_detail, among, "")
                .ne(comments::state_detail)
                .or(replace(comments::state_detail, last, "").ne(comments::state_detail)),
        );
    }
    if let Some(person) = filter.person {
        let in_a_text_that_counts = findings::revision
            .nullable()
            .eq(comments::live)
            .or(findings::revision.nullable().eq(comments::pending));
        query = query.filter(exists(
            findings::table
                .filter(findings::comment_id.eq(comments::id))
                .filter(findings::person_id.eq(*person.as_bytes()))
                .filter(in_a_text_that_counts),
        ));
    }
    if let Some(wanted) = filter.reported {
        let is_reported = exists(
            reports::table
                .filter(reports::comment_id.eq(comments::id))
                .filter(reports::state.eq(OPEN)),
        );
        query = if wanted {
            query.filter(is_reported)
        } else {
            query.filter(diesel::dsl::not(is_reported))
        };
    }
    if let Some(text) = &filter.text {
        let pattern = format!("%{}%", escaped(text));
        let in_a_text = exists(
            revisions::table
                .filter(revisions::comment_id.eq(comments::id))
                .filter(lower(revisions::body).like(lower(pattern.clone())).escape('\\')),
        );
        let in_the_name = exists(
            memberships::table
                .filter(memberships::id.eq(comments::membership_id))
                .filter(lower(memberships::name).like(lower(pattern)).escape('\\')),
        );
        query = query.filter(in_a_text.or(in_the_name));
    }
    from_place(query, Sort::Oldest, filter.after).limit(filter.limit)
}

/// `text` with what LIKE gives a meaning to made literal.
pub(super) fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
