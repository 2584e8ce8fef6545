//! `hustings check`: configuration, secret, database, mail and clock; every problem with its mend, in one run.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;

use super::context::another_secret;
use super::output;
use crate::app;
use crate::config::Config;
use crate::domain::clock::{Clock, Micros, SystemClock};
use crate::domain::id::JobId;
use crate::domain::keys::Keys;
use crate::domain::rng::SystemRng;
use crate::domain::text::{EmailAddress, InvalidEmail};
use crate::mail::{Letter, Mailer, MessageId, Probe};
use crate::service::secret::{self, Recognised};
use crate::storage::Db;

/// What `check` takes.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Sends a letter to this address too, and says what became of it.
    #[arg(long, value_name = "EMAIL", value_parser = email)]
    letter: Option<EmailAddress>,
}

fn email(text: &str) -> Result<EmailAddress, InvalidEmail> {
    EmailAddress::parse(text)
}

/// 2026-01-01: before this version was written. A clock that says so is wrong, and codes and sessions with it.
const WRITTEN: Micros = Micros::from_i64(1_767_225_600_000_000);

/// What was looked at, and what was found.
#[derive(Debug, Default)]
struct Findings {
    problems: usize,
}

impl Findings {
    fn good(&self, what: &str) -> std::io::Result<()> {
        output::line(&format!("ok       {what}"))
    }
    fn warn(&self, what: &str) -> std::io::Result<()> {
        output::line(&format!("warning  {what}"))
    }
    fn bad(&mut self, what: &str) -> std::io::Result<()> {
        self.problems += 1;
        output::line(&format!("PROBLEM  {what}"))
    }
}

impl CheckArgs {
    /// Looks at everything and changes nothing, save that `--letter` sends a letter. The exit code is 1 where there is
    /// a problem.
    ///
    /// # Errors
    /// Where stdout cannot be written.
    pub fn run(self, file: Option<&Path>) -> anyhow::Result<ExitCode> {
        let mut found = Findings::default();
        let config = match Config::load(file) {
            Ok(config) => {
                found.good("configuration")?;
                for warning in &config.warnings {
                    found.warn(&warning.to_string())?;
                }
                Some(config)
            }
            Err(errors) => {
                for error in &errors.0 {
                    found.bad(&error.to_string())?;
                }
                None
            }
        };
        if SystemClock.now() > WRITTEN {
            found.good("clock")?;
        } else {
            found.bad("clock: it says a time before this version was written; set the machine's clock, such as by NTP")?;
        }
        if let Some(config) = config {
            let keys = secret_file(&config, &mut found)?;
            database(&config, keys, &mut found)?;
            mail(&config, self.letter.as_ref(), &mut found)?;
        }
        Ok(if found.problems == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

fn secret_file(config: &Config, found: &mut Findings) -> anyhow::Result<Option<Keys>> {
    let path = &config.server.secret_file;
    if !path.exists() {
        found.warn(&format!(
            "server.secret_file: {} is not there yet; the first start makes it",
            path.display()
        ))?;
        return Ok(None);
    }
    match crate::config::secret_file::load(path) {
        Ok(keys) => {
            found.good("secret")?;
            Ok(Some(keys))
        }
        Err(error) => {
            found.bad(&error.to_string())?;
            Ok(None)
        }
    }
}

fn database(config: &Config, keys: Option<Keys>, found: &mut Findings) -> anyhow::Result<()> {
    if let crate::config::DatabaseUrl::Sqlite(path) = &config.database.url
        && !path.exists()
    {
        let path = path.display();
        return Ok(found.warn(&format!(
            "database.url: {path} is not there yet; the first start makes it"
        ))?);
    }
    let db = match app::open_database(config) {
        Ok(db) => db,
        Err(error) => {
            return Ok(found.bad(&format!(
                "database.url: {error}; see that the server runs and the address is right"
            ))?);
        }
    };
    match db.pending_migrations() {
        Ok(pending) if pending.is_empty() => {
            found.good("database")?;
            recognise(config, &db, keys.as_ref(), found)?;
        }
        Ok(pending) => found.bad(&format!(
            "database: it lacks {}; run: hustings migrate",
            pending.join(", ")
        ))?,
        Err(error) => found.bad(&format!("database: {error}; see that it can be read"))?,
    }
    match db.durability() {
        Ok(durability) => {
            for problem in durability.problems() {
                found.bad(&format!("database: {problem}"))?;
            }
        }
        Err(error) => found.bad(&format!("database: {error}; see that it can be written"))?,
    }
    Ok(())
}

/// Whether the secret is the one that the database was written with.
fn recognise(config: &Config, db: &Db, keys: Option<&Keys>, found: &mut Findings) -> anyhow::Result<()> {
    let Some(keys) = keys else {
        return match secret::is_bound(db) {
            Ok(false) => Ok(()),
            Ok(true) => Ok(found.bad(&format!(
                "server.secret_file: the database was written with a secret that is not in {}; put the copy of it there",
                config.server.secret_file.display()
            ))?),
            Err(error) => Ok(found.bad(&format!("database: {error}; see that it can be read"))?),
        };
    };
    match secret::recognise(db, keys) {
        Ok(Recognised::Yes | Recognised::NoneYet) => Ok(()),
        Ok(Recognised::No) => Ok(found.bad(&another_secret(config))?),
        Err(error) => Ok(found.bad(&format!("database: {error}; see that it can be read"))?),
    }
}

fn mail(config: &Config, letter: Option<&EmailAddress>, found: &mut Findings) -> anyhow::Result<()> {
    let mailer = match Mailer::new(app::mail_settings(config)) {
        Ok(mailer) => mailer,
        Err(error) => return Ok(found.bad(&format!("mail: {error}"))?),
    };
    match mailer.try_out() {
        Ok(()) => found.good("mail")?,
        Err(error) => found.bad(&format!("mail: {}", mailer.explain(&error)))?,
    }
    let Some(to) = letter else { return Ok(()) };
    let public_url = url::Url::parse(config.server.public_url.as_str())?;
    let now = SystemClock.now();
    let id = MessageId::new(JobId::new(now, &SystemRng), now);
    match mailer.send(&id, to, &Letter::Probe(Probe { public_url })) {
        Ok(_accepted) => found.good(&format!(
            "the letter to {} was accepted; see whether it arrives",
            to.as_str()
        ))?,
        Err(error) => found.bad(&format!(
            "the letter to {}: {}",
            to.as_str(),
            mailer.explain(&error)
        ))?,
    }
    Ok(())
}
