//! The transitions between the states of a comment. Each consumes the state; a wrong one is an error.

use super::{
    Approval, CommentState, HoldReason, Pending, RevisionNumber, TransitionError, Verdict, WhileChecked,
};

type Transition = Result<CommentState, TransitionError>;

/// Holds that a moderator set, or that wait for one: an edit does not wash them off.
const STICKING: [HoldReason; 3] = [
    HoldReason::UNDER_REVIEW,
    HoldReason::REOPENED,
    HoldReason::SECOND_APPROVAL,
];

impl CommentState {
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
