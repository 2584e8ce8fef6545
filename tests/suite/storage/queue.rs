//! The desk's queue.

use hustings::domain::comment::{Comment, CommentState, HoldReason, Verdict, WhileChecked};
use hustings::domain::finding::{Finding, Mention, Rule, Strength, Tier};
use hustings::domain::id::{CommentId, ReportId};
use hustings::domain::page::Page;
use hustings::domain::person::Person;
use hustings::domain::report::{Report, ReportReason, ReportState};
use hustings::domain::says::Says;
use hustings::storage::stores::comments::QueueFilter;

use super::world::{World, all_are_held, on_both};

on_both!(
    states_are_told_apart,
    sites_are_read_together_and_paged,
    reasons_are_whole_words,
    a_person_is_found_in_texts_that_count,
    reports_are_found_while_they_are_open,
    texts_and_names_are_searched,
    conditions_are_combined,
);

fn queue(world: &World, filter: &QueueFilter) -> Vec<CommentId> {
    let mut found: Vec<CommentId> = world
        .read(|tx| tx.queue(filter))
        .iter()
        .map(|comment| comment.id)
        .collect();
    found.sort();
    found
}

fn of_site(page: &Page) -> QueueFilter {
    QueueFilter {
        sites: vec![page.site_id],
        limit: 100,
        ..QueueFilter::default()
    }
}

fn ids(comments: &[&Comment]) -> Vec<CommentId> {
    comments.iter().map(|comment| comment.id).collect()
}

fn held_for(reasons: &[HoldReason]) -> Verdict {
    Verdict::Hold(reasons.to_vec())
}

fn naming(person: &Person) -> Finding {
    Finding {
        rule: Rule::of("names_person"),
        strength: Strength::Hold,
        says: Says::Written(String::from("names somebody")),
        spans: Vec::new(),
        mention: Some(Mention {
            person_id: person.id,
            tier: Tier::Full,
        }),
    }
}

fn states_are_told_apart(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let author = world.member(&site, "Ann Lee");
    let held = world.hold(&page, &author, None, "Held.");
    let public = world.publish(&page, &author, None, "Public.");
    let edited = world.publish(&page, &author, None, "Edited.");
    let revision = world.revision(&edited, 2, "Edited again.");
    world.write(move |tx| tx.insert_revision(&revision, 1, &[]));
    world.change(edited.id, |state| {
        state.edit(2, all_are_held(), WhileChecked::Keep)
    });
    let spam = world.hold(&page, &author, None, "Spam.");
    world.change(spam.id, CommentState::spam);
    let rejected = world.hold(&page, &author, None, "Rejected.");
    world.change(rejected.id, |state| state.reject(String::from("off_topic")));
    let removed = world.publish(&page, &author, None, "Removed.");
    world.change(removed.id, |state| state.remove(String::from("abusive")));
    let withdrawn = world.publish(&page, &author, None, "Withdrawn.");
    world.change(withdrawn.id, CommentState::withdraw);
    for (state, expected) in [
        (Some("held"), vec![&held, &edited]),
        (Some("published"), vec![&public, &edited]),
        (Some("spam"), vec![&spam]),
        (Some("rejected"), vec![&rejected]),
        (Some("removed"), vec![&removed]),
        (Some("withdrawn"), vec![&withdrawn]),
        (Some("nonsense"), vec![]),
        (
            None,
            vec![&held, &public, &edited, &spam, &rejected, &removed, &withdrawn],
        ),
    ] {
        let filter = QueueFilter {
            state: state.map(String::from),
            ..of_site(&page)
        };
        assert_eq!(queue(world, &filter), ids(&expected), "{state:?}");
    }
}

fn sites_are_read_together_and_paged(world: &World) {
    let sites = [world.site("one"), world.site("two"), world.site("three")];
    let pages = [
        world.page(&sites[0], "/a"),
        world.page(&sites[1], "/a"),
        world.page(&sites[2], "/a"),
    ];
    let authors = [
        world.member(&sites[0], "Ann Lee"),
        world.member(&sites[1], "Bo Kim"),
        world.member(&sites[2], "Cy Day"),
    ];
    let all: Vec<Comment> = (0..9)
        .map(|number| world.hold(&pages[number % 3], &authors[number % 3], None, "Held."))
        .collect();
    let expected: Vec<CommentId> = all
        .iter()
        .filter(|comment| comment.site_id != sites[1].id)
        .map(|comment| comment.id)
        .collect();
    let mut filter = QueueFilter {
        sites: vec![sites[2].id, sites[0].id],
        limit: 4,
        ..QueueFilter::default()
    };
    let mut paged = Vec::new();
    loop {
        let part = world.read(|tx| tx.queue(&filter));
        let Some(last) = part.last() else { break };
        assert!(part.len() <= 4);
        filter.after = Some((last.created_at, last.id));
        paged.extend(part.iter().map(|comment| comment.id));
    }
    assert_eq!(paged, expected);
    filter.sites = Vec::new();
    filter.after = None;
    assert_eq!(queue(world, &filter), []);
}

fn reasons_are_whole_words(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let author = world.member(&site, "Ann Lee");
    let post = |reasons: &[HoldReason]| {
        world.post_with(&page, &author, None, held_for(reasons), "Text.", Vec::new())
    };
    let named = post(&[HoldReason::NAMES_PERSON, HoldReason::NO_CONTACT]);
    let all = post(&[HoldReason::POLICY_ALL]);
    let both = post(&[HoldReason::POLICY_ALL, HoldReason::NAMES_PERSON]);
    let rejected = post(&[HoldReason::POLICY_FIRST]);
    world.change(rejected.id, |state| state.reject(String::from("policy_all")));
    for (reason, expected) in [
        ("names_person", vec![&named, &both]),
        ("policy_all", vec![&all, &both]),
        ("no_contact", vec![&named]),
        ("policy", vec![]),
        ("policy_first", vec![]),
        ("NAMES_PERSON", vec![]),
        ("%", vec![]),
        ("reasons", vec![]),
        ("", vec![]),
        ("\"", vec![]),
    ] {
        let filter = QueueFilter {
            reason: Some(reason.to_owned()),
            ..of_site(&page)
        };
        assert_eq!(queue(world, &filter), ids(&expected), "{reason}");
    }
}

fn a_person_is_found_in_texts_that_count(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let author = world.member(&site, "Ann Lee");
    let (dana, piet) = (
        world.person(&site, "Dana Ortwin"),
        world.person(&site, "Piet Halvers"),
    );
    let post = |verdict, findings| world.post_with(&page, &author, None, verdict, "Text.", findings);
    let held = post(all_are_held(), vec![naming(&dana), naming(&piet)]);
    let public = post(Verdict::Publish, vec![naming(&dana)]);
    post(Verdict::Publish, Vec::new());
    let judged = post(all_are_held(), vec![naming(&dana)]);
    world.change(judged.id, CommentState::spam);
    // The name was in a text that has been replaced.
    let replaced = post(Verdict::Publish, vec![naming(&dana)]);
    let revision = world.revision(&replaced, 2, "Nobody.");
    world.write(move |tx| tx.insert_revision(&revision, 1, &[]));
    world.change(replaced.id, |state| {
        state.edit(2, Verdict::Publish, WhileChecked::Keep)
    });
    for (person, expected) in [(&dana, vec![&held, &public, &judged]), (&piet, vec![&held])] {
        let filter = QueueFilter {
            person: Some(person.id),
            ..of_site(&page)
        };
        assert_eq!(queue(world, &filter), ids(&expected), "{}", person.name);
    }
}

fn reports_are_found_while_they_are_open(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let author = world.member(&site, "Ann Lee");
    let reported = world.publish(&page, &author, None, "Reported.");
    let settled = world.publish(&page, &author, None, "Settled.");
    let quiet = world.publish(&page, &author, None, "Quiet.");
    for (receipt, comment) in [(1, &reported), (2, &reported), (3, &settled)] {
        let now = world.tick();
        let report = Report {
            id: ReportId::new(now, &world.rng),
            comment_id: comment.id,
            reason: ReportReason::Abuse,
            note: String::new(),
            state: ReportState::Open,
            created_at: now,
        };
        let site = site.id;
        world.write(move |tx| tx.insert_report(&report, site, &[receipt; 32], None));
    }
    let (id, now) = (settled.id, world.tick());
    world.write(move |tx| tx.close_reports(id, ReportState::NoAction, now));
    for (wanted, expected) in [(true, vec![&reported]), (false, vec![&settled, &quiet])] {
        let filter = QueueFilter {
            reported: Some(wanted),
            ..of_site(&page)
        };
        assert_eq!(queue(world, &filter), ids(&expected), "{wanted}");
    }
}

fn texts_and_names_are_searched(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let (ann, bo) = (
        world.member(&site, "Ann Lee"),
        world.member(&site, "Bo O'Kim_100%"),
    );
    let meeting = world.hold(&page, &ann, None, "The Selection Meetings are SET.");
    let odd = world.hold(&page, &bo, None, "100% of a_b and c\\d, says Élodie");
    for (text, expected) in [
        ("selection meetings", vec![&meeting]),
        ("SET.", vec![&meeting]),
        ("ann lee", vec![&meeting]),
        ("O'KIM", vec![&odd]),
        ("Élodie", vec![&odd]),
        ("100%", vec![&odd]),
        ("a_b", vec![&odd]),
        ("c\\d", vec![&odd]),
        ("aXb", vec![]),
        ("1%0", vec![]),
        ("_", vec![&odd]),
        ("' OR 1=1 --", vec![]),
        ("e", vec![&meeting, &odd]),
    ] {
        let filter = QueueFilter {
            text: Some(text.to_owned()),
            ..of_site(&page)
        };
        assert_eq!(queue(world, &filter), ids(&expected), "{text}");
    }
}

fn conditions_are_combined(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let author = world.member(&site, "Ann Lee");
    let dana = world.person(&site, "Dana Ortwin");
    let post = |verdict, text, findings| world.post_with(&page, &author, None, verdict, text, findings);
    let wanted = post(
        held_for(&[HoldReason::NAMES_PERSON]),
        "She took the list.",
        vec![naming(&dana)],
    );
    post(
        held_for(&[HoldReason::NAMES_PERSON]),
        "She took the train.",
        vec![naming(&dana)],
    );
    post(
        held_for(&[HoldReason::POLICY_ALL]),
        "She took the list.",
        vec![naming(&dana)],
    );
    post(
        held_for(&[HoldReason::NAMES_PERSON]),
        "She took the list.",
        Vec::new(),
    );
    post(Verdict::Publish, "She took the list.", vec![naming(&dana)]);
    let filter = QueueFilter {
        state: Some(String::from("held")),
        reason: Some(String::from("names_person")),
        person: Some(dana.id),
        reported: Some(false),
        text: Some(String::from("list")),
        ..of_site(&page)
    };
    assert_eq!(queue(world, &filter), ids(&[&wanted]));
    let filter = QueueFilter {
        after: Some((wanted.created_at, wanted.id)),
        ..filter
    };
    assert_eq!(queue(world, &filter), []);
}
