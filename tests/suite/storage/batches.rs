//! The thread that writes: what it commits together, and what one job may do to another.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::Duration;

use hustings::storage::{Db, Durability, Options, Result, StorageError};

use super::support::{TestDb, both, counter, fail_in, postgres_with, raise, raise_in, sqlite, sqlite_with};

/// Keeps the thread that writes busy until `release` is dropped.
struct Gate {
    release: Sender<()>,
    passed: JoinHandle<()>,
}

impl Gate {
    fn close(db: &Db) -> Self {
        let (release, released) = channel::<()>();
        let (entered, has_entered) = channel();
        let released: Mutex<Receiver<()>> = Mutex::new(released);
        let db = db.clone();
        let passed = spawn(move || {
            db.write::<_, StorageError>(move |_tx| {
                // Nobody listens where it is run again.
                let _nobody_listens = entered.send(());
                assert!(released.lock().unwrap().recv().is_err());
                Ok(())
            })
            .unwrap();
        });
        has_entered.recv().unwrap();
        Self { release, passed }
    }

    fn open(self) {
        drop(self.release);
        self.passed.join().unwrap();
    }
}

/// Queues a write and waits until it is in the queue.
fn queue<R: Send + 'static>(
    test: &TestDb,
    f: impl FnMut(&mut dyn hustings::storage::Tx) -> Result<R> + Send + 'static,
) -> JoinHandle<Result<R>> {
    let db = test.db.clone();
    let handle = spawn(move || db.write(f));
    sleep(Duration::from_millis(30));
    handle
}

type Change = Box<dyn FnOnce(&mut Options)>;

/// Both databases, each with its options changed.
fn both_with(change: impl Fn() -> Change) -> [TestDb; 2] {
    [sqlite_with(change()), postgres_with(change())]
}

#[test]
fn what_has_queued_up_is_committed_together() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (keep, reader) = (seen.clone(), Arc::new(Mutex::new(None::<Db>)));
    let reads = reader.clone();
    let test = sqlite_with(|options| {
        options.after_commit = Arc::new(move |effects| {
            let db = reads.lock().unwrap().clone().unwrap();
            let all: Vec<i64> = ["a", "b", "c"].iter().map(|name| counter(&db, name)).collect();
            keep.lock().unwrap().push((effects.pages.len(), all));
        });
    });
    let other = Db::open(Options::new(test.url.clone())).unwrap();
    *reader.lock().unwrap() = Some(other);
    let gate = Gate::close(&test.db);
    let queued: Vec<_> = ["a", "b", "c"]
        .map(|name| queue(&test, move |tx| raise_in(tx, name)))
        .into();
    assert!(queued.iter().all(|write| !write.is_finished()));
    gate.open();
    for write in queued {
        assert_eq!(write.join().unwrap().unwrap(), 1);
    }
    // Each was heard of on its own, and at the first of them all three could be read by another connection.
    assert_eq!(*seen.lock().unwrap(), vec![(1, vec![1, 1, 1]); 3]);
}

#[test]
fn one_that_fails_does_not_disturb_its_neighbours() {
    for test in both() {
        let gate = Gate::close(&test.db);
        let good = queue(&test, |tx| raise_in(tx, "good"));
        let refused = queue(&test, |tx| {
            raise_in(tx, "refused")?;
            Err::<(), _>(StorageError::NotFound)
        });
        let panics = queue(&test, |tx| -> Result<()> {
            raise_in(tx, "panics")?;
            panic!("on purpose");
        });
        let fails = queue(&test, |tx| {
            raise_in(tx, "fails")?;
            fail_in(tx)
        });
        let also_good = queue(&test, |tx| raise_in(tx, "also good"));
        gate.open();
        assert_eq!(good.join().unwrap().unwrap(), 1);
        assert!(matches!(refused.join().unwrap(), Err(StorageError::NotFound)));
        assert!(matches!(panics.join().unwrap(), Err(StorageError::Panicked)));
        assert!(fails.join().unwrap().unwrap_err().is_unique_violation());
        assert_eq!(also_good.join().unwrap().unwrap(), 1);
        let counts: Vec<_> = ["good", "refused", "panics", "fails", "also good"]
            .iter()
            .map(|name| counter(&test.db, name))
            .collect();
        assert_eq!(counts, [1, 0, 0, 0, 1]);
    }
}

#[test]
fn the_first_of_a_batch_may_fail_too() {
    for test in both() {
        let failed = test.db.write(|tx| {
            raise_in(tx, "failed")?;
            fail_in(tx)
        });
        assert!(failed.unwrap_err().is_unique_violation());
        let panicked = test.db.write(|tx| -> Result<()> {
            raise_in(tx, "panicked")?;
            panic!("on purpose");
        });
        assert!(matches!(panicked, Err(StorageError::Panicked)));
        assert_eq!(raise(&test.db, "good").unwrap(), 1);
        assert_eq!(
            (counter(&test.db, "failed"), counter(&test.db, "panicked")),
            (0, 0)
        );
    }
}

/// PostgreSQL gives up a transaction in which a statement failed, whatever is made of the error.
#[test]
fn who_hides_an_error_fails_alone() {
    let test = postgres_with(|_options| {});
    let gate = Gate::close(&test.db);
    let good = queue(&test, |tx| raise_in(tx, "good"));
    let hides = queue(&test, |tx| {
        raise_in(tx, "hides")?;
        assert!(fail_in(tx).is_err());
        Ok(())
    });
    let also_good = queue(&test, |tx| raise_in(tx, "also good"));
    gate.open();
    assert_eq!(good.join().unwrap().unwrap(), 1);
    assert!(hides.join().unwrap().is_err());
    assert_eq!(also_good.join().unwrap().unwrap(), 1);
    let counts = ["good", "hides", "also good"].map(|name| counter(&test.db, name));
    assert_eq!(counts, [1, 0, 1]);
}

#[test]
fn a_full_queue_refuses() {
    for test in both_with(|| Box::new(|options| options.writer_queue = 1)) {
        let gate = Gate::close(&test.db);
        let waits = queue(&test, |tx| raise_in(tx, "x"));
        assert!(matches!(raise(&test.db, "x"), Err(StorageError::Busy)));
        gate.open();
        assert_eq!(waits.join().unwrap().unwrap(), 1);
        assert_eq!(raise(&test.db, "x").unwrap(), 2);
    }
}

#[test]
fn what_is_queued_is_written_when_the_database_is_closed() {
    for TestDb { db, url, _kept } in both() {
        let gate = Gate::close(&db);
        let clone = db.clone();
        let waits = spawn(move || raise(&clone, "x"));
        sleep(Duration::from_millis(30));
        drop(db);
        gate.open();
        assert_eq!(waits.join().unwrap().unwrap(), 1);
        assert_eq!(counter(&Db::open(Options::new(url)).unwrap(), "x"), 1);
    }
}

#[test]
fn every_commit_is_synced() {
    let test = sqlite();
    let durability = test.db.durability().unwrap();
    let expected = Durability::Sqlite {
        journal_mode: String::from("wal"),
        synchronous: 2,
    };
    assert_eq!(durability, expected);
    assert!(durability.problems().is_empty());
}

#[test]
fn only_the_owner_reads_the_file_and_its_log() {
    use std::os::unix::fs::PermissionsExt;
    let test = sqlite();
    let hustings::storage::DatabaseUrl::Sqlite(file) = &test.url else {
        panic!()
    };
    for suffix in ["", "-wal", "-shm", ".lock"] {
        let path = format!("{}{suffix}", file.display());
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{path}");
    }
}

#[test]
fn another_process_that_holds_the_write_lock_is_waited_for_and_not_for_ever() {
    use diesel::connection::SimpleConnection;
    let test = sqlite_with(|options| options.busy_timeout = Duration::from_millis(200));
    let mut other = test.raw_sqlite();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    let waits = queue(&test, |tx| raise_in(tx, "x"));
    other.batch_execute("COMMIT").unwrap();
    assert_eq!(waits.join().unwrap().unwrap(), 1);

    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    assert!(matches!(raise(&test.db, "x"), Err(StorageError::Busy)));
    assert_eq!(counter(&test.db, "x"), 1);
    other.batch_execute("COMMIT").unwrap();
    assert_eq!(raise(&test.db, "x").unwrap(), 2);
}
