//! A state as the text that stands beside each decision. It is sealed byte for byte, so its fields keep their order, and
//! what is not there is left out.

use serde::{Deserialize, Serialize};

use crate::domain::comment::{CommentState, HoldReason, Pending, RevisionNumber};
use crate::domain::id::AccountId;
use crate::storage::Result;
use crate::storage::rows::RowOf;

/// How the JSON text of every published state begins.
pub const PUBLISHED_JSON: &str = r#"{"state":"published","#;

/// A state as one text. The order of the fields is the order on paper: do not sort them.
#[derive(Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
enum StateJson {
    Held {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        live: Option<RevisionNumber>,
        pending: PendingJson,
    },
    Published {
        live: RevisionNumber,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pending: Option<PendingJson>,
    },
    Rejected {
        revision: RevisionNumber,
        reason: String,
    },
    Spam {
        revision: RevisionNumber,
    },
    Removed {
        revision: RevisionNumber,
        reason: String,
    },
    Withdrawn,
}

#[derive(Serialize, Deserialize)]
pub(super) struct PendingJson {
    pub(super) revision: RevisionNumber,
    pub(super) reasons: Vec<String>,
    pub(super) approvals: Vec<String>,
}

impl PendingJson {
    pub(super) fn of(pending: &Pending) -> Self {
        Self {
            revision: pending.revision,
            reasons: pending
                .reasons
                .iter()
                .map(|reason| reason.as_str().to_owned())
                .collect(),
            approvals: pending.approvals.iter().map(AccountId::to_string).collect(),
        }
    }
    pub(super) fn into_pending(self) -> Option<Pending> {
        Some(Pending {
            revision: self.revision,
            reasons: self.reasons.into_iter().map(HoldReason::from_storage).collect(),
            approvals: self
                .approvals
                .iter()
                .map(|id| id.parse().ok())
                .collect::<Option<_>>()?,
        })
    }
}

/// The state as the text that is stored and sealed.
pub fn state_to_json(state: &CommentState) -> Result<String> {
    to_json(&match state {
        CommentState::Held { pending, live } => StateJson::Held {
            live: *live,
            pending: PendingJson::of(pending),
        },
        CommentState::Published { live, pending } => StateJson::Published {
            live: *live,
            pending: pending.as_ref().map(PendingJson::of),
        },
        CommentState::Rejected { revision, reason } => StateJson::Rejected {
            revision: *revision,
            reason: reason.clone(),
        },
        CommentState::Spam { revision } => StateJson::Spam { revision: *revision },
        CommentState::Removed { revision, reason } => StateJson::Removed {
            revision: *revision,
            reason: reason.clone(),
        },
        CommentState::Withdrawn => StateJson::Withdrawn,
    })
}

/// Reads the text of `column` of `row`.
pub fn state_of_json(row: &RowOf<'_>, column: &'static str, json: &str) -> Result<CommentState> {
    let waiting = |pending: PendingJson| pending.into_pending().ok_or_else(|| row.inconsistent(column));
    let json: StateJson = serde_json::from_str(json).map_err(|_other_json| row.inconsistent(column))?;
    Ok(match json {
        StateJson::Held { live, pending } => CommentState::Held {
            live,
            pending: waiting(pending)?,
        },
        StateJson::Published { live, pending } => CommentState::Published {
            live,
            pending: pending.map(waiting).transpose()?,
        },
        StateJson::Rejected { revision, reason } => CommentState::Rejected { revision, reason },
        StateJson::Spam { revision } => CommentState::Spam { revision },
        StateJson::Removed { revision, reason } => CommentState::Removed { revision, reason },
        StateJson::Withdrawn => CommentState::Withdrawn,
    })
}

pub(super) fn to_json(value: &impl Serialize) -> Result<String> {
    let row = RowOf {
        table: "comments",
        key: &[],
    };
    // Texts and numbers only: there is nothing in it that JSON cannot say.
    serde_json::to_string(value).map_err(|_no_such_failure| row.inconsistent("state_detail"))
}
