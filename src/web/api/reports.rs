//! Reports: making one, and what its receipt tells.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

use crate::app::App;
use crate::domain::id::CommentId;
use crate::domain::report::ReportReason;
use crate::limits;
use crate::service::idempotency::IdempotencyKey;
use crate::service::report_comment::{self, NewReport};
use crate::service::{ServiceError, sites};
use crate::web::endpoint::{self, Endpoint};
use crate::web::error::WebError;
use crate::web::extract::{ClientAddress, Id, IdempotencyHeader, JsonBody, RequestOrigin, check_origin};
use crate::web::run;
use crate::web::site::receipt_path;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        endpoint::post("/api/v1/comments/{id}/reports", report),
        endpoint::get("/api/v1/reports/{receipt}", receipt),
    ]
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportBody {
    reason: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    email: Option<String>,
}

/// Reports a comment. Needs no account.
async fn report(
    app: web::Data<App>,
    Id(id): Id<CommentId>,
    origin: RequestOrigin,
    ClientAddress(client): ClientAddress,
    key: IdempotencyHeader,
    body: JsonBody<ReportBody>,
) -> Result<HttpResponse, WebError> {
    let bytes = body.bytes;
    let new = body.value;
    let reason: ReportReason = new
        .reason
        .parse()
        .map_err(|_unknown| ServiceError::invalid("/reason", "reason_unknown"))?;
    let secret = run(&app, move |app| {
        let key = key
            .key
            .map(|text| IdempotencyKey::new("", &key.route, &text, &bytes));
        if let Some(secret) = report_comment::replayed(app, client, key.as_ref())? {
            return Ok(secret);
        }
        let site = sites::of_public_comment(app, id)?;
        check_origin(&origin, &site, &app.config.server.public_url)?;
        let new = NewReport {
            reason,
            note: new.note,
            email: new.email,
        };
        Ok::<_, WebError>(report_comment::report_comment(app, id, new, key)?)
    })
    .await?;
    let url = format!("{}{}", app.config.server.public_url, receipt_path(&secret));
    Ok(HttpResponse::Created().json(json!({ "receipt_url": url })))
}

/// Where a report stands, for who holds its receipt.
async fn receipt(
    app: web::Data<App>,
    ClientAddress(client): ClientAddress,
    path: web::Path<String>,
) -> Result<HttpResponse, WebError> {
    app.limits
        .check(limits::Action::Read, &[client.address_key()])
        .map_err(ServiceError::from)?;
    let secret = path.into_inner();
    let report = run(&app, move |app| report_comment::report_of_receipt(app, &secret)).await?;
    Ok(HttpResponse::Ok().json(json!({
        "report": {
            "comment_id": report.comment_id.to_string(),
            "reason": report.reason.as_str(),
            "note": report.note,
            "state": report.state.as_str(),
            "created_at": report.created_at.to_rfc3339(),
        }
    })))
}
