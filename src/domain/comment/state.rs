//! The states of a comment and the transitions between them. Each consumes the state; a wrong one is an error.

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

type Transition = Result<CommentState, TransitionError>;

/// Holds that a moderator set, or that wait for one: an edit does not wash them off.
const STICKING: [HoldReason; 3] = [
    HoldReason::UNDER_REVIEW,
    HoldReason::REOPENED,
    HoldReason::SECOND_APPROVAL,
];

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

    fn not_from<T>(&self, action: &'static str) -> Result<T, TransitionError> {
        Err(TransitionError::NotFrom {
            from: self.as_str(),
            action,
        })
    }

    /// The author's new text, judged like a post. A newer edit replaces the pending one and its approvals. What a
    /// moderator put under review, or what waits for its second approval, stays held whatever the screens say.
    pub fn edit(self, revision: RevisionNumber, verdict: Verdict, while_checked: WhileChecked) -> Transition {
        let verdict = match (&self, verdict) {
            (CommentState::Held { pending, .. }, verdict) => {
                let mut reasons = match verdict {
                    Verdict::Publish => Vec::new(),
                    Verdict::Hold(reasons) => reasons,
                };
                for kept in STICKING {
                    if pending.reasons.contains(&kept) && !reasons.contains(&kept) {
                        reasons.push(kept);
                    }
                }
                if reasons.is_empty() {
                    Verdict::Publish
                } else {
                    Verdict::Hold(reasons)
                }
            }
            (_, verdict) => verdict,
        };
        match (self, verdict) {
            (CommentState::Held { .. } | CommentState::Published { .. }, Verdict::Publish) => {
                Ok(CommentState::Published {
                    live: revision,
                    pending: None,
                })
            }
            (CommentState::Held { live, .. }, Verdict::Hold(reasons)) => Ok(CommentState::Held {
                pending: Pending::new(revision, reasons),
                live,
            }),
            (CommentState::Published { live, .. }, Verdict::Hold(reasons)) => {
                let pending = Pending::new(revision, reasons);
                Ok(match while_checked {
                    WhileChecked::Keep => CommentState::Published {
                        live,
                        pending: Some(pending),
                    },
                    WhileChecked::Hide => CommentState::Held {
                        pending,
                        live: Some(live),
                    },
                })
            }
            (other, _) => other.not_from("edited"),
        }
    }

    /// Approves the revision that the moderator read. Where two must and this is the first, it stays as it is with
    /// one approval more; from Rejected or Spam it becomes Held with one.
    pub fn approve(self, revision: RevisionNumber, approval: Approval) -> Transition {
        match self {
            CommentState::Held { pending, live } => {
                check_revision(pending.revision, revision)?;
                match with_approval(pending, approval)? {
                    Approved::Enough => Ok(CommentState::Published {
                        live: revision,
                        pending: None,
                    }),
                    Approved::More(pending) => Ok(CommentState::Held { pending, live }),
                }
            }
            CommentState::Published {
                live,
                pending: Some(pending),
            } => {
                check_revision(pending.revision, revision)?;
                match with_approval(pending, approval)? {
                    Approved::Enough => Ok(CommentState::Published {
                        live: revision,
                        pending: None,
                    }),
                    Approved::More(pending) => Ok(CommentState::Published {
                        live,
                        pending: Some(pending),
                    }),
                }
            }
            CommentState::Rejected {
                revision: current, ..
            }
            | CommentState::Spam { revision: current } => {
                check_revision(current, revision)?;
                publish_or_wait(current, approval)
            }
            other => other.not_from("approved"),
        }
    }

    /// Refuses what waits. A public comment with a pending edit loses the edit only.
    pub fn reject(self, reason: String) -> Transition {
        match self {
            CommentState::Held { pending, .. } => Ok(CommentState::Rejected {
                revision: pending.revision,
                reason,
            }),
            CommentState::Published {
                live,
                pending: Some(_),
            } => Ok(CommentState::Published { live, pending: None }),
            other => other.not_from("rejected"),
        }
    }

    /// Calls it spam.
    pub fn spam(self) -> Transition {
        match self {
            CommentState::Held { pending, .. } => Ok(CommentState::Spam {
                revision: pending.revision,
            }),
            CommentState::Published { live, pending } => Ok(CommentState::Spam {
                revision: pending.map_or(live, |pending| pending.revision),
            }),
            other => other.not_from("called spam"),
        }
    }

    /// Takes a public comment down. A text that waited goes with it.
    pub fn remove(self, reason: String) -> Transition {
        match self {
            CommentState::Published { live, .. } => Ok(CommentState::Removed {
                revision: live,
                reason,
            }),
            other => other.not_from("removed"),
        }
    }

    /// Takes a public comment back into the queue.
    pub fn hold(self) -> Transition {
        match self {
            CommentState::Published { live, pending: None } => Ok(CommentState::Held {
                pending: Pending::new(live, vec![HoldReason::UNDER_REVIEW]),
                live: None,
            }),
            CommentState::Published {
                live,
                pending: Some(mut pending),
            } => {
                pending.reasons.push(HoldReason::UNDER_REVIEW);
                pending.approvals.clear();
                Ok(CommentState::Held {
                    pending,
                    live: Some(live),
                })
            }
            other => other.not_from("held"),
        }
    }

    /// Puts a removed comment back. It counts as an approval: where two must, it waits for the second.
    pub fn restore(self, revision: RevisionNumber, approval: Approval) -> Transition {
        match self {
            CommentState::Removed {
                revision: current, ..
            } => {
                check_revision(current, revision)?;
                publish_or_wait(current, approval)
            }
            other => other.not_from("restored"),
        }
    }

    /// Back into the queue.
    pub fn reopen(self) -> Transition {
        match self {
            CommentState::Rejected { revision, .. }
            | CommentState::Spam { revision }
            | CommentState::Removed { revision, .. } => Ok(CommentState::Held {
                pending: Pending::new(revision, vec![HoldReason::REOPENED]),
                live: None,
            }),
            other => other.not_from("reopened"),
        }
    }

    /// The author takes it back, at any time.
    pub fn withdraw(self) -> Transition {
        match self {
            CommentState::Withdrawn => CommentState::Withdrawn.not_from("withdrawn"),
            _ => Ok(CommentState::Withdrawn),
        }
    }

    /// Takes the latest decision back: the state `before` it. Where that shows a text which this state does not, it
    /// counts as an approval: where two must, it waits for the second. A newer text of the author's that waited beside
    /// it waits on, and is then what is decided. Where what is taken back was itself an undo (`redo`), the approvals
    /// that the undo took back stay so: nobody gives another's approval again.
    pub fn undo(self, before: CommentState, approval: Approval, redo: bool) -> Transition {
        if matches!(self, CommentState::Withdrawn) {
            return self.not_from("undone");
        }
        let shown_now = self.public_revision();
        match before {
            CommentState::Published { live, pending } if shown_now != Some(live) => {
                match (self.publish_again(live, approval)?, pending) {
                    (CommentState::Published { live, .. }, pending) => {
                        Ok(CommentState::Published { live, pending })
                    }
                    (_waits, Some(mut pending)) => {
                        if !pending.reasons.contains(&HoldReason::SECOND_APPROVAL) {
                            pending.reasons.push(HoldReason::SECOND_APPROVAL);
                        }
                        Ok(CommentState::Held {
                            pending,
                            live: Some(live),
                        })
                    }
                    (waiting, None) => Ok(waiting),
                }
            }
            before if redo => Ok(before.with_approvals_of(&self)),
            before => Ok(before),
        }
    }

    /// Makes `live` public, with the approvals that it has in this state where it waits in it.
    fn publish_again(self, live: RevisionNumber, approval: Approval) -> Transition {
        match self {
            CommentState::Held {
                pending: mut waiting,
                live: None,
            } if waiting.revision == live => {
                if !waiting.reasons.contains(&HoldReason::SECOND_APPROVAL) {
                    waiting.reasons.push(HoldReason::SECOND_APPROVAL);
                }
                Ok(match with_approval(waiting, approval)? {
                    Approved::Enough => CommentState::Published { live, pending: None },
                    Approved::More(pending) => CommentState::Held { pending, live: None },
                })
            }
            _ => publish_or_wait(live, approval),
        }
    }

    /// The state with those approvals of what waits that `other` has of the same text.
    fn with_approvals_of(mut self, other: &CommentState) -> CommentState {
        if let CommentState::Held { pending, .. }
        | CommentState::Published {
            pending: Some(pending),
            ..
        } = &mut self
        {
            let there = other.pending().filter(|there| there.revision == pending.revision);
            pending
                .approvals
                .retain(|by| there.is_some_and(|there| there.approvals.contains(by)));
        }
        self
    }

    /// The state with `found` among the reasons of what waits, each once: a moderator's own hold stands beside what the
    /// screens found.
    pub fn with_reasons(mut self, found: Vec<HoldReason>) -> CommentState {
        if let CommentState::Held { pending, .. }
        | CommentState::Published {
            pending: Some(pending),
            ..
        } = &mut self
        {
            for reason in found {
                if !pending.reasons.contains(&reason) {
                    pending.reasons.push(reason);
                }
            }
        }
        self
    }
}

enum Approved {
    Enough,
    More(Pending),
}

fn check_revision(current: RevisionNumber, named: RevisionNumber) -> Result<(), TransitionError> {
    if current == named {
        Ok(())
    } else {
        Err(TransitionError::RevisionChanged { current })
    }
}

fn with_approval(mut pending: Pending, approval: Approval) -> Result<Approved, TransitionError> {
    if approval.need <= 1 {
        return Ok(Approved::Enough);
    }
    if let Some(by) = approval.by {
        if pending.approvals.contains(&by) {
            return Err(TransitionError::ApprovedAlready);
        }
        pending.approvals.push(by);
    }
    Ok(if pending.approvals.len() >= approval.need {
        Approved::Enough
    } else {
        Approved::More(pending)
    })
}

fn publish_or_wait(revision: RevisionNumber, approval: Approval) -> Transition {
    let pending = Pending::new(revision, vec![HoldReason::SECOND_APPROVAL]);
    Ok(match with_approval(pending, approval)? {
        Approved::Enough => CommentState::Published {
            live: revision,
            pending: None,
        },
        Approved::More(pending) => CommentState::Held { pending, live: None },
    })
}
