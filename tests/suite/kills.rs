//! Kill -9 amid posts of eight clients: what was answered 201 is there afterwards, whole, and the record of decisions
//! holds. Once in every run; five times, and with the release binary, in `tests/run --long` (`long::kills`).

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::call::{Call, sign_in};
use crate::support::database::TestDatabase;
use crate::support::on_both;
use crate::support::server::{Place, Server, free_port};

const CLIENTS: usize = 8;
/// Posts of all clients together, between two kills.
const POSTS: usize = 1_000;
const PATIENCE: Duration = Duration::from_secs(60);
const ORIGIN: &str = "https://blog.example.org";

on_both! {
    fn one_is_survived(database: TestDatabase) {
        survive(&database, &[300]);
    }
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
        place.done(arguments);
    }
    let mut server = place.serve(port);
    let letters = place.path().join("data/mail");
    let tokens: Vec<String> = (0..CLIENTS)
        .map(|client| {
            let (email, name) = (format!("reader{client}@example.org"), format!("Reader {client}"));
            sign_in(port, "ward", ORIGIN, &email, &name, &letters)
        })
        .collect();
    for (round, after) in kills.iter().enumerate() {
        let acknowledged = post_until_killed(&mut server, port, &tokens, round, *after);
        assert!(
            acknowledged.len() >= *after,
            "only {} were acknowledged",
            acknowledged.len()
        );
        server = place.serve(port);
        for one in &acknowledged {
            let answer = Call::to(port, "GET", &format!("/api/v1/comments/{}", one.id))
                .origin(ORIGIN)
                .token(&tokens[one.client])
                .send()
                .expect("the server answers after the restart");
            assert_eq!(answer.status, 200, "a comment answered 201 is gone: {}", one.id);
            let answer = answer.json();
            assert_eq!(answer["comment"]["body"], one.body.as_str());
            assert_eq!(answer["comment"]["state"], "published");
        }
        place.done(&["audit", "verify"]);
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
                    let post = Call::to(port, "POST", "/api/v1/sites/ward/comments")
                        .origin(ORIGIN)
                        .token(token)
                        .json(&sent);
                    let Some(answer) = post.send() else {
                        return;
                    };
                    assert_eq!(answer.status, 201, "{}", answer.text());
                    let id = answer.json()["comment"]["id"].as_str().unwrap().to_owned();
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
