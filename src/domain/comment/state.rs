//! The states of a comment and what they say. How one becomes another is in `transition`.

use super::{HoldReason, RevisionNumber};
use crate::domain::id::AccountId;

/// A text that waits for a decision, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Which revision.
    pub revision: RevisionNumber,
    /// Why it waits.
    pub reasons: Vec<HoldReason>,
    /// Who has approved it so far; each once.
    pub approvals: Vec<AccountId>,
}

impl Pending {
    /// A text that nobody has approved yet.
    pub fn new(revision: RevisionNumber, reasons: Vec<HoldReason>) -> Self {
        Self {
            revision,
            reasons,
            approvals: Vec::new(),
        }
    }
    /// The one reason that the author is told. The site's own policy comes before all: it is the same for every comment,
    /// and so says nothing of the register; then what a moderator does, then `needs_review`. Which it is does not depend
    /// on the order in which the screens found what they found.
    pub fn reason_for_author(&self) -> &str {
        let rank = |told: &str| match told {
            "policy_all" | "policy_first" => 0,
            "always_held" => 1,
            "under_review" | "reopened" => 2,
            "needs_review" => 3,
            _ => 4,
        };
        self.reasons
            .iter()
            .map(HoldReason::for_author)
            .min_by_key(|told| rank(told))
            .unwrap_or("needs_review")
    }
}

/// Where a comment stands (DESIGN section 3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommentState {
    /// Not public until a decision. `live` is an earlier text that the author chose to hide while the new one waits.
    Held {
        /// What waits.
        pending: Pending,
        /// The text that was public before.
        live: Option<RevisionNumber>,
    },
    /// Public.
    Published {
        /// The text that the public sees.
        live: RevisionNumber,
        /// A newer text that waits.
        pending: Option<Pending>,
    },
    /// A moderator refused it.
    Rejected {
        /// The text that was refused.
        revision: RevisionNumber,
        /// Why, as told to the author.
        reason: String,
    },
    /// A moderator called it spam.
    Spam {
        /// The text that was judged.
        revision: RevisionNumber,
    },
    /// It was public; a moderator took it down.
    Removed {
        /// The text that was public.
        revision: RevisionNumber,
        /// Why, as told to the author.
        reason: String,
    },
    /// The author took it back. Final.
    Withdrawn,
}

/// Why a transition did not happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransitionError {
    /// The action does not go from this state.
    #[error("a comment that is {from} cannot be {action}")]
    NotFrom {
        /// The state's word.
        from: &'static str,
        /// What was to be done, as a participle.
        action: &'static str,
    },
    /// The decision names another revision than the one that stands to be decided.
    #[error("the comment has changed: revision {current} is the one to decide")]
    RevisionChanged {
        /// The revision to decide.
        current: RevisionNumber,
    },
    /// The account has approved this revision already.
    #[error("this account has approved already; another must")]
    ApprovedAlready,
}

/// What the screens said of a new text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It may be public at once.
    Publish,
    /// It waits, for these reasons (never empty).
    Hold(Vec<HoldReason>),
}

/// What the author wants shown while an edit waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhileChecked {
    /// The old text stays public.
    Keep,
    /// Nothing is public until the decision.
    Hide,
}

/// Who approves, and how many must.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approval {
    /// Who; `None` for a rule or an API token, which never counts as one of two.
    pub by: Option<AccountId>,
    /// 1, or 2 where a person's stance is `two`.
    pub need: usize,
}

impl CommentState {
    /// The state of a comment just posted.
    pub fn posted(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Publish => CommentState::Published {
                live: 1,
                pending: None,
            },
            Verdict::Hold(reasons) => CommentState::Held {
                pending: Pending::new(1, reasons),
                live: None,
            },
        }
    }
    /// The state's word in the interface.
    pub fn as_str(&self) -> &'static str {
        match self {
            CommentState::Held { .. } => "held",
            CommentState::Published { .. } => "published",
            CommentState::Rejected { .. } => "rejected",
            CommentState::Spam { .. } => "spam",
            CommentState::Removed { .. } => "removed",
            CommentState::Withdrawn => "withdrawn",
        }
    }
    /// The text that the public sees, where it sees one.
    pub fn public_revision(&self) -> Option<RevisionNumber> {
        match self {
            CommentState::Published { live, .. } => Some(*live),
            _ => None,
        }
    }
    /// What waits for a decision.
    pub fn pending(&self) -> Option<&Pending> {
        match self {
            CommentState::Held { pending, .. } => Some(pending),
            CommentState::Published { pending, .. } => pending.as_ref(),
            _ => None,
        }
    }
    /// The text that the comment shows or would show: the live one, else the waiting or the judged one.
    pub fn current_revision(&self) -> Option<RevisionNumber> {
        match self {
            CommentState::Published { live, .. } => Some(*live),
            CommentState::Held { pending, live } => Some(live.unwrap_or(pending.revision)),
            CommentState::Rejected { revision, .. }
            | CommentState::Spam { revision }
            | CommentState::Removed { revision, .. } => Some(*revision),
            CommentState::Withdrawn => None,
        }
    }
    /// Whether the author may send a new text.
    pub fn takes_edits(&self) -> bool {
        matches!(self, CommentState::Held { .. } | CommentState::Published { .. })
    }
}
