//! Reports.

use hustings::domain::comment::Comment;
use hustings::domain::id::ReportId;
use hustings::domain::report::{Report, ReportReason, ReportState};

use super::world::{World, on_both};

on_both!(
    a_report_is_read_as_it_was_written,
    reports_are_closed_and_opened_again,
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
            tx.reports(comment.id)?,
            tx.reports(quiet.id)?,
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
            .read(|tx| tx.reports(of.id))
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
