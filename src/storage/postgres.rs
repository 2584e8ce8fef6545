//! PostgreSQL: transactions that behave as if they ran one after the other, a pool of connections, and the queries
//! compiled for it. How a connection is made lies in `connect`, its encryption in `tls`.

mod connect;
mod migrate;
mod session;
mod tls;

#[path = "queries/mod.rs"]
#[expect(clippy::duplicate_mod, reason = "compiled once for each database, on purpose")]
mod queries;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use diesel::RunQueryDsl;
use diesel::dsl::sql;
use diesel::r2d2::{Pool, PooledConnection};
use diesel::sql_types::Text;
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;

use self::connect::Connector;
use self::session::Session;
use super::effects::announce;
use super::{
    AfterCommit, Durability, Effects, Observe, Options, Result, StorageCause, StorageError, Tx, Writing,
};

/// The connection that queries are compiled for.
pub(crate) type Conn = AsyncConnectionWrapper<AsyncPgConnection>;
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

/// How often a transaction is run again after another got in its way.
const RETRIES: u32 = 5;
/// From this retry on, no other write of this process runs beside it.
const ALONE_AFTER: u32 = 2;
/// The longest wait before the first retry; doubled for each.
const FIRST_WAIT: Duration = Duration::from_millis(4);

/// A read sees the data of one moment.
const READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
/// Writes behave as if they ran one after the other, as on SQLite they do: what a service has checked in its
/// transaction still holds when that commits.
const WRITE: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE";

/// A PostgreSQL server.
pub(super) struct Postgres {
    // Before the connector, which keeps the runtime that connections live on.
    pool: Pool<Connector>,
    connector: Connector,
    after_commit: AfterCommit,
    observe: Observe,
    /// Writes share it. One that lost twice takes it alone: within this process nothing gets in its way then.
    turn: RwLock<()>,
    size: u32,
}

impl Postgres {
    /// Connects once, so that a wrong address or password is told at once.
    pub(super) fn open(url: &str, options: &Options) -> Result<Self> {
        let connector = Connector::new(url, options.busy_timeout)?;
        connector.connect_once()?;
        let size = options.pg_pool.max(1);
        let pool = Pool::builder()
            .max_size(size)
            .min_idle(Some(1))
            .test_on_check_out(false)
            .connection_timeout(options.busy_timeout)
            .error_handler(Box::new(connect::LogFailures))
            .build_unchecked(connector.clone());
        Ok(Self {
            pool,
            connector,
            after_commit: options.after_commit.clone(),
            observe: options.observe.clone(),
            turn: RwLock::new(()),
            size,
        })
    }

    pub(super) fn read<R, E>(&self, mut f: impl FnMut(&mut dyn Tx) -> Result<R, E>) -> Result<R, E>
    where
        E: From<StorageError> + StorageCause,
    {
        let mut attempt = || {
            let mut session = self.begin(READ)?;
            let (result, _effects) = run(&mut session, &mut f);
            // There is nothing to commit.
            session.rollback();
            result
        };
        run_until_serial(|_retries| attempt())
    }

    pub(super) fn write<R, E>(&self, mut f: impl FnMut(&mut dyn Tx) -> Result<R, E>) -> Result<R, E>
    where
        E: From<StorageError> + StorageCause,
    {
        let (value, effects) = run_until_serial(|retries| {
            if retries > 0 {
                (self.observe)(Writing::Retried);
            }
            if retries < ALONE_AFTER {
                let _shared = self.turn.read().unwrap_or_else(PoisonError::into_inner);
                self.commit(&mut f)
            } else {
                let _alone = self.turn.write().unwrap_or_else(PoisonError::into_inner);
                self.commit(&mut f)
            }
        })?;
        (self.observe)(Writing::Committed { writes: 1 });
        announce(&self.after_commit, &effects);
        Ok(value)
    }

    /// One transaction.
    fn commit<R, E: From<StorageError>>(
        &self,
        f: &mut impl FnMut(&mut dyn Tx) -> Result<R, E>,
    ) -> Result<(R, Effects), E> {
        let mut session = self.begin(WRITE)?;
        match run(&mut session, f) {
            (Ok(value), effects) => {
                session.commit()?;
                Ok((value, effects))
            }
            (Err(error), _effects) => {
                session.rollback();
                Err(error)
            }
        }
    }

    pub(super) fn durability(&self) -> Result<Durability> {
        let mut session = self.session()?;
        let mut show = |setting: &str| -> Result<String> {
            let query = sql::<Text>(&format!("SELECT current_setting('{setting}')"));
            Ok(query.get_result(session.connection())?)
        };
        Ok(Durability::Postgres {
            fsync: show("fsync")?,
            full_page_writes: show("full_page_writes")?,
            synchronous_commit: show("synchronous_commit")?,
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

/// Runs `attempt` until it gives something other than a conflict, at most [`RETRIES`] times more. It is told how often
/// it was run before.
fn run_until_serial<R, E: StorageCause>(mut attempt: impl FnMut(u32) -> Result<R, E>) -> Result<R, E> {
    let mut result = attempt(0);
    for retry in 1..=RETRIES {
        match &result {
            Err(error) if error.storage_cause().is_some_and(StorageError::is_conflict) => {}
            _ => return result,
        }
        std::thread::sleep(wait_before(retry));
        result = attempt(retry);
    }
    result
}

/// Runs a closure in the transaction that is open. A panic is its error.
fn run<R, E: From<StorageError>>(
    session: &mut Session,
    f: &mut impl FnMut(&mut dyn Tx) -> Result<R, E>,
) -> (Result<R, E>, Effects) {
    let mut work = Work {
        conn: session.connection(),
        effects: Effects::default(),
    };
    let result = catch_unwind(AssertUnwindSafe(|| f(&mut work)));
    (
        result.unwrap_or_else(|_panic| Err(StorageError::Panicked.into())),
        work.effects,
    )
}

/// Between half and the whole of a bound that doubles, so that two that met do not meet again.
fn wait_before(retry: u32) -> Duration {
    let bound = FIRST_WAIT * 2u32.saturating_pow(retry - 1);
    let mut byte = [0u8; 1];
    // Without randomness the wait is the shortest: a matter of speed, not of safety.
    let _no_randomness = getrandom::fill(&mut byte);
    bound / 2 + bound / 2 * u32::from(byte[0]) / 255
}
