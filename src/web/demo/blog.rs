//! The demo's blog: pages as any blog has them, with the tag that embeds comments. It is not part of the server's own
//! pages; it is what they are embedded in.

use std::sync::Arc;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::{Error, HttpResponse, guard, web};
use askama::Template;

use crate::app::App;
use crate::messages::{self, Texts};
use crate::service::demo::{self, BLOG, LIBRARY, MEETINGS, SLUG, TO_WRITE};
use crate::web::assets::MARK;
use crate::web::error::{PageError, WebError};
use crate::web::run;

const STYLE: &str = include_str!("blog.css");

/// The blog as a web application, to be served at [`BLOG`].
pub fn create_blog(
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
    let host = BLOG.split_once("://").map_or(BLOG, |(_scheme, host)| host);
    actix_web::App::new().app_data(web::Data::from(app)).service(
        web::scope("")
            .guard(guard::Header("host", host))
            .route("/", web::get().to(index))
            .route(MEETINGS, web::get().to(meetings))
            .route(LIBRARY, web::get().to(library))
            .route("/style.css", web::get().to(style))
            .route("/mark.svg", web::get().to(mark)),
    )
}

/// A page's head and what every page says.
struct Frame {
    texts: &'static Texts,
    /// The server's own address.
    server: String,
    title: String,
}

impl Frame {
    fn new(app: &App, title: &str) -> Self {
        let texts = messages::texts("en");
        Self {
            texts,
            server: app.config.server.public_url.to_string(),
            title: texts.say(title),
        }
    }

    /// A Content-Security-Policy as a careful blog has one: what the embedded comments need and no more.
    fn answer(&self, page: &impl Template) -> Result<HttpResponse, PageError> {
        let html = page.render().map_err(WebError::Template)?;
        let policy = format!(
            "default-src 'none'; style-src 'self'; img-src 'self' {server}; script-src {server}; connect-src {server}; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            server = self.server
        );
        Ok(HttpResponse::Ok()
            .insert_header(header::ContentType::html())
            .insert_header((header::CONTENT_SECURITY_POLICY, policy))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .body(html))
    }
}

#[derive(Template)]
#[template(path = "web/demo/templates/index.html")]
struct Index<'a> {
    frame: &'a Frame,
}

#[derive(Template)]
#[template(path = "web/demo/templates/post.html")]
struct Post<'a> {
    frame: &'a Frame,
    /// Identifiers of the paragraphs.
    paragraphs: &'a [&'static str],
    /// The page's address in the fallback link, escaped.
    page: String,
    steps: Option<Steps>,
}

/// The strip that leads a visitor through.
struct Steps {
    to_write: &'static str,
    desk: String,
}

async fn index(app: web::Data<App>) -> Result<HttpResponse, PageError> {
    let frame = Frame::new(&app, "demo-blog-name");
    frame.answer(&Index { frame: &frame })
}

async fn meetings(app: web::Data<App>) -> Result<HttpResponse, PageError> {
    let frame = Frame::new(&app, "demo-meetings-title");
    let desk = run(&app, demo::desk_link).await?;
    let paragraphs = [
        "demo-meetings-first",
        "demo-meetings-second",
        "demo-meetings-third",
        "demo-meetings-fourth",
    ];
    frame.answer(&Post {
        frame: &frame,
        paragraphs: &paragraphs,
        page: escaped(MEETINGS),
        steps: Some(Steps {
            to_write: TO_WRITE,
            desk,
        }),
    })
}

async fn library(app: web::Data<App>) -> Result<HttpResponse, PageError> {
    let frame = Frame::new(&app, "demo-library-title");
    frame.answer(&Post {
        frame: &frame,
        paragraphs: &["demo-library-first", "demo-library-second"],
        page: escaped(LIBRARY),
        steps: None,
    })
}

fn escaped(path: &str) -> String {
    let address = format!("{BLOG}{path}");
    url::form_urlencoded::byte_serialize(address.as_bytes()).collect()
}

async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/css; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(STYLE)
}

async fn mark() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "image/svg+xml"))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(MARK)
}
