//! SQLite: how its connections are set up, its pool of readers, and the queries compiled for it. The thread that
//! writes commits as `batch` says.

mod batch;
mod connect;
pub(super) mod copy;
mod lock;
mod migrate;
pub(super) mod restore;

#[path = "queries/mod.rs"]
mod queries;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool};
use diesel::sql_types::{BigInt, Integer, Text};

use self::batch::{Batches, Writing};
use self::connect::{Settings, unavailable};
use self::lock::Lock;
use super::writer::Writer;
use super::{Durability, Effects, Options, Result, StorageCause, StorageError, Tx};

/// How long folding the log in waits for those who read or write.
const FOLD_WAIT: Duration = Duration::from_millis(100);

/// The connection that queries are compiled for.
pub(crate) type Conn = SqliteConnection;
/// The backend that queries are compiled for.
pub(crate) type DB = diesel::sqlite::Sqlite;

/// A transaction on this database.
pub(crate) struct Work<'c> {
    pub(crate) conn: &'c mut Conn,
    pub(crate) effects: Effects,
}

impl<'c> Work<'c> {
    fn new(conn: &'c mut Conn) -> Self {
        Self {
            conn,
            effects: Effects::default(),
        }
    }
}

impl Tx for Work<'_> {
    fn effects(&mut self) -> &mut Effects {
        &mut self.effects
    }
}

/// An open SQLite file.
pub(super) struct Sqlite {
    // In this order: the writer ends first, so that readers are the last to close and the log is folded in.
    /// `None` where the file is only read.
    writer: Option<Writer<Writing>>,
    readers: Pool<ConnectionManager<SqliteConnection>>,
    settings: Settings,
    _lock: Option<Lock>,
}

impl Sqlite {
    /// Opens the file, and makes it where it is missing.
    pub(super) fn open(path: &Path, options: &Options) -> Result<Self> {
        let settings = Settings {
            path: path.to_owned(),
            busy_timeout: options.busy_timeout,
            max_pages: options.max_pages,
        };
        let (writer, lock) = if options.read_only {
            std::fs::File::open(path).map_err(|error| unavailable(path, error))?;
            (None, None)
        } else {
            let replaced = || unavailable(path, "it is being restored from a backup");
            let lock = Lock::share(path)?.ok_or_else(replaced)?;
            connect::make_private(path)?;
            let connection = settings.writer()?;
            let batches = Batches::new(settings.clone(), connection, options);
            (Some(Writer::start(batches, options.writer_queue)?), Some(lock))
        };
        let readers = Pool::builder()
            .max_size(options.readers.max(1))
            .min_idle(Some(0))
            .idle_timeout(None)
            .max_lifetime(None)
            .test_on_check_out(false)
            .connection_timeout(options.busy_timeout)
            .connection_customizer(Box::new(Reader(settings.clone())))
            .build_unchecked(ConnectionManager::new(settings.address()?));
        Ok(Self {
            writer,
            readers,
            settings,
            _lock: lock,
        })
    }

    fn writer(&self) -> Result<&Writer<Writing>> {
        self.writer
            .as_ref()
            .ok_or_else(|| unavailable(&self.settings.path, "it was opened for reading only"))
    }

    /// Copies the database into an empty file.
    pub(super) fn copy_to(&self, empty: &Path) -> Result<()> {
        copy::vacuum_into(&mut self.settings.plain()?, empty)
    }

    /// One snapshot: the transaction's first query fixes it.
    pub(super) fn read<R, E: From<StorageError>>(
        &self,
        mut f: impl FnMut(&mut dyn Tx) -> Result<R, E>,
    ) -> Result<R, E> {
        let mut connection = self.readers.get().map_err(|_none_in_time| StorageError::Busy)?;
        connection.batch_execute("BEGIN").map_err(StorageError::from)?;
        // A panic must not leave the transaction open on a connection that goes back to the pool.
        let result = catch_unwind(AssertUnwindSafe(|| f(&mut Work::new(&mut connection))));
        let ended = connection.batch_execute("ROLLBACK").map_err(StorageError::from);
        match result {
            Ok(Ok(value)) => ended.map(|()| value).map_err(E::from),
            Ok(Err(error)) => Err(error),
            Err(_panic) => Err(StorageError::Panicked.into()),
        }
    }

    pub(super) fn write<R, E>(
        &self,
        f: impl FnMut(&mut dyn Tx) -> Result<R, E> + Send + 'static,
    ) -> Result<R, E>
    where
        R: Send + 'static,
        E: From<StorageError> + StorageCause + Send + 'static,
    {
        self.writer()?.write(f)
    }

    /// Differs from the last where another connection has written since; what the writer wrote does not change it.
    /// SQLite's number means something within one connection only, so it comes with which connection said it.
    pub(super) fn data_version(&self) -> Result<(u64, i64)> {
        self.writer()?.ask(|writing| {
            let version = sql::<BigInt>("PRAGMA data_version").get_result(&mut writing.connection)?;
            Ok((writing.number, version))
        })
    }

    /// On a connection of its own, which waits but a moment: while it waits, nobody writes.
    pub(super) fn fold_log(&self) -> Result<bool> {
        let settings = Settings {
            busy_timeout: FOLD_WAIT,
            ..self.settings.clone()
        };
        let (busy, _pages, _copied) = sql::<(Integer, Integer, Integer)>("PRAGMA wal_checkpoint(TRUNCATE)")
            .get_result::<(i32, i32, i32)>(&mut settings.plain()?)?;
        Ok(busy == 0)
    }

    pub(super) fn durability(&self) -> Result<Durability> {
        self.writer()?.ask(|writing| {
            let connection = &mut writing.connection;
            Ok(Durability::Sqlite {
                journal_mode: sql::<Text>("PRAGMA journal_mode").get_result(connection)?,
                synchronous: sql::<BigInt>("PRAGMA synchronous").get_result(connection)?,
            })
        })
    }

    pub(super) fn pending_migrations(&self) -> Result<Vec<String>> {
        migrate::pending(&mut self.settings.plain()?)
    }

    pub(super) fn migrate(&self) -> Result<Vec<String>> {
        migrate::migrate(&self.settings)
    }
}

#[derive(Debug)]
struct Reader(Settings);

impl CustomizeConnection<SqliteConnection, diesel::r2d2::Error> for Reader {
    fn on_acquire(&self, connection: &mut SqliteConnection) -> Result<(), diesel::r2d2::Error> {
        self.0
            .set_up_reader(connection)
            .map_err(diesel::r2d2::Error::QueryError)
    }
}
