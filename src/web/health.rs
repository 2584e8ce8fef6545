//! Health: whether the process lives, and whether it can do its work.

use actix_web::{HttpResponse, web};

use super::endpoint::{self, Endpoint};
use super::error::WebError;
use super::run;
use crate::app::App;
use crate::service::ServiceError;
use crate::storage::StorageError;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        endpoint::get("/health/live", live),
        endpoint::get("/health/ready", ready),
    ]
}

/// The process answers.
async fn live() -> HttpResponse {
    plain("live\n")
}

/// The database is reached and has this version's schema.
async fn ready(app: web::Data<App>) -> Result<HttpResponse, WebError> {
    let current = run(&app, |app| app.db.schema_is_current().map_err(ServiceError::from)).await?;
    if current {
        Ok(plain("ready\n"))
    } else {
        let outdated = StorageError::Unavailable(String::from("the schema is of another version"));
        Err(ServiceError::from(outdated).into())
    }
}

fn plain(text: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body(text)
}
