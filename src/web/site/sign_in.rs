//! Saying who one is, by plain forms: name and address, then the code of the letter. What was written before goes along in
//! hidden fields, and is posted with the code.
//!
//! Each rendered form has a key of its own. The sign-in's verifier is computed of it, and the same form sent twice (by two
//! clicks, or because a phone loads the page again that it had dropped) is one sign-in with one letter.

use actix_web::{HttpResponse, HttpResponseBuilder, web};
use askama::Template;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::comments::{self, Draft};
use super::faults::{self, Faults};
use super::session::{self, ReaderCookie};
use super::visit::{Visit, answer, see};
use super::{Place, checked_key, new_key};
use crate::app::App;
use crate::domain::html::SafeHtml;
use crate::domain::text::CommentSource;
use crate::screening;
use crate::service::idempotency::IdempotencyKey;
use crate::service::redeem::{self, Redeem};
use crate::service::sessions;
use crate::service::sign_in::{self, CodeRequest, Held};
use crate::service::{Client, ServiceError};
use crate::signin::token::PlainToken;
use crate::storage::stores::sign_ins::LetterState;
use crate::web::error::{PageError, WebError};
use crate::web::extract::{ClientAddress, FormBody, MadeBy, Query, SiteSlug};
use crate::web::run;
use crate::web::shell::Shell;

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
    preview: Option<SafeHtml>,
    person: &'a Person,
    faults: Faults,
}

#[derive(Template)]
#[template(path = "web/site/templates/code.html")]
struct CodePage<'a> {
    shell: &'a Shell,
    visit: &'a Visit,
    draft: &'a Draft,
    preview: Option<SafeHtml>,
    person: &'a Person,
    request: &'a str,
    from: &'a str,
    /// Whether the code was right, and a name is what is missing.
    name_needed: bool,
    notice: Option<String>,
    faults: Faults,
}

/// The form that asks for name and address.
pub(super) fn who(app: &App, visit: &Visit, draft: Draft) -> Result<HttpResponse, PageError> {
    let person = Person {
        sign_in: new_key(app),
        ..Person::default()
    };
    who_again(app, visit, &draft, &person, HttpResponse::Ok(), Faults::default())
}

fn who_again(
    app: &App,
    visit: &Visit,
    draft: &Draft,
    person: &Person,
    status: HttpResponseBuilder,
    faults: Faults,
) -> Result<HttpResponse, PageError> {
    let shell = visit.shell(app, visit.texts().say("site-who-heading"));
    let page = WhoPage {
        shell: &shell,
        visit,
        draft,
        preview: preview(draft),
        person,
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
    who_again(app, visit, &draft, &person, faults::status(error), faults)
}

/// What the draft will look like; nothing where there is none.
fn preview(draft: &Draft) -> Option<SafeHtml> {
    let source = CommentSource::parse(&draft.body).ok()?;
    Some(screening::preview(&source))
}

/// The form for who only wants to sign in: to see what of theirs waits.
pub(super) async fn look(
    app: web::Data<App>,
    SiteSlug(slug): SiteSlug,
    cookie: ReaderCookie,
    Query(place): Query<Place>,
) -> Result<HttpResponse, PageError> {
    let visit = run(&app, move |app| Visit::load(app, &slug, place, &cookie)).await?;
    if visit.reader.is_some() {
        return Ok(see(&visit.address("comments")));
    }
    let draft = Draft {
        key: new_key(&app),
        ..Draft::default()
    };
    who(&app, &visit, draft)
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
    SiteSlug(slug): SiteSlug,
    ClientAddress(client): ClientAddress,
    cookie: ReaderCookie,
    made_by: MadeBy,
    Query(place): Query<Place>,
    FormBody(form): FormBody<SignInForm>,
) -> Result<HttpResponse, PageError> {
    made_by.own_page(&app.config.server.public_url)?;
    let step = Step::read(&app, form)?;
    let (visit, step, asked) = run(&app, move |app| {
        let visit = Visit::load(app, &slug, place, &cookie)?;
        let asked = request(app, &visit, &client, &step);
        Ok::<_, WebError>((visit, step, asked))
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
            code_page(&app, &visit, &step, HttpResponse::Ok(), Faults::default(), None)
        }
        Err(error) => {
            let faults = Faults::of(visit.texts(), &error);
            let status = faults::status(&error);
            who_again(&app, &visit, &step.draft, &step.person, status, faults)
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
    SiteSlug(slug): SiteSlug,
    cookie: ReaderCookie,
    made_by: MadeBy,
    Query(place): Query<Place>,
    FormBody(form): FormBody<SignInForm>,
) -> Result<HttpResponse, PageError> {
    made_by.own_page(&app.config.server.public_url)?;
    let step = Step::read(&app, form)?;
    let visit = run(&app, move |app| Visit::load(app, &slug, place, &cookie)).await?;
    let person = Person {
        sign_in: new_key(&app),
        ..step.person
    };
    who_again(
        &app,
        &visit,
        &step.draft,
        &person,
        HttpResponse::Ok(),
        Faults::default(),
    )
}

/// Asks for the letter again.
pub(super) async fn resend(
    app: web::Data<App>,
    SiteSlug(slug): SiteSlug,
    ClientAddress(client): ClientAddress,
    cookie: ReaderCookie,
    made_by: MadeBy,
    Query(place): Query<Place>,
    FormBody(form): FormBody<SignInForm>,
) -> Result<HttpResponse, PageError> {
    made_by.own_page(&app.config.server.public_url)?;
    let step = Step::read(&app, form)?;
    let (visit, step, sent) = run(&app, move |app| {
        let visit = Visit::load(app, &slug, place, &cookie)?;
        let own = &app.config.server.public_url;
        let sent = sign_in::resend(app, Some(own), &client, &step.held).map_err(WebError::from);
        Ok::<_, WebError>((visit, step, sent))
    })
    .await?;
    let texts = visit.texts();
    match sent {
        Ok(()) => {
            let notice = Some(texts.say("site-code-sent-again"));
            code_page(&app, &visit, &step, HttpResponse::Ok(), Faults::default(), notice)
        }
        Err(error) if error.ends_sign_in() => begin_anew(&app, &visit, step, &error),
        Err(error) => {
            let faults = Faults::of(texts, &error);
            code_page(&app, &visit, &step, faults::status(&error), faults, None)
        }
    }
}

enum Redeemed {
    /// Signed in, and where what was written is seen.
    Done(PlainToken, String),
    /// Signed in, and what was written is refused.
    Refused(PlainToken, Box<Visit>, WebError),
    /// Not signed in; whether the letter never got to its address.
    Not(WebError, bool),
}

/// The code comes back: signs in, and posts what was written before.
pub(super) async fn code(
    app: web::Data<App>,
    SiteSlug(slug): SiteSlug,
    ClientAddress(client): ClientAddress,
    cookie: ReaderCookie,
    made_by: MadeBy,
    Query(place): Query<Place>,
    FormBody(form): FormBody<SignInForm>,
) -> Result<HttpResponse, PageError> {
    made_by.own_page(&app.config.server.public_url)?;
    let step = Step::read(&app, form)?;
    let (visit, step, redeemed) = run(&app, move |app| {
        let visit = Visit::load(app, &slug, place, &cookie)?;
        let redeemed = redeem_and_post(app, &visit, client, &step)?;
        Ok::<_, WebError>((visit, step, redeemed))
    })
    .await?;
    let slug = &visit.site.slug;
    match redeemed {
        Redeemed::Done(token, address) => {
            let mut answer = see(&address);
            add(&mut answer, &session::cookie(&app, slug, &token))?;
            Ok(answer)
        }
        Redeemed::Refused(token, signed_in, error) => {
            let mut answer = comments::refused(&app, &signed_in, step.draft, &error).await?;
            add(&mut answer, &session::cookie(&app, slug, &token))?;
            Ok(answer)
        }
        Redeemed::Not(error, _) if error.ends_sign_in() => begin_anew(&app, &visit, step, &error),
        Redeemed::Not(error, undelivered) => {
            let faults = Faults::of(visit.texts(), &error);
            let notice = undelivered.then(|| visit.texts().say("site-code-undelivered"));
            code_page(&app, &visit, &step, faults::status(&error), faults, notice)
        }
    }
}

fn add(answer: &mut HttpResponse, cookie: &actix_web::cookie::Cookie<'_>) -> Result<(), PageError> {
    let added = answer.add_cookie(cookie);
    added.map_err(|_our_cookies_are_headers| PageError::from(WebError::Panicked))
}

fn redeem_and_post(app: &App, visit: &Visit, client: Client, step: &Step) -> Result<Redeemed, WebError> {
    let own = &app.config.server.public_url;
    let brought = Redeem {
        held: step.held.clone(),
        code: step.code.clone(),
    };
    let signed_in = match redeem::reader_token(app, Some(own), &client, &brought, step.name()) {
        Ok(signed_in) => signed_in,
        Err(error) => {
            let letter = sign_in::status(app, Some(own), &client, &step.held).map(|status| status.letter);
            let undelivered = matches!(letter, Ok(LetterState::Refused));
            return Ok(Redeemed::Not(error.into(), undelivered));
        }
    };
    if step.draft.is_empty() {
        return Ok(Redeemed::Done(signed_in.token, visit.address("comments")));
    }
    let reader = session::reader_of(app, &visit.site, signed_in.token.expose())?;
    match comments::store(app, visit, &reader, client, &step.draft) {
        Ok(address) => Ok(Redeemed::Done(signed_in.token, address)),
        Err(error) => {
            let visit = Visit {
                form_token: Some(session::form_token(app, &reader).expose().to_owned()),
                reader: Some(reader),
                ..visit.clone()
            };
            Ok(Redeemed::Refused(signed_in.token, Box::new(visit), error))
        }
    }
}

/// Name and address again, and why.
fn begin_anew(app: &App, visit: &Visit, step: Step, error: &WebError) -> Result<HttpResponse, PageError> {
    let problem = error.problem();
    // The field that is wrong is not on this form.
    let told = ServiceError::invalid_code(problem.code, problem.detail);
    let faults = Faults::of(visit.texts(), &told.into());
    let person = Person {
        sign_in: new_key(app),
        ..step.person
    };
    who_again(app, visit, &step.draft, &person, faults::status(error), faults)
}

fn code_page(
    app: &App,
    visit: &Visit,
    step: &Step,
    status: HttpResponseBuilder,
    faults: Faults,
    notice: Option<String>,
) -> Result<HttpResponse, PageError> {
    let shell = visit.shell(app, visit.texts().say("site-code-heading"));
    let page = CodePage {
        shell: &shell,
        visit,
        draft: &step.draft,
        preview: preview(&step.draft),
        person: &step.person,
        request: &step.held.request_id,
        from: app.config.mail.from.address.as_str(),
        name_needed: faults.field("name").is_some(),
        notice,
        faults,
    };
    Ok(answer(&shell, status, &page)?)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OutForm {
    form: Option<String>,
}

/// Signs out: the session ends, and the cookie goes.
pub(super) async fn out(
    app: web::Data<App>,
    SiteSlug(slug): SiteSlug,
    cookie: ReaderCookie,
    made_by: MadeBy,
    Query(place): Query<Place>,
    FormBody(form): FormBody<OutForm>,
) -> Result<HttpResponse, PageError> {
    made_by.own_page(&app.config.server.public_url)?;
    let visit = run(&app, move |app| {
        let visit = Visit::load(app, &slug, place, &cookie)?;
        if let Some(reader) = &visit.reader {
            session::check_form(app, reader, form.form.as_deref())?;
            sessions::end_token(app, reader)?;
        }
        Ok::<_, WebError>(visit)
    })
    .await?;
    let mut answer = see(&visit.address("comments"));
    add(&mut answer, &session::no_cookie(&app, &visit.site.slug))?;
    Ok(answer)
}
