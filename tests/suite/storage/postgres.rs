//! What only a database server can do to us: close connections, be slow, run out of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};

use actix_web::{rt, web};
use hustings::config::Secret;
use hustings::storage::{DatabaseUrl, Db, Durability, Options, StorageError};
use tokio_postgres::SimpleQueryMessage;

use super::support::{TestDb, counter, on_postgres, page_id, postgres, postgres_with, raise, raise_in};

const PATIENCE: Duration = Duration::from_secs(30);

fn url_of(test: &TestDb) -> &str {
    match &test.url {
        DatabaseUrl::Postgres(url) => url.expose(),
        DatabaseUrl::Sqlite(_) => panic!(),
    }
}

const CLOSE_ALL: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                         WHERE datname = current_database() AND pid <> pg_backend_pid()";

#[test]
fn connections_that_the_server_has_closed_are_replaced() {
    let test = postgres();
    for _ in 0..3 {
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| raise(&test.db, "x").unwrap());
            }
        });
        on_postgres(url_of(&test), CLOSE_ALL);
    }
    assert_eq!(counter(&test.db, "x"), 12);
}

#[test]
fn a_connection_lost_amid_a_transaction_is_an_error_and_nothing_is_committed() {
    let test = postgres();
    let url = url_of(&test).to_owned();
    let result = test.db.write::<_, StorageError>(move |tx| {
        raise_in(tx, "x")?;
        on_postgres(&url, CLOSE_ALL);
        raise_in(tx, "y")
    });
    assert!(matches!(result, Err(StorageError::Unavailable(_))), "{result:?}");
    assert_eq!((counter(&test.db, "x"), counter(&test.db, "y")), (0, 0));

    // Also where it is the COMMIT that finds it gone.
    let url = url_of(&test).to_owned();
    let result = test.db.write::<_, StorageError>(move |tx| {
        let value = raise_in(tx, "x")?;
        on_postgres(&url, CLOSE_ALL);
        Ok(value)
    });
    assert!(matches!(result, Err(StorageError::Unavailable(_))), "{result:?}");
    assert_eq!(counter(&test.db, "x"), 0);
}

#[test]
fn no_connection_in_time_is_busy() {
    let test = postgres_with(|options| {
        options.pg_pool = 1;
        options.busy_timeout = Duration::from_secs(1);
    });
    // The one connection is there first: making it may take a loaded machine longer than anybody waits for it.
    let begun = Instant::now();
    while test.db.read::<_, StorageError>(|tx| tx.epochs()).is_err() {
        assert!(begun.elapsed() < PATIENCE);
    }
    let inside = test.db.clone();
    test.db
        .read::<_, StorageError>(|_tx| {
            let second = inside.read::<_, StorageError>(|tx| tx.epochs());
            assert!(matches!(second, Err(StorageError::Busy)), "{second:?}");
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_wrong_address_is_told_with_its_reason_when_it_is_opened() {
    let test = postgres();
    let missing = url_of(&test).replace("hustings_test_", "hustings_missing_");
    for (url, reason) in [
        (missing.as_str(), "does not exist"),
        ("postgres://ada@127.0.0.1:1/x", "refused"),
        ("postgres://ada@127.0.0.1/x?sslmode=sometimes", "sslmode"),
        ("postgres://ada@127.0.0.1/x?colour=red", "colour"),
    ] {
        let error = Db::open(Options::new(DatabaseUrl::Postgres(Secret::new(url.to_owned())))).unwrap_err();
        assert!(matches!(error, StorageError::Unavailable(_)));
        assert!(error.to_string().contains(reason), "{error}");
    }
    // The test server has no certificate.
    let separator = if url_of(&test).contains('?') { '&' } else { '?' };
    let url = format!("{}{separator}sslmode=require", url_of(&test));
    let error = Db::open(Options::new(DatabaseUrl::Postgres(Secret::new(url)))).unwrap_err();
    assert!(error.to_string().contains("TLS"), "{error}");
}

#[test]
fn every_commit_is_waited_for() {
    let test = postgres();
    let Durability::Postgres {
        synchronous_commit,
        lc_messages,
        ..
    } = test.db.durability().unwrap()
    else {
        panic!()
    };
    assert_eq!((synchronous_commit.as_str(), lc_messages.as_str()), ("on", "C"));
    let unsafe_server = Durability::Postgres {
        fsync: String::from("off"),
        full_page_writes: String::from("on"),
        synchronous_commit: String::from("local"),
        lc_messages: String::from("de_DE.UTF-8"),
    };
    let problems = unsafe_server.problems();
    assert_eq!(problems.len(), 3);
    assert!(
        problems[2].starts_with("lc_messages is de_DE.UTF-8: "),
        "{problems:?}"
    );
}

/// Each worker of the web server has a runtime of its own, and each test too; connections outlive them all.
#[test]
fn it_is_called_from_runtimes_that_come_and_go() {
    let test = postgres();
    for round in 1..=3 {
        let db = test.db.clone();
        let value = rt::System::new().block_on(async move {
            let (first, second) = (db.clone(), db);
            let read = web::block(move || counter(&first, "x")).await.unwrap();
            assert_eq!(read, round - 1);
            // The last handle may be dropped where nothing may block.
            web::block(move || raise(&second, "x")).await.unwrap().unwrap()
        });
        assert_eq!(value, round);
    }
    let TestDb { db, url, _kept } = test;
    rt::System::new().block_on(async move { drop(db) });
    assert_eq!(counter(&Db::open(Options::new(url)).unwrap(), "x"), 3);
}

/// Somebody who writes past all rules, as a node of an older release does: holds what `first` locks for a time, then does
/// `then` and commits. Comes back when `first` is done.
fn outsider(url: &str, first: &str, held: Duration, then: &str) -> JoinHandle<()> {
    let sql = format!(
        "BEGIN; {first}; SET LOCAL application_name = 'outsider holds'; SELECT pg_sleep({}); {then}; COMMIT",
        held.as_secs_f64()
    );
    let address = url.to_owned();
    let outsider = spawn(move || drop(on_postgres(&address, &sql)));
    let begun = Instant::now();
    let holds = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'outsider holds'";
    let is_row = |message: &SimpleQueryMessage| matches!(message, SimpleQueryMessage::Row(_));
    while !on_postgres(url, holds).iter().any(is_row) {
        assert!(begun.elapsed() < PATIENCE);
    }
    outsider
}

fn page_row(name: &str) -> String {
    let id: String = page_id(name)
        .as_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("pages SET version = version + 1 WHERE id = '\\x{id}'")
}

#[test]
fn a_deadlock_is_run_again() {
    let test = postgres();
    for name in ["a", "b"] {
        raise(&test.db, name).unwrap();
    }
    let (first, then) = (
        format!("UPDATE {}", page_row("a")).replace("version = version + 1", "url = url"),
        format!("UPDATE {}", page_row("b")).replace("version = version + 1", "url = url"),
    );
    let outsider = outsider(url_of(&test), &first, Duration::from_millis(600), &then);
    let runs = Arc::new(AtomicU32::new(0));
    let counted = runs.clone();
    test.db
        .write::<_, StorageError>(move |tx| {
            counted.fetch_add(1, Ordering::SeqCst);
            raise_in(tx, "b")?;
            raise_in(tx, "a")
        })
        .unwrap();
    // Where it was not us who had to give way, it was them.
    if outsider.join().is_ok() {
        assert!(runs.load(Ordering::SeqCst) > 1);
    }
    assert_eq!((counter(&test.db, "a"), counter(&test.db, "b")), (2, 2));
}

#[test]
fn another_nodes_turn_is_waited_for_and_not_for_ever_and_reading_goes_on() {
    const TURN: &str = "LOCK TABLE turns IN EXCLUSIVE MODE";
    let test = postgres();
    let holds = outsider(url_of(&test), TURN, Duration::from_millis(300), "SELECT 1");
    assert_eq!(raise(&test.db, "x").unwrap(), 1);
    holds.join().unwrap();

    let mut options = Options::new(test.url.clone());
    options.busy_timeout = Duration::from_millis(200);
    options.pg_pool = 2;
    let hasty = Db::open(options).unwrap();
    while hasty.read::<_, StorageError>(|tx| tx.epochs()).is_err() {}
    let holds = outsider(url_of(&test), TURN, Duration::from_secs(5), "SELECT 1");
    // More than there are connections; whoever waits behind the first is told with it.
    let waiting: Vec<_> = (0..8)
        .map(|_| {
            let hasty = hasty.clone();
            spawn(move || raise(&hasty, "x"))
        })
        .collect();
    assert_eq!(counter(&test.db, "x"), 1);
    for write in waiting {
        let refused = write.join().unwrap();
        assert!(matches!(refused, Err(StorageError::Busy)), "{refused:?}");
    }
    holds.join().unwrap();
    assert_eq!(raise(&hasty, "x").unwrap(), 2);
}

/// What a job gives that another got in the way of is not its answer, nor its neighbours'.
#[test]
fn a_conflict_is_run_again_without_its_neighbours_noticing() {
    let test = postgres();
    let runs = Arc::new(AtomicU32::new(0));
    let writes: Vec<_> = ["a", "b", "c", "d"]
        .into_iter()
        .map(|name| {
            let (db, runs) = (test.db.clone(), runs.clone());
            spawn(move || {
                db.write::<_, StorageError>(move |tx| {
                    // Long enough that the others queue up behind it.
                    sleep(Duration::from_millis(40));
                    let value = raise_in(tx, name)?;
                    if name == "c" && runs.fetch_add(1, Ordering::SeqCst) < 2 {
                        return Err(StorageError::Conflict(String::from("on purpose")));
                    }
                    Ok(value)
                })
            })
        })
        .collect();
    for write in writes {
        assert_eq!(write.join().unwrap().unwrap(), 1);
    }
    assert_eq!(runs.load(Ordering::SeqCst), 3);
    // Five times again, and no more.
    let result = test
        .db
        .write::<(), _>(|_tx| Err(StorageError::Conflict(String::from("for ever"))));
    assert!(matches!(result, Err(StorageError::Conflict(_))), "{result:?}");
}

/// A node of the release before this one numbers its changes too, and takes no turn.
#[test]
fn a_change_that_is_committed_late_is_heard_of() {
    let test = postgres();
    for name in ["a", "b"] {
        raise(&test.db, name).unwrap();
    }
    let watcher = Db::open(Options::new(test.url.clone())).unwrap();
    watcher.poll_changes().unwrap();
    let late = format!("UPDATE {}", page_row("a"));
    let late = outsider(url_of(&test), &late, Duration::from_millis(700), "SELECT 1");
    let db = test.db.clone();
    let early = spawn(move || raise(&db, "b"));
    sleep(Duration::from_millis(100));
    let mut heard = watcher.poll_changes().unwrap().pages;
    late.join().unwrap();
    assert_eq!(early.join().unwrap().unwrap(), 2);
    heard.extend(watcher.poll_changes().unwrap().pages);
    assert_eq!(heard, [(page_id("a"), 2), (page_id("b"), 2)]);
    assert_eq!(watcher.poll_changes().unwrap().pages, []);
}
