//! One's own comment: sending a new text for it, and taking it back.

use actix_web::{HttpResponse, HttpResponseBuilder, web};
use askama::Template;
use serde::Deserialize;

use super::Place;
use super::faults::{self, Faults};
use super::session::{self, ReaderCookie};
use super::visit::{Visit, answer, see};
use super::{comments, sign_in};
use crate::app::App;
use crate::domain::comment::WhileChecked;
use crate::domain::html::SafeHtml;
use crate::domain::id::CommentId;
use crate::service::ServiceError;
use crate::service::edit_comment::{self, Edit};
use crate::service::own_comments::{self, Viewer};
use crate::web::error::{PageError, WebError};
use crate::web::extract::{ClientAddress, FormBody, FromParams, Id, MadeBy, Paged, Params, Query, SiteSlug};
use crate::web::run;
use crate::web::shell::Shell;

/// A comment of the reader's own.
struct Own {
    id: String,
    body: String,
    html: Option<SafeHtml>,
    /// Whether a text of it is public.
    public: bool,
}

/// The reader's own comment; another's is not found.
fn own(app: &App, visit: &Visit, id: CommentId) -> Result<Own, WebError> {
    let found = own_comments::comment_for(app, &Viewer::Reader(visit.signed_in()?.clone()), id)?;
    let body = found.body.ok_or(ServiceError::not_found("comment_not_found"))?;
    Ok(Own {
        id: found.comment.id,
        body,
        html: found.comment.html,
        public: found.comment.state == "published",
    })
}

/// What is shown in the place of a comment: the form to sign in, or that it is not there.
fn instead(app: &App, visit: &Visit, error: WebError) -> Result<HttpResponse, PageError> {
    if visit.reader.is_none() {
        sign_in::first(app, visit, &error)
    } else {
        Err(error.into())
    }
}

#[derive(Template)]
#[template(path = "web/site/templates/edit.html")]
struct EditPage<'a> {
    shell: &'a Shell,
    visit: &'a Visit,
    own: &'a Own,
    hide: bool,
    faults: Faults,
}

/// Which page, and whether the form begins with the text that was refused.
pub(super) struct EditRequest {
    place: Place,
    refused: bool,
}

impl FromParams for EditRequest {
    fn from_params(params: &mut Params) -> Result<Self, WebError> {
        let refused = params.optional("refused")?.is_some();
        Ok(Self {
            place: Place::from_params(params)?,
            refused,
        })
    }
}

/// The form in which a comment is edited.
pub(super) async fn edit_form(
    app: web::Data<App>,
    Paged(SiteSlug(slug)): Paged<SiteSlug>,
    Paged(Id(id)): Paged<Id<CommentId>>,
    ClientAddress(client): ClientAddress,
    cookie: ReaderCookie,
    Paged(Query(asked)): Paged<Query<EditRequest>>,
) -> Result<HttpResponse, PageError> {
    let EditRequest { place, refused } = asked;
    let (visit, found) = run(&app, move |app| {
        let visit = Visit::load(app, client, &slug, place, &cookie)?;
        let mut found = own(app, &visit, id);
        if let (Ok(own), Some(reader), true) = (&mut found, &visit.reader, refused)
            && let Some(text) = own_comments::refused_edit(app, &visit.site, reader, id)?
        {
            own.body = text.body;
        }
        Ok::<_, WebError>((visit, found))
    })
    .await?;
    match found {
        Ok(own) => edit_page(&app, &visit, &own, false, HttpResponse::Ok(), Faults::default()),
        Err(error) => instead(&app, &visit, error),
    }
}

fn edit_page(
    app: &App,
    visit: &Visit,
    own: &Own,
    hide: bool,
    status: HttpResponseBuilder,
    faults: Faults,
) -> Result<HttpResponse, PageError> {
    let texts = visit.texts();
    let shell = visit.shell(app, faults.title(texts, texts.say("site-edit-heading")));
    let page = EditPage {
        shell: &shell,
        visit,
        own,
        hide,
        faults,
    };
    Ok(answer(&shell, status, &page)?)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EditForm {
    body: String,
    #[serde(default)]
    while_checked: WhileCheckedField,
    form: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WhileCheckedField {
    #[default]
    Keep,
    Hide,
}

/// A new text comes in.
pub(super) async fn edit(
    app: web::Data<App>,
    (Paged(SiteSlug(slug)), Paged(Id(id))): (Paged<SiteSlug>, Paged<Id<CommentId>>),
    ClientAddress(client): ClientAddress,
    cookie: ReaderCookie,
    made_by: MadeBy,
    Paged(Query(place)): Paged<Query<Place>>,
    FormBody(form): FormBody<EditForm>,
) -> Result<HttpResponse, PageError> {
    made_by.own_page(&app.config.server.public_url)?;
    let hide = form.while_checked == WhileCheckedField::Hide;
    let (visit, found, body, edited) = run(&app, move |app| {
        let visit = Visit::load(app, client, &slug, place, &cookie)?;
        let found = own(app, &visit, id);
        let edited = visit.signed_in().and_then(|reader| {
            session::check_form(app, reader, form.form.as_deref())?;
            let edit = Edit {
                body: form.body.clone(),
                while_checked: if hide {
                    WhileChecked::Hide
                } else {
                    WhileChecked::Keep
                },
            };
            edit_comment::edit_comment(app, reader, client, id, edit)?;
            comments::where_it_is(app, &visit, reader, id)
        });
        Ok::<_, WebError>((visit, found, form.body, edited))
    })
    .await?;
    let error = match edited {
        Ok(address) => return Ok(see(&address)),
        Err(error) => error,
    };
    match found {
        Ok(own) => {
            let own = Own { body, ..own };
            let faults = Faults::of_draft(visit.texts(), &error);
            edit_page(&app, &visit, &own, hide, faults::status(&error), faults)
        }
        Err(error) => instead(&app, &visit, error),
    }
}

#[derive(Template)]
#[template(path = "web/site/templates/withdraw.html")]
struct WithdrawPage<'a> {
    shell: &'a Shell,
    visit: &'a Visit,
    own: &'a Own,
    faults: Faults,
}

/// Asks once more before a comment is taken back.
pub(super) async fn withdraw_form(
    app: web::Data<App>,
    Paged(SiteSlug(slug)): Paged<SiteSlug>,
    Paged(Id(id)): Paged<Id<CommentId>>,
    ClientAddress(client): ClientAddress,
    cookie: ReaderCookie,
    Paged(Query(place)): Paged<Query<Place>>,
) -> Result<HttpResponse, PageError> {
    let (visit, found) = run(&app, move |app| {
        let visit = Visit::load(app, client, &slug, place, &cookie)?;
        let found = own(app, &visit, id);
        Ok::<_, WebError>((visit, found))
    })
    .await?;
    match found {
        Ok(own) => withdraw_page(&app, &visit, &own, HttpResponse::Ok(), Faults::default()),
        Err(error) => instead(&app, &visit, error),
    }
}

fn withdraw_page(
    app: &App,
    visit: &Visit,
    own: &Own,
    status: HttpResponseBuilder,
    faults: Faults,
) -> Result<HttpResponse, PageError> {
    let texts = visit.texts();
    let shell = visit.shell(app, faults.title(texts, texts.say("site-withdraw-heading")));
    let page = WithdrawPage {
        shell: &shell,
        visit,
        own,
        faults,
    };
    Ok(answer(&shell, status, &page)?)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WithdrawForm {
    form: Option<String>,
}

/// Takes a comment back.
pub(super) async fn withdraw(
    app: web::Data<App>,
    Paged(SiteSlug(slug)): Paged<SiteSlug>,
    Paged(Id(id)): Paged<Id<CommentId>>,
    cookie: ReaderCookie,
    (ClientAddress(client), made_by): (ClientAddress, MadeBy),
    Paged(Query(place)): Paged<Query<Place>>,
    FormBody(form): FormBody<WithdrawForm>,
) -> Result<HttpResponse, PageError> {
    made_by.own_page(&app.config.server.public_url)?;
    let (visit, found, withdrawn) = run(&app, move |app| {
        let visit = Visit::load(app, client, &slug, place, &cookie)?;
        let found = own(app, &visit, id);
        let withdrawn = visit.signed_in().and_then(|reader| {
            session::check_form(app, reader, form.form.as_deref())?;
            Ok(edit_comment::withdraw_comment(app, reader, client, id)?)
        });
        Ok::<_, WebError>((visit, found, withdrawn))
    })
    .await?;
    let error = match withdrawn {
        Ok(()) => return Ok(see(&format!("{}#write", visit.address("comments")))),
        Err(error) => error,
    };
    match found {
        Ok(own) => {
            let faults = Faults::of(visit.texts(), &error);
            withdraw_page(&app, &visit, &own, faults::status(&error), faults)
        }
        Err(error) => instead(&app, &visit, error),
    }
}
