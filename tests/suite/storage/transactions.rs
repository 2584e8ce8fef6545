//! Transactions: what is committed, what is not, who hears of it and when.

use std::sync::{Arc, Barrier, Mutex};
use std::time::Duration;

use hustings::domain::clock::Micros;
use hustings::domain::id::AccountId;
use hustings::storage::{Db, Effects, Options, Result, StorageCause, StorageError};

use super::support::{
    both, count, counter, listener, page_id, postgres, postgres_with, raise, raise_in, sqlite_with,
};

fn account() -> AccountId {
    AccountId::from_bytes([2; 16])
}

#[test]
fn what_is_written_is_read() {
    for test in both() {
        assert_eq!(raise(&test.db, "x").unwrap(), 1);
        assert_eq!(raise(&test.db, "x").unwrap(), 2);
        assert_eq!(counter(&test.db, "x"), 2);
        assert_eq!(counter(&test.db, "y"), 0);
    }
}

#[test]
fn an_error_rolls_back_and_is_given_as_it_is() {
    #[derive(Debug)]
    enum Own {
        Refused(i64),
        Storage(StorageError),
    }
    impl From<StorageError> for Own {
        fn from(error: StorageError) -> Self {
            Own::Storage(error)
        }
    }
    impl StorageCause for Own {
        fn storage_cause(&self) -> Option<&StorageError> {
            match self {
                Own::Refused(_) => None,
                Own::Storage(error) => Some(error),
            }
        }
    }
    for test in both() {
        let error = test
            .db
            .write::<(), Own>(|tx| {
                let value = raise_in(tx, "x")?;
                Err(Own::Refused(value))
            })
            .unwrap_err();
        assert!(matches!(error, Own::Refused(1)), "{error:?}");
        assert_eq!(counter(&test.db, "x"), 0);
    }
}

#[test]
fn a_panic_fails_its_own_transaction_only() {
    for test in both() {
        let result: Result<()> = test.db.write(|tx| {
            raise_in(tx, "x")?;
            panic!("on purpose");
        });
        assert!(matches!(result, Err(StorageError::Panicked)), "{result:?}");
        let result: Result<()> = test.db.read(|_tx| panic!("on purpose"));
        assert!(matches!(result, Err(StorageError::Panicked)), "{result:?}");
        for _ in 0..20 {
            assert_eq!(counter(&test.db, "x"), 0);
        }
        assert_eq!(raise(&test.db, "x").unwrap(), 1);
    }
}

#[test]
fn a_read_sees_one_moment() {
    for test in both() {
        let other = test.db.clone();
        test.db
            .read::<_, StorageError>(|tx| {
                assert_eq!(count(tx, "x")?, 0);
                std::thread::scope(|scope| scope.spawn(|| raise(&other, "x").unwrap()).join().unwrap());
                assert_eq!(count(tx, "x")?, 0, "{:?}", other.backend());
                Ok(())
            })
            .unwrap();
        assert_eq!(counter(&test.db, "x"), 1);
    }
}

#[test]
fn a_read_cannot_write() {
    for test in both() {
        let result: Result<i64> = test.db.read(|tx| raise_in(tx, "x"));
        assert!(
            matches!(result, Err(StorageError::Database(_))),
            "{result:?} on {:?}",
            test.db
        );
        assert_eq!(counter(&test.db, "x"), 0);
    }
}

/// PostgreSQL would answer COMMIT of such a transaction without an error, and roll back.
#[test]
fn hiding_an_error_from_the_transaction_does_not_commit_the_rest_on_postgres() {
    let test = postgres();
    let result = test.db.write(|tx| {
        raise_in(tx, "x")?;
        tx.insert_account(account(), Micros::from_i64(1))?;
        let hidden = tx.insert_account(account(), Micros::from_i64(1));
        assert!(hidden.is_err_and(|error| error.is_unique_violation()));
        Ok::<_, StorageError>(())
    });
    assert!(result.is_err(), "{result:?}");
    assert_eq!(counter(&test.db, "x"), 0);
}

#[test]
fn effects_are_heard_once_committed_and_before_the_answer() {
    let make = [sqlite_with as fn(_) -> _, postgres_with];
    for make in make {
        let (after_commit, heard) = listener();
        let answered = Arc::new(Mutex::new(false));
        let saw = answered.clone();
        let test = make(Box::new(move |options: &mut Options| {
            options.after_commit = Arc::new(move |effects| {
                // Slow on purpose: an answer that did not wait would be here first.
                std::thread::sleep(Duration::from_millis(100));
                assert!(!*saw.lock().unwrap());
                after_commit(effects);
            });
        }) as Box<dyn FnOnce(&mut Options)>);
        test.db
            .write::<_, StorageError>(|tx| {
                tx.effects().jobs = true;
                raise_in(tx, "x")
            })
            .unwrap();
        *answered.lock().unwrap() = true;
        let expected = Effects {
            pages: vec![(page_id("x"), 1)],
            routes: Some(3),
            jobs: true,
            ..Effects::default()
        };
        assert_eq!(*heard.lock().unwrap(), [expected]);

        // Of what is rolled back nobody hears, nor of what has no effects.
        let _refused: Result<()> = test.db.write(|tx| {
            tx.effects().jobs = true;
            Err(StorageError::NotFound)
        });
        test.db
            .write::<_, StorageError>(|tx| tx.insert_account(account(), Micros::from_i64(1)))
            .unwrap();
        assert_eq!(heard.lock().unwrap().len(), 1);
    }
}

#[test]
fn the_hook_finds_the_data_committed_and_may_panic() {
    let [sqlite, postgres] = both();
    for test in [sqlite, postgres] {
        let reader = Arc::new(Mutex::new(None::<Db>));
        let reads = reader.clone();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let keep = seen.clone();
        let mut options = Options::new(test.url.clone());
        options.after_commit = Arc::new(move |_effects| {
            let db = reads.lock().unwrap().clone().unwrap();
            keep.lock().unwrap().push(counter(&db, "x"));
            panic!("on purpose");
        });
        *reader.lock().unwrap() = Some(test.db.clone());
        let db = Db::open(options).unwrap();
        for value in 1..=2 {
            let written = db.write::<_, StorageError>(|tx| {
                tx.effects().jobs = true;
                raise_in(tx, "x")
            });
            assert_eq!(written.unwrap(), value);
        }
        assert_eq!(*seen.lock().unwrap(), [1, 2]);
    }
}

/// Each reads, thinks and writes what it read plus one: lost updates would show.
#[test]
fn transactions_behave_as_if_one_followed_the_other() {
    const THREADS: usize = 8;
    const EACH: i64 = 25;
    for test in both() {
        let start = Barrier::new(THREADS);
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    start.wait();
                    for _ in 0..EACH {
                        test.db
                            .write::<_, StorageError>(|tx| {
                                let before = count(tx, "x")?;
                                let after = raise_in(tx, "x")?;
                                assert_eq!(after, before + 1);
                                Ok(())
                            })
                            .unwrap();
                    }
                });
            }
        });
        assert_eq!(
            counter(&test.db, "x"),
            i64::try_from(THREADS).unwrap() * EACH,
            "{:?}",
            test.db
        );
    }
}

/// Two that each check the other's counter before they raise their own must not both go through (write skew).
#[test]
fn what_was_checked_still_holds_at_commit() {
    for test in both() {
        for round in 0..20 {
            let (left, right) = (format!("left{round}"), format!("right{round}"));
            for name in [&left, &right] {
                raise(&test.db, name).unwrap();
            }
            let start = Arc::new(Barrier::new(2));
            std::thread::scope(|scope| {
                for (own, other) in [(&left, &right), (&right, &left)] {
                    let (own, other, start, db) = (own.clone(), other.clone(), start.clone(), &test.db);
                    scope.spawn(move || {
                        start.wait();
                        db.write::<_, StorageError>(move |tx| {
                            if count(tx, &other)? == 1 {
                                std::thread::sleep(Duration::from_millis(5));
                                raise_in(tx, &own)?;
                            }
                            Ok(())
                        })
                        .unwrap();
                    });
                }
            });
            assert_eq!(
                counter(&test.db, &left) + counter(&test.db, &right),
                3,
                "{:?}",
                test.db
            );
        }
    }
}
