//! The desk over HTTP: its pages, its cookie, and who may come with it. The desk is first-party; nothing here answers to a
//! page of another origin. The same over JSON is `api::desk`'s. Every page works without scripts.

mod comment;
mod credential;
mod decide;
mod diff;
mod enter;
mod found;
mod frame;
mod highlight;
mod item;
mod lit;
mod pages;
mod queue;
mod site_form;
mod sites;
mod try_text;
mod words;

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

use crate::app::App;
use crate::service::sessions::DeskSession;
use crate::signin::session::DESK_ABSOLUTE;

use crate::web::endpoint::Endpoint;

pub use credential::DeskCredential;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let mut endpoints = Vec::new();
    endpoints.extend(queue::endpoints());
    endpoints.extend(decide::endpoints());
    endpoints.extend(comment::endpoints());
    endpoints.extend(pages::endpoints());
    endpoints.extend(sites::endpoints());
    endpoints.extend(try_text::endpoints());
    endpoints.extend(enter::endpoints());
    endpoints
}

/// The cookie's name. Browsers take one with the prefix only over https, for the whole host and for no other; over plain
/// http, which is loopback, the name is a plain one.
pub fn cookie_name(app: &App) -> &'static str {
    if app.config.server.public_url.is_https() {
        "__Host-hustings"
    } else {
        "hustings"
    }
}

/// The cookie of a session. It outlives what the server may allow it, never the other way round.
pub fn cookie(app: &App, session: &DeskSession) -> Cookie<'static> {
    let seconds = i64::try_from(DESK_ABSOLUTE.as_secs()).unwrap_or(i64::MAX);
    bare(
        app,
        session.secret.expose().to_owned(),
        Duration::seconds(seconds),
    )
}

/// Takes the cookie away.
pub fn no_cookie(app: &App) -> Cookie<'static> {
    bare(app, String::new(), Duration::ZERO)
}

fn bare(app: &App, value: String, max_age: Duration) -> Cookie<'static> {
    Cookie::build(cookie_name(app), value)
        .path("/")
        .secure(app.config.server.public_url.is_https())
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(max_age)
        .finish()
}
