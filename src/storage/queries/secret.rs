//! The value that the server's root secret is recognised by: one row.

use diesel::prelude::*;

use super::Work;
use crate::storage::Result;
use crate::storage::rows::RowOf;
use crate::storage::schema::secret_check;
use crate::storage::stores::SecretStore;

const ONLY: i16 = 1;

impl SecretStore for Work<'_> {
    fn secret_check(&mut self) -> Result<Option<[u8; 32]>> {
        let row = RowOf {
            table: "secret_check",
            key: &ONLY.to_be_bytes(),
        };
        let mac: Option<Vec<u8>> = secret_check::table
            .find(ONLY)
            .select(secret_check::mac)
            .first(self.conn)
            .optional()?;
        mac.map(|mac| row.bytes("mac", mac)).transpose()
    }

    fn keep_secret_check(&mut self, mac: &[u8; 32]) -> Result<()> {
        diesel::insert_into(secret_check::table)
            .values((secret_check::id.eq(ONLY), secret_check::mac.eq(mac.as_slice())))
            .on_conflict_do_nothing()
            .execute(self.conn)?;
        Ok(())
    }
}
