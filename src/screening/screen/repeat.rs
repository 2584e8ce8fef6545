//! Repeats: texts that the site has seen before.

use super::super::{Facts, Fate, Prepared};
use super::{Failure, counted};
use crate::domain::account::Standing;
use crate::domain::finding::{Finding, Rule, Strength};
use crate::domain::says::Says;

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
    let not_public = facts
        .seen_before
        .iter()
        .filter(|seen| seen.fate != Fate::Public)
        .count();
    let refused_here = facts
        .seen_before
        .iter()
        .any(|seen| seen.same_author && seen.fate == Fate::Refused);
    let strength = match facts.standing {
        // Whoever is told that it does not stay up does not put it up again alone, however few words it is.
        _ if refused_here => Strength::Hold,
        _ if letters < SHORT => Strength::Note,
        // What a moderator took down, refused or has yet to read, and what its author took back before or after, is
        // nobody's to publish without one.
        _ if not_public > 0 => Strength::Hold,
        // A member with approved comments who posts a text twice has most likely pressed twice.
        Standing::Known | Standing::Trusted => Strength::Flag,
        _ => Strength::Hold,
    };
    Ok(vec![Finding {
        rule: Rule::of("repeat"),
        strength,
        says: Says::Repeat {
            times: counted(count),
            by_same: counted(by_same),
            hidden: counted(not_public),
        },
        spans: Vec::new(),
        mention: None,
    }])
}
