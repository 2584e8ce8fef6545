//! One log line a request, and its place in the metrics: its id, method, route pattern, status and duration. Never an address, a path with what stands
//! in it, a query, or anything that somebody wrote.

use std::time::Instant;

use actix_web::dev::ServiceRequest;
use actix_web::http::{Method, StatusCode};
use tracing::Span;

use crate::app::App;

/// A request that is being handled.
pub(super) struct Line {
    span: Span,
    method: Method,
    begun: Instant,
}

impl Line {
    pub(super) fn begin(app: &App, request: &ServiceRequest) -> Self {
        let mut id = [0u8; 8];
        app.rng.fill(&mut id);
        let id = u64::from_be_bytes(id);
        Self {
            span: tracing::info_span!("request", id = format_args!("{id:016x}")),
            method: request.method().clone(),
            begun: Instant::now(),
        }
    }

    /// The span in which everything that the request does is logged.
    pub(super) fn span(&self) -> Span {
        self.span.clone()
    }

    /// Writes the line, and counts. A method that is none of the known ones is what a client wrote, and stays out.
    pub(super) fn end(self, app: &App, pattern: Option<&str>, status: StatusCode) {
        let method = match self.method {
            Method::GET
            | Method::HEAD
            | Method::POST
            | Method::PUT
            | Method::PATCH
            | Method::DELETE
            | Method::OPTIONS => self.method.as_str(),
            _ => "other",
        };
        let took = self.begun.elapsed();
        app.metrics.request(method, pattern, status.as_u16(), took);
        tracing::info!(
            target: "hustings::request",
            method,
            route = pattern.unwrap_or("none"),
            status = status.as_u16(),
            micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            "answered"
        );
    }
}
