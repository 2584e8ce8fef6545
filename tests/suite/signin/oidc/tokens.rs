//! Tokens that are taken, and every way to forge, replay or redirect one that we know of.

use hustings::signin::oidc::{IdTokenError, IssuerName, OidcError};
use serde_json::{Value, json};

use super::provider::{ADDRESS, CLIENT, NOW, Pair, Provider, assemble, claims, claims_with, hs256};

#[track_caller]
fn assert_refused(provider: &Provider, token: &str, why: IdTokenError) {
    let outcome = provider.check(token).map(|token| token.subject);
    assert_eq!(outcome, Err(OidcError::IdToken(why)), "{token:.200}");
}

/// A provider with one key, and tokens of these claims refused.
#[track_caller]
fn assert_claims_refused(why: IdTokenError, all: &[Value]) {
    let pair = Pair::p256("k1");
    let provider = Provider::new(&[pair.jwk()]);
    assert!(
        provider
            .check(&pair.token("ES256", &claims().to_string()))
            .is_ok()
    );
    for more in all {
        let outcome = provider.check(&pair.token("ES256", &claims_with(more.clone())));
        let outcome = outcome.map(|token| token.subject);
        assert_eq!(outcome, Err(OidcError::IdToken(why)), "{more}");
    }
}

#[test]
fn a_token_is_taken_by_every_algorithm() {
    let (rsa, p256, p384) = (Pair::rsa("r", 0), Pair::p256("e"), Pair::p384("f"));
    let ed = Pair::ed25519("d");
    let provider = Provider::new(&[rsa.jwk(), p256.jwk(), p384.jwk(), ed.jwk()]);
    for (pair, alg) in [
        (&rsa, "RS256"),
        (&rsa, "PS256"),
        (&p256, "ES256"),
        (&p384, "ES384"),
        (&ed, "EdDSA"),
    ] {
        let token = provider.check(&pair.token(alg, &claims().to_string())).unwrap();
        assert_eq!(
            (token.issuer.as_str(), token.subject.as_str()),
            (ADDRESS, "248289761001")
        );
        assert_eq!(token.claims.text("name"), Some("Ada"), "{alg}");
    }
}

#[test]
fn no_algorithm_is_none_of_ours() {
    let pair = Pair::rsa("r", 0);
    let provider = Provider::new(&[pair.jwk()]);
    let claims = claims().to_string();
    for alg in ["none", "None", "NONE", "nOnE", ""] {
        let unsigned = assemble(&json!({"alg": alg, "kid": "r"}), &claims, |_| Vec::new());
        assert_refused(&provider, &unsigned, IdTokenError::Algorithm);
        let signed = pair.token_with(json!({"alg": alg, "kid": "r"}), &claims);
        assert_refused(&provider, &signed, IdTokenError::Algorithm);
    }
    for alg in [
        "RS384", "RS512", "PS384", "PS512", "HS384", "HS512", "ES512", "RSA-OAEP",
    ] {
        let signed = pair.token_with(json!({"alg": alg, "kid": "r"}), &claims);
        assert_refused(&provider, &signed, IdTokenError::Algorithm);
    }
}

#[test]
fn a_public_key_is_no_secret() {
    let claims = claims().to_string();
    for pair in [
        Pair::rsa("k", 0),
        Pair::p256("k"),
        Pair::p384("k"),
        Pair::ed25519("k"),
    ] {
        let jwk = pair.jwk();
        let provider = Provider::new(std::slice::from_ref(&jwk));
        let mut secrets = vec![pair.public_bytes(), jwk.to_string().into_bytes(), Vec::new()];
        for part in ["n", "x"] {
            secrets.extend(jwk[part].as_str().map(|text| text.as_bytes().to_vec()));
        }
        for secret in secrets {
            assert_refused(&provider, &hs256("k", &secret, &claims), IdTokenError::Algorithm);
        }
    }
    // Nor is one that the set gives away as a secret.
    let secret = [7; 32];
    let given_away = json!({"kty": "oct", "kid": "k", "k": super::provider::b64(secret)});
    let provider = Provider::new(&[given_away]);
    assert_refused(&provider, &hs256("k", &secret, &claims), IdTokenError::UnknownKey);
}

#[test]
fn the_algorithm_is_the_keys() {
    let pair = Pair::rsa("r", 0);
    let provider = Provider::new(&[pair.jwk_with(json!({"alg": "RS256"}))]);
    assert!(
        provider
            .check(&pair.token("RS256", &claims().to_string()))
            .is_ok()
    );
    assert_refused(
        &provider,
        &pair.token("PS256", &claims().to_string()),
        IdTokenError::Algorithm,
    );
    let (p256, p384) = (Pair::p256("k"), Pair::p384("k"));
    let provider = Provider::new(&[p384.jwk()]);
    assert_refused(
        &provider,
        &p256.token("ES256", &claims().to_string()),
        IdTokenError::Algorithm,
    );
}

#[test]
fn a_key_of_another_use_does_not_sign() {
    let pair = Pair::rsa("r", 0);
    let token = pair.token("RS256", &claims().to_string());
    for more in [
        json!({"use": "sig"}),
        json!({"key_ops": ["verify"]}),
        json!({"alg": "RS256"}),
    ] {
        assert!(Provider::new(&[pair.jwk_with(more)]).check(&token).is_ok());
    }
    for more in [
        json!({"use": "enc"}),
        json!({"use": ""}),
        json!({"key_ops": ["encrypt", "wrapKey"]}),
        json!({"alg": "RSA-OAEP"}),
        json!({"alg": "ES256"}),
        json!({"alg": "HS256"}),
        json!({"kty": "EC"}),
        json!({"crv": "P-256", "kty": "EC"}),
    ] {
        assert_refused(
            &Provider::new(&[pair.jwk_with(more)]),
            &token,
            IdTokenError::UnknownKey,
        );
    }
}

#[test]
fn the_key_is_the_one_that_is_named() {
    let (one, other) = (Pair::rsa("r1", 0), Pair::rsa("r2", 1));
    let provider = Provider::new(&[one.jwk(), other.jwk()]);
    let claims = claims().to_string();
    assert!(provider.check(&other.token("RS256", &claims)).is_ok());
    let crossed = one.token_with(json!({"alg": "RS256", "kid": "r2"}), &claims);
    assert_refused(&provider, &crossed, IdTokenError::Signature);
    let unknown = one.token_with(json!({"alg": "RS256", "kid": "r3"}), &claims);
    assert_refused(&provider, &unknown, IdTokenError::UnknownKey);
    let unnamed = one.token_with(json!({"alg": "RS256"}), &claims);
    assert_refused(&provider, &unnamed, IdTokenError::UnknownKey);
    let alone = Provider::new(&[one.jwk()]);
    assert!(alone.check(&unnamed).is_ok(), "there is but one key");
    // A key that the token brings along.
    let evil = Pair::p256("evil");
    let brought = evil.token_with(json!({"alg": "ES256", "jwk": evil.jwk()}), &claims);
    assert_refused(&alone, &brought, IdTokenError::UnknownKey);
}

#[test]
fn what_was_changed_is_not_signed() {
    let pair = Pair::p256("k1");
    let provider = Provider::new(&[pair.jwk()]);
    let token = pair.token("ES256", &claims().to_string());
    let [head, _, signature] = token.split('.').collect::<Vec<_>>()[..] else {
        panic!()
    };
    let other = super::provider::b64(claims_with(json!({"sub": "1"})));
    assert_refused(
        &provider,
        &format!("{head}.{other}.{signature}"),
        IdTokenError::Signature,
    );
    assert_refused(&provider, &format!("{head}.{other}."), IdTokenError::Signature);
}

#[test]
fn another_issuer_is_refused() {
    assert_claims_refused(
        IdTokenError::Issuer,
        &[
            json!({"iss": null}),
            json!({"iss": "https://other.example"}),
            json!({"iss": "https://id.example.org/"}),
            json!({"iss": "https://ID.example.org"}),
            json!({"iss": "http://id.example.org"}),
            json!({"iss": "id.example.org"}),
            json!({"iss": ["https://id.example.org"]}),
            json!({"iss": 1}),
        ],
    );
}

#[test]
fn another_audience_is_refused() {
    assert_claims_refused(
        IdTokenError::Audience,
        &[
            json!({"aud": null}),
            json!({"aud": "other-client"}),
            json!({"aud": ""}),
            json!({"aud": []}),
            json!({"aud": ["other-client"]}),
            json!({"aud": ["other-client"], "azp": CLIENT}),
            json!({"aud": [CLIENT, "other-client"]}),
            json!({"aud": [CLIENT, "other-client"], "azp": "other-client"}),
            json!({"aud": CLIENT, "azp": "other-client"}),
            json!({"aud": CLIENT, "azp": 1}),
            json!({"aud": [CLIENT, 1], "azp": CLIENT}),
            json!({"aud": {"a": CLIENT}}),
            json!({"aud": vec![CLIENT; 17], "azp": CLIENT}),
        ],
    );
    let pair = Pair::p256("k1");
    let provider = Provider::new(&[pair.jwk()]);
    for more in [
        json!({"aud": [CLIENT]}),
        json!({"aud": [CLIENT, "other-client"], "azp": CLIENT}),
        json!({"azp": CLIENT}),
    ] {
        assert!(provider.check(&pair.token("ES256", &claims_with(more))).is_ok());
    }
}

#[test]
fn another_time_is_refused() {
    assert_claims_refused(
        IdTokenError::Expired,
        &[
            json!({"exp": null}),
            json!({"exp": NOW - 60}),
            json!({"exp": NOW - 86_400}),
            json!({"exp": 0}),
            json!({"exp": -1}),
        ],
    );
    assert_claims_refused(
        IdTokenError::Early,
        &[
            json!({"iat": null}),
            json!({"iat": NOW + 61}),
            json!({"iat": NOW + 61, "nbf": NOW}),
            json!({"nbf": NOW + 61}),
            json!({"nbf": i64::MAX}),
        ],
    );
    assert_claims_refused(
        IdTokenError::Form,
        &[
            json!({"exp": (NOW + 300).to_string()}),
            json!({"exp": [NOW + 300]}),
            json!({"exp": 1e300}),
            json!({"exp": u64::MAX}),
            json!({"iat": "now"}),
            json!({"nbf": true}),
        ],
    );
    let pair = Pair::p256("k1");
    let provider = Provider::new(&[pair.jwk()]);
    for more in [
        json!({"exp": NOW - 59}),
        json!({"iat": NOW + 60}),
        json!({"nbf": NOW + 60}),
        json!({"exp": 1_795_428_300.5}),
    ] {
        assert!(provider.check(&pair.token("ES256", &claims_with(more))).is_ok());
    }
}

#[test]
fn the_time_is_our_clocks() {
    let pair = Pair::p256("k1");
    let provider = Provider::new(&[pair.jwk()]);
    let token = pair.token("ES256", &claims().to_string());
    assert!(provider.check_at(&token, 359).is_ok());
    let over = provider.check_at(&token, 360).map(|token| token.subject);
    assert_eq!(over, Err(OidcError::IdToken(IdTokenError::Expired)));
}

#[test]
fn another_sign_in_is_refused() {
    assert_claims_refused(
        IdTokenError::Nonce,
        &[
            json!({"nonce": null}),
            json!({"nonce": ""}),
            json!({"nonce": "n-0S6_WzA2Mk"}),
            json!({"nonce": "n-0S6_WzA2Mj "}),
            json!({"nonce": "N-0S6_WzA2Mj"}),
            json!({"nonce": ["n-0S6_WzA2Mj"]}),
        ],
    );
}

#[test]
fn nobody_is_nobody() {
    assert_claims_refused(
        IdTokenError::Subject,
        &[
            json!({"sub": null}),
            json!({"sub": ""}),
            json!({"sub": 248_289_761_001_i64}),
            json!({"sub": "x".repeat(256)}),
        ],
    );
    let pair = Pair::p256("k1");
    let provider = Provider::new(&[pair.jwk()]);
    let long = claims_with(json!({"sub": "x".repeat(255)}));
    assert!(provider.check(&pair.token("ES256", &long)).is_ok());
}

#[test]
fn a_claim_that_stands_twice_is_refused() {
    let pair = Pair::p256("k1");
    let provider = Provider::new(&[pair.jwk()]);
    let good = claims().to_string();
    let inner = good.strip_prefix('{').unwrap();
    for twice in [
        r#""sub":"1","#,
        r#""aud":"other-client","#,
        r#""nonce":"n-0S6_WzA2Mj","#,
        r#""name":"Bob","#,
        r#""s\u0075b":"1","#,
    ] {
        let token = pair.token("ES256", &format!("{{{twice}{inner}"));
        assert_refused(&provider, &token, IdTokenError::Form);
    }
}

#[test]
fn another_kind_of_token_is_refused() {
    let pair = Pair::p256("k1");
    let provider = Provider::new(&[pair.jwk()]);
    let claims = claims().to_string();
    let of = |typ: &str| pair.token_with(json!({"alg": "ES256", "kid": "k1", "typ": typ}), &claims);
    assert!(provider.check(&of("JWT")).is_ok());
    for typ in ["at+jwt", "application/at+jwt", "logout+jwt", "secevent+jwt", ""] {
        assert_refused(&provider, &of(typ), IdTokenError::Form);
    }
    let critical = pair.token_with(
        json!({"alg": "ES256", "kid": "k1", "crit": ["b64"], "b64": false}),
        &claims,
    );
    assert_refused(&provider, &critical, IdTokenError::Form);
    for text in ["", "x", "a.b.c", "a.b.c.d", "..", "e30.e30."] {
        let outcome = provider.check(text);
        assert!(matches!(outcome, Err(OidcError::IdToken(_))), "{text}");
    }
}

#[test]
fn a_huge_token_is_refused() {
    let pair = Pair::p256("k1");
    let provider = Provider::new(&[pair.jwk()]);
    let huge = claims_with(json!({"name": "x".repeat(64 * 1024)}));
    assert_refused(&provider, &pair.token("ES256", &huge), IdTokenError::TooLarge);
    let large = claims_with(json!({"name": "x".repeat(40 * 1024)}));
    assert!(provider.check(&pair.token("ES256", &large)).is_ok());
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let deep = claims_with(json!({})).replace("\"Ada\"", &deep);
    assert_refused(&provider, &pair.token("ES256", &deep), IdTokenError::Form);
}

const GOOGLE: IssuerName = IssuerName::OneOf(&["https://accounts.example", "accounts.example"]);

#[test]
fn two_spellings_are_one_issuer() {
    let pair = Pair::p256("k1");
    let provider = Provider::named(GOOGLE, "https://accounts.example", &[pair.jwk()]);
    for iss in ["https://accounts.example", "accounts.example"] {
        let token = pair.token("ES256", &claims_with(json!({"iss": iss})));
        assert_eq!(provider.check(&token).unwrap().issuer, "https://accounts.example");
    }
    for iss in [
        ADDRESS,
        "http://accounts.example",
        "accounts.example.evil.example",
    ] {
        let token = pair.token("ES256", &claims_with(json!({"iss": iss})));
        assert_refused(&provider, &token, IdTokenError::Issuer);
    }
}

const PATTERN: &str = "https://login.example/{tenantid}/v2.0";
const TENANT: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
const OTHER_TENANT: &str = "00000000-6c67-4c5b-b112-36a304b66dad";

#[test]
fn a_tenant_is_the_one_that_it_says() {
    let of = |tenant: &str| PATTERN.replace("{tenantid}", tenant);
    let pair = Pair::rsa("k1", 0);
    for signs_for in [
        json!({}),
        json!({"issuer": PATTERN}),
        json!({"issuer": of(TENANT)}),
    ] {
        let provider = Provider::named(
            IssuerName::PerTenant(PATTERN),
            PATTERN,
            &[pair.jwk_with(signs_for)],
        );
        let token = pair.token("RS256", &claims_with(json!({"iss": of(TENANT), "tid": TENANT})));
        assert_eq!(provider.check(&token).unwrap().issuer, of(TENANT));
        for more in [
            json!({"iss": of(TENANT)}),
            json!({"iss": of(TENANT), "tid": OTHER_TENANT}),
            json!({"iss": of(OTHER_TENANT), "tid": TENANT}),
            json!({"iss": PATTERN, "tid": "{tenantid}"}),
            json!({"iss": of("x/../y"), "tid": "x/../y"}),
            json!({"iss": "https://other.example/v2.0", "tid": TENANT}),
        ] {
            let token = pair.token("RS256", &claims_with(more));
            assert_refused(&provider, &token, IdTokenError::Issuer);
        }
    }
    let own = pair.jwk_with(json!({"issuer": of(OTHER_TENANT)}));
    let provider = Provider::named(IssuerName::PerTenant(PATTERN), PATTERN, &[own]);
    let token = pair.token("RS256", &claims_with(json!({"iss": of(TENANT), "tid": TENANT})));
    assert_refused(&provider, &token, IdTokenError::Issuer);
}
