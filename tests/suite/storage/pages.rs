//! Pages, their keys, versions and counts.

use hustings::domain::clock::Micros;
use hustings::domain::page::{PageAddress, PageKey, PageState, PageUrl, Title};
use hustings::storage::StorageError;

use super::world::{World, on_both};

on_both!(
    a_page_is_read_as_it_was_written,
    a_taken_key_leaves_no_page_behind,
    a_key_can_be_pointed_elsewhere,
    changes_count_the_version_up,
    versions_are_asked_for_by_the_number_of_the_change,
    counts_are_given_by_key,
    people_of_a_page_are_replaced,
);

fn key(path: &str) -> PageKey {
    PageKey::of(
        &PageUrl::parse(&format!("https://ward-news.example.org{path}")).unwrap(),
        None,
    )
    .unwrap()
}

fn a_page_is_read_as_it_was_written(world: &World) {
    let site = world.site("ward-news");
    let other_site = world.site("other");
    let page = world.page(&site, "/selection-meetings?p=7");
    let second = world.page(&site, "/second");
    let found = world.read(|tx| {
        Ok((
            tx.page_by_key(site.id, &key("/selection-meetings?p=7&utm_source=x"))?,
            tx.page(page.id)?,
            tx.page_by_key(other_site.id, &key("/selection-meetings?p=7"))?,
            tx.page_by_key(site.id, &key("/selection-meetings"))?,
        ))
    });
    assert_eq!(found, (Some(page.clone()), Some(page.clone()), None, None));
    let now = world.now();
    // What never was public is not made so.
    let (mut unread, key) = world.new_page(&site, "/unread");
    unread.version = 0;
    let stored = unread.clone();
    world.write(move |tx| tx.insert_page(&stored, &key));
    unread.state = PageState::Closed;
    let stored = unread.clone();
    let (version, effects) = world.write(move |tx| Ok((tx.update_page(&stored, now)?, tx.effects().clone())));
    assert_eq!((version, effects.pages), (0, Vec::new()));
    assert_eq!(world.stored_page(&unread), unread);

    let (unstored, _) = world.new_page(&site, "/unstored");
    let mut many = world.read(|tx| tx.pages(&[second.id, unstored.id, page.id]));
    many.sort_by_key(|page| page.id);
    assert_eq!(many, [page, second]);
    assert_eq!(world.read(|tx| tx.pages(&[])), []);
}

fn a_taken_key_leaves_no_page_behind(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let (late, late_key) = world.new_page(&site, "/a");
    let before = world.read(|tx| tx.epochs());
    let stored = late.clone();
    let (added, found) = world.write(move |tx| {
        let added = tx.insert_page(&stored, &late_key)?;
        Ok((added, tx.page_by_key(stored.site_id, &late_key)?))
    });
    assert!(!added);
    assert_eq!(found, Some(page));
    assert_eq!(world.read(|tx| tx.page(late.id)), None);
    assert_eq!(world.read(|tx| tx.epochs()), before);
}

fn a_key_can_be_pointed_elsewhere(world: &World) {
    let site = world.site("ward-news");
    let (old, new) = (world.page(&site, "/old"), world.page(&site, "/new"));
    let before = world.read(|tx| tx.epochs());
    let (site_id, target) = (site.id, new.id);
    let effects = world.write(move |tx| {
        tx.point_key(site_id, &key("/old"), target)?;
        tx.point_key(site_id, &key("/alias"), target)?;
        Ok(tx.effects().clone())
    });
    for path in ["/old", "/new", "/alias"] {
        assert_eq!(
            world.read(|tx| tx.page_by_key(site.id, &key(path))).unwrap().id,
            new.id
        );
    }
    assert!(world.read(|tx| tx.page(old.id)).is_some());
    let after = world.read(|tx| tx.epochs());
    assert_eq!(after.routes, before.routes + 2);
    assert_eq!(effects.routes, Some(after.routes));
}

fn changes_count_the_version_up(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let now = world.tick();
    let mut changed = page.clone();
    changed.title = Title::Confirmed(String::from("Selection meetings are set"));
    changed.state = PageState::Closed;
    changed.address = PageAddress::Claimed(String::from("https://ward-news.example.org/moved"));
    let stored = changed.clone();
    let (versions, effects) = world.write(move |tx| {
        let versions = [
            tx.page_changed(stored.id, 2, now)?,
            tx.page_changed(stored.id, -1, now)?,
            tx.update_page(&stored, now)?,
        ];
        Ok((versions, tx.effects().clone()))
    });
    assert_eq!(versions, [2, 3, 4]);
    assert_eq!(effects.pages, [(page.id, 2), (page.id, 3), (page.id, 4)]);
    changed.version = 4;
    changed.comment_count = 1;
    assert_eq!(world.stored_page(&page), changed);

    let mut untitled = changed;
    untitled.title = Title::None;
    let stored = untitled.clone();
    untitled.version = world.write(move |tx| tx.update_page(&stored, now));
    assert_eq!(world.stored_page(&page), untitled);

    let (unstored, _) = world.new_page(&site, "/unstored");
    assert!(matches!(
        world.try_write(move |tx| tx.page_changed(unstored.id, 0, now)),
        Err(StorageError::NotFound)
    ));
}

fn versions_are_asked_for_by_the_number_of_the_change(world: &World) {
    let site = world.site("ward-news");
    let changes = |world: &World| world.read(|tx| tx.epochs()).changes;
    let before = changes(world);
    let (first, second) = (world.page(&site, "/1"), world.page(&site, "/2"));
    // Nobody can have read them yet.
    assert_eq!(world.read(|tx| tx.versions_after(before)), []);
    let change = |id, now| world.write(move |tx| tx.page_changed(id, 0, now));
    change(first.id, world.now());
    let made = changes(world);
    // By a clock that is far behind.
    change(second.id, Micros::from_i64(0));
    assert_eq!(
        world.read(|tx| tx.versions_after(before)),
        [(first.id, 2), (second.id, 2)]
    );
    assert_eq!(world.read(|tx| tx.versions_after(made)), [(second.id, 2)]);
    change(first.id, Micros::from_i64(1));
    assert_eq!(
        world.read(|tx| tx.versions_after(before)),
        [(second.id, 2), (first.id, 3)]
    );
    let now = changes(world);
    assert_eq!(world.read(|tx| tx.versions_after(now)), []);
}

fn counts_are_given_by_key(world: &World) {
    let site = world.site("ward-news");
    let other = world.site("other");
    let page = world.page(&site, "/a");
    world.page(&site, "/b");
    world.page(&other, "/c");
    let author = world.member(&site, "Ann Lee");
    world.publish(&page, &author, None, "One.");
    world.publish(&page, &author, None, "Two.");
    world.hold(&page, &author, None, "Three.");
    let site_id = site.id;
    world.write(move |tx| tx.point_key(site_id, &key("/alias"), page.id));
    let mut counts = world.read(|tx| tx.counts(site.id, &["/a", "/alias", "/b", "/c", "/d"].map(key)));
    counts.sort();
    assert_eq!(counts, [(key("/a"), 2), (key("/alias"), 2), (key("/b"), 0)]);
    assert_eq!(world.read(|tx| tx.counts(site.id, &[])), []);
}

fn people_of_a_page_are_replaced(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let people = ["Dana Ortwin", "Piet Halvers", "Rosa Timmel"].map(|name| world.person(&site, name).id);
    let id = page.id;
    world.write(move |tx| tx.set_page_people(id, &[people[0], people[1], people[0]]));
    assert_eq!(world.read(|tx| tx.page_people(id)), people[..2]);
    world.write(move |tx| tx.set_page_people(id, &[people[2]]));
    assert_eq!(world.read(|tx| tx.page_people(id)), people[2..]);
    world.write(move |tx| tx.set_page_people(id, &[]));
    assert_eq!(world.read(|tx| tx.page_people(id)), []);
}
