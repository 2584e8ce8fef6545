//! Erasing what a site holds on a member.

use hustings::domain::account::Standing;
use hustings::domain::role::Role;
use hustings::domain::text::EmailAddress;
use hustings::service::erase_account::{self, Address, Erasure};
use hustings::service::{ServiceError, export_account, staff};
use hustings::signin::address;
use hustings::storage::stores::accounts::EMAIL;
use hustings::storage::stores::retention::Erased;
use serde_json::json;

use super::{DAY, MARKER, audit};
use crate::support::comments::{PAGE, id_of, ids_of};
use crate::support::sign_in::{ORIGIN, OWN, SITE};
use crate::support::{TestApp, both};

const OTHER: &str = "parish-post";
const MIRA: &str = "mira@example.org";

fn mira() -> EmailAddress {
    EmailAddress::parse(MIRA).unwrap()
}

impl TestApp {
    async fn survey(&self, email: &str) -> Erasure {
        let email = EmailAddress::parse(email).unwrap();
        self.run(move |app| erase_account::survey(app, &SITE.parse().unwrap(), &email).unwrap())
            .await
    }

    async fn erase(&self, email: &str) -> Result<Erasure, ServiceError> {
        let email = EmailAddress::parse(email).unwrap();
        self.run(move |app| erase_account::erase(app, &SITE.parse().unwrap(), &email))
            .await
    }

    /// Whether the address still leads to an account, and whether it can be read.
    async fn identity(&self) -> Option<bool> {
        let hash = address::email_hash(&self.app.keys, &mira());
        let identity = self.read(move |tx| Ok(tx.identity(EMAIL, &hash)?)).await;
        identity.map(|identity| identity.sealed.is_some())
    }
}

fn code(refused: Result<Erasure, ServiceError>) -> &'static str {
    match refused {
        Err(ServiceError::NotFound { code } | ServiceError::Conflict { code, .. }) => code,
        other => panic!("{other:?}"),
    }
}

both! {
    async fn a_members_comments_name_and_address_go_at_once(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "all" })).await;
        let name = "Mira Quillsworth";
        let token = app.sign_in(MIRA, name).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let public = app.marked(&token, "p-1").await;
        app.takes(&desk, &public, &json!({ "action": "approve", "revision": 1, "note": format!("{MARKER}?") })).await;
        let question = id_of(&app.comment(&token, PAGE, &format!("Is it {MARKER}?")).await);
        app.approve(&desk, &question).await;
        let answer = id_of(&app.reply(&ada, &question, "It is not.").await);
        app.approve(&desk, &answer).await;
        let rejected = id_of(&app.comment(&token, PAGE, &format!("Damn {MARKER}.")).await);
        let taken_back = id_of(&app.comment(&token, PAGE, &format!("No {MARKER}.")).await);
        app.withdraw(&token, &taken_back).await;
        app.comment(&token, PAGE, &format!("Waits, {MARKER}.")).await;
        let receipt = app.send_report(&answer, &format!("I say {MARKER}."), "Mira@Example.org").await;
        let others = app.send_report(&answer, "Rude.", "rita@example.org").await;
        let mailbox = address::mailbox_hash(&app.app.keys, &mira());
        // A letter about a decision waits, and a code that was asked for.
        app.run_jobs().await;
        app.takes(&desk, &rejected, &json!({ "action": "reject", "reason": format!("Nobody calls it {MARKER}.") })).await;
        app.ask(MIRA, Some(name)).await;
        app.letters.drain();
        let shown = app.part(PAGE, "").await;
        assert_eq!(shown["comments"][0]["author"]["name"], name);
        assert!(app.fragment(PAGE).await.contains(MARKER));

        let survey = app.survey("MIRA@example.org").await;
        assert_eq!(survey, Erasure {
            withdrawn: 4,
            erased: Erased { comments: 5, texts: 5, notes: 2 },
            tokens: 1,
            reports: 1,
            address: Address::Forgotten,
        });
        assert!(app.fragment(PAGE).await.contains(MARKER), "a survey does nothing");
        assert_eq!(app.erase(MIRA).await.unwrap(), survey);

        for gone in [MARKER, "Quillsworth", "quillsworth"] {
            assert_eq!(app.database().places_of(gone), Vec::<String>::new(), "{gone}");
            assert!(!app.database().is_in_files(gone), "{gone}");
        }
        assert_eq!(app.identity().await, None);
        let part = app.part(PAGE, "").await;
        assert_eq!(ids_of(&part), [question.clone(), answer.clone()]);
        assert_eq!((&part["comments"][0]["state"], &part["comments"][0]["author"]), (&json!("hidden"), &json!(null)));
        assert_eq!(part["page"]["comment_count"], 1);
        let fragment = app.fragment(PAGE).await;
        assert!(!fragment.contains(MARKER) && !fragment.contains("Quillsworth") && fragment.contains("It is not."), "{fragment}");
        // Nobody gets in any more, and nothing is written to them.
        let refused = app.get(&format!("/api/v1/me?site={SITE}&page={PAGE}")).origin(ORIGIN).token(&token).expect(401).await;
        assert_eq!(refused.code(), "token_revoked");
        app.clock.advance(std::time::Duration::from_secs(120));
        app.run_jobs().await;
        assert!(app.letters.drain().iter().all(|letter| letter.to != MIRA));
        assert_eq!((app.receipt(&receipt).await["note"].clone(), app.receipt(&others).await["note"].clone()), (json!(""), json!("Rude.")));

        // What was decided stays, with this on top, and the chain holds.
        let at_desk = app.at_desk(&desk, &question).await;
        let last = at_desk["decisions"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&last["action"], &last["by"], &last["actor"]), (&json!("withdraw"), &json!("rule"), &json!("account_erased")));
        assert_eq!(at_desk["author"]["name"], "");
        let html = app.desk_page(&format!("/desk/comments/{question}")).await;
        for said in ["Its text has been erased.", "An erased account", "had their account erased"] {
            assert!(html.contains(said), "{said}: {html}");
        }
        let html = app.desk_page(&format!("/desk/comments/{answer}")).await;
        assert!(html.contains("In reply to An erased account") || html.contains("An erased account"), "{html}");
        let audit = audit(&app, &desk).await;
        assert!(audit.holds(), "{:?}", audit.faults);
        assert_eq!((audit.erased_notes, audit.erased_texts), (2, 5));
        // A wish for no letters would stay; a second time finds nobody; who comes again is somebody new.
        assert!(!app.read(move |tx| Ok(tx.is_suppressed(&mailbox)?)).await);
        assert_eq!(code(app.erase(MIRA).await), "account_not_found");
        app.sign_in(MIRA, "Somebody New").await;
        assert_eq!(app.survey(MIRA).await.erased, Erased::default());
    }

    async fn the_wish_for_no_letters_stays(app: TestApp) {
        app.ward_news(&json!({})).await;
        app.sign_in(MIRA, "Mira").await;
        let mailbox = address::mailbox_hash(&app.app.keys, &mira());
        let at = hustings::domain::clock::Micros::from_i64(0);
        app.write(move |tx| Ok(tx.suppress(&mailbox, "asked", at)?)).await;
        app.erase(MIRA).await.unwrap();
        assert!(app.read(move |tx| Ok(tx.is_suppressed(&mailbox)?)).await);
    }

    async fn what_is_held_elsewhere_is_left_alone(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "all" })).await;
        let here = app.sign_in(MIRA, "Mira").await;
        let comment = id_of(&app.comment(&here, PAGE, &format!("It is {MARKER}.")).await);
        let author = app.at_desk(&desk, &comment).await["author"]["id"].clone();
        app.add_site(OTHER, "https://parish.example.org").await;
        // On the other site under another name.
        let (verifier, challenge) = crate::support::sign_in::verifier();
        let asked = app.post("/api/v1/sign-in/email").origin("https://parish.example.org")
            .json(&json!({ "site": OTHER, "email": MIRA, "challenge": challenge, "name": "Mira of Parish" })).expect(202).await.json();
        let code_there = app.code().await;
        let there = app.post("/api/v1/sign-in/token").origin("https://parish.example.org")
            .json(&json!({ "request_id": asked["request_id"], "verifier": verifier, "code": code_there })).expect(200).await.json();
        let there = there["token"].as_str().unwrap().to_owned();
        let body = json!({ "page": { "url": "https://parish.example.org/a" }, "body": "Said there." });
        let post_there = || app.post(&format!("/api/v1/sites/{OTHER}/comments")).origin("https://parish.example.org").token(&there).json(&body);
        post_there().expect(201).await;

        let erased = app.erase(MIRA).await.unwrap();
        assert_eq!((erased.address, erased.withdrawn), (Address::UsedElsewhere, 1));
        assert_eq!(app.database().places_of(MARKER), Vec::<String>::new());
        assert_eq!(app.identity().await, Some(true));
        post_there().expect(201).await;
        let export = app.run(|app| export_account::export(app, &OTHER.parse().unwrap(), &mira()).unwrap()).await;
        assert_eq!((export.member.name.as_str(), export.comments.len()), ("Mira of Parish", 2));
        // Here they are somebody new.
        assert_eq!(code(app.erase(MIRA).await), "account_not_found");
        let again = app.sign_in(MIRA, "Mira Again").await;
        let comment = id_of(&app.comment(&again, PAGE, "Back.").await);
        let seen = app.at_desk(&desk, &comment).await["author"].clone();
        assert_eq!(seen["name"], "Mira Again");
        assert_ne!(seen["id"], author);
    }

    async fn a_ban_outlives_the_account(app: TestApp) {
        app.ward_news(&json!({ "hold": "all" })).await;
        let token = app.sign_in(MIRA, "Mira Quillsworth").await;
        app.comment(&token, PAGE, &format!("It is {MARKER}.")).await;
        app.trust(MIRA, Standing::Banned).await;
        let erased = app.erase(MIRA).await.unwrap();
        assert_eq!((erased.address, erased.erased.texts), (Address::Barred, 1));
        for gone in [MARKER, "Quillsworth"] {
            assert_eq!(app.database().places_of(gone), Vec::<String>::new(), "{gone}");
        }
        assert_eq!(app.identity().await, Some(false), "found, and not to be read");
        let export = app.run(|app| export_account::export(app, &SITE.parse().unwrap(), &mira()).unwrap()).await;
        assert_eq!((export.email, export.member.name.as_str(), export.member.standing), (None, "", "banned"));
        assert!(export.comments[0].revisions.is_empty() && export.comments[0].erased_at.is_some());
        let again = app.sign_in(MIRA, "Somebody New").await;
        let body = json!({ "page": { "url": PAGE }, "body": "Back." });
        app.posting(&again).json(&body).expect(403).await;
        assert_eq!(app.erase(MIRA).await.unwrap().erased, Erased::default(), "once more does no harm");
    }

    async fn who_moderates_must_leave_the_desk_first(app: TestApp) {
        app.ward_news(&json!({})).await;
        let secret = app.run(|app| staff::invite(app, &SITE.parse().unwrap(), &mira(), Role::Moderator).unwrap()).await;
        app.post("/api/v1/desk/session").origin(OWN).json(&json!({ "invite": secret.expose() })).expect(200).await;
        assert_eq!(code(app.erase(MIRA).await), "account_not_found", "a role is no membership");
        app.sign_in(MIRA, "Mira").await;
        assert_eq!(code(app.erase(MIRA).await), "account_has_role");
        app.run(|app| staff::remove_moderator(app, &SITE.parse().unwrap(), &mira()).unwrap()).await;
        assert_eq!(app.erase(MIRA).await.unwrap().address, Address::Forgotten);
        assert_eq!(app.identity().await, None);
    }

    async fn an_erasure_that_was_broken_off_is_finished_by_the_next(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "all" })).await;
        let token = app.sign_in(MIRA, "Mira").await;
        let mut ids = Vec::new();
        for number in 0..12 {
            ids.push(id_of(&app.comment(&token, PAGE, &format!("Number {number} of {MARKER}.")).await));
        }
        // As it is left after the first step: one is withdrawn and erased, and the name is there.
        app.withdraw(&token, &ids[3]).await;
        let first = ids[3].parse().unwrap();
        let now = hustings::domain::clock::Clock::now(&*app.clock);
        app.write(move |tx| Ok(tx.erase_texts(first, now)?)).await;
        let erased = app.erase(MIRA).await.unwrap();
        assert_eq!((erased.withdrawn, erased.erased.comments), (11, 11));
        assert_eq!(app.database().places_of(MARKER), Vec::<String>::new());
        app.clock.advance(40 * DAY);
        assert_eq!(app.erase_due().await, Erased::default());
        assert!(audit(&app, &desk).await.holds());
    }
}
