//! `hustings moderator`, `hustings token` and `hustings account`: who may do what.

use std::io::Write;

use clap::Subcommand;

use crate::app::App;
use crate::domain::account::Standing;
use crate::domain::id::TokenId;
use crate::domain::role::Role;
use crate::domain::site::Slug;
use crate::domain::text::{EmailAddress, InvalidEmail};
use crate::service::erase_account::{self, Address, Erasure};
use crate::service::{export_account, staff};
use crate::storage::stores::tokens::TokenKind;

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
    /// Lists who may work at the desk: role, address, and `invited` for who has not come yet, separated by tabs.
    List {
        /// The site.
        #[arg(long)]
        site: Slug,
    },
    /// Takes somebody's role on the site back, and invitations that were not accepted. Counts at once.
    Remove {
        /// The moderator's address.
        #[arg(value_parser = email)]
        email: EmailAddress,
        /// The site.
        #[arg(long)]
        site: Slug,
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
    /// Lists a site's tokens: id, role, when made, when used last or `never`, `revoked` where it is, name, separated by tabs.
    List {
        /// The site.
        #[arg(long)]
        site: Slug,
    },
    /// Revokes a token. Counts at once.
    Revoke {
        /// Its id, as `token list` says it.
        id: TokenId,
        /// The site.
        #[arg(long)]
        site: Slug,
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
    /// Prints all that the site holds on a member, as JSON, for them to have.
    Export {
        /// The member's address.
        #[arg(value_parser = email)]
        email: EmailAddress,
        /// The site.
        #[arg(long)]
        site: Slug,
    },
    /// Erases what the site holds on a member, for good: withdraws their comments and erases the texts at once, with name
    /// and address. Needs --yes; see first with --dry-run.
    Erase {
        /// The member's address.
        #[arg(value_parser = email)]
        email: EmailAddress,
        /// The site.
        #[arg(long)]
        site: Slug,
        /// Does it.
        #[arg(long, conflicts_with = "dry_run")]
        yes: bool,
        /// Says what would be done, and does nothing.
        #[arg(long)]
        dry_run: bool,
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
        match self {
            ModeratorCommand::Invite { email, site, role } => {
                let secret = staff::invite(app, &site, &email, role)?;
                writeln!(out, "{}", staff::invite_link(app, &secret))?;
            }
            ModeratorCommand::List { site } => {
                for moderator in staff::moderators(app, &site)? {
                    let email = moderator.email.as_ref().map_or("", EmailAddress::as_str);
                    let state = if moderator.accepted { "" } else { "invited" };
                    writeln!(out, "{}\t{email}\t{state}", moderator.role.as_str())?;
                }
            }
            ModeratorCommand::Remove { email, site } => {
                staff::remove_moderator(app, &site, &email)?;
                writeln!(out, "{}", email.as_str())?;
            }
        }
        Ok(())
    }
}

impl TokenCommand {
    /// Runs the command; results go to `out`.
    ///
    /// # Errors
    /// What the service refused, or where `out` cannot be written.
    pub fn run(self, app: &App, out: &mut dyn Write) -> anyhow::Result<()> {
        match self {
            TokenCommand::Create { site, role, name } => {
                writeln!(out, "{}", staff::create_token(app, &site, role, &name)?.expose())?;
            }
            TokenCommand::List { site } => {
                for token in staff::tokens(app, &site)? {
                    let TokenKind::Api { role, name, .. } = &token.kind else {
                        continue;
                    };
                    let used = if token.used_at == token.created_at {
                        String::from("never")
                    } else {
                        token.used_at.to_rfc3339()
                    };
                    writeln!(
                        out,
                        "{}\t{}\t{}\t{used}\t{}\t{name}",
                        token.id,
                        role.as_str(),
                        token.created_at.to_rfc3339(),
                        if token.revoked_at.is_some() { "revoked" } else { "" },
                    )?;
                }
            }
            TokenCommand::Revoke { id, site } => {
                staff::revoke_token(app, &site, id)?;
                writeln!(out, "{id}")?;
            }
        }
        Ok(())
    }
}

impl AccountCommand {
    /// Runs the command; results go to `out`.
    ///
    /// # Errors
    /// What the service refused, or where `out` cannot be written.
    pub fn run(self, app: &App, out: &mut dyn Write) -> anyhow::Result<()> {
        match self {
            AccountCommand::Trust {
                email,
                site,
                standing,
            } => {
                staff::set_standing(app, &site, &email, standing)?;
                writeln!(out, "{standing}")?;
            }
            AccountCommand::Export { email, site } => {
                let export = export_account::export(app, &site, &email)?;
                serde_json::to_writer_pretty(&mut *out, &export)?;
                writeln!(out)?;
            }
            AccountCommand::Erase {
                email,
                site,
                yes,
                dry_run,
            } => {
                anyhow::ensure!(
                    yes || dry_run,
                    "this cannot be undone: say --yes to do it, or --dry-run to see what it would do"
                );
                let erasure = if yes {
                    erase_account::erase(app, &site, &email)?
                } else {
                    erase_account::survey(app, &site, &email)?
                };
                report(out, &erasure, if yes { "" } else { "would be " })?;
            }
        }
        Ok(())
    }
}

/// What was erased (`would` is empty) or would be, a line each.
fn report(out: &mut dyn Write, erasure: &Erasure, would: &str) -> std::io::Result<()> {
    let erased = erasure.erased;
    writeln!(out, "{} comments {would}withdrawn", erasure.withdrawn)?;
    writeln!(
        out,
        "{} texts of {} comments {would}erased, {} notes",
        erased.texts, erased.comments, erased.notes
    )?;
    writeln!(out, "{} sessions {would}ended", erasure.tokens)?;
    writeln!(out, "{} reports {would}erased", erasure.reports)?;
    match erasure.address {
        Address::Forgotten => writeln!(out, "the address {would}forgotten"),
        Address::UsedElsewhere => writeln!(out, "the address {would}kept: it is used on another site"),
        Address::Barred => writeln!(
            out,
            "the address {would}still recognised, since the member may not write here"
        ),
    }
}
