//! The commands, one a file: they read arguments, call services and print. What they decide is decided in services.
//!
//! stdout carries results only, for scripts; the log and everything said to people go to stderr. The exit code is 0, 1
//! where the command failed, 2 where it was misspelt.
//!
//! To add a command: a file with its arguments (`clap::Args`) and a `run(args, &Context)`, its variant in [`Command`], its
//! arm in [`dispatch`].

mod audit;
mod context;
mod logging;
mod migrate;
mod output;
mod page;
mod people;
mod serve;
mod site;
mod staff;

use std::io::Write;
use std::path::PathBuf;
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
}

/// Runs the process.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    match Context::load(arguments.config.as_deref()).and_then(|context| dispatch(arguments.command, context))
    {
        Ok(code) => code,
        Err(error) => {
            output::complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: Option<Command>, context: Context) -> anyhow::Result<ExitCode> {
    match command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run(context),
        Command::Migrate => migrate::run(&context),
        Command::Site(command) => with_app(&context, |app, out| command.run(app, out)),
        Command::Moderator(command) => with_app(&context, |app, out| command.run(app, out)),
        Command::Token(command) => with_app(&context, |app, out| command.run(app, out)),
        Command::Account(command) => with_app(&context, |app, out| command.run(app, out)),
        Command::People(command) => with_app(&context, |app, out| command.run(app, out)),
        Command::Page(command) => with_app(&context, |app, out| command.run(app, out)),
        Command::Audit(command) => with_app(&context, |app, out| command.run(app, out)),
    }
}

/// Runs a command on the database; it works while a server runs on it too. Results go to stdout.
fn with_app(
    context: &Context,
    run: impl FnOnce(&App, &mut dyn Write) -> anyhow::Result<()>,
) -> anyhow::Result<ExitCode> {
    let app = context.app()?;
    let mut out = std::io::stdout().lock();
    run(&app, &mut out)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
