//! Tests of the whole of screening: the founding case, policy, spans, and texts made to break it.

use proptest::prelude::*;

use super::*;
use crate::domain::clock::Micros;
use crate::domain::comment::HoldReason;
use crate::domain::finding::{Field, Tier};
use crate::domain::id::SiteId;
use crate::domain::person::Person;
use crate::domain::rng::SeededRng;
use crate::domain::site::{HoldPolicy, ListedWord};

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

const GENERAL: &str = "Twenty selection meetings in one month? If membership lists really were passed around, that is a \
    matter for the regulator, and the party should say in May what it will do about it. Mark my words.";
const NAMING: &str = "Everybody in Castle Gate North knows that **Barrie** Sharp has a list he should not have. It was \
    Neil Walton's list once, and james bartles rang half the ward with it on Walton Road. If you got a call, report it.";

fn named(judgement: &Judgement) -> Vec<(&str, Tier, Strength)> {
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

fn judged(source: &str, case: &Case) -> Judgement {
    judge(&prepared(source), &case.facts())
}

fn reasons(judgement: &Judgement) -> Vec<&str> {
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
    assert!(!judgement.names_person && !judgement.needs_contact && judgement.need == 1);
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
    assert!(judgement.names_person);
}

#[test]
fn a_register_can_be_tried_out() {
    let source = CommentSource::parse(NAMING).unwrap();
    let case = Case::default();
    assert_eq!(
        people_named(&source, &case.register),
        judged(NAMING, &case).findings
    );
    let source = CommentSource::parse(GENERAL).unwrap();
    assert_eq!(people_named(&source, &case.register), []);
}

#[test]
fn names_are_found_however_they_are_written() {
    let full = Tier::Full;
    for (source, text, tier) in [
        ("NEIL WALTON IS A CROOK AND SO ON", "NEIL WALTON", full),
        ("ask neil  walton", "neil  walton", full),
        ("ask Neil\nWalton", "Neil\nWalton", full),
        ("Walton, Neil", "Walton, Neil", full),
        ("see @NeilWalton", "NeilWalton", full),
        ("Néil Waltón’s", "Néil Waltón", full),
        ("Nеil Waltоn", "Nеil Waltоn", full),
        ("Ne\u{200B}il Wal\u{AD}ton", "Ne\u{200B}il Wal\u{AD}ton", full),
        ("N e i l  W a l t o n", "N e i l  W a l t o n", full),
        ("N*e*il Walton", "N*e*il Walton", full),
        ("Ne&#105;l Walton", "Ne&#105;l Walton", full),
        ("_Neil_ [Walton](https://example.org)", "Neil_ [Walton", full),
        ("the [man](https://example.org/neil-walton)", "neil-walton", full),
        ("<https://example.org/Neil%20Walton>", "Neil%20Walton", full),
        (
            "[x]\n\n[x]: https://example.org \"Neil Walton\"",
            "Neil Walton",
            full,
        ),
        ("`Neil Walton`", "Neil Walton", full),
        ("> Neil\n> Walton", "Neil\n> Walton", full),
        ("![Neil Walton](https://example.org/x.png)", "Neil Walton", full),
        ("<b title=\"Neil Walton\">x</b>", "Neil Walton", full),
        ("<b>Neil</b> Walton", "Neil</b> Walton", full),
        ("# Neil Walton", "Neil Walton", full),
        ("Neil J. Walton", "Neil J. Walton", full),
        ("then Neil James Walton", "Neil James Walton", full),
        ("Cllr Neil Walton", "Neil Walton", full),
        ("Mr. N. Walton", "N. Walton", Tier::Initial),
        ("Councillor Walton", "Walton", Tier::Title),
        ("cllr walton", "walton", Tier::Title),
        ("ask Bazza", "Bazza", Tier::Nickname),
        ("Jim Bartles knows", "Jim Bartles", Tier::Nickname),
    ] {
        let judgement = judged(source, &Case::default());
        assert_eq!(named(&judgement), [(text, tier, Strength::Hold)], "{source}");
        assert!(judgement.names_person, "{source}");
        assert!(reasons(&judgement).contains(&"names_person"), "{source}");
    }
}

#[test]
fn less_than_a_name_marks_and_does_not_hold() {
    for (source, text, tier) in [
        ("Walton's lot again", "Walton", Tier::Surname),
        ("that bartles", "bartles", Tier::Surname),
        ("so says Sharp", "Sharp", Tier::Weak),
        ("so says Neil, again", "Neil", Tier::Weak),
    ] {
        let judgement = judged(source, &Case::default());
        assert_eq!(named(&judgement), [(text, tier, Strength::Flag)], "{source}");
        assert_eq!(judgement.verdict, Verdict::Publish, "{source}");
        assert!(!judgement.names_person, "{source}");
    }
}

#[test]
fn what_only_looks_like_a_name_is_none() {
    for source in [
        "on Walton Road, in James Street",
        "Sharp words, and a sharp knife",
        "They met Neil Smith",
        "https://walton.example/bartles",
        "waltonian neilism",
        "Neither Barries nor Jameson",
        "the young will vote in May",
    ] {
        assert_eq!(named(&judged(source, &Case::default())), [], "{source}");
    }
    let apart = judged("I met Neil. Walton is a nice place", &Case::default());
    assert!(
        named(&apart)
            .iter()
            .all(|(_, _, strength)| *strength == Strength::Flag)
    );
}

#[test]
fn everyday_words_are_names_only_where_written_as_such() {
    let names = [
        "Grace May",
        "Tom Brown",
        "Ann Green",
        "Barrie Sharp",
        "Will Young",
        "Neil Walton",
        "James Bartles",
        "Siân Ó'Dowd-Lloyd",
    ];
    let people: Vec<Person> = (1..)
        .zip(names)
        .map(|(number, name)| person(number, name, &[], Stance::Hold))
        .collect();
    let case = Case {
        register: Register::compile(1, &people),
        ..Case::default()
    };
    for (source, expected) in [
        (
            "May I say that in June Mrs May spoke of Brown and the Green belt",
            vec![("May", Tier::Title), ("Brown", Tier::Weak), ("Green", Tier::Weak)],
        ),
        ("brown sign on the green at Walton Road, James Street", vec![]),
        ("May I? Brown is a colour. Sharp turn", vec![]),
        ("BARRIE SHARP IS A CROOK", vec![("BARRIE SHARP", Tier::Full)]),
        ("SHARP AND BROWN AND GREEN AND MAY", vec![]),
        (
            "it is said that Will Young lied",
            vec![("Will Young", Tier::Full)],
        ),
        ("the will young people have", vec![("will young", Tier::Weak)]),
        ("A Green vote", vec![("Green", Tier::Weak)]),
        ("A. Green voted", vec![("A. Green", Tier::Initial)]),
        ("T Brown voted", vec![("T Brown", Tier::Initial)]),
        ("sian odowd lloyd", vec![("sian odowd lloyd", Tier::Full)]),
        ("SIÂN Ó’DOWD LLOYD'S", vec![("SIÂN Ó’DOWD LLOYD", Tier::Full)]),
        ("Cllr O Dowd Lloyd", vec![("O Dowd Lloyd", Tier::Title)]),
        ("Labour Party, Momentum, Castle Gate North", vec![]),
    ] {
        let judgement = judged(source, &case);
        let mut found = named(&judgement);
        found.sort_by_key(|(text, ..)| source.find(text));
        let found: Vec<_> = found.into_iter().map(|(text, tier, _)| (text, tier)).collect();
        assert_eq!(found, expected, "{source}");
    }
}

#[test]
fn a_surname_means_whom_the_text_names_in_full() {
    let case = Case {
        register: Register::compile(
            1,
            &[
                person(1, "Neil Walton", &[], Stance::Hold),
                person(2, "Grace Walton", &[], Stance::Two),
            ],
        ),
        ..Case::default()
    };
    let judgement = judged("Neil Walton did it. Walton lied.", &case);
    assert_eq!(judgement.findings.len(), 1);
    let texts: Vec<_> = judgement.findings[0]
        .spans
        .iter()
        .map(|span| span.text.as_str())
        .collect();
    assert_eq!(texts, ["Neil Walton", "Walton"]);
    assert_eq!(judgement.need, 1);
    // Nobody in full: it may be either.
    let judgement = judged("Walton lied.", &case);
    assert_eq!(judgement.findings.len(), 2);
    assert_eq!(judgement.verdict, Verdict::Publish);
}

#[test]
fn a_surname_holds_on_a_page_about_the_person() {
    let case = Case {
        page_people: vec![person(1, "", &[], Stance::Hold).id],
        ..Case::default()
    };
    let judgement = judged("Walton lied", &case);
    assert_eq!(named(&judgement), [("Walton", Tier::Surname, Strength::Hold)]);
    assert!(judgement.names_person);
    assert_eq!(judged("Bartles lied", &case).verdict, Verdict::Publish);
}

#[test]
fn the_stance_decides() {
    for (stance, strength, held, need) in [
        (Stance::Flag, Strength::Flag, false, 1),
        (Stance::Hold, Strength::Hold, true, 1),
        (Stance::Two, Strength::Hold, true, 2),
    ] {
        let case = Case {
            register: Register::compile(1, &[person(1, "Neil Walton", &[], stance)]),
            ..Case::default()
        };
        let judgement = judged("Neil Walton did it", &case);
        assert_eq!(judgement.findings[0].strength, strength);
        assert_eq!(judgement.verdict != Verdict::Publish, held, "{stance}");
        assert_eq!(judgement.need, need);
        assert!(judgement.names_person);
    }
}

#[test]
fn whoever_names_somebody_must_be_reachable() {
    let case = Case {
        has_contact: false,
        ..Case::default()
    };
    let judgement = judged("Neil Walton did it", &case);
    assert_eq!(reasons(&judgement), ["names_person", "no_contact"]);
    assert!(judgement.needs_contact);
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
fn display_names_on_the_register_and_taken_ones_hold() {
    let mut case = Case::default();
    for (name, text) in [
        ("Neil Walton", "Neil Walton"),
        ("NeilWalton", "NeilWalton"),
        ("Real Néil_Walton 2", "Néil_Walton"),
        ("Nеil Waltоn", "Nеil Waltоn"),
        ("Cllr Walton", "Walton"),
    ] {
        let judgement = judge(&prepared_by(GENERAL, name, None), &case.facts());
        assert_eq!(reasons(&judgement), ["name_on_register"], "{name}");
        let span = &judgement.findings[0].spans[0];
        assert_eq!((span.field, span.text.as_str()), (Field::Name, text));
        assert!(!judgement.names_person, "who writes is not who is written about");
    }
    for name in ["Sue Walton", "Alice Reader"] {
        let judgement = judge(&prepared_by(GENERAL, name, None), &case.facts());
        assert_eq!(judgement.verdict, Verdict::Publish, "{name}");
    }
    case.name_taken = true;
    assert_eq!(reasons(&judged(GENERAL, &case)), ["name_taken"]);
    let name = DisplayName::parse("Neil Walton").unwrap();
    let rules: Vec<_> = judge_name(&name, &case.register, true)
        .into_iter()
        .map(|finding| finding.rule.as_str().to_owned())
        .collect();
    assert_eq!(rules, ["name_on_register", "name_taken"]);
}

#[test]
fn names_that_look_the_same_have_one_key() {
    let key = |name: &str| name_key(&DisplayName::parse(name).unwrap());
    for name in ["ann lee", "Ann  LEE", "Änn Lee", "Ann-Lee", "Аnn Lее", "AnnLee"] {
        assert_eq!(key(name), key("Ann Lee"), "{name}");
    }
    assert_ne!(key("Ann Lee"), key("Ann Lea"));
    assert_ne!(key("李小"), key("李大"));
}

#[test]
fn links_are_counted_and_shown() {
    let mut case = Case::default();
    let source = "a https://example.org/a, [b](https://example.org/b) <c@example.org> www.example.net.";
    case.policy.max_links = 4;
    assert_eq!(judged(source, &case).verdict, Verdict::Publish);
    case.policy.max_links = 3;
    let judgement = judged(source, &case);
    assert_eq!(reasons(&judgement), ["too_many_links"]);
    let texts: Vec<_> = judgement.findings[0]
        .spans
        .iter()
        .map(|span| span.text.as_str())
        .collect();
    assert_eq!(
        texts,
        [
            "https://example.org/a",
            "[b](https://example.org/b)",
            "<c@example.org>",
            "www.example.net"
        ]
    );
}

#[test]
fn the_source_address_is_screened() {
    let case = Case::default();
    let judgement = |address| {
        judge(
            &prepared_by(GENERAL, "Alice Reader", Some(address)),
            &case.facts(),
        )
    };
    assert_eq!(judgement("https://example.org/a").verdict, Verdict::Publish);
    assert_eq!(reasons(&judgement("javascript:alert(1)")), ["odd_source_link"]);
    assert_eq!(reasons(&judgement("https://a@example.org/")), ["odd_source_link"]);
    let naming = judgement("https://example.org/neil-walton");
    let span = &naming.findings[0].spans[0];
    assert_eq!((span.field, span.text.as_str()), (Field::Link, "neil-walton"));
    assert!(naming.names_person);
}

fn listed(pattern: &str, regex: bool, strength: Strength) -> Case {
    let mut case = Case::default();
    case.policy.words = vec![ListedWord {
        pattern: pattern.to_owned(),
        regex,
        strength,
    }];
    case
}

#[test]
fn listed_words_are_found_as_written_and_folded() {
    for (pattern, regex, source, text) in [
        ("crook", false, "What a CROOK!", "CROOK"),
        ("crook", false, "Cróok's", "Cróok"),
        ("crook", false, "cr**oo**k", "cr**oo**k"),
        ("vote twice", false, "Vote\ntwice!", "Vote\ntwice"),
        ("🍆", false, "a 🍆", "🍆"),
        ("casino", false, "[x](https://casino.example)", "casino"),
        (r"\bcas[i1]no\b", true, "CAS1NO", "CAS1NO"),
        (r"free money", true, "free **money**", "free **money"),
        (r"[а-я]+", true, "a в", "в"),
    ] {
        let judgement = judged(source, &listed(pattern, regex, Strength::Hold));
        let finding = judgement
            .findings
            .iter()
            .find(|finding| finding.rule.as_str() == "listed_word");
        let spans = &finding.unwrap_or_else(|| panic!("{pattern} in {source}")).spans;
        assert_eq!(spans[0].text, text);
        assert_eq!(spans.len(), 1, "{pattern}");
    }
    assert_eq!(
        judged("crooked", &listed("crook", false, Strength::Hold)).findings,
        []
    );
    let flag = judged("crook", &listed("crook", false, Strength::Flag));
    assert_eq!((flag.findings.len(), &flag.verdict), (1, &Verdict::Publish));
    let case = listed("crook", false, Strength::Hold);
    let in_name = judge(&prepared_by(GENERAL, "Mr Crook", None), &case.facts());
    assert_eq!(in_name.findings[0].spans[0].field, Field::Name);
}

#[test]
fn a_listed_expression_that_is_none_holds_rather_than_being_skipped() {
    let judgement = judged(GENERAL, &listed("(", true, Strength::Flag));
    assert_eq!(reasons(&judgement), ["screen_failed"]);
    for (pattern, regex) in [
        ("(", true),
        ("", false),
        (" ", true),
        ("a*", true),
        ("(a{1000}){1000}", true),
    ] {
        let word = ListedWord {
            pattern: pattern.to_owned(),
            regex,
            strength: Strength::Flag,
        };
        assert!(check_word(&word).is_err(), "{pattern}");
    }
    assert!(check_word(&listed("(", false, Strength::Flag).policy.words[0]).is_ok());
}

#[test]
fn repeats_weigh_by_standing_and_length() {
    let rng = SeededRng::new(3);
    let seen = |same_author| SeenBefore {
        comment_id: CommentId::new(Micros::from_i64(1), &rng),
        page_id: PageId::new(Micros::from_i64(1), &rng),
        same_author,
    };
    for (source, standing, strength) in [
        (GENERAL, Standing::New, Strength::Hold),
        (GENERAL, Standing::Known, Strength::Flag),
        (GENERAL, Standing::Trusted, Strength::Flag),
        ("I agree!", Standing::New, Strength::Note),
    ] {
        let case = Case {
            standing,
            seen_before: vec![seen(false), seen(true)],
            ..Case::default()
        };
        let judgement = judged(source, &case);
        let finding = judgement
            .findings
            .iter()
            .find(|finding| finding.rule.as_str() == "repeat")
            .unwrap();
        assert_eq!(finding.strength, strength, "{standing}");
        assert_eq!(
            finding.message,
            "This text was posted twice before, 1 of them by the same member."
        );
    }
}

#[test]
fn a_first_comment_is_noted() {
    let case = Case {
        standing: Standing::New,
        ..Case::default()
    };
    let judgement = judged(GENERAL, &case);
    assert_eq!(judgement.findings[0].rule.as_str(), "first_comment");
    assert_eq!(judgement.findings[0].strength, Strength::Note);
    assert_eq!(judgement.verdict, Verdict::Publish);
}

#[test]
fn unread_scripts_hold() {
    let mut case = Case::default();
    for source in [
        "Нил Уолтон украл список",
        "尼尔偷了名单",
        "نيل سرق القائمة",
        "ნილმა მოიპარა სია",
    ] {
        let judgement = judged(source, &case);
        assert_eq!(reasons(&judgement), ["cannot_screen"], "{source}");
        assert!(!judgement.findings[0].spans.is_empty());
    }
    for source in [
        "Das große Übel",
        "👍👍👍",
        "the word λόγος",
        "1234",
        "Việt Nam",
        "$$$",
    ] {
        assert_eq!(judged(source, &case).verdict, Verdict::Publish, "{source}");
    }
    let padded = judged(
        "Long English words around it, so that it is less than half: Нил Уолтон украл",
        &case,
    );
    assert_eq!(padded.verdict, Verdict::Publish);
    assert_eq!(padded.findings[0].strength, Strength::Flag);
    // A site in Russian reads Russian, and so does one whose register is written in it.
    case.policy.lang = String::from("ru-RU");
    assert_eq!(judged("Нил Уолтон украл список", &case).verdict, Verdict::Publish);
    case.policy.lang = String::from("en");
    case.register = Register::compile(1, &[person(1, "Иван Петрович Смирнов", &[], Stance::Hold)]);
    let judgement = judged("ИВАН СМИРНОВ украл", &case);
    assert_eq!(reasons(&judgement), ["names_person"]);
    case.register = Register::compile(1, &[person(1, "王小明", &[], Stance::Hold)]);
    let judgement = judged("我知道王小明偷了名单", &case);
    assert_eq!(named(&judgement), [("王小明", Tier::Full, Strength::Hold)]);
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
        prop_assert!(judge(&prepared, &Case::default().facts()).names_person, "{}", source.as_str());
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
