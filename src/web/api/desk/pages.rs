//! Pages under discussion at the desk over JSON.

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use crate::app::App;
use crate::domain::id::{PageId, PersonId};
use crate::domain::page::PageState;
use crate::service::ServiceError;
use crate::service::manage::{self, PageChange};
use crate::web::desk::DeskCredential;
use crate::web::endpoint::{self, Endpoint};
use crate::web::error::WebError;
use crate::web::extract::{Id, JsonBody};
use crate::web::run;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        endpoint::get("/api/v1/desk/pages/{id}", one),
        endpoint::patch("/api/v1/desk/pages/{id}", change),
    ]
}

/// A page with its unconfirmed title and address and the people whom it concerns.
async fn one(
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
async fn change(
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
