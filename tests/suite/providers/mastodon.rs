//! Mastodon: instances old and new, registering, remembering, and instances that lie.

use hustings::config::Config;
use hustings::outbound::OutboundError;
use hustings::signin::provider::ProviderError;
use serde_json::json;

use super::cases;
use super::fake::{Case, STATE, Trouble, World, query};
use super::plain::{outside, wire};

const REDIRECT: &str = "https://comments.example.org/sign-in/callback/mastodon";

#[test]
fn an_instance_of_today() {
    let world = World::new(cases::mastodon());
    let departure = world.depart();
    let registered = wire(&world.asked(), &departure.address);
    assert_eq!(
        registered,
        [
            String::from("GET social.example.org/.well-known/oauth-authorization-server"),
            format!(
                "POST social.example.org/api/v1/apps client_name=Hustings comments redirect_uris={REDIRECT} scopes=profile \
                 website=https://comments.example.org"
            ),
        ]
    );
    let sent = query(&departure.address);
    assert!(
        departure
            .address
            .as_str()
            .starts_with("https://social.example.org/oauth/authorize?")
    );
    assert_eq!(
        (
            sent["client_id"].as_str(),
            sent["scope"].as_str(),
            sent["state"].as_str()
        ),
        ("app-1", "profile", STATE)
    );
    assert_eq!(sent["code_challenge_method"], "S256");

    let mira = world.arrive(&world.arrival(&departure)).unwrap();
    assert_eq!(
        wire(&world.asked(), &departure.address),
        [
            format!(
                "POST social.example.org/oauth/token client_id=app-1 client_secret=app-secret-1 code=c0de \
                 code_verifier=right grant_type=authorization_code redirect_uri={REDIRECT}"
            ),
            String::from("GET social.example.org/oauth/userinfo [Bearer tok-1]"),
        ]
    );
    let expected = outside(
        "https://social.example.org",
        "https://social.example.org/users/mira",
        ["Mira Holt", "@mira@social.example.org"],
        None,
        "https://social.example.org/avatars/mira.png",
    );
    assert_eq!(mira, expected);

    // The second reader of the instance finds this server registered.
    let second = world.depart();
    assert_eq!(
        wire(&world.asked(), &second.address),
        ["GET social.example.org/.well-known/oauth-authorization-server"]
    );
    assert_eq!(query(&second.address)["client_id"], "app-1");
}

#[test]
fn an_instance_of_old() {
    let world = World::new(cases::older_mastodon());
    let departure = world.depart();
    assert_eq!(
        wire(&world.asked(), &departure.address),
        [
            String::from("GET social.example.org/.well-known/oauth-authorization-server"),
            format!(
                "POST social.example.org/api/v1/apps client_name=Hustings comments redirect_uris={REDIRECT} \
                 scopes=read:accounts website=https://comments.example.org"
            ),
            // So that it does not forget this server.
            format!(
                "POST social.example.org/oauth/token client_id=app-1 client_secret=app-secret-1 \
                 grant_type=client_credentials redirect_uri={REDIRECT}"
            ),
        ]
    );
    let sent = query(&departure.address);
    assert_eq!(sent["scope"], "read:accounts");
    assert!(!sent.contains_key("code_challenge") && departure.verifier.is_none());
    let mira = world.arrive(&world.arrival(&departure)).unwrap();
    let asked = wire(&world.asked(), &departure.address);
    assert_eq!(
        asked[1],
        "GET social.example.org/api/v1/accounts/verify_credentials [Bearer tok-1]"
    );
    assert_eq!(
        mira.subject, "https://social.example.org/users/mira",
        "never the number"
    );
    assert_eq!(mira.name.as_deref(), Some("mira"), "the display name is empty");
}

#[test]
fn an_instance_that_forgot_this_server_is_registered_with_again() {
    let world = World::new(cases::mastodon());
    let departure = world.depart();
    world.asked();
    let forgotten = cases::mastodon().answering(
        "/oauth/token",
        "401 Unauthorized",
        json!({ "error": "invalid_client" }),
    );
    let refusing = World::new(forgotten);
    let arrival = refusing.arrival(&departure);
    refusing.depart();
    assert_eq!(
        refusing.arrive(&arrival),
        Err(ProviderError::Stale),
        "the reader is to begin again"
    );
    refusing.asked();
    refusing.depart();
    let asked = refusing.asked();
    assert_eq!(asked.last().unwrap().path(), "/api/v1/apps", "registered anew");
}

#[test]
fn an_instance_cannot_speak_for_others() {
    let lying = json!({ "sub": "https://other.example.org/users/mira", "name": "Mira" });
    let world = World::new(cases::mastodon().answering("/oauth/userinfo", "200 OK", lying));
    assert_eq!(world.round(), Err(ProviderError::Answer { what: "uri" }));

    let document = |field: &str, value: &str| {
        let mut case = cases::mastodon();
        case.routes[0].body[field] = json!(value);
        World::new(case).try_depart().map(|_| ())
    };
    for field in [
        "issuer",
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "app_registration_endpoint",
    ] {
        for value in [
            "https://other.example.org/oauth",
            "http://social.example.org/oauth",
            "https://social.example.org:8443/oauth",
            "https://mira@social.example.org/oauth",
            "javascript:alert(1)",
            "/oauth",
        ] {
            let outcome = document(field, value);
            assert!(
                matches!(outcome, Err(ProviderError::Answer { .. })),
                "{field} {value}: {outcome:?}"
            );
        }
    }
}

#[test]
fn hosts_that_are_none_are_not_asked() {
    let typed = |host: &'static str| {
        World::new(Case {
            host: Some(host),
            ..cases::mastodon()
        })
    };
    for host in [
        "",
        "mira",
        "localhost",
        "127.0.0.1",
        "0x7f.1",
        "2130706433",
        "[::1]",
        "http://social.example.org",
        "social.example.org:8443",
    ] {
        let world = typed(host);
        assert_eq!(world.try_depart(), Err(ProviderError::Host), "{host}");
        assert!(world.asked().is_empty());
    }
    let none = World::new(Case {
        host: None,
        ..cases::mastodon()
    });
    assert_eq!(none.try_depart(), Err(ProviderError::Host));
    assert!(none.provider().asks_host());
    let away = typed("nowhere.example.org");
    assert_eq!(
        away.try_depart(),
        Err(ProviderError::Outbound(OutboundError::Unreachable))
    );
}

#[test]
fn the_operator_chooses_instances() {
    for setting in ["denied = [\"example.org\"]", "allowed = [\"other.example.org\"]"] {
        let world = World::new(cases::mastodon().set(setting));
        assert_eq!(world.try_depart(), Err(ProviderError::HostDenied), "{setting}");
        assert!(world.asked().is_empty());
    }
    assert!(
        World::new(cases::mastodon().set("allowed = [\"social.example.org\"]"))
            .try_depart()
            .is_ok()
    );
    let wrong = Config::from_sources(
        Some("[providers.mastodon]\nallowed = [\"localhost\"]\n"),
        Vec::new(),
    );
    assert_eq!(wrong.unwrap_err().0[0].key, "providers.mastodon.allowed");
}

#[test]
fn a_departure_that_lost_its_memo_ends_nowhere() {
    let world = World::new(cases::mastodon());
    let departure = world.depart();
    world.asked();
    for memo in [None, Some(String::from("{}")), Some(String::from("nonsense"))] {
        let mut arrival = world.arrival(&departure);
        arrival.memo = memo;
        assert_eq!(
            world.arrive(&arrival),
            Err(ProviderError::Answer { what: "memo" })
        );
    }
    assert!(world.asked().is_empty());
}

#[test]
fn an_instance_in_trouble_is_told_from_one_that_is_old() {
    for (trouble, what) in [
        (Trouble::Status("500 Internal Server Error"), "status"),
        (Trouble::Html, "json"),
        (Trouble::BrokenJson, "json"),
    ] {
        let world = World::new(cases::mastodon());
        world.trouble("/.well-known/oauth-authorization-server", trouble.clone());
        assert_eq!(
            world.try_depart(),
            Err(ProviderError::Answer { what }),
            "{trouble:?}"
        );
        let world = World::new(cases::mastodon());
        world.trouble("/api/v1/apps", trouble.clone());
        assert_eq!(
            world.try_depart(),
            Err(ProviderError::Answer { what }),
            "{trouble:?}"
        );
    }
}
