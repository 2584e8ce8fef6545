//! Telling moderators that comments wait, and that public ones were reported: the first at once, then what has gathered, at most one letter in ten minutes a
//! site. What waits is noted in the transaction that makes it wait; one job gathers it and queues a letter to each
//! moderator, so that one address's trouble is not another's. What was decided meanwhile is left out when a letter is
//! written, and a letter of which nothing is left is not sent.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::app::App;
use crate::domain::comment::{Comment, CommentState, RevisionNumber};
use crate::domain::finding::Strength;
use crate::domain::id::{AccountId, CommentId, MembershipId, PageId, PersonId, SiteId};
use crate::domain::person::Person;
use crate::domain::report::{Report, ReportState};
use crate::domain::site::{LetterReaders, Site};
use crate::jobs::Job;
use crate::mail::{CommentsWait, Contents, Letter, Line, WaitingComment};
use crate::service::run_job::{Outcome, address_of, deliver, letters_hash, own_page, reachable, stop_url};
use crate::service::{Result, ServiceError};
use crate::signin::stop_link::Stops;
use crate::storage::Tx;
use crate::storage::stores::accounts::Identity;
use crate::storage::stores::comments::TextId;
use crate::storage::stores::jobs::StoredJob;
use crate::storage::stores::letters::Telling;

/// Between two letters about one site.
const PAUSE: Duration = Duration::from_secs(10 * 60);

/// Comments that a letter tells of; the rest is counted.
const TOLD: usize = 20;

/// Comments that are looked up together.
const AT_ONCE: usize = 500;

/// Reports that are looked up for each comment in a letter.
const REPORTS: i64 = 20;

/// Notes that a comment waits, if its new state says so, and queues `job` where none is under way. `job` is a
/// [`Job::TellModerators`] of the site, made outside the transaction.
pub(super) fn note(
    tx: &mut dyn Tx,
    site: &Site,
    comment: &Comment,
    state: &CommentState,
    job: &StoredJob,
) -> Result<()> {
    if state.pending().is_none() {
        return Ok(());
    }
    note_any(tx, site, comment.id, job)
}

/// Notes that a comment was reported: that is told in the same letters.
pub(super) fn note_reported(tx: &mut dyn Tx, site: &Site, comment: CommentId, job: &StoredJob) -> Result<()> {
    note_any(tx, site, comment, job)
}

fn note_any(tx: &mut dyn Tx, site: &Site, comment: CommentId, job: &StoredJob) -> Result<()> {
    if site.policy.waiting_letters == LetterReaders::Nobody {
        return Ok(());
    }
    if let Telling::ToQueue { told_at } = tx.note_waiting(site.id, comment)? {
        let now = job.created_at;
        let run_at = told_at.map_or(now, |told_at| told_at.plus(PAUSE).max(now));
        tx.enqueue(&StoredJob {
            run_at,
            ..job.clone()
        })?;
    }
    Ok(())
}

/// Gathers what waits, queues the letters, and ends the job in the same transaction: done twice, it would tell twice.
pub(super) fn gather(app: &App, stored: &StoredJob, site: SiteId) -> Result<Outcome> {
    let (job, now, rng) = (stored.id, app.clock.now(), app.rng.clone());
    app.db.write(move |tx| {
        let mut waiting = Vec::new();
        for ids in tx.take_waiting(site)?.chunks(AT_ONCE) {
            let comments = tx.comments(ids)?;
            let reported = tx.report_counts(ids)?;
            let is_reported = |id: CommentId| reported.iter().any(|(of, count)| *of == id && count.open > 0);
            let still = comments
                .iter()
                .filter(|comment| comment.state.pending().is_some() || is_reported(comment.id));
            waiting.extend(still.map(|comment| comment.id));
        }
        // Ids are ordered by time.
        waiting.sort();
        let readers = readers(tx, site)?;
        if !waiting.is_empty() && !readers.is_empty() {
            tx.set_told(site, now)?;
            let more = waiting.len().saturating_sub(TOLD);
            waiting.truncate(TOLD);
            for account in readers {
                let letter = Job::SendWaiting {
                    site,
                    account,
                    comments: waiting.clone(),
                    more: u32::try_from(more).unwrap_or(u32::MAX),
                };
                tx.enqueue(&letter.to_stored(now, rng.as_ref()))?;
            }
        }
        Ok::<_, ServiceError>(tx.finish_job(job)?)
    })?;
    Ok(Outcome::Settled)
}

/// The accounts that a site's letters go to.
fn readers(tx: &mut dyn Tx, site: SiteId) -> Result<Vec<AccountId>> {
    let Some(site) = tx.site(site)? else {
        return Ok(Vec::new());
    };
    let readers = site.policy.waiting_letters;
    let staff = tx.staff(site.id)?;
    Ok(staff
        .into_iter()
        .filter(|(_account, role)| readers.include(*role))
        .map(|(account, _role)| account)
        .collect())
}

/// Sends one moderator the letter about those of the comments that still wait.
pub(super) fn send(
    app: &App,
    stored: &StoredJob,
    site: SiteId,
    account: AccountId,
    comments: &[CommentId],
    more: u32,
) -> Result<Outcome> {
    let Some((site, identity, waiting)) = app.db.read(|tx| facts(tx, site, account, comments))? else {
        return Ok(Outcome::Done);
    };
    let written = address_of(app, &identity).and_then(|to| {
        // Held ones alone, or the queue that has reported ones on top.
        let held = waiting.iter().all(|comment| comment.reports.is_empty());
        let filter = if held { "&state=held" } else { "" };
        let letter = Letter::CommentsWait(CommentsWait {
            lang: site.policy.lang.clone(),
            site_name: Line::of(&site.name),
            comments: waiting,
            more: usize::try_from(more).unwrap_or(usize::MAX),
            desk_url: own_page(app, &format!("/desk?site={}{filter}", site.slug))?,
            stop_url: stop_url(app, Stops::Notices, &letters_hash(app, &identity, &to))?,
        });
        Ok((to, letter))
    });
    Ok(match written {
        Ok((to, letter)) => deliver(app, stored, &to, &letter)?,
        Err(error) => Outcome::Hopeless(error),
    })
}

/// What a letter says; nothing where there is nobody to tell any more, or nothing.
fn facts(
    tx: &mut dyn Tx,
    site: SiteId,
    account: AccountId,
    comments: &[CommentId],
) -> Result<Option<(Site, Identity, Vec<WaitingComment>)>> {
    // Since the letter was queued, they may have lost the role, or the owner may have chosen otherwise.
    if !readers(tx, site)?.contains(&account) {
        return Ok(None);
    }
    let (Some(site), Some(identity)) = (tx.site(site)?, reachable(tx, account)?) else {
        return Ok(None);
    };
    let waiting = told(tx, &site, comments)?;
    Ok((!waiting.is_empty()).then_some((site, identity, waiting)))
}

/// A comment that a moderator has to look at.
struct ToTell<'a> {
    comment: &'a Comment,
    /// The text to decide on: what waits, else what is public.
    revision: RevisionNumber,
    /// Why it waits; nothing of a public comment that was reported.
    reasons: Vec<String>,
    /// Its open reports.
    reports: Vec<&'a Report>,
}

impl<'a> ToTell<'a> {
    fn of(comment: &'a Comment, reports: &'a [Report]) -> Option<Self> {
        let open = |report: &&Report| report.comment_id == comment.id && report.state == ReportState::Open;
        let reports: Vec<&Report> = reports.iter().filter(open).collect();
        match comment.state.pending() {
            Some(pending) => Some(Self {
                comment,
                revision: pending.revision,
                reasons: pending.reasons.iter().map(ToString::to_string).collect(),
                reports,
            }),
            None if reports.is_empty() => None,
            None => Some(Self {
                comment,
                revision: comment.state.public_revision()?,
                reasons: Vec::new(),
                reports,
            }),
        }
    }

    /// Whether another text was approved before the one that waits.
    fn is_edit(&self) -> bool {
        match &self.comment.state {
            CommentState::Held { live, .. } => live.is_some(),
            CommentState::Published { pending, .. } => pending.is_some(),
            _ => false,
        }
    }
}

/// The comments in the letter, those that still wait, in the order given.
fn told(tx: &mut dyn Tx, site: &Site, ids: &[CommentId]) -> Result<Vec<WaitingComment>> {
    let mut comments = tx.comments(ids)?;
    comments.sort_by_key(|comment| ids.iter().position(|id| *id == comment.id));
    let reports = tx.reports(ids, REPORTS)?;
    let waiting: Vec<ToTell> = comments
        .iter()
        .filter_map(|comment| ToTell::of(comment, &reports))
        .collect();
    let authors: Vec<MembershipId> = waiting.iter().map(|it| it.comment.membership_id).collect();
    let authors = tx.memberships(&authors)?;
    let pages: Vec<PageId> = waiting.iter().map(|it| it.comment.page_id).collect();
    let pages = tx.pages(&pages)?;
    let texts: Vec<TextId> = waiting
        .iter()
        .filter(|_| site.policy.waiting_letters_text)
        .map(|it| (it.comment.id, it.revision))
        .collect();
    let revisions = tx.revisions(&texts)?;
    let findings = tx.findings_of(&texts)?;
    let marked = findings
        .iter()
        .filter(|(_, finding)| finding.strength >= Strength::Flag)
        .filter_map(|(text, finding)| Some((text.0, finding.mention.as_ref()?.person_id)));
    let named: Vec<(CommentId, PersonId)> = marked.collect();
    let people: BTreeSet<PersonId> = named.iter().map(|(_, person)| *person).collect();
    let people = tx.people_by_ids(&Vec::from_iter(people))?;
    let mut letter = Vec::with_capacity(waiting.len());
    for to_tell in waiting {
        let comment = to_tell.comment;
        let author = authors
            .iter()
            .find(|author| author.id == comment.membership_id)
            .ok_or(ServiceError::inconsistent("comments", "membership_id"))?;
        let page = pages
            .iter()
            .find(|page| page.id == comment.page_id)
            .ok_or(ServiceError::inconsistent("comments", "page_id"))?;
        let contents = if site.policy.waiting_letters_text {
            let revision = revisions
                .iter()
                .find(|revision| revision.comment_id == comment.id)
                .ok_or(ServiceError::inconsistent("revisions", "number"))?;
            let of_comment = named.iter().filter(|(id, _)| *id == comment.id);
            Some(Contents {
                text: revision.source.as_str().to_owned(),
                named: names(of_comment.map(|(_, person)| *person), &people),
            })
        } else {
            None
        };
        letter.push(WaitingComment {
            author: Line::of(author.name.as_str()),
            page: Line::of(page.title.public().unwrap_or(page.address.as_str())),
            is_edit: to_tell.is_edit(),
            reports: to_tell.reports.iter().map(|report| report.reason).collect(),
            reasons: to_tell.reasons,
            contents,
        });
    }
    Ok(letter)
}

/// The names of people, each once, in their order.
fn names(ids: impl Iterator<Item = PersonId>, people: &[Person]) -> Vec<Line> {
    let mut once: Vec<PersonId> = Vec::new();
    for id in ids {
        if !once.contains(&id) {
            once.push(id);
        }
    }
    once.iter()
        .filter_map(|id| people.iter().find(|person| person.id == *id))
        .map(|person| Line::of(&person.name))
        .collect()
}
