//! `hustings backup` and `hustings restore`: copies of a SQLite database that one can go back to.

use std::io::Write;
use std::path::PathBuf;

use anyhow::ensure;
use clap::Args;

use super::context::Context;
use super::output;
use crate::app::App;
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
        let folder = self.file.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder {
            ensure!(
                folder.is_dir(),
                "there is no folder {}; make it, and let this command's user write there",
                folder.display()
            );
        }
        app.db.backup(&self.file, verify)?;
        writeln!(out, "{}", self.file.display())?;
        Ok(())
    }
}

/// What `hustings audit verify` would find in a copy.
fn verify(db: &Db) -> Result<(), String> {
    let sites = db
        .read(|tx| Ok::<_, ServiceError>(tx.sites()?))
        .map_err(|error| error.to_string())?;
    for site in sites {
        let audit = seal::audit(db, site.id, &[]).map_err(|error| error.to_string())?;
        if let Some(fault) = audit.faults.first() {
            return Err(format!(
                "the record of decisions of {} is broken: {fault}",
                site.slug
            ));
        }
    }
    Ok(())
}

impl RestoreArgs {
    /// Puts a backup in the place of the database, after checking it page by page and its record of decisions. The one
    /// before is kept beside it.
    ///
    /// # Errors
    /// On PostgreSQL, with what to use instead; while a server or command has the database open; where the file is not
    /// a good backup.
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        let restored = storage::restore(&self.file, &context.config.database.url, verify)?;
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
