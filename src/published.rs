//! Finished bytes of pages: what the public sees of a page is the same for every reader, so it is built once per change
//! and then handed out. It knows no HTTP and no SQL: `web` hands it the build as a closure, `storage` raises floors
//! through a hook.
//!
//! # Why nobody reads what has been overtaken
//!
//! The promise: a reader who begins after a change was acknowledged sees that change. What it rests on:
//!
//! 1. A build reads the page's version, the site's settings and the rows in one snapshot, which it opens after it was
//!    called. [`Finished`] carries that version and that counter of settings.
//! 2. [`Published::raise`] is called after COMMIT and before the acknowledgement. It lifts the page's *floor* to the new
//!    version.
//! 3. Bytes are handed out only if they are at or above the floors at a moment after the reader began
//!    (`is_current`), or if they come from a build that this very reader began.
//!
//! So let a change be acknowledged before a reader begins. By 2 the floor stands at its version then, and floors only
//! rise; by 3 cached or shared bytes that the reader gets have that version or a later one, and by 1 the same goes for
//! a build of its own. It does not matter when an entry was put into the cache: one whose build read version 5 may well
//! be inserted after a commit has raised the floor to 6; it is never handed out, since the check is made on the way
//! out, against the floor of that moment. That also holds for readers who wait for somebody else's build: they check
//! again after it has landed, for it may have passed its own check before they came.
//!
//! # Why floors may be forgotten
//!
//! Floors are kept for at most `MOST_FLOORS` pages. When there are more, all of them are forgotten at once and the
//! *generation* grows. An entry carries the generation that stood when its build began, and counts only in that
//! generation. A build that begins in the new one opens its snapshot after every commit whose floor was forgotten, so it
//! needs none of those floors. [`Published::forget_all`] does the same where it is not known what has changed.
//!
//! Look-ups from an address to a page are remembered too ([`Published::route`]). They are not versioned one by one: the
//! counter `routes` is read before the look-up, and a look-up counts only while that counter stands where it stood.

mod finished;
mod flight;

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock};

use quick_cache::sync::Cache;
use quick_cache::{Equivalent, Weighter};

use crate::domain::id::{CommentId, PageId, SiteId};
pub use finished::{Body, Encoding, Finished};
use flight::{Flight, Flights, Landing, Turn};

/// Bytes of finished pages that are kept by default.
pub const CAPACITY: u64 = 64 << 20;

/// Bytes of look-ups from addresses to pages that are kept.
const ROUTES_CAPACITY: u64 = 8 << 20;

/// Floors that are kept before all are forgotten: about 3 MiB.
const MOST_FLOORS: usize = 65_536;

/// How often a reader whose build was overtaken builds again for others' sake.
const ATTEMPTS: usize = 3;

/// How often a reader waits for others' builds before making one of its own.
const PATIENCE: usize = 4;

/// Of what bytes are finished.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A page.
    Page(PageId),
    /// A site's page that never had a public comment: one answer for all of them.
    Empty(SiteId),
}

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// JSON for programs.
    Json,
    /// The HTML fragment, by its contract's number.
    Fragment(u8),
    /// The fragment for the page without scripts.
    Page,
}

/// Which part of a page.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Part {
    /// Its beginning.
    First,
    /// What follows a cursor.
    After(String),
    /// Where a comment stands.
    At(CommentId),
}

/// Everything that finished bytes depend on, save time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// Of what.
    pub subject: Subject,
    /// In which form.
    pub form: Form,
    /// The order's word, such as `oldest`.
    pub sort: &'static str,
    /// The language of the form's own words; empty where it has none.
    pub lang: &'static str,
    /// How many top-level comments.
    pub limit: u16,
    /// Which part.
    pub part: Part,
}

/// Which page is asked for, in the words of the request.
#[derive(Debug, Clone, Copy, Hash)]
pub struct Asked<'a> {
    /// The site's slug.
    pub site: &'a str,
    /// The page's address. What spells one page in two ways is remembered twice.
    pub url: &'a str,
    /// The page's id, where the tag gave one.
    pub page_id: Option<&'a str>,
}

/// Where an address leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// The site.
    pub site: SiteId,
    /// The page; none where the site has no such page yet.
    pub page: Option<PageId>,
}

/// What is known of an address.
#[derive(Debug)]
pub enum Routed {
    /// Where it leads.
    Known(Route),
    /// Nothing: look it up in the database *now*, then give the ticket to [`Published::remember_route`].
    Unknown(RouteTicket),
}

/// When a look-up began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RouteTicket {
    generation: u64,
    routes: i64,
}

/// The finished bytes, the floors that they are checked against, and the builds under way.
pub struct Published {
    finished: Cache<Key, Entry, Weigh>,
    routes: Cache<RouteKey, (Route, RouteTicket), Weigh>,
    floors: RwLock<Floors>,
    most_floors: usize,
    flights: Flights,
}

/// Finished bytes and the generation in which their build began.
#[derive(Debug, Clone)]
struct Entry {
    finished: Arc<Finished>,
    generation: u64,
}

#[derive(Debug, Default)]
struct Floors {
    generation: u64,
    routes: i64,
    sites: i64,
    pages: HashMap<PageId, i64>,
}

impl Floors {
    fn forget_pages(&mut self) {
        self.generation += 1;
        self.pages = HashMap::new();
    }
}

impl Published {
    /// Empty, for at most `capacity` bytes of finished pages.
    pub fn new(capacity: u64) -> Self {
        Self::with_floors(capacity, MOST_FLOORS)
    }

    fn with_floors(capacity: u64, most_floors: usize) -> Self {
        // The estimates only size the tables at start: a page's entry is some tens of kilobytes, a route's some hundred
        // bytes.
        let estimate = |bytes: u64, each: u64| usize::try_from(bytes / each).unwrap_or(usize::MAX);
        Self {
            finished: Cache::with_weighter(estimate(capacity, 64 << 10), capacity, Weigh),
            routes: Cache::with_weighter(estimate(ROUTES_CAPACITY, 4 << 10), ROUTES_CAPACITY, Weigh),
            floors: RwLock::default(),
            most_floors,
            flights: Flights::default(),
        }
    }

    /// Lifts floors: of pages to their new versions, of look-ups and of settings to their counters' new values. To be
    /// called after COMMIT and before the change is acknowledged. Values lower than those that stand change nothing.
    pub fn raise(&self, pages: &[(PageId, i64)], routes: Option<i64>, sites: Option<i64>) {
        let mut floors = self.floors.write().unwrap_or_else(PoisonError::into_inner);
        floors.routes = floors.routes.max(routes.unwrap_or(i64::MIN));
        floors.sites = floors.sites.max(sites.unwrap_or(i64::MIN));
        for (page, version) in pages {
            let floor = floors.pages.entry(*page).or_insert(*version);
            *floor = (*version).max(*floor);
        }
        let forgets = floors.pages.len() > self.most_floors;
        if forgets {
            floors.forget_pages();
        }
        drop(floors);
        if forgets {
            self.finished.clear();
            self.routes.clear();
        }
    }

    /// Throws everything away, builds and look-ups under way too. For when it is not known what has changed: another
    /// process wrote to the database, or news from it were lost.
    pub fn forget_all(&self) {
        self.floors
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .forget_pages();
        self.finished.clear();
        self.routes.clear();
    }

    /// The finished bytes, where they are there and current.
    pub fn get(&self, key: &Key) -> Option<Arc<Finished>> {
        let entry = self.finished.get(key)?;
        self.is_current(key, &entry).then_some(entry.finished)
    }

    /// The finished bytes: those that are there, or those of a build. Of readers who miss the same bytes at once one
    /// builds and the others wait. `build` must open its snapshot when it is called, not before; it can be called again
    /// where what it built was overtaken by a change. If this future is dropped while it builds, another reader builds.
    ///
    /// # Errors
    /// What the build fails with. Failures are not kept, and those who waited for a build that failed make their own.
    pub async fn get_or_build<E, F>(
        &self,
        key: &Key,
        mut build: impl FnMut() -> F,
    ) -> Result<Arc<Finished>, E>
    where
        F: Future<Output = Result<Finished, E>>,
    {
        for _ in 0..PATIENCE {
            if let Some(finished) = self.get(key) {
                return Ok(finished);
            }
            match self.flights.join(key, || self.get(key)) {
                Turn::Landed(finished) => return Ok(finished),
                Turn::Lead(flight) => return self.lead(key, flight, build).await,
                Turn::Wait(landing) => match landing.wait().await {
                    Landing::Landed(entry) if self.is_current(key, &entry) => return Ok(entry.finished),
                    // Overtaken meanwhile, or its reader went away.
                    Landing::Landed(_) | Landing::Flying => {}
                    Landing::Failed => break,
                },
            }
        }
        build().await.map(Arc::new)
    }

    async fn lead<E, F>(
        &self,
        key: &Key,
        flight: Flight<'_>,
        mut build: impl FnMut() -> F,
    ) -> Result<Arc<Finished>, E>
    where
        F: Future<Output = Result<Finished, E>>,
    {
        let mut attempt = 1;
        loop {
            let generation = self
                .floors
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .generation;
            let finished = match build().await {
                Ok(finished) => Arc::new(finished),
                Err(error) => {
                    flight.land(Landing::Failed);
                    return Err(error);
                }
            };
            let entry = Entry {
                finished: Arc::clone(&finished),
                generation,
            };
            if self.is_current(key, &entry) {
                // First the cache, then the end of the flight: who finds no flight finds the entry.
                self.finished.insert(key.clone(), entry.clone());
                flight.land(Landing::Landed(entry));
                return Ok(finished);
            }
            if attempt == ATTEMPTS {
                // Right for this reader, who began before the snapshot, and for nobody else.
                return Ok(finished);
            }
            attempt += 1;
        }
    }

    /// Whether the bytes are at or above the floors of this moment.
    fn is_current(&self, key: &Key, entry: &Entry) -> bool {
        let floors = self.floors.read().unwrap_or_else(PoisonError::into_inner);
        let above_its_page = match &key.subject {
            Subject::Page(page) => floors
                .pages
                .get(page)
                .is_none_or(|floor| entry.finished.version >= *floor),
            Subject::Empty(_) => true,
        };
        above_its_page && entry.generation == floors.generation && entry.finished.sites_epoch >= floors.sites
    }

    /// Where an address leads, as far as that is known.
    pub fn route(&self, asked: Asked<'_>) -> Routed {
        let found = self.routes.get(&asked);
        let floors = self.floors.read().unwrap_or_else(PoisonError::into_inner);
        let now = RouteTicket {
            generation: floors.generation,
            routes: floors.routes,
        };
        match found {
            Some((route, ticket)) if ticket == now => Routed::Known(route),
            Some(_) | None => Routed::Unknown(now),
        }
    }

    /// Remembers what a look-up found that began after the ticket was given.
    pub fn remember_route(&self, ticket: RouteTicket, asked: Asked<'_>, route: Route) {
        let key = RouteKey {
            site: asked.site.into(),
            url: asked.url.into(),
            page_id: asked.page_id.map(Into::into),
        };
        self.routes.insert(key, (route, ticket));
    }
}

impl fmt::Debug for Published {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Published")
            .field("finished", &self.finished.len())
            .field("bytes", &self.finished.weight())
            .field("routes", &self.routes.len())
            .finish_non_exhaustive()
    }
}

/// What [`Asked`] owns in the cache. Its fields are hashed in the same order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct RouteKey {
    site: Box<str>,
    url: Box<str>,
    page_id: Option<Box<str>>,
}

impl Equivalent<RouteKey> for Asked<'_> {
    fn equivalent(&self, key: &RouteKey) -> bool {
        self.url == &*key.url && self.site == &*key.site && self.page_id == key.page_id.as_deref()
    }
}

/// Weighs entries by their bytes, with something for the table's own.
#[derive(Debug, Clone, Copy)]
struct Weigh;

/// What an entry costs beside its bytes.
const OVERHEAD: usize = 256;

impl Weighter<Key, Entry> for Weigh {
    fn weight(&self, key: &Key, entry: &Entry) -> u64 {
        let cursor = match &key.part {
            Part::After(cursor) => cursor.len(),
            Part::First | Part::At(_) => 0,
        };
        weight(OVERHEAD + cursor + entry.finished.len())
    }
}

impl Weighter<RouteKey, (Route, RouteTicket)> for Weigh {
    fn weight(&self, key: &RouteKey, _route: &(Route, RouteTicket)) -> u64 {
        weight(OVERHEAD + key.site.len() + key.url.len() + key.page_id.as_ref().map_or(0, |id| id.len()))
    }
}

fn weight(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
