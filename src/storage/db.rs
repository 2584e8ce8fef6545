//! The database behind the server: chosen by the scheme of its address, read and written through closures over
//! [`Tx`]. What each database does differently lies in its own file.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::effects::announce;
use super::postgres::Postgres;
use super::sqlite::Sqlite;
use super::watch::{Seen, Snapshot, Watch};
use super::{
    AfterCommit, Durability, Effects, Observe, Result, StorageCause, StorageError, Tx, WriteOutcome, Writing,
};
use crate::config::DatabaseUrl;

/// How to open a database. Begin with [`Options::new`].
#[derive(Clone)]
pub struct Options {
    /// Where it lies.
    pub url: DatabaseUrl,
    /// Connections that read from SQLite.
    pub readers: u32,
    /// Writes that may wait before more are refused with [`StorageError::Busy`].
    pub writer_queue: usize,
    /// Connections that read from PostgreSQL; there is one more, which writes.
    pub pg_pool: u32,
    /// How long to wait for another process's turn to write, for a row's lock (PostgreSQL), or for a connection.
    pub busy_timeout: Duration,
    /// The most pages of 4 KiB that a SQLite file may grow to, where its owner sets a bound; beyond it the answer is
    /// [`StorageError::Full`], as with a full disk.
    pub max_pages: Option<u32>,
    /// Whether a SQLite file is only looked into: it must be there, is not changed in any way, and every write is
    /// refused.
    pub read_only: bool,
    /// What must hear of a commit before it is acknowledged.
    pub after_commit: AfterCommit,
    /// What hears of writes for its figures.
    pub observe: Observe,
}

impl Options {
    /// What suits one server process, hearing nothing of commits.
    pub fn new(url: DatabaseUrl) -> Self {
        Self {
            url,
            readers: 4,
            writer_queue: 1024,
            pg_pool: 10,
            busy_timeout: Duration::from_secs(5),
            max_pages: None,
            read_only: false,
            after_commit: Arc::new(|_effects| {}),
            observe: Arc::new(|_writing| {}),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// SQLite, inside this process.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

/// An open database. Clones share it; it is closed with the last of them.
///
/// Calls block: they belong on threads that may (`web::block`, or threads of one's own), and one must not be made
/// from inside another's closure.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    // Ends before what it looks at.
    watch: OnceLock<Watch>,
    shared: Arc<Shared>,
}

/// What the thread that watches has, too.
struct Shared {
    store: Store,
    after_commit: AfterCommit,
    observe: Observe,
    seen: Mutex<Seen>,
}

pub(super) enum Store {
    Sqlite(Sqlite),
    Postgres(Box<Postgres>),
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Db({:?})", self.backend())
    }
}

impl Db {
    /// Opens a database; a SQLite file that is not there is made, for its owner only. Does not migrate it.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] with the reason, where it cannot be opened or reached.
    pub fn open(options: Options) -> Result<Self> {
        let store = match &options.url {
            DatabaseUrl::Sqlite(path) => Store::Sqlite(Sqlite::open(path, &options)?),
            DatabaseUrl::Postgres(url) => Store::Postgres(Box::new(Postgres::open(url.expose(), &options)?)),
        };
        let shared = Shared {
            store,
            after_commit: options.after_commit,
            observe: options.observe,
            seen: Mutex::default(),
        };
        Ok(Self(Arc::new(Inner {
            watch: OnceLock::new(),
            shared: Arc::new(shared),
        })))
    }

    /// Which database it is.
    pub fn backend(&self) -> Backend {
        match self.store() {
            Store::Sqlite(_) => Backend::Sqlite,
            Store::Postgres(_) => Backend::Postgres,
        }
    }

    /// Runs `f` in one snapshot: however long it takes, it sees the data of one moment. It must not write.
    ///
    /// # Errors
    /// What `f` gives, or why it could not be run.
    pub fn read<R, E>(&self, f: impl FnMut(&mut dyn Tx) -> Result<R, E>) -> Result<R, E>
    where
        E: From<StorageError> + StorageCause,
    {
        self.store().read(f)
    }

    /// Runs `f` in a transaction that is committed where it gives `Ok` and rolled back where not. What it gives is
    /// answered after COMMIT, and after [`Options::after_commit`] has heard of it. Transactions behave as if they ran
    /// one after the other; to that end `f` may be run again, from the beginning. It takes at most about 20 ms: no
    /// rendering, hashing of bodies or I/O in it, and bulk work goes in several transactions.
    ///
    /// # Errors
    /// What `f` gives, or why it could not be run or committed ([`StorageError`] says what is stored then).
    pub fn write<R, E>(&self, f: impl FnMut(&mut dyn Tx) -> Result<R, E> + Send + 'static) -> Result<R, E>
    where
        R: Send + 'static,
        E: From<StorageError> + StorageCause + Send + 'static,
    {
        let observe = &self.0.shared.observe;
        observe(Writing::Asked);
        let begun = Instant::now();
        let result = match self.store() {
            Store::Sqlite(sqlite) => sqlite.write(f),
            Store::Postgres(postgres) => postgres.write(f),
        };
        observe(Writing::Answered {
            took: begun.elapsed(),
            outcome: match &result {
                Ok(_) => WriteOutcome::Done,
                Err(error) if error.storage_cause().is_some() => WriteOutcome::Failed,
                Err(_) => WriteOutcome::Refused,
            },
        });
        result
    }

    /// Looks once for what others wrote, tells [`Options::after_commit`] of it, and gives it. The first call gives all
    /// that changed lately; on PostgreSQL what this process wrote is among it. May tell a thing twice, never not.
    ///
    /// # Errors
    /// Where the database cannot be asked; the next call tells what this one did not.
    pub fn poll_changes(&self) -> Result<Effects> {
        self.0.shared.poll_changes()
    }

    /// Looks each second, as [`Db::poll_changes`] does, from now until the database is closed. A second call changes
    /// nothing.
    ///
    /// # Errors
    /// Where there is no thread for it.
    pub fn watch(&self) -> Result<()> {
        if self.0.watch.get().is_none() {
            let shared = Arc::clone(&self.0.shared);
            let watch = Watch::start(move || shared.poll_changes().map(|_effects| ()))?;
            // Where another was faster, this one ends here.
            let _another = self.0.watch.set(watch);
        }
        Ok(())
    }

    /// What the database answers about how it keeps what it has committed, asked on a connection that writes.
    ///
    /// # Errors
    /// Where the database cannot be asked.
    pub fn durability(&self) -> Result<Durability> {
        match self.store() {
            Store::Sqlite(sqlite) => sqlite.durability(),
            Store::Postgres(postgres) => postgres.durability(),
        }
    }

    /// Copies SQLite's log into the file and cuts it to nothing, so that what was erased in the file cannot be read in
    /// the log any more. `false` where others used the log so long that it was not to be done. PostgreSQL sees to its own.
    ///
    /// # Errors
    /// Where the file cannot be opened or written.
    pub fn fold_log(&self) -> Result<bool> {
        match self.store() {
            Store::Sqlite(sqlite) => sqlite.fold_log(),
            Store::Postgres(_) => Ok(true),
        }
    }

    /// Versions of migrations that this database has not had yet, in order. Changes nothing.
    ///
    /// # Errors
    /// Where the database cannot be asked.
    pub fn pending_migrations(&self) -> Result<Vec<String>> {
        match self.store() {
            Store::Sqlite(sqlite) => sqlite.pending_migrations(),
            Store::Postgres(postgres) => postgres.pending_migrations(),
        }
    }

    /// Whether this program can work with the database's schema: it is the one it knows, or a later one.
    ///
    /// # Errors
    /// Where the database cannot be asked.
    pub fn schema_is_current(&self) -> Result<bool> {
        Ok(self.pending_migrations()?.is_empty())
    }

    /// Brings the schema up to date and gives the versions that were run. A SQLite file that holds anything is copied
    /// to `FILE.before-VERSION` first (the last three are kept), and changed wholly or not at all. Several processes
    /// may try at once.
    ///
    /// # Errors
    /// Where copying or a migration failed; a failed migration leaves nothing behind.
    pub fn migrate(&self) -> Result<Vec<String>> {
        match self.store() {
            Store::Sqlite(sqlite) => sqlite.migrate(),
            Store::Postgres(postgres) => postgres.migrate(),
        }
    }

    pub(super) fn store(&self) -> &Store {
        &self.0.shared.store
    }
}

impl Store {
    fn read<R, E>(&self, f: impl FnMut(&mut dyn Tx) -> Result<R, E>) -> Result<R, E>
    where
        E: From<StorageError> + StorageCause,
    {
        match self {
            Store::Sqlite(sqlite) => sqlite.read(f),
            Store::Postgres(postgres) => postgres.read(f),
        }
    }
}

impl Shared {
    fn poll_changes(&self) -> Result<Effects> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        // On SQLite one number tells whether another wrote at all. Asked first: what comes between is told next time.
        let data_version = match &self.store {
            Store::Sqlite(sqlite) => Some(sqlite.data_version()?),
            Store::Postgres(_) => None,
        };
        if data_version.is_some_and(|version| !seen.is_new(version)) {
            return Ok(Effects::default());
        }
        let snapshot = self.store.read(|tx| Snapshot::take(tx, &seen))?;
        let effects = seen.changes(snapshot);
        data_version.into_iter().for_each(|version| seen.note(version));
        announce(&self.after_commit, &effects);
        Ok(effects)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_printed_without_its_password() {
        let url: DatabaseUrl = "postgres://ada:s3cret@db.example.org/x".parse().unwrap();
        assert!(!format!("{url:?} {:?}", Options::new(url.clone())).contains("s3cret"));
    }
}
