//! Health: whether the process lives, and whether it can do its work.

use actix_web::HttpResponse;

use super::endpoint::{self, Endpoint};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![endpoint::get("/health/live", live)]
}

/// The process answers.
async fn live() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body("live\n")
}
