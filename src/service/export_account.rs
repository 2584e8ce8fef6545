//! All that a site holds on a member, for them to have. Nothing of the register, of what the screens found or what
//! moderators wrote to each other, and nothing about anybody else.

use serde::Serialize;

use crate::app::App;
use crate::domain::clock::Micros;
use crate::domain::comment::{Comment, CommentState, HoldReason, Revision};
use crate::domain::decision::{Action, Actor, Decision};
use crate::domain::id::CommentId;
use crate::domain::site::Slug;
use crate::domain::text::EmailAddress;
use crate::service::decide::reason_told;
use crate::service::holder::{self, Holder};
use crate::service::{Result, ServiceError};
use crate::signin::address;
use crate::storage::Tx;
use crate::storage::stores::decisions::Note;
use crate::storage::stores::retention::SentReport;
use crate::storage::stores::sign_ins::SignIn;
use crate::storage::stores::tokens::{Token, TokenKind};

/// Comments that are read at once.
const AT_ONCE: i64 = 20;

/// All that a site holds on a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Export {
    /// When it was written.
    pub exported_at: String,
    /// The site's slug.
    pub site: String,
    /// The address as it was proven; none where only its hash is left.
    pub email: Option<String>,
    /// When it was proven first.
    pub email_proven_at: String,
    /// Whether letters to it are stopped.
    pub letters_stopped: bool,
    /// Whether notices to it are stopped, alone or with all letters.
    pub notices_stopped: bool,
    /// Who they are on the site.
    pub member: Member,
    /// What they may do at the site's desk.
    pub roles: Vec<&'static str>,
    /// All their comments on the site, oldest first.
    pub comments: Vec<ExportedComment>,
    /// Reports on the site's comments that were sent with the address.
    pub reports: Vec<ExportedReport>,
    /// Where they are signed in, or were lately.
    pub sessions: Vec<Session>,
    /// Codes that were asked for with the address on the site, of a day at most.
    pub sign_ins: Vec<AskedSignIn>,
}

/// Who somebody is on a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// What is public of them: `author.id`.
    pub id: String,
    /// The display name.
    pub name: String,
    /// How far the site trusts them.
    pub standing: &'static str,
    /// Since when.
    pub since: String,
}

/// A comment with all that it ever said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExportedComment {
    /// Its id.
    pub id: String,
    /// The page's address; none while nobody has confirmed it.
    pub page: Option<String>,
    /// The comment that it answers.
    pub parent_id: Option<String>,
    /// Its state's word.
    pub state: &'static str,
    /// When it was posted.
    pub created_at: String,
    /// When a later text became public.
    pub edited_at: Option<String>,
    /// When its texts were erased.
    pub erased_at: Option<String>,
    /// Its texts, the first first; none once they were erased.
    pub revisions: Vec<ExportedRevision>,
    /// What was decided, as far as authors see it.
    pub decisions: Vec<ExportedDecision>,
}

/// One text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExportedRevision {
    /// From 1.
    pub number: i32,
    /// The Markdown.
    pub body: String,
    /// The source that was given.
    pub source_url: Option<String>,
    /// When it came.
    pub created_at: String,
}

/// A decision as its comment's author sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExportedDecision {
    /// The action's word.
    pub action: &'static str,
    /// `author`, `moderator` or `server`.
    pub by: &'static str,
    /// The state after.
    pub state: &'static str,
    /// The reason that the author was told.
    pub reason: Option<String>,
    /// When.
    pub at: String,
}

/// A report that they sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExportedReport {
    /// Its id.
    pub id: String,
    /// The comment reported.
    pub comment_id: String,
    /// Why.
    pub reason: &'static str,
    /// What they wrote.
    pub note: String,
    /// What came of it.
    pub state: &'static str,
    /// When it came.
    pub created_at: String,
    /// When it was closed.
    pub closed_at: Option<String>,
}

/// A token or a session, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Session {
    /// `reader` or `desk`.
    pub kind: &'static str,
    /// On which pages it is good.
    pub origin: Option<String>,
    /// Since when.
    pub created_at: String,
    /// When it was used last, to within a few minutes.
    pub used_at: String,
    /// When it ends by itself.
    pub expires_at: Option<String>,
    /// When it was ended.
    pub revoked_at: Option<String>,
}

/// A code that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AskedSignIn {
    /// The display name that came along.
    pub name: Option<String>,
    /// From which pages.
    pub origin: String,
    /// The letter's language.
    pub lang: String,
    /// When.
    pub asked_at: String,
    /// When the code was used.
    pub used_at: Option<String>,
}

/// Reads all that a site holds on the member with an address.
///
/// # Errors
/// `site_not_found`; `account_not_found` where nobody has signed in there with the address.
pub fn export(app: &App, slug: &Slug, email: &EmailAddress) -> Result<Export> {
    let holder = holder::find(app, slug, email)?;
    let proven = holder.identity.sealed.as_deref();
    let proven = proven
        .map(|sealed| address::open(&app.keys, holder.identity.id.as_bytes(), sealed))
        .transpose()?;
    // The wish for no letters is the mailbox's, however its name is written.
    let mailbox = address::mailbox_hash(&app.keys, email);
    let mut export = app.db.read(|tx| {
        let roles = tx.roles(holder.identity.account_id)?.into_iter();
        let roles: Vec<&str> = roles
            .filter(|(site, _role)| *site == Some(holder.site.id))
            .map(|(_site, role)| role.as_str())
            .collect();
        let tokens = tx.tokens_of(holder.identity.account_id, holder.site.id)?;
        Ok::<_, ServiceError>(Export {
            exported_at: app.clock.now().to_rfc3339(),
            site: holder.site.slug.to_string(),
            email: proven.as_ref().map(|email| email.as_str().to_owned()),
            email_proven_at: holder.identity.created_at.to_rfc3339(),
            letters_stopped: tx.is_suppressed(&mailbox)?,
            notices_stopped: tx.wants_no_notices(&mailbox)?,
            member: member(&holder),
            sessions: tokens
                .iter()
                // Sessions at the desk are of the account; they concern the site where it has a role there.
                .filter(|token| !roles.is_empty() || matches!(token.kind, TokenKind::Embed { .. }))
                .map(session)
                .collect(),
            roles,
            comments: Vec::new(),
            reports: Vec::new(),
            sign_ins: tx
                .sign_ins_of(holder.site.id, &holder.hash)?
                .iter()
                .map(asked)
                .collect(),
        })
    })?;
    export.comments = comments(app, &holder)?;
    export.reports = holder.reports(app)?.iter().map(report).collect();
    Ok(export)
}

fn moment(at: Option<Micros>) -> Option<String> {
    at.map(Micros::to_rfc3339)
}

fn member(holder: &Holder) -> Member {
    let membership = &holder.membership;
    Member {
        id: membership.id.to_string(),
        name: membership.name.as_str().to_owned(),
        standing: membership.standing.as_str(),
        since: membership.created_at.to_rfc3339(),
    }
}

fn comments(app: &App, holder: &Holder) -> Result<Vec<ExportedComment>> {
    let mut all = Vec::new();
    let mut after: Option<CommentId> = None;
    loop {
        let part = app.db.read(|tx| {
            let part = tx.comments_of(holder.membership.id, after, AT_ONCE)?;
            let exported: Result<Vec<_>> = part.iter().map(|comment| one(tx, comment)).collect();
            Ok::<_, ServiceError>((part.last().map(|comment| comment.id), exported?))
        })?;
        let (Some(last), exported) = part else {
            return Ok(all);
        };
        after = Some(last);
        all.extend(exported);
    }
}

fn one(tx: &mut dyn Tx, comment: &Comment) -> Result<ExportedComment> {
    let erased_at = tx.erased_at(comment)?;
    let revisions = match erased_at {
        Some(_) => Vec::new(),
        None => tx.texts_of(comment.id)?,
    };
    let page = tx
        .page(comment.page_id)?
        .ok_or(ServiceError::inconsistent("comments", "page_id"))?;
    let decisions = tx.decisions(comment.id)?;
    Ok(ExportedComment {
        id: comment.id.to_string(),
        page: page.address.public().map(str::to_owned),
        parent_id: comment.parent_id.map(|id| id.to_string()),
        state: comment.state.as_str(),
        created_at: comment.created_at.to_rfc3339(),
        edited_at: moment(comment.edited_at),
        erased_at: moment(erased_at),
        revisions: revisions.iter().map(revision).collect(),
        decisions: decisions
            .iter()
            .filter(|(decision, _note)| is_seen(decision))
            .map(|(decision, note)| exported(decision, note.as_ref()))
            .collect(),
    })
}

fn revision(revision: &Revision) -> ExportedRevision {
    ExportedRevision {
        number: revision.number,
        body: revision.source.as_str().to_owned(),
        source_url: revision.source_url.clone(),
        created_at: revision.created_at.to_rfc3339(),
    }
}

/// Whether the author can see the decision: their own, and those that changed what they and the public see. The first of
/// two approvals changes nothing, and would say that the register names somebody.
fn is_seen(decision: &Decision) -> bool {
    let own = matches!(decision.action, Action::Post | Action::Edit | Action::Withdraw);
    let before = decision.before.as_ref();
    let changed = before.is_none_or(|before| {
        before.as_str() != decision.after.as_str()
            || before.public_revision() != decision.after.public_revision()
            || before.pending().is_some() != decision.after.pending().is_some()
    });
    own || changed
}

fn exported(decision: &Decision, note: Option<&Note>) -> ExportedDecision {
    let told = match &decision.after {
        CommentState::Rejected { .. } | CommentState::Removed { .. } => true,
        // An edit was refused, and its author told why.
        _ => decision.action == Action::Reject,
    };
    let reason = reason_told(decision, note).filter(|_| told);
    ExportedDecision {
        action: decision.action.as_str(),
        by: match &decision.actor {
            Actor::Author(_) => "author",
            Actor::Moderator(_) | Actor::Token(_) => "moderator",
            Actor::Rule(_) => "server",
        },
        state: decision.after.as_str(),
        reason: reason.map(|reason| HoldReason::from_storage(reason).for_author().to_owned()),
        at: decision.at.to_rfc3339(),
    }
}

fn report(sent: &SentReport) -> ExportedReport {
    ExportedReport {
        id: sent.report.id.to_string(),
        comment_id: sent.report.comment_id.to_string(),
        reason: sent.report.reason.as_str(),
        note: sent.report.note.clone(),
        state: sent.report.state.as_str(),
        created_at: sent.report.created_at.to_rfc3339(),
        closed_at: moment(sent.closed_at),
    }
}

fn session(token: &Token) -> Session {
    let (kind, origin) = match &token.kind {
        TokenKind::Embed { origin, .. } => ("reader", Some(origin.to_string())),
        TokenKind::Account { .. } => ("account", None),
        TokenKind::Desk { .. } | TokenKind::Api { .. } => ("desk", None),
    };
    Session {
        kind,
        origin,
        created_at: token.created_at.to_rfc3339(),
        used_at: token.used_at.to_rfc3339(),
        expires_at: moment(token.expires_at),
        revoked_at: moment(token.revoked_at),
    }
}

fn asked(sign_in: &SignIn) -> AskedSignIn {
    AskedSignIn {
        name: sign_in.name.clone(),
        origin: sign_in.origin.to_string(),
        lang: sign_in.lang.clone(),
        asked_at: sign_in.created_at.to_rfc3339(),
        used_at: moment(sign_in.used_at),
    }
}
