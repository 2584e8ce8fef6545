//! Builds under way: who misses the same bytes at once waits for the one that builds. It knows nothing of floors.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::{Entry, Finished, Key};

/// The builds under way.
#[derive(Debug, Default)]
pub(super) struct Flights(Mutex<HashMap<Key, watch::Receiver<Landing>>>);

/// How a build stands.
#[derive(Debug, Clone)]
pub(super) enum Landing {
    /// It goes on; where nobody builds any more, it was given up.
    Flying,
    /// It is done.
    Landed(Entry),
    /// It failed.
    Failed,
}

/// What a reader who misses does.
pub(super) enum Turn<'a> {
    /// Nothing: the bytes have just come in.
    Landed(Arc<Finished>),
    /// Builds.
    Lead(Flight<'a>),
    /// Waits.
    Wait(Waiting),
}

/// A build that this reader makes. Dropped without landing, it is given up, and another reader builds.
pub(super) struct Flight<'a> {
    flights: &'a Flights,
    key: Key,
    news: watch::Sender<Landing>,
}

/// A build that another reader makes.
pub(super) struct Waiting(watch::Receiver<Landing>);

impl Flights {
    /// Joins the build of `key`, or begins one unless `landed` finds that one has just ended.
    pub(super) fn join(&self, key: &Key, landed: impl FnOnce() -> Option<Arc<Finished>>) -> Turn<'_> {
        let mut flights = self.lock();
        match flights.entry(key.clone()) {
            Slot::Occupied(flight) => Turn::Wait(Waiting(flight.get().clone())),
            Slot::Vacant(place) => {
                if let Some(finished) = landed() {
                    return Turn::Landed(finished);
                }
                let (news, receiver) = watch::channel(Landing::Flying);
                place.insert(receiver);
                Turn::Lead(Flight {
                    flights: self,
                    key: key.clone(),
                    news,
                })
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, watch::Receiver<Landing>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Flight<'_> {
    /// Tells all who wait how it ended.
    pub(super) fn land(self, landing: Landing) {
        self.news.send_replace(landing);
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.flights.lock().remove(&self.key);
    }
}

impl Waiting {
    /// Waits for the end: [`Landing::Flying`] where the build was given up.
    pub(super) async fn wait(mut self) -> Landing {
        match self
            .0
            .wait_for(|landing| !matches!(landing, Landing::Flying))
            .await
        {
            Ok(landing) => landing.clone(),
            Err(_given_up) => Landing::Flying,
        }
    }
}
