//! The form for the code of the letter: asking for the letter again, and the code for a session, with which what was written
//! before is posted.

use actix_web::{HttpResponse, HttpResponseBuilder, web};
use askama::Template;

use super::{Kept, Person, SignInForm, Step, begin_anew, preview, preview_with};
use crate::app::App;
use crate::domain::site::Slug;
use crate::service::Client;
use crate::service::redeem::{self, Redeem};
use crate::service::sign_in;
use crate::signin::token::PlainToken;
use crate::storage::stores::sign_ins::LetterState;
use crate::web::error::{PageError, WebError};
use crate::web::extract::{ClientAddress, FormBody, MadeBy, Paged, Query, SiteSlug};
use crate::web::run;
use crate::web::shell::Shell;
use crate::web::site::Place;
use crate::web::site::comments::{self, Draft};
use crate::web::site::faults::{self, Faults};
use crate::web::site::session::{self, ReaderCookie};
use crate::web::site::visit::{Visit, answer, see};

#[derive(Template)]
#[template(path = "web/site/templates/code.html")]
struct CodePage<'a> {
    shell: &'a Shell,
    visit: &'a Visit,
    draft: &'a Draft,
    preview: Option<Kept>,
    person: &'a Person,
    request: &'a str,
    from: &'a str,
    /// The code that stands in its field already.
    typed: &'a str,
    /// Whether the code was right, and a name is what is missing.
    name_needed: bool,
    notice: Option<String>,
    faults: Faults,
}

/// Asks for the letter again.
pub(in crate::web::site) async fn resend(
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
    let (visit, kept, sent) = run(&app, move |app| {
        let visit = Visit::load(app, client, &slug, place, &cookie)?;
        let own = &app.config.server.public_url;
        let sent = sign_in::resend(app, Some(own), &client, &step.held).map_err(WebError::from);
        let preview = match &sent {
            Ok(()) => preview(app, client, &step.draft),
            Err(error) => preview_with(app, client, &step.draft, error),
        };
        Ok::<_, WebError>((visit, (step, preview), sent))
    })
    .await?;
    let texts = visit.texts();
    match sent {
        Ok(()) => {
            let notice = Some(texts.say("site-code-sent-again"));
            let (status, faults) = (HttpResponse::Ok(), Faults::default());
            code_page(&app, &visit, (&kept.0, kept.1), status, faults, notice)
        }
        Err(error) if error.ends_sign_in() => begin_anew(&app, &visit, kept, &error),
        Err(error) => {
            let faults = kept.0.draft.faults(texts, &error);
            let status = faults::status(&error);
            code_page(&app, &visit, (&kept.0, kept.1), status, faults, None)
        }
    }
}

pub(in crate::web::site) enum Redeemed {
    /// Signed in, and where what was written is seen.
    Done(PlainToken, String),
    /// Signed in, and what was written is refused.
    Refused(PlainToken, Box<Visit>, WebError),
    /// Not signed in; whether the letter never got to its address; and what was written.
    Not(WebError, bool, Option<Kept>),
}

/// The code comes back: signs in, and posts what was written before.
pub(in crate::web::site) async fn code(
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
    let (visit, step, redeemed) = run(&app, move |app| {
        let visit = Visit::load(app, client, &slug, place, &cookie)?;
        let redeemed = redeem_and_post(app, &visit, client, &step)?;
        Ok::<_, WebError>((visit, step, redeemed))
    })
    .await?;
    let slug = &visit.site.slug;
    match redeemed {
        Redeemed::Done(token, address) => done(&app, slug, &token, &address),
        Redeemed::Refused(token, signed_in, error) => {
            let mut answer = comments::refused(&app, &signed_in, step.draft, &error).await?;
            session::add(&mut answer, &session::cookie(&app, slug, &token))?;
            Ok(answer)
        }
        Redeemed::Not(error, _, preview) if error.ends_sign_in() => {
            begin_anew(&app, &visit, (step, preview), &error)
        }
        Redeemed::Not(error, undelivered, preview) => {
            let faults = step.draft.faults(visit.texts(), &error);
            let notice = undelivered.then(|| visit.texts().say("site-code-undelivered"));
            let status = faults::status(&error);
            code_page(&app, &visit, (&step, preview), status, faults, notice)
        }
    }
}

/// Signed in: the cookie, and where to go on.
pub(in crate::web::site) fn done(
    app: &App,
    slug: &Slug,
    token: &PlainToken,
    address: &str,
) -> Result<HttpResponse, PageError> {
    let mut answer = see(address);
    session::add(&mut answer, &session::cookie(app, slug, token))?;
    Ok(answer)
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
            let error = error.into();
            let preview = preview_with(app, client, &step.draft, &error);
            return Ok(Redeemed::Not(error, undelivered, preview));
        }
    };
    post_as(app, visit, client, signed_in.token, &step.draft)
}

/// Posts what was written before, for who has just got a token.
pub(in crate::web::site) fn post_as(
    app: &App,
    visit: &Visit,
    client: Client,
    token: PlainToken,
    draft: &Draft,
) -> Result<Redeemed, WebError> {
    if draft.is_empty() {
        return Ok(Redeemed::Done(token, visit.address("comments")));
    }
    let reader = session::reader_of(app, &visit.site, token.expose())?;
    match comments::store(app, visit, &reader, client, draft) {
        Ok(address) => Ok(Redeemed::Done(token, address)),
        Err(error) => {
            let visit = Visit {
                form_token: Some(session::form_token(app, &reader).expose().to_owned()),
                reader: Some(reader),
                ..visit.clone()
            };
            Ok(Redeemed::Refused(token, Box::new(visit), error))
        }
    }
}

pub(super) fn code_page(
    app: &App,
    visit: &Visit,
    (step, preview): (&Step, Option<Kept>),
    status: HttpResponseBuilder,
    faults: Faults,
    notice: Option<String>,
) -> Result<HttpResponse, PageError> {
    let texts = visit.texts();
    let shell = visit.shell(app, faults.title(texts, texts.say("site-code-heading")));
    let name_needed = faults.field("name").is_some();
    let page = CodePage {
        shell: &shell,
        visit,
        draft: &step.draft,
        preview,
        person: &step.person,
        request: &step.held.request_id,
        from: app.config.mail.from.address.as_str(),
        // A code that is not at fault is not asked for twice.
        typed: if name_needed && faults.field("code").is_none() {
            &step.code
        } else {
            ""
        },
        name_needed,
        notice,
        faults,
    };
    Ok(answer(&shell, status, &page)?)
}
