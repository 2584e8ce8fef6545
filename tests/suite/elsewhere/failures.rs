//! What a reader is told where a provider lets nobody in: what happened, another try, another way, and the way back.

use hustings::outbound::OutboundError;

use crate::support::both;
use crate::support::elsewhere::{Browser, PageSide, Says, encoded, state_in};
use crate::support::sign_in::ORIGIN;

both! {
    async fn each_failure_has_its_page(app: TestApp) {
        let (app, fake) = app.with_fake_providers().await;
        fake.says("down", Says::Unheard(OutboundError::Unreachable));
        fake.says("slow", Says::Unheard(OutboundError::Slow));
        fake.says("large", Says::Unheard(OutboundError::TooLarge));
        fake.says("broken", Says::Unheard(OutboundError::Broken));
        fake.says("busy", Says::Unheard(OutboundError::Busy));
        fake.says("nonsense", Says::Nonsense);
        fake.says("stale", Says::Stale);
        fake.says("config", Says::Config);
        for (query, sentence) in [
            ("error=access_denied&error_description=marker", "GitHub did not let you in"),
            ("code=down", "GitHub cannot be reached"),
            ("code=slow", "GitHub took too long"),
            ("code=large", "GitHub answered something"),
            ("code=broken", "GitHub answered something"),
            ("code=nonsense", "GitHub answered something"),
            ("code=busy", "Too many people"),
            ("code=stale", "An answer counts once"),
            ("code=config", "not set up rightly"),
        ] {
            let mut browser = Browser::default();
            let begun = browser.get(&app, &PageSide::asks("redirect", &[]).address).await;
            let to = begun.header("location").to_owned();
            let state = state_in(&browser.get(&app, &to).await);
            let back = browser.get(&app, &format!("/sign-in/callback/github?{query}&state={state}")).await;
            assert_eq!(back.status, 303, "{query}: {}", back.text());
            assert!(!back.header("location").contains("marker"));
            assert_eq!(browser.cookie("hustings_account"), None);
            let page = browser.get(&app, back.header("location")).await;
            let text = page.text();
            assert_eq!(page.status, 200);
            assert!(text.contains(sentence), "{query}: {text}");
            assert!(text.contains(&format!("href=\"{to}\"")) && text.contains("Try again"), "{text}");
            assert!(text.contains("Sign in with Apple"), "{text}");
            assert!(text.contains(&format!("href=\"{ORIGIN}/selection-meetings?p=7\"")), "{text}");
            assert!(text.contains("What you wrote is kept"), "{text}");
        }
    }

    async fn a_provider_that_cannot_be_asked_first(app: TestApp) {
        let (app, fake) = app.with_fake_providers().await;
        fake.close();
        let mut browser = Browser::default();
        let begun = browser.get(&app, &PageSide::asks("redirect", &[]).address).await;
        let gone = browser.get(&app, begun.header("location")).await;
        assert_eq!(gone.status, 303);
        let page = browser.get(&app, gone.header("location")).await;
        assert!(page.text().contains("GitHub cannot be reached"), "{}", page.text());
    }

    async fn the_address_of_a_failure_says_nothing_of_its_own(app: TestApp) {
        let (app, _fake) = app.with_fake_providers().await;
        let mut browser = Browser::default();
        let begun = browser.get(&app, &PageSide::asks("redirect", &[]).address).await;
        let id = begun.header("location").split('/').nth(2).unwrap().to_owned();
        for (failed, with) in [("marker", "github"), ("down", "marker"), ("down", ""), ("marker", "marker")] {
            let page = browser.get(&app, &format!("/sign-in/{id}?{}", encoded(&[("failed", failed), ("with", with)]))).await;
            assert_eq!(page.status, 200);
            assert!(!page.text().contains("marker"), "{}", page.text());
        }
    }
}
