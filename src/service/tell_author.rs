//! Telling an author that a comment was rejected or removed: why, and how to answer. A minute after the decision, so
//! that one that is taken back at once is never heard of; and only while it is the last word on the comment.

use std::time::Duration;

use crate::app::App;
use crate::domain::clock::Micros;
use crate::domain::comment::{CommentState, HoldReason};
use crate::domain::decision::Decision;
use crate::domain::id::{CommentId, DecisionId};
use crate::domain::page::Page;
use crate::domain::site::Site;
use crate::domain::text::EmailAddress;
use crate::jobs::Job;
use crate::mail::{self, Letter, Line, NotPublished};
use crate::service::decide::reason_told;
use crate::service::run_job::{self, address_of, deliver, letters_hash, own_page, reachable, stop_url};
use crate::service::views::place_of;
use crate::service::{Result, ServiceError};
use crate::signin::stop_link::Stops;
use crate::storage::Tx;
use crate::storage::stores::accounts::Identity;
use crate::storage::stores::jobs::StoredJob;

/// Between a decision and its letter.
const WAIT: Duration = Duration::from_secs(60);

/// The job that sends a decision's letter, for the outbox.
pub(super) fn job(app: &App, comment: CommentId, decision: DecisionId, now: Micros) -> StoredJob {
    StoredJob {
        run_at: now.plus(WAIT),
        ..Job::TellAuthor { comment, decision }.to_stored(now, app.rng.as_ref())
    }
}

/// What the letter is made of.
struct Facts {
    decision: Decision,
    reason: Option<String>,
    posted_at: Micros,
    text: String,
    site: Site,
    page: Page,
    identity: Identity,
}

/// Sends the letter, if there is still something to tell and somebody to tell it to.
pub(super) fn send(
    app: &App,
    stored: &StoredJob,
    comment: CommentId,
    decision: DecisionId,
) -> Result<run_job::Outcome> {
    let Some(facts) = app.db.read(|tx| facts(tx, comment, decision))? else {
        return Ok(run_job::Outcome::Done);
    };
    let written = address_of(app, &facts.identity).and_then(|to| {
        let letter = letter(app, &facts, &to)?;
        Ok((to, letter))
    });
    Ok(match written {
        Ok((to, letter)) => deliver(app, stored, &to, &letter)?,
        Err(error) => run_job::Outcome::Hopeless(error),
    })
}

fn facts(tx: &mut dyn Tx, comment: CommentId, decision: DecisionId) -> Result<Option<Facts>> {
    let Some(comment) = tx.comment(comment)? else {
        return Ok(None);
    };
    // Undone, withdrawn, decided otherwise or edited since: there is a newer word.
    let latest = tx.decisions(comment.id)?.pop();
    let Some((decision, note)) = latest.filter(|(latest, _note)| latest.id == decision) else {
        return Ok(None);
    };
    let author = tx
        .membership_by_id(comment.membership_id)?
        .ok_or(ServiceError::inconsistent("comments", "membership_id"))?;
    let Some(identity) = reachable(tx, author.account_id)? else {
        return Ok(None);
    };
    let (site, page) = place_of(tx, &comment)?;
    let before = decision.before.as_ref().and_then(CommentState::current_revision);
    let text = match decision.revision.or(before) {
        Some(revision) => tx.revisions(&[(comment.id, revision)])?.pop(),
        None => None,
    };
    Ok(Some(Facts {
        text: text
            .map(|revision| revision.source.as_str().to_owned())
            .unwrap_or_default(),
        reason: reason_told(&decision, note.as_ref()),
        decision,
        posted_at: comment.created_at,
        site,
        page,
        identity,
    }))
}

fn letter(app: &App, facts: &Facts, to: &EmailAddress) -> std::result::Result<Letter, String> {
    // By what it led to: an undo that takes a removal again is one.
    let outcome = match &facts.decision.after {
        CommentState::Removed { .. } => mail::Outcome::Removed,
        CommentState::Published { .. } => mail::Outcome::EditRejected,
        _ => mail::Outcome::Rejected,
    };
    // An address that nobody has confirmed may be anybody's choice: the site's own is linked instead.
    let blog = facts.site.origins.first().map(|origin| origin.as_str());
    let page_url = facts.page.address.public().or(blog).unwrap_or_default().parse();
    Ok(Letter::NotPublished(NotPublished {
        lang: facts.site.policy.lang.clone(),
        site_name: Line::of(&facts.site.name),
        page: Line::of(
            facts
                .page
                .title
                .public()
                .or(facts.page.address.public())
                .unwrap_or(&facts.site.name),
        ),
        page_url: page_url.map_err(|error: url::ParseError| error.to_string())?,
        posted_on: facts.posted_at.to_date(),
        text: facts.text.clone(),
        outcome,
        reason: told(facts.reason.as_deref().unwrap_or_default()),
        about_url: own_page(app, &format!("/sites/{}/about", facts.site.slug))?,
        stop_url: stop_url(app, Stops::Notices, &letters_hash(app, &facts.identity, to))?,
    }))
}

/// The reason as the author may read it: a word that tells of the register becomes one that does not.
pub(super) fn told(reason: &str) -> String {
    HoldReason::from_storage(reason.to_owned())
        .for_author()
        .to_owned()
}
