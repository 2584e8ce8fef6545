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
    /// What depends on a setting that was refused, which is among the problems.
    fn not_tried(&self, what: &str, keys: &str) -> std::io::Result<()> {
        output::line(&format!(
            "skipped  {what}: not tried, since {keys} is not known (see the problems)"
        ))
    }
    fn bad(&mut self, what: &str) -> std::io::Result<()> {
        self.problems += 1;
        output::line(&format!("PROBLEM  {what}"))
    }
    /// A file that the first start makes, if it can.
    fn not_there(&mut self, key: &str, path: &Path) -> std::io::Result<()> {
        let file = path.display();
        match cannot_be_made(path) {
            None => self.warn(&format!("{key}: {file} is not there yet; the first start makes it")),
            Some(why) => self.bad(&format!(
                "{key}: {file} is not there, and cannot be made: {why}; choose another place, or let this user write there"
            )),
        }
    }
}

/// Why a file cannot be made, with the folders that it needs; tried with a file that is taken away again, since rights
/// alone do not tell.
fn cannot_be_made(path: &Path) -> Option<String> {
    let there = path.ancestors().skip(1).find(|folder| folder.exists());
    let there = there.unwrap_or(Path::new("."));
    let trial = there.join(format!(".hustings-check-{}", std::process::id()));
    let made = std::fs::File::create_new(&trial).and_then(|_file| std::fs::remove_file(&trial));
    made.err().map(|error| format!("{}: {error}", there.display()))
}

impl CheckArgs {
    /// Looks at everything and changes nothing, save that `--letter` sends a letter. What is wrong in one place does not
    /// keep it from looking at the others. The exit code is 1 where there is a problem.
    ///
    /// # Errors
    /// Where stdout cannot be written.
    pub fn run(self, file: Option<&Path>) -> anyhow::Result<ExitCode> {
        let mut found = Findings::default();
        let inspected = Config::inspect(file);
        let config = &inspected.config;
        for error in &inspected.errors {
            found.bad(&error.to_string())?;
        }
        if inspected.errors.is_empty() {
            found.good("configuration")?;
        }
        for warning in &config.warnings {
            found.warn(&warning.to_string())?;
        }
        if SystemClock.now() > WRITTEN {
            found.good("clock")?;
        } else {
            found.bad("clock: it says a time before this version was written; set the machine's clock, such as by NTP")?;
        }
        let keys = if inspected.secret_is_meant() {
            secret_file(config, &mut found)?
        } else {
            found.not_tried("secret", "server.secret_file or database.url")?;
            Secret::NotTried
        };
        if inspected.is_meant("database.url") {
            database(config, &keys, &mut found)?;
        } else {
            found.not_tried("database", "database.url")?;
        }
        let way = ["mail.transport", "mail.directory", "mail.smtp"];
        let letter = ["mail.from", "server.public_url"];
        if way.iter().all(|key| inspected.is_meant(key)) {
            let letter_is_meant = letter.iter().all(|key| inspected.is_meant(key));
            mail(
                config,
                self.letter.as_ref().filter(|_| letter_is_meant),
                &mut found,
            )?;
            if self.letter.is_some() && !letter_is_meant {
                found.not_tried("the letter", &letter.join(" or "))?;
            }
        } else {
            found.not_tried("mail", &way.join(" or "))?;
        }
        Ok(if found.problems == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

/// What is known of the secret.
enum Secret {
    /// It is there and can be used.
    Known(Keys),
    /// There is none, or it cannot be used.
    Missing,
    /// Which file it is was not to be learnt.
    NotTried,
}

fn secret_file(config: &Config, found: &mut Findings) -> anyhow::Result<Secret> {
    let path = &config.server.secret_file;
    if !path.exists() {
        found.not_there("server.secret_file", path)?;
        return Ok(Secret::Missing);
    }
    match crate::config::secret_file::load(path) {
        Ok(keys) => {
            found.good("secret")?;
            Ok(Secret::Known(keys))
        }
        Err(error) => {
            found.bad(&error.to_string())?;
            Ok(Secret::Missing)
        }
    }
}

fn database(config: &Config, keys: &Secret, found: &mut Findings) -> anyhow::Result<()> {
    if let crate::config::DatabaseUrl::Sqlite(path) = &config.database.url
        && !path.exists()
    {
        return Ok(found.not_there("database.url", path)?);
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
            recognise(config, &db, keys, found)?;
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
fn recognise(config: &Config, db: &Db, keys: &Secret, found: &mut Findings) -> anyhow::Result<()> {
    let unreadable = |error| format!("database: {error}; see that it can be read");
    let problem = match keys {
        Secret::Known(keys) => match secret::recognise(db, keys) {
            Ok(Recognised::Yes | Recognised::NoneYet) => None,
            Ok(Recognised::No) => Some(another_secret(config)),
            Err(error) => Some(unreadable(error)),
        },
        Secret::Missing => match secret::is_bound(db) {
            Ok(false) => None,
            Ok(true) => Some(format!(
                "server.secret_file: the database was written with a secret that is not in {}; put the copy of it there",
                config.server.secret_file.display()
            )),
            Err(error) => Some(unreadable(error)),
        },
        Secret::NotTried => None,
    };
    if let Some(problem) = problem {
        found.bad(&problem)?;
    }
    Ok(())
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
