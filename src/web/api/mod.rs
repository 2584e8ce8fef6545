//! The JSON interface under `/api/v1`, and its description.

use actix_web::HttpResponse;

use super::endpoint::{self, Endpoint};

/// The description as written by hand; the version is put in when it is served.
const OPENAPI: &str = include_str!("openapi.json");

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![endpoint::get("/api/v1/openapi.json", openapi)]
}

/// The description of everything under `/api/v1` (OpenAPI 3.1).
async fn openapi() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(("Cache-Control", "no-cache"))
        .content_type("application/json")
        .body(OPENAPI.replace("{{version}}", env!("CARGO_PKG_VERSION")))
}
