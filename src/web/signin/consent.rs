//! The page of a sign-in: a way to choose, why one failed, or the click that hands it over; and what that leads to.

use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;

use super::cookies::{no_session, session_cookie};
use super::{AppData, Button, Frame, SignInCookies, add, address, address_to, back, buttons, own_page, see};
use crate::app::App;
use crate::domain::id::HandoverId;
use crate::messages::{self, Texts};
use crate::service::ServiceError;
use crate::service::sign_in_elsewhere::account;
use crate::service::sign_in_elsewhere::consent::{self, Cookies, HandedOver, Known, Look};
use crate::service::sign_in_elsewhere::way::Failure;
use crate::storage::stores::handovers::Mode;
use crate::web::error::{PageError, WebError};
use crate::web::extract::{ClientAddress, FormBody, FromParams, Id, MadeBy, Paged, Params, Query};
use crate::web::run;
use crate::web::shell::Shell;
use crate::web::site;

/// What became of the way before, in words that only we write; and whether another account is wanted.
#[derive(Debug, Default)]
pub(super) struct Became {
    failed: Option<Failure>,
    with: Option<String>,
    choose: bool,
}

impl FromParams for Became {
    fn from_params(params: &mut Params) -> Result<Self, WebError> {
        params.forget_empty();
        let failed = params.optional("failed")?;
        let became = Self {
            failed: Failure::ALL
                .into_iter()
                .find(|failure| Some(failure.as_str()) == failed.as_deref()),
            with: params.optional("with")?,
            choose: params.optional("choose")?.is_some(),
        };
        params.ignore_rest();
        Ok(became)
    }
}

/// A draft that goes back to our own page.
struct KeptDraft {
    action: String,
    draft: site::elsewhere::KeptDraft,
}

#[derive(Template)]
#[template(path = "web/signin/templates/choose.html")]
struct ChoosePage<'a> {
    shell: &'a Shell,
    texts: &'static Texts,
    look: &'a Look,
    host: &'a str,
    /// Why the way before led nowhere.
    failed: Option<String>,
    /// The address to try the same once more.
    again: Option<String>,
    buttons: Vec<Button>,
    /// Where the reader came from.
    back: String,
    /// What was being written there, where that is our own page.
    kept: Option<KeptDraft>,
}

#[derive(Template)]
#[template(path = "web/signin/templates/consent.html")]
struct ConsentPage<'a> {
    shell: &'a Shell,
    texts: &'static Texts,
    look: &'a Look,
    host: &'a str,
    known: &'a Known,
    /// What is typed as the name, by who is new on the site.
    name: String,
    fault: Option<String>,
    back: String,
    posts: bool,
}

#[derive(Template)]
#[template(path = "web/signin/templates/done.html")]
struct DonePage<'a> {
    shell: &'a Shell,
    texts: &'static Texts,
    site: &'a str,
    origin: &'a str,
    request: String,
    code: &'a str,
    /// Whether the window that opened ours waits for a message.
    opened: bool,
    address: String,
}

/// The page of a sign-in.
pub(super) async fn look(
    app: AppData,
    ClientAddress(client): ClientAddress,
    SignInCookies(cookies): SignInCookies,
    Id(id): Id<HandoverId>,
    Paged(Query(became)): Paged<Query<Became>>,
) -> Result<HttpResponse, PageError> {
    let (look, cookies) = run(&app, move |app| {
        let look = consent::look(app, &client, id, &cookies)?;
        Ok::<_, WebError>((look, cookies))
    })
    .await?;
    let mut response = match &look.known {
        Some(known) if became.failed.is_none() && !became.choose => {
            let name = known.suggested.as_ref().map(ToString::to_string);
            consent_page(&app, &look, known, name.unwrap_or_default(), None)?
        }
        _ => choose_page(&app, &look, &became)?,
    };
    renew(&app, &mut response, &look, &cookies)?;
    Ok(response)
}

/// The cookie lasts as long as its session does.
fn renew(app: &App, response: &mut HttpResponse, look: &Look, cookies: &Cookies) -> Result<(), PageError> {
    match (&look.known, &cookies.account) {
        (Some(known), Some(value)) if known.session.renewed => add(response, &session_cookie(app, value)),
        _ => Ok(()),
    }
}

fn choose_page(app: &App, look: &Look, became: &Became) -> Result<HttpResponse, PageError> {
    let texts = messages::texts(&look.handover.lang);
    let provider = became.with.as_deref().and_then(|key| app.providers.get(key));
    let name = provider.map(|provider| provider.name());
    let failed = became
        .failed
        .map(|failure| sentence(texts, failure, name.unwrap_or_default()));
    let again = provider
        .filter(|provider| !provider.asks_host() && became.failed.is_some())
        .map(|provider| address_to(look.handover.id, provider.key()));
    // The one that can be tried again has its own button.
    let mut buttons = buttons(app, &look.site);
    if again.is_some() {
        buttons.retain(|button| Some(button.key.as_str()) != became.with.as_deref());
    }
    let title = match failed {
        Some(_) => texts.say("signin-failed-title"),
        None => texts.say("signin-choose-title"),
    };
    let frame = Frame::new(app, &look.handover.lang, title);
    let page = ChoosePage {
        shell: &frame.shell,
        texts,
        look,
        host: look.handover.origin.host(),
        failed,
        again,
        buttons,
        back: back(look),
        kept: kept(look),
    };
    frame.answer(&page)
}

fn kept(look: &Look) -> Option<KeptDraft> {
    let draft = site::elsewhere::KeptDraft::read(&look.draft)?;
    Some(KeptDraft {
        action: own_page(look, "comments"),
        draft,
    })
}

fn sentence(texts: &Texts, failure: Failure, name: &str) -> String {
    let id = match failure {
        Failure::Refused => "signin-failed-refused",
        Failure::Down => "signin-failed-down",
        Failure::Slow => "signin-failed-slow",
        Failure::Answer => "signin-failed-answer",
        Failure::Stale => "signin-failed-stale",
        Failure::Busy => "signin-failed-busy",
        Failure::Config => "signin-failed-config",
        Failure::Host => "signin-failed-host",
        Failure::HostDenied => "signin-failed-host-denied",
    };
    if name.is_empty() {
        texts.say("signin-failed-stale")
    } else {
        texts.say_text(id, "name", name)
    }
}

fn consent_page(
    app: &App,
    look: &Look,
    known: &Known,
    name: String,
    fault: Option<String>,
) -> Result<HttpResponse, PageError> {
    let texts = messages::texts(&look.handover.lang);
    let title = texts.say_text("signin-consent-title", "site", &look.site.name);
    let frame = Frame::new(app, &look.handover.lang, title);
    let page = ConsentPage {
        shell: &frame.shell,
        texts,
        look,
        host: match look.handover.mode {
            Mode::Own => look.site.origins.first().map_or("", |origin| origin.host()),
            Mode::Popup | Mode::Opened | Mode::Redirect => look.handover.origin.host(),
        },
        known,
        name,
        fault,
        back: back(look),
        posts: !look.draft.is_empty(),
    };
    frame.answer(&page)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ContinueForm {
    form: String,
    #[serde(default)]
    name: String,
}

/// The click that hands the sign-in over.
pub(super) async fn go_on(
    app: AppData,
    ClientAddress(client): ClientAddress,
    made_by: MadeBy,
    SignInCookies(cookies): SignInCookies,
    Id(id): Id<HandoverId>,
    FormBody(form): FormBody<ContinueForm>,
) -> Result<HttpResponse, PageError> {
    made_by.own_page(&app.config.server.public_url)?;
    let typed = form.name.clone();
    let (handed, cookies) = run(&app, move |app| {
        let handed = consent::hand_over(app, &client, id, &cookies, &form.form, &form.name);
        Ok::<_, WebError>((handed, cookies))
    })
    .await?;
    let (look, handed) = match handed {
        Ok(handed) => handed,
        Err(error) => return refused(&app, client, id, cookies, typed, error).await,
    };
    match handed {
        HandedOver::Own(token) => site::elsewhere::finish(&app, client, &look, token).await,
        HandedOver::Code(code) => done_page(&app, &look, code.expose()),
    }
}

/// The page once more with what is wrong; what a form cannot mend is an error.
async fn refused(
    app: &AppData,
    client: crate::service::Client,
    id: HandoverId,
    cookies: Cookies,
    typed: String,
    error: ServiceError,
) -> Result<HttpResponse, PageError> {
    let id_of = |code: &str| {
        Some(match code {
            "name_needed" => "site-error-name-needed",
            "name_invalid_length" => "site-error-name-length",
            "name_invalid_characters" => "site-error-name-characters",
            "name_needs_letter" => "site-error-name-letter",
            "form_outdated" => "signin-form-outdated",
            _ => return None,
        })
    };
    let error = WebError::from(error);
    let Some(sentence) = id_of(error.problem().code) else {
        // Signed out meanwhile: the way begins anew.
        if error.problem().code == "token_missing" {
            return Ok(see(&address(id)));
        }
        return Err(error.into());
    };
    let look = run(app, move |app| consent::look(app, &client, id, &cookies)).await?;
    let Some(known) = &look.known else {
        return Ok(see(&address(id)));
    };
    let fault = messages::texts(&look.handover.lang).say(sentence);
    let mut response = consent_page(app, &look, known, typed, Some(fault))?;
    *response.status_mut() = error.begin().finish().status();
    Ok(response)
}

fn done_page(app: &App, look: &Look, code: &str) -> Result<HttpResponse, PageError> {
    let handover = &look.handover;
    let texts = messages::texts(&handover.lang);
    let frame = Frame::new(app, &handover.lang, texts.say("signin-done-title"));
    let request = uuid::Uuid::from_bytes(handover.request).to_string();
    let page = DonePage {
        shell: &frame.shell,
        texts,
        site: &look.site.name,
        origin: handover.origin.as_str(),
        code,
        opened: handover.mode == Mode::Opened,
        address: format!(
            "{}#hustings_code={code}&hustings_request={request}",
            handover.page
        ),
        request,
    };
    frame.answer_untold(&page)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OtherForm {
    form: String,
}

/// "Not you?": the session here ends, and another account can be chosen.
pub(super) async fn other(
    app: AppData,
    ClientAddress(client): ClientAddress,
    made_by: MadeBy,
    SignInCookies(cookies): SignInCookies,
    Id(id): Id<HandoverId>,
    FormBody(form): FormBody<OtherForm>,
) -> Result<HttpResponse, PageError> {
    made_by.own_page(&app.config.server.public_url)?;
    run(&app, move |app| {
        let look = consent::look(app, &client, id, &cookies)?;
        if let Some(known) = look.known.filter(|known| known.form.is(&form.form)) {
            account::end_session(app, &known.session)?;
        }
        Ok::<_, WebError>(())
    })
    .await?;
    let mut response = see(&address(id));
    add(&mut response, &no_session(&app))?;
    Ok(response)
}
