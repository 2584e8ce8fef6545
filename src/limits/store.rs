//! The bounded table that a limit keeps its keys in.
//!
//! governor's own tables grow with every new key. This one holds at most [`MOST_KEYS`]: when it is full, keys that it
//! holds go on as before, and a newcomer is counted on one of [`SHARED`] shared buckets, chosen by a hash that nobody
//! outside can foretell. So a flood of addresses costs bounded memory, frees nobody from their limit, and makes
//! newcomers share with few others rather than locking all of them out. The next sweep makes room again.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::{Mutex, MutexGuard, PoisonError};

use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::ShrinkableKeyedStateStore;

/// How many keys one limit keeps: what a hash table of 32,768 slots (about 1 MiB) holds.
pub const MOST_KEYS: usize = 28_672;

/// How many buckets newcomers share when the table is full.
const SHARED: u16 = 1_000;

/// What is counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Bucket {
    /// An IPv4 address.
    V4(u32),
    /// The first bits of an IPv6 address, the others zero.
    V6(u64),
    /// An account's id or the beginning of a keyed hash.
    Id([u8; 16]),
    /// Newcomers at a full table.
    Shared(u16),
}

/// When each bucket will have leaked empty.
#[derive(Default)]
pub(super) struct Buckets {
    map: Mutex<HashMap<Bucket, Nanos>>,
}

impl Buckets {
    fn lock(&self) -> MutexGuard<'_, HashMap<Bucket, Nanos>> {
        self.map.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StateStore for Buckets {
    type Key = Bucket;

    fn measure_and_replace<T, F, E>(&self, key: &Bucket, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut map = self.lock();
        let bucket = if map.len() < MOST_KEYS || map.contains_key(key) {
            *key
        } else {
            let share = map.hasher().hash_one(key) % u64::from(SHARED);
            Bucket::Shared(u16::try_from(share).unwrap_or(0))
        };
        let (outcome, next) = decide(map.get(&bucket).copied())?;
        map.insert(bucket, next);
        Ok(outcome)
    }
}

impl ShrinkableKeyedStateStore<Bucket> for Buckets {
    fn retain_recent(&self, drop_below: Nanos) {
        self.lock().retain(|_, empty_at| *empty_at > drop_below);
    }
    fn shrink_to_fit(&self) {
        self.lock().shrink_to_fit();
    }
    fn len(&self) -> usize {
        self.lock().len()
    }
    fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }
}
