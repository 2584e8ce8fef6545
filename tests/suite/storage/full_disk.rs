//! A full disk: nothing acknowledged is lost, reading goes on, and writing resumes when there is room.

use std::sync::atomic::{AtomicBool, Ordering};

use diesel::connection::SimpleConnection;
use hustings::domain::clock::Micros;
use hustings::storage::{DatabaseUrl, Db, Options, Result, StorageError};

use super::support::{TestDb, counter, raise, sqlite_with};
use crate::support::small_disk::SmallDisk;

/// A text that fills pages.
fn ballast() -> String {
    "x".repeat(20_000)
}

fn hash(thread: u8, number: u32) -> [u8; 32] {
    let mut hash = [thread; 32];
    hash[..4].copy_from_slice(&number.to_be_bytes());
    hash
}

fn put(db: &Db, hash: [u8; 32]) -> Result<()> {
    let text = ballast();
    db.write(move |tx| tx.suppress(&hash, &text, Micros::from_i64(1)))
}

fn is_there(db: &Db, hash: [u8; 32]) -> bool {
    db.read::<_, StorageError>(|tx| tx.is_suppressed(&hash)).unwrap()
}

/// Eight write until each was refused three times, while one reads. Gives what was acknowledged.
fn fill(db: &Db) -> Vec<[u8; 32]> {
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut reads = 0;
            while !done.load(Ordering::Relaxed) {
                assert_eq!(counter(db, "before"), 1);
                reads += 1;
            }
            reads
        });
        let writers: Vec<_> = (0..8)
            .map(|thread| {
                scope.spawn(move || {
                    let (mut refused, mut acknowledged) = (0, Vec::new());
                    for number in 0.. {
                        match put(db, hash(thread, number)) {
                            Ok(()) => acknowledged.push(hash(thread, number)),
                            Err(StorageError::Full) => refused += 1,
                            Err(other) => panic!("{other:?}"),
                        }
                        if refused == 3 {
                            break;
                        }
                    }
                    acknowledged
                })
            })
            .collect();
        let acknowledged = writers
            .into_iter()
            .flat_map(|writer| writer.join().unwrap())
            .collect();
        done.store(true, Ordering::Relaxed);
        assert!(reader.join().unwrap() > 0);
        acknowledged
    })
}

fn nothing_is_lost(db: &Db, acknowledged: &[[u8; 32]]) {
    assert!(acknowledged.len() > 10, "the disk was full at once");
    for hash in acknowledged {
        assert!(is_there(db, *hash), "acknowledged and lost");
    }
}

#[test]
fn of_a_file_that_has_a_bound() {
    let test = sqlite_with(|options| options.max_pages = Some(400));
    raise(&test.db, "before").unwrap();
    let acknowledged = fill(&test.db);
    nothing_is_lost(&test.db, &acknowledged);
    // Others see the same: it was committed and not only cached.
    nothing_is_lost(&Db::open(Options::new(test.url.clone())).unwrap(), &acknowledged);

    test.raw_sqlite()
        .batch_execute("DELETE FROM suppressions")
        .unwrap();
    put(&test.db, hash(9, 1)).unwrap();
    assert!(is_there(&test.db, hash(9, 1)));
}

/// A job that hides the error which ended the transaction must not be acknowledged, nor what it did after that.
#[test]
fn hiding_it_from_the_transaction_does_not_help() {
    let test = sqlite_with(|options| options.max_pages = Some(200));
    raise(&test.db, "before").unwrap();
    let text = "x".repeat(2_000_000);
    let result = test.db.write::<_, StorageError>(move |tx| {
        tx.suppress(&hash(1, 1), "kept?", Micros::from_i64(1))?;
        let hidden = tx.suppress(&hash(1, 2), &text, Micros::from_i64(1));
        assert!(matches!(hidden, Err(StorageError::Full)), "{hidden:?}");
        Ok(())
    });
    assert!(result.is_err());
    for number in [1, 2] {
        assert!(!is_there(&test.db, hash(1, number)), "{number}");
    }
    put(&test.db, hash(2, 1)).unwrap();
}

#[test]
fn of_a_small_disk() {
    let disk = SmallDisk::mount(3);
    let ballast = disk.ballast(1);
    let url = DatabaseUrl::Sqlite(disk.path().join("test.db"));
    let TestDb { db, .. } = TestDb::prepare(url.clone(), |_options| {});
    raise(&db, "before").unwrap();
    let acknowledged = fill(&db);
    nothing_is_lost(&db, &acknowledged);
    // Nor may what fills the disk be our own leavings.
    assert!(!disk.path().join("test.db.room").exists());

    std::fs::remove_file(ballast).unwrap();
    put(&db, hash(9, 1)).unwrap();
    nothing_is_lost(&db, &acknowledged);
    drop(db);
    let db = Db::open(Options::new(url)).unwrap();
    nothing_is_lost(&db, &acknowledged);
    assert!(is_there(&db, hash(9, 1)));
}
