//! "Try a sentence": whom a site's register finds in a text, how surely and why, without anybody posting it.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use serde_json::Value;

use super::found::Found;
use super::frame::{Frame, Place, Seated, Visit};
use super::lit::Lit;
use super::words;
use crate::app::App;
use crate::domain::site::{Site, Slug};
use crate::limits;
use crate::messages;
use crate::service::people::{Tester, Trial, TrialResult};
use crate::service::{ServiceError, manage};
use crate::web::endpoint::{self, Endpoint};
use crate::web::error::{PageError, WebError};
use crate::web::extract::FormBody;
use crate::web::run;
use crate::web::shell::{Rendered, Shell};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        endpoint::get("/desk/try", blank),
        endpoint::post("/desk/try", tried),
    ]
}

#[derive(Template)]
#[template(path = "web/desk/templates/try.html")]
struct Page<'a> {
    frame: &'a Frame,
    shell: &'a Shell,
    sites: &'a [Site],
    site: &'a str,
    text: &'a str,
    result: Option<Shown>,
    problem: Option<String>,
}

struct Shown {
    hold: bool,
    nobody: bool,
    lit: Lit,
    found: String,
}

/// What was tried and what came of it.
#[derive(Default)]
struct Tried {
    site: String,
    text: String,
    result: Option<TrialResult>,
    problem: Option<WebError>,
}

async fn blank(app: web::Data<App>, visit: Visit) -> Result<HttpResponse, PageError> {
    let seated = match visit.looks(&app).await? {
        Ok(seated) => seated,
        Err(page) => return Ok(page),
    };
    let page = run(&app, move |app| page(app, &seated, Tried::default())).await?;
    Ok(page.answer(HttpResponse::Ok()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TryForm {
    token: String,
    site: String,
    text: String,
}

/// A form that is posted, so that the sentence stands in no address and no log.
async fn tried(
    app: web::Data<App>,
    visit: Visit,
    FormBody(form): FormBody<TryForm>,
) -> Result<HttpResponse, PageError> {
    let seated = match visit.sends(&app, form.token).await? {
        Ok(seated) => seated,
        Err(page) => return Ok(page),
    };
    let page = run(&app, move |app| {
        let slug: Slug = form
            .site
            .parse()
            .map_err(|_not_a_slug| ServiceError::not_found("site_not_found"))?;
        let site = manage::site(app, &seated.staff, &slug)?;
        app.limits
            .check(limits::Action::Desk, &seated.staff.limit_keys())
            .map_err(ServiceError::from)?;
        let trial = Trial {
            id: Value::Null,
            body: form.text.clone(),
            page_people: Vec::new(),
        };
        let mut tried = Tried {
            site: form.site,
            text: form.text,
            ..Tried::default()
        };
        match Tester::new(app, site.id)?.test(trial) {
            Ok(result) => tried.result = Some(result),
            Err(error @ ServiceError::Invalid { .. }) => tried.problem = Some(error.into()),
            Err(other) => return Err(other.into()),
        }
        page(app, &seated, tried)
    })
    .await?;
    Ok(page.answer(HttpResponse::Ok()))
}

fn page(app: &App, seated: &Seated, tried: Tried) -> Result<Rendered, WebError> {
    let sites = manage::sites(app, &seated.staff)?;
    let texts = messages::texts(seated.lang);
    let frame = Frame::new(app, seated, Place::Try, texts.say("desk-try"));
    let result = match &tried.result {
        None => None,
        Some(result) => {
            let list = String::from("f");
            // Browsers send line ends as CRLF; the text that was tried has them as a comment would.
            let text = source(&tried.text);
            Some(Shown {
                hold: result.hold,
                nobody: result.findings.is_empty(),
                lit: Lit::new(texts, &list, &text, "body", &result.findings),
                found: Found::new(texts, list, &[], &result.findings).render()?,
            })
        }
    };
    let problem = tried.problem.map(|error| {
        let problem = error.problem();
        words::refusal(texts, problem.code, &problem.detail)
    });
    let page = Page {
        frame: &frame,
        shell: &frame.shell,
        sites: &sites,
        site: &tried.site,
        text: &tried.text,
        result,
        problem,
    };
    frame.shell.render(&page)
}

/// The text as a comment's source has it, which is what spans count in.
fn source(text: &str) -> String {
    match crate::domain::text::CommentSource::parse(text) {
        Ok(source) => source.as_str().to_owned(),
        Err(_tried_all_the_same) => text.to_owned(),
    }
}
