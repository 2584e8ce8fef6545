//! What only a database server can do to us: close connections, be slow, run out of them.

use std::time::Duration;

use actix_web::{rt, web};
use hustings::config::Secret;
use hustings::storage::{DatabaseUrl, Db, Durability, Options, StorageError};

use super::support::{TestDb, counter, on_postgres, postgres, postgres_with, raise, raise_in};

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
        options.busy_timeout = Duration::from_millis(300);
    });
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
        synchronous_commit, ..
    } = test.db.durability().unwrap()
    else {
        panic!()
    };
    assert_eq!(synchronous_commit, "on");
    let unsafe_server = Durability::Postgres {
        fsync: String::from("off"),
        full_page_writes: String::from("on"),
        synchronous_commit: String::from("local"),
    };
    assert_eq!(unsafe_server.problems().len(), 2);
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

#[test]
fn a_deadlock_is_run_again() {
    let test = postgres();
    for name in ["a", "b"] {
        raise(&test.db, name).unwrap();
    }
    std::thread::scope(|scope| {
        for (first, second) in [("a", "b"), ("b", "a")] {
            let db = &test.db;
            scope.spawn(move || {
                db.write::<_, StorageError>(move |tx| {
                    raise_in(tx, first)?;
                    std::thread::sleep(Duration::from_millis(100));
                    raise_in(tx, second)
                })
                .unwrap()
            });
        }
    });
    assert_eq!((counter(&test.db, "a"), counter(&test.db, "b")), (3, 3));
}
