//! Comments: adding them, changing their state, and what is asked of them one at a time. What the public reads is in
//! `threads`, what the desk reads in `queue`.

use diesel::dsl::{count_star, exists};
use diesel::prelude::*;
use diesel::select;

use super::Work;
use crate::domain::clock::Micros;
use crate::domain::comment::{Comment, CommentState, Revision, RevisionNumber};
use crate::domain::finding::Finding;
use crate::domain::id::{CommentId, FindingId, MembershipId, PageId, SiteId};
use crate::storage::rows::RowOf;
use crate::storage::rows::comments::{CommentRow, StateChange};
use crate::storage::rows::state::{HELD, PUBLISHED, PUBLISHED_JSON, REMOVED, StateColumns, word_of_code};
use crate::storage::schema::{comments, decisions, memberships, pages, revisions};
use crate::storage::stores::comments::{After, EarlierText, PublicComment, QueueFilter, Sort, TextId};
use crate::storage::stores::{CommentStore, PageStore};
use crate::storage::{Result, StorageError};

const EARLIER_TEXTS: i64 = 20;

impl CommentStore for Work<'_> {
    fn insert_comment(
        &mut self,
        comment: &Comment,
        revision: &Revision,
        pipeline: i32,
        findings: &[(FindingId, Finding)],
        now: Micros,
    ) -> Result<()> {
        diesel::insert_into(comments::table)
            .values(CommentRow::of(comment)?)
            .execute(self.conn)?;
        self.write_revision(revision, pipeline, findings)?;
        if comment.state.public_revision().is_some() {
            if let Some(parent) = comment.parent_id {
                self.show(parent, 1)?;
            }
            self.page_changed(comment.page_id, 1, now)?;
        }
        Ok(())
    }

    fn insert_revision(
        &mut self,
        revision: &Revision,
        pipeline: i32,
        findings: &[(FindingId, Finding)],
    ) -> Result<()> {
        self.write_revision(revision, pipeline, findings)?;
        diesel::update(comments::table.find(revision.comment_id.as_bytes()))
            .set(comments::last_revision.eq(revision.number))
            .execute(self.conn)?;
        Ok(())
    }

    fn replace_findings(&mut self, revision: &Revision, found: &[(FindingId, Finding)]) -> Result<()> {
        self.rewrite_findings(revision, found)
    }

    fn comment(&mut self, id: CommentId) -> Result<Option<Comment>> {
        comments::table
            .find(id.as_bytes())
            .select(CommentRow::as_select())
            .first(self.conn)
            .optional()?
            .map(Comment::try_from)
            .transpose()
    }

    fn comments(&mut self, ids: &[CommentId]) -> Result<Vec<Comment>> {
        comments::table
            .filter(comments::id.eq_any(ids.iter().map(CommentId::as_bytes)))
            .select(CommentRow::as_select())
            .load(self.conn)?
            .into_iter()
            .map(Comment::try_from)
            .collect()
    }

    fn set_state(
        &mut self,
        comment: &Comment,
        after: &CommentState,
        edited_at: Option<Micros>,
        now: Micros,
    ) -> Result<()> {
        let before = StateColumns::of(&comment.state)?;
        let mut change = diesel::update(comments::table.find(comment.id.as_bytes()))
            .filter(comments::state.eq(before.state))
            .set(StateChange::to(after, edited_at)?)
            .into_boxed();
        change = match before.live {
            Some(live) => change.filter(comments::live.eq(live)),
            None => change.filter(comments::live.is_null()),
        };
        change = match before.pending {
            Some(pending) => change.filter(comments::pending.eq(pending)),
            None => change.filter(comments::pending.is_null()),
        };
        let changed = change.execute(self.conn)?;
        if changed == 0 {
            // What follows rests on the state that the caller saw; run again, it sees the present one.
            return Err(StorageError::Conflict(format!(
                "comment {} has changed meanwhile",
                comment.id
            )));
        }
        self.public_change(
            comment,
            comment.state.public_revision(),
            after.public_revision(),
            now,
        )
    }

    fn revision(&mut self, comment: CommentId, number: RevisionNumber) -> Result<Option<Revision>> {
        self.read_revision(comment, number)
    }

    fn revisions(&mut self, wanted: &[TextId]) -> Result<Vec<Revision>> {
        self.read_revisions(wanted)
    }

    fn findings_of(&mut self, wanted: &[TextId]) -> Result<Vec<(TextId, Finding)>> {
        self.read_findings_of(wanted)
    }

    fn findings(&mut self, comment: CommentId, number: RevisionNumber) -> Result<Vec<Finding>> {
        self.read_findings(comment, number)
    }

    fn roots(
        &mut self,
        page: PageId,
        sort: Sort,
        after: Option<After>,
        limit: i64,
    ) -> Result<Vec<PublicComment>> {
        self.shown_roots(page, sort, after, limit)
    }

    fn descendants(
        &mut self,
        roots: &[CommentId],
        after: Option<After>,
        limit: i64,
    ) -> Result<Vec<PublicComment>> {
        self.shown_descendants(roots, after, limit)
    }

    fn root_positions(&mut self, page: PageId, sort: Sort) -> Result<Vec<After>> {
        self.positions_of_roots(page, sort)
    }

    fn thread_positions(&mut self, root: CommentId) -> Result<Vec<After>> {
        self.positions_in_thread(root)
    }

    fn earlier_texts(&mut self, site: SiteId, fingerprint: &[u8; 32]) -> Result<Vec<EarlierText>> {
        revisions::table
            .inner_join(comments::table)
            .filter(revisions::fingerprint.eq(fingerprint))
            .filter(comments::site_id.eq(site.as_bytes()))
            .select((
                comments::id,
                comments::page_id,
                comments::membership_id,
                comments::state,
                comments::live,
                revisions::number,
            ))
            .order((revisions::created_at.desc(), revisions::comment_id.desc()))
            .limit(EARLIER_TEXTS)
            .load::<(Vec<u8>, Vec<u8>, Vec<u8>, i16, Option<i32>, i32)>(self.conn)?
            .into_iter()
            .map(|(id, page, author, state, live, number)| {
                let row = RowOf {
                    table: "comments",
                    key: &id,
                };
                Ok(EarlierText {
                    comment_id: row.bytes("id", id.clone())?,
                    page_id: row.bytes("page_id", page)?,
                    membership_id: row.bytes("membership_id", author)?,
                    state: row.code("state", state, word_of_code)?,
                    // An author may have hidden the live text while another waits.
                    is_public: state == PUBLISHED && live == Some(number),
                })
            })
            .collect()
    }

    fn own_comments(&mut self, author: MembershipId, page: PageId, since: Micros) -> Result<Vec<Comment>> {
        comments::table
            .filter(comments::membership_id.eq(author.as_bytes()))
            .filter(comments::page_id.eq(page.as_bytes()))
            .filter(comments::created_at.ge(since.as_i64()))
            .select(CommentRow::as_select())
            .order((comments::created_at, comments::id))
            .load(self.conn)?
            .into_iter()
            .map(Comment::try_from)
            .collect()
    }

    fn has_public_comment(&mut self, author: MembershipId, except: CommentId) -> Result<bool> {
        let is_public = select(exists(
            comments::table
                .filter(comments::membership_id.eq(author.as_bytes()))
                .filter(comments::id.ne(except.as_bytes()))
                .filter(comments::state.eq(PUBLISHED)),
        ))
        .get_result(self.conn)?;
        if is_public {
            return Ok(true);
        }
        let of_author = comments::table
            .filter(comments::membership_id.eq(author.as_bytes()))
            .filter(comments::id.ne(except.as_bytes()))
            .select(comments::id);
        Ok(select(exists(
            decisions::table
                .filter(decisions::comment_id.eq_any(of_author))
                .filter(decisions::state_after.like(format!("{PUBLISHED_JSON}%"))),
        ))
        .get_result(self.conn)?)
    }

    fn author_counts(&mut self, authors: &[MembershipId]) -> Result<Vec<(MembershipId, &'static str, i64)>> {
        comments::table
            .filter(comments::membership_id.eq_any(authors.iter().map(MembershipId::as_bytes)))
            .group_by((comments::membership_id, comments::state))
            .select((comments::membership_id, comments::state, count_star()))
            .order((comments::membership_id, comments::state))
            .load::<(Vec<u8>, i16, i64)>(self.conn)?
            .into_iter()
            .map(|(author, state, count)| {
                let row = RowOf {
                    table: "comments",
                    key: &author,
                };
                Ok((
                    row.bytes("membership_id", author.clone())?,
                    row.code("state", state, word_of_code)?,
                    count,
                ))
            })
            .collect()
    }

    fn name_taken(&mut self, page: PageId, name_key: &str, except: MembershipId) -> Result<bool> {
        let site = pages::table.find(page.as_bytes()).select(pages::site_id);
        let writes_on_the_page = exists(
            comments::table
                .filter(comments::membership_id.eq(memberships::id))
                .filter(comments::page_id.eq(page.as_bytes()))
                .filter(comments::state.eq_any([HELD, PUBLISHED, REMOVED])),
        );
        Ok(select(exists(
            memberships::table
                .filter(memberships::site_id.eq_any(site))
                .filter(memberships::name_key.eq(name_key))
                .filter(memberships::id.ne(except.as_bytes()))
                .filter(writes_on_the_page),
        ))
        .get_result(self.conn)?)
    }

    fn reply_counts(&mut self, comments: &[CommentId]) -> Result<Vec<(CommentId, i64)>> {
        self.replies_to(comments)
    }

    fn badges(&mut self, members: &[MembershipId]) -> Result<Vec<(MembershipId, String)>> {
        self.badges_of(members)
    }

    fn queue(&mut self, filter: &QueueFilter) -> Result<Vec<Comment>> {
        self.desk_queue(filter)
    }

    fn waiting_count(&mut self) -> Result<i64> {
        Ok(comments::table
            .filter(comments::pending.is_not_null())
            .count()
            .get_result(self.conn)?)
    }
}

impl Work<'_> {
    /// Follows up a change of the public text from `before` to `after`: none, if they are the same.
    fn public_change(
        &mut self,
        comment: &Comment,
        before: Option<RevisionNumber>,
        after: Option<RevisionNumber>,
        now: Micros,
    ) -> Result<()> {
        let difference = match (before, after) {
            (before, after) if before == after => return Ok(()),
            (None, Some(_)) => 1,
            (Some(_), None) => -1,
            _ => 0,
        };
        if difference != 0 {
            self.show(comment.id, difference)?;
        }
        // The page last: whoever holds its row waits for no comment.
        self.page_changed(comment.page_id, difference, now)?;
        Ok(())
    }

    /// Counts that a comment is public (`difference` 1) or no longer is (-1), and goes on to the comment above as
    /// long as that changes whether something is shown. Always from below upwards, so that two transactions of one
    /// thread cannot wait for each other.
    fn show(&mut self, id: CommentId, difference: i64) -> Result<()> {
        let mut place = Some(id.as_bytes().to_vec());
        while let Some(id) = place {
            let (parent, shown): (Option<Vec<u8>>, i64) = diesel::update(comments::table.find(id))
                .set(comments::shown.eq(comments::shown + difference))
                .returning((comments::parent_id, comments::shown))
                .get_result(self.conn)?;
            let has_appeared = difference > 0 && shown == 1;
            let has_vanished = difference < 0 && shown == 0;
            place = parent.filter(|_| has_appeared || has_vanished);
        }
        Ok(())
    }
}
