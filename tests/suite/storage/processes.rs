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

/// Pages are found by their time, and two nodes' clocks differ.
#[test]
fn a_page_stamped_earlier_than_the_last_seen_is_heard_of() {
    use hustings::domain::clock::Micros;
    use hustings::storage::StorageError;
    for test in both() {
        raise(&test.db, "early").unwrap();
        raise(&test.db, "late").unwrap();
        let stamp = |name: &'static str, seconds: i64| {
            test.db
                .write::<_, StorageError>(move |tx| {
                    tx.page_changed(
                        page_id(name),
                        0,
                        Micros::from_i64(1_900_000_000_000_000 + seconds * 1_000_000),
                    )
                })
                .unwrap()
        };
        stamp("late", 100);
        let watcher = Db::open(Options::new(test.url.clone())).unwrap();
        watcher.poll_changes().unwrap();
        let version = stamp("early", 0);
        let heard = watcher.poll_changes().unwrap();
        assert_eq!(heard.pages, [(page_id("early"), version)], "{:?}", test.db);
    }
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
