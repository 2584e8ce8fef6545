//! The token that a request brings. What it is good for is the services' business.

use std::fmt;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest};

use crate::service::ServiceError;
use crate::web::error::WebError;

/// Longer than any token of ours.
const TOKEN_LIMIT: usize = 300;

/// `Authorization: Bearer TOKEN`. Without the header 401 `token_missing`; take `Option<Bearer>` where it may be missing.
#[derive(Clone)]
pub struct Bearer(pub String);

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bearer(..)")
    }
}

impl FromRequest for Bearer {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(read(request))
    }
}

fn read(request: &HttpRequest) -> Result<Bearer, WebError> {
    let Some(header) = request.headers().get(AUTHORIZATION) else {
        return Err(ServiceError::unauthorised("token_missing").into());
    };
    let token = header.to_str().ok().and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        let token = token.trim();
        let fits = (1..=TOKEN_LIMIT).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_graphic());
        (scheme.eq_ignore_ascii_case("bearer") && fits).then(|| token.to_owned())
    });
    token
        .map(Bearer)
        .ok_or_else(|| ServiceError::unauthorised("token_invalid").into())
}
