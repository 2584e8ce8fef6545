//! The outbox.

use std::time::Duration;

use diesel::dsl::min;
use diesel::prelude::*;

use super::Work;
use crate::domain::clock::Micros;
use crate::domain::id::JobId;
use crate::storage::Result;
use crate::storage::rows::jobs::{FREE, GIVEN_UP, JobRow, WAITING};
use crate::storage::schema::jobs;
use crate::storage::stores::JobStore;
use crate::storage::stores::jobs::{FailedJob, StoredJob};

/// An error's text is cut: it is for people to read.
const ERROR_LIMIT: usize = 500;

fn cut(error: &str) -> String {
    error.chars().take(ERROR_LIMIT).collect()
}

impl JobStore for Work<'_> {
    fn enqueue(&mut self, job: &StoredJob) -> Result<()> {
        diesel::insert_into(jobs::table)
            .values((
                jobs::id.eq(job.id.as_bytes()),
                jobs::kind.eq(&job.kind),
                jobs::payload.eq(&job.payload),
                jobs::state.eq(WAITING),
                jobs::attempts.eq(job.attempts),
                jobs::run_at.eq(job.run_at.as_i64()),
                jobs::claimed_until.eq(FREE),
                jobs::created_at.eq(job.created_at.as_i64()),
            ))
            .execute(self.conn)?;
        self.effects.jobs = true;
        Ok(())
    }

    /// The same on both databases: look for one, then take it on the condition that it is still free. Another worker
    /// may be faster; then the next one is looked for.
    fn claim_job(&mut self, now: Micros, lease: Duration) -> Result<Option<StoredJob>> {
        loop {
            let found = jobs::table
                .filter(jobs::state.eq(WAITING))
                .filter(jobs::run_at.le(now.as_i64()))
                .filter(jobs::claimed_until.le(now.as_i64()))
                .order((jobs::run_at, jobs::id))
                .select(jobs::id)
                .first::<Vec<u8>>(self.conn)
                .optional()?;
            let Some(id) = found else {
                return Ok(None);
            };
            let claimed = diesel::update(jobs::table.find(id))
                .filter(jobs::state.eq(WAITING))
                .filter(jobs::run_at.le(now.as_i64()))
                .filter(jobs::claimed_until.le(now.as_i64()))
                .set((
                    jobs::claimed_until.eq(now.plus(lease).as_i64()),
                    jobs::attempts.eq(jobs::attempts + 1),
                ))
                .returning(JobRow::as_returning())
                .get_result(self.conn)
                .optional()?;
            if let Some(row) = claimed {
                return StoredJob::try_from(row).map(Some);
            }
        }
    }

    fn next_job_at(&mut self) -> Result<Option<Micros>> {
        let due: Option<i64> = jobs::table
            .filter(jobs::state.eq(WAITING))
            .filter(jobs::claimed_until.eq(FREE))
            .select(min(jobs::run_at))
            .first(self.conn)?;
        let lease_ends: Option<i64> = jobs::table
            .filter(jobs::state.eq(WAITING))
            .filter(jobs::claimed_until.gt(FREE))
            .select(min(jobs::claimed_until))
            .first(self.conn)?;
        Ok(due.into_iter().chain(lease_ends).min().map(Micros::from_i64))
    }

    fn finish_job(&mut self, id: JobId) -> Result<()> {
        diesel::delete(jobs::table.find(id.as_bytes())).execute(self.conn)?;
        Ok(())
    }

    fn retry_job(&mut self, id: JobId, run_at: Micros, error: &str) -> Result<()> {
        diesel::update(jobs::table.find(id.as_bytes()))
            .set((
                jobs::run_at.eq(run_at.as_i64()),
                jobs::claimed_until.eq(FREE),
                jobs::last_error.eq(cut(error)),
            ))
            .execute(self.conn)?;
        self.effects.jobs = true;
        Ok(())
    }

    fn give_up_job(&mut self, id: JobId, error: &str) -> Result<()> {
        diesel::update(jobs::table.find(id.as_bytes()))
            .set((
                jobs::state.eq(GIVEN_UP),
                jobs::claimed_until.eq(FREE),
                jobs::last_error.eq(cut(error)),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    fn failed_jobs(&mut self, limit: i64) -> Result<Vec<FailedJob>> {
        jobs::table
            .filter(jobs::state.eq(GIVEN_UP))
            .order((jobs::created_at.desc(), jobs::id.desc()))
            .limit(limit)
            .select((JobRow::as_select(), jobs::last_error))
            .load::<(JobRow, Option<String>)>(self.conn)?
            .into_iter()
            .map(|(row, error)| {
                Ok(FailedJob {
                    job: row.try_into()?,
                    error: error.unwrap_or_default(),
                })
            })
            .collect()
    }

    fn revive_jobs(&mut self, now: Micros) -> Result<usize> {
        let revived = diesel::update(jobs::table)
            .filter(jobs::state.eq(GIVEN_UP))
            .set((
                jobs::state.eq(WAITING),
                jobs::attempts.eq(0),
                jobs::run_at.eq(now.as_i64()),
            ))
            .execute(self.conn)?;
        self.effects.jobs |= revived > 0;
        Ok(revived)
    }

    fn job_counts(&mut self) -> Result<(i64, i64)> {
        let mut of = |state: i16| {
            jobs::table
                .filter(jobs::state.eq(state))
                .count()
                .get_result::<i64>(self.conn)
        };
        Ok((of(WAITING)?, of(GIVEN_UP)?))
    }
}
