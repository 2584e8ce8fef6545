//! `hustings backup` and `hustings restore`: copies of a SQLite database that one can go back to.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::context::Context;
use super::output;
use crate::app::App;
use crate::config::DatabaseUrl;
use crate::service::{ServiceError, seal};
use crate::storage::{self, Db};

/// What `backup` takes.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The file to make; it must not be there.
    file: PathBuf,
}

/// What `restore` takes.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// A file that `backup` made.
    file: PathBuf,
}

impl BackupArgs {
    /// Copies the database while everything goes on, and checks the copy: page by page, and the chains of decisions.
    ///
    /// # Errors
    /// On PostgreSQL, with what to use instead; where the copy is not good.
    pub fn run(self, app: &App, out: &mut dyn Write) -> anyhow::Result<()> {
        app.db.backup(&self.file, verify)?;
        writeln!(out, "{}", self.file.display())?;
        Ok(())
    }
}

/// Whether every chain of decisions in a database holds.
fn verify(db: &Db) -> Result<(), String> {
    let sites = db
        .read(|tx| Ok::<_, ServiceError>(tx.sites()?))
        .map_err(|error| error.to_string())?;
    for site in sites {
        let audit = seal::audit(db, site.id).map_err(|error| error.to_string())?;
        if let Some(fault) = audit.faults.first() {
            return Err(format!(
                "the chain of decisions of {} is broken: {fault}",
                site.slug
            ));
        }
    }
    Ok(())
}

impl RestoreArgs {
    /// Puts a backup in the place of the database. The one before is kept beside it.
    ///
    /// # Errors
    /// On PostgreSQL, with what to use instead; while a server or command has the database open; where the file is not
    /// a good backup.
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        let url = match &context.config.database.url {
            DatabaseUrl::Sqlite(path) => storage::DatabaseUrl::Sqlite(path.clone()),
            DatabaseUrl::Postgres(url) => storage::DatabaseUrl::Postgres(url.expose().clone()),
        };
        let restored = storage::restore(&self.file, &url)?;
        if let Some(replaced) = &restored.replaced {
            output::say(&format!(
                "the database that was there is now {}",
                replaced.display()
            ));
        }
        if !restored.pending.is_empty() {
            output::say("the backup is of an earlier version; serve or migrate brings it up to date");
        }
        Ok(())
    }
}
