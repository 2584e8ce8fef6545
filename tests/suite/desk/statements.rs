//! How many statements the desk and the readers' pages send: as many for a full part as for one comment. Counted over all
//! connections, so that each of these needs a process of its own, as nextest gives it.

use std::sync::atomic::{AtomicUsize, Ordering};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use hustings::domain::person::Stance;
use hustings::domain::role::Role;
use serde_json::json;

use super::{PAGE, Staff};
use crate::support::sign_in::{ORIGIN, SITE};
use crate::support::{TestApp, both};

static SENT: AtomicUsize = AtomicUsize::new(0);

/// More than one part of the desk's page, and enough that a statement for each would show.
const MANY: usize = 25;

fn count(event: InstrumentationEvent<'_>) {
    if let InstrumentationEvent::StartQuery { query, .. } = event
        && query.to_string().starts_with("SELECT")
    {
        SENT.fetch_add(1, Ordering::SeqCst);
    }
}

/// The same application with connections that count.
async fn counting(app: TestApp) -> TestApp {
    set_default_instrumentation(|| Some(Box::new(count) as Box<dyn Instrumentation>)).unwrap();
    app.restart("").await
}

/// The statements that looking at a page of the desk takes, the second time: the first may fill caches.
async fn looked(app: &TestApp, staff: &Staff, path: &str) -> usize {
    let mut sent = 0;
    for _ in 0..2 {
        SENT.store(0, Ordering::SeqCst);
        let answer = match staff {
            Staff::Cookie(cookie) => app.get(path).cookie("hustings", cookie).send().await,
            Staff::Token(token) => app.get(path).token(token).send().await,
        };
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        sent = SENT.load(Ordering::SeqCst);
    }
    sent
}

/// A public comment with a reported answer to it that names somebody, has an edit that waits, and was decided on.
async fn add(app: &TestApp, staff: &Staff, number: usize) {
    let reader = app
        .sign_in(
            &format!("reader{number}@example.org"),
            &format!("Reader {number}"),
        )
        .await;
    let parent = app.post_text(&reader, &format!("Text {number}.")).await;
    app.decided(staff, &parent, json!({ "action": "approve", "revision": 1 }))
        .await;
    let body = json!({ "page": { "url": PAGE }, "parent_id": parent, "body": format!("Answer {number}.") });
    let answer = app
        .post(&format!("/api/v1/sites/{SITE}/comments"))
        .origin(ORIGIN)
        .token(&reader)
        .json(&body)
        .expect(201)
        .await;
    let id = answer.json()["comment"]["id"].as_str().unwrap().to_owned();
    app.decided(staff, &id, json!({ "action": "approve", "revision": 1 }))
        .await;
    app.send_edit(
        &reader,
        &id,
        &format!("Quentin Farrowdale said {number}."),
        "keep",
    )
    .await;
    app.report(&id).await;
}

both! {
    async fn a_part_of_the_queue_takes_as_many_as_one_comment(app: TestApp) {
        let app = counting(app).await;
        let site = app.add_site(SITE, ORIGIN).await;
        app.person(site, "Quentin Farrowdale", Stance::Two).await;
        let staff = app.moderator(SITE, "ann@example.org", Role::Moderator).await;
        let paths = [
            "/api/v1/desk/comments?limit=100",
            "/api/v1/desk/comments?state=held&limit=100",
            "/api/v1/desk/comments?reported=true&limit=100",
            "/desk",
            "/desk?state=all",
        ];
        add(&app, &staff, 0).await;
        let mut alone = Vec::new();
        for path in paths {
            alone.push(looked(&app, &staff, path).await);
        }
        for number in 1..MANY {
            add(&app, &staff, number).await;
        }
        for (path, alone) in paths.into_iter().zip(alone) {
            assert!((5..80).contains(&alone), "{path}: {alone}");
            assert_eq!(looked(&app, &staff, path).await, alone, "{path}");
        }
        assert_eq!(app.queue(&staff, "limit=100").await.0.len(), 2 * MANY);
    }

    async fn a_page_and_ones_own_comments_take_as_many_as_one_comment(app: TestApp) {
        let app = counting(app).await;
        app.add_site(SITE, ORIGIN).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let me = Staff::Token(reader.clone());
        let mut seen = Vec::new();
        for number in 0..MANY {
            add(&app, &staff, number).await;
            let own = app.post_text(&reader, &format!("Mine, {number}.")).await;
            if number % 2 == 0 {
                app.send_edit(&reader, &own, &format!("Mine, {number}, edited."), "keep").await;
            }
            if matches!(number, 1 | 24) {
                let part = |limit: usize| format!("/api/v1/sites/{SITE}/comments?page={PAGE}&limit={limit}");
                // Which page it is, is remembered from here on.
                app.get(&part(100)).expect(200).await;
                let path = format!("/api/v1/me?site={SITE}&page={PAGE}");
                SENT.store(0, Ordering::SeqCst);
                // Another limit each time, so that it is no finished answer.
                app.get(&part(50 + number)).expect(200).await;
                let read = SENT.load(Ordering::SeqCst);
                SENT.store(0, Ordering::SeqCst);
                let Staff::Token(token) = &me else { unreachable!() };
                app.get(&path).origin(ORIGIN).token(token).expect(200).await;
                seen.push((read, SENT.load(Ordering::SeqCst)));
            }
        }
        let [few, many] = seen[..] else { unreachable!() };
        assert!(few.0 > 3 && few.1 > 3, "{few:?}");
        assert_eq!(many, few);
    }
}
