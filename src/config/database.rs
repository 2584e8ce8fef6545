//! The section `database`: which database, and how many connections.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::reader::Reader;
use super::secret::Secret;

/// Where the SQLite file lies by default.
const DEFAULT_FILE: &str = "./data/hustings.db";

/// The section `database`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseConfig {
    /// Which database.
    pub url: DatabaseUrl,
    /// Connections that read from SQLite (there is one that writes).
    pub readers: u32,
    /// Connections that read from PostgreSQL (there is one more that writes).
    pub pool: u32,
}

/// Which database: told by the scheme, never by trying.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL server, as a `postgres://` address; a password may be in it. The parameters are those of libpq that
    /// the driver knows, and `sslmode` (`disable`, `prefer`, `require`, `verify-ca`, `verify-full`) and `sslrootcert` (a
    /// file of PEM certificates).
    Postgres(Secret<String>),
}

/// Why a database's address is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDatabaseUrl {
    /// It begins with neither scheme.
    #[error("it is neither sqlite: nor postgres://")]
    Scheme,
    /// SQLite without a file: comments would be lost at the end.
    #[error("SQLite needs a file")]
    NoFile,
    /// `sqlite://` and a relative path, which readers of URLs would take for a host.
    #[error("after sqlite: comes the path itself, without slashes before it")]
    Slashes,
    /// A query after a file's path.
    #[error("a path cannot carry parameters")]
    Parameters,
    /// `postgres://` and nothing that could be a server.
    #[error("the server's address is missing or holds white space")]
    Server,
}

impl FromStr for DatabaseUrl {
    type Err = InvalidDatabaseUrl;
    fn from_str(text: &str) -> Result<Self, InvalidDatabaseUrl> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = match path.strip_prefix("//") {
                // sqlite:///srv/x.db can only be the file /srv/x.db.
                Some(absolute) if absolute.starts_with('/') => absolute,
                Some(_) => return Err(InvalidDatabaseUrl::Slashes),
                None => path,
            };
            return match path {
                "" | ":memory:" => Err(InvalidDatabaseUrl::NoFile),
                _ if path.ends_with('/') => Err(InvalidDatabaseUrl::NoFile),
                _ if path.contains('?') => Err(InvalidDatabaseUrl::Parameters),
                _ => Ok(DatabaseUrl::Sqlite(PathBuf::from(path))),
            };
        }
        let server = text
            .strip_prefix("postgres://")
            .or_else(|| text.strip_prefix("postgresql://"))
            .ok_or(InvalidDatabaseUrl::Scheme)?;
        if server.is_empty() || server.contains(char::is_whitespace) {
            return Err(InvalidDatabaseUrl::Server);
        }
        Ok(DatabaseUrl::Postgres(Secret::new(text.to_owned())))
    }
}

impl fmt::Debug for DatabaseUrl {
    /// Without user, password and host.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DatabaseUrl::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            DatabaseUrl::Postgres(_) => f.write_str("postgres://(..)"),
        }
    }
}

impl DatabaseConfig {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self {
            url: url(reader),
            readers: reader.number("database.readers", 4, 1..=64),
            pool: reader.number("database.pool", 10, 1..=500),
        }
    }

    /// The directory that the server's own files lie in by default: the SQLite file's, else `./data`.
    pub(super) fn directory(&self) -> PathBuf {
        let file = match &self.url {
            DatabaseUrl::Sqlite(file) => file.as_path(),
            DatabaseUrl::Postgres(_) => Path::new(DEFAULT_FILE),
        };
        file.parent().map(Path::to_path_buf).unwrap_or_default()
    }
}

fn url(reader: &mut Reader) -> DatabaseUrl {
    let key = "database.url";
    let text = reader.secret_or(key, &format!("sqlite:{DEFAULT_FILE}"));
    match text.expose().parse() {
        Ok(url) => url,
        Err(error) => {
            // The text is not shown: a password may be in it.
            reader.error(
                key,
                InvalidDatabaseUrl::to_string(&error),
                "write sqlite:./data/hustings.db (a path) or postgres://user:password@host/database",
            );
            DatabaseUrl::Sqlite(PathBuf::from(DEFAULT_FILE))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_chooses() {
        for (text, expected) in [
            ("sqlite:./data/hustings.db", "sqlite:./data/hustings.db"),
            ("sqlite:x.db", "sqlite:x.db"),
            ("sqlite:/srv/x.db", "sqlite:/srv/x.db"),
            ("sqlite:///srv/x.db", "sqlite:/srv/x.db"),
            ("postgres://ada:pw@db.example.org/hustings", "postgres://(..)"),
            ("postgresql:///hustings?host=/run/postgresql", "postgres://(..)"),
        ] {
            assert_eq!(format!("{:?}", text.parse::<DatabaseUrl>().unwrap()), expected);
        }
        for (text, why) in [
            ("", InvalidDatabaseUrl::Scheme),
            ("./data/hustings.db", InvalidDatabaseUrl::Scheme),
            ("mysql://x/y", InvalidDatabaseUrl::Scheme),
            ("postgres:x", InvalidDatabaseUrl::Scheme),
            ("sqlite:", InvalidDatabaseUrl::NoFile),
            ("sqlite::memory:", InvalidDatabaseUrl::NoFile),
            ("sqlite:./data/", InvalidDatabaseUrl::NoFile),
            ("sqlite://data/x.db", InvalidDatabaseUrl::Slashes),
            ("sqlite:x.db?mode=rwc", InvalidDatabaseUrl::Parameters),
            ("postgres://", InvalidDatabaseUrl::Server),
            ("postgres://a b/c", InvalidDatabaseUrl::Server),
        ] {
            assert_eq!(text.parse::<DatabaseUrl>(), Err(why), "{text}");
        }
    }
}
