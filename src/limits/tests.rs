//! Tests of the limits.

use super::*;
use crate::domain::clock::FixedClock;
use crate::domain::rng::SeededRng;

fn limits() -> (Arc<FixedClock>, Limits) {
    let clock = Arc::new(FixedClock::at(Micros::from_i64(1_795_341_600_000_000)));
    (clock.clone(), Limits::new(true, clock))
}

fn account(seed: u64) -> Key {
    Key::Account(AccountId::new(Micros::from_i64(0), &SeededRng::new(seed)))
}

fn address(text: &str) -> Key {
    Key::Address(text.parse().unwrap())
}

/// How many go through before one is refused.
fn how_many(limits: &Limits, action: Action, keys: &[Key]) -> u32 {
    (0..100_000)
        .find(|_| limits.check(action, keys).is_err())
        .expect("never limited")
}

#[test]
fn every_limit_of_the_table_holds_at_its_number() {
    for policy in POLICIES {
        let (clock, limits) = limits();
        let only: Vec<Limiter> = limits
            .limiters
            .into_iter()
            .filter(|limiter| limiter.policy == policy && limiter.prefix == Prefix::Narrow)
            .collect();
        let limits = Limits {
            limiters: only,
            clock: limits.clock,
        };
        let key = match policy.per {
            Per::Account => account(1),
            Per::Address => address("192.0.2.1"),
            Per::Email => Key::Email([1; 32]),
            Per::EmailFrom => Key::EmailFrom("192.0.2.1".parse().unwrap(), [1; 32]),
        };
        assert_eq!(
            how_many(&limits, policy.action, &[key]),
            policy.limit.get(),
            "{policy:?}"
        );
        let each = policy.window.duration() / policy.limit.get();
        let refused = limits.check(policy.action, &[key]).unwrap_err();
        assert_eq!(refused.policy, policy.name);
        assert!(
            refused.retry_after <= each && refused.retry_after > each / 2,
            "{refused:?}"
        );
        clock.advance(refused.retry_after + Duration::from_micros(1));
        assert!(limits.check(policy.action, &[key]).is_ok(), "{policy:?}");
        assert!(limits.check(policy.action, &[key]).is_err(), "{policy:?}");
        clock.advance(policy.window.duration());
        assert_eq!(
            how_many(&limits, policy.action, &[key]),
            policy.limit.get(),
            "{policy:?}"
        );
    }
}

#[test]
fn shorter_windows_come_first_and_names_are_unique() {
    for (at, policy) in POLICIES.iter().enumerate() {
        for later in &POLICIES[at + 1..] {
            assert_ne!(policy.name, later.name);
            if policy.action == later.action && policy.per == later.per {
                assert!(
                    policy.window <= later.window,
                    "{} before {}",
                    policy.name,
                    later.name
                );
            }
        }
    }
}

#[test]
fn the_document_shows_this_table() {
    let rows: Vec<String> = POLICIES
        .iter()
        .map(|policy| {
            let per = match policy.per {
                Per::Account => "account",
                Per::Address => "address",
                Per::Email => "mailbox",
                Per::EmailFrom => "address and mailbox",
            };
            let window = match policy.window {
                Window::Minute => "a minute",
                Window::Hour => "an hour",
            };
            format!(
                "| {} | `{}` | {per} | {} | {window} |",
                policy.action, policy.name, policy.limit
            )
        })
        .collect();
    let document = include_str!("../../docs/limits.md");
    let shown: Vec<&str> = document
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains('`'))
        .collect();
    assert_eq!(shown, rows);
    assert!(document.contains("28,672") && MOST_KEYS == 28_672);
}

#[test]
fn hammering_against_the_minute_does_not_use_up_the_hour() {
    let (clock, limits) = limits();
    let key = account(1);
    for _ in 0..1_000 {
        let _ = limits.check(Action::Post, &[key]);
    }
    clock.advance(Duration::from_secs(60));
    assert_eq!(how_many(&limits, Action::Post, &[key]), 5);
    // 30 in the hour: five minutes of five are past them, with what came back meanwhile.
    let mut passed = 10;
    for _ in 0..10 {
        clock.advance(Duration::from_secs(60));
        passed += how_many(&limits, Action::Post, &[key]);
    }
    assert!((30..=36).contains(&passed), "{passed}");
    assert_eq!(
        limits.check(Action::Post, &[key]).unwrap_err().policy,
        "post-hour"
    );
}

#[test]
fn a_limited_address_cannot_use_up_what_an_email_address_has() {
    let (clock, limits) = limits();
    let (attacker, victim) = (address("192.0.2.1"), Key::Email([9; 32]));
    how_many(&limits, Action::SignInStart, &[attacker]);
    for _ in 0..100 {
        let refused = limits
            .check(Action::SignInStart, &[attacker, victim])
            .unwrap_err();
        assert_eq!(refused.policy, "sign-in-address");
        clock.advance(Duration::from_millis(1));
    }
    let from = |text: &str| Key::EmailFrom(text.parse().unwrap(), [9; 32]);
    let keys = [address("198.51.100.7"), from("198.51.100.7"), victim];
    assert!(limits.check(Action::SignInStart, &keys).is_ok());
    let again = limits.check(Action::SignInStart, &keys);
    assert_eq!(again.unwrap_err().policy, "sign-in-email");
    // Who asks from elsewhere is not kept out by that, until all have asked too often.
    for host in 8..100 {
        let text = format!("198.51.100.{host}");
        let keys = [address(&text), from(&text), victim];
        match limits.check(Action::SignInStart, &keys) {
            Ok(_) => assert!(host < 37),
            Err(refused) => {
                assert_eq!(refused.policy, "sign-in-mailbox");
                return;
            }
        }
    }
    panic!("a mailbox can be filled");
}

#[test]
fn keys_and_actions_are_counted_apart() {
    let (_clock, limits) = limits();
    assert_eq!(
        how_many(&limits, Action::Post, &[account(1), address("192.0.2.1")]),
        5
    );
    assert_eq!(
        how_many(&limits, Action::Post, &[account(2), address("192.0.2.1")]),
        5
    );
    assert_eq!(limits.check(Action::Edit, &[account(1)]), Ok(()));
    assert_eq!(limits.check(Action::Report, &[address("192.0.2.1")]), Ok(()));
    assert_eq!(limits.check(Action::Desk, &[address("192.0.2.1")]), Ok(()));

    // Twelve accounts of one school in one minute are all served.
    let school = address("198.51.100.7");
    for seed in 10..22 {
        assert_eq!(
            how_many(&limits, Action::Post, &[school, account(seed)]).min(4),
            4
        );
    }
}

#[test]
fn an_ipv6_client_is_its_64_and_a_wider_48() {
    let (_clock, limits) = limits();
    let start = Action::SignInStart;
    assert_eq!(how_many(&limits, start, &[address("2001:db8:1:1::1")]), 60);
    assert!(limits.check(start, &[address("2001:db8:1:1:ffff::9")]).is_err());
    assert!(limits.check(start, &[address("2001:db8:1:2::1")]).is_ok());
    // IPv4 written as IPv6 is the IPv4 address.
    assert_eq!(how_many(&limits, start, &[address("::ffff:192.0.2.1")]), 60);
    assert!(limits.check(start, &[address("192.0.2.1")]).is_err());
    assert!(limits.check(start, &[address("192.0.2.2")]).is_ok());

    let mut passed = 61;
    for net in 3..100 {
        let key = address(&format!("2001:db8:1:{net:x}::1"));
        while limits.check(start, &[key]).is_ok() {
            passed += 1;
        }
    }
    assert_eq!(passed, 480, "the /48 is eight times as wide");
    assert!(limits.check(start, &[address("2001:db8:2::1")]).is_ok());
}

#[test]
fn the_fields_say_which_limit_refuses_and_it_is_counted() {
    let (_clock, limits) = limits();
    let keys = [address("192.0.2.1"), account(1)];
    let of = |name: &str| -> u64 {
        let refusals = limits.refusals().filter(|(limit, _)| *limit == name);
        refusals.map(|(_, count)| count).sum()
    };
    how_many(&limits, Action::Post, &keys);
    let refused = limits.check(Action::Post, &keys).unwrap_err();
    assert_eq!(refused.policy_field(), "\"post\";q=5;w=60");
    assert_eq!(refused.limit_field(), "\"post\";r=0;t=12");
    assert_eq!(refused.retry_after_seconds(), 12);
    assert_eq!(
        refused.to_string(),
        "too often: post is limited to 5 in 60 s; again in 12 s"
    );
    // Once at the end of `how_many`, and once here.
    assert_eq!((of("post"), of("post-address"), of("edit")), (2, 0, 0));
}

#[test]
fn nothing_is_limited_where_limits_are_off() {
    let limits = Limits::new(false, Arc::new(FixedClock::at(Micros::from_i64(0))));
    for _ in 0..10_000 {
        assert_eq!(limits.check(Action::SignInStart, &[Key::Email([1; 32])]), Ok(()));
    }
    assert_eq!(limits.keys(), 0);
}

#[test]
fn a_clock_set_back_locks_nobody_out() {
    struct Steps(Mutex<Vec<i64>>);
    impl Clock for Steps {
        fn now(&self) -> Micros {
            let mut steps = self.0.lock().unwrap();
            let next = if steps.len() > 1 {
                steps.remove(0)
            } else {
                steps[0]
            };
            Micros::from_i64(next)
        }
    }
    let minute = 60_000_000;
    let steps = vec![100 * minute, 100 * minute, 100 * minute, 10 * minute, 11 * minute];
    let elapsed = Elapsed::new(Arc::new(Steps(Mutex::new(steps))));
    let seen: Vec<u64> = (0..4).map(|_| elapsed.now().as_u64() / 60_000_000_000).collect();
    assert_eq!(seen, [0, 0, 0, 1]);
}

#[test]
fn sweeping_forgets_the_rested_and_keeps_the_others() {
    let (clock, limits) = limits();
    for last in 0..200u8 {
        limits
            .check(Action::Read, &[address(&format!("192.0.2.{last}"))])
            .unwrap();
    }
    let busy = address("203.0.113.9");
    assert_eq!(how_many(&limits, Action::Read, &[busy]), 600);
    limits.sweep();
    assert!(limits.keys() >= 1);
    clock.advance(Duration::from_secs(1));
    limits.sweep();
    assert_eq!(limits.keys(), 1, "only the busy one is unlike new");
    assert!(
        how_many(&limits, Action::Read, &[busy]) <= 10,
        "the busy one was forgotten"
    );
    clock.advance(Duration::from_secs(61));
    limits.sweep();
    assert_eq!(limits.keys(), 0);
}

#[test]
fn memory_is_bounded_and_a_full_table_still_limits() {
    let (clock, limits) = limits();
    let start = Action::SignInStart;
    let nth = |n: u32| Key::Address(IpAddr::from(n.to_be_bytes()));
    let known = nth(1);
    assert_eq!(how_many(&limits, start, &[known]), 60);
    for n in 2..60_000 {
        let _ = limits.check(start, &[nth(n)]);
    }
    assert!(limits.keys() <= MOST_KEYS + 1_000, "{}", limits.keys());
    assert!(
        limits.check(start, &[known]).is_err(),
        "a flood freed somebody from their limit"
    );

    // A newcomer is still served, and still limited: by a share of its own or of few others.
    let newcomer = nth(99_999);
    assert!(how_many(&limits, start, &[newcomer]) <= 60);

    // When the flood is over, newcomers have buckets of their own again.
    clock.advance(Duration::from_secs(3_600));
    assert_eq!(how_many(&limits, start, &[nth(100_000)]), 60);
    assert!(limits.keys() < 10, "a full table was not swept");
}

#[test]
fn many_threads_are_granted_exactly_the_limit() {
    let (_clock, limits) = limits();
    let granted: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    (0..200)
                        .filter(|_| limits.check(Action::Read, &[address("192.0.2.1")]).is_ok())
                        .count()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(granted, 600);
}
