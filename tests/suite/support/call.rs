//! HTTP to a started server on 127.0.0.1, as a browser or a program speaks it, and signing in that way. Every answer is
//! held to the description, as those of the app in this process are.

use std::path::Path;
use std::time::{Duration, Instant};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::Answer;
use super::described;
use super::sign_in::{Asked, code_in, verifier};

const PATIENCE: Duration = Duration::from_secs(60);

/// A request to be completed and sent.
pub struct Call {
    port: u16,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Call {
    /// To the server on this port.
    pub fn to(port: u16, method: &str, path: &str) -> Self {
        Self {
            port,
            method: method.to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: String::new(),
        }
    }

    /// With this header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
    /// From a page of this origin.
    pub fn origin(self, origin: &str) -> Self {
        self.header("Origin", origin)
    }
    /// With this token.
    pub fn token(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }
    /// With this JSON body.
    pub fn json(mut self, body: &Value) -> Self {
        self.body = body.to_string();
        self.header("Content-Type", "application/json")
    }

    /// Sends it, on a connection of its own. `None` where nobody answers.
    pub fn send(self) -> Option<Answer> {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .build()
            .into();
        let mut request = ureq::http::Request::builder()
            .method(self.method.as_str())
            .uri(format!("http://127.0.0.1:{}{}", self.port, self.path));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut said = agent.run(request.body(self.body).unwrap()).ok()?;
        let body = said.body_mut().read_to_vec().ok()?;
        let mut headers = HeaderMap::new();
        for (name, value) in said.headers() {
            headers.append(
                HeaderName::from_bytes(name.as_str().as_bytes()).unwrap(),
                HeaderValue::from_bytes(value.as_bytes()).unwrap(),
            );
        }
        let answer = Answer {
            status: said.status().as_u16(),
            headers,
            body,
            pattern: described::pattern_of(&self.path),
        };
        described::check(&self.method, &self.path, &answer);
        Some(answer)
    }

    /// Sends it, and expects this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Answer {
        let what = format!("{} {}", self.method, self.path);
        let answer = self.send().unwrap_or_else(|| panic!("{what}: nobody answers"));
        assert_eq!(answer.status, status, "{what}: {}", answer.text());
        answer
    }
}

/// Asks for a code on a site, from a page of an origin.
pub fn ask(port: u16, site: &str, origin: &str, email: &str, name: Option<&str>) -> Asked {
    let (verifier, challenge) = verifier();
    let mut body = json!({ "site": site, "email": email, "challenge": challenge });
    if let Some(name) = name {
        body["name"] = json!(name);
    }
    let answer = Call::to(port, "POST", "/api/v1/sign-in/email")
        .origin(origin)
        .json(&body)
        .expect(202);
    Asked {
        request_id: answer.json()["request_id"].as_str().unwrap().to_owned(),
        verifier,
        origin: origin.to_owned(),
    }
}

/// Brings a code back, and gives the token.
pub fn redeem(port: u16, asked: &Asked, code: &str) -> String {
    let answer = Call::to(port, "POST", "/api/v1/sign-in/token")
        .origin(&asked.origin)
        .json(&asked.with(code))
        .expect(200);
    answer.json()["token"].as_str().unwrap().to_owned()
}

/// The code in the letter to an address, as soon as it lies in a folder of letters.
pub fn code_in_folder(folder: &Path, email: &str) -> String {
    let begun = Instant::now();
    loop {
        // The folder is made for the first letter; a letter has its name once it is whole.
        let entries = std::fs::read_dir(folder).into_iter().flatten();
        let letters = entries
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|it| it == "eml"))
            .map(|path| std::fs::read(path).unwrap());
        for letter in letters {
            let letter = mail_parser::MessageParser::default().parse(&letter).unwrap();
            let to = letter.to().unwrap().first().unwrap();
            if to.address.as_deref() == Some(email) {
                return code_in(&letter.body_text(0).unwrap());
            }
        }
        assert!(begun.elapsed() < PATIENCE, "no letter to {email} came");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Signs in by a letter that the server writes into a folder. Gives the token.
pub fn sign_in(port: u16, site: &str, origin: &str, email: &str, name: &str, letters: &Path) -> String {
    let asked = ask(port, site, origin, email, Some(name));
    redeem(port, &asked, &code_in_folder(letters, email))
}
