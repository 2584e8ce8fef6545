//! `hustings audit`: whether the chains of decisions hold.

use std::io::Write;

use clap::Subcommand;

use crate::app::App;
use crate::domain::site::Slug;
use crate::service::{seal, sites};

/// The record of decisions.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Checks every seal; fails only where a chain is broken.
    Verify {
        /// Only this site; all where not given.
        #[arg(long)]
        site: Option<Slug>,
    },
}

impl Command {
    /// Runs the command; results go to `out`.
    ///
    /// # Errors
    /// A chain that is broken; what cannot be read.
    pub fn run(self, app: &App, out: &mut dyn Write) -> anyhow::Result<()> {
        let Command::Verify { site } = self;
        let sites = match site {
            Some(slug) => vec![sites::by_slug(app, &slug)?],
            None => sites::all(app)?,
        };
        let mut broken = 0;
        for site in sites {
            let audit = seal::audit(&app.db, site.id)?;
            let verdict = if audit.holds() { "holds" } else { "BROKEN" };
            writeln!(
                out,
                "{}: {verdict}; {} sealed, {} not sealed yet, {} with an erased note; {} texts erased",
                site.slug, audit.sealed, audit.unsealed, audit.erased_notes, audit.erased_texts
            )?;
            for fault in &audit.faults {
                writeln!(out, "  {fault}")?;
            }
            broken += usize::from(!audit.holds());
        }
        anyhow::ensure!(broken == 0, "the chain of {broken} of the sites is broken");
        Ok(())
    }
}
