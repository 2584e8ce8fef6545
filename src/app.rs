//! The composition: everything that use cases need, built once from the configuration.

mod abouts;
mod mailer;
mod metrics;
mod registers;

use std::sync::Arc;

use crate::config::Config;
use crate::domain::clock::{Clock, SystemClock};
use crate::domain::keys::Keys;
use crate::domain::rng::{Rng, SystemRng};
use crate::jobs::Bell;
use crate::limits::Limits;
use crate::mail::{self, Mailer};
use crate::outbound::{self, Outbound};
use crate::published::{self, Published};
use crate::signin::provider::Providers;
use crate::storage::{self, Db, Effects, StorageError};

pub use abouts::Abouts;
pub use mailer::settings as mail_settings;
pub use metrics::{Metrics, MetricsError, Telling};
pub use registers::Registers;

/// All that use cases need.
pub struct App {
    /// What the operator decided.
    pub config: Config,
    /// All that is kept.
    pub db: Db,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub rng: Arc<dyn Rng>,
    /// What is computed with the root secret.
    pub keys: Keys,
    /// How letters leave.
    pub mailer: Mailer,
    /// How others are asked.
    pub outbound: Outbound,
    /// Where readers have accounts that they can sign in with.
    pub providers: Arc<Providers>,
    /// Rings when a job has been queued.
    pub bell: Bell,
    /// Rings when a decision has been taken, which wants sealing.
    pub decided: Bell,
    /// How often anybody may do a thing.
    pub limits: Limits,
    /// Finished bytes of pages.
    pub published: Arc<Published>,
    /// Compiled registers of sites.
    pub registers: Registers,
    /// What owners say about their sites, rendered.
    pub abouts: Abouts,
    /// What is counted for whoever runs the server.
    pub metrics: Arc<Metrics>,
}

/// What a test puts in the place of the machine's.
pub struct Parts {
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub rng: Arc<dyn Rng>,
    /// How letters leave; as configured where there is none.
    pub mailer: Option<Mailer>,
    /// How others are asked; as configured where there is none.
    pub outbound: Option<Outbound>,
    /// Where readers have accounts elsewhere; as configured where there is none.
    pub providers: Option<Providers>,
}

impl Default for Parts {
    /// The machine's clock and randomness, letters and what is asked of others as configured.
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            rng: Arc::new(SystemRng),
            mailer: None,
            outbound: None,
            providers: None,
        }
    }
}

/// Why there is no App.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The settings of the mail cannot work.
    #[error(transparent)]
    Mail(#[from] mail::SettingsError),
    /// The database cannot be opened.
    #[error("the database cannot be opened")]
    Database(#[from] StorageError),
    /// The figures cannot be counted.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
}

impl App {
    /// Puts everything together. `keys` come from the secret file of the configuration.
    ///
    /// # Errors
    /// What cannot be made of the configuration.
    pub fn build(config: Config, keys: Keys, parts: Parts) -> Result<Self, BuildError> {
        let mailer = match parts.mailer {
            Some(mailer) => mailer,
            None => Mailer::new(mailer::settings(&config))?,
        };
        let outbound = parts.outbound.unwrap_or_else(|| {
            Outbound::new(outbound::Options {
                allowed: config.outbound.allowed.clone(),
                ..outbound::Options::default()
            })
        });
        let configured = || Providers::new(&config.providers, &parts.clock);
        let providers = Arc::new(parts.providers.unwrap_or_else(configured));
        let published = Arc::new(Published::new(published::CAPACITY));
        let (bell, decided) = (Bell::default(), Bell::default());
        let mut options = database_options(&config);
        options.after_commit = {
            let (published, bell, decided) = (Arc::clone(&published), bell.clone(), decided.clone());
            Arc::new(move |effects: &Effects| hear(effects, &published, &bell, &decided))
        };
        let metrics = Arc::new(Metrics::new()?);
        options.observe = metrics.observe_writes();
        let db = Db::open(options)?;
        Ok(Self {
            db,
            bell,
            decided,
            published,
            limits: Limits::new(config.limits.enabled, Arc::clone(&parts.clock)),
            registers: Registers::default(),
            abouts: Abouts::default(),
            clock: parts.clock,
            rng: parts.rng,
            keys,
            mailer,
            outbound,
            providers,
            config,
            metrics,
        })
    }
}

impl App {
    /// The same data at another time, without limits, and with letters that go nowhere: where history is made, as the
    /// demo's is.
    pub fn at(&self, clock: Arc<dyn Clock>) -> Self {
        let (mailer, _never_read) = Mailer::memory();
        Self {
            config: self.config.clone(),
            db: self.db.clone(),
            limits: Limits::new(false, Arc::clone(&clock)),
            clock,
            rng: Arc::clone(&self.rng),
            keys: self.keys.clone(),
            mailer,
            outbound: self.outbound.clone(),
            providers: Arc::clone(&self.providers),
            bell: self.bell.clone(),
            decided: self.decided.clone(),
            published: Arc::clone(&self.published),
            registers: Registers::default(),
            abouts: Abouts::default(),
            metrics: Arc::clone(&self.metrics),
        }
    }
}

/// What follows from a commit, here or by another process. Before anything is acknowledged, so it must be quick.
fn hear(effects: &Effects, published: &Published, bell: &Bell, decided: &Bell) {
    published.raise(&effects.pages, effects.routes, effects.sites);
    if effects.jobs {
        bell.ring();
    }
    if effects.decisions {
        decided.ring();
    }
}

/// Opens the database alone, before there are keys.
///
/// # Errors
/// Where it cannot be opened.
pub fn open_database(config: &Config) -> Result<Db, StorageError> {
    Db::open(database_options(config))
}

fn database_options(config: &Config) -> storage::Options {
    storage::Options {
        readers: config.database.readers,
        pg_pool: config.database.pool,
        ..storage::Options::new(config.database.url.clone())
    }
}
