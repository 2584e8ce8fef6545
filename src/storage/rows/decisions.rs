//! Rows of decisions, of their notes and of their seals.

use diesel::{Insertable, Queryable, Selectable};

use super::RowOf;
use super::state::{state_of_json, state_to_json};
use crate::domain::clock::Micros;
use crate::domain::comment::{CommentState, RevisionNumber};
use crate::domain::decision::{Actor, Decision, Seal, seal};
use crate::domain::id::SiteId;
use crate::storage::stores::decisions::{Note, SealedDecision};
use crate::storage::{Result, schema};

/// A row of `decisions`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::decisions)]
pub struct DecisionRow {
    pub id: Vec<u8>,
    site_id: Vec<u8>,
    comment_id: Vec<u8>,
    number: i32,
    action: String,
    actor_kind: String,
    actor_id: Option<Vec<u8>>,
    actor_word: Option<String>,
    revision: Option<RevisionNumber>,
    state_before: Option<String>,
    state_after: String,
    reason: Option<String>,
    note_digest: Option<Vec<u8>>,
    decided_at: i64,
}

impl DecisionRow {
    /// The row of a comment's decision number `number`.
    pub fn of(decision: &Decision, number: i32) -> Result<Self> {
        let (actor_id, actor_word) = match &decision.actor {
            Actor::Moderator(id) | Actor::Author(id) => (Some(id.as_bytes().to_vec()), None),
            Actor::Token(id) => (Some(id.as_bytes().to_vec()), None),
            Actor::Rule(word) => (None, Some(word.clone())),
        };
        Ok(Self {
            id: decision.id.as_bytes().to_vec(),
            site_id: decision.site_id.as_bytes().to_vec(),
            comment_id: decision.comment_id.as_bytes().to_vec(),
            number,
            action: decision.action.as_str().to_owned(),
            actor_kind: decision.actor.kind().to_owned(),
            actor_id,
            actor_word,
            revision: decision.revision,
            state_before: decision.before.as_ref().map(state_to_json).transpose()?,
            state_after: state_to_json(&decision.after)?,
            reason: decision.reason.clone(),
            note_digest: decision.note_digest.map(|digest| digest.to_vec()),
            decided_at: decision.at.as_i64(),
        })
    }
    /// The decision.
    pub fn into_decision(self) -> Result<Decision> {
        let row = RowOf {
            table: "decisions",
            key: &self.id,
        };
        let actor_id = || self.actor_id.clone().ok_or_else(|| row.inconsistent("actor_id"));
        let actor = match self.actor_kind.as_str() {
            "moderator" => Actor::Moderator(row.bytes("actor_id", actor_id()?)?),
            "author" => Actor::Author(row.bytes("actor_id", actor_id()?)?),
            "token" => Actor::Token(row.bytes("actor_id", actor_id()?)?),
            "rule" => Actor::Rule(self.actor_word.ok_or_else(|| row.inconsistent("actor_word"))?),
            _ => return Err(row.inconsistent("actor_kind")),
        };
        Ok(Decision {
            id: row.bytes("id", self.id.clone())?,
            site_id: row.bytes("site_id", self.site_id)?,
            comment_id: row.bytes("comment_id", self.comment_id)?,
            action: row.word("action", &self.action)?,
            actor,
            revision: self.revision,
            before: match &self.state_before {
                Some(json) => Some(state_of_json(&row, "state_before", json)?),
                None => None,
            },
            after: state_of_json(&row, "state_after", &self.state_after)?,
            reason: self.reason,
            at: Micros::from_i64(self.decided_at),
            note_digest: row.optional_bytes("note_digest", self.note_digest)?,
        })
    }
    /// The state after it.
    pub fn after(&self) -> Result<CommentState> {
        let row = RowOf {
            table: "decisions",
            key: &self.id,
        };
        state_of_json(&row, "state_after", &self.state_after)
    }
    /// The seal of it at `sequence`, after `previous`: over the states as they stand in the row.
    pub fn seal(self, previous: &Seal, sequence: i64) -> Result<Seal> {
        let (before, after) = (self.state_before.clone(), self.state_after.clone());
        let decision = self.into_decision()?;
        Ok(seal(
            previous,
            sequence,
            &decision,
            before.as_deref().unwrap_or(""),
            &after,
        ))
    }
}

/// A row of `decision_notes`.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::decision_notes)]
pub struct NoteRow {
    decision_id: Vec<u8>,
    salt: Vec<u8>,
    note: String,
    words: Option<String>,
}

impl NoteRow {
    pub fn of(decision: &Decision, note: &Note) -> Self {
        Self {
            decision_id: decision.id.as_bytes().to_vec(),
            salt: note.salt.to_vec(),
            note: note.text.clone(),
            words: note.words.clone(),
        }
    }
    /// The note.
    pub fn into_note(self) -> Result<Note> {
        let row = RowOf {
            table: "decision_notes",
            key: &self.decision_id,
        };
        Ok(Note {
            salt: row.bytes("salt", self.salt)?,
            text: self.note,
            words: self.words,
        })
    }
}

/// A row of `seals`.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::seals, treat_none_as_default_value = false)]
pub struct SealRow {
    site_id: Vec<u8>,
    pub sequence: i64,
    decision_id: Vec<u8>,
    seal: Vec<u8>,
}

impl SealRow {
    pub fn of(site: SiteId, sequence: i64, decision_id: Vec<u8>, seal: &Seal) -> Self {
        Self {
            site_id: site.as_bytes().to_vec(),
            sequence,
            decision_id,
            seal: seal.to_vec(),
        }
    }
    /// The seal itself.
    pub fn into_seal(self) -> Result<Seal> {
        let row = RowOf {
            table: "seals",
            key: &self.decision_id,
        };
        row.bytes("seal", self.seal)
    }
    /// The link of the chain that this row, its decision and its note make.
    pub fn into_sealed(self, decision: DecisionRow, note: Option<NoteRow>) -> Result<SealedDecision> {
        Ok(SealedDecision {
            sequence: self.sequence,
            seal: self.into_seal()?,
            before: decision.state_before.clone().unwrap_or_default(),
            after: decision.state_after.clone(),
            decision: decision.into_decision()?,
            note: note.map(NoteRow::into_note).transpose()?,
        })
    }
}
