//! The pages on which a reader signs in with an account elsewhere, on the server's own origin: from a click on a site's page
//! to a provider, back, and, after one click here, to the page with a code.
//!
//! What comes in an address (a code, a state, where a page is) is never shown, and answered by going on to an address that has
//! none of it, so that it stays out of histories and of what is shown to the next page.

mod begin;
mod consent;
mod cookies;
mod way;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use askama::Template;

use crate::app::App;
use crate::domain::id::HandoverId;
use crate::domain::site::Site;
use crate::messages::{self, Texts};
use crate::service::sign_in_elsewhere::consent::Look;
use crate::signin::provider::Provider;
use crate::storage::stores::handovers::Mode;
use crate::web::assets;
use crate::web::endpoint::{self, Endpoint};
use crate::web::error::{PageError, WebError};
use crate::web::extract::NamedInPaths;
use crate::web::shell::Shell;

pub(super) use cookies::{SignInCookies, browser_cookie};

const STYLES: &[&str] = &["sign-in.css"];

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        endpoint::get("/sign-in", begin::begin),
        // Before those with an id, which `callback` is not.
        endpoint::get("/sign-in/callback/{provider}", way::callback),
        endpoint::post("/sign-in/callback/{provider}", way::posted),
        endpoint::get("/sign-in/{id}", consent::look),
        endpoint::post("/sign-in/{id}/opener", begin::opener),
        endpoint::post("/sign-in/{id}/continue", consent::go_on),
        endpoint::post("/sign-in/{id}/other", consent::other),
        endpoint::get("/sign-in/{id}/to/{provider}", way::to),
    ]
}

impl NamedInPaths for HandoverId {
    const NOT_FOUND: &'static str = "sign_in_not_found";
}

/// The address of a sign-in's own page.
pub(super) fn address(id: HandoverId) -> String {
    format!("/sign-in/{id}")
}

/// The address that leads to a provider.
pub(super) fn address_to(id: HandoverId, provider: &str) -> String {
    format!("/sign-in/{id}/to/{provider}")
}

/// A provider as it stands on a button.
#[derive(Debug, Clone)]
pub(super) struct Button {
    /// Its key.
    pub(super) key: String,
    /// Its name.
    pub(super) name: String,
    /// Its mark, as markup of ours.
    pub(super) mark: &'static str,
    /// Whether the reader says at which host their account is.
    pub(super) asks_host: bool,
}

impl Button {
    fn of(provider: &Provider) -> Self {
        Self {
            key: provider.key().to_owned(),
            name: provider.name().to_owned(),
            mark: assets::markup(provider.mark().file()),
            asks_host: provider.asks_host(),
        }
    }
}

/// The providers that a site's readers see.
pub(super) fn buttons(app: &App, site: &Site) -> Vec<Button> {
    let shown = app.providers.shown(site.policy.providers.as_deref());
    shown.into_iter().map(Button::of).collect()
}

/// What every page of a sign-in knows.
struct Frame {
    shell: Shell,
}

impl Frame {
    fn new(app: &App, lang: &str, title: String) -> Self {
        Self {
            shell: Shell::new(app, lang, title).with_styles(STYLES),
        }
    }

    /// A page with a form, which must tell the server that it is of the same origin, and tells others nothing.
    fn answer(&self, page: &impl Template) -> Result<HttpResponse, PageError> {
        self.referring("same-origin", page)
    }

    /// A page whose address says what nobody is told.
    fn answer_untold(&self, page: &impl Template) -> Result<HttpResponse, PageError> {
        self.referring("no-referrer", page)
    }

    fn referring(&self, policy: &'static str, page: &impl Template) -> Result<HttpResponse, PageError> {
        let mut response = self.shell.answer(page)?;
        let headers = response.headers_mut();
        headers.insert(header::REFERRER_POLICY, header::HeaderValue::from_static(policy));
        Ok(response)
    }
}

/// Where the reader came from, as they are led back: the page, or our own page of its comments.
fn back(look: &Look) -> String {
    match look.handover.mode {
        Mode::Own => own_page(look, "comments"),
        Mode::Popup | Mode::Opened | Mode::Redirect => look.handover.page.clone(),
    }
}

/// An address of the site's own pages about the page.
fn own_page(look: &Look, what: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("page", &look.handover.page);
    if let Some(name) = &look.handover.page_name {
        query.append_pair("page_id", name);
    }
    query.append_pair("lang", &look.handover.lang);
    format!("/sites/{}/{what}?{}", look.site.slug, query.finish())
}

/// 303, so that what came with the request is not asked for again by going back.
fn see(address: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, address))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .finish()
}

/// "Going on to ...": for where a form was sent, after which browsers follow no redirect to another origin.
#[derive(Template)]
#[template(path = "web/signin/templates/leaving.html")]
struct LeavingPage<'a> {
    shell: &'a Shell,
    texts: &'static Texts,
    address: &'a str,
    name: &'a str,
}

/// A page that goes on to an address by itself, also without scripts.
pub(super) fn leaving(app: &App, lang: &str, address: &str, name: &str) -> Result<HttpResponse, PageError> {
    let texts = messages::texts(lang);
    let frame = Frame::new(app, lang, texts.say_text("signin-leaving", "name", name));
    let page = LeavingPage {
        shell: &frame.shell,
        texts,
        address,
        name,
    };
    frame.answer_untold(&page)
}

/// Gives a cookie along with an answer.
fn add(answer: &mut HttpResponse, cookie: &actix_web::cookie::Cookie<'_>) -> Result<(), PageError> {
    let added = answer.add_cookie(cookie);
    added.map_err(|_our_cookies_are_headers| PageError::from(WebError::Panicked))
}

type AppData = web::Data<App>;
