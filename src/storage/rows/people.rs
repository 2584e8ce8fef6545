//! Rows of the registers.

use diesel::{AsChangeset, Insertable, Queryable, Selectable};

use super::RowOf;
use crate::domain::clock::Micros;
use crate::domain::person::{Person, Stance};
use crate::storage::{Result, schema};

/// A row of `persons`.
#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = schema::persons, treat_none_as_null = true)]
pub struct PersonRow {
    pub id: Vec<u8>,
    site_id: Vec<u8>,
    outside_id: Option<String>,
    name: String,
    stance: i16,
    created_at: i64,
    updated_at: i64,
}

impl PersonRow {
    pub fn of(person: &Person, now: Micros) -> Self {
        Self {
            id: person.id.as_bytes().to_vec(),
            site_id: person.site_id.as_bytes().to_vec(),
            outside_id: person.outside_id.clone(),
            name: person.name.clone(),
            stance: match person.stance {
                Stance::Flag => 1,
                Stance::Hold => 2,
                Stance::Two => 3,
            },
            created_at: person.created_at.as_i64(),
            updated_at: now.as_i64(),
        }
    }
    /// The person; `other_names` in order.
    pub fn into_person(self, other_names: Vec<String>) -> Result<Person> {
        let row = RowOf {
            table: "persons",
            key: &self.id,
        };
        Ok(Person {
            id: row.bytes("id", self.id.clone())?,
            site_id: row.bytes("site_id", self.site_id)?,
            outside_id: self.outside_id,
            name: self.name,
            other_names,
            stance: row.code("stance", self.stance, |code| match code {
                1 => Some(Stance::Flag),
                2 => Some(Stance::Hold),
                3 => Some(Stance::Two),
                _ => None,
            })?,
            created_at: Micros::from_i64(self.created_at),
        })
    }
}

/// A row of `person_names`.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::person_names)]
pub struct PersonNameRow {
    pub person_id: Vec<u8>,
    position: i32,
    pub name: String,
}

/// The rows of a person's further names.
pub fn name_rows(person: &Person) -> Vec<PersonNameRow> {
    (0..)
        .zip(&person.other_names)
        .map(|(position, name)| PersonNameRow {
            person_id: person.id.as_bytes().to_vec(),
            position,
            name: name.clone(),
        })
        .collect()
}
