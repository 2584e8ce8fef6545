//! The JSON interface under `/api/v1`, and its description.

mod comments;
mod desk;
mod desk_session;
mod reports;
mod sign_in;

use actix_web::HttpResponse;

use super::endpoint::{self, Endpoint};

/// The description as written by hand; the version is put in when it is served.
const OPENAPI: &str = include_str!("openapi.json");

pub(super) fn endpoints() -> Vec<Endpoint> {
    let mut endpoints = vec![endpoint::get("/api/v1/openapi.json", openapi)];
    endpoints.extend(sign_in::endpoints());
    endpoints.extend(desk_session::endpoints());
    endpoints.extend(comments::endpoints());
    endpoints.extend(reports::endpoints());
    endpoints.extend(desk::endpoints());
    endpoints
}

/// The description of everything under `/api/v1` (OpenAPI 3.1).
async fn openapi() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(("Cache-Control", "no-cache"))
        .content_type("application/json")
        .body(OPENAPI.replace("{{version}}", env!("CARGO_PKG_VERSION")))
}
