//! Deciding by form: one address a comment. Without scripts the answer leads back to where the form stood, with what was
//! done on top; to the script it is the piece of the page that the comment now is.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::comment;
use super::diff;
use super::frame::{Seated, Visit, own_path, see_other};
use super::item::{Done, Item, Notice, Typed, decision_sentences};
use super::words;
use crate::app::App;
use crate::domain::clock::Micros;
use crate::domain::comment::RevisionNumber;
use crate::domain::decision::Action;
use crate::domain::id::{CommentId, DecisionId};
use crate::messages::{self, Texts};
use crate::service::ServiceError;
use crate::service::decide::{self, NewDecision};
use crate::service::desk_item::{self, Decider, DeskItem};
use crate::web::endpoint::{self, Endpoint};
use crate::web::error::{PageError, Problem, WebError};
use crate::web::extract::{FormBody, Id};
use crate::web::run;
use crate::web::shell::Rendered;

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

impl DecisionForm {
    /// What was typed, for the fields to hold it again.
    fn typed(&self) -> Typed {
        let refused = [Action::Reject, Action::Remove];
        Typed {
            refusing: refused.iter().any(|action| action.as_str() == self.action),
            reason: self.reason.clone(),
            own_reason: self.own_reason.clone(),
            note: self.note.clone(),
        }
    }
}

/// What is answered, written out.
enum Outcome {
    /// Back to where the form stood.
    Back(String),
    /// The piece of the page that the comment now is.
    Piece(String, StatusCode),
    /// The comment's page, with why not.
    Page(Rendered, StatusCode),
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
    let outcome = run(&app, move |app| decided(app, &seated, &form, id)).await?;
    Ok(match outcome {
        Outcome::Back(address) => see_other(&address),
        Outcome::Piece(html, status) => HttpResponse::build(status)
            .content_type("text/html; charset=utf-8")
            .body(html),
        Outcome::Page(page, status) => page.answer(HttpResponse::build(status)),
    })
}

fn decided(app: &App, seated: &Seated, form: &DecisionForm, id: CommentId) -> Result<Outcome, WebError> {
    let back = own_path(&form.back).to_owned();
    let taken = form
        .decision()
        .and_then(|new| decide::decide(app, &seated.staff, id, new));
    let Err(refused) = taken.map_err(WebError::from) else {
        if form.piece.is_none() {
            return Ok(Outcome::Back(with_done(&back, id)));
        }
        let it = desk_item::one(app, &seated.staff, id)?;
        let item = item(app, seated, back, it, None, Typed::default());
        let html = if form.action == Action::Undo.as_str() {
            item.render()
        } else {
            Done { item }.render()
        };
        return Ok(Outcome::Piece(html?, StatusCode::OK));
    };
    // What cannot be shown beside the comment is the answer itself.
    let problem = refused.problem();
    if !matches!(problem.status, 403 | 409 | 422) {
        return Err(refused);
    }
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::CONFLICT);
    let (it, texts) = desk_item::with_texts(app, &seated.staff, id, None)?;
    let notice = notice(app, seated, form, &it, id, &problem)?;
    if form.piece.is_some() {
        let html = item(app, seated, back, it, Some(notice), form.typed()).render()?;
        return Ok(Outcome::Piece(html, status));
    }
    let refused = Some((notice, form.typed()));
    let page = comment::page(app, seated, it, &texts, refused, None, &back)?;
    Ok(Outcome::Page(page, status))
}

fn item(
    app: &App,
    seated: &Seated,
    back: String,
    it: DeskItem,
    notice: Option<Notice>,
    typed: Typed,
) -> Item {
    Item {
        texts: messages::texts(seated.lang),
        now: app.clock.now(),
        token: seated.token.clone(),
        back,
        alone: false,
        it,
        notice,
        typed,
    }
}

/// Why not, and what changed since the form was shown.
fn notice(
    app: &App,
    seated: &Seated,
    form: &DecisionForm,
    it: &DeskItem,
    id: CommentId,
    problem: &Problem,
) -> Result<Notice, ServiceError> {
    let said = messages::texts(seated.lang);
    let decisions = &it.comment.decisions;
    let seen = decisions.iter().position(|decision| decision.id == form.seen);
    let now = app.clock.now();
    let (since, deciders) = match seen {
        Some(seen) => (
            decision_sentences(said, it, |at| words::ago(said, now, at)).split_off(seen + 1),
            it.deciders.get(seen + 1..).unwrap_or_default(),
        ),
        None => (Vec::new(), Default::default()),
    };
    let current = it.comment.pending_revision.or(it.comment.comment.revision);
    let changes = match (form.revision, current) {
        (Some(read), Some(current)) if read != current => {
            let texts = desk_item::texts(app, &seated.staff, id, &[read, current])?;
            let text = |number: RevisionNumber| texts.iter().find(|text| text.number == number);
            match (text(read), text(current)) {
                (Some(read), Some(current)) => diff::runs(&read.body, &current.body),
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    };
    Ok(Notice {
        sentence: match problem.code {
            "decided_since" => decided_since(said, deciders),
            code => words::refusal(said, code, &problem.detail),
        },
        since,
        changes,
    })
}

/// Who was quicker: not always somebody else.
fn decided_since(said: &Texts, deciders: &[(Decider, Micros)]) -> String {
    let all = |who: &Decider| !deciders.is_empty() && deciders.iter().all(|(it, _at)| it == who);
    said.say(match deciders.last() {
        _ if all(&Decider::Me) => "desk-refused-decided-here",
        Some((Decider::Author, _at)) => "desk-refused-author-acted",
        _ => "desk-refused-decided-since",
    })
}

/// The way back, with the comment that was decided on.
fn with_done(back: &str, id: CommentId) -> String {
    let joint = if back.contains('?') { '&' } else { '?' };
    format!("{back}{joint}done={id}#c-{id}")
}
