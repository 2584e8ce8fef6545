//! How often anybody may do a thing: named limits by action, per account, per client address and per mailbox.
//! The only place for governor. It knows no HTTP: who the client is and what a refusal looks like is `web`'s, save the
//! values of the `RateLimit` fields, which say these numbers and so are written here.
//!
//! Each limit is a leaky bucket (GCRA): so many at once, and as many again evenly spread over the window. An IPv6
//! client is its /64, since it can take any address in there; its /48 has a bucket eight times as wide, since some
//! networks hand those out. Limits per address are wide, since a school or an office is one address; limits per
//! account and per email address are narrow.
//!
//! Counts are kept in memory, for this process alone, and are forgotten at restart. Memory is bounded: each limit keeps
//! at most [`MOST_KEYS`] keys, and beyond that newcomers share a thousand buckets among them (`store`).

mod policy;
mod store;

use std::fmt;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::{Quota, RateLimiter};
use sha2::{Digest, Sha256};

use crate::domain::clock::{Clock, Micros};
use crate::domain::id::{AccountId, TokenId};
pub use policy::{Action, POLICIES, Per, Policy, WIDER, Window};
pub use store::MOST_KEYS;
use store::{Bucket, Buckets};

/// A limit whose table is full is swept at most this often on behalf of a request.
const SWEEP_PAUSE: Duration = Duration::from_secs(1);

/// On whose account a request is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Somebody signed in.
    Account(AccountId),
    /// A program, by its API token: counted as an account is.
    Token(TokenId),
    /// The client's address (`domain::client_address`).
    Address(IpAddr),
    /// A mailbox, as its keyed hash.
    Email([u8; 32]),
    /// A mailbox, as its keyed hash, to which a client at this address wants something sent.
    EmailFrom(IpAddr, [u8; 32]),
}

/// All limits.
pub struct Limits {
    limiters: Vec<Limiter>,
    clock: Elapsed,
}

struct Limiter {
    policy: &'static Policy,
    /// Of IPv6 addresses, the bits that make a bucket; other keys are buckets whole.
    prefix: Prefix,
    limit: u32,
    buckets: RateLimiter<Bucket, Buckets, Elapsed, NoOpMiddleware<Nanos>>,
    swept: AtomicU64,
    refused: AtomicU64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Prefix {
    Narrow,
    Wide,
}

/// A limit is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too often: {action} is limited to {limit} in {} s; again in {} s", .window.as_secs(), self.retry_after_seconds())]
pub struct LimitExceeded {
    /// What was to be done.
    pub action: Action,
    /// The limit's name.
    pub policy: &'static str,
    /// After how long it will be possible.
    pub retry_after: Duration,
    /// How many may come at once after a rest.
    pub limit: u32,
    /// In which time as many come again.
    pub window: Duration,
}

impl Limits {
    /// All limits of [`POLICIES`], at rest; none where not `enabled`. Time is `clock`'s, save that it never runs back.
    pub fn new(enabled: bool, clock: Arc<dyn Clock>) -> Self {
        let clock = Elapsed::new(clock);
        let policies = if enabled { POLICIES } else { &[] };
        let limiters = policies
            .iter()
            .flat_map(|policy| {
                let narrow = Limiter::new(policy, Prefix::Narrow, &clock);
                let wide = (policy.per == Per::Address).then(|| Limiter::new(policy, Prefix::Wide, &clock));
                [Some(narrow), wide]
            })
            .flatten()
            .collect();
        Self { limiters, clock }
    }

    /// Counts one `action` of all `keys`. Limits are asked in the order of [`POLICIES`].
    ///
    /// # Errors
    /// A limit is reached; nothing is counted on it nor on those after it.
    pub fn check(&self, action: Action, keys: &[Key]) -> Result<(), LimitExceeded> {
        let of_action = self
            .limiters
            .iter()
            .filter(|limiter| limiter.policy.action == action);
        for limiter in of_action {
            for bucket in keys.iter().filter_map(|key| limiter.bucket(key)) {
                limiter.check(&bucket, &self.clock)?;
            }
        }
        Ok(())
    }

    /// How often each limit has refused since the start, by its name; where there are two of a name, in two parts.
    pub fn refusals(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        self.limiters
            .iter()
            .map(|limiter| (limiter.policy.name, limiter.refused.load(Ordering::Relaxed)))
    }

    /// Forgets keys that have rested long enough to be as good as new, and gives their memory back. To be called once a
    /// minute.
    pub fn sweep(&self) {
        for limiter in &self.limiters {
            limiter.buckets.retain_recent();
            limiter.buckets.shrink_to_fit();
        }
    }

    /// How many keys all limits hold.
    pub fn keys(&self) -> usize {
        self.limiters.iter().map(|limiter| limiter.buckets.len()).sum()
    }
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Limits({} limits, {} keys)", self.limiters.len(), self.keys())
    }
}

impl Limiter {
    fn new(policy: &'static Policy, prefix: Prefix, clock: &Elapsed) -> Self {
        let limit = match prefix {
            Prefix::Narrow => policy.limit,
            Prefix::Wide => policy.limit.saturating_mul(WIDER),
        };
        let quota = match policy.window {
            Window::Minute => Quota::per_minute(limit),
            Window::Hour => Quota::per_hour(limit),
        };
        Self {
            policy,
            prefix,
            limit: limit.get(),
            buckets: RateLimiter::new(quota, Buckets::default(), clock.clone()),
            swept: AtomicU64::new(0),
            refused: AtomicU64::new(0),
        }
    }

    /// The bucket of a key, where the limit is one for such keys.
    fn bucket(&self, key: &Key) -> Option<Bucket> {
        match (self.policy.per, self.prefix, key) {
            (Per::Account, Prefix::Narrow, Key::Account(id)) => Some(Bucket::Id(*id.as_bytes())),
            (Per::Account, Prefix::Narrow, Key::Token(id)) => Some(Bucket::Id(*id.as_bytes())),
            (Per::Email, Prefix::Narrow, Key::Email(hash)) => hash.first_chunk().copied().map(Bucket::Id),
            (Per::EmailFrom, Prefix::Narrow, Key::EmailFrom(address, hash)) => {
                let network = match address.to_canonical() {
                    IpAddr::V4(address) => u64::from(address.to_bits()),
                    IpAddr::V6(address) => network(address.to_bits(), 64),
                };
                let both = Sha256::new()
                    .chain_update(network.to_be_bytes())
                    .chain_update(hash)
                    .finalize();
                both.first_chunk().copied().map(Bucket::Id)
            }
            (Per::Address, prefix, Key::Address(address)) => match (address.to_canonical(), prefix) {
                (IpAddr::V4(address), Prefix::Narrow) => Some(Bucket::V4(address.to_bits())),
                (IpAddr::V4(_), Prefix::Wide) => None,
                (IpAddr::V6(address), Prefix::Narrow) => Some(Bucket::V6(network(address.to_bits(), 64))),
                (IpAddr::V6(address), Prefix::Wide) => Some(Bucket::V6(network(address.to_bits(), 48))),
            },
            _ => None,
        }
    }

    fn check(&self, bucket: &Bucket, clock: &Elapsed) -> Result<(), LimitExceeded> {
        if self.buckets.len() >= MOST_KEYS {
            self.make_room(clock);
        }
        self.buckets.check_key(bucket).map_err(|not_until| {
            self.refused.fetch_add(1, Ordering::Relaxed);
            LimitExceeded {
                action: self.policy.action,
                policy: self.policy.name,
                retry_after: not_until.wait_time_from(clock.now()),
                limit: self.limit,
                window: self.policy.window.duration(),
            }
        })
    }

    /// Sweeps a full table, and not again within [`SWEEP_PAUSE`]: under a flood of addresses each request would pay.
    fn make_room(&self, clock: &Elapsed) {
        let now = clock.now().as_u64();
        let pause = u64::try_from(SWEEP_PAUSE.as_nanos()).unwrap_or(u64::MAX);
        let swept = self.swept.load(Ordering::Relaxed);
        let is_mine = now >= swept.saturating_add(pause)
            && self
                .swept
                .compare_exchange(swept, now, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok();
        if is_mine {
            self.buckets.retain_recent();
        }
    }
}

/// The first `bits` of an IPv6 address, at most 64 of them.
fn network(address: u128, bits: u32) -> u64 {
    let upper = u64::try_from(address >> 64).unwrap_or(u64::MAX);
    upper & u64::MAX.checked_shl(64 - bits).unwrap_or(0)
}

impl LimitExceeded {
    /// The value of the field `RateLimit-Policy`.
    pub fn policy_field(&self) -> String {
        policy_field(self.policy, self.limit, self.window)
    }
    /// The value of the field `RateLimit`: none are left, and `t` is when the next is possible.
    pub fn limit_field(&self) -> String {
        limit_field(self.policy, 0, self.retry_after)
    }
    /// The value of the field `Retry-After`: whole seconds, rounded up, at least one.
    pub fn retry_after_seconds(&self) -> u64 {
        seconds_up(self.retry_after).max(1)
    }
}

fn policy_field(name: &str, limit: u32, window: Duration) -> String {
    format!("\"{name}\";q={limit};w={}", window.as_secs())
}

fn limit_field(name: &str, remaining: u32, rest: Duration) -> String {
    format!("\"{name}\";r={remaining};t={}", seconds_up(rest))
}

fn seconds_up(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

/// Our clock as governor wants it: nanoseconds since the start. Where the machine's clock is set back, time stands
/// still for a moment instead of locking everybody out until it has caught up.
#[derive(Clone)]
struct Elapsed {
    clock: Arc<dyn Clock>,
    seen: Arc<Mutex<Seen>>,
}

struct Seen {
    at: Micros,
    elapsed: Duration,
}

impl Elapsed {
    fn new(clock: Arc<dyn Clock>) -> Self {
        let seen = Seen {
            at: clock.now(),
            elapsed: Duration::ZERO,
        };
        Self {
            clock,
            seen: Arc::new(Mutex::new(seen)),
        }
    }
}

impl GovernorClock for Elapsed {
    type Instant = Nanos;
    fn now(&self) -> Nanos {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        seen.elapsed = seen.elapsed.saturating_add(now.since(seen.at));
        seen.at = now;
        Nanos::new(u64::try_from(seen.elapsed.as_nanos()).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests;
