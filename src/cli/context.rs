//! What commands start from: the configuration, and the App that is built of it.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail, ensure};

use super::logging;
use crate::app::{self, App, Parts};
use crate::config::{Config, DatabaseUrl, secret_file};
use crate::domain::keys::Keys;
use crate::domain::rng::SystemRng;
use crate::service::secret::{self, Recognised};
use crate::storage::{Backend, Db};

/// What a command starts from.
pub(super) struct Context {
    pub(super) config: Config,
}

impl Context {
    /// Reads the configuration and starts the log.
    pub(super) fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        let config = Config::load(file)?;
        logging::start(config.log, config.demo);
        for warning in &config.warnings {
            tracing::warn!("{warning}");
        }
        Ok(Self { config })
    }

    /// Everything that use cases need, on a database of this version's schema. Makes neither a database nor a secret:
    /// run in the wrong folder, a command says so.
    pub(super) fn app(&self) -> anyhow::Result<Arc<App>> {
        if let DatabaseUrl::Sqlite(path) = &self.config.database.url {
            ensure!(
                path.exists(),
                "there is no database {}; run this in the server's folder or name its configuration by --config \
                 (`hustings serve` and `hustings migrate` make a new database)",
                path.display()
            );
        }
        let app = self.with_keys(secret_file::load(&self.config.server.secret_file)?)?;
        require_current(&app.db)?;
        self.require_secret(&app)?;
        Ok(app)
    }

    /// As [`Context::app`], on a database of whatever schema or none: the database is made where there is none, and
    /// the secret, unless the database belongs to another. Once the schema is current, [`Context::require_secret`] is
    /// to be called.
    pub(super) fn build(&self) -> anyhow::Result<Arc<App>> {
        let path = &self.config.server.secret_file;
        if matches!(path.try_exists(), Ok(false)) && self.is_bound()? {
            bail!(
                "server.secret_file: {} does not exist, and the database was written with a secret that is in no other \
                 place; put the copy of it there, or name the place where it is",
                path.display()
            );
        }
        self.with_keys(secret_file::load_or_create(path, &SystemRng)?)
    }

    /// Refuses a secret that is not the one that the database was written with; the first of all is.
    pub(super) fn require_secret(&self, app: &App) -> anyhow::Result<()> {
        match secret::bind(&app.db, &app.keys).context("the database cannot be read")? {
            Recognised::Yes | Recognised::NoneYet => Ok(()),
            Recognised::No => bail!("{}", another_secret(&self.config)),
        }
    }

    /// As [`Context::require_secret`], and a database that knows no secret yet is left so: it may be a template.
    pub(super) fn refuse_another_secret(&self, app: &App) -> anyhow::Result<()> {
        match secret::recognise(&app.db, &app.keys).context("the database cannot be read")? {
            Recognised::Yes | Recognised::NoneYet => Ok(()),
            Recognised::No => bail!("{}", another_secret(&self.config)),
        }
    }

    fn with_keys(&self, keys: Keys) -> anyhow::Result<Arc<App>> {
        Ok(Arc::new(App::build(self.config.clone(), keys, Parts::default())?))
    }

    fn is_bound(&self) -> anyhow::Result<bool> {
        match &self.config.database.url {
            DatabaseUrl::Sqlite(path) if !path.exists() => Ok(false),
            DatabaseUrl::Sqlite(_) | DatabaseUrl::Postgres(_) => {
                let db = app::open_database(&self.config).context("the database cannot be opened")?;
                secret::is_bound(&db).context("the database cannot be read")
            }
        }
    }
}

/// What is wrong, and its mend, where the secret is not the database's.
pub(super) fn another_secret(config: &Config) -> String {
    format!(
        "server.secret_file: {} is not the secret that this database was written with, so that no address in it can be \
         read; put the right one there, or name the place where it is",
        config.server.secret_file.display()
    )
}

/// Refuses a schema that is not this version's.
pub(super) fn require_current(db: &Db) -> anyhow::Result<()> {
    let pending = db.pending_migrations().context("the database cannot be read")?;
    if pending.is_empty() {
        return Ok(());
    }
    match db.backend() {
        Backend::Sqlite => bail!("the database is not of this version yet; run: hustings migrate"),
        Backend::Postgres => bail!(
            "the database's schema is older than this version; run: hustings migrate (it lacks {})",
            pending.join(", ")
        ),
    }
}
