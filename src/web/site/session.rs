//! A reader's session on the server's own pages: a cookie of each site, whose value is a reader's token bound to the site
//! and to the server's own origin, and the token that their forms carry.

use std::convert::Infallible;
use std::fmt;
use std::future::{Ready, ready};

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};

use crate::app::App;
use crate::domain::site::{Site, Slug};
use crate::service::ServiceError;
use crate::service::sessions::{self, Reader};
use crate::signin::csrf::FormToken;
use crate::signin::session::READER;
use crate::signin::token::PlainToken;
use crate::web::error::{PageError, WebError};

/// Longer than any secret of ours.
const COOKIE_LIMIT: usize = 300;

/// The cookie of the site in the path, if it came. Not yet looked up.
#[derive(Clone)]
pub(super) struct ReaderCookie(Option<String>);

impl fmt::Debug for ReaderCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReaderCookie(..)")
    }
}

impl FromRequest for ReaderCookie {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let slug = request.match_info().get("site");
        let value = request
            .app_data::<web::Data<App>>()
            .zip(slug)
            .and_then(|(app, slug)| request.cookie(&name(app, slug)))
            .map(|cookie| cookie.value().to_owned())
            .filter(|value| value.len() <= COOKIE_LIMIT);
        ready(Ok(Self(value)))
    }
}

impl ReaderCookie {
    /// None at all.
    pub(super) fn none() -> Self {
        Self(None)
    }

    /// Who it is; nobody where the cookie is none or its session is over.
    ///
    /// # Errors
    /// Only storage's.
    pub(super) fn reader(&self, app: &App, site: &Site) -> Result<Option<Reader>, WebError> {
        let Some(secret) = &self.0 else {
            return Ok(None);
        };
        match reader_of(app, site, secret) {
            Ok(reader) => Ok(Some(reader)),
            Err(ServiceError::Unauthorised { .. } | ServiceError::Forbidden { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// The reader of a token that was given on a page of ours.
pub(super) fn reader_of(app: &App, site: &Site, secret: &str) -> Result<Reader, ServiceError> {
    sessions::reader(app, secret, Some(site.id), Some(&app.config.server.public_url))
}

/// Browsers take a name with the prefix only over https, for the whole host and for no other; over plain http, which is
/// loopback, the name is a plain one.
fn name(app: &App, slug: &str) -> String {
    let prefix = if app.config.server.public_url.is_https() {
        "__Host-"
    } else {
        ""
    };
    format!("{prefix}hustings-{slug}")
}

/// The cookie of a session that begins.
pub(super) fn cookie(app: &App, slug: &Slug, token: &PlainToken) -> Cookie<'static> {
    let seconds = i64::try_from(READER.as_secs()).unwrap_or(i64::MAX);
    bare(app, slug, token.expose().to_owned(), Duration::seconds(seconds))
}

/// Takes the cookie away.
pub(super) fn no_cookie(app: &App, slug: &Slug) -> Cookie<'static> {
    bare(app, slug, String::new(), Duration::ZERO)
}

fn bare(app: &App, slug: &Slug, value: String, max_age: Duration) -> Cookie<'static> {
    Cookie::build(name(app, slug.as_str()), value)
        .path("/")
        .secure(app.config.server.public_url.is_https())
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(max_age)
        .finish()
}

/// What a reader's forms carry.
pub(super) fn form_token(app: &App, reader: &Reader) -> FormToken {
    FormToken::of(&app.keys, reader.token)
}

/// Whether a form was rendered for this very session.
///
/// # Errors
/// 403 `form_outdated`.
pub(super) fn check_form(app: &App, reader: &Reader, brought: Option<&str>) -> Result<(), WebError> {
    if brought.is_some_and(|text| form_token(app, reader).is(text)) {
        return Ok(());
    }
    let detail = "the form was rendered for another session than this one; send it again";
    Err(ServiceError::forbidden_with("form_outdated", detail).into())
}

/// Gives the cookie along with an answer.
///
/// # Errors
/// Never with cookies of ours.
pub(super) fn add(answer: &mut HttpResponse, cookie: &Cookie<'_>) -> Result<(), PageError> {
    let added = answer.add_cookie(cookie);
    added.map_err(|_our_cookies_are_headers| PageError::from(WebError::Panicked))
}
