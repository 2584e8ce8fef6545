//! Reading a page: one part of its comments as the public sees it, of one snapshot.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use crate::app::App;
use crate::domain::clock::Micros;
use crate::domain::id::{CommentId, PageId, SiteId};
use crate::domain::page::{Page, PageKey};
use crate::domain::site::{Site, Slug};
use crate::limits;
use crate::service::views::{CommentView, PageView};
use crate::service::{Client, Result, ServiceError};
use crate::storage::Tx;
use crate::storage::stores::comments::{After, PublicComment, Sort};

/// Descendants that a part brings for each top-level comment.
pub const DESCENDANTS: i64 = 50;

/// Where a part begins. Opaque to clients; it carries its sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cursor {
    /// After a top-level comment.
    Roots(Sort, After),
    /// Within a thread, after one of its comments.
    Thread(CommentId, After),
}

impl Cursor {
    /// The cursor as clients get it.
    pub fn encode(self) -> String {
        let text = match self {
            Cursor::Roots(Sort::Oldest, (at, id)) => format!("o.{}.{id}", at.as_i64()),
            Cursor::Roots(Sort::Newest, (at, id)) => format!("n.{}.{id}", at.as_i64()),
            Cursor::Thread(root, (at, id)) => format!("t.{}.{id}.{root}", at.as_i64()),
        };
        URL_SAFE_NO_PAD.encode(text)
    }

    /// Reads what a client sent back; `None` where it is none of ours.
    pub fn decode(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let mut parts = text.split('.');
        let kind = parts.next()?;
        let at = Micros::from_i64(parts.next()?.parse().ok()?);
        let after = (at, parts.next()?.parse().ok()?);
        let root = parts.next().map(str::parse::<CommentId>).transpose().ok()?;
        let cursor = match (kind, root) {
            ("o", None) => Cursor::Roots(Sort::Oldest, after),
            ("n", None) => Cursor::Roots(Sort::Newest, after),
            ("t", Some(root)) => Cursor::Thread(root, after),
            _ => return None,
        };
        (parts.next().is_none() && cursor.encode() == URL_SAFE_NO_PAD.encode(&text)).then_some(cursor)
    }
}

/// Which part of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Part {
    /// The order of top-level comments.
    pub sort: Sort,
    /// How many of them.
    pub limit: i64,
    /// Where it begins; at the beginning without.
    pub after: Option<Cursor>,
}

/// A part of a page as the public sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartView {
    /// The page; none while it never had anything public.
    pub page: Option<PageView>,
    /// Its comments, flat and in display order.
    pub comments: Vec<CommentView>,
    /// Where the next part begins.
    pub next: Option<String>,
    /// A sentence for readers while nobody can write on the site.
    pub notice: Option<String>,
}

/// A view and what it was built of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The page's version in the snapshot; 0 where there is no page.
    pub version: i64,
    /// The counter of site settings in the snapshot.
    pub sites_epoch: i64,
    /// The site's language.
    pub lang: String,
    /// The view.
    pub view: PartView,
}

/// Builds a part of a page, or of the site's empty page where `page` is none.
pub fn read_part(app: &App, site: SiteId, page: Option<PageId>, part: Part) -> Result<Built> {
    app.db.read(|tx| {
        let sites_epoch = tx.epochs()?.sites;
        let site = tx.site(site)?.ok_or(ServiceError::not_found("site_not_found"))?;
        let (notice, lang) = (site.paused, site.policy.lang);
        let page = match page {
            Some(id) => tx.page(id)?,
            None => None,
        };
        // A version of 0: there are comments, and never was one of them public.
        let Some(page) = page.filter(|page| page.version > 0) else {
            let view = PartView {
                page: None,
                comments: Vec::new(),
                next: None,
                notice,
            };
            return Ok(Built {
                version: 0,
                sites_epoch,
                lang,
                view,
            });
        };
        let (comments, next) = match part.after {
            Some(Cursor::Thread(root, after)) => thread_part(tx, &page, root, after)?,
            Some(Cursor::Roots(_, after)) => roots_part(tx, &page, part, Some(after))?,
            None => roots_part(tx, &page, part, None)?,
        };
        let view = PartView {
            page: Some(PageView::from(&page)),
            comments,
            next,
            notice,
        };
        Ok(Built {
            version: page.version,
            sites_epoch,
            lang,
            view,
        })
    })
}

/// Counts one read of the database for anybody, for what is not finished.
///
/// # Errors
/// The limit is reached.
pub fn count(app: &App, client: Client) -> Result<()> {
    Ok(app.limits.check(limits::Action::Read, &[client.address_key()])?)
}

/// What stands around a page's comments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageHead {
    /// The site.
    pub site: Site,
    /// The page, where anybody has commented on it, be it public or not.
    pub page: Option<PageView>,
}

/// The site of a slug with its page of a key.
///
/// # Errors
/// `site_not_found`.
pub fn page_head(app: &App, slug: &Slug, key: &PageKey) -> Result<PageHead> {
    app.db.read(|tx| {
        let site = tx
            .site_by_slug(slug)?
            .ok_or(ServiceError::not_found("site_not_found"))?;
        let page = tx.page_by_key(site.id, key)?;
        Ok(PageHead {
            page: page.as_ref().map(PageView::from),
            site,
        })
    })
}

type Listed = (Vec<CommentView>, Option<String>);

fn roots_part(tx: &mut dyn Tx, page: &Page, part: Part, after: Option<After>) -> Result<Listed> {
    let mut roots = tx.roots(page.id, part.sort, after, part.limit + 1)?;
    let more = roots.len() > usize::try_from(part.limit).unwrap_or(usize::MAX);
    if more {
        roots.pop();
    }
    let next = roots
        .last()
        .filter(|_| more)
        .map(|last| Cursor::Roots(part.sort, position(last)).encode());
    let ids: Vec<CommentId> = roots.iter().map(|root| root.comment.id).collect();
    let below = tx.descendants(&ids, None, DESCENDANTS + 1)?;
    let mut comments = Vec::with_capacity(roots.len() + below.len());
    for root in &roots {
        let thread: Vec<&PublicComment> = below
            .iter()
            .filter(|it| it.comment.root_id == root.comment.id)
            .collect();
        let (thread, next) = cut(root.comment.id, thread);
        let mut view = CommentView::public(page, root);
        view.replies_next = next;
        comments.push(view);
        comments.extend(
            in_display_order(root.comment.id, &thread)
                .into_iter()
                .map(|it| CommentView::public(page, it)),
        );
    }
    Ok((comments, next))
}

/// More of one thread. Where it goes on is `next`.
fn thread_part(tx: &mut dyn Tx, page: &Page, root: CommentId, after: After) -> Result<Listed> {
    let on_page = tx.comment(root)?.is_some_and(|root| root.page_id == page.id);
    if !on_page {
        return Err(ServiceError::malformed("invalid_cursor"));
    }
    let below = tx.descendants(&[root], Some(after), DESCENDANTS + 1)?;
    let (thread, next) = cut(root, below.iter().collect());
    let comments = in_display_order(root, &thread)
        .into_iter()
        .map(|it| CommentView::public(page, it))
        .collect();
    Ok((comments, next))
}

/// The first descendants of a root, by time, and where the rest begins.
fn cut(root: CommentId, mut thread: Vec<&PublicComment>) -> (Vec<&PublicComment>, Option<String>) {
    let limit = usize::try_from(DESCENDANTS).unwrap_or(usize::MAX);
    let more = thread.len() > limit;
    thread.truncate(limit);
    let next = thread
        .last()
        .filter(|_| more)
        .map(|last| Cursor::Thread(root, position(last)).encode());
    (thread, next)
}

fn position(public: &PublicComment) -> After {
    (public.comment.created_at, public.comment.id)
}

/// Answers below what they answer, each level by time. What answers a comment of an earlier part comes first.
fn in_display_order<'a>(root: CommentId, thread: &[&'a PublicComment]) -> Vec<&'a PublicComment> {
    let mut children: std::collections::HashMap<CommentId, Vec<&PublicComment>> =
        std::collections::HashMap::new();
    let here: std::collections::HashSet<CommentId> = thread.iter().map(|it| it.comment.id).collect();
    let mut tops: Vec<&PublicComment> = Vec::new();
    for it in thread {
        match it.comment.parent_id {
            Some(parent) if parent != root && here.contains(&parent) => {
                children.entry(parent).or_default().push(it)
            }
            _ => tops.push(it),
        }
    }
    let mut ordered = Vec::with_capacity(thread.len());
    // A stack instead of recursion: threads may be deep.
    let mut stack: Vec<&PublicComment> = tops.into_iter().rev().collect();
    while let Some(it) = stack.pop() {
        ordered.push(it);
        stack.extend(
            children
                .remove(&it.comment.id)
                .unwrap_or_default()
                .into_iter()
                .rev(),
        );
    }
    ordered
}

/// The part of a page in which a comment stands; `None` where it is not shown there.
pub fn part_with(
    app: &App,
    page: PageId,
    comment: CommentId,
    sort: Sort,
    limit: i64,
) -> Result<Option<Part>> {
    app.db.read(|tx| {
        let Some(comment) = tx.comment(comment)?.filter(|comment| comment.page_id == page) else {
            return Ok(None);
        };
        let roots = tx.root_positions(page, sort)?;
        let Some(index) = roots.iter().position(|(_, id)| *id == comment.root_id) else {
            return Ok(None);
        };
        if comment.id != comment.root_id {
            let thread = tx.thread_positions(comment.root_id)?;
            let Some(index) = thread.iter().position(|(_, id)| *id == comment.id) else {
                return Ok(None);
            };
            if let Some(before) = last_before(&thread, index, DESCENDANTS) {
                return Ok(Some(Part {
                    sort,
                    limit,
                    after: Some(Cursor::Thread(comment.root_id, before)),
                }));
            }
        }
        let after = last_before(&roots, index, limit).map(|before| Cursor::Roots(sort, before));
        Ok(Some(Part { sort, limit, after }))
    })
}

/// The last position before the part, of `size` each, in which `index` lies; none in the first part.
fn last_before(positions: &[After], index: usize, size: i64) -> Option<After> {
    let size = usize::try_from(size).unwrap_or(usize::MAX).max(1);
    (index / size * size)
        .checked_sub(1)
        .and_then(|last| positions.get(last).copied())
}

/// Public comments of each page, in the order asked; 0 where there is no such page.
///
/// # Errors
/// `site_not_found`.
pub fn counts(app: &App, slug: &Slug, keys: &[PageKey]) -> Result<Vec<i64>> {
    app.db.read(|tx| {
        let site = tx
            .site_by_slug(slug)?
            .ok_or(ServiceError::not_found("site_not_found"))?;
        let counts = tx.counts(site.id, keys)?;
        let count = |key: &PageKey| {
            counts
                .iter()
                .find(|(found, _)| found == key)
                .map_or(0, |(_, count)| *count)
        };
        Ok(keys.iter().map(count).collect())
    })
}
