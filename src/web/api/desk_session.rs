//! Signing in and out at the desk over JSON.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError, web};
use serde::Deserialize;
use serde_json::json;

use crate::app::App;
use crate::service::accept_invite::accept_invite;
use crate::service::redeem::{self, Redeem};
use crate::service::sessions;
use crate::service::sign_in::Held;
use crate::service::{ServiceError, sessions::DeskSession};
use crate::web::desk::{self, DeskCredential};
use crate::web::endpoint::{self, Endpoint};
use crate::web::error::WebError;
use crate::web::extract::{ClientAddress, JsonBody, RequestOrigin};
use crate::web::run;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        endpoint::post("/api/v1/desk/session", begin),
        endpoint::delete("/api/v1/desk/session", end),
    ]
}

/// Either `invite` alone or the other three.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SessionBody {
    #[serde(default)]
    invite: Option<String>,
    #[serde(default)]
    request_id: Option<String>,
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    verifier: Option<String>,
}

enum Proof {
    Invite(String),
    Code(Redeem),
}

impl TryFrom<SessionBody> for Proof {
    type Error = ServiceError;
    fn try_from(body: SessionBody) -> Result<Self, ServiceError> {
        let missing = |pointer| ServiceError::invalid(pointer, "missing_field");
        match body {
            SessionBody {
                invite: Some(invite),
                request_id: None,
                code: None,
                verifier: None,
            } => Ok(Proof::Invite(invite)),
            SessionBody { invite: Some(_), .. } => Err(ServiceError::invalid("/invite", "invite_or_code")),
            SessionBody {
                request_id,
                code,
                verifier,
                ..
            } => Ok(Proof::Code(Redeem {
                held: Held {
                    request_id: request_id.ok_or_else(|| missing("/request_id"))?,
                    verifier: verifier.ok_or_else(|| missing("/verifier"))?,
                },
                code: code.ok_or_else(|| missing("/code"))?,
            })),
        }
    }
}

/// An invitation, or a code of a sign-in from the server's own pages, for the desk's cookie.
async fn begin(
    app: web::Data<App>,
    origin: RequestOrigin,
    ClientAddress(client): ClientAddress,
    body: JsonBody<SessionBody>,
) -> Result<HttpResponse, WebError> {
    let proof = Proof::try_from(body.value)?;
    let session: DeskSession = run(&app, move |app| match proof {
        Proof::Invite(secret) => accept_invite(app, origin.named(), &client, &secret),
        Proof::Code(redeem) => redeem::desk_session(app, origin.named(), &client, &redeem),
    })
    .await?;
    Ok(HttpResponse::Ok()
        .cookie(desk::cookie(&app, &session))
        .json(json!({ "expires_at": session.expires_at.to_rfc3339() })))
}

/// Signs out. Without a session there is nothing to end, and the cookie goes all the same.
async fn end(app: web::Data<App>, credential: Option<DeskCredential>) -> Result<HttpResponse, WebError> {
    if let Some(credential) = credential {
        run(&app, move |app| {
            let staff = match credential.staff_writing(app) {
                Err(error) if credential.is_cookie() && error.status_code() == StatusCode::UNAUTHORIZED => {
                    return Ok(());
                }
                staff => staff?,
            };
            if staff.account().is_some() {
                sessions::end_session(app, &staff)?;
            }
            Ok::<_, WebError>(())
        })
        .await?;
    }
    Ok(HttpResponse::NoContent().cookie(desk::no_cookie(&app)).finish())
}
