//! What follows from the findings: whether a text may be public, what it waits for, and how many must approve.
//! Looking at the text is the screens' part.

use crate::domain::account::Standing;
use crate::domain::comment::{HoldReason, Verdict};
use crate::domain::finding::{Finding, Strength};
use crate::domain::site::HoldPolicy;

use super::Facts;

/// The verdict. Reasons of the site's policy come first: they are the same for every comment, so that what an author
/// is told does not depend on the register where it need not.
pub(super) fn verdict(findings: &[Finding], facts: &Facts<'_>) -> Verdict {
    let mut reasons: Vec<HoldReason> = of_site(facts).into_iter().collect();
    if facts.standing == Standing::AlwaysHeld || !facts.standing.may_write() {
        reasons.push(HoldReason::ALWAYS_HELD);
    }
    for finding in findings {
        let reason = HoldReason::of_rule(&finding.rule);
        if finding.strength == Strength::Hold && !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    if reasons.is_empty() {
        Verdict::Publish
    } else {
        Verdict::Hold(reasons)
    }
}

fn of_site(facts: &Facts<'_>) -> Option<HoldReason> {
    match (facts.policy.hold, facts.standing) {
        (HoldPolicy::All, standing) if standing != Standing::Trusted => Some(HoldReason::POLICY_ALL),
        (HoldPolicy::First, Standing::New) => Some(HoldReason::POLICY_FIRST),
        _ => None,
    }
}
