//! Signing in with an account elsewhere from these pages: what was being written is kept with the sign-in, and posted at its
//! end. The pages in between are `web::signin`'s.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::comments::{self, Draft};
use super::session::ReaderCookie;
use super::sign_in::{self, Redeemed};
use super::visit::Visit;
use super::{Place, checked_key};
use crate::app::App;
use crate::service::Client;
use crate::service::sign_in_elsewhere::begin::{self, OwnPage};
use crate::service::sign_in_elsewhere::consent::Look;
use crate::signin::token::PlainToken;
use crate::web::error::{PageError, WebError};
use crate::web::extract::{ClientAddress, FormBody, MadeBy, Paged, Query, SiteSlug};
use crate::web::run;
use crate::web::signin::{SignInCookies, address_to, browser_cookie, leaving};

/// What was being written, as it is kept with a sign-in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::web) struct KeptDraft {
    /// The text.
    pub(in crate::web) body: String,
    /// The id of the comment that it answers.
    pub(in crate::web) parent: Option<String>,
    /// Under which it is posted once.
    pub(in crate::web) key: String,
}

impl KeptDraft {
    /// Of what was kept; nothing where nothing was being written.
    pub(in crate::web) fn read(kept: &[u8]) -> Option<Self> {
        serde_json::from_slice(kept).ok()
    }
}

/// The buttons of the providers, with what was being written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ElsewhereForm {
    #[serde(default)]
    body: String,
    parent: Option<String>,
    key: String,
    provider: String,
}

/// Begins, and leads to the provider.
pub(super) async fn ask(
    app: web::Data<App>,
    Paged(SiteSlug(slug)): Paged<SiteSlug>,
    ClientAddress(client): ClientAddress,
    (cookie, SignInCookies(cookies)): (ReaderCookie, SignInCookies),
    made_by: MadeBy,
    Paged(Query(place)): Paged<Query<Place>>,
    FormBody(form): FormBody<ElsewhereForm>,
) -> Result<HttpResponse, PageError> {
    made_by.own_page(&app.config.server.public_url)?;
    checked_key(&form.key)?;
    let (visit, begun) = run(&app, move |app| {
        let visit = Visit::load(app, client, &slug, place, &cookie)?;
        let draft = KeptDraft {
            body: form.body,
            parent: form.parent.filter(|id| !id.is_empty()),
            key: form.key,
        };
        let draft = match draft.body.trim() {
            "" => Vec::new(),
            _ => serde_json::to_vec(&draft).unwrap_or_default(),
        };
        let own = OwnPage {
            site: visit.site.clone(),
            page: visit.url.clone(),
            page_name: visit.place.page_id.clone(),
            lang: visit.texts().lang().to_owned(),
            draft,
        };
        let browser = cookies.browser.as_deref();
        let begun = begin::begin_own(app, &client, own, &form.provider, browser)?;
        Ok::<_, WebError>((visit, begun))
    })
    .await?;
    let key = begun.provider.as_deref().unwrap_or_default();
    let name = app.providers.get(key).map_or(key, |provider| provider.name());
    let to = address_to(begun.handover.id, key);
    // A form came here, after which browsers follow no redirect to another origin.
    let mut response = leaving(&app, visit.texts().lang(), &to, name)?;
    super::session::add(&mut response, &browser_cookie(&app, &begun.browser))?;
    Ok(response)
}

/// Ends: gives the site's cookie, and posts what was being written.
///
/// # Errors
/// Where the site or the page cannot be loaded. That a text is refused is a page with the text.
pub(in crate::web) async fn finish(
    app: &web::Data<App>,
    client: Client,
    look: &Look,
    token: PlainToken,
) -> Result<HttpResponse, PageError> {
    let handover = look.handover.clone();
    let slug = look.site.slug.clone();
    let draft = match KeptDraft::read(&look.draft) {
        None => Draft::default(),
        Some(kept) => Draft {
            body: kept.body,
            parent: kept.parent,
            key: kept.key,
        },
    };
    let (visit, draft, posted) = run(app, move |app| {
        let place = Place {
            page: handover.page,
            page_id: handover.page_name,
            lang: handover.lang.parse().ok(),
        };
        let visit = Visit::load(app, client, &slug, place, &ReaderCookie::none())?;
        let posted = sign_in::post_as(app, &visit, client, token, &draft)?;
        Ok::<_, WebError>((visit, draft, posted))
    })
    .await?;
    match posted {
        Redeemed::Refused(token, signed_in, error) => {
            let mut answer = comments::refused(app, &signed_in, draft, &error).await?;
            super::session::add(
                &mut answer,
                &super::session::cookie(app, &visit.site.slug, &token),
            )?;
            Ok(answer)
        }
        Redeemed::Done(token, address) => sign_in::done(app, &visit.site.slug, &token, &address),
        Redeemed::Not(error, ..) => Err(error.into()),
    }
}
