//! The composition: everything that use cases need, built once.

use std::sync::Arc;

use crate::domain::clock::Clock;
use crate::domain::rng::Rng;

/// All that use cases need.
pub struct App {
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub rng: Arc<dyn Rng>,
}
