//! The registers: people whom comments may name.

use crate::domain::clock::Micros;
use crate::domain::id::{PersonId, SiteId};
use crate::domain::person::Person;
use crate::storage::Result;

/// The registers. Whoever changes one calls [`PersonStore::register_changed`] once in the same transaction.
pub trait PersonStore {
    /// The site's register, by name.
    fn people(&mut self, site: SiteId) -> Result<Vec<Person>>;
    /// People of ids, of whichever site, in no order.
    fn people_by_ids(&mut self, ids: &[PersonId]) -> Result<Vec<Person>>;
    /// Adds an entry, or writes it anew where its id is there.
    fn put_person(&mut self, person: &Person, now: Micros) -> Result<()>;
    /// Deletes an entry with its names, and takes it off the pages that it was tagged on. Findings of it stay, without a
    /// mention.
    fn remove_person(&mut self, person: PersonId) -> Result<()>;
    /// Says that the site's register has changed: raises its version and the counter `sites`. Gives the new version.
    fn register_changed(&mut self, site: SiteId) -> Result<i64>;
}
