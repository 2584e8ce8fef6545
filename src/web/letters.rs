//! Stopping letters, as pages: the link under every letter leads here. Mail programs and scanners fetch links, so looking
//! changes nothing. A post needs neither cookie nor `Origin` nor a body of some form, so that mail programs can
//! make it for their reader (RFC 8058): the link itself is the proof.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use askama::Template;

use crate::app::App;
use crate::messages;
use crate::service::read_page;
use crate::service::stop_letters::{self, Letters, Standing, Stops};
use crate::web::endpoint::{self, Endpoint};
use crate::web::error::PageError;
use crate::web::extract::ClientAddress;
use crate::web::run;
use crate::web::shell::Shell;

/// Letters say nothing of their reader's language.
const LANG: &str = "en";

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        endpoint::get("/letters/stop/{token}", look),
        endpoint::post("/letters/stop/{token}", stop),
        endpoint::post("/letters/resume/{token}", resume),
    ]
}

#[derive(Template)]
#[template(path = "web/templates/letters.html")]
struct Page<'a> {
    shell: &'a Shell,
    token: &'a str,
    /// How it stands, and what the button would do.
    sentences: &'static [&'static str],
    /// The button that stops letters, where there is still something to stop.
    stop: Option<&'static str>,
    resume: bool,
}

/// How it stands, with a button to change it.
async fn look(
    app: web::Data<App>,
    ClientAddress(client): ClientAddress,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    read_page::count(&app, client)?;
    let token = token.into_inner();
    let asked = token.clone();
    let standing = run(&app, move |app| stop_letters::of(app, &asked)).await?;
    page(&app, &token, standing)
}

async fn stop(
    app: web::Data<App>,
    ClientAddress(client): ClientAddress,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    read_page::count(&app, client)?;
    let token = token.into_inner();
    let asked = token.clone();
    let standing = run(&app, move |app| stop_letters::stop(app, &asked)).await?;
    page(&app, &token, standing)
}

async fn resume(
    app: web::Data<App>,
    ClientAddress(client): ClientAddress,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    read_page::count(&app, client)?;
    let token = token.into_inner();
    let asked = token.clone();
    let standing = run(&app, move |app| stop_letters::resume(app, &asked)).await?;
    page(&app, &token, standing)
}

fn page(app: &App, token: &str, standing: Standing) -> Result<HttpResponse, PageError> {
    let own = app.config.server.public_url.as_str();
    let host = own.split_once("://").map_or(own, |(_scheme, host)| host);
    let title = messages::texts(LANG).say_with("letters-title", &[("host", host.into())]);
    let shell = Shell::new(app, LANG, title);
    let sentences: &[&str] = match (standing.stops, standing.letters) {
        (_, Letters::None) => &["letters-stopped"],
        (Stops::Notices, Letters::All) => &["letters-notices-wanted"],
        (Stops::Notices, Letters::CodesOnly) => &["letters-notices-stopped"],
        (Stops::Everything, _) => &["letters-wanted", "letters-stop-warning"],
    };
    let stop = match (standing.stops, standing.letters) {
        (_, Letters::None) | (Stops::Notices, Letters::CodesOnly) => None,
        (Stops::Notices, Letters::All) => Some("letters-stop-notices"),
        (Stops::Everything, _) => Some("letters-stop"),
    };
    let page = Page {
        shell: &shell,
        token,
        sentences,
        stop,
        resume: stop.is_none(),
    };
    let mut response = shell.answer(&page)?;
    // The address of this page is a secret of who reads it.
    let private = header::HeaderValue::from_static("no-referrer");
    response.headers_mut().insert(header::REFERRER_POLICY, private);
    Ok(response)
}
