//! What the comments of a site are about: its rules and who moderates, in the owner's words or ours; and what holds for
//! every site: what is kept, for how long, and how to complain.

use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::STYLES;
use crate::app::App;
use crate::domain::html::SafeHtml;
use crate::domain::language::Language;
use crate::domain::origin::Origin;
use crate::domain::page::PageUrl;
use crate::domain::site::{HoldPolicy, Site};
use crate::service::about;
use crate::web::error::{PageError, WebError};
use crate::web::extract::{ClientAddress, FromParams, Paged, Params, Query, SiteSlug};
use crate::web::run;
use crate::web::shell::Shell;

/// The language, and the page from which somebody comes, where they come from one.
pub(super) struct AboutRequest {
    lang: Option<Language>,
    page: Option<String>,
    page_id: Option<String>,
}

impl FromParams for AboutRequest {
    fn from_params(params: &mut Params) -> Result<Self, WebError> {
        params.forget_empty();
        let asked = Self {
            lang: params.parsed("lang", "invalid_lang")?,
            page: params.optional("page")?,
            page_id: params.optional("page_id")?,
        };
        params.ignore_rest();
        Ok(asked)
    }
}

#[derive(Template)]
#[template(path = "web/site/templates/about.html")]
struct AboutPage<'a> {
    shell: &'a Shell,
    site: &'a Site,
    /// Where the site is read: what is kept here is not it.
    blog: Option<&'a Origin>,
    own_words: Option<&'a SafeHtml>,
    /// The comments that somebody comes from.
    back: Option<String>,
    holds: String,
    edit_minutes: i64,
    withdrawn_days: i64,
}

/// The page about a site's comments.
pub(super) async fn about(
    app: web::Data<App>,
    Paged(SiteSlug(slug)): Paged<SiteSlug>,
    ClientAddress(client): ClientAddress,
    Paged(Query(asked)): Paged<Query<AboutRequest>>,
) -> Result<HttpResponse, PageError> {
    let (site, own_words) = run(&app, move |app| about::page(app, client, &slug)).await?;
    let lang = asked
        .lang
        .as_ref()
        .map_or(site.policy.lang.as_str(), Language::as_str);
    let shell = Shell::new(&app, lang, String::new())
        .with_styles(STYLES)
        .indexed(asked.page.is_none());
    let texts = shell.texts;
    let title = texts.say_text("site-about-heading", "site", &site.name);
    let shell = Shell { title, ..shell };
    let of_site = asked.page.as_deref().and_then(|page| PageUrl::parse(page).ok());
    let of_site = of_site.filter(|url| site.has_origin(&url.origin()));
    let page = AboutPage {
        shell: &shell,
        own_words: own_words.as_ref(),
        back: of_site.map(|_| back(&site, &asked)),
        holds: texts.say(match site.policy.hold {
            HoldPolicy::All => "site-about-hold-all",
            HoldPolicy::First => "site-about-hold-first",
            HoldPolicy::Flagged => "site-about-hold-flagged",
        }),
        edit_minutes: minutes(site.policy.edit_window),
        withdrawn_days: app.config.retention.withdrawn_days.into(),
        blog: site
            .origins
            .iter()
            .filter(|origin| **origin != app.config.server.public_url)
            .max_by_key(|origin| origin.is_https()),
        site: &site,
    };
    let mut answer = shell.answer(&page)?;
    let kept = header::HeaderValue::from_static("no-cache");
    answer.headers_mut().insert(header::CACHE_CONTROL, kept);
    Ok(answer)
}

fn back(site: &Site, asked: &AboutRequest) -> String {
    let place = super::Place {
        page: asked.page.clone().unwrap_or_default(),
        page_id: asked.page_id.clone(),
        lang: asked.lang.clone(),
    };
    format!("/sites/{}/comments?{}", site.slug, place.query())
}

fn minutes(window: Duration) -> i64 {
    i64::try_from(window.as_secs().div_ceil(60)).unwrap_or(i64::MAX)
}
