//! The figures for Prometheus: on their own listener, those of the table in the docs, and nothing of anybody's.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::call::{Call, ask, sign_in};
use crate::support::database::TestDatabase;
use crate::support::on_both;
use crate::support::server::{self, Place, Server, get};
use crate::support::sign_in::{ORIGIN, SITE};

const PAGE: &str = "https://blog.example.org/candidates";

/// A server with a listener for its figures, and the site [`SITE`].
struct Watched {
    // Dropped first: the server lets go of the database before that is dropped.
    server: Server,
    place: Place,
    figures: u16,
    database: TestDatabase,
}

impl From<TestDatabase> for Watched {
    fn from(database: TestDatabase) -> Self {
        let (port, figures) = (server::free_port(), server::free_port());
        let place = Place::empty()
            .with("HUSTINGS__DATABASE__URL", &database.url())
            .with("HUSTINGS__SERVER__LISTEN", &format!("127.0.0.1:{port}"))
            .with(
                "HUSTINGS__SERVER__METRICS_LISTEN",
                &format!("127.0.0.1:{figures}"),
            )
            .with("HUSTINGS__MAIL__DIRECTORY", "letters");
        let server = place.serve(port);
        place.done(&["site", "add", SITE, "--name", "The Ward News", "--origin", ORIGIN]);
        Self {
            server,
            place,
            figures,
            database,
        }
    }
}

impl Watched {
    fn text(&self) -> String {
        let (status, text) = get(self.figures, "/metrics").unwrap();
        assert_eq!(status, 200, "{text}");
        text
    }

    /// A figure's value, 0 where there is none.
    fn value(&self, figure: &str) -> f64 {
        let text = self.text();
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(figure)?.strip_prefix(' '));
        line.map_or(0.0, |value| value.parse().unwrap())
    }

    #[track_caller]
    fn becomes(&self, figure: &str, value: f64) {
        let begun = Instant::now();
        while self.value(figure) != value {
            assert!(
                begun.elapsed().as_secs() < 10,
                "{figure} is not {value}:\n{}",
                self.text()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn status(&self, port: u16, method: &str, path: &str) -> u16 {
        Call::to(port, method, path).send().unwrap().status
    }
}

/// The table of `docs/operating.md`: each metric with its type.
fn documented() -> BTreeMap<String, String> {
    let lines = include_str!("../../../docs/operating.md").lines();
    let rows = lines.filter_map(|line| line.strip_prefix("| `hustings_"));
    rows.map(|row| {
        let (name, rest) = row.split_once("` | ").unwrap();
        let kind = rest.split(" |").next().unwrap();
        (format!("hustings_{name}"), kind.to_owned())
    })
    .collect()
}

on_both! {
    fn what_is_told_is_what_the_table_says(watched: Watched) {
        let text = watched.text();
        let told: BTreeMap<String, String> = text
            .lines()
            .filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '))
            .map(|(name, kind)| (name.to_owned(), kind.to_owned()))
            .collect();
        assert_eq!(told, documented());
        assert!(told.len() > 10);
        let database = match watched.database {
            TestDatabase::Sqlite(_) => "sqlite",
            TestDatabase::Postgres { .. } => "postgres",
        };
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(watched.value(&format!("hustings_build_info{{database=\"{database}\",version=\"{version}\"}}")), 1.0);
        assert_eq!(watched.value("hustings_database_up"), 1.0);

        // There and nowhere else, and nothing else there.
        assert_eq!(watched.status(watched.server.port, "GET", "/metrics"), 404);
        assert_eq!(watched.status(watched.figures, "GET", "/health/live"), 404);
        assert_ne!(watched.status(watched.figures, "POST", "/metrics"), 200);
    }

    fn the_figures_follow_what_happens_and_tell_of_nobody(watched: Watched) {
        let port = watched.server.port;
        let letters = watched.place.path().join("letters");
        let token = sign_in(port, SITE, ORIGIN, "mira@example.org", "Mira", &letters);
        watched.becomes("hustings_letters_total{outcome=\"sent\"}", 1.0);
        assert_eq!(watched.value("hustings_comments_waiting"), 0.0);
        let path = format!("/api/v1/sites/{SITE}/comments");
        let body = json!({ "page": { "url": PAGE }, "body": "A word that nobody counts." });
        let post = Call::to(port, "POST", &path).origin(ORIGIN).token(&token).json(&body);
        assert_eq!(post.send().unwrap().status, 201);
        watched.becomes("hustings_comments_waiting", 1.0);
        assert_eq!(watched.value("hustings_comments_posted_total{outcome=\"held\"}"), 1.0);
        assert_eq!(watched.value("hustings_comments_posted_total{outcome=\"published\"}"), 0.0);
        watched.becomes(
            "hustings_http_request_seconds_count{method=\"POST\",route=\"/api/v1/sites/{site}/comments\",status=\"2xx\"}",
            1.0,
        );
        watched.becomes("hustings_decisions_unsealed", 0.0);
        assert_eq!(watched.value("hustings_seal_lag_seconds"), 0.0);

        for _ in 0..2 {
            assert_eq!(watched.status(port, "GET", &format!("{path}?page={PAGE}")), 200);
        }
        assert_eq!(watched.value("hustings_finished_reads_total{result=\"miss\"}"), 1.0);
        assert_eq!(watched.value("hustings_finished_reads_total{result=\"hit\"}"), 1.0);
        assert_eq!(watched.status(port, "GET", "/mira@example.org?q=secret"), 404);
        watched.becomes("hustings_http_request_seconds_count{method=\"GET\",route=\"none\",status=\"4xx\"}", 1.0);

        // A second letter to the same mailbox within the minute is refused.
        let refused = "hustings_limit_refusals_total{limit=\"sign-in-email\"}";
        assert_eq!(watched.value(refused), 0.0);
        let again = json!({ "site": SITE, "email": "mira@example.org", "challenge": "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg" });
        assert_eq!(Call::to(port, "POST", "/api/v1/sign-in/email").origin(ORIGIN).json(&again).send().unwrap().status, 429);
        assert_eq!(watched.value(refused), 1.0);

        let done = watched.value("hustings_write_seconds_count{outcome=\"done\"}");
        let together = watched.value("hustings_write_batch_size_sum");
        assert!(done > 3.0 && together > 3.0, "{done} {together}");
        assert_eq!(watched.value("hustings_write_seconds_count{outcome=\"failed\"}"), 0.0);

        let text = watched.text();
        for nobodys in ["mira", "Mira", "example.org", SITE, "Ward News", "candidates", "127.0.0.1", "nobody counts", "secret"] {
            assert!(!text.contains(nobodys), "{nobodys} in\n{text}");
        }
    }

    fn a_job_that_is_given_up_and_a_letter_put_off_are_seen(watched: Watched) {
        let Watched { mut server, place, figures, database } = watched;
        let port = server.port;
        assert_eq!(server.stop(), Some(0));
        // Where the folder of letters should be lies a file: every try fails.
        std::fs::write(place.path().join("blocked"), "").unwrap();
        let place = place.with("HUSTINGS__MAIL__DIRECTORY", "blocked/letters");
        let watched = Watched { server: place.serve(port), place, figures, database };
        ask(port, SITE, ORIGIN, "mira@example.org", Some("Mira"));
        let begun = Instant::now();
        while watched.value("hustings_letters_total{outcome=\"put_off\"}") + watched.value("hustings_letters_total{outcome=\"refused\"}") < 1.0 {
            assert!(begun.elapsed().as_secs() < 10, "{}", watched.text());
            std::thread::sleep(Duration::from_millis(50));
        }
        assert_eq!(watched.value("hustings_letters_total{outcome=\"sent\"}"), 0.0);
        watched.becomes("hustings_jobs_waiting", 1.0);
        watched.database.execute("UPDATE jobs SET state = 2");
        watched.becomes("hustings_jobs_given_up", 1.0);
        watched.becomes("hustings_jobs_waiting", 0.0);
    }
}

#[test]
fn an_address_that_is_taken_is_said() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let place = Place::empty()
        .with(
            "HUSTINGS__SERVER__LISTEN",
            &format!("127.0.0.1:{}", server::free_port()),
        )
        .with(
            "HUSTINGS__SERVER__METRICS_LISTEN",
            &taken.local_addr().unwrap().to_string(),
        );
    let output = place.run(&["serve"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        output.status.code() == Some(1) && said.contains("server.metrics_listen: cannot listen on"),
        "{said}"
    );
    // The listener for readers is not for figures.
    let place = place
        .with("HUSTINGS__SERVER__LISTEN", "127.0.0.1:7")
        .with("HUSTINGS__SERVER__METRICS_LISTEN", "127.0.0.1:7");
    let found = String::from_utf8(place.run(&["check"]).stdout).unwrap();
    assert!(
        found.contains("PROBLEM  server.metrics_listen: 127.0.0.1:7 is server.listen"),
        "{found}"
    );
}
