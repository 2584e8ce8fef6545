//! Where a comment stands, in its two stored forms: the columns of `comments`, which queries can look into, and one
//! JSON text beside each decision, which is in the module below.

mod json;

use serde::{Deserialize, Serialize};

use self::json::{PendingJson, to_json};
use super::RowOf;
use crate::domain::comment::{CommentState, RevisionNumber};
use crate::storage::Result;

pub use self::json::{PUBLISHED_JSON, state_of_json, state_to_json};

/// Numbers of the column `comments.state`.
pub const HELD: i16 = 1;
pub const PUBLISHED: i16 = 2;
pub const REJECTED: i16 = 3;
pub const SPAM: i16 = 4;
pub const REMOVED: i16 = 5;
pub const WITHDRAWN: i16 = 6;

/// The number of a state's word in the interface.
pub fn code_of_word(word: &str) -> Option<i16> {
    match word {
        "held" => Some(HELD),
        "published" => Some(PUBLISHED),
        "rejected" => Some(REJECTED),
        "spam" => Some(SPAM),
        "removed" => Some(REMOVED),
        "withdrawn" => Some(WITHDRAWN),
        _ => None,
    }
}

/// The word of a state's number.
pub fn word_of_code(code: i16) -> Option<&'static str> {
    match code {
        HELD => Some("held"),
        PUBLISHED => Some("published"),
        REJECTED => Some("rejected"),
        SPAM => Some("spam"),
        REMOVED => Some("removed"),
        WITHDRAWN => Some("withdrawn"),
        _ => None,
    }
}

/// The columns `state`, `live`, `pending` and `state_detail`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateColumns {
    pub state: i16,
    pub live: Option<RevisionNumber>,
    pub pending: Option<RevisionNumber>,
    pub detail: String,
}

/// What the column `state_detail` holds. Nothing else stands there, so that a reason can be looked for by its quoted
/// word and what follows it.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Detail {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    approvals: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// The two texts of which `state_detail` holds one if `reason` is among the reasons of what waits: a member of an
/// array is followed by a comma or a bracket, a field's name by a colon.
pub fn reason_needles(reason: &str) -> [String; 2] {
    let quoted = serde_json::Value::from(reason).to_string();
    [format!("{quoted},"), format!("{quoted}]")]
}

impl StateColumns {
    pub fn of(state: &CommentState) -> Result<Self> {
        let (code, live, pending, reason) = match state {
            CommentState::Held { pending, live } => (HELD, *live, Some(pending), None),
            CommentState::Published { live, pending } => (PUBLISHED, Some(*live), pending.as_ref(), None),
            CommentState::Rejected { revision, reason } => (REJECTED, Some(*revision), None, Some(reason)),
            CommentState::Spam { revision } => (SPAM, Some(*revision), None, None),
            CommentState::Removed { revision, reason } => (REMOVED, Some(*revision), None, Some(reason)),
            CommentState::Withdrawn => (WITHDRAWN, None, None, None),
        };
        let waiting = pending.map(PendingJson::of);
        let (reasons, approvals) = waiting.map_or_else(Default::default, |p| (p.reasons, p.approvals));
        let detail = Detail {
            reasons,
            approvals,
            reason: reason.cloned(),
        };
        Ok(Self {
            state: code,
            live,
            pending: pending.map(|pending| pending.revision),
            detail: to_json(&detail)?,
        })
    }
    /// Reads the columns of `row`.
    pub fn into_state(self, row: &RowOf<'_>) -> Result<CommentState> {
        let detail: Detail =
            serde_json::from_str(&self.detail).map_err(|_other_json| row.inconsistent("state_detail"))?;
        let live = || self.live.ok_or_else(|| row.inconsistent("live"));
        let reason = |reason: Option<String>| reason.ok_or_else(|| row.inconsistent("state_detail"));
        let pending = match self.pending {
            Some(revision) => Some(
                PendingJson {
                    revision,
                    reasons: detail.reasons,
                    approvals: detail.approvals,
                }
                .into_pending()
                .ok_or_else(|| row.inconsistent("state_detail"))?,
            ),
            None => None,
        };
        match self.state {
            HELD => Ok(CommentState::Held {
                pending: pending.ok_or_else(|| row.inconsistent("pending"))?,
                live: self.live,
            }),
            PUBLISHED => Ok(CommentState::Published {
                live: live()?,
                pending,
            }),
            REJECTED => Ok(CommentState::Rejected {
                revision: live()?,
                reason: reason(detail.reason)?,
            }),
            SPAM => Ok(CommentState::Spam { revision: live()? }),
            REMOVED => Ok(CommentState::Removed {
                revision: live()?,
                reason: reason(detail.reason)?,
            }),
            WITHDRAWN => Ok(CommentState::Withdrawn),
            _ => Err(row.inconsistent("state")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::comment::{HoldReason, Pending};
    use crate::domain::id::AccountId;
    use crate::storage::StorageError;

    const ROW: RowOf<'static> = RowOf {
        table: "comments",
        key: &[7],
    };

    fn pending(revision: RevisionNumber, reasons: Vec<HoldReason>, approvals: &[u8]) -> Pending {
        Pending {
            revision,
            reasons,
            approvals: approvals
                .iter()
                .map(|n| AccountId::from_bytes([*n; 16]))
                .collect(),
        }
    }

    fn examples() -> Vec<(CommentState, &'static str)> {
        vec![
            (
                CommentState::Held {
                    pending: pending(1, vec![HoldReason::POLICY_ALL], &[]),
                    live: None,
                },
                r#"{"state":"held","pending":{"revision":1,"reasons":["policy_all"],"approvals":[]}}"#,
            ),
            (
                CommentState::Held {
                    pending: pending(3, vec![HoldReason::NAMES_PERSON, HoldReason::NO_CONTACT], &[17]),
                    live: Some(2),
                },
                r#"{"state":"held","live":2,"pending":{"revision":3,"reasons":["names_person","no_contact"],"approvals":["11111111-1111-1111-1111-111111111111"]}}"#,
            ),
            (
                CommentState::Published {
                    live: 1,
                    pending: None,
                },
                r#"{"state":"published","live":1}"#,
            ),
            (
                CommentState::Published {
                    live: 1,
                    pending: Some(pending(2, vec![HoldReason::POLICY_FIRST], &[])),
                },
                r#"{"state":"published","live":1,"pending":{"revision":2,"reasons":["policy_first"],"approvals":[]}}"#,
            ),
            (
                CommentState::Rejected {
                    revision: 4,
                    reason: String::from("says \"no\" to us"),
                },
                r#"{"state":"rejected","revision":4,"reason":"says \"no\" to us"}"#,
            ),
            (
                CommentState::Spam { revision: 2 },
                r#"{"state":"spam","revision":2}"#,
            ),
            (
                CommentState::Removed {
                    revision: 2,
                    reason: String::new(),
                },
                r#"{"state":"removed","revision":2,"reason":""}"#,
            ),
            (CommentState::Withdrawn, r#"{"state":"withdrawn"}"#),
        ]
    }

    #[test]
    fn the_sealed_text_is_pinned_and_read_back() {
        for (state, json) in examples() {
            assert_eq!(state_to_json(&state).unwrap(), json);
            assert_eq!(state_of_json(&ROW, "state_after", json).unwrap(), state);
            assert_eq!(
                json.starts_with(PUBLISHED_JSON),
                state.public_revision().is_some()
            );
        }
    }

    #[test]
    fn the_columns_are_read_back() {
        for (state, _) in examples() {
            let columns = StateColumns::of(&state).unwrap();
            assert_eq!(word_of_code(columns.state), Some(state.as_str()));
            assert_eq!(code_of_word(state.as_str()), Some(columns.state));
            assert_eq!(columns.into_state(&ROW).unwrap(), state);
        }
    }

    #[test]
    fn columns_that_contradict_each_other_name_the_row() {
        let good = StateColumns {
            state: PUBLISHED,
            live: Some(1),
            pending: None,
            detail: String::from("{}"),
        };
        for (wrong, column) in [
            (
                StateColumns {
                    live: None,
                    ..good.clone()
                },
                "live",
            ),
            (
                StateColumns {
                    state: HELD,
                    ..good.clone()
                },
                "pending",
            ),
            (
                StateColumns {
                    state: REMOVED,
                    ..good.clone()
                },
                "state_detail",
            ),
            (
                StateColumns {
                    state: 9,
                    ..good.clone()
                },
                "state",
            ),
            (
                StateColumns {
                    detail: String::from("x"),
                    ..good.clone()
                },
                "state_detail",
            ),
        ] {
            match wrong.into_state(&ROW) {
                Err(StorageError::Inconsistent {
                    table,
                    column: named,
                    row,
                }) => {
                    assert_eq!((table, named, row.as_str()), ("comments", column, "07"));
                }
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_reason_is_found_by_its_needle_and_a_fields_name_is_not() {
        let held = CommentState::Held {
            pending: pending(1, vec![HoldReason::POLICY_ALL, HoldReason::NO_CONTACT], &[1]),
            live: None,
        };
        let detail = StateColumns::of(&held).unwrap().detail;
        let has = |reason: &str| {
            reason_needles(reason)
                .iter()
                .any(|needle| detail.contains(needle))
        };
        assert!(has("policy_all") && has("no_contact"));
        assert!(!has("reasons") && !has("approvals") && !has("policy") && !has("policy_first"));
    }
}
