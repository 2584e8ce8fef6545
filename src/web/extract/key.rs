//! The `Idempotency-Key` header.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::service::ServiceError;
use crate::web::error::WebError;

/// The key that a client sent, if it sent one: 1 to 255 visible ASCII characters, else 400 `invalid_idempotency_key`.
#[derive(Debug, Clone)]
pub struct IdempotencyHeader {
    /// The key.
    pub key: Option<String>,
    /// The method and path that it was sent to: a key counts for one thing. Of two comments that are reported under one
    /// key, each gets its report.
    pub route: String,
}

impl FromRequest for IdempotencyHeader {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let route = format!("{} {}", request.method(), request.path());
        let mut values = request.headers().get_all("idempotency-key");
        ready(match (values.next(), values.next()) {
            (None, _) => Ok(Self { key: None, route }),
            (Some(value), None) => match value.to_str() {
                Ok(key) if (1..=255).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()) => {
                    Ok(Self {
                        key: Some(key.to_owned()),
                        route,
                    })
                }
                _ => Err(invalid()),
            },
            (Some(_), Some(_)) => Err(invalid()),
        })
    }
}

fn invalid() -> WebError {
    let detail = "send one Idempotency-Key of 1 to 255 visible ASCII characters";
    ServiceError::malformed_with("invalid_idempotency_key", detail).into()
}
