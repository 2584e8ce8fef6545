//! The pages under discussion: their list, and one of them with its title and address to confirm and its discussion to open and close.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::frame::{Frame, Place, Visit, see_other};
use crate::app::App;
use crate::domain::id::PageId;
use crate::domain::page::PageState;
use crate::domain::site::Site;
use crate::messages;
use crate::service::ServiceError;
use crate::service::manage::{self, PageChange};
use crate::service::queue::DeskPage;
use crate::web::endpoint::{self, Endpoint};
use crate::web::error::{PageError, WebError};
use crate::web::extract::{FormBody, FromParams, Id, Params, Query};
use crate::web::run;
use crate::web::shell::Shell;

/// So many pages of each site are listed; older ones are found by their words.
const LISTED: i64 = 100;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        endpoint::get("/desk/pages", list),
        endpoint::get("/desk/pages/{id}", one),
        endpoint::post("/desk/pages/{id}", change),
    ]
}

struct Asked {
    text: Option<String>,
}

impl FromParams for Asked {
    fn from_params(params: &mut Params) -> Result<Self, WebError> {
        params.forget_empty();
        let text = params.optional("q")?;
        params.ignore_rest();
        Ok(Self { text })
    }
}

#[derive(Template)]
#[template(path = "web/desk/templates/pages.html")]
struct ListPage<'a> {
    frame: &'a Frame,
    shell: &'a Shell,
    text: &'a str,
    pages: &'a [(Site, DeskPage)],
}

async fn list(
    app: web::Data<App>,
    visit: Visit,
    asked: Result<Query<Asked>, WebError>,
) -> Result<HttpResponse, PageError> {
    let seated = match visit.looks(&app).await? {
        Ok(seated) => seated,
        Err(page) => return Ok(page),
    };
    let Query(asked) = asked?;
    let page = run(&app, move |app| {
        let pages = manage::pages(app, &seated.staff, asked.text.as_deref(), LISTED)?;
        let title = messages::texts(seated.lang).say("desk-pages");
        let frame = Frame::new(app, &seated, Place::Pages, title);
        let page = ListPage {
            frame: &frame,
            shell: &frame.shell,
            text: asked.text.as_deref().unwrap_or_default(),
            pages: &pages,
        };
        frame.shell.render(&page)
    })
    .await?;
    Ok(page.answer(HttpResponse::Ok()))
}

#[derive(Template)]
#[template(path = "web/desk/templates/page.html")]
struct OnePage<'a> {
    frame: &'a Frame,
    shell: &'a Shell,
    page: &'a DeskPage,
}

impl OnePage<'_> {
    /// What stands in the field for the title.
    fn title(&self) -> &str {
        self.page
            .page
            .title
            .as_deref()
            .or(self.page.claimed_title.as_deref())
            .unwrap_or_default()
    }
}

async fn one(
    app: web::Data<App>,
    visit: Visit,
    id: Result<Id<PageId>, WebError>,
) -> Result<HttpResponse, PageError> {
    let seated = match visit.looks(&app).await? {
        Ok(seated) => seated,
        Err(page) => return Ok(page),
    };
    let Id(id) = id?;
    let page = run(&app, move |app| {
        let found = manage::page(app, &seated.staff, id)?;
        let title = messages::texts(seated.lang).say("desk-page");
        let frame = Frame::new(app, &seated, Place::Pages, title);
        let page = OnePage {
            frame: &frame,
            shell: &frame.shell,
            page: &found.page,
        };
        frame.shell.render(&page)
    })
    .await?;
    Ok(page.answer(HttpResponse::Ok()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PageForm {
    token: String,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    state: Option<String>,
}

async fn change(
    app: web::Data<App>,
    visit: Visit,
    id: Result<Id<PageId>, WebError>,
    FormBody(form): FormBody<PageForm>,
) -> Result<HttpResponse, PageError> {
    let seated = match visit.sends(&app, form.token).await? {
        Ok(seated) => seated,
        Err(page) => return Ok(page),
    };
    let Id(id) = id?;
    let state = match form.state.as_deref() {
        None => None,
        Some("open") => Some(PageState::Open),
        Some("closed") => Some(PageState::Closed),
        Some(_) => return Err(ServiceError::malformed("invalid_state").into()),
    };
    let change = PageChange {
        state,
        title: form.title,
        url: form.url,
        people: None,
    };
    run(&app, move |app| {
        manage::change_page(app, &seated.staff, id, change)
    })
    .await?;
    Ok(see_other(&format!("/desk/pages/{id}")))
}
