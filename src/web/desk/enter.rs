//! Getting into the desk and out of it: an invitation's link, a code by letter, signing out. All by plain forms; the
//! script only reads the secret out of an invitation's fragment, which browsers send to nobody.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::frame::{Visit, language, own_path, see_other, shell};
use super::words;
use crate::app::App;
use crate::messages;
use crate::service::accept_invite::accept_invite;
use crate::service::redeem::{self, Redeem};
use crate::service::sessions::{self, DeskSession};
use crate::service::sign_in::Held;
use crate::service::{desk_sign_in, sign_in};
use crate::web::desk;
use crate::web::endpoint::{self, Endpoint};
use crate::web::error::{PageError, WebError};
use crate::web::extract::{ClientAddress, FormBody, MadeBy};
use crate::web::run;
use crate::web::shell::Shell;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        endpoint::post("/desk/invite", invite),
        endpoint::post("/desk/sign-in", ask),
        endpoint::post("/desk/sign-in/again", again),
        endpoint::post("/desk/sign-in/code", code),
        endpoint::post("/desk/sign-out", sign_out),
    ]
}

#[derive(Template)]
#[template(path = "web/desk/templates/enter.html")]
struct Door<'a> {
    shell: &'a Shell,
    /// Where to go on to.
    to: &'a str,
    /// What was wrong with the last try.
    problem: Option<String>,
    /// What was typed.
    email: &'a str,
    /// The sign-in whose code is asked for.
    held: Option<&'a Held>,
}

/// The page to get in by.
///
/// # Errors
/// Only the template's.
pub(super) fn door(app: &App, lang: &str, asked: &str) -> Result<HttpResponse, PageError> {
    let status = match asked.split('?').next() {
        // The way in itself; elsewhere something else was asked for.
        Some("/desk") => StatusCode::OK,
        _ => StatusCode::UNAUTHORIZED,
    };
    answer(app, lang, asked, "", None, None, status)
}

fn answer(
    app: &App,
    lang: &str,
    to: &str,
    email: &str,
    held: Option<&Held>,
    problem: Option<String>,
    status: StatusCode,
) -> Result<HttpResponse, PageError> {
    let texts = messages::texts(lang);
    let title = match held {
        Some(_) => texts.say("desk-enter-code-title"),
        None => texts.say("desk-enter-title"),
    };
    let shell = shell(app, lang, title);
    let page = Door {
        shell: &shell,
        to: own_path(to),
        problem,
        email,
        held,
    };
    let mut response = shell.answer(&page)?;
    *response.status_mut() = status;
    Ok(response)
}

/// The page again with what was wrong; what a form cannot mend is an error.
fn refused(
    app: &App,
    lang: &str,
    to: &str,
    email: &str,
    held: Option<&Held>,
    error: WebError,
) -> Result<HttpResponse, PageError> {
    let problem = error.problem();
    if problem.status >= 500 || problem.code == "origin_not_listed" {
        return Err(error.into());
    }
    let sentence = words::refusal(messages::texts(lang), problem.code, &problem.detail);
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::BAD_REQUEST);
    answer(app, lang, to, email, held, Some(sentence), status)
}

fn opened(app: &App, to: &str, session: &DeskSession) -> HttpResponse {
    let mut response = see_other(to);
    // A cookie of ours is always a header: its name and value are of letters, digits and `_`.
    if response.add_cookie(&desk::cookie(app, session)).is_err() {
        return HttpResponse::InternalServerError().finish();
    }
    response
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InviteForm {
    secret: String,
    to: String,
}

/// An invitation that was pasted in: the link or its secret alone.
async fn invite(
    app: web::Data<App>,
    request: HttpRequest,
    page: MadeBy,
    ClientAddress(client): ClientAddress,
    FormBody(form): FormBody<InviteForm>,
) -> Result<HttpResponse, PageError> {
    let own = app.config.server.public_url.clone();
    page.own_page(&own)?;
    let typed = form.secret.trim();
    let secret = typed
        .rsplit_once("#invite=")
        .map_or(typed, |(_address, secret)| secret)
        .to_owned();
    let opened = run(&app, move |app| accept_invite(app, Some(&own), &client, &secret)).await;
    match opened {
        Ok(session) => Ok(self::opened(&app, &form.to, &session)),
        Err(error) => refused(&app, language(&request), &form.to, "", None, error),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskForm {
    email: String,
    to: String,
}

/// Asks for a code by letter.
async fn ask(
    app: web::Data<App>,
    request: HttpRequest,
    page: MadeBy,
    ClientAddress(client): ClientAddress,
    FormBody(form): FormBody<AskForm>,
) -> Result<HttpResponse, PageError> {
    page.own_page(&app.config.server.public_url)?;
    let lang = language(&request);
    let email = form.email.trim().to_owned();
    let asked = run(&app, {
        let email = email.clone();
        move |app| desk_sign_in::request(app, &client, &email, lang)
    })
    .await;
    match asked {
        Ok(held) => answer(&app, lang, &form.to, &email, Some(&held), None, StatusCode::OK),
        Err(error) => refused(&app, lang, &form.to, &email, None, error),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeForm {
    request_id: String,
    verifier: String,
    email: String,
    to: String,
    #[serde(default)]
    code: String,
}

impl CodeForm {
    fn held(&self) -> Held {
        Held {
            request_id: self.request_id.clone(),
            verifier: self.verifier.clone(),
        }
    }
}

/// Asks for the letter again.
async fn again(
    app: web::Data<App>,
    request: HttpRequest,
    page: MadeBy,
    ClientAddress(client): ClientAddress,
    FormBody(form): FormBody<CodeForm>,
) -> Result<HttpResponse, PageError> {
    let own = app.config.server.public_url.clone();
    page.own_page(&own)?;
    let (lang, held) = (language(&request), form.held());
    let sent = run(&app, {
        let held = held.clone();
        move |app| sign_in::resend(app, Some(&own), &client, &held)
    })
    .await;
    match sent {
        Ok(()) => answer(
            &app,
            lang,
            &form.to,
            &form.email,
            Some(&held),
            None,
            StatusCode::OK,
        ),
        Err(error) => refused(&app, lang, &form.to, &form.email, Some(&held), error),
    }
}

/// Brings the code back.
async fn code(
    app: web::Data<App>,
    request: HttpRequest,
    page: MadeBy,
    ClientAddress(client): ClientAddress,
    FormBody(form): FormBody<CodeForm>,
) -> Result<HttpResponse, PageError> {
    let own = app.config.server.public_url.clone();
    page.own_page(&own)?;
    let redeem = Redeem {
        held: form.held(),
        code: form.code.clone(),
    };
    let opened = run(&app, move |app| {
        redeem::desk_session(app, Some(&own), &client, &redeem)
    })
    .await;
    match opened {
        Ok(session) => Ok(self::opened(&app, &form.to, &session)),
        Err(error) => {
            // Then a code of this sign-in will never open the desk; it begins anew.
            let over = error.ends_sign_in() || error.problem().code == "no_role";
            let held = form.held();
            let held = (!over).then_some(&held);
            refused(&app, language(&request), &form.to, &form.email, held, error)
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OutForm {
    token: String,
}

/// Ends the session.
async fn sign_out(
    app: web::Data<App>,
    visit: Visit,
    FormBody(form): FormBody<OutForm>,
) -> Result<HttpResponse, PageError> {
    let seated = match visit.sends(&app, form.token).await? {
        Ok(seated) => seated,
        Err(page) => return Ok(page),
    };
    run(&app, move |app| sessions::end_session(app, &seated.staff)).await?;
    let mut response = see_other("/desk");
    if response.add_cookie(&desk::no_cookie(&app)).is_err() {
        return Ok(HttpResponse::InternalServerError().finish());
    }
    Ok(response)
}
