//! The sign that a page of this server made a request. Browsers send cookies along whoever made it, so that one which
//! changes anything under a cookie must show this.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::RequestOrigin;
use crate::domain::origin::Origin;
use crate::service::ServiceError;
use crate::web::error::WebError;

/// What a browser says of where a request comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeBy {
    origin: RequestOrigin,
    /// The header `Sec-Fetch-Site`, which pages cannot set.
    fetch_site: Option<String>,
}

impl FromRequest for MadeBy {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(Ok(Self::read(request)))
    }
}

impl MadeBy {
    /// What the request's headers say.
    pub fn read(request: &HttpRequest) -> Self {
        Self {
            origin: RequestOrigin::extract(request)
                .into_inner()
                .unwrap_or(RequestOrigin::Opaque),
            fetch_site: request
                .headers()
                .get("Sec-Fetch-Site")
                .map(|value| value.to_str().unwrap_or("?").to_owned()),
        }
    }

    /// `Sec-Fetch-Site`, where the browser is new enough to send it, must say `same-origin`: the blog may be same-site
    /// with us, and is not us. `Origin` must be ours where there is one, and there must be one of the two.
    ///
    /// # Errors
    /// 403 `origin_not_listed`.
    pub fn own_page(&self, own: &Origin) -> Result<(), WebError> {
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
        let detail = format!("requests that change anything here must come from a page of {own}");
        Err(ServiceError::forbidden_with("origin_not_listed", detail).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made_by(origin: RequestOrigin, fetch_site: Option<&str>) -> Result<(), WebError> {
        let made_by = MadeBy {
            origin,
            fetch_site: fetch_site.map(str::to_owned),
        };
        made_by.own_page(&"https://comments.example.org".parse().unwrap())
    }

    #[test]
    fn things_are_changed_from_our_own_pages_only() {
        let own = || RequestOrigin::Of("https://comments.example.org".parse().unwrap());
        let blog = || RequestOrigin::Of("https://example.org".parse().unwrap());
        for (origin, fetch_site) in [
            (own(), None),
            (own(), Some("same-origin")),
            (RequestOrigin::Absent, Some("same-origin")),
        ] {
            assert!(
                made_by(origin.clone(), fetch_site).is_ok(),
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
                made_by(origin.clone(), fetch_site).is_err(),
                "{origin:?} {fetch_site:?}"
            );
        }
    }
}
