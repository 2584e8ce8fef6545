//! The other screens.

use super::*;
use crate::domain::says::Says;
use crate::domain::site::ListedWord;

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
        case.has_contact = false;
        let judgement = judge(&prepared_by(GENERAL, name, None), &case.facts());
        assert!(!is_sure(&judgement), "who writes is not who is written about");
        case.has_contact = true;
    }
    for name in ["Sue Walton", "Alice Reader"] {
        let judgement = judge(&prepared_by(GENERAL, name, None), &case.facts());
        assert_eq!(judgement.verdict, Verdict::Publish, "{name}");
    }
    case.name_taken = true;
    assert_eq!(reasons(&judged(GENERAL, &case)), ["name_taken"]);
    let judgement = judge(&prepared_by(GENERAL, "Neil Walton", None), &case.facts());
    assert_eq!(reasons(&judgement), ["name_on_register", "name_taken"]);
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
    let unreachable = unreachable(Case::default());
    let naming = judge(
        &prepared_by(GENERAL, "Alice Reader", Some("https://example.org/neil-walton")),
        &unreachable.facts(),
    );
    let span = &naming.findings[0].spans[0];
    assert_eq!((span.field, span.text.as_str()), (Field::Link, "neil-walton"));
    assert!(is_sure(&naming));
}

pub(super) fn listed(pattern: &str, regex: bool, strength: Strength) -> Case {
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
    let seen = |same_author, fate| SeenBefore {
        comment_id: CommentId::new(Micros::from_i64(1), &rng),
        page_id: PageId::new(Micros::from_i64(1), &rng),
        same_author,
        fate,
    };
    let finding = |source, standing, seen_before| {
        let case = Case {
            standing,
            seen_before,
            ..Case::default()
        };
        let mut findings = judged(source, &case).findings;
        findings.retain(|finding| finding.rule.as_str() == "repeat");
        findings.remove(0)
    };
    for (source, standing, strength) in [
        (GENERAL, Standing::New, Strength::Hold),
        (GENERAL, Standing::Known, Strength::Flag),
        (GENERAL, Standing::Trusted, Strength::Flag),
        ("I agree!", Standing::New, Strength::Note),
    ] {
        let finding = finding(
            source,
            standing,
            vec![seen(false, Fate::Public), seen(true, Fate::Public)],
        );
        assert_eq!(finding.strength, strength, "{standing}");
        assert_eq!(
            finding.says,
            Says::Repeat {
                times: 2,
                by_same: 1,
                hidden: 0
            }
        );
    }
    for (source, same_author, fate, strength) in [
        (GENERAL, true, Fate::Refused, Strength::Hold),
        (GENERAL, false, Fate::Refused, Strength::Hold),
        (GENERAL, true, Fate::Other, Strength::Hold),
        (GENERAL, false, Fate::Other, Strength::Hold),
        ("I agree!", true, Fate::Refused, Strength::Hold),
        ("I agree!", false, Fate::Refused, Strength::Note),
        ("I agree!", true, Fate::Other, Strength::Note),
    ] {
        for standing in [Standing::Known, Standing::Trusted] {
            let finding = finding(
                source,
                standing,
                vec![seen(true, Fate::Public), seen(same_author, fate)],
            );
            assert_eq!(
                finding.strength, strength,
                "{source} {same_author} {fate:?} {standing}"
            );
            assert!(
                matches!(finding.says, Says::Repeat { hidden: 1, .. }),
                "{:?}",
                finding.says
            );
        }
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
