//! Tests of tokens with keys that are made here, and signed by ring alone.

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::json;

use super::*;

const APPLE: &str = include_str!("../../../tests/fixtures/keys/apple.p8");

fn part(value: &serde_json::Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn signed(header: &serde_json::Value, claims: &str, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let message = format!("{}.{}", part(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = sign(message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn hs256(secret: &[u8]) -> impl Fn(&[u8]) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    move |message| hmac::sign(&key, message).as_ref().to_vec()
}

/// What verifies what `apple.p8` signs.
fn apple_public() -> Key {
    let der = STANDARD
        .decode(
            APPLE
                .lines()
                .filter(|line| !line.starts_with('-'))
                .collect::<String>(),
        )
        .unwrap();
    let pair = ring_provider::p256_pair(&der).unwrap();
    let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
    Key::p256(&URL_SAFE_NO_PAD.encode(x), &URL_SAFE_NO_PAD.encode(y), None).unwrap()
}

#[test]
fn signs_as_apple_asks_and_verifies_that() {
    let key = SigningKey::es256_pem(APPLE).unwrap();
    let token = key
        .sign("KEY1234567", &json!({"iss": "TEAM123456", "iat": 1_795_428_000}))
        .unwrap();
    let told = head(&token).unwrap();
    assert_eq!((told.alg, told.kid.as_deref()), (Alg::Es256, Some("KEY1234567")));
    let claims = verify(&token, &apple_public()).unwrap();
    assert_eq!(claims.text("iss"), Some("TEAM123456"));
    let (message, _) = token.rsplit_once('.').unwrap();
    let other = format!("{message}.{}", URL_SAFE_NO_PAD.encode([1; 64]));
    assert_eq!(verify(&other, &apple_public()), Err(JwtError::Signature));
}

#[test]
fn reads_a_key_that_names_its_curve_twice() {
    // As Apple writes it: with the optional parameters (RFC 5915) that OpenSSL leaves out.
    let der = STANDARD
        .decode(
            APPLE
                .lines()
                .filter(|line| !line.starts_with('-'))
                .collect::<String>(),
        )
        .unwrap();
    let parameters = [0xa0, 0x0a, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
    let mut longer = der;
    // The lengths of what they are put into.
    for at in [2, 28, 30] {
        longer[at] += 12;
    }
    longer.splice(68..68, parameters);
    let text = STANDARD.encode(longer);
    assert!(text.starts_with("MIGTAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBHkwdwIBAQQg"));
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----");
    let token = SigningKey::es256_pem(&pem)
        .unwrap()
        .sign("k", &json!({}))
        .unwrap();
    assert!(verify(&token, &apple_public()).is_ok());
}

#[test]
fn what_is_no_key_does_not_sign() {
    for text in [
        "",
        "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        &APPLE.replace("PRIVATE", "PUBLIC"),
    ] {
        assert_eq!(SigningKey::es256_pem(text).map(|_| ()), Err(InvalidKey), "{text}");
    }
}

#[test]
fn a_secret_verifies_hs256_and_nothing_else() {
    let secret = [7; 32];
    let key = Key::secret(&secret).unwrap();
    let token = signed(&json!({"alg": "HS256"}), r#"{"sub":"ada"}"#, hs256(&secret));
    assert_eq!(verify(&token, &key).unwrap().text("sub"), Some("ada"));
    let other = signed(&json!({"alg": "HS256"}), r#"{"sub":"ada"}"#, hs256(&[8; 32]));
    assert_eq!(verify(&other, &key), Err(JwtError::Signature));
    for alg in ["HS384", "HS512", "RS256", "ES256", "EdDSA"] {
        let token = signed(&json!({"alg": alg}), r#"{"sub":"ada"}"#, hs256(&secret));
        assert_eq!(verify(&token, &key), Err(JwtError::Algorithm), "{alg}");
    }
    assert!(Key::secret(&[7; 31]).is_err());
}

#[test]
fn eddsa_is_verified_and_its_public_key_is_no_secret() {
    let pair = Ed25519KeyPair::from_pkcs8(
        Ed25519KeyPair::generate_pkcs8(&SystemRandom::new())
            .unwrap()
            .as_ref(),
    );
    let pair = pair.unwrap();
    let public = pair.public_key().as_ref().to_vec();
    let key = Key::ed25519(&URL_SAFE_NO_PAD.encode(&public), None).unwrap();
    let sign = |message: &[u8]| pair.sign(message).as_ref().to_vec();
    let token = signed(&json!({"alg": "EdDSA", "typ": "JWT"}), r#"{"sub":"ada"}"#, sign);
    assert_eq!(verify(&token, &key).unwrap().text("sub"), Some("ada"));
    let confused = signed(&json!({"alg": "HS256"}), r#"{"sub":"ada"}"#, hs256(&public));
    assert_eq!(verify(&confused, &key), Err(JwtError::Algorithm));
    assert!(Key::ed25519(&URL_SAFE_NO_PAD.encode(&public), Some(Alg::Es256)).is_err());
}

#[test]
fn what_is_no_token_is_refused() {
    let key = Key::secret(&[7; 32]).unwrap();
    let sign = hs256(&[7; 32]);
    let hs = json!({"alg": "HS256"});
    let good = signed(&hs, r#"{"sub":"ada"}"#, &sign);
    for (token, why) in [
        (String::new(), JwtError::Form),
        (String::from("a.b"), JwtError::Form),
        (format!("{good}.x"), JwtError::Form),
        (good.replace('.', "=."), JwtError::Form),
        (signed(&hs, "[]", &sign), JwtError::Form),
        (signed(&hs, "{", &sign), JwtError::Form),
        (signed(&hs, r#"{"sub":"ada","sub":"bob"}"#, &sign), JwtError::Form),
        (signed(&hs, r#"{"own":1,"own":2}"#, &sign), JwtError::Form),
        (
            signed(&json!({"alg": "HS256", "crit": ["exp"]}), "{}", &sign),
            JwtError::Form,
        ),
        (
            signed(&json!({"alg": "none"}), "{}", |_| Vec::new()),
            JwtError::Algorithm,
        ),
        (
            signed(&json!({"alg": "None"}), "{}", |_| Vec::new()),
            JwtError::Algorithm,
        ),
        (signed(&json!({}), "{}", &sign), JwtError::Algorithm),
        ("x".repeat(MOST_BYTES + 1), JwtError::TooLarge),
    ] {
        assert_eq!(verify(&token, &key), Err(why), "{token:.80}");
    }
}

#[test]
fn moments_are_numbers() {
    let claims: Claims = serde_json::from_str(
        r#"{"a":1795428000,"b":1795428000.9,"c":"1795428000","d":-1.5,"e":1e300,"f":null}"#,
    )
    .unwrap();
    assert_eq!(claims.seconds("a"), Ok(Some(1_795_428_000)));
    assert_eq!(claims.seconds("b"), Ok(Some(1_795_428_000)));
    for wrong in ["c", "d", "e"] {
        assert_eq!(claims.seconds(wrong), Err(WrongKind), "{wrong}");
    }
    assert_eq!(claims.seconds("f"), Ok(None));
    assert_eq!(claims.seconds("g"), Ok(None));
}
