//! The display name: whether it is that of somebody on the register, or of another who wrote on the page.

use super::super::{Facts, Prepared};
use super::{Failure, people, span};
use crate::domain::finding::{Field, Finding, Mention, Rule, Strength};
use crate::domain::says::Says;

pub(super) fn look(prepared: &Prepared, facts: &Facts<'_>) -> Result<Vec<Finding>, Failure> {
    let name = prepared.name.as_str();
    let mut findings = Vec::new();
    for (person_id, tier, place) in people::in_name(&prepared.name_reading, facts.register) {
        findings.push(Finding {
            rule: Rule::of("name_on_register"),
            // Many bear a surname; who goes by the whole name may be taken for the person.
            strength: if tier.is_sure() {
                Strength::Hold
            } else {
                Strength::Note
            },
            says: Says::NameOnRegister,
            spans: vec![span(Field::Name, name, place)?],
            mention: Some(Mention { person_id, tier }),
        });
    }
    if facts.name_taken {
        findings.push(Finding {
            rule: Rule::of("name_taken"),
            strength: Strength::Hold,
            says: Says::NameTaken,
            spans: vec![span(Field::Name, name, 0..name.len())?],
            mention: None,
        });
    }
    Ok(findings)
}
