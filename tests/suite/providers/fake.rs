//! The stage: one server for each host that a provider has, what it was asked, and the tokens that it signs.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hustings::config::Config;
use hustings::domain::clock::{Clock, FixedClock, Micros};
use hustings::domain::rng::SeededRng;
use hustings::outbound::{Options, Outbound};
use hustings::signin::provider::{Arrival, Departure, Outside, Provider, ProviderError, Providers};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use crate::support::tls_server::{Authority, HttpServer, answer, client_of};

/// 2026-11-24T00:00:00Z.
pub const NOW: Micros = Micros::from_i64(1_795_478_400_000_000);

/// The state, which is the caller's to make and to check.
pub const STATE: &str = "Zr8vSTATEq3MkVt4Wc0pXl1yNd2oHb5gUa7eJf6iKsw";

/// Where in an answer the signed token stands.
pub const ID_TOKEN: &str = "@ID_TOKEN";
/// The answer that is the key set.
pub const KEY_SET: &str = "@KEY_SET";

/// What a provider answers at one address.
#[derive(Debug, Clone)]
pub struct Route {
    pub host: &'static str,
    pub path: &'static str,
    pub status: &'static str,
    pub body: Value,
}

pub fn route(host: &'static str, path: &'static str, body: Value) -> Route {
    Route {
        host,
        path,
        status: "200 OK",
        body,
    }
}

/// A provider: its settings and how it answers.
#[derive(Debug, Clone)]
pub struct Case {
    pub key: &'static str,
    /// The table of the configuration, without its head.
    pub settings: String,
    /// What the reader types, where they are asked.
    pub host: Option<&'static str>,
    pub routes: Vec<Route>,
    /// Claims of the ID token, beside `exp`, `iat` and the nonce.
    pub claims: Value,
    /// Whether it puts the nonce into it.
    pub echoes_nonce: bool,
    /// The path of its token address, and of the one that says who somebody is (its token address where the ID token does).
    pub token: &'static str,
    pub profile: &'static str,
    /// Where in that answer, or in the claims, the id stands.
    pub id: &'static str,
}

impl Case {
    /// With another answer at a path.
    pub fn answering(mut self, path: &str, status: &'static str, body: Value) -> Self {
        let route = self.routes.iter_mut().find(|route| route.path == path).unwrap();
        (route.status, route.body) = (status, body);
        self
    }
    /// With another setting.
    pub fn set(mut self, line: &str) -> Self {
        self.settings.push_str(line);
        self.settings.push('\n');
        self
    }
    /// With another claim; null takes it away.
    pub fn claiming(mut self, name: &str, value: Value) -> Self {
        let claims = self.claims.as_object_mut().unwrap();
        match value {
            Value::Null => claims.remove(name),
            value => claims.insert(name.to_owned(), value),
        };
        self
    }
}

/// What goes wrong at one address.
#[derive(Debug, Clone, PartialEq)]
pub enum Trouble {
    Status(&'static str),
    Html,
    TooMuch,
    BrokenJson,
    Slow,
    Says(Value),
}

/// What a provider was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    /// Host, path and query.
    pub target: String,
    pub headers: BTreeMap<String, String>,
    pub form: BTreeMap<String, String>,
}

impl Asked {
    fn of(raw: &str) -> Self {
        let (head, body) = raw.split_once("\r\n\r\n").unwrap();
        let mut lines = head.split("\r\n");
        let mut first = lines.next().unwrap().split(' ');
        let (method, path) = (first.next().unwrap(), first.next().unwrap());
        let headers: BTreeMap<String, String> = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        Self {
            method: method.to_owned(),
            target: format!("{}{path}", headers["host"]),
            form: url::form_urlencoded::parse(body.as_bytes())
                .into_owned()
                .collect(),
            headers,
        }
    }
    pub fn path(&self) -> &str {
        let path = &self.target[self.target.find('/').unwrap()..];
        path.split('?').next().unwrap()
    }
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
    /// The form without the code's verifier, whose value is chance.
    pub fn fields(&self) -> Vec<(&str, &str)> {
        self.form
            .iter()
            .filter(|(name, _)| *name != "code_verifier")
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }
}

struct Stage {
    case: Case,
    key: EcdsaKeyPair,
    nonce: Mutex<Option<String>>,
    trouble: Mutex<Option<(String, Trouble)>>,
    asked: Mutex<Vec<Asked>>,
}

impl Stage {
    fn reply(&self, raw: &str, to: &mut dyn Write) -> std::io::Result<()> {
        let asked = Asked::of(raw);
        let path = asked.path().to_owned();
        let host = asked.header("host").to_owned();
        // GitHub refuses whoever does not say who they are; nobody minds it elsewhere.
        let named = asked.header("user-agent").starts_with("Hustings/");
        self.asked.lock().unwrap().push(asked);
        if !named {
            return to.write_all(&answer("403 Forbidden", &[], b"no user agent"));
        }
        let trouble = self.trouble.lock().unwrap().clone();
        let json = [("Content-Type", "application/json; charset=utf-8")];
        let routed = self
            .case
            .routes
            .iter()
            .find(|route| route.host == host && route.path == path);
        match (trouble.filter(|(at, _)| *at == path), routed) {
            (Some((_, trouble)), _) => match trouble {
                Trouble::Status(status) => {
                    to.write_all(&answer(status, &json, b"{\"error\":\"server_error\"}"))
                }
                Trouble::Html => {
                    let html = [("Content-Type", "text/html")];
                    to.write_all(&answer("200 OK", &html, b"<!doctype html><title>Sorry</title>"))
                }
                Trouble::TooMuch => {
                    let much = format!("{{\"id\":\"{}\"}}", "x".repeat(10 * 1024 * 1024));
                    to.write_all(&answer("200 OK", &json, much.as_bytes()))
                }
                Trouble::BrokenJson => to.write_all(&answer("200 OK", &json, b"{\"id\": 1, ")),
                Trouble::Slow => {
                    sleep(Duration::from_secs(3));
                    to.write_all(&answer("200 OK", &json, b"{}"))
                }
                Trouble::Says(said) => to.write_all(&answer("200 OK", &json, self.filled(&said).as_bytes())),
            },
            (None, Some(route)) => {
                to.write_all(&answer(route.status, &json, self.filled(&route.body).as_bytes()))
            }
            (None, None) => to.write_all(&answer("404 Not Found", &[], b"no such page")),
        }
    }

    fn filled(&self, body: &Value) -> String {
        if body == KEY_SET {
            return self.key_set().to_string();
        }
        let text = body.to_string();
        if text.contains(ID_TOKEN) {
            text.replace(ID_TOKEN, &self.id_token())
        } else {
            text
        }
    }

    fn key_set(&self) -> Value {
        let (x, y) = self.key.public_key().as_ref()[1..].split_at(32);
        let part = |bytes| URL_SAFE_NO_PAD.encode(bytes);
        json!({ "keys": [{ "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "one", "x": part(x), "y": part(y) }] })
    }

    fn id_token(&self) -> String {
        let mut claims = self.case.claims.clone();
        let now = NOW.as_i64() / 1_000_000;
        let all = claims.as_object_mut().unwrap();
        all.entry("iat").or_insert(json!(now - 5));
        all.entry("exp").or_insert(json!(now + 600));
        if let Some(nonce) = self
            .nonce
            .lock()
            .unwrap()
            .clone()
            .filter(|_| self.case.echoes_nonce)
        {
            all.entry("nonce").or_insert(json!(nonce));
        }
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!(
            "{}.{}",
            part(&json!({ "alg": "ES256", "kid": "one" })),
            part(&claims)
        );
        let signature = self.key.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }
}

/// A provider at work, and the server that asks it.
pub struct World {
    stage: Arc<Stage>,
    pub providers: Providers,
    pub out: Outbound,
}

impl World {
    pub fn new(case: Case) -> Self {
        Self::within(case, Duration::from_secs(8))
    }

    /// With another patience.
    pub fn within(case: Case, whole: Duration) -> Self {
        let head = format!("[providers.{}]\n", case.key);
        let config = Config::from_sources(Some(&format!("{head}{}", case.settings)), Vec::new());
        let config = config.unwrap_or_else(|errors| panic!("{errors}"));
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let key =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
        let mut hosts: Vec<&'static str> = case.routes.iter().map(|route| route.host).collect();
        hosts.sort_unstable();
        hosts.dedup();
        let stage = Arc::new(Stage {
            case,
            key,
            nonce: Mutex::default(),
            trouble: Mutex::default(),
            asked: Mutex::default(),
        });
        let clock = clock();
        let authority = Authority::new();
        let servers: Vec<(&str, HttpServer)> = hosts
            .into_iter()
            .map(|host| {
                let stage = Arc::clone(&stage);
                let server = HttpServer::tls(&authority, host, move |raw, to| stage.reply(raw, to));
                (host, server)
            })
            .collect();
        let names: Vec<(&str, &HttpServer)> = servers.iter().map(|(host, server)| (*host, server)).collect();
        let options = Options {
            roots: authority.roots(),
            whole,
            ..Options::default()
        };
        Self {
            stage,
            providers: Providers::new(&config.providers, &clock),
            out: client_of(options, &names),
        }
    }

    pub fn provider(&self) -> &Provider {
        self.providers.get(self.stage.case.key).unwrap()
    }

    pub fn redirect(&self) -> Url {
        let key = self.stage.case.key;
        Url::parse(&format!("https://comments.example.org/sign-in/callback/{key}")).unwrap()
    }

    pub fn try_depart(&self) -> Result<Departure, ProviderError> {
        let rng = SeededRng::new(7);
        self.provider()
            .depart(&self.out, STATE, &self.redirect(), &rng, self.stage.case.host)
    }

    /// Sends a reader away; the provider remembers the nonce.
    pub fn depart(&self) -> Departure {
        let departure = self.try_depart().unwrap();
        let nonce = query(&departure.address).get("nonce").cloned();
        assert_eq!(nonce, departure.nonce);
        *self.stage.nonce.lock().unwrap() = nonce;
        departure
    }

    /// What the reader's browser brings back.
    pub fn arrival(&self, departure: &Departure) -> Arrival {
        Arrival {
            code: Some(String::from("c0de")),
            error: None,
            iss: None,
            user: None,
            verifier: departure.verifier.clone(),
            nonce: departure.nonce.clone(),
            memo: departure.memo.clone(),
            redirect: self.redirect(),
        }
    }

    pub fn arrive(&self, arrival: &Arrival) -> Result<Outside, ProviderError> {
        self.provider().arrive(&self.out, arrival, NOW)
    }

    /// There and back.
    pub fn round(&self) -> Result<Outside, ProviderError> {
        let departure = self.depart();
        self.arrive(&self.arrival(&departure))
    }

    pub fn trouble(&self, path: &str, trouble: Trouble) {
        *self.stage.trouble.lock().unwrap() = Some((path.to_owned(), trouble));
    }

    /// What has been asked since this was asked last.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.stage.asked.lock().unwrap())
    }
}

/// A clock that stands at [`NOW`].
pub fn clock() -> Arc<dyn Clock> {
    Arc::new(FixedClock::at(NOW))
}

/// The parameters of an address.
pub fn query(address: &Url) -> BTreeMap<String, String> {
    address.query_pairs().into_owned().collect()
}

/// The challenge of a verifier (RFC 7636, 4.2).
pub fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

fn hmac(secret: &str, message: &str) -> Vec<u8> {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes());
    ring::hmac::sign(&key, message.as_bytes()).as_ref().to_vec()
}

/// Facebook's proof of the app's secret.
pub fn hmac_hex(secret: &str, message: &str) -> String {
    hmac(secret, message)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// What Facebook sends where somebody wants their data erased.
pub fn signed_request(secret: &str, payload: &Value) -> String {
    let payload = URL_SAFE_NO_PAD.encode(payload.to_string());
    format!("{}.{payload}", URL_SAFE_NO_PAD.encode(hmac(secret, &payload)))
}

/// A key as Apple gives them, and its public half.
pub fn apple_key() -> (String, Vec<u8>) {
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
    let body = STANDARD.encode(pkcs8.as_ref());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
    (pem, pair.public_key().as_ref().to_vec())
}
