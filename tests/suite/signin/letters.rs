//! "Never email me again": the link in the letter, the page behind it, and the button of mail programs.

use crate::support::sign_in::{ORIGIN, SITE};
use crate::support::{TestApp, both};

/// The path of the link in the newest letter.
fn link(app: &TestApp) -> String {
    let text = app.letters.letters().last().unwrap().text.clone();
    let at = text.find("http://127.0.0.1:8080/letters/stop/").expect("no link");
    let link: String = text[at..].chars().take_while(|c| !c.is_whitespace()).collect();
    link.trim_start_matches("http://127.0.0.1:8080").to_owned()
}

both! {
    async fn looking_changes_nothing_and_the_button_stops_letters(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        app.ask("mira@example.org", Some("Mira")).await;
        app.run_jobs().await;
        let link = link(&app);

        for method in ["GET", "HEAD", "GET"] {
            let page = app.request(method, &link).expect(200).await;
            assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
            assert_eq!(page.header("referrer-policy"), "no-referrer");
            assert_eq!(page.header("cache-control"), "no-store");
        }
        let before = app.get(&link).expect(200).await.text();
        assert!(before.contains("Never email me again</button>") && before.contains("sign-in codes stop too"), "{before}");
        app.ask("mira@example.org", Some("Mira")).await;
        app.run_jobs().await;
        assert_eq!(app.letters.letters().len(), 2);

        let page = app.post(&link).body("application/x-www-form-urlencoded", "").expect(200).await;
        assert!(page.text().contains("no longer emails your address"), "{}", page.text());
        app.ask("mira@example.org", Some("Mira")).await;
        app.ask("MIRA@example.org", Some("Mira")).await;
        app.run_jobs().await;
        assert_eq!(app.letters.letters().len(), 2);

        // The way back is on the same page.
        let resume = link.replace("/stop/", "/resume/");
        assert!(app.get(&link).expect(200).await.text().contains(&resume));
        app.post(&resume).expect(200).await;
        app.ask("mira@example.org", Some("Mira")).await;
        app.run_jobs().await;
        assert_eq!(app.letters.letters().len(), 3);
    }

    async fn mail_programs_stop_letters_by_one_click(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        app.ask("mira@example.org", Some("Mira")).await;
        app.run_jobs().await;
        // RFC 8058: form-encoded or multipart, no cookie, no redirect.
        let boundary = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
        for (kind, body) in [
            ("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"),
            ("multipart/form-data; boundary=x", boundary),
        ] {
            app.post(&link(&app)).body(kind, body).expect(200).await;
        }
        app.ask("mira@example.org", Some("Mira")).await;
        app.run_jobs().await;
        assert_eq!(app.letters.letters().len(), 1);
    }

    async fn a_letter_that_waits_is_stopped_too(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        app.ask("mira@example.org", Some("Mira")).await;
        app.run_jobs().await;
        app.ask("mira@example.org", Some("Mira")).await;
        app.post(&link(&app)).expect(200).await;
        assert_eq!(app.run_jobs().await, 1);
        assert_eq!(app.letters.letters().len(), 1);
    }

    async fn nobody_stops_anothers_letters(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        app.ask("mira@example.org", Some("Mira")).await;
        app.run_jobs().await;
        let link = link(&app);
        let (short, last) = link.split_at(link.len() - 1);
        let changed = format!("{short}{}", if last == "A" { "Q" } else { "A" });
        for path in [&changed, short, "/letters/stop/x", "/letters/resume/x"] {
            for method in ["GET", "POST"] {
                if method == "GET" && path.contains("resume") {
                    continue;
                }
                let answer = app.request(method, path).expect(404).await;
                assert!(answer.header("content-type").starts_with("text/html"), "{method} {path}");
            }
        }
    }
}
