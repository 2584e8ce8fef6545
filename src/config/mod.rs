//! What the operator decides: the file `hustings.toml` and the environment over it, read once into checked structs,
//! one section a file. The only place that reads the environment. It opens no database and sends no letter: whether a
//! setting also works is for `hustings check` to try.
//!
//! A variable is `HUSTINGS__SECTION__KEY`, such as `HUSTINGS__MAIL__SMTP__HOST`. Every error is found at once, and each
//! says its mend. Paths are taken from the working directory.

mod database;
mod error;
mod limits;
mod log;
mod mail;
mod outbound;
mod providers;
mod reader;
mod retention;
mod secret;
pub mod secret_file;
mod server;

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

pub use database::{DatabaseConfig, DatabaseUrl, InvalidDatabaseUrl};
pub use error::{ConfigError, ConfigErrors, ConfigWarning, UnknownWord};
pub use limits::LimitsConfig;
pub use log::{LogConfig, LogFormat, LogLevel};
pub use mail::{InvalidSender, MailConfig, MailTransport, Sender, SmtpConfig, SmtpCredentials, SmtpSecurity};
pub use outbound::{Allowed, InvalidAllowed, OutboundConfig};
pub use providers::{
    AppleClient, Client, GITLAB, GitLab, OAuth2Client, OidcClient, Pointer, Pointers, ProviderConfig,
    ProviderKind, ProvidersConfig,
};
pub use retention::RetentionConfig;
pub use secret::Secret;
pub use server::ServerConfig;

use reader::{PREFIX, Reader};

/// The file that is read where none is named.
const DEFAULT_FILE: &str = "./hustings.toml";

/// Everything the operator decided, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where the server listens and how the world reaches it.
    pub server: ServerConfig,
    /// Which database.
    pub database: DatabaseConfig,
    /// How letters leave.
    pub mail: MailConfig,
    /// Whether requests are limited, and which proxies are trusted.
    pub limits: LimitsConfig,
    /// Whom the server may ask though they are not public.
    pub outbound: OutboundConfig,
    /// Where readers have accounts that they can sign in with.
    pub providers: ProvidersConfig,
    /// How long is kept what nobody needs any more.
    pub retention: RetentionConfig,
    /// What is logged.
    pub log: LogConfig,
    /// Nothing was decided, neither in a file nor by a variable: the server is being tried out.
    pub demo: bool,
    /// The first variable that makes it no demo, where there is no file.
    pub instead_of_demo: Option<String>,
    /// What works and is odd, to be logged at start.
    pub warnings: Vec<ConfigWarning>,
}

/// A configuration with everything that is wrong with it, and the defaults in the place of what was refused: for trying
/// out at once what can be tried all the same.
#[derive(Debug)]
pub struct Inspected {
    /// The values, of which not all need be meant so; see [`Inspected::is_meant`].
    pub config: Config,
    /// Everything wrong.
    pub errors: Vec<ConfigError>,
    /// How many of the errors, the first ones, are values that were refused; the others are keys that there are not.
    refused: usize,
    /// Whether all that was decided was read: there is no file, or it is TOML.
    whole: bool,
    /// Whether `server.secret_file` was given.
    names_secret: bool,
}

impl Inspected {
    /// Whether the values of a section, or of one key, are what the operator decided: none of them was refused, and none
    /// may stand in a file that could not be read.
    pub fn is_meant(&self, key: &str) -> bool {
        let refused = |error: &ConfigError| {
            error
                .key
                .strip_prefix(key)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '_']))
        };
        self.whole && !self.errors.iter().take(self.refused).any(refused)
    }

    /// Whether the secret's file is the one that was meant: by default it lies beside the database.
    pub fn secret_is_meant(&self) -> bool {
        self.is_meant("server.secret_file") && (self.names_secret || self.is_meant("database.url"))
    }
}

impl From<Inspected> for Result<Config, ConfigErrors> {
    fn from(inspected: Inspected) -> Self {
        if inspected.errors.is_empty() {
            Ok(inspected.config)
        } else {
            Err(ConfigErrors(inspected.errors))
        }
    }
}

impl Config {
    /// Reads the file at `path`, or `./hustings.toml` where there is one, and the process's environment.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn load(path: Option<&Path>) -> Result<Self, ConfigErrors> {
        Self::inspect(path).into()
    }

    /// Reads what [`Config::load`] reads, and goes on past what is wrong.
    pub fn inspect(path: Option<&Path>) -> Inspected {
        let mut errors = Vec::new();
        let mut variables = Vec::new();
        for (name, value) in env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            match value.into_string() {
                Ok(value) => variables.push((name, value)),
                Err(_bytes) if name.starts_with(PREFIX) => errors.push(ConfigError {
                    key: reader::key_of(&name),
                    problem: format!("its value is not UTF-8 (from the variable {name})"),
                    mend: String::from("write it in UTF-8"),
                }),
                Err(_someone_elses) => {}
            }
        }
        let mut unread = false;
        let file = match fs::read_to_string(path.unwrap_or(Path::new(DEFAULT_FILE))) {
            Ok(text) => Some(text),
            Err(error) if path.is_none() && error.kind() == ErrorKind::NotFound => None,
            Err(error) => {
                unread = true;
                errors.push(ConfigError {
                    key: path.unwrap_or(Path::new(DEFAULT_FILE)).display().to_string(),
                    problem: format!("the file cannot be read: {error}"),
                    mend: String::from("name a file that the server may read by --config"),
                });
                None
            }
        };
        let mut inspected = Self::inspect_sources(file.as_deref(), variables);
        inspected.whole &= !unread;
        inspected.refused += errors.len();
        inspected.errors.splice(..0, errors);
        inspected
    }

    /// Reads the text of a file, and variables as names and values, of which those without the prefix `HUSTINGS__` are
    /// passed over. Files that secrets are in (`..._file`) are read.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn from_sources(file: Option<&str>, variables: Vec<(String, String)>) -> Result<Self, ConfigErrors> {
        Self::inspect_sources(file, variables).into()
    }

    fn inspect_sources(file: Option<&str>, variables: Vec<(String, String)>) -> Inspected {
        let mut ours = variables.iter().map(|(name, _)| name);
        let ours = ours.find(|name| name.starts_with(PREFIX)).cloned();
        let slips = single_underscores(&variables);
        let mut reader = Reader::new(file, variables);
        for (name, meant) in slips {
            reader.warn(&name, format!("it is not read; for a setting, write {meant}"));
        }
        let whole = reader.is_whole();
        let mut config = Self::read(&mut reader);
        config.demo = file.is_none() && ours.is_none();
        config.instead_of_demo = ours.filter(|_| file.is_none());
        let names_secret = reader.is_given("server.secret_file");
        let outcome = reader.finish();
        config.warnings = outcome.warnings;
        Inspected {
            config,
            errors: outcome.errors,
            refused: outcome.refused,
            whole,
            names_secret,
        }
    }

    fn read(reader: &mut Reader) -> Self {
        let database = DatabaseConfig::read(reader);
        let server = ServerConfig::read(reader, &database.directory());
        let mail = MailConfig::read(reader, &server.public_url);
        let limits = LimitsConfig::read(reader);
        if limits.enabled
            && server.public_url.is_https()
            && !server.public_url.is_loopback()
            && limits.trusted_proxies.is_empty()
        {
            reader.warn(
                "limits.trusted_proxies",
                "server.public_url is https, so a proxy stands before the server, and none is trusted: all readers \
                 are limited together, as one address. List the proxy's address",
            );
        }
        Self {
            server,
            database,
            mail,
            limits,
            outbound: OutboundConfig::read(reader),
            providers: ProvidersConfig::read(reader),
            retention: RetentionConfig::read(reader),
            log: LogConfig::read(reader),
            demo: false,
            instead_of_demo: None,
            warnings: Vec::new(),
        }
    }
}

/// Variables that were surely meant as settings and lack an underscore, each with what was meant.
fn single_underscores(variables: &[(String, String)]) -> Vec<(String, String)> {
    let meant = |name: &str| {
        let rest = name
            .strip_prefix("HUSTINGS_")
            .filter(|rest| !rest.starts_with('_'))?;
        let (section, key) = rest.split_once('_')?;
        if section == "PROVIDERS" {
            let (provider, key) = key.trim_start_matches('_').split_once('_')?;
            return Some(format!(
                "{PREFIX}{section}__{provider}__{}",
                key.trim_start_matches('_')
            ));
        }
        [
            "SERVER",
            "DATABASE",
            "MAIL",
            "LIMITS",
            "OUTBOUND",
            "RETENTION",
            "LOG",
        ]
        .contains(&section)
        .then(|| format!("{PREFIX}{section}__{}", key.trim_start_matches('_')))
    };
    variables
        .iter()
        .filter_map(|(name, _)| Some((name.clone(), meant(name)?)))
        .collect()
}

#[cfg(test)]
mod tests;
