//! What every page of a site knows: the site, the page of the blog that it is about, and who looks.

use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder};
use askama::Template;

use super::session::{self, ReaderCookie};
use super::{Place, STYLES};
use crate::app::App;
use crate::domain::page::PageUrl;
use crate::domain::site::{Site, Slug};
use crate::messages::{self, Texts};
use crate::service::read_page::{self, PageHead};
use crate::service::sessions::Reader;
use crate::service::views::PageView;
use crate::service::{Client, ServiceError};
use crate::web::error::WebError;
use crate::web::parts;
use crate::web::shell::Shell;

/// Somebody at a page.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    /// The site.
    pub(super) site: Site,
    /// Its page, where it has comments, public or not.
    pub(super) page: Option<PageView>,
    /// Which page, as the request says.
    pub(super) place: Place,
    /// Who is signed in.
    pub(super) reader: Option<Reader>,
    /// What the reader's forms carry.
    pub(super) form_token: Option<String>,
    /// Its address, as asked for.
    pub(super) url: PageUrl,
}

impl Visit {
    /// Looks up what the request is about, and counts that it is looked up: every page of a site begins here.
    ///
    /// # Errors
    /// 429; 404 `site_not_found`; 400 `invalid_page`, also for a page of another blog, to which nothing here may link.
    pub(super) fn load(
        app: &App,
        client: Client,
        slug: &Slug,
        place: Place,
        cookie: &ReaderCookie,
    ) -> Result<Self, WebError> {
        let key = parts::page_key(&place.page, place.page_id.as_deref())?;
        read_page::count(app, client)?;
        let PageHead { site, page } = read_page::page_head(app, slug, &key)?;
        let url = PageUrl::parse(&place.page).ok();
        let url = url.filter(|url| site.has_origin(&url.origin())).ok_or_else(|| {
            ServiceError::malformed_with("invalid_page", "the page is not one of the site's")
        })?;
        let reader = cookie.reader(app, &site)?;
        let form_token = reader.as_ref().map(|reader| session::form_token(app, reader));
        Ok(Self {
            site,
            page,
            place,
            form_token: form_token.map(|token| token.expose().to_owned()),
            reader,
            url,
        })
    }

    /// The sentences of the pages.
    pub(super) fn texts(&self) -> &'static Texts {
        let asked = self.place.lang.as_ref().map(|lang| lang.as_str());
        messages::texts(asked.unwrap_or(&self.site.policy.lang))
    }

    /// What the page is called: its title once a moderator has confirmed one, till then its path.
    pub(super) fn title(&self) -> String {
        let confirmed = self.page.as_ref().and_then(|page| page.title.clone());
        confirmed.unwrap_or_else(|| self.url.path_and_query())
    }

    /// Where the article is.
    pub(super) fn article(&self) -> String {
        let known = self.page.as_ref().and_then(|page| page.url.clone());
        known.unwrap_or_else(|| self.url.canonical())
    }

    /// The query that leads to the page.
    pub(super) fn query(&self) -> String {
        self.place.query()
    }

    /// The address of a page of the site: `what` is what stands behind its slug.
    pub(super) fn address(&self, what: &str) -> String {
        format!("/sites/{}/{what}?{}", self.site.slug, self.query())
    }

    /// The address of a page about one comment, such as `edit`.
    pub(super) fn of_comment(&self, id: &str, what: &str) -> String {
        self.address(&format!("comments/{id}/{what}"))
    }

    /// What the reader is called.
    pub(super) fn name(&self) -> Option<&str> {
        self.reader.as_ref().map(|reader| reader.membership.name.as_str())
    }

    /// Whether the page takes comments.
    ///
    /// # Errors
    /// 403 `site_paused`, 409 `page_closed`.
    pub(super) fn open(&self) -> Result<(), WebError> {
        if let Some(sentence) = &self.site.paused {
            return Err(ServiceError::forbidden_with("site_paused", sentence.clone()).into());
        }
        if self.page.as_ref().is_some_and(|page| page.state == "closed") {
            return Err(ServiceError::conflict("page_closed", "the page takes no comments any more").into());
        }
        Ok(())
    }

    /// The reader, for what only they can do.
    ///
    /// # Errors
    /// 401 `token_missing`.
    pub(super) fn signed_in(&self) -> Result<&Reader, WebError> {
        Ok(self
            .reader
            .as_ref()
            .ok_or(ServiceError::unauthorised("token_missing"))?)
    }

    /// The head of a page of this visit.
    pub(super) fn shell(&self, app: &App, title: String) -> Shell {
        let title = format!("{title} · {}", self.site.name);
        Shell::new(app, self.texts().lang(), title).with_styles(STYLES)
    }
}

/// A page as an answer. Its reader's browser may keep it for going back to, with what was typed in it, and nobody else may
/// keep it. Not `no-store`: a page that may not be stored comes back empty, or as the question whether to send the form
/// again, and a draft that was not sent would be lost. What is never typed in says `no-store` (the receipt).
pub(super) fn answer(
    shell: &Shell,
    mut status: HttpResponseBuilder,
    page: &impl Template,
) -> Result<HttpResponse, WebError> {
    status
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((header::VARY, "Cookie"));
    shell.answer_as(status, page)
}

/// 303: the form has done what it does, and looking again does not do it again.
pub(super) fn see(address: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, address))
        .finish()
}
