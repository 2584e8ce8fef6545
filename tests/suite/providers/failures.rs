//! What becomes of a reader where a provider answers as it should not, and where they or it said no.

use std::time::{Duration, Instant};

use hustings::outbound::OutboundError;
use hustings::signin::provider::ProviderError;
use serde_json::{Value, json};

use super::cases;
use super::fake::{Case, Trouble, World};

fn all() -> Vec<Case> {
    let mut all = cases::of_oauth();
    all.extend(cases::of_openid());
    all
}

fn what(what: &'static str) -> ProviderError {
    ProviderError::Answer { what }
}

/// The same answer without what the pointer leads to.
fn without(mut value: Value, pointer: &str) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    value
        .pointer_mut(parent)
        .unwrap()
        .as_object_mut()
        .unwrap()
        .remove(name);
    value
}

#[test]
fn answers_that_are_none() {
    for case in all() {
        for at in [case.token, case.profile] {
            for (trouble, expected) in [
                (Trouble::Status("500 Internal Server Error"), what("status")),
                (Trouble::Status("302 Found"), what("status")),
                (Trouble::Html, what("json")),
                (Trouble::BrokenJson, what("json")),
                (Trouble::TooMuch, ProviderError::Outbound(OutboundError::TooLarge)),
            ] {
                let world = World::new(case.clone());
                let departure = world.depart();
                world.trouble(at, trouble.clone());
                let outcome = world.arrive(&world.arrival(&departure));
                assert_eq!(outcome, Err(expected), "{} {at} {trouble:?}", case.key);
            }
        }
    }
}

#[test]
fn somebody_without_an_id_is_nobody() {
    for case in all() {
        for id in [
            None,
            Some(json!("")),
            Some(json!(null)),
            Some(json!({})),
            Some(json!("x".repeat(2000))),
        ] {
            let broken = if case.profile == case.token {
                let mut case = case.clone();
                case.claims = without(case.claims, case.id);
                if let Some(id) = &id {
                    case.claims[&case.id[1..]] = id.clone();
                }
                case
            } else {
                let routed = case
                    .routes
                    .iter()
                    .find(|route| route.path == case.profile)
                    .unwrap();
                let mut body = without(routed.body.clone(), case.id);
                if let Some(id) = &id {
                    let (parent, name) = case.id.rsplit_once('/').unwrap();
                    body.pointer_mut(parent).unwrap()[name] = id.clone();
                }
                case.clone().answering(case.profile, "200 OK", body)
            };
            let outcome = World::new(broken).round();
            let refused = matches!(
                outcome,
                Err(ProviderError::Answer { .. } | ProviderError::IdToken(_))
            );
            assert!(refused, "{} {id:?}: {outcome:?}", case.key);
        }
    }
}

#[test]
fn no_token_and_errors_with_200() {
    for case in all() {
        for (said, expected) in [
            (json!({}), what("access_token")),
            (json!({ "access_token": null }), what("access_token")),
            (json!({ "error": "server_error" }), what("access_token")),
            (
                json!({ "error": "bad_verification_code", "error_description": "..." }),
                ProviderError::Stale,
            ),
            (json!({ "error": "invalid_grant" }), ProviderError::Stale),
            (
                json!({ "error": "incorrect_client_credentials" }),
                ProviderError::Config,
            ),
        ] {
            let world = World::new(case.clone());
            let departure = world.depart();
            world.trouble(case.token, Trouble::Says(said.clone()));
            let outcome = world.arrive(&world.arrival(&departure));
            // An instance that refuses this server is registered with anew by who begins again.
            let expected = match (case.key, expected) {
                ("mastodon", ProviderError::Config) => ProviderError::Stale,
                (_, expected) => expected,
            };
            assert_eq!(outcome, Err(expected), "{} {said}", case.key);
        }
    }
}

#[test]
fn who_says_no_is_told_from_what_fails() {
    for case in all() {
        let world = World::new(case.clone());
        let departure = world.depart();
        world.asked();
        let mut arrival = world.arrival(&departure);
        arrival.code = None;
        for (error, expected) in [
            (
                "access_denied",
                ProviderError::Refused {
                    error: String::from("access_denied"),
                },
            ),
            (
                "user_cancelled_authorize",
                ProviderError::Refused {
                    error: String::from("user_cancelled_authorize"),
                },
            ),
            ("invalid_scope", ProviderError::Config),
            ("unauthorized_client", ProviderError::Config),
            ("server_error", what("error")),
            ("temporarily_unavailable", what("error")),
            ("<script>", what("error")),
        ] {
            arrival.error = Some(error.to_owned());
            assert_eq!(world.arrive(&arrival), Err(expected), "{} {error}", case.key);
        }
        arrival.error = None;
        assert_eq!(world.arrive(&arrival), Err(what("code")), "{}", case.key);
        arrival.code = Some(String::new());
        assert_eq!(world.arrive(&arrival), Err(what("code")), "{}", case.key);
        assert!(world.asked().is_empty(), "{}: nothing is asked then", case.key);
    }
}

#[test]
fn a_code_that_another_provider_gave_is_not_taken_there() {
    for case in all() {
        let world = World::new(case.clone());
        let departure = world.depart();
        world.asked();
        let mut arrival = world.arrival(&departure);
        for iss in [
            "https://evil.example",
            "https://accounts.google.com.evil.example",
            "",
            "null",
        ] {
            arrival.iss = Some(iss.to_owned());
            assert_eq!(world.arrive(&arrival), Err(what("iss")), "{} {iss}", case.key);
            // Not even its word that the reader said no is believed.
            arrival.error = Some(String::from("access_denied"));
            assert_eq!(world.arrive(&arrival), Err(what("iss")), "{} {iss}", case.key);
            arrival.error = None;
        }
        assert!(world.asked().is_empty(), "{}: the code goes nowhere", case.key);
        let own = departure.address.origin().ascii_serialization();
        let own = match case.claims.get("iss").and_then(Value::as_str) {
            Some("accounts.google.com") | None => own,
            Some(issuer) => issuer.to_owned(),
        };
        arrival.iss = Some(own.clone());
        assert!(world.arrive(&arrival).is_ok(), "{} {own}", case.key);
    }
}

#[test]
fn a_provider_that_is_slow_is_left() {
    for case in [cases::github(), cases::x()] {
        for at in [case.token, case.profile] {
            let world = World::within(case.clone(), Duration::from_millis(1500));
            let departure = world.depart();
            world.trouble(at, Trouble::Slow);
            let begun = Instant::now();
            let outcome = world.arrive(&world.arrival(&departure));
            assert_eq!(
                outcome,
                Err(ProviderError::Outbound(OutboundError::Slow)),
                "{} {at}",
                case.key
            );
            assert!(
                begun.elapsed() < Duration::from_millis(2900),
                "{:?}",
                begun.elapsed()
            );
        }
    }
}

#[test]
fn a_wrong_verifier_is_what_the_provider_gets() {
    // What the caller kept goes along as it is: whether it answers the challenge is for the provider to say.
    let world = World::new(cases::github());
    let departure = world.depart();
    let mut arrival = world.arrival(&departure);
    arrival.verifier = Some("w".repeat(43));
    world.arrive(&arrival).unwrap();
    assert_eq!(world.asked()[0].form["code_verifier"], "w".repeat(43));
}

#[test]
fn departures_differ_and_show_nothing() {
    for case in all() {
        let world = World::new(case.clone());
        let departure = world.depart();
        assert_eq!(format!("{departure:?}"), "Departure(..)");
        assert_eq!(format!("{:?}", world.arrival(&departure)), "Arrival(..)");
        for secret in [
            departure.verifier.as_deref(),
            Some("s3cr3t"),
            Some("app-secret-1"),
        ]
        .into_iter()
        .flatten()
        {
            assert!(!departure.address.as_str().contains(secret), "{}", case.key);
        }
        if let (Some(verifier), Some(nonce)) = (&departure.verifier, &departure.nonce) {
            assert_ne!(verifier, nonce);
        }
        for random in [&departure.verifier, &departure.nonce].into_iter().flatten() {
            assert_eq!(random.len(), 43);
        }
    }
}
