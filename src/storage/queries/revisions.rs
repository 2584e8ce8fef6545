//! Revisions and what the screens found on them. The one place that reads markup back as [`SafeHtml`].

use std::collections::{BTreeSet, HashSet};

use diesel::prelude::*;

use super::Work;
use crate::domain::comment::{Revision, RevisionNumber};
use crate::domain::finding::Finding;
use crate::domain::html::SafeHtml;
use crate::domain::id::{CommentId, FindingId};
use crate::storage::Result;
use crate::storage::rows::findings::{FindingRow, finding_rows};
use crate::storage::rows::revisions::RevisionRow;
use crate::storage::schema::{findings, revisions};
use crate::storage::stores::comments::TextId;

/// Markup that the sanitiser made before it was stored: nothing else writes `revisions.html`.
pub(super) fn stored_html(html: String) -> SafeHtml {
    SafeHtml::from_storage(html)
}

impl Work<'_> {
    pub(super) fn write_revision(
        &mut self,
        revision: &Revision,
        pipeline: i32,
        found: &[(FindingId, Finding)],
    ) -> Result<()> {
        diesel::insert_into(revisions::table)
            .values(RevisionRow::of(revision, pipeline))
            .execute(self.conn)?;
        self.write_findings(revision, found)
    }

    pub(super) fn rewrite_findings(
        &mut self,
        revision: &Revision,
        found: &[(FindingId, Finding)],
    ) -> Result<()> {
        let comment = revision.comment_id.as_bytes();
        diesel::update(revisions::table.find((comment, revision.number)))
            .set(revisions::register_version.eq(revision.register_version))
            .execute(self.conn)?;
        diesel::delete(
            findings::table
                .filter(findings::comment_id.eq(comment))
                .filter(findings::revision.eq(revision.number)),
        )
        .execute(self.conn)?;
        self.write_findings(revision, found)
    }

    fn write_findings(&mut self, revision: &Revision, found: &[(FindingId, Finding)]) -> Result<()> {
        for row in finding_rows(revision, found)? {
            diesel::insert_into(findings::table)
                .values(row)
                .execute(self.conn)?;
        }
        Ok(())
    }

    pub(super) fn read_revision(
        &mut self,
        comment: CommentId,
        number: RevisionNumber,
    ) -> Result<Option<Revision>> {
        let row = revisions::table
            .find((comment.as_bytes(), number))
            .select(RevisionRow::as_select())
            .first(self.conn)
            .optional()?;
        row.map(|row| {
            let html = stored_html(row.html.clone());
            row.into_revision(html)
        })
        .transpose()
    }

    /// Asks for any of the numbers of any of the comments, and keeps what is wanted: two short lists instead of a
    /// condition for each pair.
    pub(super) fn read_revisions(&mut self, wanted: &[TextId]) -> Result<Vec<Revision>> {
        let wanted: HashSet<TextId> = wanted.iter().copied().collect();
        let (comments, numbers) = lists(&wanted);
        let rows = revisions::table
            .filter(revisions::comment_id.eq_any(comments.iter().map(CommentId::as_bytes)))
            .filter(revisions::number.eq_any(numbers))
            .select(RevisionRow::as_select())
            .load(self.conn)?;
        let mut found = Vec::with_capacity(wanted.len());
        for row in rows {
            let html = stored_html(row.html.clone());
            let revision = row.into_revision(html)?;
            if wanted.contains(&(revision.comment_id, revision.number)) {
                found.push(revision);
            }
        }
        Ok(found)
    }

    /// Asks as [`Work::read_revisions`] does.
    pub(super) fn read_findings_of(&mut self, wanted: &[TextId]) -> Result<Vec<(TextId, Finding)>> {
        let wanted: HashSet<TextId> = wanted.iter().copied().collect();
        let (comments, numbers) = lists(&wanted);
        let rows = findings::table
            .filter(findings::comment_id.eq_any(comments.iter().map(CommentId::as_bytes)))
            .filter(findings::revision.eq_any(numbers))
            .select(FindingRow::as_select())
            .order((findings::comment_id, findings::revision, findings::position))
            .load(self.conn)?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            let text = row.text_id()?;
            if wanted.contains(&text) {
                found.push((text, Finding::try_from(row)?));
            }
        }
        Ok(found)
    }

    pub(super) fn read_findings(
        &mut self,
        comment: CommentId,
        number: RevisionNumber,
    ) -> Result<Vec<Finding>> {
        findings::table
            .filter(findings::comment_id.eq(comment.as_bytes()))
            .filter(findings::revision.eq(number))
            .select(FindingRow::as_select())
            .order(findings::position)
            .load(self.conn)?
            .into_iter()
            .map(Finding::try_from)
            .collect()
    }
}

fn lists(wanted: &HashSet<TextId>) -> (BTreeSet<CommentId>, BTreeSet<RevisionNumber>) {
    wanted.iter().copied().unzip()
}
