//! To a provider and back. Both addresses answer by leading on, so that neither a code nor a state stays in sight.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::cookies::session_cookie;
use super::{AppData, SignInCookies, add, address, leaving, see};
use crate::domain::id::HandoverId;
use crate::service::ServiceError;
use crate::service::sign_in_elsewhere::consent;
use crate::service::sign_in_elsewhere::way::{self, Arrived, Back, Failure};
use crate::web::error::{PageError, WebError};
use crate::web::extract::{ClientAddress, FormBody, FromParams, Paged, Params, Query};
use crate::web::run;

/// The host that the reader typed, for providers that ask for it.
pub(super) struct Host(Option<String>);

impl FromParams for Host {
    fn from_params(params: &mut Params) -> Result<Self, WebError> {
        params.forget_empty();
        let host = params.optional("host")?;
        params.ignore_rest();
        Ok(Self(host))
    }
}

/// Leads to a provider.
pub(super) async fn to(
    app: AppData,
    ClientAddress(client): ClientAddress,
    SignInCookies(cookies): SignInCookies,
    path: web::Path<(String, String)>,
    Paged(Query(Host(host))): Paged<Query<Host>>,
) -> Result<HttpResponse, PageError> {
    let (id, key) = path.into_inner();
    let id: HandoverId = id
        .parse()
        .map_err(|_not_an_id| ServiceError::not_found("sign_in_not_found"))?;
    let provider = app
        .providers
        .get(&key)
        .ok_or(ServiceError::not_found("provider_not_found"))?;
    if provider.asks_host() && host.is_none() {
        return Ok(see(&address(id)));
    }
    let name = provider.name().to_owned();
    let typed = host.is_some();
    let (look, departed, key) = run(&app, move |app| {
        let browser = cookies.browser.as_deref();
        let departed = way::depart(app, &client, id, browser, &key, host.as_deref())?;
        let look = consent::look(app, &client, id, &cookies)?;
        Ok::<_, WebError>((look, departed, key))
    })
    .await?;
    match departed {
        Err(failure) => Ok(failed(id, &key, failure)),
        // A form led here, after which browsers follow no redirect to another origin.
        Ok(to) if typed => leaving(&app, &look.handover.lang, to.as_str(), &name),
        Ok(to) => Ok(see(to.as_str())),
    }
}

fn failed(id: HandoverId, key: &str, failure: Failure) -> HttpResponse {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("failed", failure.as_str());
    query.append_pair("with", key);
    see(&format!("{}?{}", address(id), query.finish()))
}

/// What comes back in an address.
pub(super) struct Answered {
    state: String,
    back: Back,
}

impl FromParams for Answered {
    fn from_params(params: &mut Params) -> Result<Self, WebError> {
        params.forget_empty();
        let answered = Self {
            state: params.required("state")?,
            back: Back {
                code: params.optional("code")?,
                error: params.optional("error")?,
                iss: params.optional("iss")?,
                user: None,
            },
        };
        // Providers add things, and may add more.
        params.ignore_rest();
        Ok(answered)
    }
}

/// Comes back from a provider.
pub(super) async fn callback(
    app: AppData,
    ClientAddress(client): ClientAddress,
    SignInCookies(cookies): SignInCookies,
    key: web::Path<String>,
    Paged(Query(answered)): Paged<Query<Answered>>,
) -> Result<HttpResponse, PageError> {
    let key = key.into_inner();
    let (arrived, key) = run(&app, move |app| {
        let Answered { state, back } = answered;
        let (browser, account) = (cookies.browser.as_deref(), cookies.account.as_deref());
        let arrived = way::arrive(app, &client, &key, &state, back, browser, account)?;
        Ok::<_, WebError>((arrived, key))
    })
    .await?;
    let Arrived { handover, session } = arrived;
    match session {
        Err(failure) => Ok(failed(handover, &key, failure)),
        Ok(opening) => {
            let mut response = see(&address(handover));
            add(&mut response, &session_cookie(&app, opening.secret.expose()))?;
            Ok(response)
        }
    }
}

/// What comes back in a form. Fields that nobody reads may come too: it is no form of ours.
#[derive(Deserialize)]
pub(super) struct PostedForm {
    state: String,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
    user: Option<String>,
}

/// Comes back from a provider that posts. That request is another site's and has no cookie of ours: what it brings is kept,
/// and the browser comes once more, by an address, with its cookie.
pub(super) async fn posted(
    app: AppData,
    ClientAddress(client): ClientAddress,
    key: web::Path<String>,
    FormBody(form): FormBody<PostedForm>,
) -> Result<HttpResponse, PageError> {
    let key = key.into_inner();
    let (key, state) = run(&app, move |app| {
        let back = Back {
            code: form.code,
            error: form.error,
            iss: form.iss,
            user: form.user,
        };
        way::keep_posted(app, &client, &key, &form.state, &back)?;
        Ok::<_, WebError>((key, form.state))
    })
    .await?;
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("state", &state);
    let again = format!("/sign-in/callback/{key}?{}", query.finish());
    let mut response = see(&again);
    // Nothing of it may be asked for again.
    let headers = response.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    Ok(response)
}
