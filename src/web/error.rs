//! The one table from errors to statuses, and the two shapes in which clients get them: `application/problem+json`
//! (RFC 9457) and, for pages, HTML. What went wrong inside is logged here with its chain, and never answered.

use std::error::Error as _;
use std::fmt;

use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use askama::Template;
use serde::Serialize;

use crate::messages::{self, Texts};
use crate::service::{FieldError, ServiceError};
use crate::storage::StorageError;
use crate::web::assets;

/// Why a request got no answer of its own: a service's word, or what HTTP itself can be wrong about.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// What the service said.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// Nothing lives at the path.
    #[error("nothing lives at this address")]
    NoRoute,
    /// Something lives at the path, and takes other methods.
    #[error("this address does not take the method")]
    Method {
        /// Those that it takes, for `Allow`.
        allowed: Vec<Method>,
    },
    /// The body is over the limit.
    #[error("the body is longer than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
        /// Whether the rest of the body was read, so that the connection can be used again.
        drained: bool,
    },
    /// The body is not of the type that is taken here.
    #[error("send the body as application/json in UTF-8, without Content-Encoding")]
    MediaType,
    /// The body did not come in time.
    #[error("the body did not come in time")]
    Timeout,
    /// What is there could not be written out.
    #[error("an answer could not be written")]
    Template(#[from] askama::Error),
    /// The code panicked; the panic hook has logged where.
    #[error("panicked")]
    Panicked,
}

/// A problem as clients get it (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// `urn:hustings:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: &'static str,
    /// The status.
    pub status: u16,
    /// The stable code: what programs act on.
    pub code: &'static str,
    /// A sentence for people.
    pub detail: String,
    /// The fields that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Field>,
    /// With `revision_changed`: the revision to decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_revision: Option<i32>,
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// A JSON pointer into the request's body.
    pub pointer: String,
    /// The stable code.
    pub code: &'static str,
}

impl From<&FieldError> for Field {
    fn from(error: &FieldError) -> Self {
        Self {
            pointer: error.pointer.clone(),
            code: error.code,
        }
    }
}

impl WebError {
    /// The table. Everything that clients can be told stands here, with its status and its code.
    fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            WebError::Service(error) => match error {
                ServiceError::Malformed { code, .. } => (StatusCode::BAD_REQUEST, code),
                ServiceError::Unauthorised { code, .. } => (StatusCode::UNAUTHORIZED, code),
                ServiceError::Forbidden { code, .. } => (StatusCode::FORBIDDEN, code),
                ServiceError::NotFound { code } => (StatusCode::NOT_FOUND, code),
                ServiceError::Conflict { code, .. } => (StatusCode::CONFLICT, code),
                ServiceError::Invalid { code, .. } => (StatusCode::UNPROCESSABLE_ENTITY, code),
                ServiceError::Limited(_) => (StatusCode::TOO_MANY_REQUESTS, "too_many_requests"),
                ServiceError::Storage(error) => match error {
                    StorageError::Busy | StorageError::Conflict(_) => {
                        (StatusCode::SERVICE_UNAVAILABLE, "storage_busy")
                    }
                    StorageError::Full => (StatusCode::SERVICE_UNAVAILABLE, "storage_full"),
                    StorageError::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, "storage_unavailable"),
                    StorageError::NotFound
                    | StorageError::Inconsistent { .. }
                    | StorageError::Panicked
                    | StorageError::Database(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
                },
                ServiceError::Seal(_)
                | ServiceError::OpenAddress(_)
                | ServiceError::Open(_)
                | ServiceError::Inconsistent { .. } => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
            },
            WebError::NoRoute => (StatusCode::NOT_FOUND, "no_such_address"),
            WebError::Method { .. } => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            WebError::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large"),
            WebError::MediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"),
            WebError::Timeout => (StatusCode::REQUEST_TIMEOUT, "body_timeout"),
            WebError::Template(_) | WebError::Panicked => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }

    /// The problem as clients get it. Of what went wrong inside it says nothing.
    pub fn problem(&self) -> Problem {
        let (status, code) = self.status_and_code();
        let errors = match self {
            WebError::Service(ServiceError::Invalid { errors, .. }) => {
                errors.iter().map(Field::from).collect()
            }
            _ => Vec::new(),
        };
        let current_revision = match self {
            WebError::Service(ServiceError::Conflict { current_revision, .. }) => *current_revision,
            _ => None,
        };
        Problem {
            kind: format!("urn:hustings:problem:{code}"),
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            code,
            detail: self.detail(status),
            errors,
            current_revision,
        }
    }

    /// Whether nothing can come of a sign-in any more, so that another is begun.
    pub(in crate::web) fn ends_sign_in(&self) -> bool {
        matches!(
            self.status_and_code().1,
            "code_expired"
                | "code_used"
                | "code_tries_over"
                | "sign_in_not_found"
                | "request_id_invalid"
                | "resend_over"
        )
    }

    fn detail(&self, status: StatusCode) -> String {
        match self {
            _ if status == StatusCode::INTERNAL_SERVER_ERROR => {
                String::from("something went wrong here; it is in the server's log")
            }
            WebError::Service(
                ServiceError::Malformed { detail, .. }
                | ServiceError::Unauthorised { detail, .. }
                | ServiceError::Forbidden { detail, .. }
                | ServiceError::Conflict { detail, .. }
                | ServiceError::Invalid { detail, .. },
            ) => detail.clone(),
            WebError::Service(ServiceError::Storage(StorageError::Full)) => String::from(
                "the server has no room left to write; reading goes on, and writing will when there is room",
            ),
            WebError::Service(ServiceError::Storage(_)) => {
                String::from("the server cannot get at its data just now; try again soon")
            }
            WebError::Service(ServiceError::NotFound { .. }) => {
                String::from("there is no such thing here, or you may not see it")
            }
            other => other.to_string(),
        }
    }

    /// Status and headers, with what went wrong inside in the log.
    pub(in crate::web) fn begin(&self) -> HttpResponseBuilder {
        let (status, code) = self.status_and_code();
        if status.is_server_error() {
            tracing::error!(code, error = %Chain(self), "request failed");
        }
        let mut response = HttpResponse::build(status);
        match self {
            WebError::Method { allowed } => {
                response.insert_header((header::ALLOW, allow(allowed)));
            }
            WebError::Service(ServiceError::Unauthorised { .. }) => {
                response.insert_header((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")));
            }
            WebError::Service(ServiceError::Limited(limit)) => {
                response.insert_header((header::RETRY_AFTER, limit.retry_after_seconds()));
                response.insert_header(("RateLimit", limit.limit_field()));
                response.insert_header(("RateLimit-Policy", limit.policy_field()));
            }
            WebError::Service(ServiceError::Storage(error)) if status == StatusCode::SERVICE_UNAVAILABLE => {
                let seconds = if matches!(error, StorageError::Full) {
                    60
                } else {
                    1
                };
                response.insert_header((header::RETRY_AFTER, seconds));
            }
            WebError::TooLarge { drained: false, .. } | WebError::Timeout => {
                response.force_close();
            }
            _ => {}
        }
        response
    }
}

/// `GET, HEAD, POST`.
pub(super) fn allow(methods: &[Method]) -> String {
    methods.iter().map(Method::as_str).collect::<Vec<_>>().join(", ")
}

impl ResponseError for WebError {
    fn status_code(&self) -> StatusCode {
        self.status_and_code().0
    }
    fn error_response(&self) -> HttpResponse {
        let problem = self.problem();
        let mut response = self.begin();
        response.insert_header((header::CONTENT_TYPE, "application/problem+json"));
        match serde_json::to_vec(&problem) {
            Ok(json) => response.body(json),
            Err(_texts_and_numbers_always_serialise) => response.finish(),
        }
    }
}

/// The same errors for pages that people look at: HTML.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct PageError(WebError);

impl<E: Into<WebError>> From<E> for PageError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

#[derive(Template)]
#[template(path = "web/templates/error.html")]
struct ErrorPage<'a> {
    icon: &'static str,
    style: &'static str,
    lang: &'a str,
    title: &'a str,
    detail: &'a str,
    status: u16,
    code: &'a str,
}

impl ResponseError for PageError {
    fn status_code(&self) -> StatusCode {
        self.0.status_code()
    }
    fn error_response(&self) -> HttpResponse {
        let problem = self.0.problem();
        let texts = messages::texts(LANGUAGE);
        let page = ErrorPage {
            icon: assets::path("mark.svg"),
            style: assets::path("base.css"),
            lang: LANGUAGE,
            title: &title(texts, problem.status),
            detail: &self.sentence(texts, &problem),
            status: problem.status,
            code: problem.code,
        };
        let mut response = self.0.begin();
        response.insert_header(header::ContentType::html());
        response.insert_header((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
        ));
        match page.render() {
            Ok(html) => response.body(html),
            Err(_texts_always_render) => response.finish(),
        }
    }
}

/// Where something is wrong with a request, its reader's language may be, too.
const LANGUAGE: &str = "en";

fn title(texts: &Texts, status: u16) -> String {
    texts.say(match status {
        401 => "error-title-signed-out",
        403 => "error-title-forbidden",
        404 => "error-title-not-found",
        409 => "error-title-changed",
        429 => "error-title-too-often",
        503 => "error-title-busy",
        500.. => "error-title-server",
        _ => "error-title-request",
    })
}

impl PageError {
    /// What people are told; the code below it tells programs, and whoever they ask, the rest.
    fn sentence(&self, texts: &Texts, problem: &Problem) -> String {
        let id = match &self.0 {
            // The site's own sentence.
            WebError::Service(ServiceError::Forbidden {
                code: "site_paused",
                detail,
            }) => return detail.clone(),
            WebError::Service(ServiceError::Limited(limit)) => {
                let seconds = i64::try_from(limit.retry_after_seconds()).unwrap_or(i64::MAX);
                return texts.say_n("site-error-too-many", seconds);
            }
            WebError::Service(ServiceError::Storage(StorageError::Full)) => "error-storage-full",
            _ => match (problem.code, problem.status) {
                ("origin_not_listed", _) => "error-origin",
                ("form_outdated", _) => "site-error-form-outdated",
                ("page_not_of_site", _) => "error-page-not-of-site",
                ("page_address_invalid" | "page_address_userinfo", _) => "error-page-address",
                (_, 401) => "error-signed-out",
                (_, 403) => "error-forbidden",
                (_, 404) => "error-not-found",
                (_, 405) => "error-method",
                (_, 408) => "error-timeout",
                (_, 409) => "error-changed",
                (_, 413) => "error-too-large",
                (_, 503) => "error-busy",
                (_, 500..) => "error-server",
                _ => "error-request",
            },
        };
        texts.say(id)
    }
}

/// An error and what caused it, on one line.
struct Chain<'a>(&'a WebError);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_wrong_inside_is_not_answered() {
        let problem = WebError::from(ServiceError::inconsistent("comments", "page_id")).problem();
        assert_eq!((problem.status, problem.code), (500, "internal"));
        assert!(!serde_json::to_string(&problem).unwrap().contains("page_id"));
    }

    #[test]
    fn html_is_escaped() {
        let error = PageError::from(ServiceError::forbidden_with(
            "site_paused",
            "<script>alert(1)</script>",
        ));
        let response = error.error_response();
        assert_eq!(response.status(), StatusCode::FORBIDDEN);
        let body = actix_web::body::MessageBody::try_into_bytes(response.into_body()).unwrap();
        let html = std::str::from_utf8(&body).unwrap();
        assert!(html.contains("alert(1)") && !html.contains("<script>"), "{html}");
    }
}
