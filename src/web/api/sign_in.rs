//! Signing in over JSON: by email, asking for a code, where its letter stands, the letter again; the code of a letter or of
//! a sign-in elsewhere for a token; and a token's end.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

use crate::app::App;
use crate::domain::site::Slug;
use crate::service::redeem::{self, Redeem};
use crate::service::sign_in::{self, CodeRequest, Held};
use crate::service::sign_in_elsewhere::redeem as elsewhere;
use crate::service::{ServiceError, sessions, sites};
use crate::storage::stores::sign_ins::LetterState;
use crate::web::endpoint::{self, Endpoint};
use crate::web::error::WebError;
use crate::web::extract::{Bearer, ClientAddress, JsonBody, RequestOrigin, check_origin};
use crate::web::run;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        endpoint::post("/api/v1/sign-in/email", ask),
        endpoint::post("/api/v1/sign-in/email/status", status),
        endpoint::post("/api/v1/sign-in/email/resend", resend),
        endpoint::post("/api/v1/sign-in/token", token),
        endpoint::delete("/api/v1/me/token", end_token),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskBody {
    site: String,
    email: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    lang: Option<String>,
    challenge: String,
}

/// Asks for a code: 202 for every address alike.
async fn ask(
    app: web::Data<App>,
    origin: RequestOrigin,
    ClientAddress(client): ClientAddress,
    body: JsonBody<AskBody>,
) -> Result<HttpResponse, WebError> {
    let body = body.value;
    let id = run(&app, move |app| {
        let slug: Slug = body
            .site
            .parse()
            .map_err(|_not_a_slug| ServiceError::not_found("site_not_found"))?;
        let site = sites::by_slug(app, &slug)?;
        let origin = check_origin(&origin, &site, &app.config.server.public_url)?;
        let asked = CodeRequest {
            email: body.email,
            name: body.name,
            lang: body.lang,
            challenge: body.challenge,
        };
        Ok::<_, WebError>(sign_in::request_code(app, &site, origin, &client, &asked)?)
    })
    .await?;
    Ok(HttpResponse::Accepted().json(json!({ "request_id": id.to_string() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HeldBody {
    request_id: String,
    verifier: String,
}

impl From<HeldBody> for Held {
    fn from(body: HeldBody) -> Self {
        Held {
            request_id: body.request_id,
            verifier: body.verifier,
        }
    }
}

/// Where the letter stands, and in how many seconds it can be asked for again.
async fn status(
    app: web::Data<App>,
    origin: RequestOrigin,
    ClientAddress(client): ClientAddress,
    body: JsonBody<HeldBody>,
) -> Result<HttpResponse, WebError> {
    let held = body.value.into();
    let status = run(&app, move |app| {
        sign_in::status(app, origin.named(), &client, &held)
    })
    .await?;
    let letter = match status.letter {
        LetterState::Queued => "queued",
        LetterState::Sent => "sent",
        LetterState::Refused => "refused",
    };
    // Rounded up: at the second that is told, the letter can be asked for.
    let resend_after = status
        .resend_after
        .map(|after| after.as_secs() + u64::from(after.subsec_nanos() > 0));
    Ok(HttpResponse::Ok().json(json!({ "letter": letter, "resend_after": resend_after })))
}

/// The letter again, with another code.
async fn resend(
    app: web::Data<App>,
    origin: RequestOrigin,
    ClientAddress(client): ClientAddress,
    body: JsonBody<HeldBody>,
) -> Result<HttpResponse, WebError> {
    let held = body.value.into();
    run(&app, move |app| {
        sign_in::resend(app, origin.named(), &client, &held)
    })
    .await?;
    Ok(HttpResponse::Accepted().json(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenBody {
    request_id: String,
    code: String,
    verifier: String,
    /// For who is told `name_needed`.
    #[serde(default)]
    name: Option<String>,
}

/// The code for a token.
async fn token(
    app: web::Data<App>,
    origin: RequestOrigin,
    ClientAddress(client): ClientAddress,
    body: JsonBody<TokenBody>,
) -> Result<HttpResponse, WebError> {
    let body = body.value;
    let signed_in = run(&app, move |app| {
        let asked = Redeem {
            held: Held {
                request_id: body.request_id,
                verifier: body.verifier,
            },
            code: body.code,
        };
        if elsewhere::is_code(&asked.code) {
            return elsewhere::reader_token_of(app, origin.named(), &client, &asked);
        }
        redeem::reader_token(app, origin.named(), &client, &asked, body.name.as_deref())
    })
    .await?;
    Ok(HttpResponse::Ok().json(json!({
        "token": signed_in.token.expose(),
        "expires_at": signed_in.expires_at.to_rfc3339(),
        "account": {
            "id": signed_in.membership.id.to_string(),
            "name": signed_in.membership.name.as_str(),
            "standing": signed_in.membership.standing.as_str(),
        },
    })))
}

/// Signs the reader out: this token ends.
async fn end_token(
    app: web::Data<App>,
    Bearer(secret): Bearer,
    origin: RequestOrigin,
) -> Result<HttpResponse, WebError> {
    run(&app, move |app| {
        let reader = sessions::reader(app, &secret, None, Some(origin.required()?))?;
        Ok::<_, WebError>(sessions::end_token(app, &reader)?)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
