//! Editing and withdrawing one's own comment. An edit is judged like a post.

use std::sync::Arc;

use crate::app::App;
use crate::domain::clock::Micros;
use crate::domain::comment::{Comment, Revision, RevisionNumber, WhileChecked};
use crate::domain::decision::{Action, Actor, Decision};
use crate::domain::finding::Finding;
use crate::domain::id::{CommentId, DecisionId, FindingId};
use crate::domain::site::Site;
use crate::domain::text::CommentSource;
use crate::jobs::Job;
use crate::limits::{self, Key};
use crate::screening::{self, Draft, Judgement};
use crate::service::judging::{self, Gathered, Place};
use crate::service::post_comment::{invalid_source, seen_by_readers};
use crate::service::sessions::Reader;
use crate::service::{Client, Result, ServiceError, tell_moderators};
use crate::storage::Tx;
use crate::storage::stores::jobs::StoredJob;

/// So many texts a comment can have. All are kept, and somebody has to look at them.
pub const MOST_TEXTS: RevisionNumber = 50;

/// A new text for a comment.
#[derive(Debug, Clone)]
pub struct Edit {
    /// The Markdown.
    pub body: String,
    /// What is public while the new text waits.
    pub while_checked: WhileChecked,
}

/// Until when the author may edit a comment.
pub fn editable_until(site: &Site, comment: &Comment) -> Micros {
    comment.created_at.plus(site.policy.edit_window)
}

/// Sends a new text for one's own comment.
///
/// # Errors
/// `comment_not_found` where it is not the reader's own, `edit_window_over`, `not_editable`, `too_many_edits`, and all that a post may be
/// refused for.
pub fn edit_comment(app: &App, reader: &Reader, client: Client, id: CommentId, edit: Edit) -> Result<()> {
    let source = CommentSource::parse(&edit.body).map_err(invalid_source)?;
    app.limits.check(
        limits::Action::Edit,
        &[Key::Account(reader.account), client.address_key()],
    )?;
    // Where the claims can be checked is said once, with the post, and stays said.
    let source_url = app.db.read(|tx| {
        let comment = own(tx, reader, id)?;
        let newest = tx.revision(comment.id, comment.last_revision)?;
        Ok::<_, ServiceError>(newest.and_then(|revision| revision.source_url))
    })?;
    let prepared = screening::prepare(Draft {
        source: &source,
        name: &reader.membership.name,
        source_url: source_url.as_deref(),
    });
    seen_by_readers(&prepared)?;
    let name_key = screening::name_key(&reader.membership.name);
    let author = reader.clone();

    for attempt in 0..=judging::TRIES {
        let last = attempt == judging::TRIES;
        let now = app.clock.now();
        let (place, facts) = app.db.read(|tx| {
            let comment = own(tx, &author, id)?;
            let place = Place::of(&comment);
            let facts = judging::gather(tx, &place, &prepared.fingerprint(), &name_key)?;
            editable(&facts.site, &comment, now)?;
            Ok::<_, ServiceError>((place, facts))
        })?;
        let register = judging::register_of(app, &facts.site)?;
        let mut judgement = facts.judge(&prepared, &register);
        if last {
            judgement = judging::held_for_change(judgement);
        }
        let write = Write {
            id,
            author: author.clone(),
            place,
            facts,
            last,
            findings: judging::with_ids(app, &judgement.findings, now),
            judgement,
            while_checked: edit.while_checked,
            source: source.clone(),
            source_url: source_url.clone(),
            html: prepared.html().clone(),
            fingerprint: prepared.fingerprint(),
            decision: DecisionId::new(now, app.rng.as_ref()),
            now,
            register,
            name_key: name_key.clone(),
            telling: Job::TellModerators { site: reader.site }.to_stored(now, app.rng.as_ref()),
        };
        if app.db.write(move |tx| write.run(tx))? {
            return Ok(());
        }
    }
    Err(ServiceError::conflict(
        "facts_changed",
        "the site changed while the comment was checked; send it again",
    ))
}

/// The reader's own comment; another's is not found.
fn own(tx: &mut dyn Tx, reader: &Reader, id: CommentId) -> Result<Comment> {
    let comment = tx
        .comment(id)?
        .filter(|comment| comment.membership_id == reader.membership.id);
    comment.ok_or(ServiceError::not_found("comment_not_found"))
}

fn editable(site: &Site, comment: &Comment, now: Micros) -> Result<()> {
    if !comment.state.takes_edits() {
        return Err(ServiceError::conflict(
            "not_editable",
            "this comment cannot be edited any more",
        ));
    }
    if now > editable_until(site, comment) {
        return Err(ServiceError::forbidden("edit_window_over"));
    }
    if comment.last_revision >= MOST_TEXTS {
        return Err(ServiceError::conflict(
            "too_many_edits",
            format!(
                "this comment has been edited so often ({MOST_TEXTS} texts) that it cannot be edited any more"
            ),
        ));
    }
    Ok(())
}

struct Write {
    id: CommentId,
    author: Reader,
    place: Place,
    facts: Gathered,
    last: bool,
    findings: Vec<(FindingId, Finding)>,
    judgement: Judgement,
    while_checked: WhileChecked,
    source: CommentSource,
    source_url: Option<String>,
    html: crate::domain::html::SafeHtml,
    fingerprint: [u8; 32],
    decision: DecisionId,
    now: Micros,
    register: Arc<screening::Register>,
    name_key: String,
    telling: StoredJob,
}

impl Write {
    /// Whether it was stored; not where the facts have changed.
    fn run(&self, tx: &mut dyn Tx) -> Result<bool> {
        let comment = own(tx, &self.author, self.id)?;
        let now = judging::gather(tx, &self.place, &self.fingerprint, &self.name_key)?;
        editable(&now.site, &comment, self.now)?;
        if !self.last && !self.facts.still_stands(&now, &self.register) {
            return Ok(false);
        }
        let number = comment.last_revision + 1;
        let before = comment.state.clone();
        let after = before
            .clone()
            .edit(number, self.judgement.verdict.clone(), self.while_checked)?;
        let revision = Revision {
            comment_id: comment.id,
            number,
            source: self.source.clone(),
            html: self.html.clone(),
            source_url: self.source_url.clone(),
            fingerprint: self.fingerprint,
            created_at: self.now,
            register_version: self.register.version(),
        };
        tx.insert_revision(&revision, screening::PIPELINE_VERSION, &self.findings)?;
        let edited_at = if after.public_revision() == Some(number) {
            Some(self.now)
        } else {
            comment.edited_at
        };
        tx.set_state(&comment, &after, edited_at, self.now)?;
        tell_moderators::note(tx, &now.site, &comment, &after, &self.telling)?;
        tx.insert_decision(
            &Decision {
                id: self.decision,
                site_id: comment.site_id,
                comment_id: comment.id,
                action: Action::Edit,
                actor: Actor::Author(now.author.account_id),
                revision: Some(number),
                before: Some(before),
                after,
                reason: None,
                at: self.now,
                note_digest: None,
            },
            None,
        )?;
        Ok(true)
    }
}

/// Takes one's own comment back, at any time. A second time changes nothing.
///
/// # Errors
/// `comment_not_found` where it is not the reader's own; limits.
pub fn withdraw_comment(app: &App, reader: &Reader, client: Client, id: CommentId) -> Result<()> {
    app.limits.check(
        limits::Action::Edit,
        &[Key::Account(reader.account), client.address_key()],
    )?;
    let (reader, now) = (reader.clone(), app.clock.now());
    let decision = DecisionId::new(now, app.rng.as_ref());
    app.db.write(move |tx| {
        let comment = own(tx, &reader, id)?;
        let Ok(after) = comment.state.clone().withdraw() else {
            return Ok(());
        };
        tx.set_state(&comment, &after, comment.edited_at, now)?;
        tx.insert_decision(
            &Decision {
                id: decision,
                site_id: comment.site_id,
                comment_id: comment.id,
                action: Action::Withdraw,
                actor: Actor::Author(reader.account),
                revision: None,
                before: Some(comment.state.clone()),
                after,
                reason: None,
                at: now,
                note_digest: None,
            },
            None,
        )?;
        Ok(())
    })
}
