//! `hustings page`: pages whose addresses change.

use std::io::Write;

use clap::Subcommand;

use crate::app::App;
use crate::domain::site::Slug;
use crate::service::sites;

/// Pages under discussion.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lets a new address lead to the comments of an old one; the old one still does.
    Move {
        /// The old address, or id:... for a page id.
        old: String,
        /// The new address, or id:... for a page id.
        new: String,
        /// The site.
        #[arg(long)]
        site: Slug,
    },
}

impl Command {
    /// Runs the command; results go to `out`.
    ///
    /// # Errors
    /// What the service refused, or where `out` cannot be written.
    pub fn run(self, app: &App, out: &mut dyn Write) -> anyhow::Result<()> {
        let Command::Move { old, new, site } = self;
        sites::move_page(app, &site, &old, &new)?;
        writeln!(out, "{new}")?;
        Ok(())
    }
}
