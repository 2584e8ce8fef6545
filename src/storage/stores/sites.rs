//! Sites and their origins.

use crate::domain::clock::Micros;
use crate::domain::id::SiteId;
use crate::domain::origin::Origin;
use crate::domain::site::{Site, Slug};
use crate::storage::Result;

/// Sites and their origins (read in the order in which they were added, by text where that was at once). Every change
/// raises the counter `sites`, and where origins change also `routes`.
pub trait SiteStore {
    /// Adds a site with its origins; `false` where the slug is taken.
    fn insert_site(&mut self, site: &Site) -> Result<bool>;
    /// Writes name, policy and pause of a site; its origins and its register's version have verbs of their own.
    fn update_site(&mut self, site: &Site) -> Result<()>;
    /// The site of a slug.
    fn site_by_slug(&mut self, slug: &Slug) -> Result<Option<Site>>;
    /// The site of an id.
    fn site(&mut self, id: SiteId) -> Result<Option<Site>>;
    /// All sites, by slug.
    fn sites(&mut self) -> Result<Vec<Site>>;
    /// Adds an origin; `false` where the site has it already.
    fn add_origin(&mut self, site: SiteId, origin: &Origin, now: Micros) -> Result<bool>;
    /// Removes an origin; `false` where the site has no such.
    fn remove_origin(&mut self, site: SiteId, origin: &Origin) -> Result<bool>;
    /// What a site says about its comments, in Markdown.
    fn about(&mut self, site: SiteId) -> Result<Option<String>>;
    /// Says it, or nothing of its own any more.
    fn set_about(&mut self, site: SiteId, markdown: Option<&str>, now: Micros) -> Result<()>;
    /// The values of the counters `routes` and `sites`: what cached look-ups and finished pages are checked against.
    fn epochs(&mut self) -> Result<Epochs>;
}

/// How often look-ups and settings have changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Epochs {
    /// Raised when a page key or an origin is added, moved or removed.
    pub routes: i64,
    /// Raised when a site's settings change.
    pub sites: i64,
    /// The number of the last public change of a page. Numbers are committed in their order.
    pub changes: i64,
}
