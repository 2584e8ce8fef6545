//! Deciding by form: one address a comment. Without scripts the answer leads back to where the form stood, with what was
//! done on top; to the script it is the piece of the page that the comment now is.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::comment;
use super::diff;
use super::frame::{Seated, Visit, own_path, see_other};
use super::item::{Done, Item, Notice, decision_sentences};
use super::words;
use crate::app::App;
use crate::domain::comment::RevisionNumber;
use crate::domain::decision::Action;
use crate::domain::id::{CommentId, DecisionId};
use crate::messages;
use crate::service::ServiceError;
use crate::service::decide::{self, NewDecision};
use crate::service::desk_item::{self, DeskItem, Text};
use crate::web::endpoint::{self, Endpoint};
use crate::web::error::{PageError, WebError};
use crate::web::extract::{FormBody, Id};
use crate::web::run;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![endpoint::post("/desk/comments/{id}", decide)]
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DecisionForm {
    token: String,
    back: String,
    action: String,
    #[serde(default)]
    revision: Option<RevisionNumber>,
    /// The latest decision that the page showed.
    #[serde(default)]
    seen: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    own_reason: String,
    #[serde(default)]
    note: String,
    #[serde(default, rename = "override")]
    override_no_contact: Option<String>,
    /// The script asks for the piece of the page alone.
    #[serde(default)]
    piece: Option<String>,
}

impl DecisionForm {
    fn decision(&self) -> Result<NewDecision, ServiceError> {
        let action: Action = self
            .action
            .parse()
            .map_err(|_unknown| ServiceError::invalid("/action", "action_unknown"))?;
        let given = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        Ok(NewDecision {
            action,
            revision: self.revision,
            // Words of one's own go before the list's.
            reason: given(&self.own_reason).or_else(|| given(&self.reason)),
            note: given(&self.note),
            override_no_contact: self.override_no_contact.is_some(),
            seen: self
                .seen
                .parse::<DecisionId>()
                .map(Some)
                .map_err(|_not_an_id| ServiceError::invalid("/seen", "seen_invalid"))?,
        })
    }
}

/// What came of it.
struct Outcome {
    it: DeskItem,
    texts: Vec<Text>,
    refused: Option<WebError>,
}

async fn decide(
    app: web::Data<App>,
    visit: Visit,
    id: Result<Id<CommentId>, WebError>,
    FormBody(form): FormBody<DecisionForm>,
) -> Result<HttpResponse, PageError> {
    let seated = match visit.sends(&app, form.token.clone()).await? {
        Ok(seated) => seated,
        Err(page) => return Ok(page),
    };
    let Id(id) = id?;
    let (form, seated, outcome) = run(&app, move |app| {
        let refused = form
            .decision()
            .and_then(|new| decide::decide(app, &seated.staff, id, new))
            .err()
            .map(WebError::from);
        // What cannot be shown beside the comment is the answer itself.
        if let Some(error) = refused {
            if !matches!(error.problem().status, 403 | 409 | 422) {
                return Err(error);
            }
            let (it, texts) = desk_item::with_texts(app, &seated.staff, id)?;
            let refused = Some(error);
            return Ok((form, seated, Outcome { it, texts, refused }));
        }
        let it = desk_item::one(app, &seated.staff, id)?;
        let outcome = Outcome {
            it,
            texts: Vec::new(),
            refused: None,
        };
        Ok((form, seated, outcome))
    })
    .await?;
    answer(&app, seated, form, id, outcome)
}

fn answer(
    app: &App,
    seated: Seated,
    form: DecisionForm,
    id: CommentId,
    outcome: Outcome,
) -> Result<HttpResponse, PageError> {
    let back = own_path(&form.back).to_owned();
    let Some(refused) = outcome.refused else {
        if form.piece.is_none() {
            return Ok(see_other(&with_done(&back, id)));
        }
        let item = item(app, &seated, back, outcome.it, None);
        let html = if form.action == Action::Undo.as_str() {
            item.render()
        } else {
            Done { item }.render()
        };
        return piece(html, StatusCode::OK);
    };
    let problem = refused.problem();
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::CONFLICT);
    let notice = notice(&seated, &form, &outcome.it, &outcome.texts, &refused);
    if form.piece.is_some() {
        let item = item(app, &seated, back, outcome.it, Some(notice));
        return piece(item.render(), status);
    }
    let mut response = comment::page(
        app,
        &seated,
        outcome.it,
        &outcome.texts,
        Some(notice),
        None,
        &back,
    )?;
    *response.status_mut() = status;
    Ok(response)
}

fn item(app: &App, seated: &Seated, back: String, it: DeskItem, notice: Option<Notice>) -> Item {
    Item {
        texts: messages::texts(seated.lang),
        now: app.clock.now(),
        token: seated.token.clone(),
        back,
        alone: false,
        it,
        notice,
    }
}

fn piece(html: askama::Result<String>, status: StatusCode) -> Result<HttpResponse, PageError> {
    let html = html.map_err(WebError::from)?;
    Ok(HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .body(html))
}

/// Why not, and what changed since the form was shown.
fn notice(seated: &Seated, form: &DecisionForm, it: &DeskItem, texts: &[Text], refused: &WebError) -> Notice {
    let said = messages::texts(seated.lang);
    let problem = refused.problem();
    let decisions = &it.comment.decisions;
    let seen = decisions.iter().position(|decision| decision.id == form.seen);
    let since = match seen {
        Some(seen) => decision_sentences(said, it).split_off(seen + 1),
        None => Vec::new(),
    };
    let text = |number: RevisionNumber| texts.iter().find(|text| text.number == number);
    let current = it.comment.pending_revision.or(it.comment.comment.revision);
    let changes = match (form.revision.and_then(text), current.and_then(text)) {
        (Some(read), Some(current)) if read.number != current.number => diff::runs(&read.body, &current.body),
        _ => Vec::new(),
    };
    Notice {
        sentence: words::refusal(said, problem.code, &problem.detail),
        since,
        changes,
    }
}

/// The way back, with the comment that was decided on.
fn with_done(back: &str, id: CommentId) -> String {
    let joint = if back.contains('?') { '&' } else { '?' };
    format!("{back}{joint}done={id}#c-{id}")
}
