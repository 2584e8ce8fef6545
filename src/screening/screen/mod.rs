//! The screens, one a file: each looks at a prepared text for one thing and reports findings.

pub(super) mod name;

use super::{Facts, Prepared};
use crate::domain::finding::Finding;

/// Runs every screen.
pub(super) fn look(prepared: &Prepared, facts: &Facts<'_>) -> Vec<Finding> {
    name::of_name(&prepared.name, facts.register, facts.name_taken)
}
