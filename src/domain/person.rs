//! People whom comments may name: the entries of a site's register. Never public.

use std::fmt;
use std::str::FromStr;

use super::clock::Micros;
use super::id::{PersonId, SiteId};

/// What naming a person does to a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stance {
    /// Marks it.
    Flag,
    /// Holds it; the default.
    Hold,
    /// Holds it until two accounts have approved.
    Two,
}

impl Stance {
    /// The stance's word in the interface.
    pub fn as_str(self) -> &'static str {
        match self {
            Stance::Flag => "flag",
            Stance::Hold => "hold",
            Stance::Two => "two",
        }
    }
}

impl fmt::Display for Stance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The word names no stance.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a stance: use flag, hold or two")]
pub struct UnknownStance;

impl FromStr for Stance {
    type Err = UnknownStance;
    fn from_str(word: &str) -> Result<Self, UnknownStance> {
        match word {
            "flag" => Ok(Stance::Flag),
            "hold" => Ok(Stance::Hold),
            "two" => Ok(Stance::Two),
            _ => Err(UnknownStance),
        }
    }
}

/// An entry of a site's register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Its id.
    pub id: PersonId,
    /// The site whose register it is on.
    pub site_id: SiteId,
    /// The id that an import gave, by which a later import finds the entry again.
    pub outside_id: Option<String>,
    /// The name in full, as shown to moderators.
    pub name: String,
    /// Further names: aliases, nicknames, former names.
    pub other_names: Vec<String>,
    /// What naming them does.
    pub stance: Stance,
    /// When the entry was made.
    pub created_at: Micros,
}

impl Person {
    /// Every name that names them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.other_names.iter().map(String::as_str))
    }
}
