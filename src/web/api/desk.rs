//! The desk over JSON: the queue, decisions, pages and sites. For the desk's cookie or an API token.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

use crate::app::App;
use crate::domain::comment::RevisionNumber;
use crate::domain::decision::Action;
use crate::domain::finding::Strength;
use crate::domain::id::{CommentId, PageId, PersonId};
use crate::domain::page::PageState;
use crate::domain::site::{HoldPolicy, LetterReaders, ListedWord, Site, Slug};
use crate::limits;
use crate::service::about;
use crate::service::decide::{self, NewDecision};
use crate::service::manage::{self, PageChange, PolicyChange, SiteChange};
use crate::service::read_page::Cursor;
use crate::service::{ServiceError, queue};
use crate::storage::stores::comments::{QueueFilter, Sort};
use crate::web::desk::DeskCredential;
use crate::web::endpoint::{self, Endpoint};
use crate::web::error::WebError;
use crate::web::extract::{FromParams, Id, JsonBody, Params, Query};
use crate::web::run;

/// At most so many sites are named in a query.
const SITES: usize = 50;

/// At most so many decisions at once.
const BULK: usize = 100;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        endpoint::get("/api/v1/desk/comments", list),
        endpoint::get("/api/v1/desk/comments/{id}", one),
        endpoint::post("/api/v1/desk/comments/{id}/decisions", decide),
        endpoint::post("/api/v1/desk/decisions", decide_many),
        endpoint::get("/api/v1/desk/pages/{id}", page),
        endpoint::patch("/api/v1/desk/pages/{id}", change_page),
        endpoint::get("/api/v1/desk/sites/{site}", site),
        endpoint::patch("/api/v1/desk/sites/{site}", change_site),
    ]
}

struct QueueRequest {
    sites: Vec<Slug>,
    filter: QueueFilter,
}

const STATES: [&str; 6] = ["held", "published", "rejected", "spam", "removed", "withdrawn"];

impl FromParams for QueueRequest {
    fn from_params(params: &mut Params) -> Result<Self, WebError> {
        let state = params.optional("state")?;
        if state.as_deref().is_some_and(|state| !STATES.contains(&state)) {
            return Err(ServiceError::malformed("invalid_state").into());
        }
        let after = match params.optional("after")?.as_deref().map(Cursor::decode) {
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

/// `site`, as often as it comes; an empty one counts as left out.
fn sites(params: &mut Params) -> Result<Vec<Slug>, ServiceError> {
    let named = params.all("site");
    let slugs = named
        .iter()
        .filter(|slug| !slug.is_empty())
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

/// A page with its unconfirmed title and address and the people whom it concerns.
async fn page(
    app: web::Data<App>,
    credential: DeskCredential,
    Id(id): Id<PageId>,
) -> Result<HttpResponse, WebError> {
    let page = run(&app, move |app| {
        let staff = credential.staff(app)?;
        Ok::<_, WebError>(manage::page(app, &staff, id)?)
    })
    .await?;
    Ok(HttpResponse::Ok().json(page))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PageBody {
    #[serde(default)]
    state: Option<StateBody>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    people: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StateBody {
    Open,
    Closed,
}

/// Opens or closes a page, confirms its title and address, says whom it concerns.
async fn change_page(
    app: web::Data<App>,
    credential: DeskCredential,
    Id(id): Id<PageId>,
    body: JsonBody<PageBody>,
) -> Result<HttpResponse, WebError> {
    let body = body.value;
    let people = body.people.map(|ids| {
        ids.iter()
            .map(|id| id.parse::<PersonId>())
            .collect::<Result<Vec<_>, _>>()
    });
    let people = people
        .transpose()
        .map_err(|_not_an_id| ServiceError::invalid("/people", "person_unknown"))?;
    let change = PageChange {
        state: body.state.map(|state| match state {
            StateBody::Open => PageState::Open,
            StateBody::Closed => PageState::Closed,
        }),
        title: body.title,
        url: body.url,
        people,
    };
    let page = run(&app, move |app| {
        let staff = credential.staff_writing(app)?;
        Ok::<_, WebError>(manage::change_page(app, &staff, id, change)?)
    })
    .await?;
    Ok(HttpResponse::Ok().json(page))
}

/// A site's settings.
async fn site(
    app: web::Data<App>,
    credential: DeskCredential,
    path: web::Path<String>,
) -> Result<HttpResponse, WebError> {
    let slug = slug(&path)?;
    let site = run(&app, move |app| {
        let staff = credential.staff(app)?;
        let site = manage::site(app, &staff, &slug)?;
        Ok::<_, WebError>(settings(&site, about::markdown(app, site.id)?))
    })
    .await?;
    Ok(HttpResponse::Ok().json(site))
}

fn slug(text: &str) -> Result<Slug, ServiceError> {
    text.parse()
        .map_err(|_not_a_slug| ServiceError::not_found("site_not_found"))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SiteBody {
    #[serde(default)]
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    paused: Option<Option<String>>,
    #[serde(default)]
    hold: Option<String>,
    #[serde(default)]
    edit_window_seconds: Option<u64>,
    #[serde(default)]
    max_links: Option<u32>,
    #[serde(default)]
    words: Option<Vec<WordBody>>,
    #[serde(default)]
    reasons: Option<Vec<String>>,
    #[serde(default)]
    lang: Option<String>,
    #[serde(default, deserialize_with = "given")]
    about: Option<Option<String>>,
    #[serde(default)]
    waiting_letters: Option<String>,
    #[serde(default)]
    waiting_letters_text: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WordBody {
    pattern: String,
    #[serde(default)]
    regex: bool,
    strength: String,
}

/// Tells `null` from nothing.
fn given<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(from).map(Some)
}

impl TryFrom<SiteBody> for SiteChange {
    type Error = ServiceError;
    fn try_from(body: SiteBody) -> Result<Self, ServiceError> {
        let hold = body
            .hold
            .map(|hold| hold.parse::<HoldPolicy>())
            .transpose()
            .map_err(|_unknown| ServiceError::invalid("/hold", "hold_unknown"))?;
        let read = |(index, word): (usize, WordBody)| {
            let pointer = format!("/words/{index}/strength");
            let strength: Strength = word
                .strength
                .parse()
                .map_err(|_unknown| ServiceError::invalid(&pointer, "strength_unknown"))?;
            Ok(ListedWord {
                pattern: word.pattern,
                regex: word.regex,
                strength,
            })
        };
        let words = body
            .words
            .map(|words| {
                words
                    .into_iter()
                    .enumerate()
                    .map(read)
                    .collect::<Result<Vec<_>, ServiceError>>()
            })
            .transpose()?;
        let waiting_letters = body
            .waiting_letters
            .map(|readers| readers.parse::<LetterReaders>())
            .transpose()
            .map_err(|_unknown| ServiceError::invalid("/waiting_letters", "letter_readers_unknown"))?;
        Ok(Self {
            name: body.name,
            paused: body.paused,
            policy: PolicyChange {
                hold,
                edit_window: body.edit_window_seconds.map(std::time::Duration::from_secs),
                max_links: body.max_links,
                words,
                reasons: body.reasons,
                lang: body.lang,
                waiting_letters,
                waiting_letters_text: body.waiting_letters_text,
            },
        })
    }
}

/// Pauses a site or changes its policy.
async fn change_site(
    app: web::Data<App>,
    credential: DeskCredential,
    path: web::Path<String>,
    body: JsonBody<SiteBody>,
) -> Result<HttpResponse, WebError> {
    let slug = slug(&path)?;
    let site = run(&app, move |app| {
        let staff = credential.staff_writing(app)?;
        // What may be seen before what may be sent: a site of others is not found, whatever is sent.
        let seen = manage::site(app, &staff, &slug)?;
        let mut body = body.value;
        let said = body.about.take();
        // Read before anything is changed, so that nothing is where one part of it cannot be.
        let change = SiteChange::try_from(body)?;
        let said = said
            .map(|said| about::read(said.as_deref().unwrap_or_default()))
            .transpose()?;
        if said.is_some() {
            about::check_right(&staff, seen.id)?;
        }
        let site = manage::change_site(app, &staff, &slug, change)?;
        if let Some(said) = &said {
            about::set_at_desk(app, &staff, site.id, said.as_deref())?;
        }
        Ok::<_, WebError>(settings(&site, about::markdown(app, site.id)?))
    })
    .await?;
    Ok(HttpResponse::Ok().json(site))
}

fn settings(site: &Site, about: Option<String>) -> serde_json::Value {
    let words: Vec<_> = site
        .policy
        .words
        .iter()
        .map(|word| json!({ "pattern": word.pattern, "regex": word.regex, "strength": word.strength.as_str() }))
        .collect();
    json!({
        "slug": site.slug.as_str(),
        "name": site.name,
        "origins": site.origins.iter().map(|origin| origin.as_str()).collect::<Vec<_>>(),
        "paused": site.paused,
        "hold": site.policy.hold.as_str(),
        "edit_window_seconds": site.policy.edit_window.as_secs(),
        "max_links": site.policy.max_links,
        "words": words,
        "reasons": site.policy.reasons,
        "lang": site.policy.lang,
        "about": about,
        "waiting_letters": site.policy.waiting_letters.as_str(),
        "waiting_letters_text": site.policy.waiting_letters_text,
    })
}
