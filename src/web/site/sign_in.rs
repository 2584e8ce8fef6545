//! Saying who one is, by plain forms: name and address, then the code of the letter, whose form is in the module below. What
//! was written before goes along in hidden fields, and is posted with the code.
//!
//! Each rendered form has a key of its own. The sign-in's verifier is computed of it, and the same form sent twice (by two
//! clicks, or because a phone loads the page again that it had dropped) is one sign-in with one letter.

mod code;

use actix_web::{HttpResponse, HttpResponseBuilder, web};
use askama::Template;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::comments::Draft;
use super::faults::{self, Faults};
use super::session::ReaderCookie;
use super::visit::{Visit, answer, see};
use super::{Place, checked_key, new_key};
use crate::app::App;
use crate::domain::html::SafeHtml;
use crate::domain::text::CommentSource;
use crate::limits;
use crate::screening;
use crate::service::idempotency::IdempotencyKey;
use crate::service::sign_in::{self, CodeRequest, Held};
use crate::service::{Client, ServiceError};
use crate::web::error::{PageError, WebError};
use crate::web::extract::{ClientAddress, FormBody, MadeBy, Paged, Query, SiteSlug};
use crate::web::run;
use crate::web::shell::Shell;
use crate::web::signin::{self, Button};
use code::code_page;

pub(super) use code::{Redeemed, code, done, post_as, resend};

const VERIFIER: &str = "site sign-in verifier";
const ROUTE: &str = "POST /sites/{site}/sign-in";

/// Who somebody says they are.
#[derive(Debug, Clone, Default)]
struct Person {
    name: String,
    email: String,
    /// The sign-in's key.
    sign_in: String,
}

#[derive(Template)]
#[template(path = "web/site/templates/sign_in.html")]
struct WhoPage<'a> {
    shell: &'a Shell,
    visit: &'a Visit,
    draft: &'a Draft,
    preview: Option<Kept>,
    person: &'a Person,
    buttons: Vec<Button>,
    faults: Faults,
}

/// The form that asks for name and address.
pub(super) fn who(
    app: &App,
    visit: &Visit,
    draft: &Draft,
    preview: Option<Kept>,
) -> Result<HttpResponse, PageError> {
    let person = Person {
        sign_in: new_key(app),
        ..Person::default()
    };
    let faults = Faults::default();
    who_again(app, visit, (draft, preview), &person, HttpResponse::Ok(), faults)
}

fn who_again(
    app: &App,
    visit: &Visit,
    (draft, preview): (&Draft, Option<Kept>),
    person: &Person,
    status: HttpResponseBuilder,
    faults: Faults,
) -> Result<HttpResponse, PageError> {
    let texts = visit.texts();
    let shell = visit.shell(app, faults.title(texts, texts.say("site-who-heading")));
    let page = WhoPage {
        shell: &shell,
        visit,
        draft,
        preview,
        person,
        buttons: signin::buttons(app, &visit.site),
        faults,
    };
    Ok(answer(&shell, status, &page)?)
}

/// For who is asked to sign in before they can do what they came for.
pub(super) fn first(app: &App, visit: &Visit, error: &WebError) -> Result<HttpResponse, PageError> {
    let draft = Draft {
        key: new_key(app),
        ..Draft::default()
    };
    let person = Person {
        sign_in: new_key(app),
        ..Person::default()
    };
    let faults = Faults::of(visit.texts(), error);
    let status = faults::status(error);
    who_again(app, visit, (&draft, None), &person, status, faults)
}

/// What was written before, as it is shown beside a form.
#[derive(Debug, Clone)]
pub(super) enum Kept {
    /// As it will look.
    Rendered(SafeHtml),
    /// As it was written.
    Plain(String),
}

/// What the draft will look like; nothing where there is none. Anybody can ask for that, and so it is counted: where the
/// limit is reached, what was written is shown as it was written. It takes its time.
pub(super) fn preview(app: &App, client: Client, draft: &Draft) -> Option<Kept> {
    let source = CommentSource::parse(&draft.body).ok()?;
    let counted = app.limits.check(limits::Action::Preview, &[client.address_key()]);
    Some(match counted {
        Ok(()) => Kept::Rendered(screening::preview(&source)),
        Err(_too_often) => plain(&source),
    })
}

fn plain(source: &CommentSource) -> Kept {
    Kept::Plain(source.as_str().to_owned())
}

/// The same beside an error. Nothing is rendered for who does too much already.
fn preview_with(app: &App, client: Client, draft: &Draft, error: &WebError) -> Option<Kept> {
    match error {
        WebError::Service(ServiceError::Limited(_)) => {
            CommentSource::parse(&draft.body).ok().as_ref().map(plain)
        }
        _ => preview(app, client, draft),
    }
}

/// The form for who only wants to sign in: to see what of theirs waits.
pub(super) async fn look(
    app: web::Data<App>,
    Paged(SiteSlug(slug)): Paged<SiteSlug>,
    ClientAddress(client): ClientAddress,
    cookie: ReaderCookie,
    Paged(Query(place)): Paged<Query<Place>>,
) -> Result<HttpResponse, PageError> {
    let visit = run(&app, move |app| Visit::load(app, client, &slug, place, &cookie)).await?;
    if visit.reader.is_some() {
        return Ok(see(&visit.address("comments")));
    }
    let draft = Draft {
        key: new_key(&app),
        ..Draft::default()
    };
    who(&app, &visit, &draft, None)
}

/// What all forms of a sign-in send.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignInForm {
    #[serde(default)]
    body: String,
    parent: Option<String>,
    key: String,
    sign_in: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    request: String,
    #[serde(default)]
    code: String,
}

/// A sign-in that goes on.
struct Step {
    draft: Draft,
    person: Person,
    held: Held,
    code: String,
}

impl Step {
    fn read(app: &App, form: SignInForm) -> Result<Self, WebError> {
        checked_key(&form.key)?;
        checked_key(&form.sign_in)?;
        Ok(Self {
            held: Held {
                request_id: form.request,
                verifier: verifier(app, &form.sign_in),
            },
            draft: Draft {
                body: form.body,
                parent: form.parent.filter(|id| !id.is_empty()),
                key: form.key,
            },
            person: Person {
                name: form.name,
                email: form.email,
                sign_in: form.sign_in,
            },
            code: form.code,
        })
    }

    fn name(&self) -> Option<&str> {
        Some(self.person.name.as_str()).filter(|name| !name.trim().is_empty())
    }
}

/// The verifier of a form's sign-in: as hard to guess as the form's key, which only its page knows.
fn verifier(app: &App, key: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(app.keys.mac(VERIFIER, &[key.as_bytes()]))
}

/// Asks for the letter.
pub(super) async fn ask(
    app: web::Data<App>,
    Paged(SiteSlug(slug)): Paged<SiteSlug>,
    ClientAddress(client): ClientAddress,
    cookie: ReaderCookie,
    made_by: MadeBy,
    Paged(Query(place)): Paged<Query<Place>>,
    FormBody(form): FormBody<SignInForm>,
) -> Result<HttpResponse, PageError> {
    made_by.own_page(&app.config.server.public_url)?;
    let step = Step::read(&app, form)?;
    let (visit, step, preview, asked) = run(&app, move |app| {
        let visit = Visit::load(app, client, &slug, place, &cookie)?;
        let asked = request(app, &visit, &client, &step);
        let preview = match &asked {
            Ok(_id) => preview(app, client, &step.draft),
            Err(error) => preview_with(app, client, &step.draft, error),
        };
        Ok::<_, WebError>((visit, step, preview, asked))
    })
    .await?;
    match asked {
        Ok(id) => {
            let step = Step {
                held: Held {
                    request_id: id,
                    ..step.held
                },
                ..step
            };
            let faults = Faults::default();
            code_page(&app, &visit, (&step, preview), HttpResponse::Ok(), faults, None)
        }
        Err(error) => {
            let faults = step.draft.faults(visit.texts(), &error);
            let status = faults::status(&error);
            who_again(&app, &visit, (&step.draft, preview), &step.person, status, faults)
        }
    }
}

fn request(app: &App, visit: &Visit, client: &Client, step: &Step) -> Result<String, WebError> {
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(step.held.verifier.as_bytes()));
    let asked = CodeRequest {
        email: step.person.email.clone(),
        name: step.name().map(str::to_owned),
        lang: Some(visit.texts().lang().to_owned()),
        challenge,
    };
    // Another address or name under the same form is another sign-in: somebody went back and put it right.
    let key = [
        step.person.sign_in.as_str(),
        &step.person.email,
        &step.person.name,
    ]
    .join("\0");
    let key = IdempotencyKey::new("", ROUTE, &key, &[]);
    let own = app.config.server.public_url.clone();
    let id = sign_in::request_code_once(app, &visit.site, own, client, &asked, &key)?;
    Ok(id.to_string())
}

/// The form again, with another address.
pub(super) async fn change(
    app: web::Data<App>,
    Paged(SiteSlug(slug)): Paged<SiteSlug>,
    ClientAddress(client): ClientAddress,
    cookie: ReaderCookie,
    made_by: MadeBy,
    Paged(Query(place)): Paged<Query<Place>>,
    FormBody(form): FormBody<SignInForm>,
) -> Result<HttpResponse, PageError> {
    made_by.own_page(&app.config.server.public_url)?;
    let step = Step::read(&app, form)?;
    let (visit, step, preview) = run(&app, move |app| {
        let visit = Visit::load(app, client, &slug, place, &cookie)?;
        let preview = preview(app, client, &step.draft);
        Ok::<_, WebError>((visit, step, preview))
    })
    .await?;
    let person = Person {
        sign_in: new_key(&app),
        ..step.person
    };
    let (kept, faults) = ((&step.draft, preview), Faults::default());
    who_again(&app, &visit, kept, &person, HttpResponse::Ok(), faults)
}

/// Name and address again, and why.
fn begin_anew(
    app: &App,
    visit: &Visit,
    (step, preview): (Step, Option<Kept>),
    error: &WebError,
) -> Result<HttpResponse, PageError> {
    let problem = error.problem();
    // The field that is wrong is not on this form.
    let told = ServiceError::invalid_code(problem.code, problem.detail);
    let faults = step.draft.faults(visit.texts(), &told.into());
    let person = Person {
        sign_in: new_key(app),
        ..step.person
    };
    let kept = (&step.draft, preview);
    who_again(app, visit, kept, &person, faults::status(error), faults)
}
