//! The counters that cached look-ups and finished pages are checked against.

use diesel::prelude::*;

use super::Work;
use crate::storage::Result;
use crate::storage::schema::counters;

impl Work<'_> {
    /// Page keys or origins have changed.
    pub(super) fn raise_routes(&mut self) -> Result<()> {
        let value = self.raise("routes")?;
        self.effects.routes = Some(value);
        Ok(())
    }

    /// Settings that every page shows have changed.
    pub(super) fn raise_sites(&mut self) -> Result<()> {
        let value = self.raise("sites")?;
        self.effects.sites = Some(value);
        Ok(())
    }

    fn raise(&mut self, name: &'static str) -> Result<i64> {
        Ok(diesel::update(counters::table.find(name))
            .set(counters::value.eq(counters::value + 1))
            .returning(counters::value)
            .get_result(self.conn)?)
    }
}
