//! People of the register: who is named, where and how surely. A sure mention holds as the person's stance says; an
//! unsure one marks.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::super::fold::Reading;
use super::super::register::Register;
use super::super::render::Link;
use super::super::{Facts, Prepared, raw};
use super::{Failure, span};
use crate::domain::finding::{Field, Finding, Mention, Rule, Span, Strength, Tier};
use crate::domain::id::PersonId;
use crate::domain::person::{Person, Stance};
use crate::domain::says::Says;

/// The rule of a mention.
pub(in crate::screening) const NAMES_PERSON: Rule = Rule::of("names_person");

/// A person is shown to be named in at most this many places.
const PLACES: usize = 50;

/// One finding for each person, in the order in which they are first named.
pub(super) fn look(prepared: &Prepared, facts: &Facts<'_>) -> Result<Vec<Finding>, Failure> {
    let register = facts.register;
    let mut spots = Spots::new();
    in_reading(&mut spots, register, &prepared.visible, Field::Body, true);
    // In an address that is shown as it is, a surname is seldom a person's.
    for places in spots.values_mut() {
        places.retain(|spot| {
            let within = |link: &Link| link.bare && contains(&link.source, &spot.source);
            spot.tier.is_sure() || !prepared.links.iter().any(within)
        });
    }
    // Where links lead, titles, attributes: what no reader sees, read for whole names.
    in_reading(&mut spots, register, &prepared.written, Field::Body, false);
    if let Some(address) = &prepared.source_url {
        let reading = Reading::of(|| raw::chars(address).into_iter());
        in_reading(&mut spots, register, &reading, Field::Link, false);
    }
    let mut findings = Vec::new();
    for (person, places) in settled(spots) {
        let person = register.person_at(person).ok_or(Failure("no_entry"))?;
        findings.push(finding(person, &places, prepared, facts)?);
    }
    findings.sort_by_key(|finding| {
        let first = finding.spans.first();
        first.map(|span| (span.field != Field::Body, span.start))
    });
    Ok(findings)
}

/// The people whom a display name matches, each with how surely and where.
pub(super) fn in_name(name: &Reading, register: &Register) -> Vec<(PersonId, Tier, Range<usize>)> {
    let mut spots = Spots::new();
    in_reading(&mut spots, register, name, Field::Name, true);
    settled(spots)
        .into_iter()
        .filter_map(|(person, places)| {
            let best = places.iter().min_by_key(|spot| spot.tier)?;
            Some((register.person_at(person)?.id, best.tier, best.source.clone()))
        })
        .collect()
}

/// Whether a finding says that somebody is surely named.
pub(in crate::screening) fn names_surely(finding: &Finding, facts: &Facts<'_>) -> bool {
    finding.rule == NAMES_PERSON
        && finding
            .mention
            .as_ref()
            .is_some_and(|mention| is_sure(mention.person_id, mention.tier, facts))
}

/// A mention is sure by itself, or where a surname that few bear stands on a page about that person.
fn is_sure(person: PersonId, tier: Tier, facts: &Facts<'_>) -> bool {
    tier.is_sure() || (tier == Tier::Surname && facts.page_people.contains(&person))
}

/// A place where one person is named.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Spot {
    tier: Tier,
    field: Field,
    source: Range<usize>,
}

/// Places by person, who is an index into the register.
type Spots = BTreeMap<usize, Vec<Spot>>;

/// Adds what a reading shows; without `unsure`, only what is sure by itself.
fn in_reading(spots: &mut Spots, register: &Register, reading: &Reading, field: Field, unsure: bool) {
    for hit in reading.ways().flat_map(|way| register.scan(way)) {
        if !unsure && !hit.tier.is_sure() {
            continue;
        }
        let known = spots.entry(hit.person).or_default();
        // The same text read another way.
        let again = known.iter().any(|other| {
            other.field == field && other.tier <= hit.tier && contains(&other.source, &hit.source)
        });
        let surest = known.iter().all(|other| hit.tier < other.tier);
        if !again && (surest || known.len() < PLACES) {
            known.push(Spot {
                tier: hit.tier,
                field,
                source: hit.source,
            });
        }
    }
}

/// Sorts out what stands for whom: a part of a surer name is no mention of its own, and a surname alone means the
/// person whom the text names in full.
fn settled(mut spots: Spots) -> Spots {
    let wholes = Wholes::of(&spots);
    for places in spots.values_mut() {
        places.retain(|spot| !wholes.have_part(spot));
    }
    let is_named = |places: &Vec<Spot>| places.iter().any(|spot| spot.tier.is_sure());
    let place = |spot: &Spot| (spot.field.as_str(), spot.source.start, spot.source.end);
    let taken: BTreeSet<(&'static str, usize, usize)> = spots
        .values()
        .filter(|places| is_named(places))
        .flatten()
        .map(place)
        .collect();
    for places in spots.values_mut().filter(|places| !is_named(places)) {
        places.retain(|spot| !taken.contains(&place(spot)));
    }
    for places in spots.values_mut() {
        // A first name says nothing beside a surer mention.
        if places.iter().any(|spot| spot.tier != Tier::Weak) {
            places.retain(|spot| spot.tier != Tier::Weak);
        }
        places.sort_by_key(|spot| (spot.field != Field::Body, spot.source.start, spot.source.end));
        places.dedup_by(|later, first| later.field == first.field && later.source == first.source);
    }
    spots.retain(|_, places| !places.is_empty());
    spots
}

/// The sure mentions of a text, for asking whether one holds another place within it.
struct Wholes {
    /// Start and the furthest end of those that start there or before, by field, in order.
    ends: BTreeMap<&'static str, Vec<(usize, usize)>>,
}

impl Wholes {
    fn of(spots: &Spots) -> Self {
        let mut ends: BTreeMap<&'static str, Vec<(usize, usize)>> = BTreeMap::new();
        for spot in spots.values().flatten().filter(|spot| spot.tier.is_sure()) {
            ends.entry(spot.field.as_str())
                .or_default()
                .push((spot.source.start, spot.source.end));
        }
        for ranges in ends.values_mut() {
            ranges.sort_unstable();
            let mut furthest = 0;
            for (_, end) in ranges.iter_mut() {
                furthest = furthest.max(*end);
                *end = furthest;
            }
        }
        Self { ends }
    }

    /// Whether a sure mention holds the place and is longer.
    fn have_part(&self, spot: &Spot) -> bool {
        let ranges = self.ends.get(spot.field.as_str()).map_or(&[][..], Vec::as_slice);
        let Range { start, end } = spot.source;
        let furthest = |index: usize| {
            index
                .checked_sub(1)
                .and_then(|last| ranges.get(last))
                .map_or(0, |(_, furthest)| *furthest)
        };
        let starting_before = ranges.partition_point(|(from, _)| *from < start);
        let starting_by_then = ranges.partition_point(|(from, _)| *from <= start);
        furthest(starting_before) >= end || furthest(starting_by_then) > end
    }
}

fn contains(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

fn finding(
    person: &Person,
    spots: &[Spot],
    prepared: &Prepared,
    facts: &Facts<'_>,
) -> Result<Finding, Failure> {
    let tier = spots.iter().map(|spot| spot.tier).min().unwrap_or(Tier::Weak);
    let sure = is_sure(person.id, tier, facts);
    let strength = match person.stance {
        Stance::Hold | Stance::Two if sure => Strength::Hold,
        Stance::Hold | Stance::Two | Stance::Flag => Strength::Flag,
    };
    let spans = spots
        .iter()
        .map(|spot| {
            let text = match spot.field {
                Field::Body => &prepared.source,
                Field::Name => &prepared.name,
                Field::Link => prepared.source_url.as_ref().ok_or(Failure("no_source_address"))?,
            };
            span(spot.field, text, spot.source.clone())
        })
        .collect::<Result<Vec<Span>, Failure>>()?;
    Ok(Finding {
        rule: NAMES_PERSON,
        strength,
        says: Says::NamesPerson {
            name: person.name.clone(),
            tier,
            sure,
        },
        spans,
        mention: Some(Mention {
            person_id: person.id,
            tier,
        }),
    })
}
