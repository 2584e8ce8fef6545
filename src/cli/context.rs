//! What commands start from: the configuration, and the App that is built of it.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};

use super::logging;
use crate::app::{App, Parts};
use crate::config::{Config, secret_file};
use crate::domain::rng::SystemRng;
use crate::storage::{Backend, Db};

/// What a command starts from.
pub(super) struct Context {
    pub(super) config: Config,
}

impl Context {
    /// Reads the configuration and starts the log.
    pub(super) fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        let config = Config::load(file)?;
        logging::start(config.log);
        for warning in &config.warnings {
            tracing::warn!("{warning}");
        }
        Ok(Self { config })
    }

    /// As [`Context::build`], on a database of this version's schema.
    pub(super) fn app(&self) -> anyhow::Result<Arc<App>> {
        let app = self.build()?;
        require_current(&app.db)?;
        Ok(app)
    }

    /// Everything that use cases need, on a database of whatever schema. The secret is made where there is none.
    pub(super) fn build(&self) -> anyhow::Result<Arc<App>> {
        let keys = secret_file::load_or_create(&self.config.server.secret_file, &SystemRng)?;
        let app = App::build(self.config.clone(), keys, Parts::default())?;
        Ok(Arc::new(app))
    }
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
