//! Migrations: both databases get exactly the tables that queries are checked against, and SQLite files are copied
//! before they are changed.

use std::collections::{BTreeMap, BTreeSet};

use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Text};
use hustings::storage::{DatabaseUrl, Db, Options};
use tokio_postgres::SimpleQueryMessage;

use super::support::{both, counter, on_postgres, postgres, raise, sqlite};

/// A column: its type by diesel's name, whether it may be NULL, whether it is part of the primary key.
type Column = (String, bool, bool);
type Tables = BTreeMap<String, BTreeMap<String, Column>>;

/// What `schema.rs` says.
fn expected() -> Tables {
    let source = include_str!("../../../src/storage/schema.rs");
    let mut tables = Tables::new();
    for block in source.split("diesel::table! {").skip(1) {
        let (head, body) = block.split_once('{').unwrap();
        let (name, keys) = head.trim().split_once('(').unwrap();
        let keys: BTreeSet<&str> = keys.trim_end_matches(')').split(',').map(str::trim).collect();
        let columns = body.split('}').next().unwrap().split(',').filter_map(|line| {
            let (column, kind) = line.split_once("->")?;
            let (column, kind) = (column.trim(), kind.trim());
            let inner = kind
                .strip_prefix("Nullable<")
                .and_then(|kind| kind.strip_suffix('>'));
            let is_key = keys.contains(column);
            Some((
                column.to_owned(),
                (inner.unwrap_or(kind).to_owned(), inner.is_some(), is_key),
            ))
        });
        tables.insert(name.trim().to_owned(), columns.collect());
    }
    tables
}

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = BigInt)]
    nullable: i64,
    #[diesel(sql_type = BigInt)]
    is_key: i64,
}

#[test]
fn sqlite_has_the_tables_that_queries_are_checked_against() {
    let test = sqlite();
    let rows: Vec<Row> = diesel::sql_query(
        "SELECT t.name AS table_name, c.name AS column_name, c.type AS kind, \
         NOT c.\"notnull\" AS nullable, c.pk > 0 AS is_key FROM sqlite_master t, pragma_table_info(t.name) c \
         WHERE t.type = 'table' AND t.name NOT LIKE '\\_\\_%' ESCAPE '\\' AND t.name NOT LIKE 'sqlite%'",
    )
    .load(&mut test.raw_sqlite())
    .unwrap();
    let mut found = Tables::new();
    for row in rows {
        let kind = match row.kind.as_str() {
            "TEXT" => "Text",
            "BIGINT" => "BigInt",
            "INTEGER" => "Integer",
            "SMALLINT" => "SmallInt",
            "BLOB" => "Binary",
            "BOOLEAN" => "Bool",
            other => other,
        };
        let column = (kind.to_owned(), row.nullable != 0, row.is_key != 0);
        found
            .entry(row.table_name)
            .or_default()
            .insert(row.column_name, column);
    }
    assert_eq!(found, expected());
}

fn ask(url: &DatabaseUrl, sql: &str) -> Vec<Vec<String>> {
    let DatabaseUrl::Postgres(url) = url else { panic!() };
    on_postgres(url.expose(), sql)
        .into_iter()
        .filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(
                (0..row.len())
                    .map(|column| row.get(column).unwrap().to_owned())
                    .collect(),
            ),
            _ => None,
        })
        .collect()
}

#[test]
fn postgres_has_the_tables_that_queries_are_checked_against() {
    let test = postgres();
    let rows = ask(
        &test.url,
        "SELECT c.table_name, c.column_name, c.data_type, c.is_nullable, EXISTS (SELECT FROM \
         information_schema.table_constraints k JOIN information_schema.key_column_usage u USING (constraint_name) \
         WHERE k.constraint_type = 'PRIMARY KEY' AND u.table_name = c.table_name AND u.column_name = c.column_name) \
         FROM information_schema.columns c WHERE c.table_schema = 'public' AND c.table_name NOT LIKE '\\_\\_%'",
    );
    let mut found = Tables::new();
    for row in rows {
        let [table, column, kind, nullable, is_key] = row.try_into().unwrap();
        let kind = match kind.as_str() {
            "text" => "Text",
            "bigint" => "BigInt",
            "integer" => "Integer",
            "smallint" => "SmallInt",
            "bytea" => "Binary",
            "boolean" => "Bool",
            other => other,
        };
        let value = (kind.to_owned(), nullable == "YES", is_key == "t");
        found.entry(table).or_default().insert(column, value);
    }
    assert_eq!(found, expected());
}

/// A query that one database answers by an index should not be a walk through the table on the other.
#[test]
fn both_have_indexes_of_the_same_names_and_references_between_the_same_tables() {
    #[derive(diesel::QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        line: String,
    }
    let (lite, server) = (sqlite(), postgres());
    let lines = |sql: &str| -> BTreeSet<String> {
        let rows: Vec<Line> = diesel::sql_query(sql).load(&mut lite.raw_sqlite()).unwrap();
        rows.into_iter().map(|row| row.line).collect()
    };
    let mut from_sqlite =
        lines("SELECT name AS line FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL");
    from_sqlite.extend(lines(
        "SELECT t.name || '.' || f.\"from\" || ' -> ' || f.\"table\" AS line FROM sqlite_master t, \
         pragma_foreign_key_list(t.name) f WHERE t.type = 'table'",
    ));
    let mut from_postgres: BTreeSet<String> = BTreeSet::new();
    for sql in [
        "SELECT indexname FROM pg_indexes i WHERE schemaname = 'public' AND NOT EXISTS \
         (SELECT FROM pg_constraint c WHERE c.conname = i.indexname)",
        "SELECT c.conrelid::regclass || '.' || a.attname || ' -> ' || c.confrelid::regclass FROM pg_constraint c \
         JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) WHERE c.contype = 'f'",
    ] {
        from_postgres.extend(ask(&server.url, sql).into_iter().flatten());
    }
    assert_eq!(from_sqlite, from_postgres);
}

#[test]
fn a_migrated_database_is_current_and_migrating_again_does_nothing() {
    for test in both() {
        assert!(test.db.schema_is_current().unwrap());
        assert_eq!(test.db.migrate().unwrap(), Vec::<String>::new());
    }
}

#[test]
fn an_empty_file_is_migrated_without_a_copy_and_asking_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(Options::new(DatabaseUrl::Sqlite(folder.path().join("test.db")))).unwrap();
    let pending = db.pending_migrations().unwrap();
    assert!(!pending.is_empty());
    assert!(!db.schema_is_current().unwrap());
    assert_eq!(db.migrate().unwrap(), pending);
    let copies = std::fs::read_dir(folder.path()).unwrap();
    assert!(
        !copies
            .into_iter()
            .any(|entry| entry.unwrap().path().to_str().unwrap().contains("before"))
    );
}

#[test]
fn a_file_is_copied_before_it_is_changed_and_three_copies_are_kept() {
    let test = sqlite();
    raise(&test.db, "x").unwrap();
    let DatabaseUrl::Sqlite(file) = &test.url else {
        panic!()
    };
    let beside = |suffix: &str| format!("{}.before-{suffix}", file.display());
    for old in ["20200101000000", "20210101000000", "20220101000000", "mine"] {
        std::fs::write(beside(old), "old").unwrap();
    }
    // A database that has not had its last migration, which then fails: its tables are there.
    let version = "SELECT max(version) AS line FROM __diesel_schema_migrations";
    #[derive(diesel::QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        line: String,
    }
    let last: Line = diesel::sql_query(version)
        .get_result(&mut test.raw_sqlite())
        .unwrap();
    let forget = format!(
        "DELETE FROM __diesel_schema_migrations WHERE version = '{}'",
        last.line
    );
    test.raw_sqlite().batch_execute(&forget).unwrap();
    assert_eq!(
        test.db.pending_migrations().unwrap(),
        std::slice::from_ref(&last.line)
    );
    assert!(test.db.migrate().is_err());
    assert_eq!(
        test.db.pending_migrations().unwrap(),
        std::slice::from_ref(&last.line)
    );

    let copy = Db::open(Options {
        read_only: true,
        ..Options::new(DatabaseUrl::Sqlite(beside(&last.line).into()))
    });
    assert_eq!(counter(&copy.unwrap(), "x"), 1);
    let kept = ["20200101000000", "20210101000000", "20220101000000", "mine"]
        .map(|old| std::path::Path::new(&beside(old)).exists());
    assert_eq!(kept, [false, true, true, true]);
}

#[test]
fn processes_that_migrate_at_once_do_not_disturb_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::Sqlite(folder.path().join("test.db"));
    let ran: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| Db::open(Options::new(url.clone())).unwrap().migrate().unwrap()))
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    let once: BTreeSet<_> = ran.iter().collect();
    assert_eq!(once.len(), ran.len(), "{ran:?}");
    assert!(!ran.is_empty());
}
