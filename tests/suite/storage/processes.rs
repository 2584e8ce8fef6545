//! Several processes on one database: they write at the same time, hear of each other, and may be killed.

use std::collections::HashSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use hustings::storage::{DatabaseUrl, Db, Options};

use super::support::{TestDb, both, counter, listener, page_id, raise, sqlite, sqlite_with};

const URL: &str = "HUSTINGS_TEST_CHILD_URL";
const COUNT: &str = "HUSTINGS_TEST_CHILD_COUNT";

/// Starts this test binary again, to write so often to the database and say what was acknowledged.
fn start(url: &DatabaseUrl, count: u32) -> Child {
    let url = match url {
        DatabaseUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
        DatabaseUrl::Postgres(url) => url.expose().clone(),
    };
    Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", "storage::processes::child"])
        .env(URL, url)
        .env(COUNT, count.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
#[ignore = "run by the other tests of this file, in a process of its own"]
#[expect(clippy::print_stdout, reason = "what the process says is what the test reads")]
fn child() {
    let Ok(url) = std::env::var(URL) else { return };
    let count: u32 = std::env::var(COUNT).unwrap().parse().unwrap();
    let mut options = Options::new(url.parse().unwrap());
    options.busy_timeout = Duration::from_secs(20);
    let db = Db::open(options).unwrap();
    for _ in 0..count {
        println!("\nacknowledged {}", raise(&db, "x").unwrap());
    }
}

/// The values that a process said were acknowledged.
fn acknowledged(child: &mut Child) -> impl Iterator<Item = i64> + use<> {
    BufReader::new(child.stdout.take().unwrap())
        .lines()
        .filter_map(|line| line.unwrap().strip_prefix("acknowledged ")?.parse().ok())
}

#[test]
fn three_processes_write_to_one_sqlite_file() {
    let test = sqlite();
    raise(&test.db, "x").unwrap();
    let mut children = [start(&test.url, 100), start(&test.url, 100)];
    let mut values: HashSet<i64> = (0..100).map(|_| raise(&test.db, "x").unwrap()).collect();
    for child in &mut children {
        values.extend(acknowledged(child));
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(values.len(), 300, "two got the same value");
    assert_eq!(counter(&test.db, "x"), 301);
}

#[test]
fn what_a_killed_process_acknowledged_is_there() {
    for test in both() {
        raise(&test.db, "x").unwrap();
        let mut child = start(&test.url, u32::MAX);
        let mut values = acknowledged(&mut child);
        let last = values.nth(200).unwrap();
        child.kill().unwrap();
        let last = values.last().unwrap_or(last);
        child.wait().unwrap();
        let TestDb { db, url, _kept } = test;
        drop(db);
        let found = counter(&Db::open(Options::new(url)).unwrap(), "x");
        assert!(found >= last, "{last} was acknowledged, {found} is there");
    }
}

#[test]
fn what_another_wrote_is_heard_within_two_seconds() {
    for make in [sqlite_with as fn(_) -> _, super::support::postgres_with] {
        let (after_commit, heard) = listener();
        let test = make(
            Box::new(move |options: &mut Options| options.after_commit = after_commit)
                as Box<dyn FnOnce(&mut Options)>,
        );
        let other = Db::open(Options::new(test.url.clone())).unwrap();
        raise(&other, "x").unwrap();
        test.db.poll_changes().unwrap();
        test.db.watch().unwrap();
        heard.lock().unwrap().clear();

        raise(&other, "x").unwrap();
        let written = Instant::now();
        while heard.lock().unwrap().is_empty() {
            assert!(written.elapsed() < Duration::from_secs(2), "{:?}", test.db);
            std::thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(
            heard.lock().unwrap()[0].pages,
            [(page_id("x"), 2)],
            "{:?}",
            test.db
        );
        assert_eq!(heard.lock().unwrap()[0].routes, None);
    }
}

#[test]
fn a_look_tells_each_change_once_and_nothing_of_ones_own_on_sqlite() {
    let test = sqlite();
    let other = Db::open(Options::new(test.url.clone())).unwrap();
    raise(&other, "x").unwrap();
    // The first tells all there is.
    let first = test.db.poll_changes().unwrap();
    assert_eq!(
        (first.pages, first.routes, first.sites),
        (vec![(page_id("x"), 1)], Some(3), Some(2))
    );
    assert!(test.db.poll_changes().unwrap().is_empty());
    raise(&test.db, "x").unwrap();
    assert!(test.db.poll_changes().unwrap().is_empty());
    raise(&other, "y").unwrap();
    let heard = test.db.poll_changes().unwrap();
    assert_eq!(heard.routes, Some(4));
    assert!(heard.pages.contains(&(page_id("y"), 1)));
    assert!(test.db.poll_changes().unwrap().is_empty());
}

/// Two nodes whose clocks are ten minutes apart, and a third that hears of both only by looking.
#[test]
fn the_clocks_of_nodes_do_not_matter() {
    use hustings::domain::clock::Micros;
    use hustings::storage::StorageError;
    for test in both() {
        let ahead = Db::open(Options::new(test.url.clone())).unwrap();
        let names = ["a", "b", "c", "d"];
        for name in names {
            raise(&test.db, name).unwrap();
        }
        let change = |db: &Db, name: &'static str, minutes: i64| {
            let now = Micros::from_i64(1_900_000_000_000_000 + minutes * 60_000_000);
            let id = page_id(name);
            (
                id,
                db.write::<_, StorageError>(move |tx| tx.page_changed(id, 0, now))
                    .unwrap(),
            )
        };
        let watcher = Db::open(Options::new(test.url.clone())).unwrap();
        watcher.poll_changes().unwrap();
        for (round, (early, late)) in [("a", "b"), ("c", "d"), ("b", "a")].into_iter().enumerate() {
            let minutes = i64::try_from(round).unwrap();
            let late = change(&ahead, late, minutes + 10);
            assert_eq!(watcher.poll_changes().unwrap().pages, [late], "{:?}", test.db);
            let early = change(&test.db, early, minutes);
            assert_eq!(watcher.poll_changes().unwrap().pages, [early], "{:?}", test.db);
            assert_eq!(watcher.poll_changes().unwrap().pages, []);
        }
        // Both at once, in the order in which they were committed.
        let both = [change(&ahead, "a", 30), change(&test.db, "b", 20)];
        assert_eq!(watcher.poll_changes().unwrap().pages, both);
    }
}

/// SQLite's `data_version` says something within one connection only, and a connection that meets a full disk is left.
#[test]
fn after_a_new_connection_nothing_of_others_is_missed() {
    use hustings::domain::clock::Micros;
    use hustings::storage::StorageError;
    let test = sqlite_with(|options| options.max_pages = Some(200));
    let other = Db::open(Options::new(test.url.clone())).unwrap();
    raise(&other, "x").unwrap();
    // Opened after what is there was written: its first number is the one that every new connection begins with.
    let mut options = Options::new(test.url.clone());
    options.max_pages = Some(200);
    let watcher = Db::open(options).unwrap();
    watcher.poll_changes().unwrap();
    assert!(watcher.poll_changes().unwrap().is_empty());
    let text = "x".repeat(2_000_000);
    let full = watcher.write::<_, StorageError>(move |tx| tx.suppress(&[1; 32], &text, Micros::from_i64(1)));
    assert!(matches!(full, Err(StorageError::Full)), "{full:?}");
    raise(&other, "x").unwrap();
    assert_eq!(watcher.poll_changes().unwrap().pages, [(page_id("x"), 2)]);
    assert!(watcher.poll_changes().unwrap().is_empty());
}

#[test]
fn closing_ends_the_threads_and_frees_the_file() {
    let TestDb { db, url, _kept } = sqlite();
    db.watch().unwrap();
    db.watch().unwrap();
    let clone = db.clone();
    drop(db);
    raise(&clone, "x").unwrap();
    drop(clone);
    let DatabaseUrl::Sqlite(file) = url else { panic!() };
    // The last connection has folded the log into the file.
    assert!(!file.with_extension("db-wal").exists());
}
