//! The desk's queue: comments with everything a moderator decides by.

use serde::Serialize;

use crate::app::App;
use crate::domain::comment::Comment;
use crate::domain::decision::{Actor, Decision};
use crate::domain::finding::Finding;
use crate::domain::id::{CommentId, PersonId, SiteId};
use crate::domain::page::{Page, Title};
use crate::domain::report::Report;
use crate::domain::role::Right;
use crate::domain::says::Says;
use crate::messages;
use crate::service::decide::reason_told;
use crate::service::desk_facts::{Facts, Shown};
use crate::service::finding_words;
use crate::service::sessions::Staff;
use crate::service::views::{CommentView, PageView};
use crate::service::{Result, ServiceError};
use crate::storage::Tx;
use crate::storage::stores::comments::{After, PublicText, QueueFilter};
use crate::storage::stores::decisions::Note;

/// A comment as the desk sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeskComment {
    /// The comment with its live text, or the waiting one where none is live.
    #[serde(flatten)]
    pub comment: CommentView,
    /// The site's slug.
    pub site: String,
    /// The page.
    pub page: DeskPage,
    /// The Markdown of `revision`.
    pub body: String,
    /// The address that the author gave as the source of their claims, with `revision`.
    pub source_url: Option<String>,
    /// The Markdown that waits beside a live text.
    pub pending_body: Option<String>,
    /// Its number: the one that approve then names.
    pub pending_revision: Option<i32>,
    /// Why it waits.
    pub reasons: Vec<String>,
    /// What the screens found on the text shown and on the one that waits.
    pub findings: Vec<FindingView>,
    /// What was decided, oldest first.
    pub decisions: Vec<DecisionView>,
    /// How many have approved what waits, and how many must.
    pub approvals: Approvals,
    /// The newest reports, oldest first: at most [`REPORTS`](crate::service::desk_facts::REPORTS).
    pub reports: Vec<ReportView>,
    /// How many reports there are.
    pub report_count: i64,
    /// How many of them are open.
    pub open_report_count: i64,
    /// Whether the texts of a withdrawn comment were erased; they are empty from then on.
    pub erased: bool,
}

/// A page as the desk sees it: with a title and an address that nobody has confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeskPage {
    /// What the public sees.
    #[serde(flatten)]
    pub page: PageView,
    /// The title that a browser sent, unconfirmed.
    pub claimed_title: Option<String>,
    /// The address that a browser sent for a page that is found by an id, unconfirmed.
    pub claimed_url: Option<String>,
}

impl DeskPage {
    /// The address, sure or not.
    pub fn address(&self) -> &str {
        let known = self.page.url.as_deref().or(self.claimed_url.as_deref());
        known.unwrap_or_default()
    }
}

impl From<&Page> for DeskPage {
    fn from(page: &Page) -> Self {
        Self {
            page: PageView::from(page),
            claimed_title: match &page.title {
                Title::Claimed(title) => Some(title.clone()),
                Title::None | Title::Confirmed(_) => None,
            },
            claimed_url: page.address.claimed().map(str::to_owned),
        }
    }
}

/// Approvals of what waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Approvals {
    /// How many there are.
    pub have: usize,
    /// How many there must be.
    pub need: usize,
}

/// A finding as the desk sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FindingView {
    /// The rule's word.
    pub rule: String,
    /// `note`, `flag` or `hold`.
    pub strength: &'static str,
    /// What it says, in English: for programs. Pages say it in the language of whoever looks.
    pub message: String,
    /// What it says, in no language yet.
    #[serde(skip)]
    pub says: Says,
    /// Of which revision.
    pub revision: i32,
    /// The evidence, in UTF-8 bytes of the source.
    pub spans: Vec<SpanView>,
    /// Who is named.
    pub person: Option<PersonRef>,
    /// How sure.
    pub tier: Option<&'static str>,
}

/// A piece of text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SpanView {
    /// `body`, `name` or `link`.
    pub field: &'static str,
    /// Its first byte.
    pub start: u32,
    /// The byte after its last.
    pub end: u32,
    /// The bytes between.
    pub text: String,
}

/// A person of the register, for the desk only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PersonRef {
    /// The person's id.
    pub id: String,
    /// The name.
    pub name: String,
}

/// A decision as the desk sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecisionView {
    /// Its id.
    pub id: String,
    /// The action's word.
    pub action: &'static str,
    /// `moderator`, `token`, `author` or `rule`.
    pub by: &'static str,
    /// A moderator's account, a token, the author's membership (which is all that is public of them), or the rule's word.
    pub actor: String,
    /// The revision decided on.
    pub revision: Option<i32>,
    /// The state after.
    pub state: &'static str,
    /// As told to the author.
    pub reason: Option<String>,
    /// For other moderators.
    pub note: Option<String>,
    /// When.
    pub at: String,
}

/// A report as the desk sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportView {
    /// Its id.
    pub id: String,
    /// The reason's word.
    pub reason: &'static str,
    /// What the reporter wrote.
    pub note: String,
    /// `open`, `no_action` or `acted_on`.
    pub state: &'static str,
    /// When.
    pub created_at: String,
}

impl From<&Report> for ReportView {
    fn from(report: &Report) -> Self {
        Self {
            id: report.id.to_string(),
            reason: report.reason.as_str(),
            note: report.note.clone(),
            state: report.state.as_str(),
            created_at: report.created_at.to_rfc3339(),
        }
    }
}

/// A part of the queue, and the comment after which the next begins.
pub type Queue = (Vec<DeskComment>, Option<After>);

/// The part of the queue that the filter asks for, of the sites that the staff may see.
pub fn queue(app: &App, staff: &Staff, filter: QueueFilter) -> Result<Queue> {
    app.db.read(|tx| {
        let (comments, next) = part(tx, staff, &filter)?;
        Ok((desk_comments(tx, &comments)?, next))
    })
}

/// The comments of a part, and the one after which the next begins.
pub(super) fn part(
    tx: &mut dyn Tx,
    staff: &Staff,
    filter: &QueueFilter,
) -> Result<(Vec<Comment>, Option<After>)> {
    let visible = visible_sites(tx, staff)?;
    let sites = match filter.sites.is_empty() {
        true => visible,
        false => filter
            .sites
            .iter()
            .copied()
            .filter(|site| visible.contains(site))
            .collect(),
    };
    let mut comments = tx.queue(&QueueFilter {
        sites,
        limit: filter.limit + 1,
        ..filter.clone()
    })?;
    let more = comments.len() > usize::try_from(filter.limit).unwrap_or(usize::MAX);
    if more {
        comments.pop();
    }
    let next = comments
        .last()
        .filter(|_| more)
        .map(|last| (last.created_at, last.id));
    Ok((comments, next))
}

fn visible_sites(tx: &mut dyn Tx, staff: &Staff) -> Result<Vec<SiteId>> {
    let sites = tx.sites()?;
    Ok(sites
        .into_iter()
        .map(|site| site.id)
        .filter(|id| staff.may(Right::See, *id))
        .collect())
}

/// One comment for the desk.
///
/// # Errors
/// `comment_not_found` also where the staff may not see its site.
pub fn one(app: &App, staff: &Staff, id: CommentId) -> Result<DeskComment> {
    app.db.read(|tx| {
        let comment = tx
            .comment(id)?
            .filter(|comment| staff.may(Right::See, comment.site_id));
        let comment = comment.ok_or(ServiceError::not_found("comment_not_found"))?;
        desk_comment(&Facts::gather(tx, std::slice::from_ref(&comment))?, &comment)
    })
}

/// Comments for the desk, in their order.
pub(super) fn desk_comments(tx: &mut dyn Tx, comments: &[Comment]) -> Result<Vec<DeskComment>> {
    let facts = Facts::gather(tx, comments)?;
    comments
        .iter()
        .map(|comment| desk_comment(&facts, comment))
        .collect()
}

pub(super) fn desk_comment(facts: &Facts, comment: &Comment) -> Result<DeskComment> {
    let Shown { text, beside, .. } = Shown::of(comment);
    let revision = facts.revision(comment.id, text)?;
    let page = facts.page(comment)?;
    let public = PublicText {
        revision: text,
        html: revision.html.clone(),
        author_name: facts.author(comment)?.name.as_str().to_owned(),
        badges: facts.badges(comment),
    };
    let erased = revision.is_erased();
    let pending_body = match beside {
        Some(number) => Some(facts.revision(comment.id, number)?.source.as_str().to_owned()),
        None => None,
    };
    let name_of = |id| facts.name_of(id);
    let findings = std::iter::once(text).chain(beside).flat_map(|number| {
        let found = facts.findings(comment.id, number).iter();
        found.map(move |finding| finding_view(number, finding, &name_of))
    });
    let pending = comment.state.pending();
    let reports = facts.report_count(comment.id);
    let mut view = CommentView::full(page, comment, &public, facts.replies(comment));
    if erased {
        view.html = None;
    }
    Ok(DeskComment {
        comment: view,
        site: facts.site(comment)?.slug.to_string(),
        page: DeskPage::from(page),
        body: revision.source.as_str().to_owned(),
        source_url: revision.source_url.clone(),
        pending_body,
        pending_revision: beside,
        reasons: pending
            .map(|it| it.reasons.iter().map(ToString::to_string).collect())
            .unwrap_or_default(),
        findings: findings.collect(),
        decisions: facts
            .decisions(comment.id)
            .iter()
            .map(|it| decision_view(comment, it))
            .collect(),
        approvals: Approvals {
            have: pending.map_or(0, |it| it.approvals.len()),
            need: if facts.needs_two(comment) { 2 } else { 1 },
        },
        reports: facts.reports(comment.id).iter().map(ReportView::from).collect(),
        report_count: reports.all,
        open_report_count: reports.open,
        erased,
    })
}

/// A finding as the desk sees it.
pub fn finding_view(
    revision: i32,
    finding: &Finding,
    name_of: &dyn Fn(PersonId) -> Option<String>,
) -> FindingView {
    let mention = finding.mention.as_ref();
    FindingView {
        rule: finding.rule.to_string(),
        strength: finding.strength.as_str(),
        message: finding_words::sentence(messages::texts("en"), &finding.says),
        says: finding.says.clone(),
        revision,
        spans: finding
            .spans
            .iter()
            .map(|span| SpanView {
                field: span.field.as_str(),
                start: span.start,
                end: span.end,
                text: span.text.clone(),
            })
            .collect(),
        person: mention.map(|mention| PersonRef {
            id: mention.person_id.to_string(),
            name: name_of(mention.person_id).unwrap_or_default(),
        }),
        tier: mention.map(|mention| mention.tier.as_str()),
    }
}

fn decision_view(comment: &Comment, (decision, note): &(Decision, Option<Note>)) -> DecisionView {
    DecisionView {
        id: decision.id.to_string(),
        action: decision.action.as_str(),
        by: decision.actor.kind(),
        actor: match &decision.actor {
            Actor::Moderator(id) => id.to_string(),
            Actor::Author(_) => comment.membership_id.to_string(),
            Actor::Token(id) => id.to_string(),
            Actor::Rule(word) => word.clone(),
        },
        revision: decision.revision,
        state: decision.after.as_str(),
        reason: reason_told(decision, note.as_ref()),
        note: note
            .as_ref()
            .map(|note| note.text.clone())
            .filter(|text| !text.is_empty()),
        at: decision.at.to_rfc3339(),
    }
}
