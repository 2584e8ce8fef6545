//! Backups and putting them back.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use hustings::storage::{BackupError, DatabaseUrl, Db, Options, StorageError, restore};

use super::support::{TestDb, counter, postgres, raise, sqlite};

fn file_of(url: &DatabaseUrl) -> &Path {
    match url {
        DatabaseUrl::Sqlite(file) => file,
        DatabaseUrl::Postgres(_) => panic!(),
    }
}

fn beside(url: &DatabaseUrl, name: &str) -> PathBuf {
    file_of(url).with_file_name(name)
}

/// Finds nothing wrong.
fn whole(_copy: &Db) -> Result<(), String> {
    Ok(())
}

/// What lies in the folder of a database.
fn folder(url: &DatabaseUrl) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(file_of(url).parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_backup_is_taken_while_others_write_and_can_be_put_back() {
    let TestDb { db, url, _kept } = sqlite();
    for _ in 0..5 {
        raise(&db, "x").unwrap();
    }
    let target = beside(&url, "backup.db");
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                raise(&db, "y").unwrap();
            }
        });
        let mut verified = 0;
        db.backup(&target, |copy| {
            verified = counter(copy, "x");
            assert!(matches!(raise(copy, "x"), Err(StorageError::Unavailable(_))));
            Ok(())
        })
        .unwrap();
        stop.store(true, Ordering::Relaxed);
        assert_eq!(verified, 5);
    });
    assert_eq!(
        std::fs::metadata(&target).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert!(
        !folder(&url).iter().any(|name| name.starts_with("backup.db.")),
        "{:?}",
        folder(&url)
    );

    raise(&db, "x").unwrap();
    assert!(matches!(
        restore(&target, &url, whole),
        Err(BackupError::InUse(_))
    ));
    assert_eq!(counter(&db, "x"), 6);
    drop(db);
    let restored = restore(&target, &url, whole).unwrap();
    assert_eq!(restored.pending, Vec::<String>::new());
    let db = Db::open(Options::new(url.clone())).unwrap();
    assert_eq!(counter(&db, "x"), 5);
    assert_eq!(raise(&db, "x").unwrap(), 6);
    assert_eq!(
        std::fs::metadata(file_of(&url)).unwrap().permissions().mode() & 0o777,
        0o600
    );

    // What was there before is kept.
    let replaced = DatabaseUrl::Sqlite(restored.replaced.unwrap());
    assert_eq!(counter(&Db::open(Options::new(replaced)).unwrap(), "x"), 6);
}

#[test]
fn the_log_of_the_replaced_database_is_not_read_as_the_restored_ones() {
    let TestDb { db, url, _kept } = sqlite();
    raise(&db, "x").unwrap();
    let backup = beside(&url, "backup.db");
    db.backup(&backup, |_copy| Ok(())).unwrap();
    raise(&db, "x").unwrap();
    // As after kill -9: the log is there, with what is not in the file.
    let saved: Vec<(PathBuf, Vec<u8>)> = ["test.db", "test.db-wal"]
        .map(|name| (beside(&url, name), std::fs::read(beside(&url, name)).unwrap()))
        .into();
    drop(db);
    for (path, bytes) in saved {
        std::fs::write(path, bytes).unwrap();
    }
    let restored = restore(&backup, &url, whole).unwrap();
    assert_eq!(counter(&Db::open(Options::new(url)).unwrap(), "x"), 1);
    let replaced = DatabaseUrl::Sqlite(restored.replaced.unwrap());
    assert_eq!(counter(&Db::open(Options::new(replaced)).unwrap(), "x"), 2);
}

#[test]
fn a_backup_replaces_nothing() {
    let test = sqlite();
    let target = beside(&test.url, "backup.db");
    std::fs::write(&target, "precious").unwrap();
    let refused = test.db.backup(&target, |_copy| Ok(()));
    assert!(matches!(refused, Err(BackupError::Exists(_))), "{refused:?}");
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "precious");
}

#[test]
fn a_backup_that_does_not_pass_is_not_kept() {
    let test = sqlite();
    let before = folder(&test.url);
    let target = beside(&test.url, "backup.db");
    let refused = test
        .db
        .backup(&target, |_copy| Err(String::from("the chain is broken")));
    assert!(matches!(refused, Err(BackupError::Bad { why, .. }) if why == "the chain is broken"));
    assert_eq!(folder(&test.url), before);
}

#[test]
fn what_is_no_backup_is_not_put_back() {
    let TestDb { db, url, _kept } = sqlite();
    raise(&db, "x").unwrap();
    let good = beside(&url, "good.db");
    db.backup(&good, |_copy| Ok(())).unwrap();
    drop(db);

    let missing = beside(&url, "missing.db");
    assert!(restore(&missing, &url, whole).is_err());
    assert!(!missing.exists());

    let text = beside(&url, "text.db");
    std::fs::write(&text, "comments ".repeat(1000)).unwrap();
    let strange = beside(&url, "strange.db");
    {
        use diesel::connection::{Connection, SimpleConnection};
        let mut connection = diesel::SqliteConnection::establish(strange.to_str().unwrap()).unwrap();
        connection.batch_execute("CREATE TABLE t (x)").unwrap();
    }
    let broken = beside(&url, "broken.db");
    let mut bytes = std::fs::read(&good).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4096].fill(0xff);
    std::fs::write(&broken, bytes).unwrap();
    for bad in [&text, &strange, &broken] {
        let refused = restore(bad, &url, whole);
        assert!(
            matches!(refused, Err(BackupError::Bad { .. })),
            "{refused:?} of {}",
            bad.display()
        );
        assert_eq!(counter(&Db::open(Options::new(url.clone())).unwrap(), "x"), 1);
    }
}

#[test]
fn a_backup_that_does_not_pass_replaces_nothing() {
    let TestDb { db, url, _kept } = sqlite();
    raise(&db, "x").unwrap();
    let backup = beside(&url, "backup.db");
    db.backup(&backup, whole).unwrap();
    raise(&db, "x").unwrap();
    drop(db);
    let before = folder(&url);
    let refused = restore(&backup, &url, |copy| {
        // It is the copy that would take the place, open for reading only.
        assert_eq!(counter(copy, "x"), 1);
        assert!(matches!(raise(copy, "x"), Err(StorageError::Unavailable(_))));
        Err(String::from("a decision is gone"))
    });
    let error = refused.unwrap_err();
    assert!(
        matches!(&error, BackupError::Bad { path, .. } if *path == backup),
        "{error:?}"
    );
    assert!(
        error
            .to_string()
            .contains("a decision is gone; nothing was changed"),
        "{error}"
    );
    assert_eq!(folder(&url), before);
    assert_eq!(counter(&Db::open(Options::new(url)).unwrap(), "x"), 2);
}

#[test]
fn a_backup_of_an_earlier_version_is_looked_through_as_this_one_reads_it() {
    let TestDb { db, url, _kept } = sqlite();
    raise(&db, "x").unwrap();
    let backup = beside(&url, "backup.db");
    db.backup(&backup, whole).unwrap();
    drop(db);
    {
        use diesel::connection::{Connection, SimpleConnection};
        // As the version before the last migration left it.
        let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
        let mut folders: Vec<_> = std::fs::read_dir(migrations)
            .unwrap()
            .map(|folder| folder.unwrap().path())
            .collect();
        folders.sort();
        let down = std::fs::read_to_string(folders.last().unwrap().join("down.sql")).unwrap();
        let mut connection = diesel::SqliteConnection::establish(backup.to_str().unwrap()).unwrap();
        connection
            .batch_execute(&format!(
                "{down}; DELETE FROM __diesel_schema_migrations \
                 WHERE version = (SELECT max(version) FROM __diesel_schema_migrations)",
            ))
            .unwrap();
    }
    let before = folder(&url);
    let refused = restore(&backup, &url, |copy| {
        assert!(copy.schema_is_current().unwrap());
        Err(String::from("a decision is gone"))
    });
    assert!(matches!(refused, Err(BackupError::Bad { .. })), "{refused:?}");
    assert_eq!(folder(&url), before);

    let restored = restore(&backup, &url, |copy| {
        assert_eq!(counter(copy, "x"), 1);
        Ok(())
    })
    .unwrap();
    assert_eq!(restored.pending.len(), 1);
    let db = Db::open(Options::new(url)).unwrap();
    assert_eq!(
        db.pending_migrations().unwrap(),
        restored.pending,
        "it is put back as it was"
    );
    assert_eq!(db.migrate().unwrap(), restored.pending);
    assert_eq!(counter(&db, "x"), 1);
}

#[test]
fn postgres_has_its_own_tools() {
    let test = postgres();
    let answer = test
        .db
        .backup(Path::new("/nowhere/x"), |_copy| Ok(()))
        .unwrap_err();
    assert!(answer.to_string().contains("pg_dump --format=custom"), "{answer}");
    let answer = restore(Path::new("/nowhere/x"), &test.url, whole).unwrap_err();
    assert!(answer.to_string().contains("pg_restore"), "{answer}");
}
