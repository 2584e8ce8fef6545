//! The two cookies of a browser at these pages: what it is known by while it signs in, and its session. Their names hold an
//! underscore, which no site's slug does, so that no site's cookie is ever one of them.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};

use crate::app::App;
use crate::service::sign_in_elsewhere::consent::Cookies;
use crate::signin::session::{ACCOUNT, HANDOVER};
use crate::signin::token::PlainToken;

const BROWSER: &str = "browser";
const SESSION: &str = "account";

/// Longer than any secret of ours.
const COOKIE_LIMIT: usize = 300;

/// The cookies that came. Not yet looked up.
#[derive(Debug, Clone)]
pub(in crate::web) struct SignInCookies(pub(in crate::web) Cookies);

impl FromRequest for SignInCookies {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let value = |what: &str| {
            let app = request.app_data::<web::Data<App>>()?;
            let cookie = request.cookie(&name(app, what))?;
            (cookie.value().len() <= COOKIE_LIMIT).then(|| cookie.value().to_owned())
        };
        ready(Ok(Self(Cookies {
            browser: value(BROWSER),
            account: value(SESSION),
        })))
    }
}

/// Browsers take a name with the prefix only over https, for the whole host and for no other; over plain http, which is
/// loopback, the name is a plain one.
fn name(app: &App, what: &str) -> String {
    let prefix = if app.config.server.public_url.is_https() {
        "__Host-"
    } else {
        ""
    };
    format!("{prefix}hustings_{what}")
}

/// What the browser is known by. It outlives the sign-in that it is for, so that what comes too late is told so.
pub(in crate::web) fn browser_cookie(app: &App, browser: &PlainToken) -> Cookie<'static> {
    let seconds = i64::try_from(HANDOVER.as_secs() * 2).unwrap_or(i64::MAX);
    cookie(
        app,
        BROWSER,
        browser.expose().to_owned(),
        Duration::seconds(seconds),
    )
}

/// The session of this value begins, or lasts longer.
pub(super) fn session_cookie(app: &App, value: &str) -> Cookie<'static> {
    let seconds = i64::try_from(ACCOUNT.as_secs()).unwrap_or(i64::MAX);
    cookie(app, SESSION, value.to_owned(), Duration::seconds(seconds))
}

/// Takes the session away.
pub(super) fn no_session(app: &App) -> Cookie<'static> {
    cookie(app, SESSION, String::new(), Duration::ZERO)
}

fn cookie(app: &App, what: &str, value: String, max_age: Duration) -> Cookie<'static> {
    Cookie::build(name(app, what), value)
        .path("/")
        .secure(app.config.server.public_url.is_https())
        .http_only(true)
        // Lax and not Strict: the provider's page, which is another site, sends the browser back here.
        .same_site(SameSite::Lax)
        .max_age(max_age)
        .finish()
}
