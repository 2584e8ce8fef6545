//! Repeats: texts that the site has seen before.

use super::super::{Facts, Prepared};
use super::Failure;
use crate::domain::account::Standing;
use crate::domain::finding::{Finding, Rule, Strength};

/// Texts of fewer letters are repeated by honest people: "I agree", "Thank you!".
const SHORT: usize = 20;

pub(super) fn look(prepared: &Prepared, facts: &Facts<'_>) -> Result<Vec<Finding>, Failure> {
    let count = facts.seen_before.len();
    if count == 0 {
        return Ok(Vec::new());
    }
    let by_same = facts.seen_before.iter().filter(|seen| seen.same_author).count();
    let letters = prepared
        .written
        .kept
        .as_str()
        .chars()
        .filter(|c| *c != ' ')
        .count();
    let strength = match facts.standing {
        _ if letters < SHORT => Strength::Note,
        // A member with approved comments who posts a text twice has most likely pressed twice.
        Standing::Known | Standing::Trusted => Strength::Flag,
        _ => Strength::Hold,
    };
    let times = match count {
        1 => String::from("once"),
        2 => String::from("twice"),
        count => format!("{count} times"),
    };
    Ok(vec![Finding {
        rule: Rule::of("repeat"),
        strength,
        message: format!("This text was posted {times} before, {by_same} of them by the same member."),
        spans: Vec::new(),
        mention: None,
    }])
}
