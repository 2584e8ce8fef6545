//! The figures for Prometheus, on a listener of their own: they are for whoever runs the server, not for the public.

use std::sync::Arc;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::{Error, HttpResponse, web};

use crate::app::App;
use crate::service::metrics;

/// The web application that answers `GET /metrics` and nothing else, to be served on `server.metrics_listen`.
pub fn create_metrics(
    app: Arc<App>,
) -> actix_web::App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    actix_web::App::new()
        .app_data(web::Data::from(app))
        .route("/metrics", web::get().to(tell))
}

async fn tell(app: web::Data<App>) -> HttpResponse {
    match web::block(move || metrics::text(&app)).await {
        Ok(Ok(text)) => HttpResponse::Ok()
            .content_type("text/plain; version=0.0.4; charset=utf-8")
            .body(text),
        Ok(Err(error)) => {
            tracing::error!(%error, "no metrics");
            HttpResponse::InternalServerError().finish()
        }
        Err(_the_thread_panicked) => HttpResponse::InternalServerError().finish(),
    }
}
