//! Which of an author's edits a moderator refused: the comment stands with an earlier text, and its author can send the
//! refused one again. What else a comment's author gets of it is `own_comments`'s.

use std::collections::HashMap;

use crate::domain::clock::Micros;
use crate::domain::comment::{Comment, CommentState, RevisionNumber};
use crate::domain::decision::{Action, Decision};
use crate::domain::id::CommentId;
use crate::service::Result;
use crate::service::decide::reason_told;
use crate::storage::Tx;
use crate::storage::stores::decisions::Note;

/// An edit that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The number of its text.
    pub(super) revision: RevisionNumber,
    /// The reason, as the decision says it.
    pub(super) reason: String,
    /// The reason where it is in the moderator's own words.
    pub(super) words: Option<String>,
}

/// The comments whose newest text was refused as an edit since a moment, and is still their newest.
pub(super) fn of_comments(
    tx: &mut dyn Tx,
    comments: &[Comment],
    since: Micros,
) -> Result<HashMap<CommentId, Refusal>> {
    let stand: HashMap<CommentId, RevisionNumber> = comments
        .iter()
        .filter(|comment| stands_with_an_earlier_text(comment))
        .map(|comment| (comment.id, comment.last_revision))
        .collect();
    if stand.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<CommentId> = stand.keys().copied().collect();
    let mut refusals = HashMap::new();
    // Oldest first: the last that let the text go counts.
    for (decision, note) in tx.decisions_of(&ids)? {
        let newest = stand.get(&decision.comment_id).copied();
        if let Some(newest) = newest.filter(|newest| lets_go(&decision, *newest)) {
            match refusal(&decision, note, newest).filter(|_| decision.at >= since) {
                Some(refusal) => refusals.insert(decision.comment_id, refusal),
                None => refusals.remove(&decision.comment_id),
            };
        }
    }
    Ok(refusals)
}

fn stands_with_an_earlier_text(comment: &Comment) -> bool {
    match &comment.state {
        CommentState::Held { pending, .. } => pending.revision < comment.last_revision,
        CommentState::Published { live, pending: None } => *live < comment.last_revision,
        _ => false,
    }
}

/// Whether the text waited before the decision, and is gone after it.
fn lets_go(decision: &Decision, text: RevisionNumber) -> bool {
    let waits = |state: &CommentState| state.pending().is_some_and(|pending| pending.revision == text);
    decision.before.as_ref().is_some_and(waits) && !waits(&decision.after)
}

/// What a decision that let the text go says of it, where it refused the text and nothing else: not where the whole
/// comment was removed. Where an undo takes such a refusal again, it carries its reason.
fn refusal(decision: &Decision, note: Option<Note>, revision: RevisionNumber) -> Option<Refusal> {
    let refused = matches!(decision.action, Action::Reject | Action::Undo)
        && matches!(decision.after, CommentState::Published { live, .. } if live < revision);
    let told = reason_told(decision, note.as_ref()).filter(|_| refused)?;
    Some(Refusal {
        revision,
        reason: decision.reason.clone().unwrap_or(told),
        words: note.and_then(|note| note.words),
    })
}
