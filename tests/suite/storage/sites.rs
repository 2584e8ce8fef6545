//! Sites, their origins and the counters.

use std::time::Duration;

use hustings::domain::finding::Strength;
use hustings::domain::site::{HoldPolicy, LetterReaders, ListedWord, Policy};
use hustings::storage::StorageError;

use super::world::{World, on_both};

on_both!(
    a_site_is_read_as_it_was_written,
    a_taken_slug_adds_nothing,
    settings_are_replaced,
    origins_come_and_go,
    every_change_raises_its_counters,
    a_policy_of_another_release_is_read,
    a_policy_that_is_none_names_its_row,
);

fn a_site_is_read_as_it_was_written(world: &World) {
    let mut site = world.new_site("ward-news");
    site.origins = ["https://a.example.org", "https://b.example.org"]
        .map(|origin| origin.parse().unwrap())
        .to_vec();
    site.paused = Some(String::from("Back on Monday."));
    site.register_version = 3;
    site.policy = Policy {
        hold: HoldPolicy::Flagged,
        edit_window: Duration::from_millis(90_500),
        max_links: 7,
        words: vec![
            ListedWord {
                pattern: String::from("\"quoted\" {and} \\odd"),
                regex: false,
                strength: Strength::Hold,
            },
            ListedWord {
                pattern: String::from(r"b\w+d"),
                regex: true,
                strength: Strength::Note,
            },
        ],
        reasons: vec![String::from("off_topic")],
        lang: String::from("fr"),
        waiting_letters: LetterReaders::Owners,
        waiting_letters_text: false,
        providers: Some(["google", "ward-club"].map(|key| key.parse().unwrap()).to_vec()),
        contact: Some("desk@example.org".parse().unwrap()),
    };
    let other = world.site("another");
    let stored = site.clone();
    assert!(world.write(move |tx| tx.insert_site(&stored)));
    let (by_slug, by_id, all) =
        world.read(|tx| Ok((tx.site_by_slug(&site.slug)?, tx.site(site.id)?, tx.sites()?)));
    assert_eq!(by_slug.as_ref(), Some(&site));
    assert_eq!(by_id.as_ref(), Some(&site));
    let all: Vec<_> = all
        .into_iter()
        .filter(|found| found.slug.as_str() != "demo")
        .collect();
    assert_eq!(all, [other, site]);
    let nobody = world.new_site("nobody");
    assert_eq!(
        world.read(|tx| Ok((tx.site_by_slug(&nobody.slug)?, tx.site(nobody.id)?))),
        (None, None)
    );
}

fn a_taken_slug_adds_nothing(world: &World) {
    let site = world.site("ward-news");
    let mut second = world.new_site("ward-news");
    second.origins = vec!["https://other.example.org".parse().unwrap()];
    let before = world.read(|tx| tx.epochs());
    let (stored, mirror) = (second.clone(), second.origins[0].clone());
    let (added, origin_added) = world.write(move |tx| {
        let added = tx.insert_site(&stored)?;
        // The transaction is still good for more.
        Ok((added, tx.add_origin(site.id, &mirror, stored.created_at)?))
    });
    assert!(!added && origin_added);
    assert_eq!(world.read(|tx| tx.site(second.id)), None);
    assert_eq!(world.read(|tx| tx.epochs()).routes, before.routes + 1);
}

fn settings_are_replaced(world: &World) {
    let mut site = world.site("ward-news");
    site.name = String::from("Ward News");
    site.paused = Some(String::from("Closed for the count."));
    site.policy.hold = HoldPolicy::First;
    let stored = site.clone();
    world.write(move |tx| tx.update_site(&stored));
    assert_eq!(world.read(|tx| tx.site(site.id)).as_ref(), Some(&site));
    site.paused = None;
    let stored = site.clone();
    world.write(move |tx| tx.update_site(&stored));
    assert_eq!(world.read(|tx| tx.site(site.id)).as_ref(), Some(&site));

    let nobody = world.new_site("nobody");
    assert!(matches!(
        world.try_write(move |tx| tx.update_site(&nobody)),
        Err(StorageError::NotFound)
    ));
}

fn origins_come_and_go(world: &World) {
    let site = world.site("ward-news");
    let now = world.tick();
    // In the order in which they came, not by text.
    let mirror = "https://a-mirror.example.org".parse().unwrap();
    let (id, first) = (site.id, site.origins[0].clone());
    let answers = world.write(move |tx| {
        Ok([
            tx.add_origin(id, &mirror, now)?,
            tx.add_origin(id, &mirror, now)?,
            tx.site(id)?.unwrap().origins == [first.clone(), mirror.clone()],
            tx.remove_origin(id, &mirror)?,
            tx.remove_origin(id, &mirror)?,
            tx.site(id)?.unwrap().origins == [first.clone()],
        ])
    });
    assert_eq!(answers, [true, false, true, true, false, true]);
}

fn every_change_raises_its_counters(world: &World) {
    let site = world.site("ward-news");
    let before = world.read(|tx| tx.epochs());
    let now = world.tick();
    let (id, stored) = (site.id, site.clone());
    let (steps, effects) = world.write(move |tx| {
        let mut steps = Vec::new();
        tx.update_site(&stored)?;
        steps.push(tx.epochs()?);
        tx.add_origin(id, &"https://m.example.org".parse().unwrap(), now)?;
        steps.push(tx.epochs()?);
        tx.remove_origin(id, &"https://m.example.org".parse().unwrap())?;
        steps.push(tx.epochs()?);
        tx.register_changed(id)?;
        steps.push(tx.epochs()?);
        Ok((steps, tx.effects().clone()))
    });
    let raised: Vec<_> = steps
        .iter()
        .map(|step| (step.routes - before.routes, step.sites - before.sites))
        .collect();
    assert_eq!(raised, [(0, 1), (1, 2), (2, 3), (2, 4)]);
    let last = steps.last().unwrap();
    assert_eq!(effects.routes, Some(last.routes));
    assert_eq!(effects.sites, Some(last.sites));
}

fn a_policy_of_another_release_is_read(world: &World) {
    let site = world.site("ward-news");
    world.execute(r#"UPDATE sites SET policy = '{"hold":"first","novelty":[1]}'"#);
    let policy = world.read(|tx| tx.site(site.id)).unwrap().policy;
    let expected = Policy {
        hold: HoldPolicy::First,
        ..Policy::default()
    };
    assert_eq!(policy, expected);
}

fn a_policy_that_is_none_names_its_row(world: &World) {
    let site = world.site("ward-news");
    world.execute(r#"UPDATE sites SET policy = '{"hold":"sometimes"}'"#);
    match world.test.db.read(|tx| tx.site(site.id)) {
        Err(StorageError::Inconsistent { table, column, row }) => {
            assert_eq!((table, column), ("sites", "policy"));
            assert_eq!(row, site.id.to_string().replace('-', ""));
        }
        other => panic!("{other:?}"),
    }
}
