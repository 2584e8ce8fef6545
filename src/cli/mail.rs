//! `hustings mail`: letters that wait or were given up.

use std::io::Write;

use clap::Subcommand;

use crate::app::App;
use crate::service::run_job;

/// Letters.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// How many letters wait, and which were given up and why.
    Status,
    /// Tries the letters that were given up again. A code that has expired is not sent all the same.
    Retry,
}

impl Command {
    /// Runs the command; results go to `out`.
    ///
    /// # Errors
    /// Only storage's, or where `out` cannot be written.
    pub fn run(self, app: &App, out: &mut dyn Write) -> anyhow::Result<()> {
        match self {
            Command::Status => {
                let status = run_job::outbox_status(app)?;
                writeln!(out, "{} waiting, {} given up", status.waiting, status.given_up)?;
                for failed in status.failed {
                    let at = failed.job.created_at.to_rfc3339();
                    writeln!(
                        out,
                        "{at}\t{}\t{} tries\t{}",
                        failed.job.kind, failed.job.attempts, failed.error
                    )?;
                }
            }
            Command::Retry => writeln!(out, "{} tried again", run_job::revive(app)?)?,
        }
        Ok(())
    }
}
