//! What blogs embed: the HTML fragment of a page's comments, and the built files of the widget.

mod built;
mod files;
pub mod fragment;

use actix_web::{HttpRequest, HttpResponse, web};

use crate::app::App;
use crate::domain::language::Language;
use crate::messages;
use crate::service::ServiceError;
use crate::web::endpoint::{self, Endpoint};
use crate::web::error::WebError;
use crate::web::extract::{ClientAddress, FromParams, Params, Query, SiteSlug};
use crate::web::parts::{self, Form, PartRequest};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        endpoint::get("/embed/{site}/comments", comments),
        endpoint::get("/embed.js", files::widget),
        endpoint::get("/embed/counts.js", files::counts),
        endpoint::get("/embed/{version}/{file}", files::of_version),
    ]
}

struct FragmentRequest(PartRequest);

impl FromParams for FragmentRequest {
    fn from_params(params: &mut Params) -> Result<Self, WebError> {
        params.forget_empty();
        let contract = params
            .parsed::<u8>("f", "invalid_contract")?
            .unwrap_or(fragment::CONTRACT);
        if contract != fragment::CONTRACT {
            let detail = format!("this server writes contract {}", fragment::CONTRACT);
            return Err(ServiceError::malformed_with("invalid_contract", detail).into());
        }
        let lang = params.parsed::<Language>("lang", "invalid_lang")?;
        let part = PartRequest::from_params(params)?;
        // Tags that lead to the same sentences share their finished bytes.
        Ok(Self(part.in_language(
            lang.map(|lang| messages::texts(lang.as_str()).lang()),
        )))
    }
}

/// A part of a page's comments as an HTML fragment.
async fn comments(
    app: web::Data<App>,
    request: HttpRequest,
    SiteSlug(site): SiteSlug,
    ClientAddress(client): ClientAddress,
    Query(FragmentRequest(part)): Query<FragmentRequest>,
) -> Result<HttpResponse, WebError> {
    parts::serve(app, &request, site, client, part, Form::Fragment).await
}
