//! Managing pages and sites at the desk: open and closed, titles, people tags, pause and policy.

use std::time::Duration;

use serde::Serialize;

use crate::app::App;
use crate::domain::id::{PageId, PersonId};
use crate::domain::language::Language;
use crate::domain::page::{InvalidPage, Page, PageAddress, PageState, PageUrl, Title};
use crate::domain::provider::ProviderKey;
use crate::domain::role::Right;
use crate::domain::site::{Contact, HoldPolicy, LetterReaders, ListedWord, Policy, Site, Slug};
use crate::screening;
use crate::service::decide::REASON_LIMIT;
use crate::service::queue::DeskPage;
use crate::service::sessions::Staff;
use crate::service::{FieldError, Result, ServiceError};
use crate::storage::Tx;

const SENTENCE_LIMIT: usize = 500;
const TITLE_LIMIT: usize = 300;
const LONGEST_EDIT_WINDOW: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// What to change of a page.
#[derive(Debug, Clone, Default)]
pub struct PageChange {
    /// Open or closed.
    pub state: Option<PageState>,
    /// The title, which is confirmed by being sent.
    pub title: Option<String>,
    /// The address, which is confirmed by being sent.
    pub url: Option<String>,
    /// The people whom the page concerns.
    pub people: Option<Vec<PersonId>>,
}

/// A page with the people whom it concerns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ManagedPage {
    /// The page.
    #[serde(flatten)]
    pub page: DeskPage,
    /// Ids of the people whom it concerns.
    pub people: Vec<String>,
}

/// A page for the desk.
///
/// # Errors
/// `page_not_found` also where the staff may not see its site.
pub fn page(app: &App, staff: &Staff, id: PageId) -> Result<ManagedPage> {
    app.db.read(|tx| {
        let page = visible_page(tx, staff, id)?;
        managed(tx, &page)
    })
}

/// Changes a page.
///
/// # Errors
/// `page_not_found`, `forbidden`, `title_invalid`, `page_address_invalid`, `page_address_userinfo`, `page_not_of_site`,
/// `person_unknown`.
pub fn change_page(app: &App, staff: &Staff, id: PageId, change: PageChange) -> Result<ManagedPage> {
    let title = change.title.as_deref().map(one_line);
    if title
        .as_ref()
        .is_some_and(|title| title.is_empty() || title.chars().count() > TITLE_LIMIT)
    {
        return Err(ServiceError::invalid("/title", "title_invalid"));
    }
    let invalid = |why| match why {
        InvalidPage::Userinfo => ServiceError::invalid("/url", "page_address_userinfo"),
        InvalidPage::Address | InvalidPage::Id => ServiceError::invalid("/url", "page_address_invalid"),
    };
    let url = change
        .url
        .as_deref()
        .map(PageUrl::parse)
        .transpose()
        .map_err(invalid)?;
    let (staff, now) = (staff.clone(), app.clock.now());
    app.db.write(move |tx| {
        let mut page = visible_page(tx, &staff, id)?;
        if !staff.may(Right::Decide, page.site_id) {
            return Err(ServiceError::forbidden("forbidden"));
        }
        let before = page.clone();
        if let Some(state) = change.state {
            page.state = state;
        }
        if let Some(title) = &title {
            page.title = Title::Confirmed(title.clone());
        }
        if let Some(url) = &url {
            let site = tx.site(page.site_id)?;
            if !site.is_some_and(|site| site.has_origin(&url.origin())) {
                return Err(ServiceError::invalid("/url", "page_not_of_site"));
            }
            page.address = PageAddress::Confirmed(url.canonical());
        }
        if page != before {
            tx.update_page(&page, now)?;
        }
        if let Some(people) = &change.people {
            let known = tx.people_by_ids(people)?;
            let of_site = |id: &PersonId| {
                known
                    .iter()
                    .any(|person| person.id == *id && person.site_id == page.site_id)
            };
            if !people.iter().all(of_site) {
                return Err(ServiceError::invalid("/people", "person_unknown"));
            }
            tx.set_page_people(page.id, people)?;
        }
        managed(tx, &page)
    })
}

fn visible_page(tx: &mut dyn Tx, staff: &Staff, id: PageId) -> Result<Page> {
    let page = tx.page(id)?.filter(|page| staff.may(Right::See, page.site_id));
    page.ok_or(ServiceError::not_found("page_not_found"))
}

fn managed(tx: &mut dyn Tx, page: &Page) -> Result<ManagedPage> {
    let people = tx.page_people(page.id)?.iter().map(ToString::to_string).collect();
    Ok(ManagedPage {
        page: DeskPage::from(page),
        people,
    })
}

/// One line: white space run together, and nothing that controls how the rest is shown.
pub(super) fn one_line(text: &str) -> String {
    let shown: String = text
        .chars()
        .filter(|c| c.is_whitespace() || !(c.is_control() || is_direction(*c)))
        .collect();
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}')
}

/// What to change of a site.
#[derive(Debug, Clone, Default)]
pub struct SiteChange {
    /// The name.
    pub name: Option<String>,
    /// The sentence for readers while nobody can write; `Some(None)` lets them write again.
    pub paused: Option<Option<String>>,
    /// What to change of the policy.
    pub policy: PolicyChange,
}

/// What to change of a site's policy. It is put onto the policy that stands when it is written, so that of two changes
/// at once neither is lost.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PolicyChange {
    /// What is held.
    pub hold: Option<HoldPolicy>,
    /// How long authors may edit.
    pub edit_window: Option<Duration>,
    /// How many links a comment may have before it is held.
    pub max_links: Option<u32>,
    /// The listed words.
    pub words: Option<Vec<ListedWord>>,
    /// The reasons that moderators choose from.
    pub reasons: Option<Vec<String>>,
    /// The language.
    pub lang: Option<String>,
    /// Whom letters about waiting comments go to.
    pub waiting_letters: Option<LetterReaders>,
    /// Whether they carry the texts.
    pub waiting_letters_text: Option<bool>,
    /// Where readers may sign in; `Some(None)` is everywhere that the server knows.
    pub providers: Option<Option<Vec<ProviderKey>>>,
    /// Where people can complain; `Some(None)` leads them to the blog again.
    pub contact: Option<Option<Contact>>,
}

impl PolicyChange {
    fn onto(&self, policy: &mut Policy) {
        policy.hold = self.hold.unwrap_or(policy.hold);
        policy.edit_window = self.edit_window.unwrap_or(policy.edit_window);
        policy.max_links = self.max_links.unwrap_or(policy.max_links);
        if let Some(words) = &self.words {
            policy.words.clone_from(words);
        }
        if let Some(reasons) = &self.reasons {
            policy.reasons.clone_from(reasons);
        }
        if let Some(lang) = &self.lang {
            policy.lang.clone_from(lang);
        }
        policy.waiting_letters = self.waiting_letters.unwrap_or(policy.waiting_letters);
        if let Some(contact) = &self.contact {
            policy.contact.clone_from(contact);
        }
        policy.waiting_letters_text = self.waiting_letters_text.unwrap_or(policy.waiting_letters_text);
        if let Some(providers) = &self.providers {
            policy.providers.clone_from(providers);
        }
    }
}

/// Reads where people can complain; none where nothing is given.
///
/// # Errors
/// `contact_invalid`.
pub fn contact(text: &str) -> Result<Option<Contact>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let read = text.parse().map(Some);
    read.map_err(|_invalid| ServiceError::invalid("/contact", "contact_invalid"))
}

/// The sites that the staff may see, by slug.
///
/// # Errors
/// Only storage's.
pub fn sites(app: &App, staff: &Staff) -> Result<Vec<Site>> {
    app.db.read(|tx| visible_sites(tx, staff))
}

fn visible_sites(tx: &mut dyn Tx, staff: &Staff) -> Result<Vec<Site>> {
    let mut sites = tx.sites()?;
    sites.retain(|site| staff.may(Right::See, site.id));
    sites.sort_by(|a, b| a.slug.cmp(&b.slug));
    Ok(sites)
}

/// Pages of the sites that the staff may see, the newest first, each with its site: at most `limit` of each site. With
/// `text` those whose address or title holds it.
///
/// # Errors
/// Only storage's.
pub fn pages(app: &App, staff: &Staff, text: Option<&str>, limit: i64) -> Result<Vec<(Site, DeskPage)>> {
    app.db.read(|tx| {
        let mut found = Vec::new();
        for site in visible_sites(tx, staff)? {
            for page in tx.site_pages(site.id, text, limit)? {
                found.push((site.clone(), DeskPage::from(&page)));
            }
        }
        Ok(found)
    })
}

/// A site for the desk.
///
/// # Errors
/// `site_not_found` also where the staff may not see it.
pub fn site(app: &App, staff: &Staff, slug: &Slug) -> Result<Site> {
    app.db.read(|tx| visible_site(tx, staff, slug))
}

/// Changes a site. Moderators may pause it; the rest is for owners.
///
/// # Errors
/// `site_not_found`, `forbidden`, `paused_invalid`, `name_invalid`, `provider_unknown`, and what is wrong with a policy.
pub fn change_site(app: &App, staff: &Staff, slug: &Slug, change: SiteChange) -> Result<Site> {
    let (staff, slug) = (staff.clone(), slug.clone());
    validate(app, &change)?;
    app.db.write(move |tx| {
        let mut site = visible_site(tx, &staff, &slug)?;
        let needed = if change.policy != PolicyChange::default() || change.name.is_some() {
            Right::Manage
        } else {
            Right::Decide
        };
        if !staff.may(needed, site.id) {
            return Err(ServiceError::forbidden("forbidden"));
        }
        apply(&mut site, &change);
        tx.update_site(&site)?;
        Ok(site)
    })
}

/// Checks a change without making it.
pub(super) fn validate(app: &App, change: &SiteChange) -> Result<()> {
    if let Some(Some(sentence)) = &change.paused
        && (one_line(sentence).is_empty() || sentence.len() > SENTENCE_LIMIT)
    {
        return Err(ServiceError::invalid("/paused", "paused_invalid"));
    }
    if let Some(name) = &change.name
        && (one_line(name).is_empty() || name.len() > TITLE_LIMIT)
    {
        return Err(ServiceError::invalid("/name", "name_invalid"));
    }
    let policy = &change.policy;
    if policy
        .edit_window
        .is_some_and(|window| window > LONGEST_EDIT_WINDOW)
    {
        return Err(ServiceError::invalid(
            "/edit_window_seconds",
            "edit_window_invalid",
        ));
    }
    if policy
        .lang
        .as_ref()
        .is_some_and(|lang| lang.parse::<Language>().is_err())
    {
        return Err(ServiceError::invalid("/lang", "lang_invalid"));
    }
    if let Some(Some(list)) = &policy.providers {
        check_providers(app, list)?;
    }
    for (index, reason) in policy.reasons.iter().flatten().enumerate() {
        if reason.trim() != reason
            || reason.is_empty()
            || reason.len() > REASON_LIMIT
            || reason.contains('\0')
        {
            return Err(ServiceError::invalid(
                &format!("/reasons/{index}"),
                "reason_invalid",
            ));
        }
    }
    for (index, word) in policy.words.iter().flatten().enumerate() {
        if screening::check_word(word).is_err() {
            return Err(ServiceError::invalid(
                &format!("/words/{index}/pattern"),
                "word_invalid",
            ));
        }
    }
    Ok(())
}

/// Refuses providers that the server does not know, and one that is listed twice.
fn check_providers(app: &App, list: &[ProviderKey]) -> Result<()> {
    for (index, key) in list.iter().enumerate() {
        let pointer = format!("/providers/{index}");
        if app.providers.get(key.as_str()).is_none() {
            let known: Vec<&str> = app.providers.shown(None).iter().map(|one| one.key()).collect();
            let known = if known.is_empty() {
                String::from("none is configured")
            } else {
                format!("configured are {}", known.join(", "))
            };
            return Err(ServiceError::Invalid {
                code: "provider_unknown",
                detail: format!("{key} is no provider of this server; {known}"),
                errors: vec![FieldError {
                    pointer,
                    code: "provider_unknown",
                }],
            });
        }
        if list.iter().take(index).any(|before| before == key) {
            return Err(ServiceError::invalid(&pointer, "provider_twice"));
        }
    }
    Ok(())
}

/// Makes a change that has been checked.
pub(super) fn apply(site: &mut Site, change: &SiteChange) {
    if let Some(paused) = &change.paused {
        site.paused = paused.as_deref().map(one_line);
    }
    if let Some(name) = &change.name {
        site.name = one_line(name);
    }
    change.policy.onto(&mut site.policy);
}

fn visible_site(tx: &mut dyn Tx, staff: &Staff, slug: &Slug) -> Result<Site> {
    let site = tx
        .site_by_slug(slug)?
        .filter(|site| staff.may(Right::See, site.id));
    site.ok_or(ServiceError::not_found("site_not_found"))
}
