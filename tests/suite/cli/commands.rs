//! What commands print, what they change and how they fail. Each runs while `serve` runs.

use serde_json::{Value, json};

use crate::support::call::{Call, ask, code_in_folder, sign_in};
use crate::support::database::TestDatabase;
use crate::support::on_both;
use crate::support::server::{self, Place, Server};
use crate::support::sign_in::{ORIGIN, SITE};

pub(super) const PAGE: &str = "https://blog.example.org/candidates";

/// A server on a database, with the site [`SITE`] set up by command.
pub(super) struct Operator {
    // Dropped first: the server lets go of the database before that is dropped.
    server: Server,
    pub(super) place: Place,
    pub(super) database: TestDatabase,
}

impl From<TestDatabase> for Operator {
    fn from(database: TestDatabase) -> Self {
        let port = server::free_port();
        let place = Place::empty()
            .with("HUSTINGS__DATABASE__URL", &database.url())
            .with("HUSTINGS__SERVER__LISTEN", &format!("127.0.0.1:{port}"))
            .with(
                "HUSTINGS__SERVER__PUBLIC_URL",
                &format!("http://127.0.0.1:{port}"),
            )
            .with("HUSTINGS__MAIL__TRANSPORT", "file")
            .with("HUSTINGS__MAIL__DIRECTORY", "letters");
        let server = place.serve(port);
        let operator = Operator {
            server,
            place,
            database,
        };
        operator.done(&["site", "add", SITE, "--name", "The Ward News", "--origin", ORIGIN]);
        operator
    }
}

fn utf8(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

impl Operator {
    /// Runs a command that must succeed. Gives its lines.
    #[track_caller]
    pub(super) fn done(&self, arguments: &[&str]) -> Vec<String> {
        self.place.done(arguments)
    }

    /// Runs a command that must succeed with this on its standard input. Gives its lines.
    #[track_caller]
    fn fed(&self, arguments: &[&str], input: &str) -> Vec<String> {
        self.place.fed(arguments, input)
    }

    /// Runs a command that must fail: with exit code 1, nothing on stdout and this on stderr.
    #[track_caller]
    pub(super) fn fails(&self, arguments: &[&str], said: &str) {
        let output = self.place.run(arguments);
        let error = utf8(output.stderr);
        assert_eq!(
            (output.status.code(), utf8(output.stdout)),
            (Some(1), String::new()),
            "{arguments:?}: {error}"
        );
        assert!(error.contains(said), "{arguments:?}: {error}");
    }

    pub(super) fn request(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> (u16, Value) {
        let mut call = Call::to(self.server.port, method, path).origin(ORIGIN);
        if let Some(token) = token {
            call = call.token(token);
        }
        if let Some(body) = body {
            call = call.json(body);
        }
        let answer = call.send().unwrap();
        (answer.status, answer.json())
    }

    /// Signs a reader in by the code in the letter that lies in the folder. Gives the token.
    pub(super) fn sign_in(&self, email: &str) -> String {
        let letters = self.place.path().join("letters");
        sign_in(self.server.port, SITE, ORIGIN, email, "Mira", &letters)
    }

    /// Posts a comment. Gives its state.
    pub(super) fn post(&self, token: &str, body: &str) -> String {
        let body = json!({ "page": { "url": PAGE }, "body": body });
        let (status, answer) = self.request(
            "POST",
            &format!("/api/v1/sites/{SITE}/comments"),
            Some(token),
            Some(&body),
        );
        assert_eq!(status, 201, "{answer}");
        answer["comment"]["state"].as_str().unwrap().to_owned()
    }
}

/// What `check` finds wrong, besides that a PostgreSQL which is thrown away need not sync.
fn problems(said: &str) -> Vec<&str> {
    let expected = ["database: fsync is off: ", "database: full_page_writes is off: "];
    said.lines()
        .filter_map(|line| line.strip_prefix("PROBLEM  "))
        .filter(|problem| !expected.iter().any(|known| problem.starts_with(known)))
        .collect()
}

on_both! {
    fn sites_are_added_changed_and_listed(operator: Operator) {
        let list = || operator.done(&["site", "list"]);
        assert_eq!(list(), [format!("{SITE}\tall\t{ORIGIN}\tThe Ward News")]);
        operator.fails(&["site", "add", SITE, "--name", "Again", "--origin", ORIGIN], "site_exists");
        operator.fails(&["site", "add", "parish-post", "--name", " ", "--origin", ORIGIN], "name_invalid");
        operator.fails(&["site", "set", "nowhere", "--hold", "all"], "site_not_found");
        operator.done(&["site", "add", "parish-post", "--name", "Parish", "--origin", "https://a.example.org", "--origin", "http://b.example.org:8000"]);
        assert_eq!(list()[0], "parish-post\tall\thttp://b.example.org:8000 https://a.example.org\tParish");

        operator.done(&["site", "set", "parish-post", "--hold", "flagged", "--edit-window", "2h", "--name", "The Parish Post"]);
        operator.done(&["site", "origin", "add", "parish-post", "https://c.example.org"]);
        operator.done(&["site", "origin", "remove", "parish-post", "http://b.example.org:8000"]);
        assert_eq!(list()[0], "parish-post\tflagged\thttps://a.example.org https://c.example.org\tThe Parish Post");
        operator.fails(&["site", "origin", "remove", "parish-post", "https://d.example.org"], "is not an origin");
        operator.done(&["site", "origin", "remove", "parish-post", "https://c.example.org"]);
        operator.fails(&["site", "origin", "remove", "parish-post", "https://a.example.org"], "last_origin");
        // What is misspelt is another mistake.
        for arguments in [
            &["site", "set", SITE, "--hold", "none"][..],
            &["site", "set", SITE, "--edit-window", "15"],
            &["site", "add", "Ward News", "--name", "X", "--origin", ORIGIN],
            &["site", "add", "x", "--name", "X"],
            &["site", "origin", "add", SITE, "null"],
        ] {
            assert_eq!(operator.place.run(arguments).status.code(), Some(2), "{arguments:?}");
        }

        // The server that runs goes by it at once.
        let path = format!("/api/v1/sites/{SITE}/comments?page={PAGE}");
        assert_eq!(operator.request("GET", &path, None, None).1["notice"], json!(null));
        operator.done(&["site", "set", SITE, "--pause", "Back on Friday."]);
        wait_for(|| operator.request("GET", &path, None, None).1["notice"] == "Back on Friday.");
        operator.done(&["site", "set", SITE, "--resume"]);
        wait_for(|| operator.request("GET", &path, None, None).1["notice"].is_null());
    }

    fn an_invitation_is_one_link_and_a_token_stands_alone(operator: Operator) {
        let link = operator.done(&["moderator", "invite", "ann@example.org", "--site", SITE]);
        let begin = format!("http://127.0.0.1:{}/desk#invite=", operator.server.port);
        assert!(link.len() == 1 && link[0].starts_with(&begin), "{link:?}");
        assert_ne!(operator.done(&["moderator", "invite", "ann@example.org", "--site", SITE, "--role", "owner"]), link);
        operator.fails(&["moderator", "invite", "ann@example.org", "--site", "nowhere"], "site_not_found");

        let token = operator.done(&["token", "create", "--site", SITE, "--role", "viewer"]).pop().unwrap();
        let path = format!("/api/v1/desk/sites/{SITE}");
        let (status, site) = operator.request("GET", &path, Some(&token), None);
        assert_eq!((status, &site["name"]), (200, &json!("The Ward News")));
        assert_eq!(operator.request("PATCH", &path, Some(&token), Some(&json!({ "paused": "Shut." }))).0, 403);
        let token = operator.done(&["token", "create", "--site", SITE, "--role", "moderator", "--name", "nightly"]).pop().unwrap();
        assert_eq!(operator.request("PATCH", &path, Some(&token), Some(&json!({ "paused": null }))).0, 200);
        operator.fails(&["token", "create", "--site", "nowhere", "--role", "viewer"], "site_not_found");
        for arguments in [
            &["token", "create", "--site", SITE, "--role", "operator"][..],
            &["token", "create", "--site", SITE],
            &["moderator", "invite", "nobody", "--site", SITE],
        ] {
            assert_eq!(operator.place.run(arguments).status.code(), Some(2), "{arguments:?}");
        }
    }

    fn a_token_that_is_revoked_is_refused_at_once(operator: Operator) {
        let create = |name: &str| operator.done(&["token", "create", "--site", SITE, "--role", "viewer", "--name", name]).pop().unwrap();
        let (kept, lost) = (create("kept"), create("lost"));
        operator.done(&["site", "add", "parish-post", "--name", "Parish", "--origin", "https://a.example.org"]);
        let path = format!("/api/v1/desk/sites/{SITE}");
        let status = |token: &str| operator.request("GET", &path, Some(token), None).0;
        assert_eq!((status(&kept), status(&lost)), (200, 200));
        let list = || -> Vec<Vec<String>> {
            let lines = operator.done(&["token", "list", "--site", SITE]);
            lines.iter().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
        };
        let listed = list();
        assert_eq!(listed.len(), 2, "{listed:?}");
        let of = listed.iter().find(|it| it[5] == "lost").unwrap();
        assert_eq!((of.len(), of[1].as_str(), of[4].as_str()), (6, "viewer", ""), "{of:?}");
        // What was just used says when, not when it was made; what never was says so.
        create("idle");
        for (name, used) in [("kept", true), ("lost", true), ("idle", false)] {
            let listed = list();
            let of = listed.iter().find(|it| it[5] == name).unwrap();
            assert_eq!((of[3] != "never", of[3] == of[2]), (used, false), "{of:?}");
        }
        assert_eq!(operator.done(&["token", "revoke", &of[0], "--site", SITE]), [of[0].clone()]);
        assert_eq!((status(&kept), status(&lost)), (200, 401));
        assert_eq!(operator.request("GET", &path, Some(&lost), None).1["code"], "token_revoked");
        assert_eq!(list().iter().filter(|it| it[4] == "revoked").count(), 1);
        // Of another site there is no such token.
        let kept_id = &listed.iter().find(|it| it[5] == "kept").unwrap()[0];
        operator.fails(&["token", "revoke", kept_id, "--site", "parish-post"], "token_not_found");
        assert_eq!(status(&kept), 200);
    }

    fn a_moderator_who_is_removed_is_refused_at_once(operator: Operator) {
        let invite = |email: &str, site: &str| operator.done(&["moderator", "invite", email, "--site", site]).pop().unwrap();
        let secret = |link: &str| link.split_once("#invite=").unwrap().1.to_owned();
        operator.done(&["site", "add", "parish-post", "--name", "Parish", "--origin", "https://a.example.org"]);
        let own = format!("http://127.0.0.1:{}", operator.server.port);
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let open = |secret: &str| {
            let request = ureq::http::Request::post(format!("{own}/api/v1/desk/session")).header("Origin", &own).header("Content-Type", "application/json");
            let answer = agent.run(request.body(json!({ "invite": secret }).to_string()).unwrap()).unwrap();
            let cookie = answer.headers().get("set-cookie").map(|it| it.to_str().unwrap().split(';').next().unwrap().to_owned());
            (answer.status().as_u16(), cookie)
        };
        let desk = |cookie: &str, site: &str| {
            let request = ureq::http::Request::get(format!("{own}/api/v1/desk/sites/{site}")).header("Cookie", cookie);
            agent.run(request.body(String::new()).unwrap()).unwrap().status().as_u16()
        };
        let list = || operator.done(&["moderator", "list", "--site", SITE]);
        let ann = open(&secret(&invite("ann@example.org", SITE))).1.unwrap();
        let ben = open(&secret(&invite("ben@example.org", SITE))).1.unwrap();
        open(&secret(&invite("ben@example.org", "parish-post"))).1.unwrap();
        let unused = secret(&invite("ann@example.org", SITE));
        assert_eq!(list(), ["moderator\tann@example.org\t", "moderator\tben@example.org\t", "moderator\tann@example.org\tinvited"]);
        assert_eq!((desk(&ann, SITE), desk(&ben, SITE), desk(&ben, "parish-post")), (200, 200, 200));

        operator.done(&["moderator", "remove", "Ann@example.org", "--site", SITE]);
        assert_eq!((desk(&ann, SITE), desk(&ben, SITE)), (401, 200));
        assert_eq!(open(&unused), (401, None), "what she was invited to once more is gone as well");
        assert_eq!(list(), ["moderator\tben@example.org\t"]);
        // Who has another desk keeps that.
        operator.done(&["moderator", "remove", "ben@example.org", "--site", SITE]);
        assert_eq!((desk(&ben, SITE), desk(&ben, "parish-post")), (404, 200));
        operator.fails(&["moderator", "remove", "ben@example.org", "--site", SITE], "moderator_not_found");
        operator.fails(&["moderator", "remove", "nobody@example.org", "--site", SITE], "moderator_not_found");
    }

    fn nothing_works_under_another_secret(operator: Operator) {
        let Operator { mut server, place, database } = operator;
        server.stop();
        let secret = database.folder().unwrap_or(&place.path().join("data")).join("secret");
        let was = std::fs::read(&secret).unwrap();
        let commands = [&["serve"][..], &["migrate"], &["site", "list"], &["moderator", "invite", "ann@example.org", "--site", SITE]];
        let refused = |said: &str| {
            for arguments in commands {
                let output = place.run(arguments);
                let error = utf8(output.stderr);
                assert_eq!((output.status.code(), utf8(output.stdout)), (Some(1), String::new()), "{arguments:?}: {error}");
                assert!(error.contains("server.secret_file") && error.contains(said), "{arguments:?}: {error}");
            }
            let output = place.run(&["check"]);
            let found = utf8(output.stdout);
            assert!(output.status.code() == Some(1) && found.contains("PROBLEM  server.secret_file"), "{found}");
        };
        std::fs::write(&secret, "Zq3vXb9LkTn7RwYs2DfHg5JmPc8QaUe4ViOx6BtNyWzK\n").unwrap();
        refused("is not the secret that this database was written with");
        std::fs::remove_file(&secret).unwrap();
        refused("does not exist");
        assert!(!secret.exists(), "no new one is made");
        std::fs::write(&secret, was).unwrap();
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(place.done(&["site", "list"]).len(), 1);
        assert!(utf8(place.run(&["check"]).stdout).contains("ok       secret"));
    }

    fn people_are_imported_again_and_again(operator: Operator) {
        let file = |name: &str, text: &str| {
            std::fs::write(operator.place.path().join(name), text).unwrap();
        };
        let import = |arguments: &[&str]| {
            let whole: Vec<&str> = ["people", "import", "--site", SITE].iter().chain(arguments).copied().collect();
            operator.done(&whole)
        };
        let list = || operator.done(&["people", "list", "--site", SITE]);
        file("names.txt", "# The ward\nQuentin Farrowdale\n\n  Rosalind Thackwell \nquentin farrowdale\n");
        let said = import(&["names.txt", "--dry-run"]);
        assert_eq!(said.last().unwrap(), "2 would be added, 0 would be changed, 0 unchanged, 1 passed over");
        assert_eq!(list(), Vec::<String>::new());
        let said = import(&["names.txt"]);
        assert_eq!(said, [
            "passed over: line 5: the same person stands in line 2",
            "the first names: Quentin Farrowdale | Rosalind Thackwell | quentin farrowdale",
            "2 added, 0 changed, 0 unchanged, 1 passed over",
        ]);
        assert_eq!(import(&["names.txt"]).last().unwrap(), "0 added, 0 changed, 2 unchanged, 1 passed over");
        assert_eq!(list(), ["hold\t\tQuentin Farrowdale\t", "hold\t\tRosalind Thackwell\t"]);

        let csv = "person_id,person_name,other_names\nc-1,Ambrose Thistlewick,Amby; Mr Thistlewick\nc-2,\nc-3,,\nc-4,Odile Brannigan,\n";
        file("people.csv", csv);
        let said = import(&["people.csv", "--stance", "two"]);
        assert_eq!(said.len(), 4, "{said:?}");
        assert!(said[0].starts_with("passed over: line 3: ") && said[1].starts_with("passed over: line 4: no name"), "{said:?}");
        assert_eq!(said[2..], ["the first names: Ambrose Thistlewick | Odile Brannigan", "2 added, 0 changed, 0 unchanged, 2 passed over"]);
        // Under their id they are found again with another name.
        let said = operator.fed(&["people", "import", "--site", SITE, "-"], "name,person_id\nOdile Brannigan-Fell,c-4\n");
        assert_eq!(said, ["the first names: Odile Brannigan-Fell", "0 added, 1 changed, 0 unchanged, 0 passed over"]);
        assert_eq!(list(), [
            "two\tc-1\tAmbrose Thistlewick\tAmby; Mr Thistlewick",
            "two\tc-4\tOdile Brannigan-Fell\t",
            "hold\t\tQuentin Farrowdale\t",
            "hold\t\tRosalind Thackwell\t",
        ]);

        // A stance that is given counts for those who are there, too, and leaves them alone where it is not.
        let said = import(&["names.txt", "--stance", "two", "--dry-run"]);
        assert_eq!(said.last().unwrap(), "0 would be added, 2 would be changed, 0 unchanged, 1 passed over");
        assert_eq!(list()[2], "hold\t\tQuentin Farrowdale\t");
        for (arguments, said, stance) in [
            (&["names.txt", "--stance", "two"][..], "0 added, 2 changed, 0 unchanged, 1 passed over", "two"),
            (&["names.txt"], "0 added, 0 changed, 2 unchanged, 1 passed over", "two"),
            (&["names.txt", "--stance", "hold"], "0 added, 2 changed, 0 unchanged, 1 passed over", "hold"),
        ] {
            assert_eq!(import(arguments).last().unwrap(), said, "{arguments:?}");
            assert_eq!(list()[2], format!("{stance}\t\tQuentin Farrowdale\t"), "{arguments:?}");
        }

        let trials = "{\"id\": 1, \"body\": \"I heard Mr Thistlewick and ROSALIND THACKWELL'S friend.\"}\n\n{\"id\": \"b\", \"body\": \"I heard nobody.\"}\n";
        let results: Vec<Value> = operator.fed(&["people", "test", "--site", SITE], trials).iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        let named: Vec<_> = results[0]["findings"].as_array().unwrap().iter().map(|it| it["person"]["name"].clone()).collect();
        assert_eq!((results.len(), &results[0]["id"], &results[0]["hold"], named.len()), (2, &json!(1), &json!(true), 2), "{results:?}");
        assert!(named.contains(&json!("Ambrose Thistlewick")) && named.contains(&json!("Rosalind Thackwell")), "{named:?}");
        assert_eq!(results[1], json!({ "id": "b", "hold": false, "findings": [] }));

        operator.fails(&["people", "import", "--site", SITE, "nowhere.txt"], "nowhere.txt");
        operator.fails(&["people", "import", "--site", "nowhere", "names.txt"], "site_not_found");
        file("bad.csv", "surname,first\nThackwell,Rosalind\n");
        operator.fails(&["people", "import", "--site", SITE, "--format", "csv", "bad.csv"], "no column");
        file("bad.jsonl", "{\"id\": 1}\n");
        operator.fails(&["people", "test", "--site", SITE, "bad.jsonl"], "line 1");
        assert_eq!(list().len(), 4);
    }

    fn a_table_that_may_be_either_is_not_imported_as_names(operator: Operator) {
        let import = ["people", "import", "--site", SITE, "rows.csv"];
        for rows in ["full_name,ward\nAlan Bee,North\n", "foo,bar\nx,y\n", "name;other_names\nAlan Bee;\n", "Bee, Alan\n"] {
            std::fs::write(operator.place.path().join("rows.csv"), rows).unwrap();
            operator.fails(&import, "--format csv");
            operator.fails(&import, "--format names");
            assert_eq!(operator.done(&["people", "list", "--site", SITE]), Vec::<String>::new(), "{rows}");
        }
        let said = operator.done(&["people", "import", "--site", SITE, "rows.csv", "--format", "names"]);
        assert_eq!(said, ["the first names: Bee, Alan", "1 added, 0 changed, 0 unchanged, 0 passed over"]);
    }

    fn an_entry_that_is_removed_is_watched_for_no_longer(operator: Operator) {
        operator.done(&["site", "set", SITE, "--hold", "flagged"]);
        let list = "name,person_id,other_names\nAlan Bee,c-1,Al Bee\nOrla Quenby,,\nOrla Quenby,c-2,\nHanna Brisket,c-3,\n";
        operator.fed(&["people", "import", "--site", SITE, "-"], list);
        let token = operator.sign_in("mira@example.org");
        let desk = operator.done(&["token", "create", "--site", SITE, "--role", "moderator"]).pop().unwrap();
        assert_eq!(operator.post(&token, "Alan Bee was here in town."), "held");
        let waiting = || operator.request("GET", &format!("/api/v1/desk/comments?site={SITE}&state=held"), Some(&desk), None).1["comments"][0].clone();
        let findings = |comment: &Value| comment["findings"].as_array().unwrap().iter().filter(|it| it["rule"] == "names_person").cloned().collect::<Vec<_>>();
        let found = findings(&waiting());
        assert_eq!((found.len(), &found[0]["person"]["name"]), (1, &json!("Alan Bee")), "{found:?}");

        let remove = |who: &str| ["people", "remove", "--site", SITE, who].map(str::to_owned);
        let fails = |who: &str, said: &str| operator.fails(&remove(who).each_ref().map(String::as_str), said);
        fails("Nobody Here", "person_not_found");
        fails("Orla Quenby", "person_unclear");
        fails("Al Bee", "person_not_found");
        assert_eq!(operator.done(&["people", "remove", "--site", SITE, "alan  bee"]), ["Alan Bee"]);
        assert_eq!(operator.done(&["people", "remove", "--site", SITE, "c-2"]), ["Orla Quenby"]);
        assert_eq!(operator.done(&["people", "list", "--site", SITE]), ["hold\tc-3\tHanna Brisket\t", "hold\t\tOrla Quenby\t"]);
        // What was found stays, and says no longer whose entry it was.
        let comment = waiting();
        let found = findings(&comment);
        assert_eq!((found.len(), &found[0]["person"], &found[0]["spans"][0]["text"]), (1, &Value::Null, &json!("Alan Bee")), "{found:?}");
        assert_eq!(operator.post(&token, "Al Bee was there as well."), "published");
        assert_eq!(operator.post(&token, "And Orla Quenby."), "held");
        // Who approves reads first what the register says of it today.
        let path = format!("/api/v1/desk/comments/{}/decisions", comment["id"].as_str().unwrap());
        let approve = json!({ "action": "approve", "revision": 1 });
        assert_eq!(operator.request("POST", &path, Some(&desk), Some(&approve)).1["code"], "findings_changed");
        let (status, approved) = operator.request("POST", &path, Some(&desk), Some(&approve));
        assert_eq!((status, &approved["state"], findings(&approved).len()), (200, &json!("published"), 0), "{approved}");
    }

    fn a_letter_that_was_given_up_is_taken_up_again(operator: Operator) {
        let status = || operator.done(&["mail", "status"]);
        assert_eq!(status(), ["0 waiting, 0 given up"]);
        assert_eq!(operator.done(&["mail", "retry"]), ["0 tried again"]);
        // A folder for letters that is a file takes none.
        let letters = operator.place.path().join("letters");
        let _there_or_not = std::fs::remove_dir_all(&letters);
        std::fs::write(&letters, "no folder").unwrap();
        ask(operator.server.port, SITE, ORIGIN, "mira@example.org", Some("Mira"));
        // Tried once, and then as if it had been for eighteen minutes.
        wait_for(|| {
            operator.database.execute("UPDATE jobs SET attempts = 5, run_at = 0 WHERE attempts BETWEEN 1 AND 5");
            status()[0] == "0 waiting, 1 given up"
        });
        let said = status();
        assert!(said.len() == 2 && said[1].contains("\t6 tries\t"), "{said:?}");
        std::fs::remove_file(&letters).unwrap();
        assert_eq!(operator.done(&["mail", "retry"]), ["1 tried again"]);
        code_in_folder(&letters, "mira@example.org");
        wait_for(|| status() == ["0 waiting, 0 given up"]);
    }

    fn check_sends_a_letter_and_says_what_became_of_it(operator: Operator) {
        let said = utf8(operator.place.run(&["check", "--letter", "ann@example.org"]).stdout);
        assert_eq!(problems(&said), Vec::<&str>::new());
        assert!(said.lines().last().unwrap().contains("the letter to ann@example.org was accepted"), "{said}");
        let letters = operator.place.path().join("letters");
        let files: Vec<_> = std::fs::read_dir(&letters).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).collect();
        let letter = mail_parser::MessageParser::default().parse(&files[0]).unwrap();
        assert_eq!((files.len(), letter.to().unwrap().first().unwrap().address.as_deref()), (1, Some("ann@example.org")));
        std::fs::remove_dir_all(&letters).unwrap();
        std::fs::write(&letters, "no folder").unwrap();
        let output = operator.place.run(&["check", "--letter", "ann@example.org"]);
        let said = utf8(output.stdout);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("PROBLEM  the letter to ann@example.org: "), "{said}");
    }

    fn a_backup_is_gone_back_to(operator: Operator) {
        let Operator { mut server, place, database } = operator;
        let copy = place.path().join("copy.db");
        let copy = copy.to_str().unwrap();
        if database.folder().is_none() {
            let output = place.run(&["backup", copy]);
            let error = utf8(output.stderr);
            assert!(output.status.code() == Some(1) && error.contains("pg_dump"), "{error}");
            return;
        }
        let sites = || place.done(&["site", "list"]).len();
        place.done(&["site", "add", "parish-post", "--name", "Parish", "--origin", "https://a.example.org"]);
        // While the server runs.
        assert_eq!(place.done(&["backup", copy]), [copy]);
        place.done(&["site", "add", "third-site", "--name", "Third", "--origin", "https://b.example.org"]);
        assert_eq!(sites(), 3);
        server.stop();
        place.done(&["restore", copy]);
        assert_eq!(sites(), 2);
        let server = place.serve(server.port);
        let read = Call::to(server.port, "GET", "/api/v1/sites/parish-post/comments?page=https%3A%2F%2Fa.example.org%2F").expect(200);
        assert_eq!(read.json()["comments"], json!([]));
    }

    fn trust_and_moves_are_gone_by_at_once(operator: Operator) {
        operator.fails(&["account", "trust", "mira@example.org", "--site", SITE], "account_not_found");
        let token = operator.sign_in("mira@example.org");
        assert_eq!(operator.post(&token, "The first."), "held");
        assert_eq!(operator.done(&["account", "trust", "Mira@Example.org", "--site", SITE]), ["trusted"]);
        assert_eq!(operator.post(&token, "The second."), "published");

        let new = "https://blog.example.org/2026/candidates";
        let count = |page: &str| operator.request("GET", &format!("/api/v1/sites/{SITE}/comments?page={page}"), None, None).1["comments"].as_array().unwrap().len();
        assert_eq!((count(PAGE), count(new)), (1, 0));
        assert_eq!(operator.done(&["page", "move", PAGE, new, "--site", SITE]), [new]);
        wait_for(|| (count(PAGE), count(new)) == (1, 1));
        operator.fails(&["page", "move", "https://blog.example.org/never", new, "--site", SITE], "page_not_found");
        operator.fails(&["page", "move", PAGE, "nowhere", "--site", SITE], "page_address_invalid");
        operator.fails(&["page", "move", PAGE, "https://elsewhere.example.net/x", "--site", SITE], "page_not_of_site");
        // Links to its comments go to the new address, for those who ask by the old one, too.
        let read = operator.request("GET", &format!("/api/v1/sites/{SITE}/comments?page={PAGE}"), None, None).1;
        assert_eq!(read["page"]["url"], new);
        let link = read["comments"][0]["url"].as_str().unwrap();
        assert!(link.starts_with(new), "{link}");

        // A ban counts from the next request on.
        operator.done(&["account", "trust", "mira@example.org", "--site", SITE, "--standing", "banned"]);
        let body = json!({ "page": { "url": PAGE }, "body": "The third." });
        assert_eq!(operator.request("POST", &format!("/api/v1/sites/{SITE}/comments"), Some(&token), Some(&body)).0, 403);
    }

    fn check_says_every_problem_in_one_run(operator: Operator) {
        let Operator { server, place, database } = operator;
        let said = utf8(place.run(&["check"]).stdout);
        assert_eq!(problems(&said), Vec::<&str>::new());
        let secret = database.folder().unwrap_or(&place.path().join("data")).join("secret");
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o644)).unwrap();
        // The database answers no more: another's port, or a folder where the file is.
        let url = match &database {
            TestDatabase::Sqlite(folder) => {
                let blocked = folder.path().join("blocked.db");
                std::fs::create_dir(&blocked).unwrap();
                format!("sqlite:{}", blocked.display())
            }
            TestDatabase::Postgres { .. } => String::from("postgres://hustings@127.0.0.1:1/x"),
        };
        let port = server::free_port();
        let place = place
            .configured(&format!(
                "[server]\nworkers = 0\nlisten_on = \"127.0.0.1:1\"\n[database]\npool = \"many\"\n[mail.smtp]\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\n[lgo]\nlevel = \"info\"\n"
            ))
            .with("HUSTINGS__DATABASE__URL", &url)
            .with("HUSTINGS__SERVER__SECRET_FILE", &secret.display().to_string())
            .with("HUSTINGS__MAIL__TRANSPORT", "smtp")
            .with("HUSTINGS__MAIL__FROM", "comments@example.org")
            .with("HUSTINGS__LOG__LEVEL", "loud")
            .with("HUSTINGS__LIMITS__ENABLE", "true");
        let output = place.run(&["check"]);
        let said = utf8(output.stdout);
        assert_eq!(output.status.code(), Some(1), "{said}");
        let problems: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("PROBLEM  ")).collect();
        for key in ["server.workers: ", "server.listen_on: ", "database.pool: ", "lgo: ", "log.level: ", "limits.enable: ", "server.secret_file: ", "database.url: ", "mail: "] {
            let about: Vec<_> = problems.iter().filter(|problem| problem.starts_with(key)).collect();
            assert_eq!(about.len(), 1, "{key} in {said}");
            // What is wrong, and what to do.
            assert!(about[0].contains("; ") || about[0].contains(". "), "{key} in {said}");
        }
        assert_eq!(problems.len(), 9, "{said}");
        assert!(said.contains("ok       clock"), "{said}");
        assert!(said.contains("HUSTINGS__LOG__LEVEL"), "where a bad value comes from: {said}");

        // Nothing is tried at an address that nobody meant.
        let place = place.with("HUSTINGS__DATABASE__URL", "mysql://ada:hunter2@db.example.org/x").with("HUSTINGS__MAIL__SMTP__PORT", "70000");
        let said = utf8(place.run(&["check", "--letter", "ada@example.org"]).stdout);
        assert!(said.contains("PROBLEM  database.url: ") && said.contains("skipped  database: ") && said.contains("skipped  mail: "), "{said}");
        assert!(!said.contains("hunter2") && !said.contains("not there yet"), "{said}");
        drop(server);

        // What the first start could not make is a problem, and what it can is none.
        for (path, code) in [("/proc/nobody/hustings.db", 1), ("new/hustings.db", 0)] {
            let place = Place::empty().with("HUSTINGS__DATABASE__URL", &format!("sqlite:{path}"));
            let checked = place.run(&["check"]);
            let said = utf8(checked.stdout);
            assert_eq!(checked.status.code(), Some(code), "{said}");
            assert_eq!(said.matches("cannot be made: /proc: ").count(), 2 * code as usize, "{said}");
        }
    }

    fn a_backup_with_a_broken_record_is_not_put_back(operator: Operator) {
        let Operator { mut server, place, database } = operator;
        let token = sign_in(server.port, SITE, ORIGIN, "mira@example.org", "Mira", &place.path().join("letters"));
        let post = |text: &str| {
            let body = json!({ "page": { "url": PAGE }, "body": text });
            let call = Call::to(server.port, "POST", &format!("/api/v1/sites/{SITE}/comments")).origin(ORIGIN);
            assert_eq!(call.token(&token).json(&body).send().unwrap().status, 201);
        };
        post("The first.");
        wait_for(|| place.done(&["audit", "verify"])[0].contains("1 sealed, 0 not sealed yet"));
        if database.folder().is_none() {
            for arguments in [&["backup", "copy.db"], &["restore", "copy.db"]] {
                let output = place.run(arguments);
                assert!(output.status.code() == Some(1) && utf8(output.stderr).contains("PostgreSQL, which has its own tools"));
            }
            return;
        }
        let copy = place.path().join("copy.db");
        assert_eq!(place.done(&["backup", "copy.db"]), ["copy.db"]);
        post("The second.");
        assert_eq!(server.stop(), Some(0));
        let whole = std::fs::read(&copy).unwrap();
        let folder = database.folder().unwrap();
        let file = folder.join("hustings.db");
        let files = || {
            let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            names
        };
        let (before, were) = (std::fs::read(&file).unwrap(), files());
        let in_copy = |sql: &str| {
            use diesel::Connection;
            use diesel::connection::SimpleConnection;
            diesel::SqliteConnection::establish(copy.to_str().unwrap()).unwrap().batch_execute(sql).unwrap();
        };
        // Whole pages and references all of them; only the record tells.
        for change in [
            "UPDATE decisions SET reason = 'off_topic'",
            "UPDATE comments SET state = 2, live = 1, pending = NULL, state_detail = '{}'",
            "DELETE FROM seals",
        ] {
            std::fs::write(&copy, &whole).unwrap();
            in_copy(change);
            let output = place.run(&["restore", "copy.db"]);
            let error = utf8(output.stderr);
            assert_eq!(output.status.code(), Some(1), "{change}: {error}");
            assert!(error.contains("copy.db is not a good backup: the record of decisions of ward-news is broken: ") && error.contains("nothing was changed"), "{change}: {error}");
            assert!(std::fs::read(&file).unwrap() == before && files() == were, "{change}");
        }
        std::fs::write(&copy, &whole).unwrap();
        place.done(&["restore", "copy.db"]);
        let said = place.done(&["audit", "verify"]);
        assert!(said[0].starts_with("ward-news: holds; 1 sealed, 0 not sealed yet"), "{said:?}");
        // Nor is such a database backed up as if it were whole.
        database.execute("UPDATE decisions SET reason = 'off_topic'");
        let output = place.run(&["backup", "another.db"]);
        assert!(output.status.code() == Some(1) && utf8(output.stderr).contains("is broken: decision 1 ("));
        assert!(!place.path().join("another.db").exists());
    }

    fn a_broken_chain_fails_the_audit(operator: Operator) {
        operator.done(&["site", "add", "parish-post", "--name", "Parish", "--origin", "https://a.example.org"]);
        let token = operator.sign_in("mira@example.org");
        operator.post(&token, "The first.");
        wait_for(|| operator.done(&["audit", "verify", "--site", SITE])[0].contains("1 sealed, 0 not sealed yet"));
        let said = operator.done(&["audit", "verify"]);
        assert!(said.len() == 3 && said[0].starts_with("parish-post: holds; 0 sealed") && said[1].starts_with("ward-news: holds; "), "{said:?}");
        let noted = said[2].strip_prefix("  head ").unwrap();
        assert!(noted.starts_with("ward-news:1:") && noted.len() == "ward-news:1:".len() + 64, "{noted}");
        operator.done(&["audit", "verify", "--expect", noted]);
        operator.fails(&["audit", "verify", "--site", "parish-post", "--expect", noted], "there is no site ward-news");
        let later = noted.replace(":1:", ":2:");
        let output = operator.place.run(&["audit", "verify", "--expect", noted, "--expect", &later]);
        let said = utf8(output.stdout);
        assert!(output.status.code() == Some(1) && said.contains("  decision 2: it was there when its seal was noted"), "{said}");
        assert_eq!(operator.place.run(&["audit", "verify", "--expect", "ward-news:x"]).status.code(), Some(2));

        // A seal that nobody could have made.
        let zeros = match operator.database {
            TestDatabase::Sqlite(_) => format!("X'{}'", "00".repeat(32)),
            TestDatabase::Postgres { .. } => format!("'\\x{}'::bytea", "00".repeat(32)),
        };
        operator.database.execute(&format!(
            "DELETE FROM unsealed; DELETE FROM seals; INSERT INTO seals (site_id, sequence, decision_id, seal) SELECT site_id, 1, id, {zeros} FROM decisions"
        ));
        for arguments in [&["audit", "verify"][..], &["audit", "verify", "--site", SITE]] {
            let output = operator.place.run(arguments);
            let (said, error) = (utf8(output.stdout), utf8(output.stderr));
            assert_eq!(output.status.code(), Some(1), "{said}{error}");
            assert!(said.contains("ward-news: BROKEN; 1 sealed") && said.contains("  decision 1 ("), "{said}");
            assert!(error.contains("the record of 1 of the sites is broken"), "{error}");
        }
        operator.done(&["audit", "verify", "--site", "parish-post"]);
        operator.fails(&["audit", "verify", "--site", "nowhere"], "site_not_found");
    }
}

/// Waits until something is so: a server hears within a moment of what another process changed.
#[track_caller]
pub(super) fn wait_for(mut is_so: impl FnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !is_so() {
        assert!(begun.elapsed().as_secs() < 10, "not within ten seconds");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}
