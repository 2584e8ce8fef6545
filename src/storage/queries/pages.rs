//! Pages, the keys they are found by, and the people they concern.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::select;

use super::Work;
use super::queue::{escaped, lower};
use crate::domain::clock::Micros;
use crate::domain::id::{PageId, PersonId, SiteId};
use crate::domain::page::{Page, PageKey};
use crate::storage::rows::RowOf;
use crate::storage::rows::pages::{PageRow, address_columns, state_code, title_columns};
use crate::storage::schema::{page_keys, page_people, pages};
use crate::storage::stores::PageStore;
use crate::storage::{Result, StorageError};

impl PageStore for Work<'_> {
    fn page_by_key(&mut self, site: SiteId, key: &PageKey) -> Result<Option<Page>> {
        page_keys::table
            .inner_join(pages::table)
            .filter(page_keys::site_id.eq(site.as_bytes()))
            .filter(page_keys::page_key.eq(key.as_str()))
            .select(PageRow::as_select())
            .first(self.conn)
            .optional()?
            .map(Page::try_from)
            .transpose()
    }

    fn page(&mut self, id: PageId) -> Result<Option<Page>> {
        pages::table
            .find(id.as_bytes())
            .select(PageRow::as_select())
            .first(self.conn)
            .optional()?
            .map(Page::try_from)
            .transpose()
    }

    fn pages(&mut self, ids: &[PageId]) -> Result<Vec<Page>> {
        pages::table
            .filter(pages::id.eq_any(ids.iter().map(PageId::as_bytes)))
            .select(PageRow::as_select())
            .load(self.conn)?
            .into_iter()
            .map(Page::try_from)
            .collect()
    }

    fn public_pages(
        &mut self,
        site: SiteId,
        before: Option<PageId>,
        limit: i64,
    ) -> Result<Vec<(Page, Vec<PageKey>)>> {
        let mut query = pages::table
            .filter(pages::site_id.eq(site.as_bytes()))
            .filter(pages::comment_count.gt(0))
            .filter(pages::url_confirmed.eq(true))
            .into_boxed();
        if let Some(before) = before {
            query = query.filter(pages::id.lt(before.as_bytes().to_vec()));
        }
        // Ids are ordered by time.
        let found: Vec<Page> = query
            .order(pages::id.desc())
            .limit(limit)
            .select(PageRow::as_select())
            .load(self.conn)?
            .into_iter()
            .map(Page::try_from)
            .collect::<Result<_>>()?;
        let keys: Vec<(Vec<u8>, String)> = page_keys::table
            .filter(page_keys::page_id.eq_any(found.iter().map(|page| page.id.as_bytes())))
            .order(page_keys::page_key)
            .select((page_keys::page_id, page_keys::page_key))
            .load(self.conn)?;
        let keys_of = |page: &Page| {
            let of_page = keys.iter().filter(|(id, _)| id == page.id.as_bytes());
            of_page
                .map(|(_, key)| PageKey::from_storage(key.clone()))
                .collect()
        };
        Ok(found
            .into_iter()
            .map(|page| {
                let keys = keys_of(&page);
                (page, keys)
            })
            .collect())
    }

    fn site_pages(&mut self, site: SiteId, text: Option<&str>, limit: i64) -> Result<Vec<Page>> {
        let mut query = pages::table
            .filter(pages::site_id.eq(site.as_bytes()))
            .into_boxed();
        if let Some(text) = text {
            let pattern = format!("%{}%", escaped(text));
            let in_the_title = lower(pages::title.assume_not_null())
                .like(lower(pattern.clone()))
                .escape('\\');
            query = query.filter(
                lower(pages::url)
                    .like(lower(pattern))
                    .escape('\\')
                    .or(pages::title.is_not_null().and(in_the_title)),
            );
        }
        query
            .order((pages::created_at.desc(), pages::id.desc()))
            .limit(limit)
            .select(PageRow::as_select())
            .load(self.conn)?
            .into_iter()
            .map(Page::try_from)
            .collect()
    }

    fn insert_page(&mut self, page: &Page, key: &PageKey) -> Result<bool> {
        let is_taken: bool = select(exists(
            page_keys::table.find((page.site_id.as_bytes(), key.as_str())),
        ))
        .get_result(self.conn)?;
        if is_taken {
            return Ok(false);
        }
        diesel::insert_into(pages::table)
            .values(PageRow::from(page))
            .execute(self.conn)?;
        let added = diesel::insert_into(page_keys::table)
            .values((
                page_keys::site_id.eq(page.site_id.as_bytes()),
                page_keys::page_key.eq(key.as_str()),
                page_keys::page_id.eq(page.id.as_bytes()),
            ))
            .on_conflict_do_nothing()
            .execute(self.conn)?;
        if added == 0 {
            // Taken since it was looked for: run again, this transaction leaves no page that nothing leads to.
            return Err(StorageError::Conflict(format!(
                "another page has taken {}",
                key.as_str()
            )));
        }
        self.raise_routes()?;
        Ok(true)
    }

    fn point_key(&mut self, site: SiteId, key: &PageKey, page: PageId) -> Result<()> {
        diesel::insert_into(page_keys::table)
            .values((
                page_keys::site_id.eq(site.as_bytes()),
                page_keys::page_key.eq(key.as_str()),
                page_keys::page_id.eq(page.as_bytes()),
            ))
            .on_conflict((page_keys::site_id, page_keys::page_key))
            .do_update()
            .set(page_keys::page_id.eq(page.as_bytes()))
            .execute(self.conn)?;
        self.raise_routes()
    }

    fn update_page(&mut self, page: &Page, now: Micros) -> Result<i64> {
        let (title, title_confirmed) = title_columns(&page.title);
        let (url, url_confirmed) = address_columns(&page.address);
        let version: i64 = diesel::update(pages::table.find(page.id.as_bytes()))
            .set((
                pages::url.eq(url),
                pages::url_confirmed.eq(url_confirmed),
                pages::title.eq(title),
                pages::title_confirmed.eq(title_confirmed),
                pages::state.eq(state_code(page.state)),
            ))
            .returning(pages::version)
            .get_result(self.conn)?;
        // Nothing of it was ever public, and this does not make it so.
        if version == 0 {
            return Ok(0);
        }
        self.page_changed(page.id, 0, now)
    }

    fn page_changed(&mut self, id: PageId, comments: i64, now: Micros) -> Result<i64> {
        let version = diesel::update(pages::table.find(id.as_bytes()))
            .set((
                pages::version.eq(pages::version + 1),
                pages::comment_count.eq(pages::comment_count + comments),
                pages::changed_at.eq(now.as_i64()),
            ))
            .returning(pages::version)
            .get_result(self.conn)?;
        self.effects.pages.push((id, version));
        Ok(version)
    }

    fn versions_after(&mut self, change: i64) -> Result<Vec<(PageId, i64)>> {
        pages::table
            .filter(pages::change.gt(change))
            .select((pages::id, pages::version))
            .order(pages::change)
            .load::<(Vec<u8>, i64)>(self.conn)?
            .into_iter()
            .map(|(id, version)| {
                let row = RowOf {
                    table: "pages",
                    key: &id,
                };
                Ok((row.bytes("id", id.clone())?, version))
            })
            .collect()
    }

    fn counts(&mut self, site: SiteId, keys: &[PageKey]) -> Result<Vec<(PageKey, i64)>> {
        Ok(page_keys::table
            .inner_join(pages::table)
            .filter(page_keys::site_id.eq(site.as_bytes()))
            .filter(page_keys::page_key.eq_any(keys.iter().map(PageKey::as_str)))
            .select((page_keys::page_key, pages::comment_count))
            .load::<(String, i64)>(self.conn)?
            .into_iter()
            .map(|(key, count)| (PageKey::from_storage(key), count))
            .collect())
    }

    fn page_people(&mut self, id: PageId) -> Result<Vec<PersonId>> {
        let row = RowOf {
            table: "page_people",
            key: id.as_bytes(),
        };
        page_people::table
            .filter(page_people::page_id.eq(id.as_bytes()))
            .select(page_people::person_id)
            .order(page_people::person_id)
            .load::<Vec<u8>>(self.conn)?
            .into_iter()
            .map(|person| row.bytes("person_id", person))
            .collect()
    }

    fn set_page_people(&mut self, id: PageId, people: &[PersonId]) -> Result<()> {
        diesel::delete(page_people::table.filter(page_people::page_id.eq(id.as_bytes())))
            .execute(self.conn)?;
        for person in people {
            diesel::insert_into(page_people::table)
                .values((
                    page_people::page_id.eq(id.as_bytes()),
                    page_people::person_id.eq(person.as_bytes()),
                ))
                .on_conflict_do_nothing()
                .execute(self.conn)?;
        }
        Ok(())
    }
}
