//! Roles: what an account may do on a site or on the server. An open list: a role that is not known gives no right.

use std::fmt;
use std::str::FromStr;

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Sees a site's desk and changes nothing.
    Viewer,
    /// Decides on a site's comments, opens and closes pages.
    Moderator,
    /// Sets a site's policy, invites and dismisses its moderators.
    Owner,
    /// Runs the server: owner of every site.
    Operator,
}

/// A right that a desk's request needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// To see the desk of a site.
    See,
    /// To decide on comments, pages and reports.
    Decide,
    /// To change the site itself.
    Manage,
}

impl Role {
    /// Whether the role carries the right.
    pub fn may(self, right: Right) -> bool {
        match right {
            Right::See => true,
            Right::Decide => self >= Role::Moderator,
            Right::Manage => self >= Role::Owner,
        }
    }
    /// The role's word in the interface and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Moderator => "moderator",
            Role::Owner => "owner",
            Role::Operator => "operator",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The word names no role that this version knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a role: use viewer, moderator, owner or operator")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;
    fn from_str(word: &str) -> Result<Self, UnknownRole> {
        match word {
            "viewer" => Ok(Role::Viewer),
            "moderator" => Ok(Role::Moderator),
            "owner" => Ok(Role::Owner),
            "operator" => Ok(Role::Operator),
            _ => Err(UnknownRole),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_viewer_only_sees() {
        assert!(Role::Viewer.may(Right::See));
        assert!(!Role::Viewer.may(Right::Decide));
        assert!(Role::Moderator.may(Right::Decide) && !Role::Moderator.may(Right::Manage));
        assert!(Role::Owner.may(Right::Manage) && Role::Operator.may(Right::Manage));
    }
}
