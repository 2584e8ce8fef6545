//! Reports.

use hustings::domain::comment::Comment;
use hustings::domain::id::ReportId;
use hustings::domain::report::{Report, ReportReason, ReportState};
use hustings::storage::stores::reports::ReportCount;

use super::world::{World, on_both};

on_both!(
    a_report_is_read_as_it_was_written,
    reports_are_closed_and_opened_again,
    the_newest_of_each_are_read_and_all_are_counted,
);

fn report(world: &World, comment: &Comment, receipt: u8) -> Report {
    let now = world.tick();
    let report = Report {
        id: ReportId::new(now, &world.rng),
        comment_id: comment.id,
        reason: ReportReason::FalseAboutPerson,
        note: String::from("I was not there."),
        state: ReportState::Open,
        created_at: now,
    };
    let (stored, site) = (report.clone(), comment.site_id);
    world.write(move |tx| tx.insert_report(&stored, site, &[receipt; 32], Some(b"sealed")));
    report
}

fn a_report_is_read_as_it_was_written(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let author = world.member(&site, "Ann Lee");
    let comment = world.publish(&page, &author, None, "They say he took the list.");
    let quiet = world.publish(&page, &author, None, "Fine weather.");
    let first = report(world, &comment, 1);
    let second = report(world, &comment, 2);
    let (found, unknown, all, none) = world.read(|tx| {
        Ok((
            tx.report_by_receipt(&[2; 32])?,
            tx.report_by_receipt(&[3; 32])?,
            tx.reports(&[comment.id], 20)?,
            tx.reports(&[quiet.id], 20)?,
        ))
    });
    assert_eq!(found.as_ref(), Some(&second));
    assert_eq!(unknown, None);
    assert_eq!(all, [first, second]);
    assert_eq!(none, []);
}

fn reports_are_closed_and_opened_again(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let author = world.member(&site, "Ann Lee");
    let comment = world.publish(&page, &author, None, "They say he took the list.");
    let other = world.publish(&page, &author, None, "So they say.");
    let states = |of: &Comment| {
        world
            .read(|tx| tx.reports(&[of.id], 20))
            .iter()
            .map(|report| report.state)
            .collect::<Vec<_>>()
    };
    report(world, &comment, 1);
    let id = comment.id;
    let earlier = world.tick();
    assert_eq!(
        world.write(move |tx| tx.close_reports(id, ReportState::NoAction, earlier)),
        1
    );
    report(world, &comment, 2);
    report(world, &comment, 3);
    report(world, &other, 4);
    let now = world.tick();
    assert_eq!(
        world.write(move |tx| tx.close_reports(id, ReportState::ActedOn, now)),
        2
    );
    use ReportState::{ActedOn, NoAction, Open};
    assert_eq!(states(&comment), [NoAction, ActedOn, ActedOn]);
    assert_eq!(states(&other), [Open]);
    assert_eq!(world.write(move |tx| tx.reopen_reports(id, now)), 2);
    assert_eq!(states(&comment), [NoAction, Open, Open]);
    assert_eq!(world.write(move |tx| tx.reopen_reports(id, now)), 0);
}

fn the_newest_of_each_are_read_and_all_are_counted(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let author = world.member(&site, "Ann Lee");
    let [much, little, none] =
        ["Much.", "Little.", "None."].map(|text| world.publish(&page, &author, None, text));
    let mut of_much: Vec<ReportId> = (0..7).map(|number| report(world, &much, number).id).collect();
    let of_little = report(world, &little, 100).id;
    let (id, now) = (much.id, world.tick());
    world.write(move |tx| tx.close_reports(id, ReportState::NoAction, now));
    // Several of one moment.
    let now = world.tick();
    for receipt in 10..14 {
        let same = Report {
            id: ReportId::new(now, &world.rng),
            comment_id: much.id,
            reason: ReportReason::Spam,
            note: String::new(),
            state: ReportState::Open,
            created_at: now,
        };
        of_much.push(same.id);
        world.write(move |tx| tx.insert_report(&same, site.id, &[receipt; 32], None));
    }
    of_much[7..].sort();
    let ids = [none.id, much.id, little.id];
    for limit in [1, 2, 4, 6, 20] {
        let found = world.read(|tx| tx.reports(&ids, limit));
        let of = |comment: &Comment| -> Vec<ReportId> {
            let of_comment = found.iter().filter(|it| it.comment_id == comment.id);
            of_comment.map(|it| it.id).collect()
        };
        let newest = of_much.len().saturating_sub(usize::try_from(limit).unwrap());
        assert_eq!(of(&much), of_much[newest..], "{limit}");
        assert_eq!(of(&little), [of_little], "{limit}");
        assert_eq!(of(&none), [], "{limit}");
    }
    let mut counts = world.read(|tx| tx.report_counts(&ids));
    counts.sort_by_key(|(id, _)| *id);
    let count = |all, open| ReportCount { all, open };
    assert_eq!(counts, [(much.id, count(11, 4)), (little.id, count(1, 1))]);
}
