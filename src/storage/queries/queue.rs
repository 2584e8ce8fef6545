//! The desk's queue.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::threads::from_place;
use super::{DB, Work};
use crate::domain::comment::Comment;
use crate::domain::id::{PersonId, SiteId};
use crate::storage::Result;
use crate::storage::rows::RowOf;
use crate::storage::rows::comments::CommentRow;
use crate::storage::rows::reports::OPEN;
use crate::storage::rows::state::{HELD, code_of_word, reason_needles};
use crate::storage::schema::{comments, findings, memberships, persons, reports, revisions};
use crate::storage::stores::comments::{QueueFilter, Sort};

diesel::define_sql_function! {
    /// Lower case; SQLite's knows ASCII only.
    fn lower(text: Text) -> Text;
}
diesel::define_sql_function! {
    /// `value`, or where there is none `otherwise`.
    fn coalesce(value: Nullable<BigInt>, otherwise: BigInt) -> BigInt;
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
        // A register is one site's: nobody else's comments name its people.
        let only = match filter.person {
            None => None,
            Some(person) => match self.site_of_person(person)? {
                Some(site) => Some(site),
                None => return Ok(Vec::new()),
            },
        };
        let mut found = Vec::new();
        // A site at a time, so that each is read along its index and no further than asked.
        for site in filter
            .sites
            .iter()
            .filter(|site| only.is_none_or(|only| only == **site))
        {
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

    fn site_of_person(&mut self, person: PersonId) -> Result<Option<SiteId>> {
        let row = RowOf {
            table: "persons",
            key: person.as_bytes(),
        };
        persons::table
            .find(person.as_bytes())
            .select(persons::site_id)
            .first::<Vec<u8>>(self.conn)
            .optional()?
            .map(|site| row.bytes("site_id", site))
            .transpose()
    }
}

fn one_site<'q>(site: SiteId, state: Option<i16>, filter: &QueueFilter) -> comments::BoxedQuery<'q, DB> {
    let mut query = comments::table.into_boxed();
    // Who is named and what is reported is found by indexes of their own, and is of the site. Were the site named too,
    // SQLite would rather go through all of its comments in their order.
    if filter.person.is_none() && filter.reported != Some(true) {
        query = query.filter(comments::site_id.eq(*site.as_bytes()));
    }
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
        let named = findings::table
            .filter(findings::person_id.eq(*person.as_bytes()))
            .select(findings::comment_id);
        query = query.filter(comments::id.eq_any(named)).filter(exists(
            findings::table
                .filter(findings::comment_id.eq(comments::id))
                .filter(findings::person_id.eq(*person.as_bytes()))
                .filter(in_a_text_that_counts),
        ));
    }
    match filter.reported {
        Some(true) => {
            let reported = reports::table
                .filter(reports::site_id.eq(*site.as_bytes()))
                .filter(reports::state.eq(OPEN))
                .select(reports::comment_id);
            query = query.filter(comments::id.eq_any(reported));
        }
        Some(false) => {
            let is_reported = exists(
                reports::table
                    .filter(reports::comment_id.eq(comments::id))
                    .filter(reports::state.eq(OPEN)),
            );
            query = query.filter(diesel::dsl::not(is_reported));
        }
        None => {}
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
