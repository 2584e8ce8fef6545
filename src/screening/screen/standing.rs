//! The author's standing, as far as moderators should see it beside the comment.

use super::super::{Facts, Prepared};
use super::Failure;
use crate::domain::account::Standing;
use crate::domain::finding::{Finding, Rule, Strength};

pub(super) fn look(_: &Prepared, facts: &Facts<'_>) -> Result<Vec<Finding>, Failure> {
    let (rule, strength, message) = match facts.standing {
        Standing::New => (
            "first_comment",
            Strength::Note,
            "No comment of this member has been approved yet.",
        ),
        Standing::AlwaysHeld | Standing::Suspended | Standing::Banned => (
            "always_held",
            Strength::Hold,
            "Everything that this member writes is held.",
        ),
        Standing::Known | Standing::Trusted => return Ok(Vec::new()),
    };
    Ok(vec![Finding {
        rule: Rule::of(rule),
        strength,
        message: message.to_owned(),
        spans: Vec::new(),
        mention: None,
    }])
}
