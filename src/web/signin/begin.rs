//! The first page: what opened it asks for a sign-in, and proves, where it waits in another window, that it is who it says.

use actix_web::HttpResponse;
use askama::Template;

use super::{AppData, Frame, SignInCookies, add, address, address_to, browser_cookie, see};
use crate::domain::id::HandoverId;
use crate::domain::language::Language;
use crate::messages::{self, Texts};
use crate::service::sign_in_elsewhere::begin::{self, Asked};
use crate::storage::stores::handovers::Mode;
use crate::web::error::{PageError, WebError};
use crate::web::extract::{ClientAddress, FromParams, Id, MadeBy, Paged, Params, Query};
use crate::web::run;
use crate::web::shell::Shell;

impl FromParams for Asked {
    fn from_params(params: &mut Params) -> Result<Self, WebError> {
        let asked = Self {
            site: params.required("site")?,
            origin: params.required("origin")?,
            page: params.required("page")?,
            challenge: params.required("challenge")?,
            request_id: params.required("request_id")?,
            mode: params.required("mode")?,
            provider: params.optional("provider")?,
            lang: params.parsed::<Language>("lang", "invalid_lang")?,
        };
        params.ignore_rest();
        Ok(asked)
    }
}

#[derive(Template)]
#[template(path = "web/signin/templates/begin.html")]
struct BeginPage<'a> {
    shell: &'a Shell,
    texts: &'static Texts,
    site: &'a str,
    host: &'a str,
    origin: &'a str,
    request: String,
    opener: String,
    next: &'a str,
}

/// Begins. Where a window waits for ours, our script first makes sure of it.
pub(super) async fn begin(
    app: AppData,
    ClientAddress(client): ClientAddress,
    SignInCookies(cookies): SignInCookies,
    Paged(Query(asked)): Paged<Query<Asked>>,
) -> Result<HttpResponse, PageError> {
    let begun = run(&app, move |app| {
        begin::begin(app, &client, &asked, cookies.browser.as_deref())
    })
    .await?;
    let handover = &begun.handover;
    let next = match &begun.provider {
        Some(provider) => address_to(handover.id, provider),
        None => address(handover.id),
    };
    let mut response = if handover.mode == Mode::Popup {
        let texts = messages::texts(&handover.lang);
        let frame = Frame::new(&app, &handover.lang, texts.say("signin-title"));
        let page = BeginPage {
            shell: &frame.shell,
            texts,
            site: &begun.site.name,
            host: handover.origin.host(),
            origin: handover.origin.as_str(),
            request: uuid::Uuid::from_bytes(handover.request).to_string(),
            opener: format!("{}/opener", address(handover.id)),
            next: &next,
        };
        frame.answer_untold(&page)?
    } else {
        see(&next)
    };
    add(&mut response, &browser_cookie(&app, &begun.browser))?;
    Ok(response)
}

/// Our script has seen an answer of the opener, from the origin that asked.
pub(super) async fn opener(
    app: AppData,
    ClientAddress(client): ClientAddress,
    made_by: MadeBy,
    SignInCookies(cookies): SignInCookies,
    Id(id): Id<HandoverId>,
) -> Result<HttpResponse, WebError> {
    made_by.own_page(&app.config.server.public_url)?;
    run(&app, move |app| {
        begin::opener_proved(app, &client, id, cookies.browser.as_deref())
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
