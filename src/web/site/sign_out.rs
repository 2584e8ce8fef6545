//! Signing out, by a plain form.

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::Place;
use super::session::{self, ReaderCookie};
use super::visit::{Visit, see};
use crate::app::App;
use crate::service::sessions;
use crate::web::error::{PageError, WebError};
use crate::web::extract::{ClientAddress, FormBody, MadeBy, Paged, Query, SiteSlug};
use crate::web::run;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OutForm {
    form: Option<String>,
}

/// Signs out: the session ends, and the cookie goes.
pub(super) async fn out(
    app: web::Data<App>,
    Paged(SiteSlug(slug)): Paged<SiteSlug>,
    ClientAddress(client): ClientAddress,
    cookie: ReaderCookie,
    made_by: MadeBy,
    Paged(Query(place)): Paged<Query<Place>>,
    FormBody(form): FormBody<OutForm>,
) -> Result<HttpResponse, PageError> {
    made_by.own_page(&app.config.server.public_url)?;
    let visit = run(&app, move |app| {
        let visit = Visit::load(app, client, &slug, place, &cookie)?;
        if let Some(reader) = &visit.reader {
            session::check_form(app, reader, form.form.as_deref())?;
            sessions::end_token(app, reader)?;
        }
        Ok::<_, WebError>(visit)
    })
    .await?;
    let mut answer = see(&visit.address("comments"));
    session::add(&mut answer, &session::no_cookie(&app, &visit.site.slug))?;
    Ok(answer)
}
