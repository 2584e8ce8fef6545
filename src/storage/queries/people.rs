//! The registers: people and their further names.

use std::collections::HashMap;

use diesel::prelude::*;

use super::Work;
use crate::domain::clock::Micros;
use crate::domain::id::{PersonId, SiteId};
use crate::domain::person::Person;
use crate::storage::Result;
use crate::storage::rows::people::{PersonNameRow, PersonRow, name_rows};
use crate::storage::schema::{findings, page_people, person_names, persons, sites};
use crate::storage::stores::PersonStore;

impl PersonStore for Work<'_> {
    fn people(&mut self, site: SiteId) -> Result<Vec<Person>> {
        let rows = persons::table
            .filter(persons::site_id.eq(site.as_bytes()))
            .select(PersonRow::as_select())
            .order((persons::name, persons::id))
            .load(self.conn)?;
        let names = person_names::table
            .inner_join(persons::table)
            .filter(persons::site_id.eq(site.as_bytes()))
            .select(PersonNameRow::as_select())
            .order((person_names::person_id, person_names::position))
            .load(self.conn)?;
        with_names(rows, names)
    }

    fn people_by_ids(&mut self, ids: &[PersonId]) -> Result<Vec<Person>> {
        let rows = persons::table
            .filter(persons::id.eq_any(ids.iter().map(PersonId::as_bytes)))
            .select(PersonRow::as_select())
            .load(self.conn)?;
        let names = person_names::table
            .filter(person_names::person_id.eq_any(ids.iter().map(PersonId::as_bytes)))
            .select(PersonNameRow::as_select())
            .order((person_names::person_id, person_names::position))
            .load(self.conn)?;
        with_names(rows, names)
    }

    fn put_person(&mut self, person: &Person, now: Micros) -> Result<()> {
        diesel::insert_into(persons::table)
            .values(PersonRow::of(person, now))
            .on_conflict(persons::id)
            .do_update()
            .set(PersonRow::of(person, now))
            .execute(self.conn)?;
        diesel::delete(person_names::table.filter(person_names::person_id.eq(person.id.as_bytes())))
            .execute(self.conn)?;
        for row in name_rows(person) {
            diesel::insert_into(person_names::table)
                .values(row)
                .execute(self.conn)?;
        }
        Ok(())
    }

    fn remove_person(&mut self, person: PersonId) -> Result<()> {
        let id = person.as_bytes();
        diesel::update(findings::table.filter(findings::person_id.eq(id)))
            .set((
                findings::person_id.eq(None::<Vec<u8>>),
                findings::tier.eq(None::<String>),
            ))
            .execute(self.conn)?;
        diesel::delete(page_people::table.filter(page_people::person_id.eq(id))).execute(self.conn)?;
        diesel::delete(person_names::table.filter(person_names::person_id.eq(id))).execute(self.conn)?;
        diesel::delete(persons::table.find(id)).execute(self.conn)?;
        Ok(())
    }

    fn register_changed(&mut self, site: SiteId) -> Result<i64> {
        let version = diesel::update(sites::table.find(site.as_bytes()))
            .set(sites::register_version.eq(sites::register_version + 1))
            .returning(sites::register_version)
            .get_result(self.conn)?;
        self.raise_sites()?;
        Ok(version)
    }
}

fn with_names(rows: Vec<PersonRow>, names: Vec<PersonNameRow>) -> Result<Vec<Person>> {
    let mut names_of: HashMap<Vec<u8>, Vec<String>> = HashMap::new();
    for row in names {
        names_of.entry(row.person_id).or_default().push(row.name);
    }
    rows.into_iter()
        .map(|row| {
            let names = names_of.remove(&row.id).unwrap_or_default();
            row.into_person(names)
        })
        .collect()
}
