//! Accounts and memberships: who somebody is to the server, and who they are on one site.

use std::fmt;
use std::str::FromStr;

use super::clock::Micros;
use super::id::{AccountId, MembershipId, SiteId};
use super::text::DisplayName;

/// How far a site trusts a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// No comment of theirs has been approved yet.
    New,
    /// At least one has.
    Known,
    /// Skips the holds `all` and `first`; never a hold for naming a person.
    Trusted,
    /// Everything they write is held.
    AlwaysHeld,
    /// May not write for now.
    Suspended,
    /// May not write.
    Banned,
}

impl Standing {
    /// The standing's word in the interface.
    pub fn as_str(self) -> &'static str {
        match self {
            Standing::New => "new",
            Standing::Known => "known",
            Standing::Trusted => "trusted",
            Standing::AlwaysHeld => "always_held",
            Standing::Suspended => "suspended",
            Standing::Banned => "banned",
        }
    }
    /// Whether the member may write at all.
    pub fn may_write(self) -> bool {
        !matches!(self, Standing::Suspended | Standing::Banned)
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The word names no standing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a standing: use new, known, trusted, always_held, suspended or banned")]
pub struct UnknownStanding;

impl FromStr for Standing {
    type Err = UnknownStanding;
    fn from_str(word: &str) -> Result<Self, UnknownStanding> {
        match word {
            "new" => Ok(Standing::New),
            "known" => Ok(Standing::Known),
            "trusted" => Ok(Standing::Trusted),
            "always_held" => Ok(Standing::AlwaysHeld),
            "suspended" => Ok(Standing::Suspended),
            "banned" => Ok(Standing::Banned),
            _ => Err(UnknownStanding),
        }
    }
}

/// An account on one site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The public `author.id`.
    pub id: MembershipId,
    /// Whose it is.
    pub account_id: AccountId,
    /// On which site.
    pub site_id: SiteId,
    /// The name shown there.
    pub name: DisplayName,
    /// How far the site trusts them.
    pub standing: Standing,
    /// When they first signed in there.
    pub created_at: Micros,
}
