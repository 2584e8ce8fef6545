//! Decisions, their notes and the chain of their seals. Append-only, but for notes, which can be erased.

use std::collections::HashMap;

use diesel::dsl::{count_star, max, min};
use diesel::prelude::*;

use super::Work;
use crate::domain::clock::Micros;
use crate::domain::comment::Comment;
use crate::domain::decision::{Decision, FIRST_SEAL};
use crate::domain::id::{CommentId, SiteId};
use crate::storage::rows::RowOf;
use crate::storage::rows::comments::CommentRow;
use crate::storage::rows::decisions::{DecisionRow, NoteRow, SealRow};
use crate::storage::schema::{comments, decision_notes, decisions, seals, unsealed};
use crate::storage::stores::DecisionStore;
use crate::storage::stores::decisions::{LastWord, Note, SealedDecision, Unsealed};
use crate::storage::{Result, StorageError};

/// Of faults, so many are enough.
const A_FEW: i64 = 20;

impl DecisionStore for Work<'_> {
    fn insert_decision(&mut self, decision: &Decision, note: Option<&Note>) -> Result<()> {
        // Whoever decides has locked the comment, so nobody else takes the number; if not, the constraint says so.
        let last: Option<i32> = decisions::table
            .filter(decisions::comment_id.eq(decision.comment_id.as_bytes()))
            .select(max(decisions::number))
            .first(self.conn)?;
        diesel::insert_into(decisions::table)
            .values(DecisionRow::of(decision, last.unwrap_or(0) + 1)?)
            .execute(self.conn)?;
        if let Some(note) = note {
            diesel::insert_into(decision_notes::table)
                .values(NoteRow::of(decision, note))
                .execute(self.conn)?;
        }
        diesel::insert_into(unsealed::table)
            .values((
                unsealed::site_id.eq(decision.site_id.as_bytes()),
                unsealed::decision_id.eq(decision.id.as_bytes()),
            ))
            .execute(self.conn)?;
        self.effects.decisions = true;
        Ok(())
    }

    fn decisions(&mut self, comment: CommentId) -> Result<Vec<(Decision, Option<Note>)>> {
        decisions::table
            .left_join(decision_notes::table)
            .filter(decisions::comment_id.eq(comment.as_bytes()))
            .select((DecisionRow::as_select(), Option::<NoteRow>::as_select()))
            .order(decisions::number)
            .load::<(DecisionRow, Option<NoteRow>)>(self.conn)?
            .into_iter()
            .map(with_note)
            .collect()
    }

    fn decisions_of(&mut self, comments: &[CommentId]) -> Result<Vec<(Decision, Option<Note>)>> {
        decisions::table
            .left_join(decision_notes::table)
            .filter(decisions::comment_id.eq_any(comments.iter().map(CommentId::as_bytes)))
            .select((DecisionRow::as_select(), Option::<NoteRow>::as_select()))
            .order((decisions::comment_id, decisions::number))
            .load::<(DecisionRow, Option<NoteRow>)>(self.conn)?
            .into_iter()
            .map(with_note)
            .collect()
    }

    fn latest_decision(&mut self, comment: CommentId) -> Result<Option<Decision>> {
        self.latest_row(comment)?
            .map(DecisionRow::into_decision)
            .transpose()
    }

    fn seal_decisions(&mut self, site: SiteId, limit: i64) -> Result<usize> {
        let waiting = unsealed::table
            .inner_join(decisions::table)
            .filter(unsealed::site_id.eq(site.as_bytes()))
            .select(DecisionRow::as_select())
            .order((decisions::decided_at, decisions::number, decisions::id))
            .limit(limit)
            .load(self.conn)?;
        // First of all, so that of two sealers at once the slower stops here: the chain must not fork.
        let taken = diesel::delete(unsealed::table)
            .filter(unsealed::site_id.eq(site.as_bytes()))
            .filter(unsealed::decision_id.eq_any(waiting.iter().map(|row| &row.id)))
            .execute(self.conn)?;
        if taken < waiting.len() {
            return Err(StorageError::Conflict(format!(
                "somebody else seals decisions of site {site}"
            )));
        }
        let last = seals::table
            .filter(seals::site_id.eq(site.as_bytes()))
            .select(SealRow::as_select())
            .order(seals::sequence.desc())
            .first(self.conn)
            .optional()?;
        let (mut sequence, mut previous) = match last {
            Some(row) => (row.sequence, row.into_seal()?),
            None => (0, FIRST_SEAL),
        };
        let mut links = Vec::new();
        for row in waiting {
            sequence += 1;
            let id = row.id.clone();
            previous = row.seal(&previous, sequence)?;
            links.push(SealRow::of(site, sequence, id, &previous));
        }
        if !links.is_empty() {
            diesel::insert_into(seals::table)
                .values(&links)
                .execute(self.conn)?;
        }
        Ok(taken)
    }

    fn sites_to_seal(&mut self) -> Result<Vec<SiteId>> {
        unsealed::table
            .select(unsealed::site_id)
            .distinct()
            .load::<Vec<u8>>(self.conn)?
            .into_iter()
            .map(|id| {
                let row = RowOf {
                    table: "unsealed",
                    key: &id,
                };
                row.bytes("site_id", id.clone())
            })
            .collect()
    }

    fn sealed(&mut self, site: SiteId, sequence: i64, limit: i64) -> Result<Vec<SealedDecision>> {
        seals::table
            .inner_join(decisions::table.left_join(decision_notes::table))
            .filter(seals::site_id.eq(site.as_bytes()))
            .filter(seals::sequence.gt(sequence))
            .select((
                SealRow::as_select(),
                DecisionRow::as_select(),
                Option::<NoteRow>::as_select(),
            ))
            .order(seals::sequence)
            .limit(limit)
            .load::<(SealRow, DecisionRow, Option<NoteRow>)>(self.conn)?
            .into_iter()
            .map(|(seal, decision, note)| seal.into_sealed(decision, note))
            .collect()
    }

    fn last_sequence(&mut self, site: SiteId) -> Result<i64> {
        let last: Option<i64> = seals::table
            .filter(seals::site_id.eq(site.as_bytes()))
            .select(diesel::dsl::max(seals::sequence))
            .first(self.conn)?;
        Ok(last.unwrap_or(0))
    }

    fn unsealed(&mut self, site: SiteId) -> Result<Unsealed> {
        let count = decisions::table
            .left_join(seals::table)
            .filter(decisions::site_id.eq(site.as_bytes()))
            .filter(seals::sequence.is_null())
            .count()
            .get_result(self.conn)?;
        let unlisted = decisions::table
            .left_join(seals::table)
            .left_join(unsealed::table)
            .filter(decisions::site_id.eq(site.as_bytes()))
            .filter(seals::sequence.is_null())
            .filter(unsealed::site_id.is_null())
            .select(decisions::id)
            .order(decisions::id)
            .limit(A_FEW)
            .load::<Vec<u8>>(self.conn)?;
        let gone = unsealed::table
            .left_join(decisions::table)
            .filter(unsealed::site_id.eq(site.as_bytes()))
            .filter(decisions::id.is_null())
            .select(unsealed::decision_id)
            .order(unsealed::decision_id)
            .limit(A_FEW)
            .load::<Vec<u8>>(self.conn)?;
        let id = |table: &'static str, column: &'static str, key: Vec<u8>| {
            RowOf { table, key: &key }.bytes(column, key.clone())
        };
        Ok(Unsealed {
            count,
            unlisted: unlisted
                .into_iter()
                .map(|key| id("decisions", "id", key))
                .collect::<Result<_>>()?,
            gone: gone
                .into_iter()
                .map(|key| id("unsealed", "decision_id", key))
                .collect::<Result<_>>()?,
        })
    }

    fn unsealed_since(&mut self) -> Result<(i64, Option<Micros>)> {
        let (count, since): (i64, Option<i64>) = unsealed::table
            .inner_join(decisions::table)
            .select((count_star(), min(decisions::decided_at)))
            .first(self.conn)?;
        Ok((count, since.map(Micros::from_i64)))
    }

    fn own_words(&mut self, comments: &[CommentId]) -> Result<HashMap<CommentId, String>> {
        decisions::table
            .inner_join(decision_notes::table)
            .filter(decisions::comment_id.eq_any(comments.iter().map(CommentId::as_bytes)))
            .filter(decision_notes::words.is_not_null())
            .select((decisions::comment_id, decision_notes::words.assume_not_null()))
            // Of a comment's, the newest comes last, and stays.
            .order((decisions::comment_id, decisions::number))
            .load::<(Vec<u8>, String)>(self.conn)?
            .into_iter()
            .map(|(id, words)| {
                let row = RowOf {
                    table: "decisions",
                    key: &id,
                };
                Ok((row.bytes("comment_id", id.clone())?, words))
            })
            .collect()
    }

    fn erase_notes(&mut self, comment: CommentId) -> Result<usize> {
        let of_comment = decisions::table
            .filter(decisions::comment_id.eq(comment.as_bytes()))
            .select(decisions::id);
        Ok(
            diesel::delete(decision_notes::table.filter(decision_notes::decision_id.eq_any(of_comment)))
                .execute(self.conn)?,
        )
    }

    fn last_words(&mut self, site: SiteId, after: Option<CommentId>, limit: i64) -> Result<Vec<LastWord>> {
        let mut of_site = comments::table
            .filter(comments::site_id.eq(site.as_bytes()))
            .select(CommentRow::as_select())
            .order(comments::id)
            .limit(limit)
            .into_boxed();
        if let Some(after) = after {
            of_site = of_site.filter(comments::id.gt(after.as_bytes().to_vec()));
        }
        let rows = of_site.load::<CommentRow>(self.conn)?;
        let said = decisions::table
            .filter(decisions::comment_id.eq_any(rows.iter().map(|row| &row.id)))
            .select((decisions::comment_id, DecisionRow::as_select()))
            .order(decisions::number)
            .load::<(Vec<u8>, DecisionRow)>(self.conn)?;
        // Of each comment's the last stays.
        let last: HashMap<Vec<u8>, DecisionRow> = said.into_iter().collect();
        rows.into_iter()
            .map(|row| {
                let decided = last.get(&row.id).map(DecisionRow::after).transpose()?;
                let comment = Comment::try_from(row)?;
                Ok(LastWord {
                    comment_id: comment.id,
                    state: comment.state,
                    decided,
                })
            })
            .collect()
    }
}

impl Work<'_> {
    fn latest_row(&mut self, comment: CommentId) -> Result<Option<DecisionRow>> {
        Ok(decisions::table
            .filter(decisions::comment_id.eq(comment.as_bytes()))
            .select(DecisionRow::as_select())
            .order(decisions::number.desc())
            .first(self.conn)
            .optional()?)
    }
}

fn with_note((decision, note): (DecisionRow, Option<NoteRow>)) -> Result<(Decision, Option<Note>)> {
    Ok((
        decision.into_decision()?,
        note.map(NoteRow::into_note).transpose()?,
    ))
}
