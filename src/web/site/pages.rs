//! A site's comments asked for without a page: where the reader comes from an article of the site, that article's; else a
//! list of the pages that have some. Links that a platform cannot fill in with an address lead here.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::comments::{self, PageRequest};
use super::session::ReaderCookie;
use super::visit::see;
use super::{Place, STYLES};
use crate::app::App;
use crate::domain::id::PageId;
use crate::domain::language::Language;
use crate::domain::page::PageUrl;
use crate::domain::site::Site;
use crate::messages::Texts;
use crate::service::site_pages::{self, ListedPage, ListedPages};
use crate::web::error::{PageError, WebError};
use crate::web::extract::{ClientAddress, FromParams, Paged, Params, Query, SiteSlug};
use crate::web::run;
use crate::web::shell::Shell;

/// What is asked for of a site's comments.
pub(super) enum Asked {
    /// Those of a page.
    OfPage(Box<PageRequest>),
    /// Whatever there is.
    All {
        before: Option<PageId>,
        lang: Option<Language>,
    },
}

impl FromParams for Asked {
    fn from_params(params: &mut Params) -> Result<Self, WebError> {
        params.forget_empty();
        let mut names = params.clone();
        if !names.all("page").is_empty() || !names.all("page_id").is_empty() {
            return Ok(Self::OfPage(Box::new(PageRequest::from_params(params)?)));
        }
        let asked = Self::All {
            before: params.parsed("before", "invalid_at")?,
            lang: params.parsed("lang", "invalid_lang")?,
        };
        params.ignore_rest();
        Ok(asked)
    }
}

#[derive(Template)]
#[template(path = "web/site/templates/pages.html")]
struct PagesPage<'a> {
    shell: &'a Shell,
    site: &'a Site,
    pages: &'a [Entry],
    /// The next part of the list.
    more: Option<String>,
}

/// A page in the list.
struct Entry {
    address: String,
    title: String,
    count: String,
}

impl Entry {
    fn of(site: &Site, texts: &Texts, lang: Option<&Language>, listed: ListedPage) -> Self {
        let place = Place {
            page: listed.url.canonical(),
            page_id: listed.page_id,
            lang: lang.cloned(),
        };
        Self {
            address: format!("/sites/{}/comments?{}", site.slug, place.query()),
            title: listed.page.title.unwrap_or_else(|| listed.url.path_and_query()),
            count: texts.say_n("site-pages-count", listed.page.comment_count),
        }
    }
}

/// The comments of a page, or the list of pages.
pub(super) async fn read(
    app: web::Data<App>,
    slug: Paged<SiteSlug>,
    client: ClientAddress,
    cookie: ReaderCookie,
    request: HttpRequest,
    Paged(Query(asked)): Paged<Query<Asked>>,
) -> Result<HttpResponse, PageError> {
    let (before, lang) = match asked {
        Asked::OfPage(asked) => {
            return comments::read(app, slug, client, cookie, Paged(Query(*asked))).await;
        }
        Asked::All { before, lang } => (before, lang),
    };
    let (Paged(SiteSlug(slug)), ClientAddress(client)) = (slug, client);
    let ListedPages { site, pages, next } =
        run(&app, move |app| site_pages::list(app, client, &slug, before)).await?;
    let mut answer = match article(&app, &site, &request).filter(|_| before.is_none()) {
        Some(url) => {
            let place = Place {
                page: url.canonical(),
                page_id: None,
                lang,
            };
            see(&format!("/sites/{}/comments?{}", site.slug, place.query()))
        }
        None => list(&app, &site, pages, next, lang.as_ref())?,
    };
    let headers = answer.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-cache"),
    );
    headers.insert(header::VARY, header::HeaderValue::from_static("Referer"));
    Ok(answer)
}

/// The article of the site that the reader comes from, where their browser says so. Most say an address's origin alone,
/// which is no article; and from our own pages nobody comes to be led back.
fn article(app: &App, site: &Site, request: &HttpRequest) -> Option<PageUrl> {
    let from = request.headers().get(header::REFERER)?.to_str().ok()?;
    let url = PageUrl::parse(from).ok()?;
    let origin = url.origin();
    let of_site = site.has_origin(&origin) && origin != app.config.server.public_url;
    (of_site && url.path_and_query() != "/").then_some(url)
}

fn list(
    app: &App,
    site: &Site,
    pages: Vec<ListedPage>,
    next: Option<PageId>,
    lang: Option<&Language>,
) -> Result<HttpResponse, WebError> {
    let asked = lang.map_or(site.policy.lang.as_str(), Language::as_str);
    let shell = Shell::new(app, asked, String::new())
        .with_styles(STYLES)
        .indexed(true);
    let title = shell.texts.say_text("site-pages-title", "site", &site.name);
    let shell = Shell { title, ..shell };
    let entries: Vec<Entry> = pages
        .into_iter()
        .map(|listed| Entry::of(site, shell.texts, lang, listed))
        .collect();
    let more = next.map(|before| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("before", &before.to_string());
        if let Some(lang) = lang {
            query.append_pair("lang", lang.as_str());
        }
        format!("/sites/{}/comments?{}", site.slug, query.finish())
    });
    let page = PagesPage {
        shell: &shell,
        site,
        pages: &entries,
        more,
    };
    shell.answer(&page)
}
