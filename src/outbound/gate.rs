//! Lets so many in at once and no more. Nobody waits: who finds no place is told so.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// So many places.
#[derive(Debug)]
pub(super) struct Gate(AtomicUsize);

/// A place, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place(Arc<Gate>);

impl Gate {
    pub(super) fn new(places: usize) -> Arc<Self> {
        Arc::new(Self(AtomicUsize::new(places)))
    }

    /// A place, where one is free.
    pub(super) fn enter(self: &Arc<Self>) -> Option<Place> {
        self.0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |free| free.checked_sub(1))
            .ok()
            .map(|_before| Place(Arc::clone(self)))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_it_is_given_back() {
        let gate = Gate::new(2);
        let first = gate.enter().unwrap();
        let second = gate.enter().unwrap();
        assert!(gate.enter().is_none());
        drop(first);
        let third = gate.enter().unwrap();
        assert!(gate.enter().is_none());
        drop((second, third));
        assert!(gate.enter().is_some());
    }
}
