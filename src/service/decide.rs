//! Deciding on a comment: the actions of DESIGN section 3's table that moderators have.

use std::sync::Arc;

use crate::app::App;
use crate::domain::account::Standing;
use crate::domain::clock::Micros;
use crate::domain::comment::{Approval, Comment, CommentState, HoldReason, RevisionNumber};
use crate::domain::decision::{Action, Actor, Decision, OWN_WORDS};
use crate::domain::finding::{Finding, Strength};
use crate::domain::id::{CommentId, DecisionId, PersonId, SiteId};
use crate::domain::person::Stance;
use crate::domain::report::ReportState;
use crate::domain::role::Right;
use crate::service::sessions::Staff;
use crate::service::{Result, ServiceError, judge_again, judging, tell_author};
use crate::storage::Tx;
use crate::storage::stores::decisions::Note;
use crate::storage::stores::jobs::StoredJob;

/// The rule of a screen that did not finish.
const SCREEN_FAILED: &str = "screen_failed";

const TEXT_LIMIT: usize = 4_000;
/// The longest reason in bytes.
pub(super) const REASON_LIMIT: usize = 200;

/// A decision to take.
#[derive(Debug, Clone)]
pub struct NewDecision {
    /// What to do.
    pub action: Action,
    /// The revision that was read. Approve and restore need it; others check it where it is given.
    pub revision: Option<RevisionNumber>,
    /// Why, as told to the author: of the site's list, or a sentence.
    pub reason: Option<String>,
    /// For other moderators.
    pub note: Option<String>,
    /// Approve although the author cannot be reached.
    pub override_no_contact: bool,
    /// The latest decision that was seen; where it is given, a later one is a conflict.
    pub seen: Option<DecisionId>,
}

/// Takes a decision.
///
/// # Errors
/// `comment_not_found` (also where the staff have no right to see the site), `forbidden`, `revision_changed`,
/// `wrong_state`, `nothing_reported`, `decided_since`, `reason_needed`, `override_needed`, `own_comment`, `approved_already`, `account_needed`,
/// `nothing_to_undo`; `findings_changed` where the text was judged on an older register and the present one says
/// something else of it: that is stored, and to be read before the text is made public.
pub fn decide(app: &App, staff: &Staff, id: CommentId, new: NewDecision) -> Result<()> {
    validate(&new)?;
    let now = app.clock.now();
    let mut salt = [0u8; 16];
    app.rng.fill(&mut salt);
    let decision = DecisionId::new(now, app.rng.as_ref());
    let write = Write {
        id,
        staff: staff.clone(),
        new,
        now,
        decision,
        salt,
        letter: tell_author::job(app, id, decision, now),
    };
    let write = Arc::new(write);
    for _ in 0..=judging::TRIES {
        let again = Arc::clone(&write);
        match app.db.write(move |tx| again.run(tx))? {
            Taken::Done => return Ok(()),
            Taken::Outdated(revision) => {
                if judge_again::judge_again(app, id, revision)? == judge_again::Outcome::Changed {
                    return Err(ServiceError::conflict(
                        "findings_changed",
                        "the register has changed since the comment was checked; see what it says now, and decide again",
                    ));
                }
            }
        }
    }
    Err(ServiceError::conflict(
        "facts_changed",
        "the site changed while the comment was checked; send it again",
    ))
}

/// What became of a try to take a decision.
enum Taken {
    Done,
    /// The revision to be made public must be judged again first.
    Outdated(RevisionNumber),
}

fn validate(new: &NewDecision) -> Result<()> {
    if matches!(new.action, Action::Post | Action::Edit | Action::Withdraw) {
        return Err(ServiceError::invalid("/action", "action_not_for_moderators"));
    }
    if matches!(new.action, Action::Approve | Action::Restore) && new.revision.is_none() {
        return Err(ServiceError::invalid("/revision", "revision_needed"));
    }
    let reason = new.reason.as_deref().map(str::trim).unwrap_or("");
    if matches!(new.action, Action::Reject | Action::Remove) && reason.is_empty() {
        return Err(ServiceError::invalid("/reason", "reason_needed"));
    }
    if reason.len() > REASON_LIMIT || reason.contains('\0') {
        return Err(ServiceError::invalid("/reason", "reason_invalid"));
    }
    if new
        .note
        .as_deref()
        .is_some_and(|note| note.len() > TEXT_LIMIT || note.contains('\0'))
    {
        return Err(ServiceError::invalid("/note", "note_invalid"));
    }
    Ok(())
}

struct Write {
    id: CommentId,
    staff: Staff,
    new: NewDecision,
    now: Micros,
    decision: DecisionId,
    salt: [u8; 16],
    letter: StoredJob,
}

impl Write {
    fn run(&self, tx: &mut dyn Tx) -> Result<Taken> {
        let comment = tx
            .comment(self.id)?
            .filter(|comment| self.staff.may(Right::See, comment.site_id));
        let comment = comment.ok_or(ServiceError::not_found("comment_not_found"))?;
        if !self.staff.may(Right::Decide, comment.site_id) {
            return Err(ServiceError::forbidden("forbidden"));
        }
        // Before what was decided since: an edit is a decision too, and its author's, not somebody's who was quicker.
        if let (Some(named), Some(current)) = (self.new.revision, to_decide(&comment.state))
            && named != current
        {
            return Err(ServiceError::revision_changed(current));
        }
        let latest = match (self.new.seen, self.new.action) {
            (None, action) if action != Action::Undo => None,
            _ => tx.latest_decision(comment.id)?,
        };
        if let (Some(seen), Some(latest)) = (self.new.seen, &latest)
            && seen != latest.id
        {
            return Err(ServiceError::conflict(
                "decided_since",
                "somebody else decided on the comment since it was looked at",
            ));
        }
        let undone = latest.filter(|_| self.new.action == Action::Undo);
        if let Some(revision) = self.brought_forward(tx, &comment)?
            && judge_again::is_due(tx, &comment, revision)?
        {
            return Ok(Taken::Outdated(revision));
        }
        let undone = match undone {
            Some(latest) => Some(Undone::of(tx, latest)?),
            None => None,
        };
        let reason = self.reason(tx, &comment, undone.as_ref())?;
        let after = self.after(tx, &comment, undone.as_ref(), reason.word.as_deref())?;
        let edited_at = match (after.current_revision(), after.public_revision()) {
            // The first text is no edited one, also where an undo brings it back.
            (Some(1), _) => None,
            (_, Some(live)) if comment.state.public_revision() != Some(live) => Some(self.now),
            _ => comment.edited_at,
        };
        tx.set_state(&comment, &after, edited_at, self.now)?;
        let note = self.new.note.as_deref().filter(|note| !note.trim().is_empty());
        let note = (note.is_some() || reason.own_words.is_some()).then(|| Note {
            salt: self.salt,
            text: note.unwrap_or_default().to_owned(),
            words: reason.own_words,
        });
        tx.insert_decision(
            &Decision {
                id: self.decision,
                site_id: comment.site_id,
                comment_id: comment.id,
                action: self.new.action,
                actor: self.staff.actor(),
                revision: self
                    .new
                    .revision
                    .or(comment.state.pending().map(|pending| pending.revision)),
                before: Some(comment.state.clone()),
                after: after.clone(),
                reason: reason.word,
                at: self.now,
                note_digest: note.as_ref().map(Note::digest),
            },
            note.as_ref(),
        )?;
        let taken = match &undone {
            Some(undone) if undone.redo => Some(undone.action),
            Some(_) => None,
            None => Some(self.new.action),
        };
        if matches!(taken, Some(Action::Reject | Action::Remove)) {
            tx.enqueue(&self.letter)?;
        }
        if let Some(undone) = &undone {
            self.take_back(tx, &comment, &after, undone)?;
        }
        if let Some(taken) = taken {
            self.settle(tx, &comment, &after, taken)?;
        }
        Ok(Taken::Done)
    }

    /// The revision that the decision makes public or brings nearer to it, where it does.
    fn brought_forward(&self, tx: &mut dyn Tx, comment: &Comment) -> Result<Option<RevisionNumber>> {
        Ok(match self.new.action {
            Action::Approve | Action::Restore => self.new.revision,
            Action::Undo => undoable(tx, comment)?
                .public_revision()
                .filter(|live| comment.state.public_revision() != Some(*live)),
            _ => None,
        })
    }

    /// The reason given, or that of the action that is taken again.
    fn reason(&self, tx: &mut dyn Tx, comment: &Comment, undone: Option<&Undone>) -> Result<Reason> {
        let given = self.new.reason.as_deref().map(str::trim);
        let Some(given) = given.filter(|reason| !reason.is_empty()) else {
            return Ok(undone.map(Undone::reason).unwrap_or_default());
        };
        let site = tx
            .site(comment.site_id)?
            .ok_or(ServiceError::inconsistent("comments", "site_id"))?;
        Ok(if site.policy.reasons.iter().any(|listed| listed == given) {
            Reason {
                word: Some(given.to_owned()),
                own_words: None,
            }
        } else {
            Reason {
                word: Some(OWN_WORDS.to_owned()),
                own_words: Some(given.to_owned()),
            }
        })
    }

    fn after(
        &self,
        tx: &mut dyn Tx,
        comment: &Comment,
        undone: Option<&Undone>,
        reason: Option<&str>,
    ) -> Result<CommentState> {
        let state = comment.state.clone();
        let named = self.new.revision;
        let mut waits_anew = matches!(
            self.new.action,
            Action::Approve | Action::Restore | Action::Hold | Action::Reopen
        );
        let after = match self.new.action {
            Action::Approve => {
                let revision = named.unwrap_or(0);
                let approval = self.approval(tx, comment, revision)?;
                state.approve(revision, approval)?
            }
            Action::Restore => {
                let revision = named.unwrap_or(0);
                let approval = self.approval(tx, comment, revision)?;
                state.restore(revision, approval)?
            }
            Action::Reject => state.reject(reason.unwrap_or_default().to_owned())?,
            Action::Remove => state.remove(reason.unwrap_or_default().to_owned())?,
            Action::Spam => state.spam()?,
            Action::Hold => state.hold()?,
            Action::Reopen => state.reopen()?,
            Action::Dismiss => {
                let counts = tx.report_counts(&[comment.id])?;
                if counts.iter().all(|(_, reports)| reports.open == 0) {
                    return Err(ServiceError::conflict(
                        "nothing_reported",
                        "the comment has no open report",
                    ));
                }
                state
            }
            Action::Undo => {
                let before = undoable(tx, comment)?;
                let approval = match before.public_revision() {
                    Some(live) if state.public_revision() != Some(live) => {
                        waits_anew = true;
                        self.approval(tx, comment, live)?
                    }
                    _ => Approval { by: None, need: 1 },
                };
                let changes = before != state;
                let after = state.undo(before, approval, undone.is_some_and(|undone| undone.redo))?;
                if changes && after == comment.state {
                    return Err(ServiceError::conflict(
                        "nothing_to_undo",
                        "what was taken back last was an approval; whoever gave it can approve again",
                    ));
                }
                after
            }
            Action::Post | Action::Edit | Action::Withdraw => {
                return Err(ServiceError::invalid("/action", "action_not_for_moderators"));
            }
        };
        // So that the queue's filter by reason finds it, and the next moderator sees why.
        match after.pending().filter(|_| waits_anew) {
            Some(pending) => {
                let found = tx.findings(comment.id, pending.revision)?;
                let holding = found
                    .iter()
                    .filter(|finding| finding.strength == Strength::Hold)
                    .map(|finding| HoldReason::of_rule(&finding.rule))
                    .collect();
                Ok(after.with_reasons(holding))
            }
            None => Ok(after),
        }
    }

    /// Who approves a revision and how many must, after what forbids it: nobody approves a comment of their own that
    /// names a person, or of which the screens could not say; one that names a person needs a way to reach its author, or an explicit override; a program
    /// is never one of two.
    fn approval(&self, tx: &mut dyn Tx, comment: &Comment, revision: RevisionNumber) -> Result<Approval> {
        let findings = tx.findings(comment.id, revision)?;
        let may_name = findings
            .iter()
            .any(|finding| finding.mention.is_some() || finding.rule.as_str() == SCREEN_FAILED);
        let by = self.staff.account();
        if may_name {
            let author = tx.membership_by_id(comment.membership_id)?;
            if by.is_some() && author.map(|author| author.account_id) == by {
                return Err(ServiceError::forbidden("own_comment"));
            }
        }
        let no_contact = findings
            .iter()
            .any(|finding| finding.rule.as_str() == HoldReason::NO_CONTACT.as_str());
        if no_contact && !self.new.override_no_contact {
            return Err(ServiceError::conflict(
                "override_needed",
                "the comment names a person and its author cannot be reached; approve it with \"override\": true",
            ));
        }
        let two = needs_two(tx, comment, &findings)?;
        if two && by.is_none() {
            return Err(ServiceError::forbidden("account_needed"));
        }
        Ok(Approval {
            by,
            need: if two { 2 } else { 1 },
        })
    }

    /// What follows from an action: an author's first approved comment makes them known, and open reports are closed
    /// where what was reported was found in order or is public no longer.
    fn settle(&self, tx: &mut dyn Tx, comment: &Comment, after: &CommentState, taken: Action) -> Result<()> {
        let is_public = after.public_revision().is_some();
        match taken {
            Action::Approve if is_public => {
                let author = tx.membership_by_id(comment.membership_id)?;
                if let Some(author) = author.filter(|author| author.standing == Standing::New) {
                    tx.set_standing(author.id, Standing::Known)?;
                }
                tx.close_reports(comment.id, ReportState::NoAction, self.now)?;
            }
            Action::Dismiss => {
                tx.close_reports(comment.id, ReportState::NoAction, self.now)?;
            }
            Action::Restore if is_public => {
                tx.close_reports(comment.id, ReportState::NoAction, self.now)?;
            }
            Action::Reject | Action::Spam | Action::Remove if !is_public => {
                tx.close_reports(comment.id, ReportState::ActedOn, self.now)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// What follows from taking a decision back: the reports that it closed are open again, and an author whom an
    /// approval made known is new again.
    fn take_back(
        &self,
        tx: &mut dyn Tx,
        comment: &Comment,
        after: &CommentState,
        undone: &Undone,
    ) -> Result<()> {
        tx.reopen_reports(comment.id, undone.latest.at)?;
        if !undone.redo && undone.action == Action::Approve && after.public_revision().is_none() {
            let author = tx.membership_by_id(comment.membership_id)?;
            if let Some(author) = author.filter(|author| author.standing == Standing::Known)
                && !tx.has_public_comment(author.id, comment.id)?
            {
                tx.set_standing(author.id, Standing::New)?;
            }
        }
        Ok(())
    }
}

/// Why, in two parts: what is sealed as it stands, and what can be erased.
#[derive(Debug, Clone, Default)]
struct Reason {
    /// A reason of the site's list, or [`OWN_WORDS`].
    word: Option<String>,
    /// The moderator's own words.
    own_words: Option<String>,
}

/// A decision's reason: the moderator's own words while they are kept.
pub(super) fn reason_told(decision: &Decision, note: Option<&Note>) -> Option<String> {
    note.and_then(|note| note.words.clone())
        .or(decision.reason.clone())
}

/// What an undo is about.
struct Undone {
    /// The latest decision, which is taken back.
    latest: Decision,
    /// The action that is taken back or, where the latest decision was itself an undo of it, taken again.
    action: Action,
    /// Its reason.
    reason: Reason,
    /// Whether it is taken again.
    redo: bool,
}

impl Undone {
    fn of(tx: &mut dyn Tx, latest: Decision) -> Result<Self> {
        if latest.action != Action::Undo {
            return Ok(Self {
                action: latest.action,
                reason: Reason::default(),
                redo: false,
                latest,
            });
        }
        let decisions = tx.decisions(latest.comment_id)?;
        let undos = decisions
            .iter()
            .rev()
            .take_while(|(decision, _note)| decision.action == Action::Undo)
            .count();
        let first = decisions
            .len()
            .checked_sub(undos + 1)
            .and_then(|at| decisions.get(at));
        let (first, note) = first.ok_or(ServiceError::inconsistent("decisions", "action"))?;
        Ok(Self {
            action: first.action,
            reason: Reason {
                word: first.reason.clone(),
                own_words: note.as_ref().and_then(|note| note.words.clone()),
            },
            redo: undos % 2 == 1,
            latest,
        })
    }

    /// The reason of an action that is taken again; none where one is taken back.
    fn reason(&self) -> Reason {
        if self.redo {
            self.reason.clone()
        } else {
            Reason::default()
        }
    }
}

/// Whether two must approve a text with these findings: somebody is surely named whose stance now is `two`, or the
/// screens could not say who is named and such a person is on the register.
fn needs_two(tx: &mut dyn Tx, comment: &Comment, findings: &[Finding]) -> Result<bool> {
    if failed(findings) {
        return register_has_two(tx, comment.site_id);
    }
    Ok(tx
        .people_by_ids(&surely_named(findings))?
        .iter()
        .any(|person| person.stance == Stance::Two))
}

/// Whether a screen did not finish, so that it cannot be said who is named.
pub(super) fn failed(findings: &[Finding]) -> bool {
    findings
        .iter()
        .any(|finding| finding.rule.as_str() == SCREEN_FAILED)
}

/// Whether somebody is on the site's register for whom two must approve.
pub(super) fn register_has_two(tx: &mut dyn Tx, site: SiteId) -> Result<bool> {
    Ok(tx.people(site)?.iter().any(|person| person.stance == Stance::Two))
}

/// Those who are surely named, or named so that it holds.
pub(super) fn surely_named(findings: &[Finding]) -> Vec<PersonId> {
    findings
        .iter()
        .filter_map(|finding| finding.mention.as_ref().map(|mention| (finding, mention)))
        .filter(|(finding, mention)| mention.tier.is_sure() || finding.strength == Strength::Hold)
        .map(|(_, mention)| mention.person_id)
        .collect()
}

/// The revision that a decision is about: what waits, else what is shown or was judged.
fn to_decide(state: &CommentState) -> Option<RevisionNumber> {
    state
        .pending()
        .map(|pending| pending.revision)
        .or(state.current_revision())
}

/// The state before the comment's latest decision, where a moderator or a program took it.
fn undoable(tx: &mut dyn Tx, comment: &Comment) -> Result<CommentState> {
    let latest = tx.latest_decision(comment.id)?;
    let taken = latest.filter(|decision| matches!(decision.actor, Actor::Moderator(_) | Actor::Token(_)));
    taken
        .and_then(|decision| decision.before)
        .ok_or(ServiceError::conflict(
            "nothing_to_undo",
            "the latest decision on this comment is not a moderator's",
        ))
}
