//! Telling moderators that comments wait, and authors what was decided: when letters go, to whom, and what they say.

use std::sync::Arc;
use std::time::Duration;

use hustings::app::{App, Parts};
use hustings::domain::keys::Keys;
use hustings::domain::person::Stance;
use hustings::domain::rng::SeededRng;
use hustings::domain::role::Role;
use hustings::domain::text::EmailAddress;
use hustings::mail::SentLetter;
use hustings::service::{run_job, staff};
use serde_json::json;

use super::support::parsed;
use crate::support::comments::{Desk, PAGE, id_of};
use crate::support::mail_server::MailServer;
use crate::support::sign_in::{ORIGIN, OWN, SITE};
use crate::support::{TestApp, both};

const MINUTE: Duration = Duration::from_secs(60);
const TEXT: &str = "Ask Orla Fennimore and <b>Pell Garrick</b> whose list that was.";

impl TestApp {
    /// Makes an account with a role at the desk of [`SITE`].
    async fn staffed(&self, email: &str, role: Role) {
        let email = EmailAddress::parse(email).unwrap();
        let secret = self
            .run(move |app| staff::invite(app, &SITE.parse().unwrap(), &email, role).unwrap())
            .await;
        self.post("/api/v1/desk/session")
            .origin(OWN)
            .json(&json!({ "invite": secret.expose() }))
            .expect(200)
            .await;
    }

    /// Sends what is due, and gives the letters that went.
    async fn sent(&self) -> Vec<SentLetter> {
        self.letters.drain();
        self.run_jobs().await;
        self.letters.drain()
    }
}

/// A site with an owner, a moderator and a viewer, two people on its register, and a reader's token.
async fn ward_news(app: &TestApp) -> (Desk, String) {
    let desk = app.ward_news(&json!({ "hold": "all" })).await;
    for (email, role) in [
        ("olga@example.org", Role::Owner),
        ("ann@example.org", Role::Moderator),
        ("vera@example.org", Role::Viewer),
    ] {
        app.staffed(email, role).await;
    }
    app.register(&desk, &["Orla Fennimore", "Pell Garrick"], Stance::Hold)
        .await;
    let reader = app.sign_in("mira@example.org", "Mira").await;
    app.letters.drain();
    (desk, reader)
}

fn receivers(letters: &[SentLetter]) -> Vec<&str> {
    let mut to: Vec<&str> = letters.iter().map(|letter| letter.to.as_str()).collect();
    to.sort_unstable();
    to
}

/// The text on one line: where it is folded does not matter.
fn unfolded(letter: &SentLetter) -> String {
    letter
        .text
        .split_whitespace()
        .filter(|word| *word != ">")
        .collect::<Vec<_>>()
        .join(" ")
}

both! {
    async fn moderators_are_told_at_once_and_then_every_ten_minutes_at_most(app: TestApp) {
        let (_desk, reader) = ward_news(&app).await;
        app.comment(&reader, PAGE, TEXT).await;
        let letters = app.sent().await;
        assert_eq!(receivers(&letters), ["ann@example.org", "olga@example.org"]);
        assert_eq!(letters[0].subject, "A comment waits on The ward-news");
        let text = unfolded(&letters[0]);
        for part in [
            "Mira on", TEXT, "Names: Orla Fennimore, Pell Garrick", "it names a person whom the site protects",
            "http://127.0.0.1:8080/desk?site=ward-news&state=held", "/letters/stop/",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(letters[0].html.contains("&#60;b&#62;Pell"), "{}", letters[0].html);
        assert!(!String::from_utf8_lossy(&letters[0].bytes).contains("List-Unsubscribe"));

        // What comes within ten minutes is gathered.
        for n in 0..3 {
            app.clock.advance(MINUTE);
            app.comment(&reader, PAGE, &format!("Comment number {n}.")).await;
            assert_eq!(app.sent().await, []);
        }
        app.clock.advance(7 * MINUTE - Duration::from_millis(1));
        assert_eq!(app.sent().await, []);
        app.clock.advance(Duration::from_millis(1));
        let letters = app.sent().await;
        assert_eq!(receivers(&letters), ["ann@example.org", "olga@example.org"]);
        assert_eq!(letters[0].subject, "3 comments wait on The ward-news");
        assert!(!letters[0].text.contains("Orla"), "told before: {}", letters[0].text);
        // After that nothing is queued, and the next is told at once.
        app.clock.advance(60 * MINUTE);
        assert_eq!(app.sent().await, []);
        app.comment(&reader, PAGE, "One more.").await;
        assert_eq!(app.sent().await.len(), 2);
        assert_eq!(app.read(|tx| Ok(tx.job_counts()?)).await, (0, 0));
    }

    async fn nothing_is_sent_for_what_was_decided_meanwhile(app: TestApp) {
        let (desk, reader) = ward_news(&app).await;
        let first = id_of(&app.comment(&reader, PAGE, "The first.").await);
        app.approve(&desk, &first).await;
        assert_eq!(app.sent().await, []);
        // And that does not count as having told: the next is told at once.
        app.comment(&reader, PAGE, "The second.").await;
        assert_eq!(app.sent().await.len(), 2);

        // Gathered, queued, and decided before it could be sent.
        app.clock.advance(10 * MINUTE);
        let third = id_of(&app.comment(&reader, PAGE, "The third.").await);
        let fourth = id_of(&app.comment(&reader, PAGE, "The fourth.").await);
        for _letter in 0..2 {
            app.letters.refuse_next(451, "4.3.0 later");
        }
        assert_eq!(app.sent().await, []);
        app.approve(&desk, &third).await;
        app.clock.advance(Duration::from_secs(15));
        let letters = app.sent().await;
        assert_eq!(letters.len(), 2);
        assert!(!letters[0].text.contains("third") && letters[0].text.contains("fourth"), "{}", letters[0].text);

        app.clock.advance(10 * MINUTE);
        app.comment(&reader, PAGE, "The fifth.").await;
        for _letter in 0..2 {
            app.letters.refuse_next(451, "4.3.0 later");
        }
        assert_eq!(app.sent().await, []);
        let held = app.get("/api/v1/desk/comments?state=held").token(&desk.token).expect(200).await.json();
        for comment in held["comments"].as_array().unwrap() {
            app.approve(&desk, &id_of(comment)).await;
        }
        assert!(app.part(PAGE, "").await["comments"].to_string().contains(&fourth));
        app.clock.advance(MINUTE);
        assert_eq!(app.sent().await, []);
        assert_eq!(app.read(|tx| Ok(tx.job_counts()?)).await, (0, 0));
    }

    async fn every_try_is_the_same_letter(app: TestApp) {
        let (desk, reader) = ward_news(&app).await;
        app.set_policy(&desk, &json!({ "waiting_letters": "owners" })).await;
        app.comment(&reader, PAGE, TEXT).await;
        app.letters.refuse_next(451, "4.3.0 later");
        assert_eq!(app.sent().await, []);
        let before = app.read(|tx| Ok(tx.next_job_at()?)).await;
        assert!(before.is_some());
        app.clock.advance(Duration::from_secs(15));
        let again = app.sent().await;
        let id = parsed(&again[0].bytes).message_id().unwrap().to_owned();
        // The job's own id: the same whenever it is tried.
        assert_eq!(id, format!("comments-wait-{}@comments.example.org", again[0].id));
    }

    async fn owners_choose_who_is_told_and_whether_the_text_is(app: TestApp) {
        let (desk, reader) = ward_news(&app).await;
        app.set_policy(&desk, &json!({ "waiting_letters": "owners", "waiting_letters_text": false })).await;
        app.comment(&reader, PAGE, TEXT).await;
        let letters = app.sent().await;
        assert_eq!(receivers(&letters), ["olga@example.org"]);
        let whole = format!("{}{}", letters[0].text, letters[0].html);
        assert!(whole.contains("Mira on") && !whole.contains("Orla") && !whole.contains("whose list"), "{whole}");

        app.clock.advance(10 * MINUTE);
        app.set_policy(&desk, &json!({ "waiting_letters": "nobody" })).await;
        app.comment(&reader, PAGE, "Another.").await;
        assert_eq!(app.sent().await, []);
        let answer = app.patch(&format!("/api/v1/desk/sites/{SITE}")).token(&desk.token)
            .json(&json!({ "waiting_letters": "everybody" })).expect(422).await;
        assert_eq!(answer.code(), "letter_readers_unknown");
    }

    async fn an_edit_that_waits_is_told_too(app: TestApp) {
        let (desk, reader) = ward_news(&app).await;
        let id = id_of(&app.comment(&reader, PAGE, "The first text.").await);
        app.approve(&desk, &id).await;
        app.sent().await;
        let answer = app.edit(&reader, &id, &json!({ "body": "The second text.", "while_checked": "keep" })).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let letters = app.sent().await;
        assert_eq!(letters.len(), 2);
        assert!(unfolded(&letters[0]).contains("an edit of a comment The second text."), "{}", letters[0].text);
    }

    async fn a_moderator_who_wants_no_letters_gets_none(app: TestApp) {
        let (_desk, reader) = ward_news(&app).await;
        app.comment(&reader, PAGE, "One.").await;
        let letters = app.sent().await;
        let to_ann = letters.iter().find(|letter| letter.to == "ann@example.org").unwrap();
        let stop = to_ann.text.split_whitespace().find(|word| word.contains("/letters/stop/")).unwrap();
        app.post(stop.trim_start_matches(OWN)).expect(200).await;
        app.clock.advance(10 * MINUTE);
        app.comment(&reader, PAGE, "Two.").await;
        assert_eq!(receivers(&app.sent().await), ["olga@example.org"]);
        // The desk stays open to them: the code comes.
        app.ask("ann@example.org", None).await;
        assert_eq!(receivers(&app.sent().await), ["ann@example.org"]);
    }

    async fn a_report_is_told_in_the_same_letters(app: TestApp) {
        let (desk, reader) = ward_news(&app).await;
        app.set_policy(&desk, &json!({ "hold": "flagged" })).await;
        let id = id_of(&app.comment(&reader, PAGE, "They are all fools.").await);
        assert_eq!(app.sent().await, []);
        let report = |reason: &str| {
            app.post(&format!("/api/v1/comments/{id}/reports")).origin(ORIGIN).json(&json!({ "reason": reason, "note": "See the third word." })).expect(201)
        };
        report("abuse").await;
        let letters = app.sent().await;
        assert_eq!(receivers(&letters), ["ann@example.org", "olga@example.org"]);
        assert_eq!(letters[0].subject, "A comment was reported on The ward-news");
        let text = unfolded(&letters[0]);
        for part in ["It is public, and stays so", "Mira on", "They are all fools.", "Reported: it abuses somebody", "/desk?site=ward-news "] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!text.contains("Held because") && letters[0].html.contains("Reported: it abuses"), "{text}");

        // With what waits in one letter, ten minutes later; what was decided meanwhile is left out.
        app.clock.advance(Duration::from_secs(1));
        report("private_life").await;
        app.set_policy(&desk, &json!({ "hold": "all" })).await;
        app.comment(&reader, PAGE, "One that waits.").await;
        assert_eq!(app.sent().await, []);
        app.clock.advance(10 * MINUTE);
        let letters = app.sent().await;
        assert_eq!(letters[0].subject, "2 comments wait on The ward-news");
        let text = unfolded(&letters[0]);
        assert!(text.contains("Those that were reported are public") && text.contains("abuses somebody; it tells of somebody’s private life"), "{text}");

        app.clock.advance(10 * MINUTE);
        report("spam").await;
        app.remove(&desk, &id).await;
        assert_eq!(app.sent().await, []);
        // A site that wants no letters gets none of reports.
        app.set_policy(&desk, &json!({ "hold": "flagged", "waiting_letters": "nobody" })).await;
        let id = id_of(&app.comment(&reader, PAGE, "Another public one.").await);
        app.post(&format!("/api/v1/comments/{id}/reports")).origin(ORIGIN).json(&json!({ "reason": "abuse", "note": "x" })).expect(201).await;
        assert_eq!(app.sent().await, []);
    }

    async fn a_first_text_edited_while_it_waits_is_no_new_text_for_a_comment(app: TestApp) {
        let (_desk, reader) = ward_news(&app).await;
        let id = id_of(&app.comment(&reader, PAGE, "The first text.").await);
        let answer = app.edit(&reader, &id, &json!({ "body": "The first text, mended.", "while_checked": "keep" })).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let letters = app.sent().await;
        let text = unfolded(&letters[0]);
        assert!(text.contains("The first text, mended.") && !text.contains("an edit of a comment"), "{text}");
    }

    async fn an_author_is_told_a_minute_later_why_and_how_to_answer(app: TestApp) {
        let (desk, reader) = ward_news(&app).await;
        app.set_policy(&desk, &json!({ "waiting_letters": "nobody" })).await;
        let id = id_of(&app.comment(&reader, PAGE, TEXT).await);
        let reject = json!({ "action": "reject", "reason": "accuses_without_source" });
        assert_eq!(app.decide(&desk, &id, &reject).await.status, 200);
        app.clock.advance(MINUTE - Duration::from_millis(1));
        assert_eq!(app.sent().await, []);
        app.clock.advance(Duration::from_millis(1));
        let letters = app.sent().await;
        assert_eq!(receivers(&letters), ["mira@example.org"]);
        assert_eq!(letters[0].subject, "Your comment on The ward-news was not published");
        let text = unfolded(&letters[0]);
        assert!(text.contains("Your text began: Ask") && letters[0].html.contains("Your text began:"), "{text}");
        let text = text.replace(TEXT, "");
        for part in [
            "your comment of 23 November 2026 on", "accuses someone without a source", PAGE,
            "http://127.0.0.1:8080/sites/ward-news/about",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!text.contains("Orla") && !text.to_lowercase().contains("register"), "{text}");
        let message = parsed(&letters[0].bytes);
        let unsubscribe = message.header_raw("List-Unsubscribe").unwrap().trim().to_owned();
        assert_eq!(message.header_raw("List-Unsubscribe-Post").unwrap().trim(), "List-Unsubscribe=One-Click");
        let link = unsubscribe.trim_start_matches(&format!("<{OWN}")).trim_end_matches('>');

        // The click that a mail program makes; after it, silence.
        app.post(link).body("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click").expect(200).await;
        let id = id_of(&app.comment(&reader, PAGE, "Another.").await);
        assert_eq!(app.decide(&desk, &id, &reject).await.status, 200);
        app.clock.advance(MINUTE);
        assert_eq!(app.sent().await, []);
        assert_eq!(app.read(|tx| Ok(tx.job_counts()?)).await, (0, 0));
        // But sign-in codes still come, and the page says so before and after.
        app.ask("mira@example.org", None).await;
        assert_eq!(receivers(&app.sent().await), ["mira@example.org"]);
        let page = app.get(link).expect(200).await.text();
        assert!(page.contains("no longer sends notices to your address"), "{page}");
        app.post(&link.replace("/stop/", "/resume/")).expect(200).await;
        let page = app.get(link).expect(200).await.text();
        assert!(page.contains("No more emails except sign-in codes</button>"), "{page}");
        let id = id_of(&app.comment(&reader, PAGE, "A third one.").await);
        assert_eq!(app.decide(&desk, &id, &reject).await.status, 200);
        app.clock.advance(MINUTE);
        assert_eq!(receivers(&app.sent().await), ["mira@example.org"]);
    }

    async fn what_is_taken_back_within_the_minute_is_never_heard_of(app: TestApp) {
        let (desk, reader) = ward_news(&app).await;
        app.set_policy(&desk, &json!({ "waiting_letters": "nobody" })).await;
        let id = id_of(&app.comment(&reader, PAGE, "A comment.").await);
        let reject = json!({ "action": "reject", "reason": "off_topic" });
        assert_eq!(app.decide(&desk, &id, &reject).await.status, 200);
        assert_eq!(app.decide(&desk, &id, &json!({ "action": "undo" })).await.status, 200);
        app.clock.advance(2 * MINUTE);
        assert_eq!(app.sent().await, []);

        // Removed after it was public, with a sentence of the moderator's own.
        app.approve(&desk, &id).await;
        let remove = json!({ "action": "remove", "reason": "Please say this without <i>insults</i>." });
        assert_eq!(app.decide(&desk, &id, &remove).await.status, 200);
        app.clock.advance(MINUTE);
        let letters = app.sent().await;
        assert_eq!(letters[0].subject, "Your comment on The ward-news was removed");
        assert!(letters[0].text.contains("> Please say this without <i>insults</i>."), "{}", letters[0].text);
        assert!(letters[0].html.contains("&#60;i&#62;insults"), "{}", letters[0].html);

        // Withdrawn by its author within the minute: nothing to tell.
        let id = id_of(&app.comment(&reader, PAGE, "Another comment.").await);
        assert_eq!(app.decide(&desk, &id, &reject).await.status, 200);
        app.withdraw(&reader, &id).await;
        app.clock.advance(MINUTE);
        assert_eq!(app.sent().await, []);
    }

    async fn a_refused_edit_says_that_the_earlier_text_stays(app: TestApp) {
        let (desk, reader) = ward_news(&app).await;
        let id = id_of(&app.comment(&reader, PAGE, "The first text.").await);
        app.approve(&desk, &id).await;
        app.edit(&reader, &id, &json!({ "body": "The second text.", "while_checked": "keep" })).await;
        app.set_policy(&desk, &json!({ "waiting_letters": "nobody" })).await;
        assert_eq!(app.decide(&desk, &id, &json!({ "action": "reject", "reason": "names_person" })).await.status, 200);
        app.clock.advance(MINUTE);
        let letters = app.sent().await;
        assert_eq!(receivers(&letters), ["mira@example.org"]);
        let text = unfolded(&letters[0]);
        assert!(text.contains("The earlier text stays as it was."), "{text}");
        // A reason that would tell of the register does not reach the author.
        assert!(text.contains("A moderator decided against it") && !text.contains("names_person"), "{text}");
    }
}

/// What arrives at a real server is what was written, whatever the text holds.
#[actix_web::test]
async fn letters_about_comments_arrive() {
    let server = MailServer::start(&[]);
    let app = TestApp::sqlite().await;
    let (desk, reader) = ward_news(&app).await;
    let hostile = ".\r\nBcc: all@example.org\r\n\r\n.dot\n> not ours\nZażółć 新聞";
    let id = id_of(&app.comment(&reader, PAGE, hostile).await);
    let toml = format!(
        "[database]\nurl = \"{}\"\n[mail]\ntransport = \"smtp\"\nfrom = \"comments@example.net\"\n\
         [mail.smtp]\nhost = \"localhost\"\nport = {}\nsecurity = \"none\"\n",
        app.database().url(),
        server.port
    );
    let clock = Arc::clone(&app.clock);
    let sender = app
        .run(move |_memory| {
            let parts = Parts {
                clock,
                rng: Arc::new(SeededRng::new(2)),
                mailer: None,
                outbound: None,
                providers: None,
            };
            let config = hustings::config::Config::from_sources(Some(&toml), Vec::new()).unwrap();
            let sender = App::build(config, Keys::from_root([7; 32]), parts).unwrap();
            run_job::run_due_jobs(&sender).unwrap();
            sender
        })
        .await;
    for _letter in 0..2 {
        let taken = server.next_letter();
        let message = parsed(taken.data.as_bytes());
        assert_eq!(message.subject(), Some("A comment waits on The ward-news"));
        let text = message.body_text(0).unwrap().replace("\r\n", "\n");
        for line in [
            "> .",
            "> Bcc: all@example.org",
            "> .dot",
            "> > not ours",
            "> Zażółć 新聞",
        ] {
            assert!(text.lines().any(|it| it == line), "{line} in {text}");
        }
        assert_eq!(message.bcc(), None);
    }
    let answer = app
        .decide(
            &desk,
            &id,
            &json!({ "action": "reject", "reason": "advertising" }),
        )
        .await;
    assert_eq!(answer.status, 200);
    app.clock.advance(MINUTE);
    app.run(move |_memory| run_job::run_due_jobs(&sender).unwrap())
        .await;
    let taken = server.next_letter();
    assert_eq!(taken.to, ["mira@example.org"]);
    let message = parsed(taken.data.as_bytes());
    assert_eq!(
        message.subject(),
        Some("Your comment on The ward-news was not published")
    );
    assert!(message.header_raw("List-Unsubscribe").is_some());
    assert!(server.has_no_more());
}
