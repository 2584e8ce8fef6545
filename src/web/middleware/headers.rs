//! The headers that every answer has: CORS, what browsers may do with it, and how long it may be kept. Whatever a handler
//! has set itself stands.

use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, CACHE_CONTROL,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, CROSS_ORIGIN_OPENER_POLICY, CROSS_ORIGIN_RESOURCE_POLICY,
    HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};

use crate::app::App;

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// What the answer's headers depend on of the request.
pub(super) struct Asked {
    path: String,
    preflight: bool,
}

impl Asked {
    pub(super) fn of(request: &ServiceRequest) -> Self {
        Self {
            path: request.path().to_owned(),
            preflight: request.method() == Method::OPTIONS
                && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD),
        }
    }
}

/// Completes an answer's headers. `pattern` is the route's, where one matched: a path can be written in many ways.
pub(super) fn complete(app: &App, asked: &Asked, pattern: Option<&str>, headers: &mut HeaderMap) {
    let path = pattern.unwrap_or(&asked.path);
    set(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, CACHE_CONTROL, "no-store");
    set(
        headers,
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    );
    if app.config.server.public_url.is_https() {
        set(headers, STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    let html = headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if html {
        // `no-referrer` would make a page's own forms post `Origin: null`.
        set(headers, REFERRER_POLICY, "same-origin");
    }
    // Pages for those who are signed in here, and the demo's letters, which have codes in them.
    let first_party = [
        "/desk/",
        "/api/v1/desk/",
        "/sites/",
        "/sign-in/",
        "/reports/",
        "/demo/",
    ];
    let entries = ["/desk", "/sign-in"];
    if entries.contains(&path) || first_party.iter().any(|pages| path.starts_with(pages)) {
        set(headers, CROSS_ORIGIN_RESOURCE_POLICY, "same-origin");
        // A page of a site opens these, and waits for their message: they must not be cut off from it.
        let opened = path == "/sign-in" || path.starts_with("/sign-in/");
        let opener_policy = if opened { "unsafe-none" } else { "same-origin" };
        set(headers, CROSS_ORIGIN_OPENER_POLICY, opener_policy);
        if html {
            // Neither the page nor a script that got into it can use the reader's devices, position or money.
            set(
                headers,
                PERMISSIONS_POLICY,
                "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
            );
        }
        return;
    }
    // Any page may read what the public may read; nothing from here on is answered to a cookie. This is no guard: the Origin
    // check is.
    set(headers, CROSS_ORIGIN_RESOURCE_POLICY, "cross-origin");
    set(headers, ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    if asked.preflight {
        set(
            headers,
            ACCESS_CONTROL_ALLOW_METHODS,
            "GET, HEAD, POST, PUT, PATCH, DELETE",
        );
        set(
            headers,
            ACCESS_CONTROL_ALLOW_HEADERS,
            "Authorization, Content-Type, Idempotency-Key, If-None-Match",
        );
        set(headers, ACCESS_CONTROL_MAX_AGE, "7200");
    } else {
        set(
            headers,
            ACCESS_CONTROL_EXPOSE_HEADERS,
            "ETag, Retry-After, RateLimit, RateLimit-Policy",
        );
    }
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
