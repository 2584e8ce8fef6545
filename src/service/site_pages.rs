//! The pages of a site that have public comments, for readers who come without saying which page they mean.

use crate::app::App;
use crate::domain::id::PageId;
use crate::domain::page::{Page, PageKey, PageUrl};
use crate::domain::site::{Site, Slug};
use crate::service::views::PageView;
use crate::service::{Client, Result, ServiceError, read_page};

/// Pages in one part of the list.
const PART: usize = 50;

/// A page of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPage {
    /// The page.
    pub page: PageView,
    /// Its address.
    pub url: PageUrl,
    /// The id that leads to it, where its address does not.
    pub page_id: Option<String>,
}

/// A part of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPages {
    /// The site.
    pub site: Site,
    /// Its pages, the newest first. Those whose address nobody has confirmed are not among them.
    pub pages: Vec<ListedPage>,
    /// The page before which the next part begins.
    pub next: Option<PageId>,
}

/// A part of a site's list of pages, counted as one read: from the beginning, or before a page of it.
///
/// # Errors
/// `site_not_found`; 429.
pub fn list(app: &App, client: Client, slug: &Slug, before: Option<PageId>) -> Result<ListedPages> {
    read_page::count(app, client)?;
    app.db.read(|tx| {
        let site = tx
            .site_by_slug(slug)?
            .ok_or(ServiceError::not_found("site_not_found"))?;
        let limit = i64::try_from(PART + 1).unwrap_or(i64::MAX);
        let mut found = tx.public_pages(site.id, before, limit)?;
        let more = found.len() > PART;
        found.truncate(PART);
        let next = found.last().filter(|_| more).map(|(page, _)| page.id);
        let pages = found
            .iter()
            .filter_map(|(page, keys)| listed(&site, page, keys))
            .collect();
        Ok(ListedPages { site, pages, next })
    })
}

/// A page of one of the site's origins: to others nothing of ours links.
fn listed(site: &Site, page: &Page, keys: &[PageKey]) -> Option<ListedPage> {
    let url = PageUrl::parse(page.address.public()?).ok()?;
    let url = Some(url).filter(|url| site.has_origin(&url.origin()))?;
    let by_address = PageKey::of(&url, None).ok()?;
    let page_id = if keys.contains(&by_address) {
        None
    } else {
        keys.iter().find_map(PageKey::page_id).map(str::to_owned)
    };
    Some(ListedPage {
        page: PageView::from(page),
        url,
        page_id,
    })
}
