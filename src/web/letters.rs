//! "Never write to me again", as pages: the link in every letter leads here. Mail programs and scanners fetch links, so
//! looking changes nothing. A post needs neither cookie nor `Origin` nor a body of some form, so that mail programs can
//! make it for their reader (RFC 8058): the link itself is the proof.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use askama::Template;

use crate::app::App;
use crate::service::stop_letters::{self, Letters};
use crate::web::endpoint::{self, Endpoint};
use crate::web::error::PageError;
use crate::web::run;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        endpoint::get("/letters/stop/{token}", look),
        endpoint::post("/letters/stop/{token}", stop),
        endpoint::post("/letters/resume/{token}", resume),
    ]
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>Letters from {{ host }}</title></head>
<body>
<main>
<h1>Letters from {{ host }}</h1>
{%- if stopped %}
<p>This server writes no letters to your address any more. With this address nobody can sign in here either: the code would have to come in a letter.</p>
<form method="post" action="/letters/resume/{{ token }}"><button>Write to me again</button></form>
{%- else %}
<p>This server writes to your address when somebody asks for a sign-in code with it. If it was not you, you need do nothing: without the code nobody can sign in.</p>
<form method="post" action="/letters/stop/{{ token }}"><button>Never write to me again</button></form>
{%- endif %}
</main>
</body>
</html>
"#
)]
struct Page<'a> {
    host: &'a str,
    token: &'a str,
    stopped: bool,
}

/// How it stands, with a button to change it.
async fn look(app: web::Data<App>, token: web::Path<String>) -> Result<HttpResponse, PageError> {
    let token = token.into_inner();
    let asked = token.clone();
    let letters = run(&app, move |app| stop_letters::of(app, &asked)).await?;
    page(&app, &token, letters)
}

async fn stop(app: web::Data<App>, token: web::Path<String>) -> Result<HttpResponse, PageError> {
    set(app, token.into_inner(), Letters::Stopped).await
}

async fn resume(app: web::Data<App>, token: web::Path<String>) -> Result<HttpResponse, PageError> {
    set(app, token.into_inner(), Letters::Wanted).await
}

async fn set(app: web::Data<App>, token: String, letters: Letters) -> Result<HttpResponse, PageError> {
    let asked = token.clone();
    run(&app, move |app| stop_letters::set(app, &asked, letters)).await?;
    page(&app, &token, letters)
}

fn page(app: &App, token: &str, letters: Letters) -> Result<HttpResponse, PageError> {
    let own = app.config.server.public_url.as_str();
    let html = Page {
        host: own.split_once("://").map_or(own, |(_scheme, host)| host),
        token,
        stopped: letters == Letters::Stopped,
    }
    .render();
    Ok(match html {
        Ok(html) => HttpResponse::Ok()
            .insert_header(header::ContentType::html())
            .insert_header((
                header::CONTENT_SECURITY_POLICY,
                "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            ))
            // The address of this page is a secret of who reads it.
            .insert_header((header::REFERRER_POLICY, "no-referrer"))
            .body(html),
        Err(_texts_always_render) => HttpResponse::InternalServerError().finish(),
    })
}
