//! The author's standing, as far as moderators should see it beside the comment.

use super::super::{Facts, Prepared};
use super::Failure;
use crate::domain::account::Standing;
use crate::domain::finding::{Finding, Rule, Strength};
use crate::domain::says::Says;

pub(super) fn look(_: &Prepared, facts: &Facts<'_>) -> Result<Vec<Finding>, Failure> {
    let (rule, strength, says) = match facts.standing {
        Standing::New => ("first_comment", Strength::Note, Says::FirstComment),
        Standing::AlwaysHeld | Standing::Suspended | Standing::Banned => {
            ("always_held", Strength::Hold, Says::AlwaysHeld)
        }
        Standing::Known | Standing::Trusted => return Ok(Vec::new()),
    };
    Ok(vec![Finding {
        rule: Rule::of(rule),
        strength,
        says,
        spans: Vec::new(),
        mention: None,
    }])
}
