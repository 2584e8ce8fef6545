//! Kill -9 amid posts of eight clients: what was answered 201 is there afterwards, whole, and the record of decisions
//! holds. Once in every run; five times, and with the release binary, in `tests/run --long` (`long::kills`).

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::database::TestDatabase;
use crate::support::server::{Place, Server, free_port};

const CLIENTS: usize = 8;
/// Posts of all clients together, between two kills.
const POSTS: usize = 1_000;
const PATIENCE: Duration = Duration::from_secs(60);
const ORIGIN: &str = "https://blog.example.org";

#[test]
fn sqlite_survives_one() {
    survive(&TestDatabase::sqlite(), &[300]);
}

#[test]
fn postgres_survives_one() {
    survive(&TestDatabase::postgres(), &[300]);
}

/// How many were acknowledged when the server was killed, for each of five times.
pub const FIVE: [usize; 5] = [90, 250, 400, 610, 875];

/// An acknowledged comment: whose, its id and its text.
struct Acknowledged {
    client: usize,
    id: String,
    body: String,
}

/// Posts, kills the server once so many are acknowledged, starts it again and looks for every one; for each of `kills`.
pub fn survive(database: &TestDatabase, kills: &[usize]) {
    let port = free_port();
    let place = Place::empty()
        .with("HUSTINGS__SERVER__LISTEN", &format!("127.0.0.1:{port}"))
        .with("HUSTINGS__DATABASE__URL", &database.url())
        .with("HUSTINGS__LIMITS__ENABLED", "false");
    for arguments in [
        &["migrate"][..],
        &["site", "add", "ward", "--name", "Ward", "--origin", ORIGIN],
        &["site", "set", "ward", "--hold", "flagged"],
    ] {
        let output = place.run(arguments);
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let mut server = place.serve(port);
    let tokens: Vec<String> = (0..CLIENTS).map(|client| sign_in(&place, port, client)).collect();
    for (round, after) in kills.iter().enumerate() {
        let acknowledged = post_until_killed(&mut server, port, &tokens, round, *after);
        assert!(
            acknowledged.len() >= *after,
            "only {} were acknowledged",
            acknowledged.len()
        );
        server = place.serve(port);
        for one in &acknowledged {
            let (status, answer) = call(
                port,
                "GET",
                &format!("/api/v1/comments/{}", one.id),
                Some(&tokens[one.client]),
                None,
            )
            .expect("the server answers after the restart");
            assert_eq!(status, 200, "a comment answered 201 is gone: {}", one.id);
            assert_eq!(answer["comment"]["body"], one.body.as_str());
            assert_eq!(answer["comment"]["state"], "published");
        }
        let audit = place.run(&["audit", "verify"]);
        assert!(
            audit.status.success(),
            "{}",
            String::from_utf8_lossy(&audit.stdout)
        );
    }
}

fn post_until_killed(
    server: &mut Server,
    port: u16,
    tokens: &[String],
    round: usize,
    after: usize,
) -> Vec<Acknowledged> {
    let acknowledged = Mutex::new(Vec::new());
    let count = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for (client, token) in tokens.iter().enumerate() {
            let (acknowledged, count) = (&acknowledged, &count);
            scope.spawn(move || {
                for number in 0..POSTS / CLIENTS {
                    let body =
                        format!("Round {round}, client {client}, number {number}: nobody in particular.");
                    let page = format!("{ORIGIN}/posts/{}", number % 7);
                    let sent = json!({ "page": { "url": page }, "body": body });
                    // The server is gone: what it did not acknowledge may or may not be there.
                    let Some((status, answer)) = call(
                        port,
                        "POST",
                        "/api/v1/sites/ward/comments",
                        Some(token),
                        Some(&sent),
                    ) else {
                        return;
                    };
                    assert_eq!(status, 201, "{answer}");
                    let id = answer["comment"]["id"].as_str().unwrap().to_owned();
                    acknowledged
                        .lock()
                        .unwrap()
                        .push(Acknowledged { client, id, body });
                    count.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        let begun = Instant::now();
        while count.load(Ordering::SeqCst) < after && begun.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(1));
        }
        server.kill();
    });
    acknowledged.into_inner().unwrap()
}

fn sign_in(place: &Place, port: u16, client: usize) -> String {
    let verifier = URL_SAFE_NO_PAD.encode([u8::try_from(client).unwrap(); 32]);
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    let asked = json!({
        "site": "ward", "email": format!("reader{client}@example.org"), "name": format!("Reader {client}"),
        "challenge": challenge,
    });
    let letters = || -> Vec<std::path::PathBuf> {
        let Ok(entries) = std::fs::read_dir(place.path().join("data/mail")) else {
            return Vec::new();
        };
        let paths = entries.map(|entry| entry.unwrap().path());
        paths
            .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
            .collect()
    };
    let before = letters();
    let (status, answer) = call(port, "POST", "/api/v1/sign-in/email", None, Some(&asked)).unwrap();
    assert_eq!(status, 202, "{answer}");
    let begun = Instant::now();
    let letter = loop {
        if let Some(letter) = letters().into_iter().find(|letter| !before.contains(letter)) {
            break std::fs::read_to_string(letter).unwrap();
        }
        assert!(begun.elapsed() < PATIENCE, "no letter came");
        std::thread::sleep(Duration::from_millis(10));
    };
    let plain = letter
        .split("text/plain")
        .nth(1)
        .unwrap()
        .split("\r\n\r\n")
        .nth(1)
        .unwrap();
    let code: String = plain.chars().filter(char::is_ascii_digit).take(8).collect();
    let redeemed = json!({ "request_id": answer["request_id"], "code": code, "verifier": verifier });
    let (status, answer) = call(port, "POST", "/api/v1/sign-in/token", None, Some(&redeemed)).unwrap();
    assert_eq!(status, 200, "{answer}");
    answer["token"].as_str().unwrap().to_owned()
}

/// Status and JSON; `None` where the connection fails.
fn call(
    port: u16,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> Option<(u16, Value)> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(PATIENCE))
        .build()
        .into();
    let mut request = ureq::http::Request::builder()
        .method(method)
        .uri(format!("http://127.0.0.1:{port}{path}"))
        .header("Origin", ORIGIN)
        .header("Content-Type", "application/json");
    if let Some(token) = token {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    let body = body.map_or(String::new(), Value::to_string);
    let mut answer = agent.run(request.body(body).unwrap()).ok()?;
    let text = answer.body_mut().read_to_string().ok()?;
    Some((
        answer.status().as_u16(),
        serde_json::from_str(&text).unwrap_or(Value::Null),
    ))
}
