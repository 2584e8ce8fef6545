//! `hustings moderator`, `hustings token` and `hustings account`: who may do what.

use std::io::Write;

use clap::Subcommand;

use crate::app::App;
use crate::domain::account::Standing;
use crate::domain::role::Role;
use crate::domain::site::Slug;
use crate::domain::text::{EmailAddress, InvalidEmail};
use crate::service::staff;

fn email(text: &str) -> Result<EmailAddress, InvalidEmail> {
    EmailAddress::parse(text)
}

/// Moderators.
#[derive(Debug, Subcommand)]
pub enum ModeratorCommand {
    /// Prints a one-time link that signs its opener in to the desk. Send it to the address yourself.
    Invite {
        /// The moderator's address.
        #[arg(value_parser = email)]
        email: EmailAddress,
        /// The site.
        #[arg(long)]
        site: Slug,
        /// viewer, moderator or owner.
        #[arg(long, default_value = "moderator", value_parser = site_role)]
        role: Role,
    },
}

/// Tokens for programs.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Prints a new token, once, on the last line.
    Create {
        /// The site.
        #[arg(long)]
        site: Slug,
        /// viewer, moderator or owner.
        #[arg(long, value_parser = site_role)]
        role: Role,
        /// What it is called by.
        #[arg(long, default_value = "token")]
        name: String,
    },
}

/// Members of a site.
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Sets how far a site trusts a member: new, known, trusted, always_held, suspended or banned.
    Trust {
        /// The member's address.
        #[arg(value_parser = email)]
        email: EmailAddress,
        /// The site.
        #[arg(long)]
        site: Slug,
        /// The standing.
        #[arg(long, default_value = "trusted")]
        standing: Standing,
    },
}

/// A role that can be given on one site.
fn site_role(text: &str) -> Result<Role, String> {
    match text.parse() {
        Ok(Role::Operator) | Err(_) => Err(String::from("use viewer, moderator or owner")),
        Ok(role) => Ok(role),
    }
}

impl ModeratorCommand {
    /// Runs the command; results go to `out`.
    ///
    /// # Errors
    /// What the service refused, or where `out` cannot be written.
    pub fn run(self, app: &App, out: &mut dyn Write) -> anyhow::Result<()> {
        let ModeratorCommand::Invite { email, site, role } = self;
        let secret = staff::invite(app, &site, &email, role)?;
        writeln!(out, "{}", staff::invite_link(app, &secret))?;
        Ok(())
    }
}

impl TokenCommand {
    /// Runs the command; results go to `out`.
    ///
    /// # Errors
    /// What the service refused, or where `out` cannot be written.
    pub fn run(self, app: &App, out: &mut dyn Write) -> anyhow::Result<()> {
        let TokenCommand::Create { site, role, name } = self;
        writeln!(out, "{}", staff::create_token(app, &site, role, &name)?.expose())?;
        Ok(())
    }
}

impl AccountCommand {
    /// Runs the command; results go to `out`.
    ///
    /// # Errors
    /// What the service refused, or where `out` cannot be written.
    pub fn run(self, app: &App, out: &mut dyn Write) -> anyhow::Result<()> {
        let AccountCommand::Trust {
            email,
            site,
            standing,
        } = self;
        staff::set_standing(app, &site, &email, standing)?;
        writeln!(out, "{standing}")?;
        Ok(())
    }
}
