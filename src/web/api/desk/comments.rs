//! Comments at the desk over JSON: the queue, one comment, and decisions.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

use crate::app::App;
use crate::domain::comment::RevisionNumber;
use crate::domain::decision::Action;
use crate::domain::id::CommentId;
use crate::domain::site::Slug;
use crate::limits;
use crate::service::decide::{self, NewDecision};
use crate::service::manage;
use crate::service::read_page::Cursor;
use crate::service::{ServiceError, queue};
use crate::storage::stores::comments::{QueueFilter, Sort};
use crate::web::desk::DeskCredential;
use crate::web::endpoint::{self, Endpoint};
use crate::web::error::WebError;
use crate::web::extract::{FromParams, Id, JsonBody, Params, Query};
use crate::web::run;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        endpoint::get("/api/v1/desk/comments", list),
        endpoint::get("/api/v1/desk/comments/{id}", one),
        endpoint::post("/api/v1/desk/comments/{id}/decisions", decide),
        endpoint::post("/api/v1/desk/decisions", decide_many),
    ]
}

/// At most so many sites are named in a query.
const SITES: usize = 50;

/// At most so many decisions at once.
const BULK: usize = 100;

struct QueueRequest {
    sites: Vec<Slug>,
    filter: QueueFilter,
}

const STATES: [&str; 6] = ["held", "published", "rejected", "spam", "removed", "withdrawn"];

impl FromParams for QueueRequest {
    fn from_params(params: &mut Params) -> Result<Self, WebError> {
        let state = params.optional_or("state", "invalid_state")?;
        if state.as_deref().is_some_and(|state| !STATES.contains(&state)) {
            return Err(ServiceError::malformed("invalid_state").into());
        }
        let after = match params
            .optional_or("after", "invalid_cursor")?
            .as_deref()
            .map(Cursor::decode)
        {
            None => None,
            Some(Some(Cursor::Roots(Sort::Oldest, after))) => Some(after),
            Some(_) => return Err(ServiceError::malformed("invalid_cursor").into()),
        };
        Ok(Self {
            sites: sites(params)?,
            filter: QueueFilter {
                sites: Vec::new(),
                state,
                reason: params.optional("reason")?,
                person: params.parsed("person", "invalid_person")?,
                reported: params.parsed("reported", "invalid_reported")?,
                text: params.optional("q")?,
                after,
                limit: params.limit()?,
            },
        })
    }
}

/// `site`, as often as it comes.
fn sites(params: &mut Params) -> Result<Vec<Slug>, ServiceError> {
    let named = params.all("site");
    let slugs = named
        .iter()
        .map(|slug| slug.parse())
        .collect::<Result<Vec<Slug>, _>>()
        .map_err(|_not_a_slug| ServiceError::malformed_with("invalid_site", "site is not valid"))?;
    if slugs.len() > SITES {
        return Err(ServiceError::malformed_with(
            "invalid_site",
            "at most 50 sites can be named",
        ));
    }
    Ok(slugs)
}

/// The queue: oldest first.
async fn list(
    app: web::Data<App>,
    credential: DeskCredential,
    Query(asked): Query<QueueRequest>,
) -> Result<HttpResponse, WebError> {
    let (comments, next) = run(&app, move |app| {
        let staff = credential.staff(app)?;
        let mut filter = asked.filter;
        for slug in &asked.sites {
            filter.sites.push(manage::site(app, &staff, slug)?.id);
        }
        Ok::<_, WebError>(queue::queue(app, &staff, filter)?)
    })
    .await?;
    let next = next.map(|after| Cursor::Roots(Sort::Oldest, after).encode());
    Ok(HttpResponse::Ok().json(json!({ "comments": comments, "next": next })))
}

/// One comment with all that a moderator decides by.
async fn one(
    app: web::Data<App>,
    credential: DeskCredential,
    Id(id): Id<CommentId>,
) -> Result<HttpResponse, WebError> {
    let comment = run(&app, move |app| {
        let staff = credential.staff(app)?;
        Ok::<_, WebError>(queue::one(app, &staff, id)?)
    })
    .await?;
    Ok(HttpResponse::Ok().json(comment))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DecisionBody {
    action: String,
    #[serde(default)]
    revision: Option<RevisionNumber>,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    note: Option<String>,
    #[serde(default, rename = "override")]
    override_no_contact: bool,
}

impl TryFrom<DecisionBody> for NewDecision {
    type Error = ServiceError;
    fn try_from(body: DecisionBody) -> Result<Self, ServiceError> {
        Ok(Self {
            action: action(&body.action)?,
            revision: body.revision,
            reason: body.reason,
            note: body.note,
            override_no_contact: body.override_no_contact,
            seen: None,
        })
    }
}

fn action(word: &str) -> Result<Action, ServiceError> {
    word.parse()
        .map_err(|_unknown| ServiceError::invalid("/action", "action_unknown"))
}

/// Decides on a comment.
async fn decide(
    app: web::Data<App>,
    credential: DeskCredential,
    Id(id): Id<CommentId>,
    body: JsonBody<DecisionBody>,
) -> Result<HttpResponse, WebError> {
    let new = NewDecision::try_from(body.value)?;
    let comment = run(&app, move |app| {
        let staff = credential.staff_writing(app)?;
        decide::decide(app, &staff, id, new)?;
        Ok::<_, WebError>(queue::one(app, &staff, id)?)
    })
    .await?;
    Ok(HttpResponse::Ok().json(comment))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ManyBody {
    items: Vec<ItemBody>,
    action: String,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    note: Option<String>,
    #[serde(default, rename = "override")]
    override_no_contact: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemBody {
    id: String,
    #[serde(default)]
    revision: Option<RevisionNumber>,
}

/// Decides on several comments, each for itself.
async fn decide_many(
    app: web::Data<App>,
    credential: DeskCredential,
    body: JsonBody<ManyBody>,
) -> Result<HttpResponse, WebError> {
    let body = body.value;
    let action = action(&body.action)?;
    if !(1..=BULK).contains(&body.items.len()) {
        return Err(ServiceError::invalid("/items", "items_invalid").into());
    }
    let results = run(&app, move |app| {
        let staff = credential.staff_writing(app)?;
        let mut results = Vec::with_capacity(body.items.len());
        for (index, item) in body.items.into_iter().enumerate() {
            let new = NewDecision {
                action,
                revision: item.revision,
                reason: body.reason.clone(),
                note: body.note.clone(),
                override_no_contact: body.override_no_contact,
                seen: None,
            };
            // The first is counted as the request.
            let counted = match index {
                0 => Ok(()),
                _ => app.limits.check(limits::Action::Desk, &staff.limit_keys()),
            };
            let decided = match (counted, item.id.parse::<CommentId>()) {
                (Err(limited), _) => Err(limited.into()),
                (Ok(_), Ok(id)) => decide::decide(app, &staff, id, new),
                (Ok(_), Err(_not_an_id)) => Err(ServiceError::not_found("comment_not_found")),
            };
            let (status, code) = match decided {
                Ok(()) => (200, None),
                Err(error) => {
                    let problem = WebError::from(error).problem();
                    (problem.status, Some(problem.code))
                }
            };
            results.push(json!({ "id": item.id, "status": status, "code": code }));
        }
        Ok::<_, WebError>(results)
    })
    .await?;
    Ok(HttpResponse::Ok().json(json!({ "results": results })))
}
