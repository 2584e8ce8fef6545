//! Reporting a comment, which needs no account, and the page that tells what became of the report.

use actix_web::{HttpResponse, HttpResponseBuilder, web};
use askama::Template;
use serde::Deserialize;

use super::faults::{self, Faults};
use super::session::ReaderCookie;
use super::visit::{Visit, answer, see};
use super::{Place, STYLES, checked_key, new_key};
use crate::app::App;
use crate::domain::id::CommentId;
use crate::domain::report::{Report, ReportReason, ReportState};
use crate::messages::Texts;
use crate::service::ServiceError;
use crate::service::idempotency::IdempotencyKey;
use crate::service::own_comments::{self, Viewer};
use crate::service::read_page;
use crate::service::report_comment::{self, NewReport};
use crate::service::sites;
use crate::service::views::CommentView;
use crate::web::error::{PageError, WebError};
use crate::web::extract::{ClientAddress, FormBody, Id, MadeBy, Paged, Query, SiteSlug};
use crate::web::run;
use crate::web::shell::Shell;

const ROUTE: &str = "POST /sites/{site}/comments/{id}/report";

/// The reasons, in the order in which they are offered.
const REASONS: [ReportReason; 6] = [
    ReportReason::FalseAboutPerson,
    ReportReason::PrivateLife,
    ReportReason::Abuse,
    ReportReason::Illegal,
    ReportReason::Spam,
    ReportReason::Other,
];

fn said(texts: &Texts, reason: ReportReason) -> String {
    texts.say(match reason {
        ReportReason::FalseAboutPerson => "site-report-false",
        ReportReason::PrivateLife => "site-report-private",
        ReportReason::Abuse => "site-report-abuse",
        ReportReason::Illegal => "site-report-illegal",
        ReportReason::Spam => "site-report-spam",
        ReportReason::Other => "site-report-other",
    })
}

#[derive(Template)]
#[template(path = "web/site/templates/report.html")]
struct ReportPage<'a> {
    shell: &'a Shell,
    visit: &'a Visit,
    comment: &'a CommentView,
    /// Word, sentence, and whether it is chosen.
    reasons: Vec<(&'static str, String, bool)>,
    typed: &'a ReportForm,
    faults: Faults,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReportForm {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    email: String,
    key: String,
}

/// The public comment of a site that is reported.
fn reported(app: &App, visit: &Visit, id: CommentId) -> Result<CommentView, WebError> {
    if sites::of_public_comment(app, id)?.id != visit.site.id {
        return Err(ServiceError::not_found("comment_not_found").into());
    }
    Ok(own_comments::comment_for(app, &Viewer::Anybody, id)?.comment)
}

/// The form in which a comment is reported.
pub(super) async fn form(
    app: web::Data<App>,
    Paged(SiteSlug(slug)): Paged<SiteSlug>,
    Paged(Id(id)): Paged<Id<CommentId>>,
    ClientAddress(client): ClientAddress,
    cookie: ReaderCookie,
    Paged(Query(place)): Paged<Query<Place>>,
) -> Result<HttpResponse, PageError> {
    let (visit, comment) = run(&app, move |app| {
        let visit = Visit::load(app, client, &slug, place, &cookie)?;
        let comment = reported(app, &visit, id)?;
        Ok::<_, WebError>((visit, comment))
    })
    .await?;
    let typed = ReportForm {
        key: new_key(&app),
        ..ReportForm::default()
    };
    page(
        &app,
        &visit,
        &comment,
        &typed,
        HttpResponse::Ok(),
        Faults::default(),
    )
}

fn page(
    app: &App,
    visit: &Visit,
    comment: &CommentView,
    typed: &ReportForm,
    status: HttpResponseBuilder,
    faults: Faults,
) -> Result<HttpResponse, PageError> {
    let texts = visit.texts();
    let shell = visit.shell(app, faults.title(texts, texts.say("site-report-heading")));
    let offered = |reason: ReportReason| {
        let word = reason.as_str();
        (word, said(texts, reason), typed.reason == word)
    };
    let page = ReportPage {
        shell: &shell,
        visit,
        comment,
        reasons: REASONS.map(offered).to_vec(),
        typed,
        faults,
    };
    Ok(answer(&shell, status, &page)?)
}

/// Makes a report, and leads to its page.
pub(super) async fn make(
    app: web::Data<App>,
    (Paged(SiteSlug(slug)), Paged(Id(id))): (Paged<SiteSlug>, Paged<Id<CommentId>>),
    ClientAddress(client): ClientAddress,
    cookie: ReaderCookie,
    made_by: MadeBy,
    Paged(Query(place)): Paged<Query<Place>>,
    FormBody(form): FormBody<ReportForm>,
) -> Result<HttpResponse, PageError> {
    made_by.own_page(&app.config.server.public_url)?;
    checked_key(&form.key)?;
    let typed = form.clone();
    let (visit, comment, made) = run(&app, move |app| {
        let visit = Visit::load(app, client, &slug, place, &cookie)?;
        let comment = reported(app, &visit, id)?;
        let unknown = || ServiceError::invalid("/reason", "reason_unknown");
        let made = form
            .reason
            .parse()
            .map_err(|_unknown| unknown())
            .and_then(|reason| {
                let request = [id.to_string().as_str(), &form.reason, &form.note, &form.email].join("\0");
                let key = IdempotencyKey::new("", ROUTE, &form.key, request.as_bytes());
                let new = NewReport {
                    reason,
                    note: form.note,
                    email: Some(form.email).filter(|email| !email.trim().is_empty()),
                };
                match report_comment::replayed(app, client, Some(&key))? {
                    Some(receipt) => Ok(receipt),
                    None => report_comment::report_comment(app, id, new, Some(key)),
                }
            });
        Ok::<_, WebError>((visit, comment, made.map_err(WebError::from)))
    })
    .await?;
    match made {
        Ok(secret) => Ok(see(&receipt_path(&secret))),
        Err(error) => {
            let faults = Faults::of(visit.texts(), &error);
            page(&app, &visit, &comment, &typed, faults::status(&error), faults)
        }
    }
}

/// Where a report's receipt is shown.
pub(in crate::web) fn receipt_path(secret: &str) -> String {
    format!("/reports/{secret}")
}

#[derive(Template)]
#[template(path = "web/site/templates/receipt.html")]
struct ReceiptPage<'a> {
    shell: &'a Shell,
    site: &'a str,
    report: &'a Report,
    reason: String,
    outcome: String,
    kind: &'static str,
    address: String,
    /// Where the comment is, while it is public.
    comment: Option<String>,
}

/// Where a report stands, for who holds its receipt.
pub(super) async fn receipt(
    app: web::Data<App>,
    ClientAddress(client): ClientAddress,
    secret: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let secret = secret.into_inner();
    let address = format!("{}{}", app.config.server.public_url, receipt_path(&secret));
    let found = run(&app, move |app| {
        read_page::count(app, client)?;
        report_comment::reported_of_receipt(app, &secret)
    })
    .await?;
    let shell = Shell::new(&app, &found.site.policy.lang, String::new()).with_styles(STYLES);
    let texts = shell.texts;
    let title = format!("{} · {}", texts.say("site-receipt-heading"), found.site.name);
    let shell = Shell { title, ..shell };
    let (outcome, kind) = match found.report.state {
        ReportState::Open => ("site-receipt-open", "wait"),
        ReportState::NoAction => ("site-receipt-no-action", "good"),
        ReportState::ActedOn => ("site-receipt-acted-on", "good"),
    };
    let page = ReceiptPage {
        shell: &shell,
        site: &found.site.name,
        report: &found.report,
        reason: said(texts, found.report.reason),
        outcome: texts.say(outcome),
        kind,
        address,
        comment: found.permalink,
    };
    // What became of it changes, and the address is its reporter's alone: nothing keeps it.
    Ok(shell.answer(&page)?)
}
