//! What instances know this server by: to be kept, sealed, from one reader to the next. How and where is the caller's; what is
//! here keeps it while the server runs.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::domain::provider::InstanceHost;

/// Instances that are remembered at most.
const MOST: usize = 1000;

/// What an instance knows this server by. It serialises whole, secret included, so that it can be sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisteredApp {
    /// The id that the instance gave.
    pub client_id: String,
    /// The secret that it gave.
    pub client_secret: String,
    /// The address that readers come back to, as it was registered: with another, it is registered anew.
    pub redirect: String,
    /// What may be asked for, as it was registered.
    pub scope: String,
}

impl fmt::Debug for RegisteredApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RegisteredApp(..)")
    }
}

/// A memory of registrations. Blocks, where it must. What cannot be found is registered anew, so that a failure to remember
/// costs a registration and no more; whoever implements it logs it.
pub trait KnownApps: Send + Sync {
    /// What the instance knows this server by.
    fn find(&self, host: &InstanceHost) -> Option<RegisteredApp>;
    /// Keeps it, in the place of another.
    fn keep(&self, host: &InstanceHost, app: &RegisteredApp);
    /// The instance knows it no more.
    fn forget(&self, host: &InstanceHost);
}

/// A memory that ends with the process.
#[derive(Default)]
pub struct MemoryApps(Mutex<HashMap<InstanceHost, RegisteredApp>>);

impl MemoryApps {
    fn with<T>(&self, act: impl FnOnce(&mut HashMap<InstanceHost, RegisteredApp>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl KnownApps for MemoryApps {
    fn find(&self, host: &InstanceHost) -> Option<RegisteredApp> {
        self.with(|apps| apps.get(host).cloned())
    }

    fn keep(&self, host: &InstanceHost, app: &RegisteredApp) {
        self.with(|apps| {
            // Whoever types made-up hosts fills it; then it begins anew.
            if apps.len() >= MOST {
                apps.clear();
            }
            apps.insert(host.clone(), app.clone());
        });
    }

    fn forget(&self, host: &InstanceHost) {
        self.with(|apps| apps.remove(host));
    }
}
