//! What the desk's pages show of a comment beside what programs are given (`queue`): what it answers, its author's record,
//! who took each decision, and all its texts.

use crate::app::App;
use crate::domain::account::Membership;
use crate::domain::clock::Micros;
use crate::domain::comment::Comment;
use crate::domain::decision::{Action, Actor};
use crate::domain::id::{CommentId, PersonId};
use crate::domain::person::Person;
use crate::domain::role::Right;
use crate::domain::site::Site;
use crate::service::queue::{DeskComment, FindingView, desk_comment, finding_view, part};
use crate::service::sessions::Staff;
use crate::service::{Result, ServiceError};
use crate::storage::Tx;
use crate::storage::stores::comments::{After, QueueFilter};

/// So much of a comment that is answered is shown above the answer, in characters.
const BRIEF: usize = 200;

/// A comment as the desk's pages show it.
#[derive(Debug, Clone)]
pub struct DeskItem {
    /// What programs are given of it.
    pub comment: DeskComment,
    /// Its site.
    pub site: Site,
    /// Its author on the site.
    pub author: Membership,
    /// How many comments the author has on the site in each state, by the state's word; this one counts.
    pub record: Vec<(&'static str, i64)>,
    /// What it answers.
    pub parent: Option<Parent>,
    /// The address that the author gave as the source of a claim, of the text to decide on.
    pub source_url: Option<String>,
    /// When it was posted.
    pub posted_at: Micros,
    /// Who took the decisions of `comment.decisions`, in their order, and when.
    pub deciders: Vec<(Decider, Micros)>,
    /// Whether whoever looks may decide.
    pub may_decide: bool,
    /// Whether the latest decision can be taken back.
    pub undoable: bool,
}

/// The comment that another answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parent {
    /// Its id.
    pub id: String,
    /// Its author's name.
    pub author: String,
    /// The beginning of its newest text; none once it was erased.
    pub text: Option<String>,
}

/// Who took a decision, as far as it is told to other staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decider {
    /// Whoever looks.
    Me,
    /// Somebody who writes on the site under this name.
    Named(String),
    /// Somebody who has never written there.
    Moderator,
    /// A program.
    Program,
    /// The comment's author.
    Author,
    /// A rule, by its word.
    Rule(String),
}

/// One text of a comment.
#[derive(Debug, Clone)]
pub struct Text {
    /// Its number.
    pub number: i32,
    /// The Markdown.
    pub body: String,
    /// When it came.
    pub at: Micros,
    /// What the screens found.
    pub findings: Vec<FindingView>,
}

/// A part of the queue, and the comment after which the next begins.
///
/// # Errors
/// Only storage's.
pub fn queue(app: &App, staff: &Staff, filter: &QueueFilter) -> Result<(Vec<DeskItem>, Option<After>)> {
    app.db.read(|tx| {
        let (comments, next) = part(tx, staff, filter)?;
        let items = comments
            .iter()
            .map(|comment| item(tx, staff, comment))
            .collect::<Result<_>>()?;
        Ok((items, next))
    })
}

/// One comment.
///
/// # Errors
/// `comment_not_found` also where the staff may not see its site.
pub fn one(app: &App, staff: &Staff, id: CommentId) -> Result<DeskItem> {
    app.db.read(|tx| {
        let comment = visible(tx, staff, id)?;
        item(tx, staff, &comment)
    })
}

/// One comment with all its texts, the first first; with none once they were erased.
///
/// # Errors
/// As [`one`].
pub fn with_texts(app: &App, staff: &Staff, id: CommentId) -> Result<(DeskItem, Vec<Text>)> {
    app.db.read(|tx| {
        let comment = visible(tx, staff, id)?;
        let mut texts = Vec::new();
        for number in 1..=comment.last_revision {
            let Some(revision) = tx.revision(comment.id, number)? else {
                continue;
            };
            if revision.is_erased() {
                continue;
            }
            let found = tx.findings(comment.id, number)?;
            let named: Vec<PersonId> = found
                .iter()
                .filter_map(|finding| finding.mention.as_ref().map(|mention| mention.person_id))
                .collect();
            let people = tx.people_by_ids(&named)?;
            let name_of = |id: PersonId| {
                let person = people.iter().find(|person| person.id == id);
                person.map(|person| person.name.clone())
            };
            texts.push(Text {
                number,
                body: revision.source.as_str().to_owned(),
                at: revision.created_at,
                findings: found
                    .iter()
                    .map(|finding| finding_view(number, finding, &name_of))
                    .collect(),
            });
        }
        Ok((item(tx, staff, &comment)?, texts))
    })
}

/// The people on the registers of the sites that the staff may see whose name holds `text`, whatever its case; at most
/// `limit`.
///
/// # Errors
/// Only storage's.
pub fn people(app: &App, staff: &Staff, text: &str, limit: usize) -> Result<Vec<Person>> {
    let wanted = text.trim().to_lowercase();
    app.db.read(|tx| {
        let mut found = Vec::new();
        for site in tx.sites()? {
            if !staff.may(Right::See, site.id) {
                continue;
            }
            let people = tx.people(site.id)?;
            let fits = |person: &Person| person.names().any(|name| name.to_lowercase().contains(&wanted));
            found.extend(people.into_iter().filter(fits));
        }
        found.truncate(limit);
        Ok(found)
    })
}

/// A person on the register of a site that the staff may see.
///
/// # Errors
/// Only storage's.
pub fn person(app: &App, staff: &Staff, id: PersonId) -> Result<Option<Person>> {
    app.db.read(|tx| {
        let found = tx.people_by_ids(&[id])?.into_iter().next();
        Ok(found.filter(|person| staff.may(Right::See, person.site_id)))
    })
}

fn visible(tx: &mut dyn Tx, staff: &Staff, id: CommentId) -> Result<Comment> {
    tx.comment(id)?
        .filter(|comment| staff.may(Right::See, comment.site_id))
        .ok_or(ServiceError::not_found("comment_not_found"))
}

fn item(tx: &mut dyn Tx, staff: &Staff, comment: &Comment) -> Result<DeskItem> {
    let view = desk_comment(tx, comment)?;
    let author = tx
        .membership_by_id(comment.membership_id)?
        .ok_or(ServiceError::inconsistent("comments", "membership_id"))?;
    let site = tx
        .site(comment.site_id)?
        .ok_or(ServiceError::inconsistent("comments", "site_id"))?;
    let parent = match comment.parent_id {
        Some(id) => parent(tx, id)?,
        None => None,
    };
    let decided_on = view.pending_revision.or(view.comment.revision);
    let source_url = match decided_on {
        Some(number) => tx
            .revision(comment.id, number)?
            .and_then(|revision| revision.source_url),
        None => None,
    };
    let mut deciders = Vec::new();
    for (decision, _note) in tx.decisions(comment.id)? {
        deciders.push((decider(tx, staff, &site, &decision.actor)?, decision.at));
    }
    let undoable = tx.latest_decision(comment.id)?.is_some_and(|latest| {
        matches!(latest.actor, Actor::Moderator(_) | Actor::Token(_)) && latest.action != Action::Undo
    });
    Ok(DeskItem {
        record: tx.author_counts(author.id)?,
        posted_at: comment.created_at,
        may_decide: staff.may(Right::Decide, site.id),
        comment: view,
        site,
        author,
        parent,
        source_url,
        deciders,
        undoable,
    })
}

fn parent(tx: &mut dyn Tx, id: CommentId) -> Result<Option<Parent>> {
    let Some(comment) = tx.comment(id)? else {
        return Ok(None);
    };
    let number = comment.state.current_revision().unwrap_or(comment.last_revision);
    let source = tx.revision(id, number)?.map(|revision| revision.source);
    let author = tx.membership_by_id(comment.membership_id)?;
    let text = source
        .map(|source| source.as_str().to_owned())
        .unwrap_or_default();
    let brief: String = text.chars().take(BRIEF).collect();
    Ok(Some(Parent {
        id: id.to_string(),
        author: author
            .map(|author| author.name.as_str().to_owned())
            .unwrap_or_default(),
        text: match brief.len() {
            0 => None,
            length if length < text.len() => Some(format!("{}…", brief.trim_end())),
            _ => Some(brief),
        },
    }))
}

fn decider(tx: &mut dyn Tx, staff: &Staff, site: &Site, actor: &Actor) -> Result<Decider> {
    Ok(match actor {
        Actor::Moderator(account) if staff.account() == Some(*account) => Decider::Me,
        Actor::Moderator(account) => match tx.membership(*account, site.id)? {
            Some(member) if !member.name.is_erased() => Decider::Named(member.name.as_str().to_owned()),
            Some(_) | None => Decider::Moderator,
        },
        Actor::Token(_) => Decider::Program,
        Actor::Author(_) => Decider::Author,
        Actor::Rule(word) => Decider::Rule(word.clone()),
    })
}
