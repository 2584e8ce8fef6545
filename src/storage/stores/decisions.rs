//! Decisions, their notes and their seals. Append-only.

use std::collections::HashMap;

use crate::domain::clock::Micros;
use crate::domain::comment::CommentState;
use crate::domain::decision::{Decision, Seal, note_digest};
use crate::domain::id::{CommentId, DecisionId, SiteId};
use crate::storage::Result;

/// Free text of a decision, which can be erased without breaking the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What makes the digest unguessable.
    pub salt: [u8; 16],
    /// The text, for moderators; empty where only `words` are given.
    pub text: String,
    /// The reason, where it is in the moderator's own words; the decision itself then says
    /// [`OWN_WORDS`](crate::domain::decision::OWN_WORDS).
    pub words: Option<String>,
}

impl Note {
    /// The digest under which it enters the chain. Neither text can hold what stands between them.
    pub fn digest(&self) -> [u8; 32] {
        match &self.words {
            None => note_digest(&self.salt, &self.text),
            Some(words) => note_digest(&self.salt, &format!("{}\0{words}", self.text)),
        }
    }
}

/// A decision as the chain sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedDecision {
    /// Its place in the site's chain, from 1.
    pub sequence: i64,
    /// Its seal.
    pub seal: Seal,
    /// The decision.
    pub decision: Decision,
    /// The states as they are stored: what was sealed, byte for byte.
    pub before: String,
    /// The state after, as stored.
    pub after: String,
    /// Its note, where one was written and has not been erased.
    pub note: Option<Note>,
}

/// What of a site's decisions is not sealed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsealed {
    /// How many.
    pub count: i64,
    /// Those of them that are not on the list of what waits for a seal, and so will never have one: a fault. A few.
    pub unlisted: Vec<DecisionId>,
    /// On that list and not there: a fault. A few.
    pub gone: Vec<DecisionId>,
}

/// A comment's state, and what its last decision says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastWord {
    /// The comment.
    pub comment_id: CommentId,
    /// Where it stands.
    pub state: CommentState,
    /// The state that its last decision led to; `None` where there is no decision.
    pub decided: Option<CommentState>,
}

/// Decisions, their notes and their seals.
pub trait DecisionStore {
    /// Adds a decision and its note. Notes `decisions` in the transaction's effects, so that the sealer wakes.
    fn insert_decision(&mut self, decision: &Decision, note: Option<&Note>) -> Result<()>;
    /// A comment's decisions, oldest first, with their notes.
    fn decisions(&mut self, comment: CommentId) -> Result<Vec<(Decision, Option<Note>)>>;
    /// Decisions of several comments, each comment's oldest first, with their notes.
    fn decisions_of(&mut self, comments: &[CommentId]) -> Result<Vec<(Decision, Option<Note>)>>;
    /// A comment's latest decision.
    fn latest_decision(&mut self, comment: CommentId) -> Result<Option<Decision>>;
    /// Seals up to `limit` of the site's decisions that are not sealed, by time, a comment's in their order. Gives how
    /// many.
    fn seal_decisions(&mut self, site: SiteId, limit: i64) -> Result<usize>;
    /// Sites with decisions that are not sealed.
    fn sites_to_seal(&mut self) -> Result<Vec<SiteId>>;
    /// The site's chain after `sequence`, in order, at most `limit`.
    fn sealed(&mut self, site: SiteId, sequence: i64, limit: i64) -> Result<Vec<SealedDecision>>;
    /// The number of the site's last seal, whether or not its decision is still there; 0 where there is none.
    fn last_sequence(&mut self, site: SiteId) -> Result<i64>;
    /// What of the site's decisions is not sealed yet.
    fn unsealed(&mut self, site: SiteId) -> Result<Unsealed>;
    /// How many decisions of all sites wait for their seal, and when the first of those was taken.
    fn unsealed_since(&mut self) -> Result<(i64, Option<Micros>)>;
    /// The newest reasons of these comments that are in a moderator's own words, a comment's once.
    fn own_words(&mut self, comments: &[CommentId]) -> Result<HashMap<CommentId, String>>;
    /// Erases the notes of a comment's decisions. Gives how many.
    fn erase_notes(&mut self, comment: CommentId) -> Result<usize>;
    /// The site's comments after one, by id, at most `limit`, each with what its last decision made of it: the two must
    /// agree.
    fn last_words(&mut self, site: SiteId, after: Option<CommentId>, limit: i64) -> Result<Vec<LastWord>>;
}
