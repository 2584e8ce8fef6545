//! Whom a text names.

use super::*;

#[test]
fn a_register_can_be_tried_out() {
    let source = CommentSource::parse(NAMING).unwrap();
    let case = Case::default();
    assert_eq!(
        people_named(&source, &case.register, &[]),
        judged(NAMING, &case).findings
    );
    let source = CommentSource::parse(GENERAL).unwrap();
    assert_eq!(people_named(&source, &case.register, &[]), []);
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
        ("it was Neil… Walton", "Neil… Walton", full),
        ("it was Neil! Walton, again", "Neil! Walton", full),
        ("it was Neil?! Walton", "Neil?! Walton", full),
        ("it was Neil. Walton lied", "Neil. Walton", full),
        ("it was Neil...\nWalton", "Neil...\nWalton", full),
        ("it was Neil\n\nWalton", "Neil\n\nWalton", full),
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
        assert!(names_surely(source, Case::default()), "{source}");
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
        assert!(!names_surely(source, Case::default()), "{source}");
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
    // A word between, or no capital: two sentences, each about something else. (`Neil. Walton` holds: a moderator sees
    // in a second that it is nobody, and a reader could not be told from one who splits a name on purpose.)
    for source in [
        "I met Neil. The Walton road is nice",
        "I met neil. Walton is a nice place",
        "I met Neil. walton is a nice place",
        "Neil. So. Walton",
    ] {
        let apart = judged(source, &Case::default());
        assert!(
            named(&apart)
                .iter()
                .all(|(_, _, strength)| *strength == Strength::Flag),
            "{source}"
        );
    }
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
        ("so said Will. Young people vote", vec![("Will", Tier::Weak)]),
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
    assert_eq!(judged("Bartles lied", &case).verdict, Verdict::Publish);
    assert!(names_surely("Walton lied", case));
}

#[test]
fn the_stance_decides() {
    for (stance, strength, held) in [
        (Stance::Flag, Strength::Flag, false),
        (Stance::Hold, Strength::Hold, true),
        (Stance::Two, Strength::Hold, true),
    ] {
        let case = Case {
            register: Register::compile(1, &[person(1, "Neil Walton", &[], stance)]),
            ..Case::default()
        };
        let judgement = judged("Neil Walton did it", &case);
        assert_eq!(judgement.findings[0].strength, strength);
        assert_eq!(judgement.verdict != Verdict::Publish, held, "{stance}");
        assert!(names_surely("Neil Walton did it", case));
    }
}
