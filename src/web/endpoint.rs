//! How routes are listed and mounted: one [`Endpoint`] a method and path.

use actix_web::http::Method;
use actix_web::{
    FromRequest, Handler, HttpRequest, HttpResponse, Responder, ResponseError, Route, guard, web,
};

use super::error::{PageError, WebError, allow};

/// A handler with the method and the path pattern at which it lives. Patterns are written as OpenAPI writes them.
pub struct Endpoint {
    /// The method.
    pub method: Method,
    /// The path pattern, such as `/api/v1/comments/{id}`.
    pub path: &'static str,
    route: Route,
}

macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident $method:ident),+ $(,)?) => {$(
        $(#[$doc])*
        pub fn $name<F, Args>(path: &'static str, handler: F) -> Endpoint
        where
            F: Handler<Args>,
            Args: FromRequest + 'static,
            F::Output: Responder + 'static,
        {
            Endpoint { method: Method::$method, path, route: web::route().to(handler) }
        }
    )+};
}

methods! {
    /// A route for `GET` and `HEAD`.
    get GET,
    /// A route for `POST`.
    post POST,
    /// A route for `PATCH`.
    patch PATCH,
    /// A route for `DELETE`.
    delete DELETE,
}

/// Mounts all endpoints, one resource a path.
pub(super) fn mount(config: &mut web::ServiceConfig, endpoints: Vec<Endpoint>) {
    let mut paths: Vec<(&'static str, Vec<Endpoint>)> = Vec::new();
    for endpoint in endpoints {
        match paths.iter_mut().find(|(path, _)| *path == endpoint.path) {
            Some((_, at_path)) => at_path.push(endpoint),
            None => paths.push((endpoint.path, vec![endpoint])),
        }
    }
    for (path, at_path) in paths {
        let allowed = allowed_methods(&at_path);
        let mut resource = web::resource(path);
        for endpoint in at_path {
            let guarded = match endpoint.method {
                Method::GET => endpoint.route.guard(guard::Any(guard::Get()).or(guard::Head())),
                method => endpoint.route.method(method),
            };
            resource = resource.route(guarded);
        }
        let options = allow(&allowed);
        resource = resource.route(web::route().method(Method::OPTIONS).to(move || {
            let options = options.clone();
            async move {
                HttpResponse::NoContent()
                    .insert_header(("Allow", options))
                    .finish()
            }
        }));
        resource = resource.default_service(web::to(move |request: HttpRequest| {
            let allowed = allowed.clone();
            async move { refuse(&request, WebError::Method { allowed }) }
        }));
        config.service(resource);
    }
}

fn allowed_methods(endpoints: &[Endpoint]) -> Vec<Method> {
    let mut allowed = Vec::new();
    for endpoint in endpoints {
        allowed.push(endpoint.method.clone());
        if endpoint.method == Method::GET {
            allowed.push(Method::HEAD);
        }
    }
    allowed.push(Method::OPTIONS);
    allowed
}

/// The answer where nothing lives.
pub(super) async fn no_route(request: HttpRequest) -> HttpResponse {
    refuse(&request, WebError::NoRoute)
}

/// HTML for a person's browser on a page's address, a problem for everybody else.
fn refuse(request: &HttpRequest, error: WebError) -> HttpResponse {
    let program = request.path().starts_with("/api/") || request.path().starts_with("/health/");
    let accepts = request
        .headers()
        .get("Accept")
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    if !program && accepts.contains("text/html") {
        PageError::from(error).error_response()
    } else {
        error.error_response()
    }
}
