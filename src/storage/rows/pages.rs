//! Rows of pages.

use diesel::{Insertable, Queryable, Selectable};

use super::RowOf;
use crate::domain::clock::Micros;
use crate::domain::page::{Page, PageAddress, PageState, Title};
use crate::storage::{Result, StorageError, schema};

/// A row of `pages`.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::pages)]
pub struct PageRow {
    id: Vec<u8>,
    site_id: Vec<u8>,
    url: String,
    title: Option<String>,
    title_confirmed: bool,
    state: i16,
    version: i64,
    comment_count: i64,
    changed_at: i64,
    created_at: i64,
    url_confirmed: bool,
}

impl From<&Page> for PageRow {
    /// The row of a new page: it changed when it was made.
    fn from(page: &Page) -> Self {
        let (title, title_confirmed) = title_columns(&page.title);
        let (url, url_confirmed) = address_columns(&page.address);
        Self {
            id: page.id.as_bytes().to_vec(),
            site_id: page.site_id.as_bytes().to_vec(),
            url: url.to_owned(),
            title: title.map(str::to_owned),
            title_confirmed,
            state: state_code(page.state),
            version: page.version,
            comment_count: page.comment_count,
            changed_at: page.created_at.as_i64(),
            created_at: page.created_at.as_i64(),
            url_confirmed,
        }
    }
}

impl TryFrom<PageRow> for Page {
    type Error = StorageError;
    fn try_from(from: PageRow) -> Result<Page> {
        let row = RowOf {
            table: "pages",
            key: &from.id,
        };
        Ok(Page {
            id: row.bytes("id", from.id.clone())?,
            site_id: row.bytes("site_id", from.site_id)?,
            address: if from.url_confirmed {
                PageAddress::Confirmed(from.url)
            } else {
                PageAddress::Claimed(from.url)
            },
            title: match (from.title, from.title_confirmed) {
                (None, _) => Title::None,
                (Some(title), false) => Title::Claimed(title),
                (Some(title), true) => Title::Confirmed(title),
            },
            state: row.code("state", from.state, |code| match code {
                1 => Some(PageState::Open),
                2 => Some(PageState::Closed),
                _ => None,
            })?,
            version: from.version,
            comment_count: from.comment_count,
            created_at: Micros::from_i64(from.created_at),
        })
    }
}

/// The columns `url` and `url_confirmed`.
pub fn address_columns(address: &PageAddress) -> (&str, bool) {
    match address {
        PageAddress::Claimed(url) => (url, false),
        PageAddress::Confirmed(url) => (url, true),
    }
}

/// The columns `title` and `title_confirmed`.
pub fn title_columns(title: &Title) -> (Option<&str>, bool) {
    match title {
        Title::None => (None, false),
        Title::Claimed(title) => (Some(title), false),
        Title::Confirmed(title) => (Some(title), true),
    }
}

/// The column `state`.
pub fn state_code(state: PageState) -> i16 {
    match state {
        PageState::Open => 1,
        PageState::Closed => 2,
    }
}
