//! The outbox under failing mail: retries, giving up, and what is not sent any more.

use std::time::Duration;

use hustings::jobs::Job;
use hustings::service::{ServiceError, background::Background};
use hustings::storage::stores::jobs::FailedJob;
use serde_json::json;

use crate::support::sign_in::{Asked, ORIGIN, SITE, code_in};
use crate::support::{TestApp, both};

const MINUTE: Duration = Duration::from_secs(60);

async fn status(app: &TestApp, asked: &Asked) -> String {
    let answer = app
        .post("/api/v1/sign-in/email/status")
        .origin(ORIGIN)
        .json(&asked.held())
        .expect(200)
        .await;
    answer.json()["letter"].as_str().unwrap().to_owned()
}

async fn failed(app: &TestApp) -> Vec<FailedJob> {
    app.read(|tx| Ok(tx.failed_jobs(10)?)).await
}

both! {
    async fn a_letter_is_tried_again_and_then_given_up(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let asked = app.ask("mira@example.org", Some("Mira")).await;
        for _ in 0..6 {
            app.letters.refuse_next(451, "4.3.0 mira@example.org: try later");
        }
        assert_eq!(app.run_jobs().await, 1);
        for wait in [15, 60, 120, 300, 600] {
            app.clock.advance(Duration::from_secs(wait) - Duration::from_millis(1));
            assert_eq!(app.run_jobs().await, 0, "before {wait} s");
            app.clock.advance(Duration::from_millis(1));
            assert_eq!(app.run_jobs().await, 1, "after {wait} s");
        }
        assert_eq!(status(&app, &asked).await, "queued");
        let given_up = failed(&app).await;
        assert_eq!(given_up.len(), 1);
        assert_eq!(given_up[0].job.attempts, 6);
        assert!(given_up[0].error.contains("451") && !given_up[0].error.contains("mira"), "{}", given_up[0].error);
        assert!(app.letters.letters().is_empty());
        app.clock.advance(60 * MINUTE);
        assert_eq!(app.run_jobs().await, 0);
    }

    async fn every_try_carries_the_same_letter(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let asked = app.ask("mira@example.org", Some("Mira")).await;
        let first = app.read(|tx| Ok(tx.job_counts()?)).await;
        assert_eq!(first, (1, 0));
        app.letters.refuse_next(421, "4.7.0 busy");
        app.run_jobs().await;
        app.clock.advance(Duration::from_secs(15));
        let code = app.code().await;
        assert_eq!(status(&app, &asked).await, "sent");
        // Ten minutes from this acceptance, not from the asking.
        app.clock.advance(10 * MINUTE - Duration::from_secs(1));
        assert_eq!(app.redeem(&asked, &code).await.status, 200);
        assert_eq!(app.read(|tx| Ok(tx.job_counts()?)).await, (0, 0));
    }

    async fn a_job_that_was_done_but_not_noted_sends_the_same_letter_again(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        app.ask("mira@example.org", Some("Mira")).await;
        let job = app.write(|tx| Ok(tx.claim_job(hustings::domain::clock::Micros::from_i64(i64::MAX / 2), MINUTE)?)).await.unwrap();
        let copy = job.clone();
        app.write(move |tx| Ok(tx.retry_job(copy.id, copy.run_at, "")?)).await;
        app.run_jobs().await;
        // As after a crash between the letter and its note.
        let (id, resends) = match Job::from_stored(&job).unwrap() {
            Job::SendSignInCode { sign_in, resends } => (sign_in, resends),
            other => panic!("{other:?}"),
        };
        app.write(move |tx| {
            tx.enqueue(&job)?;
            tx.set_letter(id, resends, hustings::storage::stores::sign_ins::LetterState::Queued, job.created_at)?;
            Ok(())
        })
        .await;
        app.clock.advance(MINUTE);
        app.run_jobs().await;
        let letters = app.letters.letters();
        assert_eq!(letters.len(), 2);
        assert_eq!(letters[0], letters[1]);
    }

    async fn an_expired_code_is_never_sent(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        app.ask("mira@example.org", Some("Mira")).await;
        app.letters.refuse_next(451, "4.3.0 later");
        app.run_jobs().await;
        app.clock.advance(30 * MINUTE);
        assert_eq!(app.run_jobs().await, 1);
        assert!(app.letters.letters().is_empty());
        assert_eq!(app.read(|tx| Ok(tx.job_counts()?)).await, (0, 0));
        // Nor one that was given up and is revived too late.
        app.ask("mira@example.org", Some("Mira")).await;
        for _ in 0..6 {
            app.letters.refuse_next(451, "4.3.0 later");
        }
        for wait in [0, 15, 60, 120, 300, 600] {
            app.clock.advance(Duration::from_secs(wait));
            app.run_jobs().await;
        }
        app.clock.advance(20 * MINUTE);
        let now = hustings::domain::clock::Clock::now(&*app.clock);
        assert_eq!(app.write(move |tx| Ok(tx.revive_jobs(now)?)).await, 1);
        assert_eq!(app.run_jobs().await, 1);
        assert!(app.letters.letters().is_empty());
    }

    async fn a_revived_letter_is_sent_while_it_is_good(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let asked = app.ask("mira@example.org", Some("Mira")).await;
        for _ in 0..6 {
            app.letters.refuse_next(451, "4.3.0 later");
        }
        for wait in [0, 15, 60, 120, 300, 600] {
            app.clock.advance(Duration::from_secs(wait));
            app.run_jobs().await;
        }
        let now = hustings::domain::clock::Clock::now(&*app.clock);
        app.write(move |tx| Ok(tx.revive_jobs(now)?)).await;
        let code = app.code().await;
        assert_eq!(app.redeem(&asked, &code).await.status, 200);
    }

    async fn superseded_and_used_letters_are_not_sent(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let asked = app.ask("mira@example.org", Some("Mira")).await;
        app.letters.refuse_next(451, "4.3.0 later");
        app.run_jobs().await;
        app.clock.advance(MINUTE);
        app.post("/api/v1/sign-in/email/resend").origin(ORIGIN).json(&asked.held()).expect(202).await;
        assert_eq!(app.run_jobs().await, 2);
        let letters = app.letters.letters();
        assert_eq!(letters.len(), 1);
        assert_eq!(app.redeem(&asked, &code_in(&letters[0].text)).await.status, 200);
    }

    async fn a_refused_address_is_told_to_its_request_only(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let refused = app.ask("nobody@example.org", Some("Nobody")).await;
        app.letters.refuse_next(550, "5.1.1 no such user");
        assert_eq!(app.run_jobs().await, 1);
        assert_eq!(status(&app, &refused).await, "refused");
        assert!(failed(&app).await.is_empty());
        // Another request for the same address knows nothing of it.
        let again = app.ask("nobody@example.org", Some("Nobody")).await;
        assert_eq!(status(&app, &again).await, "queued");
        app.run_jobs().await;
        assert_eq!(status(&app, &again).await, "sent");
        assert_eq!(status(&app, &refused).await, "refused");
        // The letter again is queued anew.
        app.clock.advance(MINUTE);
        app.post("/api/v1/sign-in/email/resend").origin(ORIGIN).json(&refused.held()).expect(202).await;
        assert_eq!(status(&app, &refused).await, "queued");
    }

    async fn our_own_faults_are_not_blamed_on_the_address(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let asked = app.ask("mira@example.org", Some("Mira")).await;
        app.letters.refuse_next(554, "5.7.1 relay access denied");
        app.run_jobs().await;
        assert_eq!(status(&app, &asked).await, "queued");
        app.clock.advance(Duration::from_secs(15));
        let code = app.code().await;
        assert_eq!(app.redeem(&asked, &code).await.status, 200);
    }

    async fn a_job_that_this_version_cannot_read_is_given_up_loudly(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        app.ask("mira@example.org", Some("Mira")).await;
        app.write(|tx| {
            let job = tx.claim_job(hustings::domain::clock::Micros::from_i64(i64::MAX / 2), MINUTE)?.unwrap();
            tx.finish_job(job.id)?;
            tx.enqueue(&hustings::storage::stores::jobs::StoredJob { kind: String::from("from_the_future"), ..job })?;
            Ok::<_, ServiceError>(())
        })
        .await;
        assert_eq!(app.run_jobs().await, 1);
        let failed = failed(&app).await;
        assert!(failed[0].error.contains("from_the_future"), "{failed:?}");
    }

    async fn a_lost_workers_job_is_taken_by_another_and_not_for_ever(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        app.ask("mira@example.org", Some("Mira")).await;
        for _ in 0..6 {
            let now = hustings::domain::clock::Clock::now(&*app.clock);
            let lost = app.write(move |tx| Ok(tx.claim_job(now, MINUTE)?)).await;
            assert!(lost.is_some());
            assert_eq!(app.run_jobs().await, 0, "while the lease lasts");
            let due = app.read(|tx| Ok(tx.next_job_at()?)).await;
            assert_eq!(due, Some(now.plus(MINUTE)));
            app.clock.advance(MINUTE);
        }
        assert_eq!(app.run_jobs().await, 1);
        assert_eq!(failed(&app).await.len(), 1);
        assert!(app.letters.letters().is_empty());
    }

    async fn workers_send_what_is_asked_for_while_they_run(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let background = Background::start(&app.app, 2).unwrap();
        let asked = app.ask("mira@example.org", Some("Mira")).await;
        let begun = std::time::Instant::now();
        // Well within the five seconds after which a worker looks by itself.
        while status(&app, &asked).await != "sent" {
            assert!(begun.elapsed() < Duration::from_secs(4), "no worker woke");
            actix_web::rt::time::sleep(Duration::from_millis(10)).await;
        }
        actix_web::web::block(move || drop(background)).await.unwrap();
        assert_eq!(app.letters.letters().len(), 1);
    }

    async fn what_is_old_is_forgotten(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let token = app.sign_in("mira@example.org", "Mira").await;
        app.delete("/api/v1/me/token").origin(ORIGIN).token(&token).expect(204).await;
        app.clock.advance(Duration::from_secs(23 * 60 * 60));
        let young = app.ask("mira@example.org", Some("Mira")).await;
        app.clock.advance(Duration::from_secs(60 * 60 + 1));
        assert_eq!(app.run(|app| hustings::service::purge::purge(app).unwrap()).await, 1);
        assert_eq!(status(&app, &young).await, "queued");
        let answer = app.delete("/api/v1/me/token").origin(ORIGIN).token(&token).expect(401).await;
        assert_eq!(answer.code(), "token_revoked");
        app.clock.advance(Duration::from_secs(30 * 24 * 60 * 60));
        assert_eq!(app.run(|app| hustings::service::purge::purge(app).unwrap()).await, 2);
        let answer = app.delete("/api/v1/me/token").origin(ORIGIN).token(&token).expect(401).await;
        assert_eq!(answer.code(), "token_invalid");
        assert_eq!(answer.json()["errors"], json!(null));
    }
}
