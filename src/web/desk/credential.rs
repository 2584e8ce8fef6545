//! What a request to the desk brings: the cookie of a session, or an API token. Browsers send cookies along whoever
//! made the request, so that one that changes anything must show that a page of the desk made it.

use std::fmt;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};

use crate::app::App;
use crate::domain::origin::Origin;
use crate::service::ServiceError;
use crate::service::sessions::{self, Staff};
use crate::web::desk::cookie_name;
use crate::web::error::WebError;
use crate::web::extract::{Bearer, RequestOrigin};

/// Longer than any secret of ours.
const COOKIE_LIMIT: usize = 300;

/// A credential for the desk, not yet looked up. Without any 401 `token_missing`.
#[derive(Clone)]
pub struct DeskCredential {
    brought: Brought,
    origin: RequestOrigin,
    /// The header `Sec-Fetch-Site`, which pages cannot set.
    fetch_site: Option<String>,
}

#[derive(Clone)]
enum Brought {
    Token(String),
    Cookie(String),
}

impl fmt::Debug for DeskCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeskCredential(..)")
    }
}

impl FromRequest for DeskCredential {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(read(request, payload))
    }
}

fn read(request: &HttpRequest, payload: &mut Payload) -> Result<DeskCredential, WebError> {
    let missing = || ServiceError::unauthorised("token_missing");
    let bearer = Bearer::from_request(request, payload).into_inner();
    // A program says who it is by its token, whatever cookies it keeps.
    let brought = match bearer {
        Ok(Bearer(token)) => Brought::Token(token),
        Err(error) if request.headers().contains_key("Authorization") => return Err(error),
        Err(_none) => {
            let app = request.app_data::<web::Data<App>>().ok_or_else(missing)?;
            let cookie = request.cookie(cookie_name(app)).ok_or_else(missing)?;
            if cookie.value().len() > COOKIE_LIMIT {
                return Err(ServiceError::unauthorised("session_invalid").into());
            }
            Brought::Cookie(cookie.value().to_owned())
        }
    };
    Ok(DeskCredential {
        brought,
        origin: RequestOrigin::extract(request)
            .into_inner()
            .unwrap_or(RequestOrigin::Opaque),
        fetch_site: request
            .headers()
            .get("Sec-Fetch-Site")
            .map(|value| value.to_str().unwrap_or("?").to_owned()),
    })
}

impl DeskCredential {
    /// Who it is, for a request that only reads.
    ///
    /// # Errors
    /// 401 where the session or token is not good.
    pub fn staff(&self, app: &App) -> Result<Staff, WebError> {
        Ok(match &self.brought {
            Brought::Token(token) => sessions::program(app, token)?,
            Brought::Cookie(cookie) => sessions::desk(app, cookie)?,
        })
    }

    /// Who it is, for a request that changes anything.
    ///
    /// # Errors
    /// As [`DeskCredential::staff`]; 403 `origin_not_listed` where a cookie comes without a sign that a page of the desk
    /// sent it.
    pub fn staff_writing(&self, app: &App) -> Result<Staff, WebError> {
        if matches!(self.brought, Brought::Cookie(_)) {
            self.check_own_page(&app.config.server.public_url)?;
        }
        self.staff(app)
    }

    /// `Sec-Fetch-Site`, where the browser is new enough to send it, must say `same-origin`: the blog may be same-site
    /// with us, and is not us. `Origin` must be ours where there is one, and there must be one of the two.
    fn check_own_page(&self, own: &Origin) -> Result<(), WebError> {
        let fetch_site = self.fetch_site.as_deref();
        let fits = match (&self.origin, fetch_site) {
            (RequestOrigin::Of(origin), fetch_site) => {
                origin == own && fetch_site.is_none_or(|site| site == "same-origin")
            }
            (RequestOrigin::Absent, Some(site)) => site == "same-origin",
            (RequestOrigin::Absent, None) | (RequestOrigin::Opaque, _) => false,
        };
        if fits {
            return Ok(());
        }
        let detail =
            format!("with the desk's cookie, requests that change anything must come from a page of {own}");
        Err(ServiceError::forbidden_with("origin_not_listed", detail).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brought(origin: RequestOrigin, fetch_site: Option<&str>) -> Result<(), WebError> {
        DeskCredential {
            brought: Brought::Cookie(String::new()),
            origin,
            fetch_site: fetch_site.map(str::to_owned),
        }
        .check_own_page(&"https://comments.example.org".parse().unwrap())
    }

    #[test]
    fn a_cookie_changes_things_from_our_own_pages_only() {
        let own = || RequestOrigin::Of("https://comments.example.org".parse().unwrap());
        let blog = || RequestOrigin::Of("https://example.org".parse().unwrap());
        for (origin, fetch_site) in [
            (own(), None),
            (own(), Some("same-origin")),
            (RequestOrigin::Absent, Some("same-origin")),
        ] {
            assert!(
                brought(origin.clone(), fetch_site).is_ok(),
                "{origin:?} {fetch_site:?}"
            );
        }
        for (origin, fetch_site) in [
            (blog(), None),
            (blog(), Some("same-site")),
            (blog(), Some("same-origin")),
            (own(), Some("same-site")),
            (own(), Some("cross-site")),
            (own(), Some("none")),
            (RequestOrigin::Absent, None),
            (RequestOrigin::Absent, Some("none")),
            (RequestOrigin::Absent, Some("cross-site")),
            (RequestOrigin::Opaque, Some("same-origin")),
        ] {
            assert!(
                brought(origin.clone(), fetch_site).is_err(),
                "{origin:?} {fetch_site:?}"
            );
        }
    }
}
