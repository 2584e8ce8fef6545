//! Many who post on one page at once, over HTTP against a started server: everybody is answered 201, and everything is
//! there.

use hustings::domain::page::{PageKey, PageUrl};
use hustings::storage::{Db, Options, StorageError};
use serde_json::json;

use crate::support::call::{Call, sign_in};
use crate::support::database::TestDatabase;
use crate::support::on_both;
use crate::support::server::{Place, free_port};

const ORIGIN: &str = "https://blog.example.org";
const READERS: usize = 8;
const POSTS_OF_EACH: usize = 3;

on_both! {
    fn eight_and_then_thirty_two_on_one_page(database: TestDatabase) {
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
        let tokens: Vec<String> = (0..READERS)
            .map(|reader| {
                let (email, name) = (format!("reader{reader}@example.org"), format!("Reader {reader}"));
                sign_in(port, "ward", ORIGIN, &email, &name, &letters)
            })
            .collect();
        for clients in [8, 32] {
            everything_is_there(&database, port, &tokens, clients);
        }
        server.stop();
        place.done(&["audit", "verify"]);
    }
}

fn everything_is_there(database: &TestDatabase, port: u16, tokens: &[String], clients: usize) {
    let page = format!("{ORIGIN}/posts/{clients}");
    let posted: Vec<String> = std::thread::scope(|scope| {
        let posting: Vec<_> = (0..clients)
            .map(|client| {
                let (page, token) = (&page, &tokens[client % tokens.len()]);
                scope.spawn(move || -> Vec<String> {
                    (0..POSTS_OF_EACH)
                        .map(|number| {
                            let body = format!(
                                "Number {number} of client {client} among {clients}: nobody in particular."
                            );
                            let answer = Call::to(port, "POST", "/api/v1/sites/ward/comments")
                                .origin(ORIGIN)
                                .token(token)
                                .json(&json!({ "page": { "url": page }, "body": body }))
                                .send()
                                .unwrap();
                            assert_eq!(answer.status, 201, "{}", answer.text());
                            answer.json()["comment"]["id"].as_str().unwrap().to_owned()
                        })
                        .collect()
                })
            })
            .collect();
        posting
            .into_iter()
            .flat_map(|client| client.join().unwrap())
            .collect()
    });
    let count = clients * POSTS_OF_EACH;
    assert_eq!(posted.len(), count);

    let address = format!(
        "/api/v1/sites/ward/comments?limit=100&page={}",
        page.replace(':', "%3A").replace('/', "%2F")
    );
    let part = Call::to(port, "GET", &address).send().unwrap().json();
    assert_eq!(part["page"]["comment_count"], count);
    let mut listed: Vec<&str> = part["comments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|comment| comment["id"].as_str().unwrap())
        .collect();
    listed.sort_unstable();
    let mut posted: Vec<&str> = posted.iter().map(String::as_str).collect();
    posted.sort_unstable();
    assert_eq!(listed, posted);

    let db = Db::open(Options::new(database.url().parse().unwrap())).unwrap();
    let key = PageKey::of(&PageUrl::parse(&page).unwrap(), None).unwrap();
    let stored = db
        .read::<_, StorageError>(|tx| {
            let site = tx.site_by_slug(&"ward".parse().unwrap())?.unwrap();
            tx.page_by_key(site.id, &key)
        })
        .unwrap()
        .unwrap();
    let count = i64::try_from(count).unwrap();
    assert_eq!((stored.comment_count, stored.version), (count, count));
}
