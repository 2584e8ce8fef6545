//! Posting a comment: limits, facts, judgement with no connection held, and one write that checks them again.

use std::sync::Arc;

use crate::app::App;
use crate::domain::comment::{Comment, CommentKind, CommentState, Revision};
use crate::domain::decision::{Action, Actor, Decision};
use crate::domain::id::{CommentId, DecisionId, PageId};
use crate::domain::page::{InvalidPage, Page, PageAddress, PageKey, PageState, PageUrl, Title};
use crate::domain::site::Site;
use crate::domain::text::{CommentSource, InvalidSource};
use crate::jobs::Job;
use crate::limits::{self, Key};
use crate::screening::{self, Draft};
use crate::service::idempotency::IdempotencyKey;
use crate::service::judging::{self, Gathered, PagePlace, Place};
use crate::service::manage;
use crate::service::sessions::Reader;
use crate::service::{Client, Result, ServiceError, tell_moderators};
use crate::storage::Tx;
use crate::storage::stores::idempotency::Remembered;
use crate::storage::stores::jobs::StoredJob;

const TITLE_LIMIT: usize = 300;

/// Which page a comment is for, as the tag on it says.
#[derive(Debug, Clone)]
pub struct PageClaim {
    /// The id that the tag gives.
    pub id: Option<String>,
    /// The page's address.
    pub url: String,
    /// Its title: a claim.
    pub title: Option<String>,
}

/// A comment to post.
#[derive(Debug, Clone)]
pub struct NewComment {
    /// Where.
    pub page: PageClaim,
    /// The comment it answers.
    pub parent_id: Option<CommentId>,
    /// The Markdown.
    pub body: String,
    /// Where its claims can be checked; for moderators.
    pub source_url: Option<String>,
}

/// Posts a comment of a reader who has a token of the site. Gives its id, or that of the comment that was posted under
/// the same idempotency key.
///
/// # Errors
/// What is not right about the request, with the field; `site_paused`, `page_closed`, the author's standing; limits.
pub fn post_comment(
    app: &App,
    site: &Site,
    reader: &Reader,
    client: Client,
    new: NewComment,
    key: Option<IdempotencyKey>,
) -> Result<CommentId> {
    let url = page_of_site(site, &new.page)?;
    let page_key = PageKey::of(&url, new.page.id.as_deref()).map_err(invalid_page)?;
    let source = CommentSource::parse(&new.body).map_err(invalid_source)?;
    let source_url = new.source_url.as_deref().map(source_address).transpose()?;
    if let Some(key) = &key {
        let scope = key.scope;
        let remembered = app.db.read(|tx| Ok::<_, ServiceError>(tx.remembered(&scope)?))?;
        if let Some(remembered) = key.replay(remembered)? {
            return resource(&remembered);
        }
    }
    app.limits.check(
        limits::Action::Post,
        &[Key::Account(reader.account), client.address_key()],
    )?;

    let place = Place {
        site: site.id,
        page: PagePlace::Key(page_key.clone()),
        parent: new.parent_id,
        author: reader.membership.id,
        itself: None,
    };
    let prepared = screening::prepare(Draft {
        source: &source,
        name: &reader.membership.name,
        source_url: source_url.as_deref(),
    });
    seen_by_readers(&prepared)?;
    let name_key = screening::name_key(&reader.membership.name);

    for attempt in 0..=judging::TRIES {
        let facts = app
            .db
            .read(|tx| judging::gather(tx, &place, &prepared.fingerprint(), &name_key))?;
        let register = judging::register_of(app, &facts.site)?;
        let mut judgement = facts.judge(&prepared, &register);
        let last = attempt == judging::TRIES;
        if last {
            judgement = judging::held_for_change(judgement);
        }
        let now = app.clock.now();
        let id = CommentId::new(now, app.rng.as_ref());
        let write = Write {
            id,
            place: place.clone(),
            facts,
            last,
            state: CommentState::posted(judgement.verdict.clone()),
            findings: judging::with_ids(app, &judgement.findings, now),
            revision: Revision {
                comment_id: id,
                number: 1,
                source: source.clone(),
                html: prepared.html().clone(),
                source_url: source_url.clone(),
                fingerprint: prepared.fingerprint(),
                created_at: now,
                register_version: register.version(),
            },
            page: Page {
                id: PageId::new(now, app.rng.as_ref()),
                site_id: site.id,
                address: match new.page.id {
                    Some(_) => PageAddress::Claimed(url.canonical()),
                    None => PageAddress::Confirmed(url.canonical()),
                },
                title: claimed_title(new.page.title.as_deref()),
                state: PageState::Open,
                version: 0,
                comment_count: 0,
                created_at: now,
            },
            page_key: page_key.clone(),
            decision: DecisionId::new(now, app.rng.as_ref()),
            register: Arc::clone(&register),
            name_key: name_key.clone(),
            key: key.clone(),
            telling: Job::TellModerators { site: site.id }.to_stored(now, app.rng.as_ref()),
        };
        let public = write.state.public_revision().is_some();
        match app.db.write(move |tx| write.run(tx))? {
            Written::Done(id) => {
                app.metrics.posted(public);
                return Ok(id);
            }
            Written::FactsChanged => continue,
        }
    }
    // The last round holds instead of asking for another.
    Err(ServiceError::conflict(
        "facts_changed",
        "the site changed while the comment was checked; send it again",
    ))
}

enum Written {
    Done(CommentId),
    FactsChanged,
}

/// All that one transaction stores; it can be run again.
struct Write {
    id: CommentId,
    place: Place,
    facts: Gathered,
    last: bool,
    state: CommentState,
    findings: Vec<(crate::domain::id::FindingId, crate::domain::finding::Finding)>,
    revision: Revision,
    page: Page,
    page_key: PageKey,
    decision: DecisionId,
    register: Arc<screening::Register>,
    name_key: String,
    key: Option<IdempotencyKey>,
    telling: StoredJob,
}

impl Write {
    fn run(&self, tx: &mut dyn Tx) -> Result<Written> {
        if let Some(key) = &self.key
            && let Some(remembered) = key.replay(tx.remembered(&key.scope)?)?
        {
            return Ok(Written::Done(resource(&remembered)?));
        }
        let now = judging::gather(tx, &self.place, &self.revision.fingerprint, &self.name_key)?;
        if !self.last && !self.facts.still_stands(&now, &self.register) {
            return Ok(Written::FactsChanged);
        }
        let page_id = match &now.page {
            Some(page) => page.id,
            None if tx.insert_page(&self.page, &self.page_key)? => self.page.id,
            None => return Ok(Written::FactsChanged),
        };
        let parent = now.parent.as_ref();
        let comment = Comment {
            id: self.id,
            site_id: self.place.site,
            page_id,
            parent_id: parent.map(|parent| parent.id),
            root_id: parent.map_or(self.id, |parent| parent.root_id),
            depth: parent.map_or(0, |parent| parent.depth + 1),
            kind: CommentKind::Comment,
            membership_id: self.place.author,
            state: self.state.clone(),
            last_revision: 1,
            created_at: self.revision.created_at,
            edited_at: None,
        };
        tx.insert_comment(
            &comment,
            &self.revision,
            screening::PIPELINE_VERSION,
            &self.findings,
            self.revision.created_at,
        )?;
        tx.insert_decision(
            &Decision {
                id: self.decision,
                site_id: comment.site_id,
                comment_id: comment.id,
                action: Action::Post,
                actor: Actor::Author(now.author.account_id),
                revision: Some(1),
                before: None,
                after: self.state.clone(),
                reason: None,
                at: self.revision.created_at,
                note_digest: None,
            },
            None,
        )?;
        tell_moderators::note(tx, &now.site, &comment, &comment.state, &self.telling)?;
        if let Some(key) = &self.key {
            let made = Remembered {
                request: key.request,
                status: 201,
                resource: self.id.to_string(),
            };
            if !tx.remember(&key.scope, &made, self.revision.created_at)? {
                // Another request under the key commits first; roll back and answer with what it made.
                return Err(ServiceError::conflict(
                    "request_in_progress",
                    "the same request is being handled; try again",
                ));
            }
        }
        Ok(Written::Done(self.id))
    }
}

fn resource(remembered: &Remembered) -> Result<CommentId> {
    remembered
        .resource
        .parse()
        .map_err(|_not_ours| ServiceError::inconsistent("idempotency_keys", "resource"))
}

/// The page's address, where it lies under one of the site's origins.
pub(super) fn page_of_site(site: &Site, claim: &PageClaim) -> Result<PageUrl> {
    let url = PageUrl::parse(&claim.url).map_err(invalid_page)?;
    if site.has_origin(&url.origin()) {
        Ok(url)
    } else {
        Err(ServiceError::invalid("/page/url", "page_not_of_site"))
    }
}

fn invalid_page(why: InvalidPage) -> ServiceError {
    match why {
        InvalidPage::Address => ServiceError::invalid("/page/url", "page_address_invalid"),
        InvalidPage::Userinfo => ServiceError::invalid("/page/url", "page_address_userinfo"),
        InvalidPage::Id => ServiceError::invalid("/page/id", "page_id_invalid"),
    }
}

/// What a source that cannot be a comment is refused with.
pub fn invalid_source(why: InvalidSource) -> ServiceError {
    match why {
        InvalidSource::Empty => ServiceError::invalid("/body", "body_empty"),
        InvalidSource::TooLong => ServiceError::invalid("/body", "body_too_long"),
        InvalidSource::Nul => ServiceError::invalid("/body", "body_has_nul"),
    }
}

/// Refuses a text of which readers would see nothing: with what is left of it, nobody can say why it was held.
pub(super) fn seen_by_readers(prepared: &screening::Prepared) -> Result<()> {
    if prepared.is_blank() {
        Err(invalid_source(InvalidSource::Empty))
    } else {
        Ok(())
    }
}

/// An http(s) address of at most 2,048 bytes, without user, written back canonically.
fn source_address(text: &str) -> Result<String> {
    PageUrl::parse(text)
        .map(|url| url.to_string())
        .map_err(|_why| ServiceError::invalid("/source_url", "source_url_invalid"))
}

/// A title is one line of at most 300 characters; what is left of it may be nothing.
fn claimed_title(title: Option<&str>) -> Title {
    let line = manage::one_line(title.unwrap_or(""));
    let clean: String = line.chars().take(TITLE_LIMIT).collect();
    if clean.is_empty() {
        Title::None
    } else {
        Title::Claimed(clean)
    }
}
