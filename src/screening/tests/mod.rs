//! Tests of the whole of screening: the founding case, policy, and texts made to break it. The screens' own and those
//! of safety are in the modules below.

mod people;
mod safety;
mod screens;

use proptest::prelude::*;

use screens::listed;

use super::*;
use crate::domain::clock::Micros;
use crate::domain::comment::HoldReason;
use crate::domain::finding::{Field, Strength, Tier};
use crate::domain::id::SiteId;
use crate::domain::person::{Person, Stance};
use crate::domain::rng::SeededRng;
use crate::domain::site::HoldPolicy;

pub(super) fn person(number: i64, name: &str, other_names: &[&str], stance: Stance) -> Person {
    let rng = SeededRng::new(7);
    Person {
        id: PersonId::new(Micros::from_i64(number * 1_000_000), &rng),
        site_id: SiteId::new(Micros::from_i64(1), &rng),
        outside_id: None,
        name: name.to_owned(),
        other_names: other_names.iter().map(|name| (*name).to_owned()).collect(),
        stance,
        created_at: Micros::from_i64(1),
    }
}

/// What a text is judged against, with a register of three.
pub(super) struct Case {
    pub policy: Policy,
    pub register: Register,
    pub standing: Standing,
    pub has_contact: bool,
    pub seen_before: Vec<SeenBefore>,
    pub name_taken: bool,
    pub page_people: Vec<PersonId>,
}

impl Default for Case {
    fn default() -> Self {
        Self {
            policy: Policy {
                hold: HoldPolicy::Flagged,
                ..Policy::default()
            },
            register: Register::compile(
                3,
                &[
                    person(1, "Neil Walton", &[], Stance::Hold),
                    person(2, "Barrie Sharp", &["Bazza"], Stance::Hold),
                    person(3, "James Bartles", &["Jim Bartles"], Stance::Hold),
                ],
            ),
            standing: Standing::Trusted,
            has_contact: true,
            seen_before: Vec::new(),
            name_taken: false,
            page_people: Vec::new(),
        }
    }
}

impl Case {
    pub(super) fn facts(&self) -> Facts<'_> {
        Facts {
            policy: &self.policy,
            register: &self.register,
            standing: self.standing,
            has_contact: self.has_contact,
            seen_before: &self.seen_before,
            name_taken: self.name_taken,
            page_people: &self.page_people,
        }
    }
}

pub(super) fn prepared(source: &str) -> Prepared {
    prepared_by(source, "Alice Reader", None)
}

pub(super) fn prepared_by(source: &str, name: &str, source_url: Option<&str>) -> Prepared {
    prepare(Draft {
        source: &CommentSource::parse(source).unwrap(),
        name: &DisplayName::parse(name).unwrap(),
        source_url,
    })
}

pub(super) const GENERAL: &str = "Twenty selection meetings in one month? If membership lists really were passed around, that is a \
    matter for the regulator, and the party should say in May what it will do about it. Mark my words.";
pub(super) const NAMING: &str = "Everybody in Castle Gate North knows that **Barrie** Sharp has a list he should not have. It was \
    Neil Walton's list once, and james bartles rang half the ward with it on Walton Road. If you got a call, report it.";

/// The case, of an author who cannot be written to.
pub(super) fn unreachable(case: Case) -> Case {
    Case {
        has_contact: false,
        ..case
    }
}

/// Whether somebody is surely named, by the judgement of an author who cannot be written to: that alone holds then.
pub(super) fn is_sure(judgement: &Judgement) -> bool {
    judgement
        .findings
        .iter()
        .any(|finding| finding.rule.as_str() == "no_contact")
}

/// Whether the text surely names somebody.
pub(super) fn names_surely(source: &str, case: Case) -> bool {
    is_sure(&judged(source, &unreachable(case)))
}

pub(super) fn named(judgement: &Judgement) -> Vec<(&str, Tier, Strength)> {
    judgement
        .findings
        .iter()
        .filter(|finding| finding.rule.as_str() == "names_person")
        .map(|finding| {
            let mention = finding.mention.as_ref().unwrap();
            (finding.spans[0].text.as_str(), mention.tier, finding.strength)
        })
        .collect()
}

pub(super) fn judged(source: &str, case: &Case) -> Judgement {
    judge(&prepared(source), &case.facts())
}

pub(super) fn reasons(judgement: &Judgement) -> Vec<&str> {
    match &judgement.verdict {
        Verdict::Publish => Vec::new(),
        Verdict::Hold(reasons) => reasons.iter().map(HoldReason::as_str).collect(),
    }
}

#[test]
fn the_general_comment_is_public_at_once() {
    let judgement = judged(GENERAL, &Case::default());
    assert_eq!(judgement.findings, []);
    assert_eq!(judgement.verdict, Verdict::Publish);
    assert!(!names_surely(GENERAL, Case::default()));
}

#[test]
fn the_comment_that_names_three_is_held_with_their_names() {
    let judgement = judged(NAMING, &Case::default());
    assert_eq!(reasons(&judgement), ["names_person"]);
    assert_eq!(
        named(&judgement),
        [
            ("Barrie** Sharp", Tier::Full, Strength::Hold),
            ("Neil Walton", Tier::Full, Strength::Hold),
            ("james bartles", Tier::Full, Strength::Hold),
        ]
    );
    assert_eq!(judgement.findings.len(), 3);
    assert!(judgement.findings.iter().all(|finding| finding.spans.len() == 1));
    for span in judgement.findings.iter().flat_map(|finding| &finding.spans) {
        assert_eq!(&NAMING[span.start as usize..span.end as usize], span.text);
    }
    assert!(names_surely(NAMING, Case::default()));
}

#[test]
fn whoever_names_somebody_must_be_reachable() {
    let case = Case {
        has_contact: false,
        ..Case::default()
    };
    let judgement = judged("Neil Walton did it", &case);
    assert_eq!(reasons(&judgement), ["names_person", "no_contact"]);
    assert_eq!(judged(GENERAL, &case).verdict, Verdict::Publish);
}

#[test]
fn the_policy_of_the_site() {
    use HoldPolicy::{All, First, Flagged};
    for (hold, standing, expected) in [
        (All, Standing::New, &["policy_all"][..]),
        (All, Standing::Known, &["policy_all"]),
        (All, Standing::Trusted, &[]),
        (All, Standing::AlwaysHeld, &["policy_all", "always_held"]),
        (First, Standing::New, &["policy_first"]),
        (First, Standing::Known, &[]),
        (First, Standing::Trusted, &[]),
        (First, Standing::AlwaysHeld, &["always_held"]),
        (Flagged, Standing::New, &[]),
        (Flagged, Standing::Known, &[]),
        (Flagged, Standing::Trusted, &[]),
        (Flagged, Standing::AlwaysHeld, &["always_held"]),
        (Flagged, Standing::Banned, &["always_held"]),
    ] {
        let mut case = Case {
            standing,
            ..Case::default()
        };
        case.policy.hold = hold;
        assert_eq!(reasons(&judged(GENERAL, &case)), expected, "{hold:?} {standing}");
        // Nobody skips a hold for naming a person.
        let naming = judged(NAMING, &case);
        assert!(reasons(&naming).contains(&"names_person"), "{hold:?} {standing}");
    }
}

#[test]
fn the_fingerprint_is_of_the_words() {
    let of = |source| prepared(source).fingerprint();
    assert_eq!(of("Vote, **now**!"), of("vote  NOW"));
    assert_ne!(of("vote now"), of("vote then"));
    assert_ne!(of("[x](https://example.org/a)"), of("[x](https://example.org/b)"));
    assert_ne!(of("👍"), of("👎"));
}

#[test]
fn a_text_that_could_not_be_rendered_is_held() {
    let mut unrendered = prepared(GENERAL);
    unrendered.failure = Some("the text could not be rendered");
    assert_eq!(
        reasons(&judge(&unrendered, &Case::default().facts())),
        ["screen_failed"]
    );
}

#[test]
fn a_possessive_in_code_that_reads_otherwise_than_written_has_evidence() {
    let source = CommentSource::parse("*```\nNeil> Cllr Neil Walton's```\n").unwrap();
    let findings = people_named(&source, &Case::default().register, &[]);
    assert!(!findings.is_empty());
    assert!(
        findings
            .iter()
            .flat_map(|finding| &finding.spans)
            .all(|span| !span.text.is_empty())
    );
}

proptest! {
    #[test]
    fn any_text_is_judged_with_evidence_that_fits(text in hostile(), name in "[A-Za-z]{2,8}( Walton)?") {
        let Ok(source) = CommentSource::parse(&text) else { return Ok(()) };
        let name = DisplayName::parse(&name).unwrap();
        let prepared = prepare(Draft { source: &source, name: &name, source_url: None });
        let case = Case { standing: Standing::New, ..listed(r"[a-zб]+on|\*", true, Strength::Flag) };
        let judgement = judge(&prepared, &case.facts());
        prop_assert_eq!(&judgement, &judge(&prepared, &case.facts()));
        prop_assert!(prepared.failure.is_none());
        for finding in &judgement.findings {
            prop_assert!(finding.rule.as_str() != "screen_failed", "{:?}", finding);
            for span in &finding.spans {
                let field = if span.field == Field::Body { source.as_str() } else { name.as_str() };
                let slice = field.get(span.start as usize..span.end as usize);
                prop_assert_eq!(slice, Some(span.text.as_str()));
                prop_assert!(!span.text.is_empty());
            }
        }
    }

    #[test]
    fn a_name_is_found_wherever_it_stands(before in hostile(), after in hostile()) {
        let text = format!("{before}\n\nNeil Walton\n\n{after}");
        let Ok(source) = CommentSource::parse(&text) else { return Ok(()) };
        let name = DisplayName::parse("Alice").unwrap();
        let prepared = prepare(Draft { source: &source, name: &name, source_url: None });
        prop_assert!(is_sure(&judge(&prepared, &unreachable(Case::default()).facts())), "{}", source.as_str());
    }
}

/// Text made of what Markdown, HTML and names are made of.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "Neil",
        "Walton",
        "walton",
        "Sharp",
        "Cllr ",
        "N.",
        "'s",
        "’",
        " ",
        "\n",
        "\n\n",
        "*",
        "**",
        "_",
        "`",
        "```\n",
        "> ",
        "- ",
        "1. ",
        "# ",
        "[",
        "](",
        ")",
        "]",
        "![",
        "https://example.org/",
        "www.example.org",
        "<",
        ">",
        "<b>",
        "</b>",
        "<!--",
        "-->",
        "&amp;",
        "&#78;",
        "&",
        "\\",
        "\t",
        "~~",
        "é",
        "е",
        "\u{200D}",
        "\u{301}",
        "王",
        "👍",
        "%20",
        "%",
        "\"",
        "|",
        "---",
        "[x]: ",
        "a",
        "1",
    ]);
    prop_oneof![
        prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat()),
        any::<String>(),
    ]
}
