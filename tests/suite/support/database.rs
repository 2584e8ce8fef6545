//! A database for one test: a SQLite file in a temporary folder, or a PostgreSQL database made of the migrated template
//! that `tests/run` prepares. Gone when the test ends.

use std::path::Path;
use std::thread;

use tempfile::TempDir;
use tokio_postgres::NoTls;

/// Names the template: `postgres://superuser@127.0.0.1:port/database`, migrated.
const TEMPLATE: &str = "HUSTINGS_TEST_POSTGRES";

/// A database of a test's own.
pub enum TestDatabase {
    /// A file in a folder that is deleted with this.
    Sqlite(TempDir),
    /// A database on a server, dropped with this.
    Postgres {
        /// Where the server's own databases are reached.
        server: String,
        /// The database's name.
        name: String,
    },
}

impl TestDatabase {
    /// An empty place for a SQLite file.
    pub fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    /// A copy of the template.
    pub fn postgres() -> Self {
        let Ok(template) = std::env::var(TEMPLATE) else {
            panic!(
                "{TEMPLATE} is not set: it names a migrated PostgreSQL database to copy for each test. `tests/run rust` \
                 starts one; without it, run the SQLite half: cargo nextest run -E 'not test(/::postgres/)'"
            );
        };
        let (server, source) = template
            .rsplit_once('/')
            .expect("a database's name at the end of the address");
        let source = source.split('?').next().unwrap();
        let name = format!("test_{}_{:?}", std::process::id(), thread::current().id());
        let name: String = name
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect();
        let name = name.to_lowercase();
        execute(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        execute(server, &format!("CREATE DATABASE {name} TEMPLATE \"{source}\""));
        Self::Postgres {
            server: server.to_owned(),
            name,
        }
    }

    /// As `database.url` writes it.
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite:{}", folder.path().join("hustings.db").display()),
            Self::Postgres { server, name } => format!("{server}/{name}"),
        }
    }

    /// Runs SQL in it, behind the server's back and unhindered by foreign keys.
    pub fn execute(&self, sql: &str) {
        match self {
            Self::Sqlite(folder) => {
                use diesel::Connection;
                use diesel::connection::SimpleConnection;
                let file = folder.path().join("hustings.db");
                let mut connection = diesel::SqliteConnection::establish(file.to_str().unwrap()).unwrap();
                connection
                    .batch_execute(&format!(
                        "PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = OFF; {sql}"
                    ))
                    .unwrap_or_else(|error| panic!("{sql}: {error}"));
            }
            Self::Postgres { server, name } => {
                let sql = format!("SET session_replication_role = replica; {sql}");
                execute_in(&format!("{server}/{name}"), &sql);
            }
        }
    }

    /// A folder that is deleted with a SQLite database.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(folder) => Some(folder.path()),
            Self::Postgres { .. } => None,
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Self::Postgres { server, name } = self {
            execute(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// Runs a statement in the server's own database.
fn execute(server: &str, statement: &str) {
    execute_in(&format!("{server}/postgres"), statement);
}

/// Runs a statement in a PostgreSQL database, on a thread of its own: callers stand in an async test.
fn execute_in(address: &str, statement: &str) {
    let (address, statement) = (address.to_owned(), statement.to_owned());
    let done = thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(&address, NoTls).await.unwrap();
            let connection = tokio::spawn(connection);
            let result = client.batch_execute(&statement).await;
            drop(client);
            connection.await.unwrap().unwrap();
            result.unwrap_or_else(|error| panic!("{statement}: {error:?}"));
        });
    });
    done.join().unwrap();
}

/// The first column of what a query finds in a PostgreSQL database.
pub fn rows_in(address: &str, query: &str) -> Vec<String> {
    let (address, query) = (address.to_owned(), query.to_owned());
    let found = thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(&address, NoTls).await.unwrap();
            let connection = tokio::spawn(connection);
            let result = client.simple_query(&query).await;
            drop(client);
            connection.await.unwrap().unwrap();
            let messages = result.unwrap_or_else(|error| panic!("{query}: {error:?}"));
            messages
                .iter()
                .filter_map(|message| match message {
                    tokio_postgres::SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap().to_owned()),
                    _ => None,
                })
                .collect()
        })
    });
    found.join().unwrap()
}
