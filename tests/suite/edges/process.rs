//! The process: how it starts, what it makes, and how it ends.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use hustings::domain::role::Role;
use hustings::service::{demo, purge, staff};

use crate::support::both;
use crate::support::server::{self, Place};

/// How many rows each table of a SQLite database has.
fn contents(place: &Place) -> std::collections::BTreeMap<&'static str, i64> {
    use diesel::prelude::*;
    #[derive(diesel::QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        count: i64,
    }
    let file = place.path().join("data/hustings.db");
    let mut connection = diesel::SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    [
        "sites",
        "site_origins",
        "pages",
        "accounts",
        "roles",
        "invites",
        "tokens",
        "comments",
        "jobs",
    ]
    .into_iter()
    .map(|table| {
        let query = diesel::sql_query(format!("SELECT count(*) AS count FROM {table}"));
        (table, query.get_result::<Count>(&mut connection).unwrap().count)
    })
    .collect()
}

#[test]
fn the_first_start_makes_what_is_needed_and_the_second_nothing() {
    let port = server::free_port();
    let place = Place::empty().with("HUSTINGS__SERVER__LISTEN", &format!("127.0.0.1:{port}"));
    let mut server = place.serve(port);
    assert_eq!(server.stop(), Some(0));
    assert_eq!(server.stdout(), "", "stdout is for results");
    let secret = std::fs::read(place.path().join("data/secret")).unwrap();
    let mode = |name: &str| {
        use std::os::unix::fs::PermissionsExt;
        std::fs::metadata(place.path().join(name))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(
        (mode("data"), mode("data/secret"), mode("data/hustings.db")),
        (0o700, 0o600, 0o600)
    );

    let held = contents(&place);
    assert_eq!(
        (held["sites"], held["invites"]),
        (0, 0),
        "a variable is set, so this is no demo"
    );

    // A second start changes nothing.
    let mut server = place.serve(port);
    assert_eq!(server.stop(), Some(0));
    assert_eq!(std::fs::read(place.path().join("data/secret")).unwrap(), secret);
    assert_eq!(contents(&place), held);
}

both! {
    async fn the_demo_is_set_up_once(app: TestApp) {
        let first = app.run(|app| demo::ensure(app).unwrap()).await;
        let (link, secret) = first.split_once("#invite=").unwrap();
        assert_eq!(link, "http://127.0.0.1:8080/desk");
        let again = app.run(|app| demo::ensure(app).unwrap()).await;
        assert_eq!(first, again, "the same link");
        let sites = app.read(|tx| Ok(tx.sites()?)).await;
        assert_eq!(sites[0].name, "Harrowmere Notes");
        let origins: Vec<_> = sites[0].origins.iter().map(|origin| origin.as_str()).collect();
        assert_eq!((sites.len(), sites[0].slug.as_str()), (1, "demo"));
        assert!(origins.contains(&"http://localhost:8081") && origins.contains(&"http://127.0.0.1:8080"), "{origins:?}");

        // What happened there is there once, and a second start does not repeat it.
        let comments = app.stored_comments().await;
        assert_eq!(comments, 14);
        let jobs = app.read(|tx| Ok(tx.job_counts()?)).await;
        assert_eq!(jobs, (0, 0), "its letters have gone");

        // Once it is used there is another, so that nobody is shut out, also in a second browser and after a restart.
        let enter = |secret: &str| app.post("/api/v1/desk/session").origin("http://127.0.0.1:8080").json(&serde_json::json!({ "invite": secret }));
        enter(secret).expect(200).await;
        let next = app.run(|app| demo::desk_link(app).unwrap()).await;
        assert_ne!(next, first);
        assert_eq!(app.run(|app| demo::ensure(app).unwrap()).await, next, "the console shows the same");
        enter(next.split_once("#invite=").unwrap().1).expect(200).await;
        enter(secret).expect(401).await;
        // Also when the invitations are forgotten.
        app.clock.advance(std::time::Duration::from_secs(90 * 24 * 60 * 60));
        assert!(app.run(|app| purge::purge(app).unwrap()).await >= 2);
        let last = app.run(|app| demo::desk_link(app).unwrap()).await;
        enter(last.split_once("#invite=").unwrap().1).expect(200).await;
    }

    async fn the_demo_holds_eight_comments_each_for_its_own_reason(app: TestApp) {
        app.run(|app| demo::ensure(app).unwrap()).await;
        let token = app.run(|app| {
            let slug = demo::SLUG.parse().unwrap();
            staff::create_token(app, &slug, Role::Moderator, "tests").unwrap().expose().to_owned()
        }).await;
        let desk = |query: &str| app.get(&format!("/api/v1/desk/comments?{query}")).token(&token).expect(200);
        let held = desk("state=held").await.json();
        let held = held["comments"].as_array().unwrap();
        let reasons: Vec<(String, Vec<String>)> = held.iter().map(|comment| {
            let reasons = comment["reasons"].as_array().unwrap().iter();
            let reasons = reasons.map(|it| it.as_str().unwrap().to_owned()).filter(|it| it != "policy_first");
            (comment["author"]["name"].as_str().unwrap().to_owned(), reasons.collect())
        }).collect();
        let expected = [
            ("Lucan Brede", "names_person"),
            ("Edda Vane", ""),
            ("Rafe Ilderton", "too_many_links"),
            ("Osric Thane", "repeat"),
            ("Wyn Hallow", ""),
            ("Sela Orrery", ""),
            ("Bram Oakhurst", "listed_word"),
            ("Dilys Marchbanks", "name_on_register"),
        ];
        let expected: Vec<(String, Vec<String>)> = expected.into_iter().map(|(name, reason)| {
            (name.to_owned(), Some(reason.to_owned()).filter(|it| !it.is_empty()).into_iter().collect())
        }).collect();
        assert_eq!(reasons, expected);
        let named: std::collections::BTreeSet<_> = held[0]["findings"].as_array().unwrap().iter()
            .filter_map(|finding| finding["person"]["name"].as_str()).collect();
        assert_eq!(named.len(), 3, "{named:?}");
        assert_eq!(desk("reported=true").await.json()["comments"].as_array().unwrap().len(), 1);
        let rejected = desk("state=rejected").await.json();
        assert_eq!(rejected["comments"][0]["decisions"][1]["reason"], "accuses_without_source");

        // Its letters: what moderators and the rejected author are told.
        let letters = app.letters.letters();
        let to: Vec<_> = letters.iter().map(|letter| (letter.to.as_str(), letter.subject.as_str())).collect();
        assert!(to.contains(&("ines@example.org", "9 comments wait on Harrowmere Notes")), "{to:?}");
        assert!(to.contains(&("corin@example.org", "Your comment on Harrowmere Notes was not published")), "{to:?}");
        assert_eq!(to.len(), 2);
    }

    async fn an_expired_demo_link_is_replaced(app: TestApp) {
        let first = app.run(|app| demo::ensure(app).unwrap()).await;
        app.clock.advance(Duration::from_secs(8 * 24 * 60 * 60));
        let second = app.run(|app| demo::ensure(app).unwrap()).await;
        assert_ne!(first, second);
    }
}

#[test]
fn a_taken_port_is_said_with_its_mend_before_anything_is_made() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    let place = Place::empty().with("HUSTINGS__SERVER__LISTEN", &listen);
    let output = place.run(&["serve"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    for part in [listen.as_str(), "another program has this port", "server.listen"] {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert!(!place.path().join("data").exists(), "nothing is made");
}

#[test]
fn a_start_without_the_demo_says_why_and_a_backup_names_the_missing_folder() {
    let port = server::free_port();
    let place = Place::empty().with("HUSTINGS__SERVER__LISTEN", &format!("127.0.0.1:{port}"));
    let mut server = place.serve(port);
    let output = place.run(&["backup", "none/copy.db"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        output.status.code() == Some(1) && said.contains("there is no folder none"),
        "{said}"
    );
    assert!(!place.path().join("none").exists());
    place.done(&["backup", "copy.db"]);
    assert_eq!(server.stop(), Some(0));
    let log = server.log();
    assert!(
        log.contains("no demo, because HUSTINGS__SERVER__LISTEN is set"),
        "{log}"
    );
}

#[test]
fn a_second_signal_does_not_wait() {
    let port = server::free_port();
    let place = Place::empty().with("HUSTINGS__SERVER__LISTEN", &format!("127.0.0.1:{port}"));
    let mut server = place.serve(port);
    // A request that never ends keeps the first signal waiting.
    let mut half = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    std::io::Write::write_all(&mut half, b"GET /health/live HTTP/1.1\r\nHost: x\r\n").unwrap();
    std::thread::sleep(std::time::Duration::from_millis(100));
    server.signal("INT");
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn what_is_wrong_is_said_on_stderr_with_exit_code_1() {
    let place = Place::empty()
        .with("HUSTINGS__SERVER__LISTEN", "nowhere")
        .with("HUSTINGS__MAIL__TRANSPORT", "pigeon");
    let output = place.run(&["serve"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("server.listen") && said.contains("mail.transport"),
        "{said}"
    );
    assert!(
        !place.path().join("data").exists(),
        "nothing is made of a configuration that cannot be used"
    );
}

#[test]
fn a_command_in_the_wrong_folder_makes_nothing() {
    let place = Place::empty();
    for arguments in [
        &["site", "list"][..],
        &["audit", "verify"],
        &["check"],
        &["backup", "copy.db"],
    ] {
        let output = place.run(arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            output.status.code(),
            Some(i32::from(arguments != ["check"])),
            "{arguments:?}: {said}"
        );
        assert!(
            arguments == ["check"] || said.contains("there is no database ./data/hustings.db"),
            "{arguments:?}: {said}"
        );
        for made in ["data/hustings.db", "data/secret", "copy.db"] {
            assert!(!place.path().join(made).exists(), "{arguments:?}: {made}");
        }
    }
}

#[test]
fn a_misspelt_command_is_exit_code_2() {
    assert_eq!(Place::empty().run(&["serv"]).status.code(), Some(2));
}

#[test]
fn migrate_works_on_an_empty_place_and_again() {
    let place = Place::empty();
    let first = place.run(&["migrate"]);
    assert_eq!(
        first.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&first.stderr)
    );
    assert!(!first.stdout.is_empty(), "the migrations' names");
    let second = place.run(&["migrate"]);
    assert_eq!((second.status.code(), second.stdout.len()), (Some(0), 0));
}

#[test]
fn a_request_under_way_is_finished_before_it_stops() {
    let port = server::free_port();
    let place = Place::empty().with("HUSTINGS__SERVER__LISTEN", &format!("127.0.0.1:{port}"));
    let mut server = place.serve(port);
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let body = br#"{"site":"nowhere","email":"ada@example.org","challenge":"x"}"#;
    let (begin, rest) = body.split_at(10);
    let head = format!(
        "POST /api/v1/sign-in/email HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(begin).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    server.signal("TERM");
    std::thread::sleep(Duration::from_millis(300));
    assert!(
        server::get(port, "/health/live").is_none(),
        "new requests are taken"
    );
    stream.write_all(rest).unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).unwrap();
    assert!(
        said.starts_with("HTTP/1.1 4") && said.contains("\"code\""),
        "{said}"
    );
    assert_eq!(server.ended(), Some(0));
}

#[test]
fn an_idle_connection_does_not_keep_it_from_stopping() {
    let port = server::free_port();
    let place = Place::empty().with("HUSTINGS__SERVER__LISTEN", &format!("127.0.0.1:{port}"));
    let mut server = place.serve(port);
    let mut idle = TcpStream::connect(("127.0.0.1", port)).unwrap();
    idle.write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    let mut some = [0u8; 16];
    idle.read_exact(&mut some).unwrap();
    let begun = Instant::now();
    assert_eq!(server.stop(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}
