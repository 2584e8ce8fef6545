//! The commands, one a file: they read arguments, call services and print. What they decide is decided in services.
//!
//! stdout carries results only, for scripts; the log and everything said to people go to stderr. The exit code is 0, 1
//! where the command failed, 2 where it was misspelt.
//!
//! To add a command: a file with its arguments (`clap::Args`) and a `run(args, &Context)`, its variant in [`Command`], its
//! arm in [`dispatch`].

mod context;
mod logging;
mod migrate;
mod output;
mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

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
    }
}
