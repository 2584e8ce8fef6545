//! What surrounds every request: its id and log line, the headers that every answer has, and the net under panics.

mod catch;
mod headers;
mod log;

use std::sync::Arc;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::ServiceRequest;
use actix_web::error::InternalError;
use actix_web::middleware::Next;
use tracing::Instrument;

use super::Response;
use super::error::WebError;
use crate::app::App;

/// Wraps a request's whole life.
pub(super) async fn around<B: MessageBody + 'static>(
    app: Arc<App>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<Response, Error> {
    let line = log::Line::begin(&app, &request);
    let asked = headers::Asked::of(&request);
    let span = line.span();
    let caught = catch::panics(next.call(request)).instrument(span.clone()).await;
    let answered = caught.unwrap_or_else(|_panicked| Err(WebError::Panicked.into()));
    span.in_scope(|| match answered {
        Ok(mut response) => {
            let pattern = response.request().match_pattern();
            headers::complete(&app, &asked, pattern.as_deref(), response.headers_mut());
            line.end(&app, pattern.as_deref(), response.status());
            Ok(response.map_into_boxed_body())
        }
        // No request is left to answer with: the dispatcher makes the answer of the error.
        Err(error) => {
            let mut response = error.error_response();
            let status = response.status();
            headers::complete(&app, &asked, None, response.headers_mut());
            line.end(&app, None, status);
            Err(InternalError::from_response(error, response).into())
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Parts;
    use crate::config::Config;
    use crate::domain::keys::Keys;
    use actix_web::test::{TestRequest, init_service, try_call_service};
    use actix_web::web;

    async fn boom() -> &'static str {
        panic!("with somebody's text in the message")
    }

    #[actix_web::test]
    async fn a_panic_is_a_500_with_every_header() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("test.db");
        let config = Config::from_sources(
            Some(&format!("[database]\nurl = \"sqlite:{}\"", file.display())),
            Vec::new(),
        )
        .unwrap();
        let app = Arc::new(App::build(config, Keys::from_root([1; 32]), Parts::default()).unwrap());
        let around = move |request, next| super::around(Arc::clone(&app), request, next);
        let service = init_service(
            actix_web::App::new()
                .route("/boom", web::get().to(boom))
                .wrap(actix_web::middleware::from_fn::<_, ()>(around)),
        )
        .await;
        let error = try_call_service(&service, TestRequest::get().uri("/boom").to_request())
            .await
            .unwrap_err();
        let response = error.error_response();
        assert_eq!(response.status(), 500);
        assert_eq!(
            response.headers().get("x-content-type-options").unwrap(),
            "nosniff"
        );
        let body = response.into_body().try_into_bytes().unwrap();
        let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem["code"], "internal");
        assert!(!problem.to_string().contains("somebody"));
    }
}
