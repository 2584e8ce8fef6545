//! What the desk's pages show of a comment beside what programs are given (`queue`): what it answers, its author's record,
//! who took each decision, and its texts.

use std::collections::BTreeSet;

use crate::app::App;
use crate::domain::account::Membership;
use crate::domain::clock::Micros;
use crate::domain::comment::{Comment, RevisionNumber};
use crate::domain::decision::{Action, Actor};
use crate::domain::id::{CommentId, PersonId};
use crate::domain::person::Person;
use crate::domain::role::Right;
use crate::domain::site::Site;
use crate::service::desk_facts::{Facts, MoreFacts, Shown};
use crate::service::queue::{DeskComment, FindingView, desk_comment, finding_view, part};
use crate::service::sessions::Staff;
use crate::service::{Result, ServiceError};
use crate::storage::Tx;
use crate::storage::stores::comments::{After, QueueFilter, TextId};

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

/// So many of a comment's texts, the newest, are shown at once.
const AT_ONCE: RevisionNumber = 5;

/// Some of a comment's texts.
#[derive(Debug, Clone, Default)]
pub struct SomeTexts {
    /// Those that are shown, the first first.
    pub shown: Vec<Text>,
    /// The one before them, of which the first of them was made.
    pub before: Option<Text>,
    /// The numbers of those that are not shown.
    pub others: Vec<RevisionNumber>,
}

/// A part of the queue, and the comment after which the next begins.
///
/// # Errors
/// Only storage's.
pub fn queue(app: &App, staff: &Staff, filter: &QueueFilter) -> Result<(Vec<DeskItem>, Option<After>)> {
    app.db.read(|tx| {
        let (comments, next) = part(tx, staff, filter)?;
        Ok((items(tx, staff, &comments)?, next))
    })
}

/// One comment.
///
/// # Errors
/// `comment_not_found` also where the staff may not see its site.
pub fn one(app: &App, staff: &Staff, id: CommentId) -> Result<DeskItem> {
    app.db.read(|tx| {
        let comment = visible(tx, staff, id)?;
        item_of(tx, staff, &comment)
    })
}

/// One comment with its newest texts, or with the one of a number where it has one; with none once they were erased.
///
/// # Errors
/// As [`one`].
pub fn with_texts(
    app: &App,
    staff: &Staff,
    id: CommentId,
    number: Option<RevisionNumber>,
) -> Result<(DeskItem, SomeTexts)> {
    app.db.read(|tx| {
        let comment = visible(tx, staff, id)?;
        let newest = comment.last_revision;
        let (first, last) = match number.filter(|number| (1..=newest).contains(number)) {
            Some(number) => (number, number),
            None => ((newest - AT_ONCE + 1).max(1), newest),
        };
        // With the one before, for what became of it.
        let numbers: Vec<RevisionNumber> = ((first - 1).max(1)..=last).collect();
        let mut texts = read_texts(tx, &comment, &numbers)?;
        let before = match texts.first() {
            Some(text) if text.number < first => Some(texts.remove(0)),
            _ => None,
        };
        let others = (1..=newest).filter(|number| !(first..=last).contains(number));
        let some = SomeTexts {
            others: if texts.is_empty() {
                Vec::new()
            } else {
                others.collect()
            },
            shown: texts,
            before,
        };
        Ok((item_of(tx, staff, &comment)?, some))
    })
}

/// Some texts of a comment, by their numbers, the first first; without those that were erased.
///
/// # Errors
/// As [`one`].
pub fn texts(app: &App, staff: &Staff, id: CommentId, numbers: &[RevisionNumber]) -> Result<Vec<Text>> {
    app.db.read(|tx| {
        let comment = visible(tx, staff, id)?;
        read_texts(tx, &comment, numbers)
    })
}

fn read_texts(tx: &mut dyn Tx, comment: &Comment, numbers: &[RevisionNumber]) -> Result<Vec<Text>> {
    let wanted: Vec<TextId> = numbers.iter().map(|number| (comment.id, *number)).collect();
    let mut revisions = tx.revisions(&wanted)?;
    revisions.sort_by_key(|revision| revision.number);
    let found = tx.findings_of(&wanted)?;
    let named: BTreeSet<PersonId> = found
        .iter()
        .filter_map(|(_, finding)| finding.mention.as_ref().map(|mention| mention.person_id))
        .collect();
    let people = tx.people_by_ids(&Vec::from_iter(named))?;
    let name_of = |id: PersonId| {
        let person = people.iter().find(|person| person.id == id);
        person.map(|person| person.name.clone())
    };
    let texts = revisions
        .into_iter()
        .filter(|revision| !revision.is_erased())
        .map(|revision| Text {
            number: revision.number,
            body: revision.source.as_str().to_owned(),
            at: revision.created_at,
            findings: found
                .iter()
                .filter(|((_, number), _)| *number == revision.number)
                .map(|(_, finding)| finding_view(revision.number, finding, &name_of))
                .collect(),
        });
    Ok(texts.collect())
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

fn items(tx: &mut dyn Tx, staff: &Staff, comments: &[Comment]) -> Result<Vec<DeskItem>> {
    let facts = Facts::gather(tx, comments)?;
    let more = MoreFacts::gather(tx, comments, &facts)?;
    comments
        .iter()
        .map(|comment| item(staff, comment, &facts, &more))
        .collect()
}

fn item_of(tx: &mut dyn Tx, staff: &Staff, comment: &Comment) -> Result<DeskItem> {
    let alone = std::slice::from_ref(comment);
    let facts = Facts::gather(tx, alone)?;
    let more = MoreFacts::gather(tx, alone, &facts)?;
    item(staff, comment, &facts, &more)
}

fn item(staff: &Staff, comment: &Comment, facts: &Facts, more: &MoreFacts) -> Result<DeskItem> {
    let site = facts.site(comment)?;
    let decisions = facts.decisions(comment.id);
    let undoable = decisions.last().is_some_and(|(latest, _note)| {
        matches!(latest.actor, Actor::Moderator(_) | Actor::Token(_)) && latest.action != Action::Undo
    });
    let decided = facts.revision(comment.id, Shown::of(comment).decided)?;
    Ok(DeskItem {
        comment: desk_comment(facts, comment)?,
        author: facts.author(comment)?.clone(),
        record: more.record(comment),
        parent: comment.parent_id.and_then(|id| parent(more, id)),
        source_url: decided.source_url.clone(),
        posted_at: comment.created_at,
        deciders: decisions
            .iter()
            .map(|(decision, _note)| (decider(more, staff, site, &decision.actor), decision.at))
            .collect(),
        may_decide: staff.may(Right::Decide, site.id),
        undoable,
        site: site.clone(),
    })
}

fn parent(more: &MoreFacts, id: CommentId) -> Option<Parent> {
    let (author, text) = more.parent(id)?;
    let text = text.map_or("", |text| text.source.as_str());
    let brief: String = text.chars().take(BRIEF).collect();
    Some(Parent {
        id: id.to_string(),
        author: author
            .map(|author| author.name.as_str().to_owned())
            .unwrap_or_default(),
        text: match brief.len() {
            0 => None,
            length if length < text.len() => Some(format!("{}…", brief.trim_end())),
            _ => Some(brief),
        },
    })
}

fn decider(more: &MoreFacts, staff: &Staff, site: &Site, actor: &Actor) -> Decider {
    match actor {
        Actor::Moderator(account) if staff.account() == Some(*account) => Decider::Me,
        Actor::Moderator(account) => match more.decider(*account, site.id) {
            Some(member) if !member.name.is_erased() => Decider::Named(member.name.as_str().to_owned()),
            Some(_) | None => Decider::Moderator,
        },
        Actor::Token(_) => Decider::Program,
        Actor::Author(_) => Decider::Author,
        Actor::Rule(word) => Decider::Rule(word.clone()),
    }
}
