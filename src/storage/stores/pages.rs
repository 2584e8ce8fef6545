//! Pages, the keys they are found by, and the people they concern.

use crate::domain::clock::Micros;
use crate::domain::id::{PageId, PersonId, SiteId};
use crate::domain::page::{Page, PageKey};
use crate::storage::Result;

/// Pages, the keys they are found by, and the people they concern.
pub trait PageStore {
    /// The page that a key of the site leads to.
    fn page_by_key(&mut self, site: SiteId, key: &PageKey) -> Result<Option<Page>>;
    /// The page of an id.
    fn page(&mut self, id: PageId) -> Result<Option<Page>>;
    /// Pages of ids, in no order; those that are not there are left out.
    fn pages(&mut self, ids: &[PageId]) -> Result<Vec<Page>>;
    /// A site's pages, the newest first, at most `limit`; with `text` those whose address or title holds it, whatever its
    /// case.
    fn site_pages(&mut self, site: SiteId, text: Option<&str>, limit: i64) -> Result<Vec<Page>>;
    /// A site's pages that have public comments and a sure address, the newest first, at most `limit`: those before a
    /// page of the list, each with the keys that lead to it.
    fn public_pages(
        &mut self,
        site: SiteId,
        before: Option<PageId>,
        limit: i64,
    ) -> Result<Vec<(Page, Vec<PageKey>)>>;
    /// Adds a page with its first key. Raises the counter `routes`. Where the key leads to a page already, gives
    /// `false` and adds nothing.
    fn insert_page(&mut self, page: &Page, key: &PageKey) -> Result<bool>;
    /// Lets a key lead to the page, wherever it led before. Raises the counter `routes`.
    fn point_key(&mut self, site: SiteId, key: &PageKey, page: PageId) -> Result<()>;
    /// Writes address, title and state, and counts it as a public change: unless nothing on the page was ever public
    /// (version 0), which it then still is not. Gives the new version.
    fn update_page(&mut self, page: &Page, now: Micros) -> Result<i64>;
    /// Counts a public change: raises the version, adds `comments` to the count of public comments, and notes the new
    /// version in the transaction's effects. Gives the new version.
    fn page_changed(&mut self, id: PageId, comments: i64, now: Micros) -> Result<i64>;
    /// Ids and versions of the pages whose last public change came after the one of a number
    /// ([`super::sites::Epochs::changes`]), in the order of these changes.
    fn versions_after(&mut self, change: i64) -> Result<Vec<(PageId, i64)>>;
    /// Public comments of each key of the site; keys without a page are left out. At most 50 keys.
    fn counts(&mut self, site: SiteId, keys: &[PageKey]) -> Result<Vec<(PageKey, i64)>>;
    /// The people whom the page concerns.
    fn page_people(&mut self, id: PageId) -> Result<Vec<PersonId>>;
    /// Sets the people whom the page concerns.
    fn set_page_people(&mut self, id: PageId, people: &[PersonId]) -> Result<()>;
}
