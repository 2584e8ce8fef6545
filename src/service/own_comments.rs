//! An author's own comments: one of them, and all on a page that are not plainly public or can still be edited.

use std::collections::HashMap;
use std::time::Duration;

use serde::Serialize;

use crate::app::App;
use crate::domain::clock::Micros;
use crate::domain::comment::{Comment, CommentState, Revision};
use crate::domain::decision::OWN_WORDS;
use crate::domain::id::CommentId;
use crate::domain::page::PageKey;
use crate::domain::role::Right;
use crate::domain::site::Site;
use crate::service::edit_comment::editable_until;
use crate::service::refused_edit::{self, Refusal};
use crate::service::sessions::{Reader, Staff};
use crate::service::views::CommentView;
use crate::service::{Result, ServiceError, tell_author};
use crate::storage::Tx;
use crate::storage::stores::comments::{PublicText, TextId};

const REMEMBERED: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Before every comment.
const BEGINNING: Micros = Micros::from_i64(0);

/// A comment as its author or a moderator gets it: with its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommentWithBody {
    /// The comment.
    #[serde(flatten)]
    pub comment: CommentView,
    /// The Markdown of the revision shown; for its author and moderators only, and until it is erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Whether the text shown is one that waits; with `body`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pending: Option<bool>,
    /// The number of the text that the public reads, `null` where it reads none; with `body`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live_revision: Option<Option<i32>>,
}

/// One of an author's own comments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnComment {
    /// Its id.
    pub id: String,
    /// Its state's word.
    pub state: &'static str,
    /// The number of the newest text.
    pub revision: i32,
    /// The newest text.
    pub body: String,
    /// Its markup.
    pub html: String,
    /// The comment it answers.
    pub parent_id: Option<String>,
    /// When it was posted.
    pub created_at: String,
    /// Whether a text of it waits.
    pub pending: bool,
    /// The number of the text that the public reads, where it reads one.
    pub live_revision: Option<i32>,
    /// Why it waits or was refused: a word. What would tell of the register says `needs_review`.
    pub reason: Option<String>,
    /// The moderator's reason where it is a sentence of their own.
    pub reason_text: Option<String>,
    /// Until when it can be edited.
    pub editable_until: Option<String>,
    /// The newest text, where a moderator refused it and the comment stands with an earlier one.
    pub refused: Option<RefusedText>,
}

/// A text for a comment that a moderator refused, while the comment stands with an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefusedText {
    /// Its number.
    pub revision: i32,
    /// Its Markdown.
    pub body: String,
    /// Why: a word.
    pub reason: Option<String>,
    /// The moderator's reason where it is a sentence of their own.
    pub reason_text: Option<String>,
}

/// An author's comments on a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnOnPage {
    /// Those that are not plainly public, can still be edited, or had an edit refused, of 30 days.
    pub own: Vec<OwnComment>,
    /// The ids of the others that can be withdrawn.
    pub others: Vec<String>,
}

/// Who looks at a comment.
#[derive(Debug, Clone)]
pub enum Viewer {
    /// Nobody in particular.
    Anybody,
    /// Somebody signed in on a site.
    Reader(Reader),
    /// Somebody or something with a role.
    Staff(Staff),
}

impl Viewer {
    /// Whether the text is for them whatever its state.
    fn sees_all_of(&self, comment: &Comment) -> bool {
        match self {
            Viewer::Anybody => false,
            Viewer::Reader(reader) => reader.membership.id == comment.membership_id,
            Viewer::Staff(staff) => staff.may(Right::See, comment.site_id),
        }
    }
}

/// What the author of a comment or a moderator sees of it; for others what the public sees.
///
/// # Errors
/// `comment_not_found`.
pub fn comment_for(app: &App, viewer: &Viewer, id: CommentId) -> Result<CommentWithBody> {
    app.db.read(|tx| {
        let comment = tx
            .comment(id)?
            .ok_or(ServiceError::not_found("comment_not_found"))?;
        let own = viewer.sees_all_of(&comment);
        let number = if own {
            Some(newest(&comment))
        } else {
            comment.state.public_revision()
        };
        let Some(number) = number else {
            return Err(ServiceError::not_found("comment_not_found"));
        };
        let (view, revision) = full_view(tx, &comment, number)?;
        Ok(CommentWithBody {
            comment: view,
            body: (own && !revision.is_erased()).then(|| revision.source.as_str().to_owned()),
            pending: own.then(|| comment.state.pending().is_some()),
            live_revision: own.then(|| comment.state.public_revision()),
        })
    })
}

/// The text that the author means: what waits, else what is current.
fn newest(comment: &Comment) -> i32 {
    comment
        .state
        .pending()
        .map(|pending| pending.revision)
        .or(comment.state.current_revision())
        .unwrap_or(comment.last_revision)
}

/// A comment with one of its revisions, without markup once its texts were erased.
pub(super) fn full_view(tx: &mut dyn Tx, comment: &Comment, number: i32) -> Result<(CommentView, Revision)> {
    let revision = tx
        .revision(comment.id, number)?
        .ok_or(ServiceError::inconsistent("revisions", "number"))?;
    let author = tx
        .membership_by_id(comment.membership_id)?
        .ok_or(ServiceError::inconsistent("comments", "membership_id"))?;
    let page = tx
        .page(comment.page_id)?
        .ok_or(ServiceError::inconsistent("comments", "page_id"))?;
    let text = PublicText {
        revision: number,
        html: revision.html.clone(),
        author_name: author.name.as_str().to_owned(),
        badges: tx
            .badges(&[author.id])?
            .into_iter()
            .map(|(_, badge)| badge)
            .collect(),
    };
    let replies = tx
        .reply_counts(&[comment.id])?
        .first()
        .map_or(0, |(_, count)| *count);
    let mut view = CommentView::full(&page, comment, &text, replies);
    if revision.is_erased() {
        view.html = None;
    }
    Ok((view, revision))
}

/// The author's own comments on a page.
pub fn own_comments(app: &App, site: &Site, reader: &Reader, key: &PageKey) -> Result<OwnOnPage> {
    let now = app.clock.now();
    app.db.read(|tx| {
        let Some(page) = tx.page_by_key(site.id, key)? else {
            return Ok(OwnOnPage::default());
        };
        let comments = tx.own_comments(reader.membership.id, page.id, BEGINNING)?;
        let mut refusals = refused_edit::of_comments(tx, &comments, now.minus(REMEMBERED))?;
        let (mut shown, mut others) = (Vec::new(), Vec::new());
        for comment in comments {
            let until = editable_until(site, &comment);
            let editable = comment.state.takes_edits() && until >= now;
            let plain = matches!(
                comment.state,
                CommentState::Published { pending: None, .. } | CommentState::Withdrawn
            );
            let old = comment.created_at < now.minus(REMEMBERED);
            if ((plain && !editable) || old) && !refusals.contains_key(&comment.id) {
                if comment.state.public_revision().is_some() {
                    others.push(comment.id.to_string());
                }
                continue;
            }
            let until = editable.then_some(until);
            shown.push((newest(&comment), until, comment));
        }
        let mut wanted: Vec<TextId> = shown.iter().map(|(number, _, it)| (it.id, *number)).collect();
        wanted.extend(refusals.iter().map(|(id, refusal)| (*id, refusal.revision)));
        let mut texts: HashMap<TextId, Revision> = tx
            .revisions(&wanted)?
            .into_iter()
            .map(|revision| ((revision.comment_id, revision.number), revision))
            .collect();
        let refused: Vec<CommentId> = shown
            .iter()
            .filter(|(_, _, it)| in_own_words(&it.state))
            .map(|(_, _, it)| it.id)
            .collect();
        let mut words = if refused.is_empty() {
            HashMap::new()
        } else {
            tx.own_words(&refused)?
        };
        let mut own = Vec::with_capacity(shown.len());
        for (number, until, comment) in shown {
            let revision = texts
                .remove(&(comment.id, number))
                .ok_or(ServiceError::inconsistent("revisions", "number"))?;
            let refused = refusals.remove(&comment.id).and_then(|refusal| {
                let text = texts.remove(&(comment.id, refusal.revision));
                refused_text(site, refusal, &text?)
            });
            let (reason, reason_text) = reason_of(site, &comment.state, words.remove(&comment.id));
            own.push(OwnComment {
                id: comment.id.to_string(),
                state: comment.state.as_str(),
                revision: number,
                body: revision.source.as_str().to_owned(),
                html: revision.html.as_str().to_owned(),
                parent_id: comment.parent_id.map(|id| id.to_string()),
                created_at: comment.created_at.to_rfc3339(),
                pending: comment.state.pending().is_some(),
                live_revision: comment.state.public_revision(),
                reason,
                reason_text,
                editable_until: until.map(Micros::to_rfc3339),
                refused,
            });
        }
        Ok(OwnOnPage { own, others })
    })
}

/// The text of the reader's own comment that a moderator refused while the comment stands with an earlier one: for
/// sending it again. None where there is none, or the comment is another's.
///
/// # Errors
/// Only storage's.
pub fn refused_edit(app: &App, site: &Site, reader: &Reader, id: CommentId) -> Result<Option<RefusedText>> {
    let since = app.clock.now().minus(REMEMBERED);
    app.db.read(|tx| {
        let Some(comment) = tx
            .comment(id)?
            .filter(|it| it.membership_id == reader.membership.id)
        else {
            return Ok(None);
        };
        let mut refusals = refused_edit::of_comments(tx, &[comment], since)?;
        let Some(refusal) = refusals.remove(&id) else {
            return Ok(None);
        };
        let text = tx.revision(id, refusal.revision)?;
        Ok(text.and_then(|text| refused_text(site, refusal, &text)))
    })
}

/// Whether what a moderator gave as the reason lies with the decision's note.
fn in_own_words(state: &CommentState) -> bool {
    matches!(
        state,
        CommentState::Rejected { reason, .. } | CommentState::Removed { reason, .. } if reason == OWN_WORDS
    )
}

fn reason_of(site: &Site, state: &CommentState, words: Option<String>) -> (Option<String>, Option<String>) {
    match state {
        CommentState::Rejected { reason, .. } | CommentState::Removed { reason, .. } => {
            reason_given(site, reason, words)
        }
        _ => {
            let reason = state
                .pending()
                .map(|pending| pending.reason_for_author().to_owned());
            (reason, None)
        }
    }
}

/// A moderator's reason as its author gets it: a word of the site's list, or `other` and a sentence.
fn reason_given(site: &Site, reason: &str, words: Option<String>) -> (Option<String>, Option<String>) {
    if site.policy.reasons.iter().any(|listed| listed == reason) {
        return (Some(tell_author::told(reason)), None);
    }
    // A reason that has left the list since is a sentence like others.
    let text = words.or_else(|| (reason != OWN_WORDS).then(|| reason.to_owned()));
    (
        Some(String::from("other")),
        text.as_deref().map(tell_author::told),
    )
}

/// What its author gets of a refused edit, until its text is erased.
fn refused_text(site: &Site, refusal: Refusal, text: &Revision) -> Option<RefusedText> {
    let (reason, reason_text) = reason_given(site, &refusal.reason, refusal.words);
    (!text.is_erased()).then(|| RefusedText {
        revision: refusal.revision,
        body: text.source.as_str().to_owned(),
        reason,
        reason_text,
    })
}
