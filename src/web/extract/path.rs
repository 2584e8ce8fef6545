//! What stands in a path: sites and ids. Text that cannot be one names nothing, and is 404 like one that is not there.

use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::domain::id::{CommentId, PageId};
use crate::domain::site::Slug;
use crate::service::ServiceError;
use crate::web::error::WebError;

/// The `{site}` of a path.
#[derive(Debug, Clone)]
pub struct SiteSlug(pub Slug);

/// The `{id}` of a path.
#[derive(Debug, Clone, Copy)]
pub struct Id<T>(pub T);

/// What an `{id}` can be of.
pub trait NamedInPaths: FromStr {
    /// The code of the 404 where there is none.
    const NOT_FOUND: &'static str;
}

impl NamedInPaths for CommentId {
    const NOT_FOUND: &'static str = "comment_not_found";
}

impl NamedInPaths for PageId {
    const NOT_FOUND: &'static str = "page_not_found";
}

impl FromRequest for SiteSlug {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let slug = request
            .match_info()
            .get("site")
            .and_then(|text| text.parse().ok());
        ready(
            slug.map(Self)
                .ok_or_else(|| ServiceError::not_found("site_not_found").into()),
        )
    }
}

impl<T: NamedInPaths + 'static> FromRequest for Id<T> {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let id = request.match_info().get("id").and_then(|text| text.parse().ok());
        ready(
            id.map(Self)
                .ok_or_else(|| ServiceError::not_found(T::NOT_FOUND).into()),
        )
    }
}
