//! PostgreSQL: transactions that behave as if they ran one after the other, a pool of connections, and the queries
//! compiled for it. How writes are committed lies in `batch`, how a connection is made in `connect`, its encryption in
//! `tls`.

mod batch;
mod connect;
mod migrate;
mod runtime;
mod session;
mod tls;

#[path = "queries/mod.rs"]
#[expect(clippy::duplicate_mod, reason = "compiled once for each database, on purpose")]
mod queries;

use std::panic::{AssertUnwindSafe, catch_unwind};

use diesel::RunQueryDsl;
use diesel::dsl::sql;
use diesel::r2d2::{Pool, PooledConnection};
use diesel::sql_types::Text;
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;

use self::batch::{Batches, wait_before};
use self::connect::Connector;
use self::session::Session;
use super::writer::Writer;
use super::{Durability, Effects, Options, Result, StorageCause, StorageError, Tx};

/// The connection that queries are compiled for.
pub(crate) type Conn = AsyncConnectionWrapper<AsyncPgConnection, runtime::OwnRuntime>;
/// The backend that queries are compiled for.
pub(crate) type DB = diesel::pg::Pg;

/// A transaction on this database.
pub(crate) struct Work<'c> {
    pub(crate) conn: &'c mut Conn,
    pub(crate) effects: Effects,
}

impl Tx for Work<'_> {
    fn effects(&mut self) -> &mut Effects {
        &mut self.effects
    }
}

/// How often a transaction is run again, at most, after another got in its way.
const RETRIES: u32 = 5;

/// A read sees the data of one moment.
const READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// A PostgreSQL server.
pub(super) struct Postgres {
    writer: Writer<Session>,
    /// What reads, so that writes that wait leave reading alone.
    pool: Pool<Connector>,
    connector: Connector,
    size: u32,
}

impl Postgres {
    /// Connects once, so that a wrong address or password is told at once.
    pub(super) fn open(url: &str, options: &Options) -> Result<Self> {
        let connector = Connector::new(url, options.busy_timeout)?;
        let session = connector.connect_once()?;
        let batches = Batches::new(connector.clone(), session, options);
        let size = options.pg_pool.max(1);
        let pool = Pool::builder()
            .max_size(size)
            .min_idle(Some(1))
            .test_on_check_out(false)
            .connection_timeout(options.busy_timeout)
            .error_handler(Box::new(connect::LogFailures))
            .build_unchecked(connector.clone());
        Ok(Self {
            writer: Writer::start(batches, options.writer_queue)?,
            pool,
            connector,
            size,
        })
    }

    pub(super) fn read<R, E>(&self, mut f: impl FnMut(&mut dyn Tx) -> Result<R, E>) -> Result<R, E>
    where
        E: From<StorageError> + StorageCause,
    {
        let mut attempt = || {
            let mut session = self.begin(READ)?;
            let result = run(&mut session, &mut f);
            // There is nothing to commit.
            session.rollback();
            result
        };
        let mut result = attempt();
        for retry in 1..=RETRIES {
            match &result {
                // A standby may have to forget what a snapshot still sees.
                Err(error) if error.storage_cause().is_some_and(StorageError::is_conflict) => {}
                _ => break,
            }
            std::thread::sleep(wait_before(retry));
            result = attempt();
        }
        result
    }

    pub(super) fn write<R, E>(
        &self,
        f: impl FnMut(&mut dyn Tx) -> Result<R, E> + Send + 'static,
    ) -> Result<R, E>
    where
        R: Send + 'static,
        E: From<StorageError> + StorageCause + Send + 'static,
    {
        self.writer.write(f)
    }

    pub(super) fn durability(&self) -> Result<Durability> {
        self.writer.ask(|session| {
            let mut show = |setting: &str| -> Result<String> {
                let query = sql::<Text>(&format!("SELECT current_setting('{setting}')"));
                Ok(query.get_result(session.connection())?)
            };
            Ok(Durability::Postgres {
                fsync: show("fsync")?,
                full_page_writes: show("full_page_writes")?,
                synchronous_commit: show("synchronous_commit")?,
                lc_messages: show("lc_messages")?,
            })
        })
    }

    pub(super) fn pending_migrations(&self) -> Result<Vec<String>> {
        migrate::pending(&mut *self.session()?)
    }

    /// On a connection of its own: migrations may take longer than anything else may.
    pub(super) fn migrate(&self) -> Result<Vec<String>> {
        migrate::migrate(&mut self.connector.connect_once()?)
    }

    fn session(&self) -> Result<PooledConnection<Connector>> {
        self.pool.get().map_err(|error| self.no_connection(&error))
    }

    /// A connection with a transaction begun on it. Connections that the server has closed in the meantime are told
    /// by this first statement and thrown away; since nothing was done yet, another is tried.
    fn begin(&self, sql: &str) -> Result<PooledConnection<Connector>> {
        let mut left = self.size;
        loop {
            let mut session = self.session()?;
            match session.begin(sql) {
                Err(StorageError::Unavailable(_)) if left > 0 => left -= 1,
                Err(error) => return Err(error),
                Ok(()) => return Ok(session),
            }
        }
    }

    /// No connection in time: either all are in use, or none can be made.
    fn no_connection(&self, error: &diesel::r2d2::PoolError) -> StorageError {
        if self.pool.state().connections >= self.size {
            StorageError::Busy
        } else {
            StorageError::Unavailable(error.to_string())
        }
    }
}

/// Runs a closure in the transaction that is open. A panic is its error.
fn run<R, E: From<StorageError>>(
    session: &mut Session,
    f: &mut impl FnMut(&mut dyn Tx) -> Result<R, E>,
) -> Result<R, E> {
    let mut work = Work {
        conn: session.connection(),
        effects: Effects::default(),
    };
    catch_unwind(AssertUnwindSafe(|| f(&mut work)))
        .unwrap_or_else(|_panic| Err(StorageError::Panicked.into()))
}
