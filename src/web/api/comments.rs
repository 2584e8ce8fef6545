//! Comments over JSON: a page's, posting, editing, withdrawing, and one's own.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use serde::Deserialize;
use serde_json::json;

use crate::app::App;
use crate::domain::comment::WhileChecked;
use crate::domain::id::CommentId;
use crate::domain::origin::Origin;
use crate::domain::page::PageKey;
use crate::domain::site::Site;
use crate::domain::text::CommentSource;
use crate::limits;
use crate::screening;
use crate::service::idempotency::IdempotencyKey;
use crate::service::own_comments::Viewer;
use crate::service::post_comment::{NewComment, PageClaim};
use crate::service::sessions::{self, Reader};
use crate::service::{ServiceError, edit_comment, own_comments, post_comment, read_page, sites};
use crate::web::desk::DeskCredential;
use crate::web::endpoint::{self, Endpoint};
use crate::web::error::WebError;
use crate::web::extract::{
    Bearer, ClientAddress, FromParams, Id, IdempotencyHeader, JsonBody, Params, Query, RequestOrigin,
    SiteSlug, check_origin,
};
use crate::web::parts::{self, Form, PartRequest};
use crate::web::run;

/// At most so many pages are counted at once.
const COUNTS: usize = 50;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        endpoint::get("/api/v1/sites/{site}/comments", list),
        endpoint::post("/api/v1/sites/{site}/comments", post),
        endpoint::get("/api/v1/sites/{site}/counts", counts),
        endpoint::post("/api/v1/sites/{site}/preview", preview),
        endpoint::get("/api/v1/comments/{id}", one),
        endpoint::patch("/api/v1/comments/{id}", edit),
        endpoint::delete("/api/v1/comments/{id}", withdraw),
        endpoint::get("/api/v1/me", me),
    ]
}

/// A part of a page's comments.
async fn list(
    app: web::Data<App>,
    request: HttpRequest,
    SiteSlug(site): SiteSlug,
    ClientAddress(client): ClientAddress,
    Query(part): Query<PartRequest>,
) -> Result<HttpResponse, WebError> {
    parts::serve(app, &request, site, client, part, Form::Json).await
}

struct CountsRequest {
    pages: Vec<String>,
}

impl FromParams for CountsRequest {
    fn from_params(params: &mut Params) -> Result<Self, WebError> {
        let pages = params.all("page");
        if (1..=COUNTS).contains(&pages.len()) {
            Ok(Self { pages })
        } else {
            Err(
                ServiceError::malformed_with("invalid_pages", "ask for 1 to 50 pages, each as page=URL")
                    .into(),
            )
        }
    }
}

/// How many public comments pages have.
async fn counts(
    app: web::Data<App>,
    SiteSlug(site): SiteSlug,
    ClientAddress(client): ClientAddress,
    Query(asked): Query<CountsRequest>,
) -> Result<HttpResponse, WebError> {
    read_page::count(&app, client)?;
    let keys = asked
        .pages
        .iter()
        .map(|page| parts::page_key(page, None))
        .collect::<Result<Vec<_>, _>>()?;
    let counts = run(&app, move |app| read_page::counts(app, &site, &keys)).await?;
    let counts: serde_json::Map<String, serde_json::Value> = asked
        .pages
        .into_iter()
        .zip(counts)
        .map(|(page, count)| (page, json!(count)))
        .collect();
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .json(json!({ "counts": counts })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PostBody {
    page: PageBody,
    #[serde(default)]
    parent_id: Option<String>,
    body: String,
    #[serde(default)]
    source_url: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PageBody {
    #[serde(default)]
    id: Option<String>,
    url: String,
    #[serde(default)]
    title: Option<String>,
}

/// The reader behind a token, where the request comes from the token's origin.
pub(in crate::web) fn reader_of(
    app: &App,
    Bearer(token): &Bearer,
    origin: &RequestOrigin,
    site: &Site,
) -> Result<Reader, WebError> {
    let origin = check_origin(origin, site, &app.config.server.public_url)?;
    Ok(sessions::reader(app, token, Some(site.id), Some(&origin))?)
}

/// As [`reader_of`], where the site is the token's own.
fn reader_writing(app: &App, Bearer(token): &Bearer, origin: &RequestOrigin) -> Result<Reader, WebError> {
    let reader = sessions::reader(app, token, None, named(origin))?;
    let site = sites::by_id(app, reader.site)?;
    check_origin(origin, &site, &app.config.server.public_url)?;
    Ok(reader)
}

fn named(origin: &RequestOrigin) -> Option<&Origin> {
    match origin {
        RequestOrigin::Of(origin) => Some(origin),
        RequestOrigin::Absent | RequestOrigin::Opaque => None,
    }
}

/// Posts a comment.
async fn post(
    app: web::Data<App>,
    SiteSlug(slug): SiteSlug,
    bearer: Bearer,
    origin: RequestOrigin,
    ClientAddress(client): ClientAddress,
    key: IdempotencyHeader,
    body: JsonBody<PostBody>,
) -> Result<HttpResponse, WebError> {
    let new = body.value;
    let parent_id = match &new.parent_id {
        None => None,
        Some(id) => {
            let unknown = || ServiceError::invalid("/parent_id", "parent_not_on_page");
            Some(id.parse::<CommentId>().map_err(|_not_an_id| unknown())?)
        }
    };
    let bytes = body.bytes;
    let comment = run(&app, move |app| {
        let site = sites::by_slug(app, &slug)?;
        let reader = reader_of(app, &bearer, &origin, &site)?;
        let key = key
            .key
            .map(|text| IdempotencyKey::new(&reader.account.to_string(), &key.route, &text, &bytes));
        let claim = PageClaim {
            id: new.page.id,
            url: new.page.url,
            title: new.page.title,
        };
        let new = NewComment {
            page: claim,
            parent_id,
            body: new.body,
            source_url: new.source_url,
        };
        let id = post_comment::post_comment(app, &site, &reader, client, new, key)?;
        Ok::<_, WebError>(own_comments::comment_for(app, &Viewer::Reader(reader), id)?)
    })
    .await?;
    Ok(HttpResponse::Created().json(json!({ "comment": comment })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PreviewBody {
    body: String,
}

/// What a text would look like.
async fn preview(
    app: web::Data<App>,
    SiteSlug(slug): SiteSlug,
    bearer: Bearer,
    origin: RequestOrigin,
    ClientAddress(client): ClientAddress,
    body: JsonBody<PreviewBody>,
) -> Result<HttpResponse, WebError> {
    let html = run(&app, move |app| {
        let site = sites::by_slug(app, &slug)?;
        let reader = reader_of(app, &bearer, &origin, &site)?;
        app.limits
            .check(
                limits::Action::Preview,
                &[limits::Key::Account(reader.account), client.address_key()],
            )
            .map_err(ServiceError::from)?;
        let source = CommentSource::parse(&body.value.body).map_err(post_comment::invalid_source)?;
        Ok::<_, WebError>(screening::preview(&source))
    })
    .await?;
    Ok(HttpResponse::Ok().json(json!({ "html": html.as_str() })))
}

/// One comment: for its author and the site's moderators in every state, for everybody else while it is public.
async fn one(
    app: web::Data<App>,
    Id(id): Id<CommentId>,
    bearer: Option<Bearer>,
    desk: Option<DeskCredential>,
    origin: RequestOrigin,
    ClientAddress(client): ClientAddress,
) -> Result<HttpResponse, WebError> {
    read_page::count(&app, client)?;
    let comment = run(&app, move |app| {
        // A browser sends the desk's cookie along whoever reads in it; one that is good no longer reads like everybody.
        let viewer = match (&bearer, desk) {
            (Some(Bearer(token)), _) if sessions::is_of_program(token) => {
                Viewer::Staff(sessions::program(app, token)?)
            }
            (Some(Bearer(token)), _) => Viewer::Reader(sessions::reader(app, token, None, named(&origin))?),
            (None, Some(desk)) => match desk.staff(app) {
                Ok(staff) => Viewer::Staff(staff),
                Err(error) if error.status_code() == StatusCode::UNAUTHORIZED => Viewer::Anybody,
                Err(error) => return Err(error),
            },
            (None, None) => Viewer::Anybody,
        };
        Ok::<_, WebError>(own_comments::comment_for(app, &viewer, id)?)
    })
    .await?;
    Ok(HttpResponse::Ok().json(json!({ "comment": comment })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EditBody {
    body: String,
    #[serde(default)]
    while_checked: WhileCheckedBody,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WhileCheckedBody {
    #[default]
    Keep,
    Hide,
}

/// Sends a new text for one's own comment.
async fn edit(
    app: web::Data<App>,
    Id(id): Id<CommentId>,
    bearer: Bearer,
    origin: RequestOrigin,
    ClientAddress(client): ClientAddress,
    body: JsonBody<EditBody>,
) -> Result<HttpResponse, WebError> {
    let comment = run(&app, move |app| {
        let reader = reader_writing(app, &bearer, &origin)?;
        let while_checked = match body.value.while_checked {
            WhileCheckedBody::Keep => WhileChecked::Keep,
            WhileCheckedBody::Hide => WhileChecked::Hide,
        };
        let edit = edit_comment::Edit {
            body: body.value.body,
            while_checked,
        };
        edit_comment::edit_comment(app, &reader, client, id, edit)?;
        Ok::<_, WebError>(own_comments::comment_for(app, &Viewer::Reader(reader), id)?)
    })
    .await?;
    Ok(HttpResponse::Ok().json(json!({ "comment": comment })))
}

/// Takes one's own comment back.
async fn withdraw(
    app: web::Data<App>,
    Id(id): Id<CommentId>,
    bearer: Bearer,
    origin: RequestOrigin,
    ClientAddress(client): ClientAddress,
) -> Result<HttpResponse, WebError> {
    run(&app, move |app| {
        let reader = reader_writing(app, &bearer, &origin)?;
        Ok::<_, WebError>(edit_comment::withdraw_comment(app, &reader, client, id)?)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

struct MeRequest {
    site: String,
    page: PageKey,
}

impl FromParams for MeRequest {
    fn from_params(params: &mut Params) -> Result<Self, WebError> {
        let page_id = params.optional("page_id")?;
        Ok(Self {
            site: params.required("site")?,
            page: parts::page_key(&params.required("page")?, page_id.as_deref())?,
        })
    }
}

/// Who the reader is on a site, and what of theirs on a page is not plainly public.
async fn me(
    app: web::Data<App>,
    bearer: Bearer,
    origin: RequestOrigin,
    ClientAddress(client): ClientAddress,
    Query(asked): Query<MeRequest>,
) -> Result<HttpResponse, WebError> {
    read_page::count(&app, client)?;
    let (reader, own) = run(&app, move |app| {
        let slug = asked
            .site
            .parse()
            .map_err(|_not_a_slug| ServiceError::not_found("site_not_found"))?;
        let site = sites::by_slug(app, &slug)?;
        let reader = sessions::reader(app, &bearer.0, Some(site.id), named(&origin))?;
        let own = own_comments::own_comments(app, &site, &reader, &asked.page)?;
        Ok::<_, ServiceError>((reader, own))
    })
    .await?;
    let account = json!({
        "id": reader.membership.id.to_string(),
        "name": reader.membership.name.as_str(),
        "standing": reader.membership.standing.as_str(),
    });
    Ok(HttpResponse::Ok()
        .json(json!({ "account": account, "own": own.own, "others": own.others, "votes": {} })))
}
