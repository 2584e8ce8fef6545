//! `hustings people`: a site's register, from lists and tried out on texts.

use std::io::{BufRead, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Subcommand;

use crate::app::App;
use crate::domain::person::Stance;
use crate::domain::site::Slug;
use crate::service::people::{self, Tester};
use crate::service::sites;
use crate::transfer::people::{Format, read};

/// So many names are said of a list that is imported.
const FIRST: usize = 3;

/// The people whom comments on a site may name.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Imports people: one name a line, or CSV with a column `name` or `person_name`, and perhaps `person_id` and
    /// `other_names` (several with `;` between). Applies at once; nobody is deleted.
    Import {
        /// The site.
        #[arg(long)]
        site: Slug,
        /// A file, or - for standard input.
        file: PathBuf,
        /// names or csv; told by the first line where not given, and asked for where that does not tell.
        #[arg(long)]
        format: Option<Format>,
        /// What naming one of them does: flag, hold or two. Where not given, those who are on the register keep
        /// theirs, and new people hold.
        #[arg(long)]
        stance: Option<Stance>,
        /// Says what would be done, and does nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Removes one entry: its names are watched for no longer, and comments that wait are judged anew before they are
    /// approved. What was found stays with the comments, without saying whose entry it was.
    Remove {
        /// The site.
        #[arg(long)]
        site: Slug,
        /// The entry's outside id, or its name, as `people list` says them.
        who: String,
    },
    /// Lists the register: stance, outside id, name and other names, separated by tabs.
    List {
        /// The site.
        #[arg(long)]
        site: Slug,
    },
    /// Tries the register on comments, one JSON object {"id","body","page_people"} a line; prints one
    /// {"id","hold","findings"} a line.
    Test {
        /// The site.
        #[arg(long)]
        site: Slug,
        /// A file, or - for standard input.
        #[arg(default_value = "-")]
        file: PathBuf,
    },
}

impl Command {
    /// Runs the command; results go to `out`.
    ///
    /// # Errors
    /// What cannot be read, what the service refused, or where `out` cannot be written.
    pub fn run(self, app: &App, out: &mut dyn Write) -> anyhow::Result<()> {
        match self {
            Command::Import {
                site,
                file,
                format,
                stance,
                dry_run,
            } => {
                let site = sites::by_slug(app, &site)?;
                let mut bytes = Vec::new();
                open(&file)?
                    .read_to_end(&mut bytes)
                    .with_context(|| file.display().to_string())?;
                let list = read(&bytes, format)?;
                let first: Vec<String> = list.people.iter().take(FIRST).map(|it| it.name.clone()).collect();
                let imported = people::import(app, site.id, list, stance, dry_run)?;
                for row in &imported.bad_rows {
                    writeln!(out, "passed over: {row}")?;
                }
                // So that a file which was read otherwise than it was meant is noticed.
                if !first.is_empty() {
                    writeln!(out, "the first names: {}", first.join(" | "))?;
                }
                let would = if dry_run { "would be " } else { "" };
                writeln!(
                    out,
                    "{} {would}added, {} {would}changed, {} unchanged, {} passed over",
                    imported.added,
                    imported.changed,
                    imported.unchanged,
                    imported.bad_rows.len()
                )?;
            }
            Command::Remove { site, who } => {
                let site = sites::by_slug(app, &site)?;
                let removed = people::remove(app, site.id, &who)?;
                writeln!(out, "{}", removed.name)?;
            }
            Command::List { site } => {
                let site = sites::by_slug(app, &site)?;
                for person in people::list(app, site.id)? {
                    let outside_id = person.outside_id.as_deref().unwrap_or("");
                    writeln!(
                        out,
                        "{}\t{outside_id}\t{}\t{}",
                        person.stance,
                        person.name,
                        person.other_names.join("; ")
                    )?;
                }
            }
            Command::Test { site, file } => {
                let site = sites::by_slug(app, &site)?;
                let tester = Tester::new(app, site.id)?;
                for (number, line) in (1..).zip(open(&file)?.lines()) {
                    let line = line.with_context(|| format!("line {number}"))?;
                    if line.trim().is_empty() {
                        continue;
                    }
                    let trial = serde_json::from_str(&line).with_context(|| format!("line {number}"))?;
                    let result = tester.test(trial).with_context(|| format!("line {number}"))?;
                    writeln!(out, "{}", serde_json::to_string(&result)?)?;
                }
            }
        }
        Ok(())
    }
}

fn open(file: &Path) -> anyhow::Result<Box<dyn BufRead>> {
    if file == Path::new("-") {
        return Ok(Box::new(std::io::stdin().lock()));
    }
    let opened = std::fs::File::open(file).with_context(|| file.display().to_string())?;
    Ok(Box::new(std::io::BufReader::new(opened)))
}
