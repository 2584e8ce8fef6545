//! HTTP only: each handler reads a request, calls one service and shapes its answer. No business rules.
//!
//! # To add a route
//! Write its handler beside its siblings (`api/`, `embed/`, `desk/`, ...) and add a line to that module's `endpoints()`:
//! ```text
//! endpoint::post("/api/v1/sites/{site}/comments", post_comment),
//! ```
//! That one line mounts it: `GET` answers `HEAD` too, other methods get 405 with `Allow`, `OPTIONS` is answered. A route
//! under `/api/` is also described in `api/openapi.json`; tests compare the two lists, and hold every answer that they see
//! to the description. Handlers take the extractors of [`extract`], call their service through [`run`], and return
//! `Result<_, WebError>` (pages: `PageError`), so that [`error`] decides every status.

pub mod api;
pub mod assets;
pub mod demo;
pub mod desk;
pub mod embed;
pub mod endpoint;
pub mod error;
pub mod extract;
pub mod finished;
mod front;
mod health;
mod letters;
pub mod metrics;
mod middleware;
pub mod parts;
pub mod shell;
mod signin;
mod site;

use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::{Error, web};

use crate::app::App;
use endpoint::Endpoint;
use error::WebError;

/// Every route of the server.
pub fn endpoints() -> Vec<Endpoint> {
    let mut endpoints = Vec::new();
    endpoints.extend(front::endpoints());
    endpoints.extend(health::endpoints());
    endpoints.extend(api::endpoints());
    endpoints.extend(embed::endpoints());
    endpoints.extend(desk::endpoints());
    endpoints.extend(assets::endpoints());
    endpoints.extend(letters::endpoints());
    endpoints.extend(signin::endpoints());
    endpoints.extend(site::endpoints());
    endpoints.extend(demo::endpoints());
    endpoints
}

/// The web application: what `serve` runs and what tests call.
pub fn create_app(
    app: Arc<App>,
) -> actix_web::App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody<Error = impl std::fmt::Debug>>,
        Error = Error,
        InitError = (),
    >,
> {
    let around = {
        let app = Arc::clone(&app);
        move |request, next| middleware::around(Arc::clone(&app), request, next)
    };
    actix_web::App::new()
        .app_data(web::Data::from(app))
        .configure(|config| endpoint::mount(config, endpoints()))
        .default_service(web::to(endpoint::no_route))
        .wrap(actix_web::middleware::from_fn::<_, ()>(around))
}

/// Runs a service on a thread that may block, within the request's span. Queries block, and a thread that serves
/// connections must not.
pub async fn run<T, E>(
    app: &web::Data<App>,
    work: impl FnOnce(&App) -> Result<T, E> + Send + 'static,
) -> Result<T, WebError>
where
    T: Send + 'static,
    E: Into<WebError> + Send + 'static,
{
    let app = app.clone().into_inner();
    let span = tracing::Span::current();
    match web::block(move || span.in_scope(|| work(&app))).await {
        Ok(result) => result.map_err(Into::into),
        Err(_the_thread_panicked) => Err(WebError::Panicked),
    }
}

type Response = ServiceResponse<BoxBody>;
