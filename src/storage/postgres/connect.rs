//! How a connection to PostgreSQL is made and set up.

use std::time::Duration;

use diesel::ConnectionError;
use diesel::connection::SimpleConnection;
use diesel::r2d2::{HandleError, ManageConnection};
use diesel_async::AsyncPgConnection;
use tokio_postgres::Config;

use super::session::Session;
use super::tls::Tls;
use super::{Conn, runtime};
use crate::storage::{Result, StorageError};

/// How long making a connection may take, where the address does not say.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// After so long without an answer from the other machine a connection counts as lost.
const LOST_AFTER: Duration = Duration::from_secs(30);

/// Makes connections.
#[derive(Debug, Clone)]
pub(in crate::storage) struct Connector {
    config: Config,
    tls: Tls,
    settings: String,
}

impl Connector {
    /// Reads the address.
    pub(super) fn new(url: &str, lock_timeout: Duration) -> Result<Self> {
        let (tls, url) = Tls::from_url(url)?;
        let mut config: Config = url
            .parse()
            .map_err(|error| unavailable(format!("the database's address: {}", explain(&error))))?;
        config.ssl_mode(tls.mode());
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(LOST_AFTER);
        }
        if config.get_application_name().is_none() {
            config.application_name("hustings");
        }
        Ok(Self {
            config,
            tls,
            settings: settings(lock_timeout),
        })
    }

    /// A connection outside the pool. Closures take at most some milliseconds; the bounds are there for what went
    /// wrong.
    pub(super) fn connect_once(&self) -> Result<Session> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| unavailable(format!("no runtime for a connection: {error}")))?;
        let connection = runtime.block_on(async {
            let (client, connection) = self
                .config
                .connect(self.tls.connector())
                .await
                .map_err(|error| unavailable(explain(&error)))?;
            AsyncPgConnection::try_from_client_and_connection(client, connection)
                .await
                .map_err(unavailable)
        })?;
        let mut connection = runtime::wrap(connection, runtime);
        connection.batch_execute(&self.settings)?;
        speak_english(&mut connection);
        Ok(Session::new(connection))
    }
}

/// The session's settings: an answer of COMMIT means that it is on disk, and nothing waits for ever.
fn settings(lock_timeout: Duration) -> String {
    format!(
        "SET synchronous_commit = on; SET lock_timeout = {}; SET statement_timeout = 30000; \
         SET idle_in_transaction_session_timeout = 60000; SET standard_conforming_strings = on",
        lock_timeout.as_millis()
    )
}

/// The driver does not hand on the code of a deadlock or of a full disk, only its words, which follow the server's
/// language. Only a superuser may choose that for a session; where it is not English then, `hustings check` says so.
fn speak_english(connection: &mut Conn) {
    let sql =
        "DO $$ BEGIN PERFORM set_config('lc_messages', 'C', false); EXCEPTION WHEN OTHERS THEN NULL; END $$";
    if let Err(error) = connection.batch_execute(sql) {
        tracing::debug!(%error, "the language of messages was not set");
    }
}

/// An error of the driver with what lies beneath: "error connecting to server" alone helps nobody.
fn explain(error: &tokio_postgres::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

pub(super) fn unavailable(why: impl std::fmt::Display) -> StorageError {
    StorageError::Unavailable(why.to_string())
}

impl ManageConnection for Connector {
    type Connection = Session;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> std::result::Result<Session, Self::Error> {
        self.connect_once().map_err(|error| {
            diesel::r2d2::Error::ConnectionError(ConnectionError::BadConnection(error.to_string()))
        })
    }

    fn is_valid(&self, session: &mut Session) -> std::result::Result<(), Self::Error> {
        session.ping().map_err(|error| {
            diesel::r2d2::Error::ConnectionError(ConnectionError::BadConnection(error.to_string()))
        })
    }

    fn has_broken(&self, session: &mut Session) -> bool {
        session.is_broken()
    }
}

/// The pool tries again by itself; what it meets belongs in the log.
#[derive(Debug)]
pub(super) struct LogFailures;

impl HandleError<diesel::r2d2::Error> for LogFailures {
    fn handle_error(&self, error: diesel::r2d2::Error) {
        tracing::warn!(%error, "no connection to PostgreSQL");
    }
}
