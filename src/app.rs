//! The composition: everything that use cases need, built once from the configuration.

mod mailer;
mod registers;

use std::sync::Arc;

use crate::config::Config;
use crate::domain::clock::{Clock, SystemClock};
use crate::domain::keys::Keys;
use crate::domain::rng::{Rng, SystemRng};
use crate::limits::Limits;
use crate::mail::{self, Mailer};

pub use mailer::settings as mail_settings;
pub use registers::Registers;

/// All that use cases need.
pub struct App {
    /// What the operator decided.
    pub config: Config,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub rng: Arc<dyn Rng>,
    /// What is computed with the root secret.
    pub keys: Keys,
    /// How letters leave.
    pub mailer: Mailer,
    /// How often anybody may do a thing.
    pub limits: Limits,
    /// Compiled registers of sites.
    pub registers: Registers,
}

/// What a test puts in the place of the machine's.
pub struct Parts {
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub rng: Arc<dyn Rng>,
    /// How letters leave; as configured where there is none.
    pub mailer: Option<Mailer>,
}

impl Default for Parts {
    /// The machine's clock and randomness, and letters as configured.
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            rng: Arc::new(SystemRng),
            mailer: None,
        }
    }
}

/// Why there is no App.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The settings of the mail cannot work.
    #[error(transparent)]
    Mail(#[from] mail::SettingsError),
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
        Ok(Self {
            limits: Limits::new(config.limits.enabled, Arc::clone(&parts.clock)),
            registers: Registers::default(),
            clock: parts.clock,
            rng: parts.rng,
            keys,
            mailer,
            config,
        })
    }
}
