//! The beginning: what a page asks for is checked and written down, and the browser gets its cookie. And the proof that the
//! window that opened ours is a page of the origin.

use uuid::Uuid;

use super::find;
use crate::app::App;
use crate::domain::id::HandoverId;
use crate::domain::language::Language;
use crate::domain::origin::Origin;
use crate::domain::page::PageUrl;
use crate::domain::site::{Site, Slug};
use crate::limits::Action;
use crate::service::{Client, Result, ServiceError, sites};
use crate::signin::pkce::Challenge;
use crate::signin::token::{PlainToken, SecretKind};
use crate::storage::stores::handovers::{Handover, Mode};

const DRAFT: &str = "sign-in elsewhere: draft";

/// What a page asks for, as it wrote it.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The site's slug.
    pub site: String,
    /// The page's origin.
    pub origin: String,
    /// The page's address.
    pub page: String,
    /// base64url of SHA-256 of the verifier that it keeps.
    pub challenge: String,
    /// The UUID by which it knows the sign-in.
    pub request_id: String,
    /// `popup` or `redirect`.
    pub mode: String,
    /// The provider that was chosen there.
    pub provider: Option<String>,
    /// The page's language.
    pub lang: Option<Language>,
}

/// A sign-in that has begun.
#[derive(Debug, Clone)]
pub struct Begun {
    /// It.
    pub handover: Handover,
    /// Its site.
    pub site: Site,
    /// What the browser is known by: the cookie's value.
    pub browser: PlainToken,
    /// The key of the provider that was chosen on the page.
    pub provider: Option<String>,
}

/// Begins a sign-in for a page of a site.
///
/// # Errors
/// `site_not_found`; `invalid_origin`, `invalid_page`, `invalid_challenge`, `invalid_request_id`, `invalid_mode`;
/// `origin_not_listed` where the origin is none of the site's nor our own; `provider_not_found`; limits.
pub fn begin(app: &App, client: &Client, asked: &Asked, cookie: Option<&str>) -> Result<Begun> {
    app.limits
        .check(Action::SignInElsewhere, &[client.address_key()])?;
    let slug: Slug = asked
        .site
        .parse()
        .map_err(|_not_a_slug| ServiceError::not_found("site_not_found"))?;
    let site = sites::by_slug(app, &slug)?;
    let origin = listed_origin(&site, &asked.origin, &app.config.server.public_url)?;
    let page = page_under(&asked.page, &origin)?;
    let challenge = Challenge::parse(&asked.challenge)
        .map_err(|error| ServiceError::malformed_with("invalid_challenge", error.to_string()))?;
    let request = request_id(&asked.request_id)
        .ok_or_else(|| ServiceError::malformed_with("invalid_request_id", "request_id is not a UUID"))?;
    let mode = match asked.mode.as_str() {
        "popup" => Mode::Popup,
        "redirect" => Mode::Redirect,
        _ => {
            return Err(ServiceError::malformed_with(
                "invalid_mode",
                "mode is popup or redirect",
            ));
        }
    };
    let provider = asked
        .provider
        .as_deref()
        .map(|key| shown(app, &site, key))
        .transpose()?;
    let now = app.clock.now();
    let browser = browser(app, cookie);
    let handover = Handover {
        id: HandoverId::new(now, app.rng.as_ref()),
        site_id: site.id,
        origin,
        page: page.to_string(),
        page_name: None,
        lang: asked
            .lang
            .as_ref()
            .map_or_else(|| site.policy.lang.clone(), Language::to_string),
        mode,
        request,
        challenge: *challenge.as_bytes(),
        browser: browser.hash(),
        draft: None,
        account_id: None,
        code: None,
        code_at: None,
        token_id: None,
        created_at: now,
    };
    store(app, &handover)?;
    Ok(Begun {
        handover,
        site,
        browser,
        provider,
    })
}

/// A sign-in that begins on a page of our own.
#[derive(Debug, Clone)]
pub struct OwnPage {
    /// The site.
    pub site: Site,
    /// The page of the blog that it is about.
    pub page: PageUrl,
    /// Its id, where its tag gives one.
    pub page_name: Option<String>,
    /// The language of our pages.
    pub lang: String,
    /// What was being written there; empty for nothing.
    pub draft: Vec<u8>,
}

/// Begins a sign-in for one of our own pages, which keeps what was being written until it is over.
///
/// # Errors
/// `provider_not_found`; limits.
pub fn begin_own(
    app: &App,
    client: &Client,
    asked: OwnPage,
    provider: &str,
    cookie: Option<&str>,
) -> Result<Begun> {
    app.limits
        .check(Action::SignInElsewhere, &[client.address_key()])?;
    let provider = shown(app, &asked.site, provider)?;
    let now = app.clock.now();
    let browser = browser(app, cookie);
    let id = HandoverId::new(now, app.rng.as_ref());
    let draft = if asked.draft.is_empty() {
        None
    } else {
        Some(
            app.keys
                .seal(DRAFT, id.as_bytes(), &asked.draft, app.rng.as_ref())?,
        )
    };
    let handover = Handover {
        id,
        site_id: asked.site.id,
        origin: app.config.server.public_url.clone(),
        page: asked.page.to_string(),
        page_name: asked.page_name,
        lang: asked.lang,
        mode: Mode::Own,
        request: *id.as_bytes(),
        // Nothing is redeemed with it: it is the browser's cookie that the session goes to.
        challenge: [0; 32],
        browser: browser.hash(),
        draft,
        account_id: None,
        code: None,
        code_at: None,
        token_id: None,
        created_at: now,
    };
    store(app, &handover)?;
    Ok(Begun {
        handover,
        site: asked.site,
        browser,
        provider: Some(provider),
    })
}

/// What was being written on the own page where a sign-in began; empty for nothing.
///
/// # Errors
/// Where the seal does not open.
pub(super) fn draft(app: &App, handover: &Handover) -> Result<Vec<u8>> {
    match &handover.draft {
        None => Ok(Vec::new()),
        Some(sealed) => Ok(app.keys.open(DRAFT, handover.id.as_bytes(), sealed)?),
    }
}

/// The page that opened our window answered from the right origin: our script in that window has seen it. Only the browser
/// that began can say so.
///
/// # Errors
/// `sign_in_not_found`, `sign_in_expired`; limits.
pub fn opener_proved(app: &App, client: &Client, id: HandoverId, cookie: Option<&str>) -> Result<()> {
    app.limits
        .check(Action::SignInElsewhere, &[client.address_key()])?;
    let now = app.clock.now();
    let cookie = cookie.map(str::to_owned);
    app.db.write(move |tx| {
        find(tx, id, cookie.as_deref(), now)?;
        Ok::<_, ServiceError>(tx.prove_opener(id)?)
    })
}

fn store(app: &App, handover: &Handover) -> Result<()> {
    let row = handover.clone();
    app.db
        .write(move |tx| Ok::<_, ServiceError>(tx.insert_handover(&row)?))?;
    tracing::info!(handover = %handover.id, "sign-in elsewhere begun");
    Ok(())
}

/// The browser's cookie: the one that it has, where that is one.
fn browser(app: &App, cookie: Option<&str>) -> PlainToken {
    cookie
        .and_then(|cookie| PlainToken::parse(SecretKind::Browser, cookie).ok())
        .unwrap_or_else(|| PlainToken::new(SecretKind::Browser, app.rng.as_ref()))
}

/// The key of a provider that the site's readers see.
pub(super) fn shown(app: &App, site: &Site, key: &str) -> Result<String> {
    let shown = app.providers.shown(site.policy.providers.as_deref());
    shown
        .iter()
        .find(|provider| provider.key() == key)
        .map(|provider| provider.key().to_owned())
        .ok_or(ServiceError::not_found("provider_not_found"))
}

/// Byte for byte one of the site's, or our own.
fn listed_origin(site: &Site, text: &str, own: &Origin) -> Result<Origin> {
    let origin = text
        .parse::<Origin>()
        .ok()
        .filter(|origin| origin.as_str() == text)
        .ok_or_else(|| ServiceError::malformed_with("invalid_origin", "origin is not one"))?;
    if site.has_origin(&origin) || origin == *own {
        return Ok(origin);
    }
    Err(ServiceError::forbidden_with(
        "origin_not_listed",
        format!(
            "{origin} is not one of the origins of {slug}; its operator adds it with: hustings site origin add {slug} {origin}",
            slug = site.slug
        ),
    ))
}

/// An address of that very origin: the reader is led back to it, and the code with them.
fn page_under(text: &str, origin: &Origin) -> Result<PageUrl> {
    PageUrl::parse(text)
        .ok()
        .filter(|page| page.origin() == *origin)
        .ok_or_else(|| ServiceError::malformed_with("invalid_page", "the page is not one of the origin's"))
}

/// The sixteen bytes of a UUID in its one spelling.
pub(super) fn request_id(text: &str) -> Option<[u8; 16]> {
    let id = Uuid::try_parse(text).ok()?;
    (id.to_string() == text).then(|| *id.as_bytes())
}
