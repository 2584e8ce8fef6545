//! Links: how many there are, and whether the address given as a source is one.

use super::super::{Facts, Prepared};
use super::{Failure, counted, span};
use crate::domain::finding::{Field, Finding, Rule, Strength};
use crate::domain::says::Says;
use crate::domain::text::SourceUrl;

pub(super) fn look(prepared: &Prepared, facts: &Facts<'_>) -> Result<Vec<Finding>, Failure> {
    let mut findings = Vec::new();
    let count = prepared.links.len();
    let most = usize::try_from(facts.policy.max_links).unwrap_or(usize::MAX);
    if count > most {
        let spans = prepared
            .links
            .iter()
            .map(|link| span(Field::Body, &prepared.source, link.source.clone()))
            .collect::<Result<_, _>>()?;
        findings.push(Finding {
            rule: Rule::of("too_many_links"),
            strength: Strength::Hold,
            says: Says::TooManyLinks {
                links: counted(count),
                allowed: counted(most),
            },
            spans,
            mention: None,
        });
    }
    if let Some(address) = &prepared.source_url
        && SourceUrl::parse(address).is_err()
    {
        findings.push(Finding {
            rule: Rule::of("odd_source_link"),
            strength: Strength::Hold,
            says: Says::OddSourceLink,
            spans: vec![span(Field::Link, address, 0..address.len())?],
            mention: None,
        });
    }
    Ok(findings)
}
