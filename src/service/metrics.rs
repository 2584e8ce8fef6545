//! What is told when Prometheus asks: what the process has counted, and what waits in the database at this moment.

use crate::app::{App, MetricsError};
use crate::domain::clock::Micros;
use crate::service::ServiceError;
use crate::storage::Backend;

/// What waits in the database, of all sites together.
struct Waiting {
    comments: i64,
    jobs: i64,
    jobs_given_up: i64,
    next_job_at: Option<Micros>,
    unsealed: i64,
    unsealed_since: Option<Micros>,
}

/// The answer in Prometheus's text format. Where the database cannot be asked, what lies in it is left out, and
/// `hustings_database_up` is 0.
///
/// # Errors
/// A figure of ours that Prometheus does not take.
pub fn text(app: &App) -> Result<String, MetricsError> {
    let telling = app.metrics.tell()?;
    let database = match app.db.backend() {
        Backend::Sqlite => "sqlite",
        Backend::Postgres => "postgres",
    };
    telling.fact(
        "hustings_build_info",
        "The program that runs, and on which database.",
        &[("version", env!("CARGO_PKG_VERSION")), ("database", database)],
    )?;
    let letters = app.mailer.tally();
    telling.counted(
        "hustings_letters_total",
        "Tries at letters: taken by the mail server, put off by it, refused for their address, refused for good.",
        "outcome",
        [
            ("sent", letters.sent),
            ("put_off", letters.put_off),
            ("address_refused", letters.address_refused),
            ("refused", letters.refused),
        ],
    )?;
    telling.counted(
        "hustings_limit_refusals_total",
        "What was refused because a limit was reached; docs/limits.md has the limits.",
        "limit",
        app.limits.refusals(),
    )?;
    let waiting = app.db.read(|tx| {
        let (jobs, jobs_given_up) = tx.job_counts()?;
        let (unsealed, unsealed_since) = tx.unsealed_since()?;
        Ok::<_, ServiceError>(Waiting {
            comments: tx.waiting_count()?,
            jobs,
            jobs_given_up,
            next_job_at: tx.next_job_at()?,
            unsealed,
            unsealed_since,
        })
    });
    let waiting = waiting
        .inspect_err(|error| tracing::warn!(%error, "the database cannot be asked for its figures"))
        .ok();
    telling.number(
        "hustings_database_up",
        "1 where the database answered just now, else 0.",
        i64::from(waiting.is_some()),
    )?;
    if let Some(waiting) = waiting {
        let now = app.clock.now();
        let lag = |since: Option<Micros>| since.map_or(0.0, |since| now.since(since).as_secs_f64());
        telling.number(
            "hustings_comments_waiting",
            "Comments and edits that wait for a moderator.",
            waiting.comments,
        )?;
        telling.number(
            "hustings_jobs_waiting",
            "Jobs of the outbox that wait for their time or a worker.",
            waiting.jobs,
        )?;
        telling.number(
            "hustings_jobs_given_up",
            "Jobs of the outbox that were given up; see `hustings mail status`.",
            waiting.jobs_given_up,
        )?;
        telling.seconds(
            "hustings_jobs_lag_seconds",
            "For how long the first job that is due has been waiting.",
            lag(waiting.next_job_at),
        )?;
        telling.number(
            "hustings_decisions_unsealed",
            "Decisions that are not sealed yet.",
            waiting.unsealed,
        )?;
        telling.seconds(
            "hustings_seal_lag_seconds",
            "How long ago the first decision was taken that is not sealed yet.",
            lag(waiting.unsealed_since),
        )?;
    }
    telling.text()
}
