//! Reporting a comment, which needs no account, and what its receipt tells.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::app::App;
use crate::domain::id::{CommentId, ReportId};
use crate::domain::keys::digest_token;
use crate::domain::report::{Report, ReportReason, ReportState};
use crate::domain::site::Site;
use crate::domain::text::EmailAddress;
use crate::jobs::Job;
use crate::limits;
use crate::service::idempotency::IdempotencyKey;
use crate::service::views::{permalink, place_of};
use crate::service::{Client, Result, ServiceError, tell_moderators};
use crate::signin::address;
use crate::storage::stores::idempotency::Remembered;

const NOTE_LIMIT: usize = 4_000;
const RECEIPT: &str = "report receipt";

/// A report to make.
#[derive(Debug, Clone)]
pub struct NewReport {
    /// Why.
    pub reason: ReportReason,
    /// In the reporter's words.
    pub note: String,
    /// Where the reporter can be reached, if they want.
    pub email: Option<String>,
}

/// What a report that was made under the key gave: asked before anything else, since the comment may be gone by now.
/// Where it is to be made now, counts it.
///
/// # Errors
/// `idempotency_key_reused`; limits.
pub fn replayed(app: &App, client: Client, key: Option<&IdempotencyKey>) -> Result<Option<String>> {
    if let Some(key) = key {
        let scope = key.scope;
        let remembered = app.db.read(|tx| Ok::<_, ServiceError>(tx.remembered(&scope)?))?;
        if let Some(remembered) = key.replay(remembered)? {
            return Ok(Some(receipt(app, &remembered.resource)));
        }
    }
    app.limits
        .check(limits::Action::Report, &[client.address_key()])?;
    Ok(None)
}

/// Makes a report on a public comment, once [`replayed`] has found none and counted it. Gives the receipt's secret.
///
/// # Errors
/// `comment_not_found` where the comment is not public; what is not right about the fields.
pub fn report_comment(
    app: &App,
    comment: CommentId,
    new: NewReport,
    key: Option<IdempotencyKey>,
) -> Result<String> {
    let note = new.note.trim().to_owned();
    if note.len() > NOTE_LIMIT || note.contains('\0') {
        return Err(ServiceError::invalid("/note", "note_invalid"));
    }
    if new.reason == ReportReason::Other && note.is_empty() {
        return Err(ServiceError::invalid("/note", "note_needed"));
    }
    let email = new
        .email
        .as_deref()
        .map(|email| {
            EmailAddress::parse(email).map_err(|_why| ServiceError::invalid("/email", "email_invalid"))
        })
        .transpose()?;

    let now = app.clock.now();
    let id = ReportId::new(now, app.rng.as_ref());
    let report = Report {
        id,
        comment_id: comment,
        reason: new.reason,
        note,
        state: ReportState::Open,
        created_at: now,
    };
    // Derived of the id and not drawn: a replay under the same key gives the same receipt, and nothing stores it.
    let secret = receipt(app, &id.to_string());
    let hash = digest_token(&secret);
    let sealed = email
        .map(|email| address::seal(&app.keys, app.rng.as_ref(), id.as_bytes(), &email))
        .transpose()?;
    let rng = app.rng.clone();
    let made = app.db.write(move |tx| {
        if let Some(key) = &key
            && let Some(remembered) = key.replay(tx.remembered(&key.scope)?)?
        {
            return Ok::<_, ServiceError>(remembered.resource);
        }
        let public = tx
            .comment(report.comment_id)?
            .filter(|comment| comment.state.public_revision().is_some());
        let comment = public.ok_or(ServiceError::not_found("comment_not_found"))?;
        tx.insert_report(&report, comment.site_id, &hash, sealed.as_deref())?;
        let site = tx
            .site(comment.site_id)?
            .ok_or(ServiceError::inconsistent("comments", "site_id"))?;
        let telling = Job::TellModerators { site: site.id }.to_stored(now, rng.as_ref());
        tell_moderators::note_reported(tx, &site, comment.id, &telling)?;
        if let Some(key) = &key {
            let made = Remembered {
                request: key.request,
                status: 201,
                resource: report.id.to_string(),
            };
            if !tx.remember(&key.scope, &made, now)? {
                return Err(ServiceError::conflict(
                    "request_in_progress",
                    "the same request is being handled; try again",
                ));
            }
        }
        Ok(report.id.to_string())
    })?;
    Ok(receipt(app, &made))
}

fn receipt(app: &App, id: &str) -> String {
    URL_SAFE_NO_PAD.encode(app.keys.mac(RECEIPT, &[id.as_bytes()]))
}

/// What a receipt tells of its report.
///
/// # Errors
/// `report_not_found`.
pub fn report_of_receipt(app: &App, secret: &str) -> Result<Report> {
    let hash = digest_token(secret);
    app.db.read(|tx| {
        tx.report_by_receipt(&hash)?
            .ok_or(ServiceError::not_found("report_not_found"))
    })
}

/// A report with what its reporter may see of the comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// The report.
    pub report: Report,
    /// The site of the comment.
    pub site: Site,
    /// The comment's permalink, while it is public.
    pub permalink: Option<String>,
}

/// What a receipt tells of its report and of the comment.
///
/// # Errors
/// `report_not_found`.
pub fn reported_of_receipt(app: &App, secret: &str) -> Result<Reported> {
    let hash = digest_token(secret);
    app.db.read(|tx| {
        let report = tx
            .report_by_receipt(&hash)?
            .ok_or(ServiceError::not_found("report_not_found"))?;
        let comment = tx
            .comment(report.comment_id)?
            .ok_or(ServiceError::inconsistent("reports", "comment_id"))?;
        let (site, page) = place_of(tx, &comment)?;
        let public = comment.state.public_revision().is_some();
        Ok(Reported {
            report,
            site,
            permalink: public.then(|| permalink(&page, &comment)),
        })
    })
}
