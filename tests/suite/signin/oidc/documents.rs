//! What a provider publishes: when it is asked for, what is kept, and what is not believed.

use hustings::domain::clock::Micros;
use hustings::outbound::OutboundError;
use hustings::signin::oidc::{IdTokenError, IssuerName, Metadata, OidcError};
use serde_json::{Value, json};

use super::provider::{NOW, Pair, Provider, claims, claims_with};
use crate::support::tls_server::answer;

const DISCOVERY: &str = "/.well-known/openid-configuration";
const KEYS: &str = "/keys";
const UNKNOWN: OidcError = OidcError::IdToken(IdTokenError::UnknownKey);

fn at(seconds: i64) -> Micros {
    Micros::from_i64((NOW + seconds) * 1_000_000)
}

fn metadata(provider: &Provider) -> Result<Metadata, OidcError> {
    let metadata = provider.issuer.metadata(&provider.outbound, at(0))?;
    Ok((*metadata).clone())
}

/// A provider that says more, or something else, of itself; null takes it away.
fn says(more: Value) -> Provider {
    let provider = Provider::new(&[]);
    let mut document: Value = serde_json::from_str(&provider.said.lock().unwrap().discovery).unwrap();
    for (name, value) in more.as_object().unwrap() {
        if value.is_null() {
            document.as_object_mut().unwrap().remove(name);
        } else {
            document[name] = value.clone();
        }
    }
    provider.said.lock().unwrap().discovery = document.to_string();
    provider
}

/// Long-lived tokens, so that a test may look later.
fn lasting() -> String {
    claims_with(json!({"exp": NOW + 1_000_000}))
}

#[test]
fn a_provider_says_where_it_is_asked() {
    let told = metadata(&says(json!({
        "userinfo_endpoint": "https://id.example.org/me",
        "authorization_response_iss_parameter_supported": true,
    })));
    let told = told.unwrap();
    assert_eq!(told.authorization.as_str(), "https://id.example.org/authorize");
    assert_eq!(told.token.as_str(), "https://id.example.org/token");
    assert_eq!(told.userinfo.unwrap().as_str(), "https://id.example.org/me");
    assert!(told.pkce && told.names_itself);
    let told = metadata(&says(json!({"code_challenge_methods_supported": ["plain"]}))).unwrap();
    assert!(!told.pkce && !told.names_itself && told.userinfo.is_none());
    let told = metadata(&says(json!({"code_challenge_methods_supported": null}))).unwrap();
    assert!(!told.pkce);
}

#[test]
fn a_document_of_another_issuer_is_not_believed() {
    for issuer in [
        "https://other.example",
        "https://id.example.org/",
        "https://ID.example.org",
        "http://id.example.org",
        "",
    ] {
        let outcome = metadata(&says(json!({ "issuer": issuer })));
        assert_eq!(outcome, Err(OidcError::Answer { what: "issuer" }), "{issuer}");
    }
    let tenants = IssuerName::PerTenant("https://login.example/{tenantid}/v2.0");
    let provider = Provider::named(tenants, "https://login.example/9/v2.0", &[]);
    assert_eq!(metadata(&provider), Err(OidcError::Answer { what: "issuer" }));
}

#[test]
fn an_endpoint_that_may_not_be_asked_is_not_kept() {
    for name in [
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
        "userinfo_endpoint",
    ] {
        for address in [
            "http://id.example.org/x",
            "https://id.example.org:8443/x",
            "https://ada@id.example.org/x",
            "https://id.example.org/x#y",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "/x",
            "",
        ] {
            let outcome = metadata(&says(json!({ name: address })));
            assert_eq!(
                outcome,
                Err(OidcError::Answer { what: "endpoint" }),
                "{name}: {address}"
            );
        }
    }
}

#[test]
fn keys_inside_are_not_asked_for() {
    let provider = says(json!({"jwks_uri": "https://169.254.169.254/latest/meta-data"}));
    let token = Pair::p256("k1").token("ES256", &claims().to_string());
    let outcome = provider.check(&token).map(|token| token.subject);
    assert!(
        matches!(outcome, Err(OidcError::Outbound(OutboundError::Address(_)))),
        "{outcome:?}"
    );
}

#[test]
fn an_answer_that_is_none_is_said_to_be_broken() {
    let document = OidcError::Answer {
        what: "discovery document",
    };
    let right = Provider::new(&[]).said.lock().unwrap().discovery.clone();
    let huge = answer("200 OK", &[], &vec![b' '; 65 * 1024]);
    for (instead, expected) in [
        (answer("500 Oops", &[], right.as_bytes()), document),
        (
            answer("200 OK", &[], b"<!doctype html><title>Sorry</title>"),
            document,
        ),
        (answer("200 OK", &[], b"{"), document),
        (answer("200 OK", &[], b"[]"), document),
        (answer("200 OK", &[], b"{}"), document),
        (
            answer("302 Found", &[("Location", "https://id.example.org/keys")], b""),
            document,
        ),
        (huge, OidcError::Outbound(OutboundError::TooLarge)),
        (b"nonsense".to_vec(), OidcError::Outbound(OutboundError::Broken)),
    ] {
        let provider = Provider::new(&[]);
        provider.said.lock().unwrap().instead = Some(instead);
        assert_eq!(metadata(&provider), Err(expected));
    }
}

#[test]
fn documents_are_kept_and_asked_for_anew() {
    let pair = Pair::p256("k1");
    let provider = Provider::new(&[pair.jwk()]);
    let token = pair.token("ES256", &lasting());
    for seconds in [0, 1, 3599] {
        provider.check_at(&token, seconds).unwrap();
    }
    assert_eq!((provider.asked(DISCOVERY), provider.asked(KEYS)), (1, 1));
    provider.check_at(&token, 3600).unwrap();
    assert_eq!((provider.asked(DISCOVERY), provider.asked(KEYS)), (2, 2));
    provider.said.lock().unwrap().cache_control = String::from("no-store");
    provider.check_at(&token, 7200).unwrap();
    provider.check_at(&token, 7200 + 299).unwrap();
    assert_eq!(provider.asked(KEYS), 3);
    provider.check_at(&token, 7200 + 300).unwrap();
    assert_eq!((provider.asked(DISCOVERY), provider.asked(KEYS)), (3, 4));
}

#[test]
fn keys_that_change_are_found_and_old_ones_go() {
    let (old, new) = (Pair::p256("k1"), Pair::p256("k2"));
    let provider = Provider::new(&[old.jwk()]);
    let (by_old, by_new) = (old.token("ES256", &lasting()), new.token("ES256", &lasting()));
    provider.check_at(&by_old, 0).unwrap();
    provider.publish(&[new.jwk(), old.jwk()]);
    provider.check_at(&by_new, 60).unwrap();
    provider.check_at(&by_old, 60).unwrap();
    assert_eq!(provider.asked(KEYS), 2);
    // The old key is withdrawn: it counts until what is kept is over.
    provider.publish(&[new.jwk()]);
    provider.check_at(&by_old, 61).unwrap();
    let gone = provider.check_at(&by_old, 60 + 3600).map(|token| token.subject);
    assert_eq!(gone, Err(UNKNOWN));
    provider.check_at(&by_new, 60 + 3600).unwrap();
}

#[test]
fn an_unknown_key_is_asked_for_once_in_thirty_seconds() {
    let (pair, unknown) = (Pair::p256("k1"), Pair::p256("k2"));
    let provider = Provider::new(&[pair.jwk()]);
    provider.check_at(&pair.token("ES256", &lasting()), 0).unwrap();
    let token = unknown.token("ES256", &lasting());
    for (seconds, asked) in [(1, 1), (29, 1), (30, 2), (31, 2), (59, 2), (60, 3)] {
        let outcome = provider.check_at(&token, seconds).map(|token| token.subject);
        assert_eq!(outcome, Err(UNKNOWN));
        assert_eq!(provider.asked(KEYS), asked, "after {seconds} s");
    }
}

#[test]
fn a_provider_that_is_down_keeps_its_keys_while_they_are_fresh() {
    let (pair, unknown) = (Pair::p256("k1"), Pair::p256("k2"));
    let provider = Provider::new(&[pair.jwk()]);
    let token = pair.token("ES256", &lasting());
    provider.check_at(&token, 0).unwrap();
    provider.said.lock().unwrap().instead = Some(answer("503 Down", &[], b""));
    let broken = OidcError::Answer { what: "key set" };
    let outcome = provider.check_at(&unknown.token("ES256", &lasting()), 60);
    assert_eq!(outcome.map(|token| token.subject), Err(broken));
    provider.check_at(&token, 61).unwrap();
    provider.check_at(&token, 3599).unwrap();
    let over = provider.check_at(&token, 3600).map(|token| token.subject);
    assert!(matches!(over, Err(OidcError::Answer { .. })), "{over:?}");
    provider.said.lock().unwrap().instead = None;
    provider.check_at(&token, 3601).unwrap();
}

#[test]
fn a_set_of_a_thousand_keys_is_broken() {
    let pair = Pair::p256("k1");
    let token = pair.token("ES256", &claims().to_string());
    let set = |count: usize| {
        let mut keys = vec![json!({"kty": "RSA", "kid": "x", "n": "AQAB", "e": "AQAB"}); count];
        keys.push(pair.jwk());
        Provider::new(&keys)
    };
    set(99).check(&token).unwrap();
    let outcome = set(1000).check(&token).map(|token| token.subject);
    assert_eq!(outcome, Err(OidcError::Answer { what: "key set" }));
}

#[test]
fn a_key_that_cannot_be_used_spoils_no_other() {
    let pair = Pair::p256("k1");
    let provider = Provider::new(&[
        json!({"kty": "EC", "crv": "secp256k1", "kid": "k0", "x": "AA", "y": "AA"}),
        json!({"kty": "RSA", "kid": "k0"}),
        json!({"kty": 7}),
        json!("nonsense"),
        json!({"kty": "AKP", "alg": "ML-DSA-65", "kid": "k0", "pub": "AA"}),
        pair.jwk(),
    ]);
    provider
        .check(&pair.token("ES256", &claims().to_string()))
        .unwrap();
    // A modulus of 16 bits signs nothing.
    let short = json!({"kty": "RSA", "kid": "k2", "n": "AQAB", "e": "AQAB"});
    let provider = Provider::new(&[short]);
    let token = Pair::rsa("k2", 0).token("RS256", &claims().to_string());
    let outcome = provider.check(&token).map(|token| token.subject);
    assert_eq!(outcome, Err(OidcError::IdToken(IdTokenError::Signature)));
}
