//! The commands, one a file: they read arguments, call services and print. What they decide is decided in services.
//!
//! stdout carries results only, for scripts; the log and everything said to people go to stderr. The exit code is 0, 1
//! where the command failed, 2 where it was misspelt.
//!
//! To add a command: a file with its arguments (`clap::Args`) and a `run(args, &Context)`, its variant in [`Command`], its
//! arm in [`dispatch`].

mod audit;
mod backup;
mod check;
mod context;
mod logging;
mod mail;
mod migrate;
mod output;
mod page;
mod people;
mod serve;
mod site;
mod staff;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::app::App;
use context::Context;

/// A moderated comments server for pages that name people.
#[derive(Debug, Parser)]
#[command(name = "hustings", version, about, arg_required_else_help = false)]
struct Arguments {
    /// The configuration file; ./hustings.toml where there is one. The environment counts over it.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server (what happens without a command, too).
    Serve,
    /// Bring the database to this version's schema.
    Migrate,
    /// Sites: blogs that embed comments.
    #[command(subcommand)]
    Site(site::Command),
    /// Who moderates.
    #[command(subcommand)]
    Moderator(staff::ModeratorCommand),
    /// Tokens for programs.
    #[command(subcommand)]
    Token(staff::TokenCommand),
    /// Members of a site.
    #[command(subcommand)]
    Account(staff::AccountCommand),
    /// The people whom comments on a site may name.
    #[command(subcommand)]
    People(people::Command),
    /// Pages whose addresses change.
    #[command(subcommand)]
    Page(page::Command),
    /// The record of decisions.
    #[command(subcommand)]
    Audit(audit::Command),
    /// Look at configuration, secret, database, mail and clock, and say every problem with its mend.
    Check(check::CheckArgs),
    /// Copy the database to a new file, while everything goes on.
    Backup(backup::BackupArgs),
    /// Put a backup in the place of the database, while nothing uses it.
    Restore(backup::RestoreArgs),
    /// Letters that wait or were given up.
    #[command(subcommand)]
    Mail(mail::Command),
}

/// Runs the process.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let command = arguments.command.unwrap_or(Command::Serve);
    match dispatch(command, arguments.config.as_deref()) {
        Ok(code) => code,
        Err(error) => {
            output::complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: Command, file: Option<&Path>) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve => serve::run(&Context::load(file)?),
        Command::Migrate => migrate::run(&Context::load(file)?),
        Command::Site(command) => with_app(file, |app, out| command.run(app, out)),
        Command::Moderator(command) => with_app(file, |app, out| command.run(app, out)),
        Command::Token(command) => with_app(file, |app, out| command.run(app, out)),
        Command::Account(command) => with_app(file, |app, out| command.run(app, out)),
        Command::People(command) => with_app(file, |app, out| command.run(app, out)),
        Command::Page(command) => with_app(file, |app, out| command.run(app, out)),
        Command::Audit(command) => with_app(file, |app, out| command.run(app, out)),
        Command::Check(check) => check.run(file),
        Command::Backup(backup) => with_app(file, |app, out| backup.run(app, out)),
        Command::Restore(restore) => restore.run(&Context::load(file)?).map(|()| ExitCode::SUCCESS),
        Command::Mail(command) => with_app(file, |app, out| command.run(app, out)),
    }
}

/// Runs a command on the database; it works while a server runs on it too. Results go to stdout.
fn with_app(
    file: Option<&Path>,
    run: impl FnOnce(&App, &mut dyn Write) -> anyhow::Result<()>,
) -> anyhow::Result<ExitCode> {
    let app = Context::load(file)?.app()?;
    let mut out = std::io::stdout().lock();
    run(&app, &mut out)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
