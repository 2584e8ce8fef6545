//! The `Origin` that a browser says a request comes from, and the check that guards what changes anything.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::ORIGIN;
use actix_web::{FromRequest, HttpRequest};

use crate::domain::origin::Origin;
use crate::domain::site::Site;
use crate::service::ServiceError;
use crate::web::error::WebError;

/// What the request's `Origin` header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestOrigin {
    /// There is none: no browser sent this, or one that reads only.
    Absent,
    /// `null`, several, or nonsense: matches nothing.
    Opaque,
    /// An http(s) origin.
    Of(Origin),
}

impl FromRequest for RequestOrigin {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let mut values = request.headers().get_all(ORIGIN);
        ready(Ok(match (values.next(), values.next()) {
            (None, _) => Self::Absent,
            (Some(value), None) => {
                let origin = value.to_str().ok().and_then(|text| {
                    // Browsers send the one ASCII form; another spelling is not from one.
                    text.parse::<Origin>()
                        .ok()
                        .filter(|origin| origin.as_str() == text)
                });
                origin.map_or(Self::Opaque, Self::Of)
            }
            (Some(_), Some(_)) => Self::Opaque,
        }))
    }
}

impl RequestOrigin {
    /// The origin, where there is one that could match.
    pub fn named(&self) -> Option<&Origin> {
        match self {
            Self::Of(origin) => Some(origin),
            Self::Absent | Self::Opaque => None,
        }
    }
    /// The origin, for requests that must come from a page; which ones it may be is for others to say.
    ///
    /// # Errors
    /// 403 `origin_not_listed`.
    pub fn required(&self) -> Result<&Origin, WebError> {
        self.named().ok_or_else(|| {
            ServiceError::forbidden_with(
                "origin_not_listed",
                "the request names no Origin that could be listed",
            )
            .into()
        })
    }
}

/// The origin of a request that changes something under an embed's token, a cookie or no credential: one of the site's, or
/// the server's own (`own`), whose pages work without JavaScript. Requests under an API token are not asked.
///
/// # Errors
/// 403 `origin_not_listed`, with the command that lists it.
pub fn check_origin(origin: &RequestOrigin, site: &Site, own: &Origin) -> Result<Origin, WebError> {
    let detail = match origin {
        RequestOrigin::Of(origin) if site.has_origin(origin) || origin == own => return Ok(origin.clone()),
        RequestOrigin::Of(origin) => format!(
            "{origin} is not one of the origins of {slug}; its operator adds it with: hustings site origin add {slug} {origin}",
            slug = site.slug
        ),
        RequestOrigin::Opaque => format!(
            "the page has no origin that could be listed (it sends null); open it under one of the origins of {slug}, or \
             list its own with: hustings site origin add {slug} https://...",
            slug = site.slug
        ),
        RequestOrigin::Absent => format!(
            "the request names no Origin; send one of the origins of {slug} (listed with: hustings site origin add {slug} \
             https://...), or use an API token",
            slug = site.slug
        ),
    };
    Err(ServiceError::forbidden_with("origin_not_listed", detail).into())
}
