//! Decisions, their notes and their seals. Append-only.

use crate::domain::comment::{Comment, CommentState};
use crate::domain::decision::{Decision, Seal};
use crate::domain::id::{CommentId, SiteId};
use crate::storage::Result;

/// Free text of a decision, which can be erased without breaking the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What makes the digest unguessable.
    pub salt: [u8; 16],
    /// The text.
    pub text: String,
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
    /// How many of the site's decisions are not sealed yet.
    fn unsealed_count(&mut self, site: SiteId) -> Result<i64>;
    /// Erases the notes of a comment's decisions. Gives how many.
    fn erase_notes(&mut self, comment: CommentId) -> Result<usize>;
    /// The state that a comment had after its latest decision, beside the comment: they must agree.
    fn last_state(&mut self, comment: &Comment) -> Result<Option<CommentState>>;
}
