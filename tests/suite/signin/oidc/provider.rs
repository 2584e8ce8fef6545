//! A provider on loopback: its documents, which a test changes, and its tokens, signed here and by ring alone.

use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hustings::domain::clock::Micros;
use hustings::outbound::Outbound;
use hustings::signin::oidc::{Expected, IdToken, Issuer, IssuerName, OidcError};
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair, RsaPublicKeyComponents,
};
use serde_json::{Value, json};

use crate::support::tls_server::{Authority, HttpServer, answer, client_of, quick};

pub const HOST: &str = "id.example.org";
pub const ADDRESS: &str = "https://id.example.org";
pub const CLIENT: &str = "hustings-client";
pub const NONCE: &str = "n-0S6_WzA2Mj";

/// 2026-11-23T10:00:00Z, in seconds.
pub const NOW: i64 = 1_795_428_000;

const RSA: [&[u8]; 2] = [
    include_bytes!("../../../fixtures/keys/rsa-1.pk8"),
    include_bytes!("../../../fixtures/keys/rsa-2.pk8"),
];

/// A pair of keys, with its name.
pub struct Pair {
    pub kid: &'static str,
    kind: Kind,
}

enum Kind {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair, &'static str),
    Ed(Ed25519KeyPair),
}

pub fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Pair {
    pub fn rsa(kid: &'static str, which: usize) -> Self {
        let kind = Kind::Rsa(RsaKeyPair::from_pkcs8(RSA[which]).unwrap());
        Self { kid, kind }
    }

    pub fn p256(kid: &'static str) -> Self {
        Self::ec(kid, &ECDSA_P256_SHA256_FIXED_SIGNING, "P-256")
    }

    pub fn p384(kid: &'static str) -> Self {
        Self::ec(kid, &ECDSA_P384_SHA384_FIXED_SIGNING, "P-384")
    }

    fn ec(kid: &'static str, algorithm: &'static EcdsaSigningAlgorithm, curve: &'static str) -> Self {
        let random = SystemRandom::new();
        let der = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, der.as_ref(), &random).unwrap();
        let kind = Kind::Ec(pair, curve);
        Self { kid, kind }
    }

    pub fn ed25519(kid: &'static str) -> Self {
        let der = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let kind = Kind::Ed(Ed25519KeyPair::from_pkcs8(der.as_ref()).unwrap());
        Self { kid, kind }
    }

    /// The public half, as a set has it.
    pub fn jwk(&self) -> Value {
        let mut jwk = match &self.kind {
            Kind::Rsa(pair) => {
                let (n, e) = self.rsa_parts(pair);
                json!({"kty": "RSA", "n": b64(n), "e": b64(e)})
            }
            Kind::Ec(pair, curve) => {
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                json!({"kty": "EC", "crv": curve, "x": b64(x), "y": b64(y)})
            }
            Kind::Ed(pair) => json!({"kty": "OKP", "crv": "Ed25519", "x": b64(pair.public_key())}),
        };
        jwk["kid"] = json!(self.kid);
        jwk
    }

    /// The public half with more said of it.
    pub fn jwk_with(&self, more: Value) -> Value {
        let mut jwk = self.jwk();
        for (name, value) in more.as_object().unwrap() {
            jwk[name] = value.clone();
        }
        jwk
    }

    fn rsa_parts(&self, pair: &RsaKeyPair) -> (Vec<u8>, Vec<u8>) {
        let parts = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public());
        (parts.n, parts.e)
    }

    /// Bytes that anybody knows, and an HMAC's key might be mistaken for.
    pub fn public_bytes(&self) -> Vec<u8> {
        match &self.kind {
            Kind::Rsa(pair) => pair.public().as_ref().to_vec(),
            Kind::Ec(pair, _) => pair.public_key().as_ref().to_vec(),
            Kind::Ed(pair) => pair.public_key().as_ref().to_vec(),
        }
    }

    fn sign(&self, alg: &str, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.kind {
            Kind::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                if alg.starts_with("PS") {
                    pair.sign(&RSA_PSS_SHA256, &random, message, &mut signature)
                        .unwrap();
                } else {
                    pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                        .unwrap();
                }
                signature
            }
            Kind::Ec(pair, _) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Kind::Ed(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }

    /// A token, signed by this pair as `alg` says.
    pub fn token(&self, alg: &str, claims: &str) -> String {
        self.token_with(json!({"alg": alg, "kid": self.kid}), claims)
    }

    /// A token with this head.
    pub fn token_with(&self, head: Value, claims: &str) -> String {
        let alg = head["alg"].as_str().unwrap().to_owned();
        assemble(&head, claims, |message| self.sign(&alg, message))
    }
}

/// A token signed by HS256.
pub fn hs256(kid: &str, secret: &[u8], claims: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let head = json!({"alg": "HS256", "kid": kid});
    assemble(&head, claims, |message| {
        hmac::sign(&key, message).as_ref().to_vec()
    })
}

/// A token signed somehow.
pub fn assemble(head: &Value, claims: &str, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let message = format!("{}.{}", b64(head.to_string()), b64(claims));
    let signature = sign(message.as_bytes());
    format!("{message}.{}", b64(signature))
}

/// What a good token claims.
pub fn claims() -> Value {
    json!({
        "iss": ADDRESS,
        "sub": "248289761001",
        "aud": CLIENT,
        "exp": NOW + 300,
        "iat": NOW,
        "nonce": NONCE,
        "name": "Ada",
    })
}

/// Good claims with some others; null takes one away.
pub fn claims_with(more: Value) -> String {
    let mut claims = claims();
    for (name, value) in more.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    claims.to_string()
}

/// What the provider answers, by path.
#[derive(Default)]
pub struct Said {
    pub discovery: String,
    pub keys: String,
    pub cache_control: String,
    /// In the place of every answer.
    pub instead: Option<Vec<u8>>,
}

/// The provider, and us asking it.
pub struct Provider {
    pub said: Arc<Mutex<Said>>,
    pub server: HttpServer,
    pub outbound: Outbound,
    pub issuer: Issuer,
}

impl Provider {
    /// With these keys.
    pub fn new(keys: &[Value]) -> Self {
        Self::named(IssuerName::Address, ADDRESS, keys)
    }

    /// That calls itself `says`.
    pub fn named(name: IssuerName, says: &str, keys: &[Value]) -> Self {
        let said = Arc::new(Mutex::new(Said {
            discovery: json!({
                "issuer": says,
                "authorization_endpoint": format!("{ADDRESS}/authorize"),
                "token_endpoint": format!("{ADDRESS}/token"),
                "jwks_uri": format!("{ADDRESS}/keys"),
                "code_challenge_methods_supported": ["S256"],
            })
            .to_string(),
            keys: json!({ "keys": keys }).to_string(),
            cache_control: String::from("max-age=3600"),
            instead: None,
        }));
        let told = Arc::clone(&said);
        let authority = Authority::new();
        let server = HttpServer::tls(&authority, HOST, move |request, to| {
            let said = told.lock().unwrap();
            if let Some(instead) = &said.instead {
                return to.write_all(instead);
            }
            let body = if request.starts_with("GET /.well-known/openid-configuration ") {
                &said.discovery
            } else if request.starts_with("GET /keys ") {
                &said.keys
            } else {
                return to.write_all(&answer("404 Not Found", &[], b""));
            };
            let headers = [("Cache-Control", said.cache_control.as_str())];
            to.write_all(&answer("200 OK", &headers, body.as_bytes()))
        });
        Self {
            said,
            outbound: client_of(quick(&authority), &[(HOST, &server)]),
            server,
            issuer: Issuer::new(String::from(ADDRESS), name),
        }
    }

    /// Whether a token is taken, some seconds later.
    pub fn check_at(&self, token: &str, seconds: i64) -> Result<IdToken, OidcError> {
        let expected = Expected {
            client_id: CLIENT,
            nonce: NONCE,
        };
        let now = Micros::from_i64((NOW + seconds) * 1_000_000);
        self.issuer.check(&self.outbound, token, &expected, now)
    }

    /// Whether a token is taken.
    pub fn check(&self, token: &str) -> Result<IdToken, OidcError> {
        self.check_at(token, 0)
    }

    /// From now on with these keys.
    pub fn publish(&self, keys: &[Value]) {
        self.said.lock().unwrap().keys = json!({ "keys": keys }).to_string();
    }

    /// How often a path was asked for.
    pub fn asked(&self, path: &str) -> usize {
        let begins = format!("GET {path} ");
        self.server
            .requests()
            .iter()
            .filter(|request| request.starts_with(&begins))
            .count()
    }
}
