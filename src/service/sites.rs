//! Adding sites and changing them as the operator does, by command; moving pages.

use std::time::Duration;

use crate::app::App;
use crate::domain::id::{CommentId, PageId, SiteId};
use crate::domain::origin::Origin;
use crate::domain::page::{PageAddress, PageKey, PageUrl};
use crate::domain::provider::ProviderKey;
use crate::domain::site::{Contact, HoldPolicy, LetterReaders, Policy, Site, Slug};
use crate::service::manage::{self, PolicyChange, SiteChange};
use crate::service::{Result, ServiceError};
use crate::storage::Tx;

/// Adds a site.
///
/// # Errors
/// `site_exists`, `origin_needed`, `name_invalid`.
pub fn add(app: &App, slug: Slug, name: &str, origins: Vec<Origin>) -> Result<Site> {
    if origins.is_empty() {
        return Err(ServiceError::invalid("/origins", "origin_needed"));
    }
    let named = SiteChange {
        name: Some(name.to_owned()),
        ..SiteChange::default()
    };
    manage::validate(app, &named)?;
    let now = app.clock.now();
    let site = Site {
        id: SiteId::new(now, app.rng.as_ref()),
        slug,
        name: manage::one_line(name),
        origins,
        policy: Policy::default(),
        paused: None,
        register_version: 0,
        created_at: now,
    };
    app.db.write(move |tx| {
        if tx.site_by_slug(&site.slug)?.is_some() {
            return Err(ServiceError::conflict(
                "site_exists",
                "there is a site of this slug",
            ));
        }
        tx.insert_site(&site)?;
        Ok(site.clone())
    })
}

/// The site of a slug.
///
/// # Errors
/// `site_not_found`.
pub fn by_slug(app: &App, slug: &Slug) -> Result<Site> {
    app.db.read(|tx| found(tx, slug))
}

/// The site of an id.
///
/// # Errors
/// `site_not_found`.
pub fn by_id(app: &App, id: SiteId) -> Result<Site> {
    app.db
        .read(|tx| tx.site(id)?.ok_or(ServiceError::not_found("site_not_found")))
}

/// The site that a public comment stands on.
///
/// # Errors
/// `comment_not_found` where the comment is not public.
pub fn of_public_comment(app: &App, id: CommentId) -> Result<Site> {
    app.db.read(|tx| {
        let not_found = || ServiceError::not_found("comment_not_found");
        let comment = tx
            .comment(id)?
            .filter(|comment| comment.state.public_revision().is_some());
        tx.site(comment.ok_or_else(not_found)?.site_id)?
            .ok_or_else(not_found)
    })
}

/// Where a key of a site leads: the site, and its page where there is one.
///
/// # Errors
/// `site_not_found`.
pub fn route(app: &App, slug: &Slug, key: &PageKey) -> Result<(SiteId, Option<PageId>)> {
    app.db.read(|tx| {
        let site = found(tx, slug)?;
        Ok((site.id, tx.page_by_key(site.id, key)?.map(|page| page.id)))
    })
}

/// All sites, by slug.
pub fn all(app: &App) -> Result<Vec<Site>> {
    app.db.read(|tx| Ok(tx.sites()?))
}

fn found(tx: &mut dyn Tx, slug: &Slug) -> Result<Site> {
    tx.site_by_slug(slug)?
        .ok_or(ServiceError::not_found("site_not_found"))
}

/// What `site set` changes.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The name.
    pub name: Option<String>,
    /// What is held.
    pub hold: Option<HoldPolicy>,
    /// How long authors may edit.
    pub edit_window: Option<Duration>,
    /// How many links a comment may have before it is held.
    pub max_links: Option<u32>,
    /// The language.
    pub lang: Option<String>,
    /// Who is told by letter that comments wait.
    pub waiting_letters: Option<LetterReaders>,
    /// Whether such a letter carries the texts.
    pub waiting_letters_text: Option<bool>,
    /// Where readers may sign in; `Some(None)` is everywhere that the server knows.
    pub providers: Option<Option<Vec<ProviderKey>>>,
    /// Where people can complain; `Some(None)` leads them to the blog again.
    pub contact: Option<Option<Contact>>,
    /// The sentence for readers while nobody can write; `Some(None)` lets them write again.
    pub paused: Option<Option<String>>,
}

/// Changes a site's settings.
///
/// # Errors
/// `site_not_found`, and what is wrong with a value.
pub fn set(app: &App, slug: &Slug, settings: Settings) -> Result<Site> {
    let slug = slug.clone();
    let change = SiteChange {
        name: settings.name,
        paused: settings.paused,
        policy: PolicyChange {
            hold: settings.hold,
            edit_window: settings.edit_window,
            max_links: settings.max_links,
            lang: settings.lang,
            waiting_letters: settings.waiting_letters,
            waiting_letters_text: settings.waiting_letters_text,
            providers: settings.providers,
            contact: settings.contact,
            ..PolicyChange::default()
        },
    };
    manage::validate(app, &change)?;
    app.db.write(move |tx| {
        let mut site = found(tx, &slug)?;
        manage::apply(&mut site, &change);
        tx.update_site(&site)?;
        Ok(site)
    })
}

/// Adds an origin to a site; `false` where it has it.
///
/// # Errors
/// `site_not_found`.
pub fn add_origin(app: &App, slug: &Slug, origin: Origin) -> Result<bool> {
    let (slug, now) = (slug.clone(), app.clock.now());
    app.db.write(move |tx| {
        let site = found(tx, &slug)?;
        Ok(tx.add_origin(site.id, &origin, now)?)
    })
}

/// Removes an origin from a site; `false` where it has none such. The last one stays.
///
/// # Errors
/// `site_not_found`, `last_origin`.
pub fn remove_origin(app: &App, slug: &Slug, origin: Origin) -> Result<bool> {
    let slug = slug.clone();
    app.db.write(move |tx| {
        let site = found(tx, &slug)?;
        if site.origins == [origin.clone()] {
            return Err(ServiceError::conflict(
                "last_origin",
                "a site needs an origin; add the new one first",
            ));
        }
        Ok(tx.remove_origin(site.id, &origin)?)
    })
}

/// Lets a new address (or id) lead to the page that an old one leads to. The old one still does. A new address is the
/// page's from then on: links to its comments go there.
///
/// # Errors
/// `site_not_found`, `page_not_found`, `page_not_of_site` where the new address lies under none of the site's origins,
/// `page_key_taken` where the new one leads to another page with comments.
pub fn move_page(app: &App, slug: &Slug, old: &str, new: &str) -> Result<()> {
    let ((old, _from), (new, to)) = (key_of(old, "/old")?, key_of(new, "/new")?);
    let (slug, now) = (slug.clone(), app.clock.now());
    app.db.write(move |tx| {
        let site = found(tx, &slug)?;
        if to.as_ref().is_some_and(|to| !site.has_origin(&to.origin())) {
            return Err(ServiceError::invalid("/new", "page_not_of_site"));
        }
        let mut page = tx
            .page_by_key(site.id, &old)?
            .ok_or(ServiceError::not_found("page_not_found"))?;
        if tx
            .page_by_key(site.id, &new)?
            .is_some_and(|there| there.id != page.id)
        {
            return Err(ServiceError::conflict(
                "page_key_taken",
                "the new address has comments of its own",
            ));
        }
        tx.point_key(site.id, &new, page.id)?;
        if let Some(to) = &to {
            page.address = PageAddress::Confirmed(to.canonical());
            tx.update_page(&page, now)?;
        }
        Ok(())
    })
}

/// `id:...` is a page id; anything else an address, which is given beside its key.
fn key_of(text: &str, pointer: &str) -> Result<(PageKey, Option<PageUrl>)> {
    let invalid = || ServiceError::invalid(pointer, "page_address_invalid");
    if let Some(id) = text.strip_prefix("id:") {
        let anywhere = PageUrl::parse("https://page.invalid/").map_err(|_why| invalid())?;
        let key = PageKey::of(&anywhere, Some(id)).map_err(|_why| invalid())?;
        return Ok((key, None));
    }
    let url = PageUrl::parse(text).map_err(|_why| invalid())?;
    let key = PageKey::of(&url, None).map_err(|_why| invalid())?;
    Ok((key, Some(url)))
}
