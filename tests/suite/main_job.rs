//! The main job end to end: `hustings serve` with a configuration file, letters through a real mail server, and from
//! outside nothing but HTTP and commands. A reader signs in, posts and is held; a moderator decides; everybody reads it.

use hustings::domain::person::Stance;
use serde_json::{Value, json};

use crate::support::call::{Call, ask, redeem};
use crate::support::comments::{escaped, id_of};
use crate::support::database::TestDatabase;
use crate::support::mail_server::MailServer;
use crate::support::on_both;
use crate::support::server::{Place, Server, free_port};
use crate::support::sign_in::{Asked, code_in};

const FROM: &str = "comments@example.net";
const PASSWORD: &str = "a sécret: \"1\"";

on_both! {
    fn a_comment_goes_in_is_held_is_decided_and_is_public(town: Town) {
        one_is_held_approved_and_public(&town);
        two_moderators_approve_where_the_register_says_so(&town);
        the_general_comment_is_up_at_once_and_the_naming_one_waits(&town);
        town.closes();
    }
}

/// A server whose letters go through a mail server, with several blogs.
struct Town {
    // Dropped first: the server lets go of the database before that is dropped.
    server: Server,
    place: Place,
    letters: MailServer,
    _database: TestDatabase,
}

impl From<TestDatabase> for Town {
    fn from(database: TestDatabase) -> Self {
        let letters = MailServer::start(&["--starttls", "--user", "comments", "--password", PASSWORD]);
        let port = free_port();
        let place = Place::empty().configured(&format!(
            r#"
            [server]
            listen = "127.0.0.1:{port}"
            public_url = "http://127.0.0.1:{port}"
            secret_file = "secret"
            [database]
            url_file = "database-url"
            [mail]
            transport = "smtp"
            from = "The comments <{FROM}>"
            [mail.smtp]
            host = "localhost"
            port = {}
            security = "starttls"
            username = "comments"
            password_file = "mail-password"
            ca_file = "{}"
            "#,
            letters.port,
            letters.ca_file().display(),
        ));
        for (name, text) in [
            ("database-url", database.url()),
            ("mail-password", PASSWORD.into()),
        ] {
            std::fs::write(place.path().join(name), text).unwrap();
        }
        let server = place.serve(port);
        Self {
            server,
            place,
            letters,
            _database: database,
        }
    }
}

impl Town {
    fn own_origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.server.port)
    }

    fn call(&self, method: &str, path: &str) -> Call {
        Call::to(self.server.port, method, path)
    }

    /// Adds a blog by command.
    fn blog(&self, slug: &'static str) -> Blog<'_> {
        let origin = format!("https://{slug}.example.org");
        self.place
            .done(&["site", "add", slug, "--name", slug, "--origin", &origin]);
        Blog {
            page: format!("{origin}/selection-meetings?p=1"),
            town: self,
            slug,
            origin,
        }
    }

    /// The code in the next letter to this address. Others may come before it: moderators are told what waits.
    fn code_to(&self, email: &str) -> String {
        let letter = loop {
            let letter = self.letters.next_letter();
            if letter.to == [email] {
                break letter;
            }
        };
        assert_eq!(letter.from.as_deref(), Some(FROM));
        let message = mail_parser::MessageParser::default()
            .parse(letter.data.as_bytes())
            .unwrap();
        code_in(&message.body_text(0).unwrap())
    }

    /// The chain of decisions holds, and the server stops well.
    fn closes(mut self) {
        let said = self.place.done(&["audit", "verify"]);
        for line in said.iter().filter(|line| !line.starts_with("  head ")) {
            assert!(line.contains(": holds; "), "{line}");
        }
        assert_eq!(self.server.stop(), Some(0), "{}", self.server.log());
    }
}

/// One of the blogs, and the page that this is about.
struct Blog<'a> {
    town: &'a Town,
    slug: &'static str,
    origin: String,
    page: String,
}

impl Blog<'_> {
    /// Signs a reader in by the code in the letter. Gives their token.
    fn reader(&self, email: &str, name: &str) -> String {
        let port = self.town.server.port;
        let asked = ask(port, self.slug, &self.origin, email, Some(name));
        redeem(port, &asked, &self.town.code_to(email))
    }

    /// Invites somebody by command, and opens the link. Gives their cookie.
    fn moderator(&self, email: &str) -> String {
        let printed = self
            .town
            .place
            .done(&["moderator", "invite", email, "--site", self.slug]);
        let secret = printed[0]
            .strip_prefix(&format!("{}/desk#invite=", self.town.own_origin()))
            .unwrap();
        self.open_desk(&json!({ "invite": secret }))
    }

    fn open_desk(&self, body: &Value) -> String {
        let own = self.town.own_origin();
        let answer = self
            .town
            .call("POST", "/api/v1/desk/session")
            .origin(&own)
            .json(body)
            .expect(200);
        let set = answer.header("set-cookie").split(';').next().unwrap();
        assert!(set.starts_with("hustings="), "{set}");
        set.to_owned()
    }

    /// Ends the session of a cookie, and signs in again by a letter.
    fn again_by_letter(&self, cookie: &str, email: &str) -> String {
        let own = self.town.own_origin();
        self.town
            .call("DELETE", "/api/v1/desk/session")
            .header("Cookie", cookie)
            .origin(&own)
            .expect(204);
        self.town
            .call("GET", "/api/v1/desk/comments")
            .header("Cookie", cookie)
            .expect(401);
        let asked: Asked = ask(self.town.server.port, self.slug, &own, email, None);
        self.open_desk(&asked.with(&self.town.code_to(email)))
    }

    /// Puts people on the register by command.
    fn register(&self, names: &[&str], stance: Stance) {
        let stance = stance.to_string();
        let arguments = ["people", "import", "--site", self.slug, "--stance", &stance, "-"];
        let said = self.town.place.fed(&arguments, &names.join("\n"));
        assert_eq!(
            said.last().map(String::as_str),
            Some(&*format!(
                "{} added, 0 changed, 0 unchanged, 0 passed over",
                names.len()
            ))
        );
    }

    /// Posts, and gives the comment of the 201.
    fn post(&self, token: &str, text: &str) -> Value {
        let answer = self
            .town
            .call("POST", &format!("/api/v1/sites/{}/comments", self.slug))
            .origin(&self.origin)
            .token(token)
            .json(&json!({ "page": { "url": self.page }, "body": text }))
            .expect(201);
        answer.json()["comment"].clone()
    }

    /// What the author is told of their own comment.
    fn told(&self, token: &str, id: &str) -> Value {
        let path = format!("/api/v1/me?site={}&page={}", self.slug, escaped(&self.page));
        let answer = self
            .town
            .call("GET", &path)
            .origin(&self.origin)
            .token(token)
            .expect(200)
            .json();
        let own = answer["own"].as_array().unwrap().iter().find(|it| it["id"] == id);
        own.unwrap_or_else(|| panic!("{answer}")).clone()
    }

    /// What everybody reads: who wrote what, from JSON. The fragment says the same.
    fn public(&self) -> Vec<(String, String)> {
        let asked = format!("{}/comments?page={}", self.slug, escaped(&self.page));
        let part = self
            .town
            .call("GET", &format!("/api/v1/sites/{asked}"))
            .expect(200)
            .json();
        let fragment = self
            .town
            .call("GET", &format!("/embed/{asked}"))
            .expect(200)
            .text();
        let comments: Vec<_> = part["comments"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| (text(&it["author"]["name"]), text(&it["html"]).trim().to_owned()))
            .collect();
        match comments.len() {
            0 => assert_eq!(part["page"], Value::Null),
            count => assert_eq!(part["page"]["comment_count"], count),
        }
        assert_eq!(fragment.matches("<article").count(), comments.len(), "{fragment}");
        for (_, html) in &comments {
            assert!(fragment.contains(html), "{html} is not in {fragment}");
        }
        comments
    }

    fn desk(&self, method: &str, path: &str, cookie: &str) -> Call {
        let call = self.town.call(method, &format!("/api/v1/desk/comments{path}"));
        call.header("Cookie", cookie).origin(&self.town.own_origin())
    }

    /// Approves a comment's first text.
    fn approve(&self, cookie: &str, id: &str) -> Call {
        self.desk("POST", &format!("/{id}/decisions"), cookie)
            .json(&json!({ "action": "approve", "revision": 1 }))
    }
}

#[track_caller]
fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("no string: {value}"))
        .to_owned()
}

fn public_as(name: &str, html: &str) -> (String, String) {
    (name.to_owned(), html.to_owned())
}

/// The site holds every comment. A program with a token decides.
fn one_is_held_approved_and_public(town: &Town) {
    let blog = town.blog("ward-news");
    let mira = blog.reader("mira@example.org", "Mira");
    let comment = blog.post(&mira, "The meeting is on *Tuesday*.");
    let id = id_of(&comment);
    assert_eq!(comment["state"], "held");
    let told = blog.told(&mira, &id);
    assert_eq!(
        (&told["state"], &told["reason"]),
        (&json!("held"), &json!("policy_all"))
    );
    assert_eq!(blog.public(), []);
    // Not by its own address either.
    town.call("GET", &format!("/api/v1/comments/{id}")).expect(404);

    let program = town
        .place
        .done(&["token", "create", "--site", blog.slug, "--role", "moderator"])
        .pop()
        .unwrap();
    let queue = town
        .call("GET", "/api/v1/desk/comments?state=held")
        .token(&program)
        .expect(200)
        .json();
    let waiting: Vec<_> = queue["comments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (id_of(it), text(&it["body"])))
        .collect();
    assert_eq!(
        waiting,
        [(id.clone(), String::from("The meeting is on *Tuesday*."))]
    );
    let decided = town
        .call("POST", &format!("/api/v1/desk/comments/{id}/decisions"))
        .token(&program)
        .json(&json!({ "action": "approve", "revision": 1 }))
        .expect(200);
    assert_eq!(decided.json()["state"], "published");
    assert_eq!(
        blog.public(),
        [public_as("Mira", "<p>The meeting is on <em>Tuesday</em>.</p>")]
    );
}

/// The register's stance is `two`. Both moderators have the desk's session of their own.
fn two_moderators_approve_where_the_register_says_so(town: &Town) {
    let blog = town.blog("parish-post");
    blog.register(&["Odile Brannigan"], Stance::Two);
    let ann = blog.moderator("ann@example.org");
    let ben = blog.moderator("ben@example.org");
    let ben = blog.again_by_letter(&ben, "ben@example.org");
    let reader = blog.reader("noor@example.org", "Noor");
    let comment = blog.post(&reader, "I heard Odile Brannigan speak.");
    let id = id_of(&comment);
    assert_eq!(comment["state"], "held");

    let first = blog.approve(&ann, &id).expect(200).json();
    assert_eq!(
        (&first["state"], &first["approvals"]),
        (&json!("held"), &json!({ "have": 1, "need": 2 }))
    );
    assert_eq!(blog.approve(&ann, &id).expect(409).code(), "approved_already");
    assert_eq!(blog.public(), []);
    let second = blog.approve(&ben, &id).expect(200).json();
    assert_eq!(second["state"], "published");
    assert_eq!(
        blog.public(),
        [public_as("Noor", "<p>I heard Odile Brannigan speak.</p>")]
    );
    let approvals: Vec<_> = second["decisions"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["action"] == "approve")
        .collect();
    assert_eq!(approvals.len(), 2);
    assert!(
        approvals.iter().all(|it| it["by"] == "moderator") && approvals[0]["actor"] != approvals[1]["actor"]
    );
}

/// The founding case: the site holds what is flagged, and trusts both readers.
fn the_general_comment_is_up_at_once_and_the_naming_one_waits(town: &Town) {
    const NAMES: [&str; 3] = ["Quentin Farrowdale", "Rosalind Thackwell", "Ambrose Thistlewick"];
    const GENERAL: &str = "Twenty meetings in two weeks: who is to read all those lists?";
    // With letters of several bytes before each name, so that spans in characters would lie elsewhere.
    const NAMING: &str = "Nö – let’s say it: Quentin Farrowdale used the members’ list, which he should not have. \
                          Rosalind Thackwell knew. It was Ambrose Thistlewick’s doing as well. Report them all!";
    let blog = town.blog("selection-watch");
    town.place.done(&["site", "set", blog.slug, "--hold", "flagged"]);
    blog.register(&NAMES, Stance::Hold);
    let [ada, cyril] = [("ada@example.org", "Ada"), ("cyril@example.org", "Cyril")].map(|(email, name)| {
        let token = blog.reader(email, name);
        town.place.done(&["account", "trust", email, "--site", blog.slug]);
        token
    });

    assert_eq!(blog.post(&ada, GENERAL)["state"], "published");
    let general = public_as("Ada", &format!("<p>{GENERAL}</p>"));
    assert_eq!(blog.public(), std::slice::from_ref(&general));

    let comment = blog.post(&cyril, NAMING);
    let id = id_of(&comment);
    assert_eq!(comment["state"], "held");
    assert_eq!(blog.public(), std::slice::from_ref(&general));
    // Nobody but the desk is told that the register was the cause.
    assert_eq!(blog.told(&cyril, &id)["reason"], "needs_review");

    let moderator = blog.moderator("dee@example.org");
    let held = blog.desk("GET", &format!("/{id}"), &moderator).expect(200).json();
    assert_eq!((&held["state"], &held["body"]), (&json!("held"), &json!(NAMING)));
    let findings = held["findings"].as_array().unwrap().iter();
    let mentions: Vec<_> = findings.filter(|it| !it["person"].is_null()).collect();
    assert_eq!(mentions.len(), NAMES.len(), "{mentions:#?}");
    for (mention, name) in mentions.into_iter().zip(NAMES) {
        assert_eq!(
            (
                &mention["rule"],
                &mention["strength"],
                &mention["tier"],
                &mention["person"]["name"]
            ),
            (
                &json!("names_person"),
                &json!("hold"),
                &json!("full"),
                &json!(name)
            )
        );
        let start = NAMING.find(name).unwrap();
        let span = json!({ "field": "body", "start": start, "end": start + name.len(), "text": name });
        assert_eq!(mention["spans"], json!([span]), "{name}");
    }

    assert_eq!(
        blog.approve(&moderator, &id).expect(200).json()["state"],
        "published"
    );
    assert_eq!(
        blog.public(),
        [general, public_as("Cyril", &format!("<p>{NAMING}</p>"))]
    );
}
