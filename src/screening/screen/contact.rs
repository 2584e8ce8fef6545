//! Whether a comment that names somebody has an author who can be written to.

use super::super::Facts;
use crate::domain::finding::{Finding, Rule, Strength};
use crate::domain::says::Says;

/// For a comment that names somebody: holds where its author has no proven address.
pub(super) fn look(facts: &Facts<'_>) -> Option<Finding> {
    (!facts.has_contact).then(|| Finding {
        rule: Rule::of("no_contact"),
        strength: Strength::Hold,
        says: Says::NoContact,
        spans: Vec::new(),
        mention: None,
    })
}
