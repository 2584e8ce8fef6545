//! Tests of the cache: floors, single flight, and the promise under load.

mod storm;

use std::convert::Infallible;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;

use super::*;
use crate::domain::clock::Micros;
use crate::domain::rng::SeededRng;

fn page(seed: u64) -> PageId {
    PageId::new(Micros::from_i64(0), &SeededRng::new(seed))
}

fn key(page: PageId) -> Key {
    Key {
        subject: Subject::Page(page),
        form: Form::Json,
        sort: "oldest",
        lang: "",
        limit: 50,
        part: Part::First,
    }
}

fn built(version: i64) -> Finished {
    Finished::new(version, 0, version.to_string().into_bytes())
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_time()
        .build()
        .unwrap()
        .block_on(future)
}

/// Builds version `version`, or finds what is there; gives the version.
async fn read(published: &Published, key: &Key, version: i64) -> i64 {
    let build = || async { Ok::<_, Infallible>(built(version)) };
    published.get_or_build(key, build).await.unwrap().version
}

#[test]
fn what_is_built_is_handed_out_until_its_floor_rises() {
    block_on(async {
        let published = Published::new(CAPACITY);
        let key = key(page(1));
        assert!(published.get(&key).is_none());
        assert_eq!(read(&published, &key, 5).await, 5);
        assert_eq!(read(&published, &key, 6).await, 5, "not built again");

        published.raise(&[(page(2), 9)], None, None);
        assert_eq!(published.get(&key).unwrap().version, 5, "another page changed");
        published.raise(&[(page(1), 5)], None, None);
        assert_eq!(published.get(&key).unwrap().version, 5, "news of what is there");
        published.raise(&[(page(1), 6)], None, None);
        assert!(published.get(&key).is_none());
        published.raise(&[(page(1), 4)], None, None);
        assert!(published.get(&key).is_none(), "a floor fell");
        assert_eq!(read(&published, &key, 6).await, 6);
        assert!(published.get(&key).is_some());
    });
}

#[test]
fn settings_lift_the_floor_of_every_page_and_of_the_empty_one() {
    block_on(async {
        let published = Published::new(CAPACITY);
        let site = SiteId::new(Micros::from_i64(0), &SeededRng::new(9));
        let empty = Key {
            subject: Subject::Empty(site),
            ..key(page(1))
        };
        for key in [key(page(1)), empty.clone()] {
            assert_eq!(read(&published, &key, 0).await, 0);
            assert!(published.get(&key).is_some());
        }
        published.raise(&[], None, Some(1));
        for key in [key(page(1)), empty] {
            assert!(published.get(&key).is_none());
        }
    });
}

#[test]
fn keys_are_kept_apart() {
    block_on(async {
        let published = Published::new(CAPACITY);
        let first = key(page(1));
        let comment = CommentId::new(Micros::from_i64(0), &SeededRng::new(4));
        let keys = [
            first.clone(),
            Key {
                form: Form::Fragment(1),
                ..first.clone()
            },
            Key {
                form: Form::Fragment(2),
                ..first.clone()
            },
            Key {
                sort: "newest",
                ..first.clone()
            },
            Key {
                lang: "cy",
                ..first.clone()
            },
            Key {
                limit: 10,
                ..first.clone()
            },
            Key {
                part: Part::After(String::from("x")),
                ..first.clone()
            },
            Key {
                part: Part::At(comment),
                ..first.clone()
            },
            key(page(2)),
        ];
        for (version, key) in (1..).zip(&keys) {
            assert_eq!(read(&published, key, version).await, version);
        }
        for (version, key) in (1..).zip(&keys) {
            assert_eq!(read(&published, key, 0).await, version);
        }
    });
}

#[test]
fn a_build_below_its_floor_is_thrown_away_and_made_again() {
    block_on(async {
        let published = Published::new(CAPACITY);
        let key = key(page(1));
        let calls = AtomicUsize::new(0);
        let build = || async {
            // A commit comes in after the first build's snapshot.
            if calls.fetch_add(1, Ordering::SeqCst) == 0 {
                published.raise(&[(page(1), 6)], None, None);
                return Ok::<_, Infallible>(built(5));
            }
            Ok(built(6))
        };
        assert_eq!(published.get_or_build(&key, build).await.unwrap().version, 6);
        assert_eq!(calls.load(Ordering::SeqCst), 2);
        assert_eq!(published.get(&key).unwrap().version, 6);
    });
}

#[test]
fn a_build_that_is_overtaken_every_time_is_answered_and_not_kept() {
    block_on(async {
        let published = Published::new(CAPACITY);
        let key = key(page(1));
        let version = AtomicI64::new(0);
        let build = || async {
            let seen = version.fetch_add(1, Ordering::SeqCst);
            published.raise(&[(page(1), seen + 1)], None, None);
            Ok::<_, Infallible>(built(seen))
        };
        let answer = published.get_or_build(&key, build).await.unwrap();
        assert_eq!(answer.version, 2, "the last of three builds");
        assert!(published.get(&key).is_none());
    });
}

#[test]
fn those_who_miss_at_once_build_once() {
    block_on(async {
        let published = Arc::new(Published::new(CAPACITY));
        let builds = Arc::new(AtomicUsize::new(0));
        let readers: Vec<_> = (0..64)
            .map(|_| {
                let (published, builds) = (Arc::clone(&published), Arc::clone(&builds));
                tokio::spawn(async move {
                    let build = || async {
                        builds.fetch_add(1, Ordering::SeqCst);
                        tokio::time::sleep(Duration::from_millis(20)).await;
                        Ok::<_, Infallible>(built(1))
                    };
                    published
                        .get_or_build(&key(page(1)), build)
                        .await
                        .unwrap()
                        .version
                })
            })
            .collect();
        for reader in readers {
            assert_eq!(reader.await.unwrap(), 1);
        }
        assert_eq!(builds.load(Ordering::SeqCst), 1);
    });
}

#[test]
fn a_failure_is_nobody_elses_and_is_not_kept() {
    block_on(async {
        let published = Arc::new(Published::new(CAPACITY));
        let key = key(page(1));
        let begun = Arc::new(Notify::new());
        let go_on = Arc::new(Notify::new());
        let leader = tokio::spawn({
            let (published, key, begun, go_on) =
                (published.clone(), key.clone(), begun.clone(), go_on.clone());
            async move {
                let build = || async {
                    begun.notify_one();
                    go_on.notified().await;
                    Err::<Finished, _>("storage is full")
                };
                published
                    .get_or_build(&key, build)
                    .await
                    .map(|finished| finished.version)
            }
        });
        begun.notified().await;
        let waiter = tokio::spawn({
            let (published, key) = (published.clone(), key.clone());
            async move { read(&published, &key, 7).await }
        });
        tokio::time::sleep(Duration::from_millis(20)).await;
        go_on.notify_one();
        assert_eq!(leader.await.unwrap(), Err("storage is full"));
        assert_eq!(waiter.await.unwrap(), 7);
        assert_eq!(read(&published, &key, 8).await, 8, "the failure was kept");
    });
}

#[test]
fn where_the_builder_goes_away_another_builds() {
    block_on(async {
        let published = Arc::new(Published::new(CAPACITY));
        let key = key(page(1));
        let begun = Arc::new(Notify::new());
        let leader = tokio::spawn({
            let (published, key, begun) = (published.clone(), key.clone(), begun.clone());
            async move {
                let build = || async {
                    begun.notify_one();
                    std::future::pending::<Result<Finished, Infallible>>().await
                };
                published.get_or_build(&key, build).await
            }
        });
        begun.notified().await;
        let waiters: Vec<_> = (0..8)
            .map(|_| {
                let (published, key) = (published.clone(), key.clone());
                tokio::spawn(async move { read(&published, &key, 7).await })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(20)).await;
        leader.abort();
        for waiter in waiters {
            let version = tokio::time::timeout(Duration::from_secs(5), waiter).await;
            assert_eq!(version.expect("a waiter hangs").unwrap(), 7);
        }
        assert_eq!(published.get(&key).unwrap().version, 7);
    });
}

#[test]
fn who_waits_checks_again_what_it_gets() {
    block_on(async {
        let published = Arc::new(Published::new(CAPACITY));
        let key = key(page(1));
        let Turn::Lead(flight) = published.flights.join(&key, || None) else {
            panic!("somebody builds already");
        };
        let waiter = tokio::spawn({
            let (published, key) = (published.clone(), key.clone());
            async move { read(&published, &key, 6).await }
        });
        tokio::time::sleep(Duration::from_millis(20)).await;
        // The build passed its check, and before it tells of it a commit is acknowledged.
        published.raise(&[(page(1), 6)], None, None);
        flight.land(Landing::Landed(Entry {
            finished: Arc::new(built(5)),
            generation: 0,
        }));
        assert_eq!(waiter.await.unwrap(), 6);
    });
}

#[test]
fn floors_are_bounded_and_what_stood_below_them_stays_away() {
    block_on(async {
        let published = Published::with_floors(CAPACITY, 10);
        let key = key(page(1));
        assert_eq!(read(&published, &key, 5).await, 5);
        // The entry is put back after all floors were forgotten, as a slow build would do.
        let entry = published.finished.get(&key).unwrap();
        published.raise(&[(page(1), 6)], None, None);
        for seed in 2..40 {
            published.raise(&[(page(seed), 1)], None, None);
        }
        assert!(published.floors.read().unwrap().pages.len() <= 10);
        published.finished.insert(key.clone(), entry);
        assert!(
            published.get(&key).is_none(),
            "a forgotten floor let an old page through"
        );
        assert_eq!(read(&published, &key, 6).await, 6);
        assert!(published.get(&key).is_some(), "nothing is kept after forgetting");

        published.forget_all();
        assert!(published.get(&key).is_none());
    });
}

#[test]
fn memory_for_pages_and_routes_is_bounded() {
    block_on(async {
        let published = Published::new(1 << 19);
        let site = SiteId::new(Micros::from_i64(0), &SeededRng::new(9));
        for seed in 0..100 {
            let mut body = vec![0; 10_000];
            crate::domain::rng::Rng::fill(&SeededRng::new(seed), &mut body);
            let build = || async { Ok::<_, Infallible>(Finished::new(1, 0, body.clone())) };
            published.get_or_build(&key(page(seed)), build).await.unwrap();
        }
        assert!(published.finished.weight() <= 1 << 19, "{published:?}");
        assert!(
            published.finished.len() > 20,
            "hardly anything is kept: {published:?}"
        );
        for n in 0..8_000 {
            let url = format!("https://blog.example.org/{n}/{}", "x".repeat(1_900));
            let asked = Asked {
                site: "ward-news",
                url: &url,
                page_id: None,
            };
            let Routed::Unknown(ticket) = published.route(asked) else {
                panic!("known");
            };
            published.remember_route(ticket, asked, Route { site, page: None });
        }
        assert!(published.routes.weight() <= ROUTES_CAPACITY);
    });
}

#[test]
fn routes_are_known_until_one_of_them_changes() {
    let published = Published::new(CAPACITY);
    let site = SiteId::new(Micros::from_i64(0), &SeededRng::new(9));
    let asked = Asked {
        site: "ward-news",
        url: "https://blog.example.org/a",
        page_id: None,
    };
    let with_id = Asked {
        page_id: Some("7"),
        ..asked
    };
    let ticket = |asked| match published.route(asked) {
        Routed::Unknown(ticket) => ticket,
        Routed::Known(route) => panic!("known: {route:?}"),
    };
    let known = |asked| match published.route(asked) {
        Routed::Known(route) => route,
        Routed::Unknown(_) => panic!("unknown"),
    };
    let nowhere = Route { site, page: None };
    let somewhere = Route {
        site,
        page: Some(page(1)),
    };
    published.remember_route(ticket(asked), asked, nowhere);
    published.remember_route(ticket(with_id), with_id, somewhere);
    assert_eq!(known(asked), nowhere);
    assert_eq!(known(with_id), somewhere);
    let _ = ticket(Asked {
        site: "other",
        ..asked
    });

    published.raise(&[(page(1), 3)], None, Some(4));
    assert_eq!(known(asked), nowhere, "no route changed");
    published.raise(&[], Some(1), None);
    let early = ticket(asked);
    let _ = ticket(with_id);
    // A change between look-up and remembering.
    published.raise(&[], Some(2), None);
    published.remember_route(early, asked, nowhere);
    let late = ticket(asked);
    published.remember_route(late, asked, somewhere);
    assert_eq!(known(asked), somewhere);
    published.forget_all();
    let _ = ticket(asked);
}
