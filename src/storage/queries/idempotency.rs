//! Idempotency keys.

use diesel::prelude::*;

use super::Work;
use crate::domain::clock::Micros;
use crate::storage::Result;
use crate::storage::rows::RowOf;
use crate::storage::schema::idempotency_keys;
use crate::storage::stores::IdempotencyStore;
use crate::storage::stores::idempotency::Remembered;

impl IdempotencyStore for Work<'_> {
    fn remembered(&mut self, scope: &[u8; 32]) -> Result<Option<Remembered>> {
        let row = RowOf {
            table: "idempotency_keys",
            key: scope,
        };
        let found: Option<(Vec<u8>, i16, String)> = idempotency_keys::table
            .find(scope)
            .select((
                idempotency_keys::request,
                idempotency_keys::status,
                idempotency_keys::resource,
            ))
            .first(self.conn)
            .optional()?;
        found
            .map(|(request, status, resource)| {
                Ok(Remembered {
                    request: row.bytes("request", request)?,
                    status: row.code("status", status, |code| u16::try_from(code).ok())?,
                    resource,
                })
            })
            .transpose()
    }

    fn remember(&mut self, scope: &[u8; 32], what: &Remembered, now: Micros) -> Result<bool> {
        let row = RowOf {
            table: "idempotency_keys",
            key: scope,
        };
        let status = i16::try_from(what.status).map_err(|_no_http_status| row.inconsistent("status"))?;
        Ok(diesel::insert_into(idempotency_keys::table)
            .values((
                idempotency_keys::scope.eq(scope),
                idempotency_keys::request.eq(&what.request),
                idempotency_keys::status.eq(status),
                idempotency_keys::resource.eq(&what.resource),
                idempotency_keys::created_at.eq(now.as_i64()),
            ))
            .on_conflict_do_nothing()
            .execute(self.conn)?
            > 0)
    }

    fn forget_remembered(&mut self, before: Micros, limit: i64) -> Result<usize> {
        let old: Vec<Vec<u8>> = idempotency_keys::table
            .filter(idempotency_keys::created_at.lt(before.as_i64()))
            .select(idempotency_keys::scope)
            .order(idempotency_keys::created_at)
            .limit(limit)
            .load(self.conn)?;
        Ok(
            diesel::delete(idempotency_keys::table.filter(idempotency_keys::scope.eq_any(old)))
                .execute(self.conn)?,
        )
    }
}
