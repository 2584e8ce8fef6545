//! Parts of pages as finished bytes: which page a request means, what is built where nothing is finished, and the answer
//! with its encoding and ETag. JSON and the fragment go the same way.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};

use crate::app::App;
use crate::domain::id::CommentId;
use crate::domain::page::{PageKey, PageUrl};
use crate::domain::site::Slug;
use crate::limits;
use crate::messages;
use crate::published::{self, Asked, Finished, Key, Route, Routed, Subject};
use crate::service::read_page::{self, Cursor, Part, PartView};
use crate::service::{Client, ServiceError, sites};
use crate::storage::stores::comments::Sort;
use crate::web::embed::fragment;
use crate::web::error::WebError;
use crate::web::extract::{FromParams, Params};
use crate::web::finished::{self, Kept};
use crate::web::run;

/// In which form a part is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// JSON.
    Json,
    /// The HTML fragment.
    Fragment,
    /// The fragment with the links of the page without scripts.
    Page,
}

/// Which part of which page a request asks for. Checked before anything is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartRequest {
    page: String,
    page_id: Option<String>,
    sort: Sort,
    limit: i64,
    after: Option<Cursor>,
    at: Option<CommentId>,
    lang: Option<&'static str>,
}

impl FromParams for PartRequest {
    fn from_params(params: &mut Params) -> Result<Self, WebError> {
        let page = params.required("page")?;
        let page_id = params.optional("page_id")?;
        page_key(&page, page_id.as_deref())?;
        let sort = match params.optional_or("sort", "invalid_sort")?.as_deref() {
            None => None,
            Some("oldest") => Some(Sort::Oldest),
            Some("newest") => Some(Sort::Newest),
            Some(_) => {
                return Err(ServiceError::malformed_with("invalid_sort", "sort is oldest or newest").into());
            }
        };
        let after = match params.optional_or("after", "invalid_cursor")? {
            None => None,
            Some(text) => Some(Cursor::decode(&text).ok_or_else(wrong_cursor)?),
        };
        // A cursor carries its sort; another one beside it is a mistake.
        let carried = match after {
            Some(Cursor::Roots(sort, _)) => Some(sort),
            Some(Cursor::Thread(..)) | None => None,
        };
        if sort.is_some() && carried.is_some() && sort != carried {
            return Err(wrong_cursor());
        }
        let at = params.parsed("at", "invalid_at")?;
        if at.is_some() && after.is_some() {
            return Err(ServiceError::malformed_with("invalid_at", "give at or after, not both").into());
        }
        Ok(Self {
            page,
            page_id,
            sort: carried.or(sort).unwrap_or(Sort::Oldest),
            limit: params.limit()?,
            after,
            at,
            lang: None,
        })
    }
}

impl PartRequest {
    /// The page's address, as it was asked for.
    pub fn page(&self) -> &str {
        &self.page
    }

    /// The page's id, where the request gives one.
    pub fn page_id(&self) -> Option<&str> {
        self.page_id.as_deref()
    }

    /// The order that is asked for.
    pub fn sort(&self) -> Sort {
        self.sort
    }

    /// Whether it asks for a part somewhere within the page.
    pub fn is_within(&self) -> bool {
        self.at.is_some() || self.after.is_some()
    }

    /// The beginning, in the same order.
    pub fn first(&self) -> Self {
        Self {
            at: None,
            after: None,
            ..self.clone()
        }
    }

    /// The same part in a language that there are sentences in.
    pub fn in_language(self, lang: Option<&'static str>) -> Self {
        Self { lang, ..self }
    }
}

fn wrong_cursor() -> WebError {
    ServiceError::malformed("invalid_cursor").into()
}

/// The key of the page that a request names.
///
/// # Errors
/// 400 `invalid_page`.
pub fn page_key(page: &str, page_id: Option<&str>) -> Result<PageKey, WebError> {
    let key = PageUrl::parse(page).and_then(|url| PageKey::of(&url, page_id));
    key.map_err(|why| ServiceError::malformed_with("invalid_page", why.to_string()).into())
}

/// Answers a request for a part: finished bytes where there are some, else built now.
///
/// # Errors
/// 404 `site_not_found`, `comment_not_found` where no part holds the comment asked for with `at`; 429.
pub async fn serve(
    app: web::Data<App>,
    request: &HttpRequest,
    site: Slug,
    client: Client,
    part: PartRequest,
    form: Form,
) -> Result<HttpResponse, WebError> {
    let built = finished(&app, &site, client, &part, form).await?;
    let media_type = match form {
        Form::Json => "application/json",
        Form::Fragment | Form::Page => "text/html; charset=utf-8",
    };
    Ok(finished::answer(
        request.headers(),
        &built,
        media_type,
        Kept::IfUnchanged,
    ))
}

/// The finished bytes of a part.
///
/// # Errors
/// As [`serve`].
pub async fn finished(
    app: &web::Data<App>,
    site: &Slug,
    client: Client,
    part: &PartRequest,
    form: Form,
) -> Result<Arc<Finished>, WebError> {
    let route = route(app, site, client, part).await?;
    let key = key_of(route, part, form);
    let found = app.published.get(&key);
    app.metrics.finished_read(found.is_some());
    match found {
        Some(built) => Ok(built),
        None => {
            app.limits
                .check(limits::Action::Read, &[client.address_key()])
                .map_err(ServiceError::from)?;
            app.published
                .get_or_build(&key, || async move {
                    let (site, part) = (route, part.clone());
                    run(app, move |app| build(app, site, &part, form)).await
                })
                .await
        }
    }
}

async fn route(
    app: &web::Data<App>,
    site: &Slug,
    client: Client,
    part: &PartRequest,
) -> Result<Route, WebError> {
    let asked = Asked {
        site: site.as_str(),
        url: &part.page,
        page_id: part.page_id.as_deref(),
    };
    let ticket = match app.published.route(asked) {
        Routed::Known(route) => return Ok(route),
        Routed::Unknown(ticket) => ticket,
    };
    app.limits
        .check(limits::Action::Read, &[client.address_key()])
        .map_err(ServiceError::from)?;
    let key = page_key(&part.page, part.page_id.as_deref())?;
    let slug = site.clone();
    let route = run(app, move |app| {
        let (site, page) = sites::route(app, &slug, &key)?;
        Ok::<_, ServiceError>(Route { site, page })
    })
    .await?;
    app.published.remember_route(ticket, asked, route);
    Ok(route)
}

fn key_of(route: Route, part: &PartRequest, form: Form) -> Key {
    Key {
        subject: route.page.map_or(Subject::Empty(route.site), Subject::Page),
        form: match form {
            Form::Json => published::Form::Json,
            Form::Fragment => published::Form::Fragment(fragment::CONTRACT),
            Form::Page => published::Form::Page,
        },
        sort: match part.sort {
            Sort::Oldest => "oldest",
            Sort::Newest => "newest",
        },
        lang: part.lang.unwrap_or_default(),
        limit: u16::try_from(part.limit).unwrap_or(u16::MAX),
        part: match (part.at, part.after) {
            (Some(comment), _) => published::Part::At(comment),
            (None, Some(after)) => published::Part::After(after.encode()),
            (None, None) => published::Part::First,
        },
    }
}

fn build(app: &App, route: Route, asked: &PartRequest, form: Form) -> Result<Finished, WebError> {
    let mut part = Part {
        sort: asked.sort,
        limit: asked.limit,
        after: asked.after,
    };
    // More of what a page shows already needs no sentences again.
    let first = asked.after.is_none();
    if let Some(comment) = asked.at {
        let found = match route.page {
            Some(page) => read_page::part_with(app, page, comment, asked.sort, asked.limit)?,
            None => None,
        };
        part = found.ok_or(ServiceError::not_found("comment_not_found"))?;
    }
    let built = read_page::read_part(app, route.site, route.page, part)?;
    let bytes = match form {
        Form::Json => json(&built.view)?,
        Form::Fragment | Form::Page => {
            let lang = asked.lang.unwrap_or(&built.lang);
            let texts = messages::texts(lang);
            let linked = form == Form::Page;
            let data = if first && !linked {
                Some(fragment::data(app, &sites::by_id(app, route.site)?, texts))
            } else {
                None
            };
            let within = first && part.after.is_some();
            let beside = fragment::Beside { within, data, linked };
            fragment::render(&built.view, texts, beside)
                .map_err(WebError::Template)?
                .into_bytes()
        }
    };
    Ok(Finished::new(built.version, built.sites_epoch, bytes))
}

fn json(view: &PartView) -> Result<Vec<u8>, WebError> {
    serde_json::to_vec(view).map_err(|error| WebError::Template(askama::Error::Custom(Box::new(error))))
}
