//! Sites and their origins.

use std::collections::HashMap;

use diesel::prelude::*;

use super::Work;
use crate::domain::clock::Micros;
use crate::domain::id::SiteId;
use crate::domain::origin::Origin;
use crate::domain::site::{Site, Slug};
use crate::storage::Result;
use crate::storage::rows::sites::{SiteRow, policy_to_json};
use crate::storage::schema::{counters, site_abouts, site_origins, sites};
use crate::storage::stores::SiteStore;
use crate::storage::stores::sites::Epochs;

impl SiteStore for Work<'_> {
    fn insert_site(&mut self, site: &Site) -> Result<bool> {
        let added = diesel::insert_into(sites::table)
            .values(SiteRow::of(site)?)
            .on_conflict(sites::slug)
            .do_nothing()
            .execute(self.conn)?;
        if added == 0 {
            return Ok(false);
        }
        for origin in &site.origins {
            self.insert_origin(site.id, origin, site.created_at)?;
        }
        self.raise_routes()?;
        self.raise_sites()?;
        Ok(true)
    }

    fn update_site(&mut self, site: &Site) -> Result<()> {
        diesel::update(sites::table.find(site.id.as_bytes()))
            .set((
                sites::name.eq(&site.name),
                sites::policy.eq(policy_to_json(site)?),
                sites::paused.eq(&site.paused),
            ))
            .returning(sites::register_version)
            .get_result::<i64>(self.conn)?;
        self.raise_sites()
    }

    fn site_by_slug(&mut self, slug: &Slug) -> Result<Option<Site>> {
        let rows = sites::table
            .left_join(site_origins::table)
            .filter(sites::slug.eq(slug.as_str()))
            .select((
                SiteRow::as_select(),
                (site_origins::created_at, site_origins::origin).nullable(),
            ))
            .load(self.conn)?;
        one_site(rows)
    }

    fn site(&mut self, id: SiteId) -> Result<Option<Site>> {
        let rows = sites::table
            .left_join(site_origins::table)
            .filter(sites::id.eq(id.as_bytes()))
            .select((
                SiteRow::as_select(),
                (site_origins::created_at, site_origins::origin).nullable(),
            ))
            .load(self.conn)?;
        one_site(rows)
    }

    fn sites(&mut self) -> Result<Vec<Site>> {
        let rows = sites::table
            .select(SiteRow::as_select())
            .order(sites::slug)
            .load(self.conn)?;
        let mut origins: HashMap<Vec<u8>, Vec<String>> = HashMap::new();
        let all = site_origins::table
            .select((site_origins::site_id, site_origins::origin))
            .order((
                site_origins::site_id,
                site_origins::created_at,
                site_origins::origin,
            ))
            .load::<(Vec<u8>, String)>(self.conn)?;
        for (site, origin) in all {
            origins.entry(site).or_default().push(origin);
        }
        rows.into_iter()
            .map(|row| {
                let of_site = origins.remove(&row.id).unwrap_or_default();
                row.into_site(&of_site)
            })
            .collect()
    }

    fn add_origin(&mut self, site: SiteId, origin: &Origin, now: Micros) -> Result<bool> {
        let added = self.insert_origin(site, origin, now)?;
        if added {
            self.raise_routes()?;
            self.raise_sites()?;
        }
        Ok(added)
    }

    fn remove_origin(&mut self, site: SiteId, origin: &Origin) -> Result<bool> {
        let removed = diesel::delete(site_origins::table.find((site.as_bytes(), origin.as_str())))
            .execute(self.conn)?
            > 0;
        if removed {
            self.raise_routes()?;
            self.raise_sites()?;
        }
        Ok(removed)
    }

    fn about(&mut self, site: SiteId) -> Result<Option<String>> {
        Ok(site_abouts::table
            .find(site.as_bytes())
            .select(site_abouts::markdown)
            .first(self.conn)
            .optional()?)
    }

    fn set_about(&mut self, site: SiteId, markdown: Option<&str>, now: Micros) -> Result<()> {
        diesel::delete(site_abouts::table.find(site.as_bytes())).execute(self.conn)?;
        if let Some(markdown) = markdown {
            diesel::insert_into(site_abouts::table)
                .values((
                    site_abouts::site_id.eq(site.as_bytes()),
                    site_abouts::markdown.eq(markdown),
                    site_abouts::changed_at.eq(now.as_i64()),
                ))
                .execute(self.conn)?;
        }
        Ok(())
    }

    fn epochs(&mut self) -> Result<Epochs> {
        let mut value = |name: &str| {
            counters::table
                .find(name)
                .select(counters::value)
                .first::<i64>(self.conn)
        };
        Ok(Epochs {
            routes: value("routes")?,
            sites: value("sites")?,
            changes: value("changes")?,
        })
    }
}

impl Work<'_> {
    fn insert_origin(&mut self, site: SiteId, origin: &Origin, now: Micros) -> Result<bool> {
        Ok(diesel::insert_into(site_origins::table)
            .values((
                site_origins::site_id.eq(site.as_bytes()),
                site_origins::origin.eq(origin.as_str()),
                site_origins::created_at.eq(now.as_i64()),
            ))
            .on_conflict_do_nothing()
            .execute(self.conn)?
            > 0)
    }
}

/// The site of rows that are its own, each with one of its origins and since when it is one.
fn one_site(rows: Vec<(SiteRow, Option<(i64, String)>)>) -> Result<Option<Site>> {
    let mut site = None;
    let mut origins = Vec::new();
    for (row, origin) in rows {
        site = Some(row);
        origins.extend(origin);
    }
    origins.sort();
    let origins: Vec<String> = origins.into_iter().map(|(_since, origin)| origin).collect();
    site.map(|row| row.into_site(&origins)).transpose()
}
