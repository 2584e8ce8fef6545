//! Signing in over HTTP, as a browser does it: keeping a verifier, reading the letter, bringing the code back.

use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hustings::domain::id::SiteId;
use hustings::domain::site::{Policy, Site};
use hustings::service::run_job;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Answer, TestApp};

/// The server's own origin.
pub const OWN: &str = "http://127.0.0.1:8080";

/// The site that tests are about.
pub const SITE: &str = "ward-news";
/// Its origin.
pub const ORIGIN: &str = "https://blog.example.org";

/// What a browser keeps of a sign-in that it asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The request's id.
    pub request_id: String,
    /// The secret behind the challenge.
    pub verifier: String,
    /// From which origin.
    pub origin: String,
}

/// A verifier that no other call gave, and its challenge.
pub fn verifier() -> (String, String) {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let verifier = format!("verifier-{:034}", NEXT.fetch_add(1, Ordering::Relaxed));
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    (verifier, challenge)
}

/// A code's first run of eight digits, a space or hyphen after the fourth allowed.
pub fn code_in(text: &str) -> String {
    let digits_at = |at: usize| {
        let rest: String = text[at..].chars().take(9).collect();
        let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
        let separated = rest.len() == 9 && rest[4..5].chars().all(|c| c == ' ' || c == '-');
        let run = if separated { 9 } else { 8 };
        (digits.len() >= 8 && rest[..run].chars().filter(|c| !c.is_ascii_digit()).count() == run - 8)
            .then(|| digits[..8].to_owned())
    };
    text.char_indices()
        .filter(|(_, c)| c.is_ascii_digit())
        .find_map(|(at, _)| digits_at(at))
        .unwrap_or_else(|| panic!("no code in {text}"))
}

/// Another code than this one.
pub fn other_code(code: &str, offset: u32) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:08}", (number + offset) % 100_000_000)
}

impl Asked {
    /// The body of `status` and `resend`.
    pub fn held(&self) -> Value {
        json!({ "request_id": self.request_id, "verifier": self.verifier })
    }
    /// The body that brings a code back.
    pub fn with(&self, code: &str) -> Value {
        json!({ "request_id": self.request_id, "verifier": self.verifier, "code": code })
    }
}

impl TestApp {
    /// Adds a site under this origin.
    pub async fn add_site(&self, slug: &str, origin: &str) -> SiteId {
        let now = hustings::domain::clock::Clock::now(&*self.clock);
        let site = Site {
            id: SiteId::new(now, self.app.rng.as_ref()),
            slug: slug.parse().unwrap(),
            name: format!("The {slug}"),
            origins: vec![origin.parse().unwrap()],
            policy: Policy::default(),
            paused: None,
            register_version: 0,
            created_at: now,
        };
        let id = site.id;
        self.write(move |tx| Ok(tx.insert_site(&site)?)).await;
        id
    }

    /// Does the jobs that are due. Gives how many.
    pub async fn run_jobs(&self) -> usize {
        self.run(|app| run_job::run_due_jobs(app).unwrap()).await
    }

    /// Asks for a code on [`SITE`] from [`ORIGIN`].
    pub async fn ask(&self, email: &str, name: Option<&str>) -> Asked {
        self.ask_from(ORIGIN, email, name).await
    }

    /// Asks for a code on [`SITE`] from an origin.
    pub async fn ask_from(&self, origin: &str, email: &str, name: Option<&str>) -> Asked {
        let (verifier, challenge) = verifier();
        let mut body = json!({ "site": SITE, "email": email, "challenge": challenge });
        if let Some(name) = name {
            body["name"] = json!(name);
        }
        let answer = self
            .post("/api/v1/sign-in/email")
            .origin(origin)
            .json(&body)
            .expect(202)
            .await
            .json();
        Asked {
            request_id: answer["request_id"].as_str().unwrap().to_owned(),
            verifier,
            origin: origin.to_owned(),
        }
    }

    /// Sends what is due, and reads the code in the newest letter.
    pub async fn code(&self) -> String {
        self.run_jobs().await;
        let letters = self.letters.letters();
        let code = letters
            .iter()
            .rfind(|letter| letter.subject.contains("sign-in code"));
        code_in(&code.expect("no letter with a code").text)
    }

    /// Brings a code back.
    pub async fn redeem(&self, asked: &Asked, code: &str) -> Answer {
        self.post("/api/v1/sign-in/token")
            .origin(&asked.origin)
            .json(&asked.with(code))
            .send()
            .await
    }

    /// Signs in on [`SITE`] from [`ORIGIN`], and gives the token.
    pub async fn sign_in(&self, email: &str, name: &str) -> String {
        let asked = self.ask(email, Some(name)).await;
        let code = self.code().await;
        let answer = self.redeem(&asked, &code).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["token"].as_str().unwrap().to_owned()
    }
}

#[test]
fn codes_are_found_in_letters() {
    for text in [
        "Your code: 12345678.",
        "1234 5678",
        "On 23 Nov 2026\n1234-5678 is it",
    ] {
        assert_eq!(code_in(text), "12345678", "{text}");
    }
}
