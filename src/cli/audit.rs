//! `hustings audit`: whether the record of decisions holds.

use std::io::Write;
use std::str::FromStr;

use clap::Subcommand;

use crate::app::App;
use crate::domain::decision::Head;
use crate::domain::site::Slug;
use crate::service::{seal, sites};

/// The record of decisions.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Checks every seal, and each comment against its last decision; fails only where the record is broken. Prints where
    /// each chain ends, to be noted elsewhere.
    Verify {
        /// Only this site; all where not given.
        #[arg(long)]
        site: Option<Slug>,
        /// Where a site's chain ended once, as this command printed it: it must still go through there. Repeats.
        #[arg(long, value_name = "SITE:NUMBER:SEAL")]
        expect: Vec<Noted>,
    },
}

/// Where a site's chain ended when somebody noted it.
#[derive(Debug, Clone)]
pub struct Noted {
    site: Slug,
    head: Head,
}

impl FromStr for Noted {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "write it as `hustings audit verify` printed it: SITE:NUMBER:SEAL";
        let (site, head) = text.split_once(':').ok_or(FORM)?;
        Ok(Self {
            site: site.parse().map_err(|_not_a_slug| FORM)?,
            head: head.parse().map_err(|_not_a_head| FORM)?,
        })
    }
}

impl Command {
    /// Runs the command; results go to `out`.
    ///
    /// # Errors
    /// A record that is broken; a noted site that is not among those checked; what cannot be read.
    pub fn run(self, app: &App, out: &mut dyn Write) -> anyhow::Result<()> {
        let Command::Verify { site, expect } = self;
        let sites = match site {
            Some(slug) => vec![sites::by_slug(app, &slug)?],
            None => sites::all(app)?,
        };
        for noted in &expect {
            anyhow::ensure!(
                sites.iter().any(|site| site.slug == noted.site),
                "--expect: there is no site {} among those that are checked",
                noted.site
            );
        }
        let mut broken = 0;
        for site in sites {
            let expected: Vec<Head> = expect
                .iter()
                .filter(|noted| noted.site == site.slug)
                .map(|noted| noted.head)
                .collect();
            let audit = seal::audit(&app.db, site.id, &expected)?;
            let verdict = if audit.holds() { "holds" } else { "BROKEN" };
            writeln!(
                out,
                "{}: {verdict}; {} sealed, {} not sealed yet, {} with an erased note; {} texts erased",
                site.slug, audit.sealed, audit.unsealed, audit.erased_notes, audit.erased_texts
            )?;
            if let Some(head) = &audit.head {
                writeln!(out, "  head {}:{head}", site.slug)?;
            }
            for fault in &audit.faults {
                writeln!(out, "  {fault}")?;
            }
            broken += usize::from(!audit.holds());
        }
        anyhow::ensure!(
            broken == 0,
            "the record of {broken} of the sites is broken; what that can mean: docs/operating.md"
        );
        Ok(())
    }
}
