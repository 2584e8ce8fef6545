//! A full disk under a started server: posts are refused as 503 `storage_full`, reading goes on, nothing that was
//! answered 201 is lost, and posting works again as soon as there is room. (`storage::full_disk` fills a bounded file.)

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use crate::support::Answer;
use crate::support::call::{Call, sign_in};
use crate::support::comments::{escaped, id_of};
use crate::support::server::{Place, free_port};
use crate::support::sign_in::{ORIGIN, SITE};
use crate::support::small_disk::SmallDisk;

const CLIENTS: usize = 4;
/// Each client posts until so many of its posts were refused.
const REFUSED: usize = 3;

/// A post that a client sends, and sends again as the same if it is refused.
#[derive(Clone)]
struct Post {
    key: String,
    page: String,
    body: String,
}

impl Post {
    fn new(client: usize, number: usize) -> Self {
        Self {
            key: format!("client-{client}-post-{number}"),
            page: format!("{ORIGIN}/filled/{client}"),
            body: format!(
                "Client {client}, post {number}:{}.",
                " there is much to say".repeat(550)
            ),
        }
    }

    fn send(&self, port: u16, token: &str) -> Answer {
        Call::to(port, "POST", &format!("/api/v1/sites/{SITE}/comments"))
            .origin(ORIGIN)
            .token(token)
            .header("Idempotency-Key", &self.key)
            .json(&json!({ "page": { "url": self.page }, "body": self.body }))
            .send()
            .expect("the server answers")
    }
}

/// What a client's posts ended with.
#[derive(Default)]
struct Sent {
    /// Those answered 201, with their ids.
    acknowledged: Vec<(String, Post)>,
    refused: Vec<Post>,
}

fn post_until_refused(port: u16, client: usize, token: &str) -> Sent {
    let mut sent = Sent::default();
    for number in 0.. {
        let post = Post::new(client, number);
        let answer = post.send(port, token);
        if answer.status == 201 {
            sent.acknowledged.push((id_of(&answer.json()["comment"]), post));
            continue;
        }
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (503, "storage_full"),
            "{}",
            answer.text()
        );
        assert!(answer.header("retry-after").parse::<u32>().unwrap() > 0);
        sent.refused.push(post);
        if sent.refused.len() == REFUSED {
            break;
        }
    }
    sent
}

/// The public texts of a page, as JSON.
fn texts(port: u16, page: &str) -> Vec<String> {
    let path = format!("/api/v1/sites/{SITE}/comments?limit=100&page={}", escaped(page));
    let part = Call::to(port, "GET", &path).expect(200).json();
    assert_eq!(part["next"], json!(null), "more than a part");
    let comments = part["comments"].as_array().unwrap();
    comments
        .iter()
        .map(|it| it["html"].as_str().unwrap().to_owned())
        .collect()
}

fn all_are_there(port: u16, tokens: &[String], sent: &[Sent]) {
    for (token, sent) in tokens.iter().zip(sent) {
        assert!(sent.acknowledged.len() > 3, "the disk was full at once");
        for (id, post) in &sent.acknowledged {
            let own = Call::to(port, "GET", &format!("/api/v1/comments/{id}"))
                .origin(ORIGIN)
                .token(token)
                .expect(200);
            assert_eq!(own.json()["comment"]["body"], post.body.as_str(), "{}", post.key);
        }
    }
}

#[test]
fn of_a_small_disk() {
    let disk = SmallDisk::mount(8);
    let port = free_port();
    let place = Place::empty()
        .with("HUSTINGS__SERVER__LISTEN", &format!("127.0.0.1:{port}"))
        .with(
            "HUSTINGS__DATABASE__URL",
            &format!("sqlite:{}", disk.path().join("hustings.db").display()),
        )
        .with("HUSTINGS__LIMITS__ENABLED", "false");
    let mut server = place.serve(port);
    place.done(&["site", "add", SITE, "--name", "Ward News", "--origin", ORIGIN]);
    place.done(&["site", "set", SITE, "--hold", "flagged"]);
    let desk = place
        .done(&["token", "create", "--site", SITE, "--role", "moderator"])
        .pop()
        .unwrap();
    let letters = place.path().join("data/mail");
    let tokens: Vec<String> = (0..CLIENTS)
        .map(|client| {
            let (email, name) = (format!("reader{client}@example.org"), format!("Reader {client}"));
            sign_in(port, SITE, ORIGIN, &email, &name, &letters)
        })
        .collect();
    // Two pages, of which one has been read.
    let [cached, uncached] = ["cached", "uncached"].map(|name| {
        let (page, body) = (format!("{ORIGIN}/{name}"), format!("On {name}."));
        let post = Post {
            key: name.to_owned(),
            page: page.clone(),
            body,
        };
        assert_eq!(post.send(port, &tokens[0]).status, 201);
        page
    });
    assert_eq!(texts(port, &cached), ["<p>On cached.</p>\n"]);

    let ballast = disk.ballast(2);
    let full = AtomicBool::new(false);
    let mut sent: Vec<Sent> = std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            while !full.load(Ordering::Relaxed) {
                assert_eq!(texts(port, &cached), ["<p>On cached.</p>\n"]);
                Call::to(port, "GET", "/health/ready").expect(200);
            }
        });
        let clients: Vec<_> = tokens
            .iter()
            .enumerate()
            .map(|(client, token)| scope.spawn(move || post_until_refused(port, client, token)))
            .collect();
        let sent = clients.into_iter().map(|client| client.join().unwrap()).collect();
        full.store(true, Ordering::Relaxed);
        reader.join().unwrap();
        sent
    });
    // Reading goes on: what is in the cache, what is not, what is one's own, and the desk.
    assert_eq!(texts(port, &cached), ["<p>On cached.</p>\n"]);
    assert_eq!(texts(port, &uncached), ["<p>On uncached.</p>\n"]);
    all_are_there(port, &tokens, &sent);
    Call::to(port, "GET", "/api/v1/desk/comments?limit=1")
        .token(&desk)
        .expect(200);

    std::fs::remove_file(ballast).unwrap();
    // Sent again under its key, each is stored once, whatever had become of the first try.
    for (token, sent) in tokens.iter().zip(&mut sent) {
        for post in std::mem::take(&mut sent.refused) {
            let answer = post.send(port, token);
            assert_eq!(answer.status, 201, "{}", answer.text());
            sent.acknowledged.push((id_of(&answer.json()["comment"]), post));
        }
    }
    for (client, sent) in sent.iter().enumerate() {
        let public = texts(port, &format!("{ORIGIN}/filled/{client}"));
        assert_eq!(public.len(), sent.acknowledged.len());
        for (_, post) in &sent.acknowledged {
            let there = public.iter().filter(|it| it.contains(&post.body)).count();
            assert_eq!(there, 1, "{}", post.key);
        }
    }
    place.done(&["audit", "verify"]);
    assert_eq!(server.stop(), Some(0), "{}", server.log());

    let _server = place.serve(port);
    all_are_there(port, &tokens, &sent);
}
