//! Databases for one test each.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hustings::config::Secret;
use hustings::domain::clock::Micros;
use hustings::domain::id::{PageId, SiteId};
use hustings::domain::page::{Page, PageAddress, PageKey, PageState, Title};
use hustings::domain::site::{Policy, Site};
use hustings::storage::{AfterCommit, DatabaseUrl, Db, Effects, Options, Result, StorageError, Tx};
use tempfile::TempDir;

/// A database of its own that is deleted with this value.
pub struct TestDb {
    pub db: Db,
    pub url: DatabaseUrl,
    pub _kept: Kept,
}

#[expect(dead_code, reason = "kept only to be dropped with the test")]
pub enum Kept {
    Folder(TempDir),
    Postgres(PostgresDatabase),
    ByTheTest,
}

/// Both databases, migrated.
pub fn both() -> [TestDb; 2] {
    [sqlite(), postgres()]
}

pub fn sqlite() -> TestDb {
    sqlite_with(|_options| {})
}

pub fn sqlite_with(change: impl FnOnce(&mut Options)) -> TestDb {
    let folder = tempfile::tempdir().unwrap();
    open(
        DatabaseUrl::Sqlite(folder.path().join("test.db")),
        Kept::Folder(folder),
        change,
    )
}

pub fn postgres() -> TestDb {
    postgres_with(|_options| {})
}

pub fn postgres_with(change: impl FnOnce(&mut Options)) -> TestDb {
    let database = PostgresDatabase::create();
    open(
        DatabaseUrl::Postgres(Secret::new(database.url.clone())),
        Kept::Postgres(database),
        change,
    )
}

impl TestDb {
    /// A database that the test looks after itself.
    pub fn prepare(url: DatabaseUrl, change: impl FnOnce(&mut Options)) -> Self {
        open(url, Kept::ByTheTest, change)
    }

    /// A connection of another's to the SQLite file.
    pub fn raw_sqlite(&self) -> diesel::SqliteConnection {
        let DatabaseUrl::Sqlite(path) = &self.url else {
            panic!("not SQLite")
        };
        diesel::Connection::establish(path.to_str().unwrap()).unwrap()
    }
}

fn open(url: DatabaseUrl, kept: Kept, change: impl FnOnce(&mut Options)) -> TestDb {
    let mut options = Options::new(url.clone());
    options.busy_timeout = Duration::from_secs(10);
    // Not with the test's own options, so that no hook hears of the preparation.
    let db = Db::open(options.clone()).unwrap();
    db.migrate().unwrap();
    add_site(&db);
    drop(db);
    change(&mut options);
    let db = Db::open(options).unwrap();
    TestDb { db, url, _kept: kept }
}

/// A hook that keeps what it hears.
pub fn listener() -> (AfterCommit, Arc<Mutex<Vec<Effects>>>) {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let keep = heard.clone();
    (
        Arc::new(move |effects: &Effects| keep.lock().unwrap().push(effects.clone())),
        heard,
    )
}

/// A database made from the template that `HUSTINGS_TEST_POSTGRES` names.
pub struct PostgresDatabase {
    pub url: String,
    name: String,
    template: String,
}

impl PostgresDatabase {
    fn create() -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let template = std::env::var("HUSTINGS_TEST_POSTGRES").unwrap_or_else(|_unset| {
            panic!(
            "HUSTINGS_TEST_POSTGRES must be the postgres:// address of a template database, with a user who may \
             create databases; `tests/run rust` sets it",
            )
        });
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("hustings_test_{}_{number}", std::process::id());
        let from = database_of(&template);
        maintain(&template, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        maintain(&template, &format!("CREATE DATABASE {name} TEMPLATE {from}"));
        let url = with_database(&template, &name);
        Self { url, name, template }
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        maintain(
            &self.template,
            &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name),
        );
    }
}

fn database_of(url: &str) -> String {
    let path = url.split('?').next().unwrap();
    path.rsplit('/').next().unwrap().to_owned()
}

fn with_database(url: &str, name: &str) -> String {
    let (path, query) = url
        .split_once('?')
        .map_or((url, String::new()), |(path, query)| (path, format!("?{query}")));
    let (server, _database) = path.rsplit_once('/').unwrap();
    format!("{server}/{name}{query}")
}

/// Runs a statement beside the databases that tests use.
fn maintain(template: &str, sql: &str) {
    on_postgres(&with_database(template, "postgres"), sql);
}

/// Runs statements on a PostgreSQL database, past everything that is tested.
pub fn on_postgres(url: &str, sql: &str) -> Vec<tokio_postgres::SimpleQueryMessage> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
            .await
            .unwrap_or_else(|error| panic!("PostgreSQL at HUSTINGS_TEST_POSTGRES: {error}"));
        let connection = tokio::spawn(connection);
        let messages = client.simple_query(sql).await.unwrap();
        drop(client);
        connection.await.unwrap().unwrap();
        messages
    })
}

/// The version of a page, by its name: a thing to count with.
pub fn counter(db: &Db, name: &str) -> i64 {
    db.read::<_, StorageError>(|tx| count(tx, name)).unwrap()
}

/// Raises a page's version; makes the page where there is none.
pub fn raise(db: &Db, name: &str) -> Result<i64> {
    let name = name.to_owned();
    db.write(move |tx| raise_in(tx, &name))
}

/// The version of a page, 0 where there is none.
pub fn count(tx: &mut dyn Tx, name: &str) -> Result<i64> {
    let page = tx.page_by_key(site(), &key(name))?;
    Ok(page.map_or(0, |page| page.version))
}

/// Raises the version of a page, which is made where there is none.
pub fn raise_in(tx: &mut dyn Tx, name: &str) -> Result<i64> {
    let id = match tx.page_by_key(site(), &key(name))? {
        Some(page) => page.id,
        None => {
            let page = page(name);
            assert!(tx.insert_page(&page, &key(name))?);
            page.id
        }
    };
    tx.page_changed(id, 0, NOW)
}

/// Makes the database refuse a statement: two pages cannot have one id.
pub fn fail_in(tx: &mut dyn Tx) -> Result<()> {
    raise_in(tx, "twice")?;
    tx.insert_page(&page("twice"), &key("under another key"))
        .map(drop)
}

const NOW: Micros = Micros::from_i64(1_795_000_000_000_000);

pub fn site() -> SiteId {
    SiteId::from_bytes([1; 16])
}

/// The id of the page of a name.
pub fn page_id(name: &str) -> PageId {
    let digest = <sha2::Sha256 as sha2::Digest>::digest(name.as_bytes());
    PageId::from_bytes(*digest.first_chunk().unwrap())
}

fn key(name: &str) -> PageKey {
    PageKey::from_storage(format!("id:{name}"))
}

fn page(name: &str) -> Page {
    Page {
        id: page_id(name),
        site_id: site(),
        address: PageAddress::Claimed(String::from("https://blog.example.org/")),
        title: Title::None,
        state: PageState::Open,
        version: 0,
        comment_count: 0,
        created_at: NOW,
    }
}

fn add_site(db: &Db) {
    let site = Site {
        id: site(),
        slug: "demo".parse().unwrap(),
        name: String::from("Demo"),
        origins: Vec::new(),
        policy: Policy::default(),
        paused: None,
        register_version: 0,
        created_at: NOW,
    };
    assert!(
        db.write::<_, StorageError>(move |tx| tx.insert_site(&site))
            .unwrap()
    );
}
