//! Accounts elsewhere: providers that say what a test wants, and a browser that keeps cookies and follows a sign-in.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use hustings::domain::clock::Micros;
use hustings::domain::text::EmailAddress;
use hustings::outbound::{Outbound, OutboundError};
use hustings::signin::provider::{
    Arrival, Departure, Outside, OutsideEmail, Provider, ProviderError, Providers, Trip, Way,
};
use serde_json::{Value, json};
use url::Url;

use super::sign_in::{ORIGIN, OWN, SITE, verifier};
use super::{Answer, TestApp};

/// Where the fake providers are.
pub const PROVIDER: &str = "https://id.example.net";

/// What comes of a code.
#[derive(Clone)]
pub enum Says {
    /// Somebody.
    Somebody(Box<Outside>),
    /// It cannot be asked.
    Unheard(OutboundError),
    /// Its answer is none.
    Nonsense,
    /// The code was used.
    Stale,
    /// The settings are wrong.
    Config,
}

/// What the fake providers say, and what they were asked.
#[derive(Clone, Default)]
pub struct Fake {
    codes: Arc<Mutex<HashMap<String, Says>>>,
    arrivals: Arc<Mutex<Vec<Arrival>>>,
    closed: Arc<Mutex<bool>>,
}

impl Fake {
    /// From now on, this comes of the code.
    pub fn says(&self, code: &str, says: Says) {
        self.codes.lock().unwrap().insert(code.to_owned(), says);
    }
    /// From now on, nobody can be sent there.
    pub fn close(&self) {
        *self.closed.lock().unwrap() = true;
    }
    /// What was brought back to it.
    pub fn arrivals(&self) -> Vec<Arrival> {
        self.arrivals.lock().unwrap().clone()
    }
}

/// Somebody at a provider.
pub fn person(subject: &str, name: &str, email: Option<(&str, bool)>) -> Says {
    Says::Somebody(Box::new(Outside {
        issuer: PROVIDER.to_owned(),
        subject: subject.to_owned(),
        name: Some(name.to_owned()),
        handle: None,
        email: email.map(|(address, proven)| OutsideEmail {
            address: EmailAddress::parse(address).unwrap(),
            proven,
        }),
        avatar: None,
    }))
}

struct FakeWay {
    fake: Fake,
    posts_back: bool,
    asks_host: bool,
}

impl Way for FakeWay {
    fn depart(&self, trip: &Trip<'_>) -> Result<Departure, ProviderError> {
        if *self.fake.closed.lock().unwrap() {
            return Err(ProviderError::Outbound(OutboundError::Unreachable));
        }
        let mut address: Url = format!("{PROVIDER}/authorize").parse().unwrap();
        address
            .query_pairs_mut()
            .append_pair("state", trip.state)
            .append_pair("redirect_uri", trip.redirect.as_str());
        if let Some(host) = trip.host {
            address.query_pairs_mut().append_pair("host", host);
        }
        Ok(Departure {
            address,
            verifier: Some(format!("verifier of {}", trip.state)),
            nonce: Some(format!("nonce of {}", trip.state)),
            memo: trip.host.map(str::to_owned),
        })
    }

    fn arrive(&self, _out: &Outbound, arrival: &Arrival, _now: Micros) -> Result<Outside, ProviderError> {
        self.fake.arrivals.lock().unwrap().push(arrival.clone());
        if let Some(error) = &arrival.error {
            return Err(ProviderError::Refused { error: error.clone() });
        }
        let code = arrival.code.clone().unwrap_or_default();
        let says = self.fake.codes.lock().unwrap().get(&code).cloned();
        match says {
            Some(Says::Somebody(outside)) => Ok(*outside),
            Some(Says::Unheard(error)) => Err(ProviderError::Outbound(error)),
            Some(Says::Config) => Err(ProviderError::Config),
            Some(Says::Stale) => Err(ProviderError::Stale),
            Some(Says::Nonsense) | None => Err(ProviderError::Answer { what: "json" }),
        }
    }

    fn posts_back(&self) -> bool {
        self.posts_back
    }
    fn asks_host(&self) -> bool {
        self.asks_host
    }
}

/// Three providers: `github`, `apple`, which posts its answer, and `mastodon`, which asks for a host.
pub fn providers(fake: &Fake) -> Providers {
    let one = |key: &str, name, posts_back, asks_host| {
        let way = FakeWay {
            fake: fake.clone(),
            posts_back,
            asks_host,
        };
        Provider::of(key.parse().unwrap(), name, Box::new(way))
    };
    Providers::of(vec![
        one("github", "GitHub", false, false),
        one("apple", "Apple", true, false),
        one("mastodon", "Mastodon", false, true),
    ])
}

/// A browser: it keeps cookies.
#[derive(Default, Clone)]
pub struct Browser {
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// The cookie of a name.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }
    /// Puts a cookie in.
    pub fn set(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }
    /// Without a cookie.
    pub fn without(&self, name: &str) -> Self {
        let mut other = self.clone();
        other.cookies.remove(name);
        other
    }

    /// Goes to an address.
    pub async fn get(&mut self, app: &TestApp, path: &str) -> Answer {
        let answer = self.with_cookies(app.get(path)).send().await;
        self.keep(&answer);
        answer
    }

    /// Sends a form of a page of ours.
    pub async fn submit(&mut self, app: &TestApp, path: &str, form: &[(&str, &str)]) -> Answer {
        self.submit_from(app, OWN, path, form).await
    }

    /// Sends a form of a page of an origin.
    pub async fn submit_from(
        &mut self,
        app: &TestApp,
        origin: &str,
        path: &str,
        form: &[(&str, &str)],
    ) -> Answer {
        let body = encoded(form);
        let request = app
            .post(path)
            .origin(origin)
            .body("application/x-www-form-urlencoded", body);
        let answer = self.with_cookies(request).send().await;
        self.keep(&answer);
        answer
    }

    fn with_cookies(&self, request: super::Request) -> super::Request {
        if self.cookies.is_empty() {
            return request;
        }
        let all: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        request.header("Cookie", &all.join("; "))
    }

    fn keep(&mut self, answer: &Answer) {
        for set in answer.headers.get_all("set-cookie") {
            let set = set.to_str().unwrap();
            let (pair, attributes) = set.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            assert!(
                attributes.contains("HttpOnly") && attributes.contains("SameSite=Lax"),
                "{set}"
            );
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.set(name, value);
            }
        }
    }
}

/// A form as browsers write it.
pub fn encoded(form: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish()
}

/// What a page keeps of a sign-in that it asked for.
#[derive(Debug, Clone)]
pub struct PageSide {
    /// Its id for the sign-in.
    pub request_id: String,
    /// The secret behind the challenge.
    pub verifier: String,
    /// The address that it opens.
    pub address: String,
}

impl PageSide {
    /// A page of [`SITE`] asks, with some parameters in the place of the right ones; an empty one is left out.
    pub fn asks(mode: &str, others: &[(&str, &str)]) -> Self {
        let (verifier, challenge) = verifier();
        let tail: String = verifier.chars().filter(char::is_ascii_digit).collect();
        let request_id = format!("6fd2a8c1-3b0e-4c52-9c55-{}", &tail[tail.len() - 12..]);
        let page = format!("{ORIGIN}/selection-meetings?p=7");
        let mut pairs = vec![
            ("site", SITE),
            ("origin", ORIGIN),
            ("page", &page),
            ("challenge", &challenge),
            ("request_id", &request_id),
            ("mode", mode),
            ("provider", "github"),
        ];
        for (name, value) in others {
            match pairs.iter_mut().find(|(of, _)| of == name) {
                Some(pair) => pair.1 = value,
                None => pairs.push((name, value)),
            }
        }
        pairs.retain(|(_, value)| !value.is_empty());
        let address = format!("/sign-in?{}", encoded(&pairs));
        Self {
            request_id,
            verifier,
            address,
        }
    }

    /// The body that redeems a code.
    pub fn with(&self, code: &str) -> Value {
        json!({ "request_id": self.request_id, "verifier": self.verifier, "code": code })
    }
}

/// The value of an attribute or parameter that stands behind `before`, up to one of `"&`.
#[track_caller]
pub fn after(text: &str, before: &str) -> String {
    let rest = text
        .split_once(before)
        .unwrap_or_else(|| panic!("no {before} in {text}"))
        .1;
    rest.split(['"', '&']).next().unwrap().to_owned()
}

/// The state in a provider's address.
#[track_caller]
pub fn state_in(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text());
    let to = answer.header("location");
    assert!(to.starts_with(PROVIDER), "{to}");
    after(to, "state=")
}

impl TestApp {
    /// The same with [`providers`], and [`SITE`] under [`ORIGIN`].
    pub async fn with_fake_providers(self) -> (Self, Fake) {
        self.with_fake_providers_and("").await
    }

    /// As [`TestApp::with_fake_providers`], with some configuration.
    pub async fn with_fake_providers_and(self, toml: &str) -> (Self, Fake) {
        let fake = Fake::default();
        let app = self.restart_with(toml, Some(providers(&fake))).await;
        app.add_site(SITE, ORIGIN).await;
        (app, fake)
    }

    /// A browser goes from a page's click to the consent page. Gives the sign-in's id.
    pub async fn to_consent(&self, browser: &mut Browser, side: &PageSide, code: &str) -> String {
        let begun = browser.get(self, &side.address).await;
        let id = match begun.status {
            200 => after(&begun.text(), "data-next=\"/sign-in/"),
            303 => begun
                .header("location")
                .trim_start_matches("/sign-in/")
                .to_owned(),
            _ => panic!("{}", begun.text()),
        };
        let id = id.split('/').next().unwrap().to_owned();
        if begun.status == 200 {
            let answer = browser.submit(self, &format!("/sign-in/{id}/opener"), &[]).await;
            assert_eq!(answer.status, 204, "{}", answer.text());
        }
        let gone = browser.get(self, &format!("/sign-in/{id}/to/github")).await;
        let state = state_in(&gone);
        let back = browser
            .get(
                self,
                &format!("/sign-in/callback/github?code={code}&state={state}"),
            )
            .await;
        assert_eq!(back.status, 303, "{}", back.text());
        assert_eq!(back.header("location"), format!("/sign-in/{id}"));
        id
    }

    /// The click on the consent page. Gives the answer.
    pub async fn click(&self, browser: &mut Browser, id: &str, name: &str) -> Answer {
        let page = browser.get(self, &format!("/sign-in/{id}")).await;
        assert_eq!(page.status, 200, "{}", page.text());
        let form = after(&page.text(), "name=\"form\" value=\"");
        browser
            .submit(
                self,
                &format!("/sign-in/{id}/continue"),
                &[("form", &form), ("name", name)],
            )
            .await
    }

    /// From a page's click to the code that it gets.
    pub async fn code_for(&self, browser: &mut Browser, side: &PageSide, code: &str, name: &str) -> String {
        let id = self.to_consent(browser, side, code).await;
        let done = self.click(browser, &id, name).await;
        assert_eq!(done.status, 200, "{}", done.text());
        after(&done.text(), "data-code=\"")
    }

    /// A page of an origin brings a code.
    pub async fn bring(&self, origin: &str, body: &Value) -> Answer {
        self.post("/api/v1/sign-in/token")
            .origin(origin)
            .json(body)
            .send()
            .await
    }
}
