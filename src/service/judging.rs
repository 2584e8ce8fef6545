//! The facts that screens judge a text by: gathered in one read, and compared again in the write.

use std::sync::Arc;

use crate::app::App;
use crate::domain::account::Membership;
use crate::domain::clock::Micros;
use crate::domain::comment::{Comment, CommentState, HoldReason, Verdict};
use crate::domain::finding::Finding;
use crate::domain::id::{CommentId, FindingId, MembershipId, PageId, SiteId};
use crate::domain::page::{Page, PageKey, PageState};
use crate::domain::site::Site;
use crate::screening::{Facts, Fate, Judgement, Prepared, Register, SeenBefore, judge};
use crate::service::{Result, ServiceError};
use crate::storage::Tx;
use crate::storage::stores::comments::EarlierText;

/// How often a text is judged anew because the facts changed while it was; after that it is held.
pub(super) const TRIES: usize = 2;

/// The site's compiled register, of the cache or compiled now. Compiling happens with no connection held.
pub(super) fn register(app: &App, site: SiteId) -> Result<Arc<Register>> {
    let version = app
        .db
        .read(|tx| Ok::<_, ServiceError>(tx.site(site)?.map_or(0, |site| site.register_version)))?;
    if let Some(register) = app.registers.get(site, version) {
        return Ok(register);
    }
    let (version, people) = app.db.read(|tx| {
        let version = tx.site(site)?.map_or(0, |site| site.register_version);
        Ok::<_, ServiceError>((version, tx.people(site)?))
    })?;
    let register = Arc::new(Register::compile(version, &people));
    app.registers.put(site, Arc::clone(&register));
    Ok(register)
}

/// The compiled register of a site as it was just read: mostly of the cache, and then without asking the database.
pub(super) fn register_of(app: &App, site: &Site) -> Result<Arc<Register>> {
    match app.registers.get(site.id, site.register_version) {
        Some(register) => Ok(register),
        None => register(app, site.id),
    }
}

/// Where a text is to stand.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub site: SiteId,
    pub page: PagePlace,
    pub parent: Option<CommentId>,
    pub author: MembershipId,
    /// The comment itself, for an edit: its own earlier texts are no repeats.
    pub itself: Option<CommentId>,
}

impl Place {
    /// Where a comment stands, for another text of it.
    pub fn of(comment: &Comment) -> Self {
        Self {
            site: comment.site_id,
            page: PagePlace::Known(comment.page_id),
            parent: None,
            author: comment.membership_id,
            itself: Some(comment.id),
        }
    }
}

/// A page that is known, or one that a comment may be the first of.
#[derive(Debug, Clone)]
pub(super) enum PagePlace {
    Known(PageId),
    Key(PageKey),
}

/// What the screens are told of a place and an author.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Gathered {
    pub site: Site,
    pub page: Option<Page>,
    pub parent: Option<Comment>,
    pub author: Membership,
    pub has_contact: bool,
    pub earlier: Vec<EarlierText>,
    pub name_taken: bool,
    pub page_people: Vec<crate::domain::id::PersonId>,
}

/// Reads the facts, and refuses what may not be written at all: a paused site, a closed page, a parent that is
/// elsewhere or not public, an author who may not write.
pub(super) fn gather(
    tx: &mut dyn Tx,
    place: &Place,
    fingerprint: &[u8; 32],
    name_key: &str,
) -> Result<Gathered> {
    let mut facts = facts(tx, place, fingerprint, name_key)?;
    if let Some(sentence) = &facts.site.paused {
        return Err(ServiceError::forbidden_with("site_paused", sentence));
    }
    let standing = facts.author.standing;
    if !standing.may_write() {
        return Err(ServiceError::forbidden(standing.as_str()));
    }
    let page = facts.page.as_ref();
    if page.is_some_and(|page| page.state == PageState::Closed) {
        return Err(ServiceError::conflict(
            "page_closed",
            "comments on this page are closed",
        ));
    }
    facts.parent = match place.parent {
        None => None,
        Some(id) => Some(parent_on(tx, id, page)?),
    };
    Ok(facts)
}

/// Reads the facts, whatever may be written now: for a text that was. The parent is left out.
pub(super) fn facts(
    tx: &mut dyn Tx,
    place: &Place,
    fingerprint: &[u8; 32],
    name_key: &str,
) -> Result<Gathered> {
    let site = tx
        .site(place.site)?
        .ok_or(ServiceError::not_found("site_not_found"))?;
    let author = tx
        .membership_by_id(place.author)?
        .ok_or(ServiceError::not_found("author_not_found"))?;
    let page = match &place.page {
        PagePlace::Known(id) => tx.page(*id)?,
        PagePlace::Key(key) => tx.page_by_key(place.site, key)?,
    };
    let has_contact = tx.has_proven_email(author.account_id)?;
    let mut earlier = tx.earlier_texts(place.site, fingerprint)?;
    earlier.retain(|text| Some(text.comment_id) != place.itself);
    let (name_taken, page_people) = match &page {
        Some(page) => (
            tx.name_taken(page.id, name_key, author.id)?,
            tx.page_people(page.id)?,
        ),
        None => (false, Vec::new()),
    };
    Ok(Gathered {
        site,
        page,
        parent: None,
        author,
        has_contact,
        earlier,
        name_taken,
        page_people,
    })
}

fn parent_on(tx: &mut dyn Tx, id: CommentId, page: Option<&Page>) -> Result<Comment> {
    let on_page = tx
        .comment(id)?
        .filter(|parent| page.is_some_and(|page| page.id == parent.page_id));
    let parent = on_page.ok_or(ServiceError::invalid("/parent_id", "parent_not_on_page"))?;
    match parent.state {
        CommentState::Published { .. } => Ok(parent),
        _ => Err(ServiceError::invalid("/parent_id", "parent_not_public")),
    }
}

impl Gathered {
    /// What the screens and the policy say of a prepared text.
    pub fn judge(&self, prepared: &Prepared, register: &Register) -> Judgement {
        let seen_before: Vec<SeenBefore> = self
            .earlier
            .iter()
            .map(|text| SeenBefore {
                comment_id: text.comment_id,
                page_id: text.page_id,
                same_author: text.membership_id == self.author.id,
                fate: match text.state {
                    _ if text.is_public => Fate::Public,
                    "removed" | "rejected" | "spam" => Fate::Refused,
                    _ => Fate::Other,
                },
            })
            .collect();
        judge(
            prepared,
            &Facts {
                policy: &self.site.policy,
                register,
                standing: self.author.standing,
                has_contact: self.has_contact,
                seen_before: &seen_before,
                name_taken: self.name_taken,
                page_people: &self.page_people,
            },
        )
    }

    /// Whether a judgement that was made on `self` still stands on what is so `now`. The page may have come into being
    /// in between, with the same people.
    pub fn still_stands(&self, now: &Gathered, register: &Register) -> bool {
        now.site.register_version == register.version()
            && self.site.policy == now.site.policy
            && self.author.standing == now.author.standing
            && self.author.name == now.author.name
            && self.has_contact == now.has_contact
            && self.earlier == now.earlier
            && self.name_taken == now.name_taken
            && self.page_people == now.page_people
    }
}

/// The judgement, held because the facts would not stand still.
pub(super) fn held_for_change(mut judgement: Judgement) -> Judgement {
    let mut reasons = match judgement.verdict {
        Verdict::Hold(reasons) => reasons,
        Verdict::Publish => Vec::new(),
    };
    reasons.push(HoldReason::FACTS_CHANGED);
    judgement.verdict = Verdict::Hold(reasons);
    judgement
}

/// Findings with ids to be stored under.
pub(super) fn with_ids(app: &App, findings: &[Finding], now: Micros) -> Vec<(FindingId, Finding)> {
    findings
        .iter()
        .map(|finding| (FindingId::new(now, app.rng.as_ref()), finding.clone()))
        .collect()
}
