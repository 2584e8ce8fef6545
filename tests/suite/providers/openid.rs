//! Providers that speak OpenID: what goes over the wire, who comes of it, and ID tokens that are not taken.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hustings::outbound::OutboundError;
use hustings::signin::oidc::IdTokenError;
use hustings::signin::provider::{Outside, ProviderError};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::{Value, json};

use super::cases::{self, TENANT};
use super::fake::{Case, NOW, Trouble, World, apple_key, query};
use super::plain::{exchange, outside, pairs, sent, whole};

/// The requests of a first sign-in: the document, the token, the keys.
fn requests(host: &str, document: &str, token: &str, keys: &str) -> Vec<String> {
    vec![
        format!("GET {host}{document}"),
        format!("POST {host}{token}"),
        format!("GET {host}{keys}"),
    ]
}

/// Who comes of a case, where all is well.
fn somebody(case: Case) -> Outside {
    World::new(case).round().unwrap()
}

const DOCUMENT: &str = "/.well-known/openid-configuration";

/// Scopes and whatever else goes along, but the nonce, which must.
fn along(address: &url::Url) -> (Vec<(String, String)>, bool) {
    let (_, mut parameters, pkce) = sent(address);
    let nonce = parameters.iter().position(|(name, _)| name == "nonce").unwrap();
    assert_eq!(parameters.remove(nonce).1.len(), 43);
    (parameters, pkce)
}

#[test]
fn google() {
    let (address, wire, mira, _) = whole(cases::google());
    assert_eq!(
        sent(&address).0,
        "https://accounts.google.com/authorize",
        "as its document says"
    );
    assert_eq!(
        along(&address),
        (pairs(&[("scope", "openid profile email")]), true)
    );
    let mut expected = requests("accounts.google.com", DOCUMENT, "/token", "/certs");
    expected[1].push_str(&exchange("google", true));
    assert_eq!(wire, expected);
    let picture = "https://lh3.example.org/mira";
    let expected = |email| {
        outside(
            "https://accounts.google.com",
            "110169484474386276334",
            ["Mira Holt", ""],
            Some(email),
            picture,
        )
    };
    assert_eq!(mira, expected(("mira@gmail.com", true)));

    let long = cases::google().claiming("iss", json!("https://accounts.google.com"));
    assert_eq!(
        somebody(long),
        mira,
        "with and without https:// it is the same person"
    );
    let elsewhere = cases::google().claiming("email", json!("mira@example.org"));
    assert_eq!(
        somebody(elsewhere.clone()),
        expected(("mira@example.org", false)),
        "not Google's mailbox"
    );
    let hosted = elsewhere.claiming("hd", json!("example.org"));
    assert_eq!(somebody(hosted), expected(("mira@example.org", true)));
    let denied = cases::google().claiming("email_verified", json!(false));
    assert_eq!(somebody(denied), expected(("mira@gmail.com", false)));
}

#[test]
fn microsoft() {
    let (address, wire, mira, _) = whole(cases::microsoft());
    assert_eq!(
        along(&address),
        (pairs(&[("scope", "openid profile email")]), true)
    );
    let mut expected = requests(
        "login.microsoftonline.com",
        "/common/v2.0/.well-known/openid-configuration",
        "/common/oauth2/v2.0/token",
        "/common/discovery/v2.0/keys",
    );
    expected[1].push_str(&exchange("microsoft", true));
    assert_eq!(wire, expected);
    let expected = outside(
        &format!("https://login.microsoftonline.com/{TENANT}/v2.0"),
        "00000000-0000-0000-66f3-3332eca7ea81",
        ["Mira Holt", "mira@club.example.org"],
        Some(("mira@club.example.org", false)),
        "",
    );
    assert_eq!(
        mira, expected,
        "the address is never believed, whatever is said of it"
    );

    let issuer = Err(ProviderError::IdToken(IdTokenError::Issuer));
    let other = "9188040d-6c67-4c5b-b112-36a304b66dad";
    for case in [
        cases::microsoft().claiming("tid", json!(other)),
        cases::microsoft().claiming("tid", Value::Null),
        cases::microsoft().claiming("iss", json!("https://login.microsoftonline.com/common/v2.0")),
        cases::microsoft().claiming("iss", json!(format!("https://evil.example/{TENANT}/v2.0"))),
    ] {
        assert_eq!(World::new(case).round(), issuer);
    }
    let personal = |setting: &str| {
        let mut case = cases::microsoft()
            .claiming("tid", json!(other))
            .claiming(
                "iss",
                json!(format!("https://login.microsoftonline.com/{other}/v2.0")),
            )
            .set(&format!("tenant = \"{setting}\""));
        for (route, path) in case.routes.iter_mut().zip([
            "/organizations/v2.0/.well-known/openid-configuration",
            "/common/oauth2/v2.0/token",
            "/common/discovery/v2.0/keys",
        ]) {
            route.path = path;
        }
        World::new(case).round()
    };
    assert_eq!(
        personal("organizations"),
        issuer,
        "personal accounts are of no organisation"
    );
}

#[test]
fn microsoft_of_one_tenant() {
    let of_tenant = |claims: Case| {
        let mut case = claims.set(&format!("tenant = \"{TENANT}\""));
        case.routes[0].path = "/7f5a1f0e-1111-4222-8333-444455556666/v2.0/.well-known/openid-configuration";
        case.routes[0].body["issuer"] = json!(format!("https://login.microsoftonline.com/{TENANT}/v2.0"));
        World::new(case).round()
    };
    assert!(of_tenant(cases::microsoft()).is_ok());
    let stranger = "11111111-2222-4333-8444-555566667777";
    let other = cases::microsoft().claiming("tid", json!(stranger)).claiming(
        "iss",
        json!(format!("https://login.microsoftonline.com/{stranger}/v2.0")),
    );
    assert_eq!(
        of_tenant(other),
        Err(ProviderError::IdToken(IdTokenError::Issuer))
    );
}

#[test]
fn apple() {
    let (pem, public) = apple_key();
    let world = World::new(cases::apple(&pem));
    assert!(world.provider().posts_back());
    let departure = world.depart();
    assert_eq!(
        along(&departure.address),
        (
            pairs(&[("response_mode", "form_post"), ("scope", "name email")]),
            true
        )
    );
    let mut arrival = world.arrival(&departure);
    arrival.user = Some(String::from(
        r#"{"name":{"firstName":"Mira","lastName":"Holt"},"email":"evil@example.org"}"#,
    ));
    let mira = world.arrive(&arrival).unwrap();
    let email = Some(("x8fd@privaterelay.example.org", true));
    let expected = |name| {
        outside(
            "https://appleid.apple.com",
            "001473.0b4b.1145",
            [name, ""],
            email,
            "",
        )
    };
    assert_eq!(mira, expected("Mira Holt"), "the address is the ID token's");

    let asked = world.asked();
    let token = asked.iter().find(|asked| asked.path() == "/auth/token").unwrap();
    assert_eq!(
        (token.method.as_str(), token.header("authorization")),
        ("POST", "")
    );
    let secret = &token.form["client_secret"];
    let others: Vec<_> = token
        .fields()
        .into_iter()
        .filter(|(name, _)| *name != "client_secret")
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let redirect = "https://comments.example.org/sign-in/callback/apple";
    assert_eq!(
        others,
        pairs(&[
            ("client_id", "id-4711"),
            ("code", "c0de"),
            ("grant_type", "authorization_code"),
            ("redirect_uri", redirect)
        ])
    );
    let (message, signature) = secret.rsplit_once('.').unwrap();
    let (head, claims) = message.split_once('.').unwrap();
    let read =
        |part: &str| -> Value { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap() };
    let (head, claims) = (read(head), read(claims));
    assert_eq!(
        (&head["alg"], &head["kid"]),
        (&json!("ES256"), &json!("KEY4711ABC"))
    );
    let now = NOW.as_i64() / 1_000_000;
    assert_eq!(
        claims,
        json!({ "iss": "TEAM4711AB", "iat": now, "exp": now + 300, "aud": "https://appleid.apple.com", "sub": "id-4711" })
    );
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public)
        .verify(message.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap())
        .unwrap();

    // From the second time on there is no name.
    let departure = world.depart();
    assert_eq!(world.arrive(&world.arrival(&departure)).unwrap(), expected(""));
    let unproven = cases::apple(&pem).claiming("email_verified", json!("false"));
    assert!(!somebody(unproven).email.unwrap().proven);
    let as_bool = cases::apple(&pem).claiming("email_verified", json!(true));
    assert!(somebody(as_bool).email.unwrap().proven);
}

#[test]
fn gitlab() {
    let (address, wire, mira, _) = whole(cases::gitlab());
    assert_eq!(
        along(&address),
        (pairs(&[("scope", "openid profile email")]), true)
    );
    let mut expected = requests(
        "git.example.org",
        "/forge/.well-known/openid-configuration",
        "/forge/oauth/token",
        "/forge/oauth/discovery/keys",
    );
    expected[1].push_str(&exchange("gitlab", true));
    expected.push(String::from(
        "GET git.example.org/forge/oauth/userinfo [Bearer tok-1]",
    ));
    assert_eq!(wire, expected);
    let picture = "https://git.example.org/forge/mira.png";
    let issuer = "https://git.example.org/forge";
    let expected = |proven| {
        outside(
            issuer,
            "17",
            ["Mira Holt", "mira"],
            Some(("mira@example.org", proven)),
            picture,
        )
    };
    assert_eq!(mira, expected(false), "whoever runs it says what they like");
    assert_eq!(
        somebody(cases::gitlab().set("trust_email = true")),
        expected(true)
    );

    let world = World::new(cases::gitlab());
    world.trouble(
        "/forge/oauth/userinfo",
        Trouble::Says(json!({ "sub": "18", "name": "Mallory" })),
    );
    assert_eq!(
        world.round(),
        Err(ProviderError::Answer { what: "sub" }),
        "userinfo of another"
    );
}

#[test]
fn twitch() {
    let (address, wire, mira, _) = whole(cases::twitch());
    let claims =
        r#"{"id_token":{"email":null,"email_verified":null,"picture":null,"preferred_username":null}}"#;
    assert_eq!(
        along(&address),
        (
            pairs(&[("claims", claims), ("scope", "openid user:read:email")]),
            false
        )
    );
    let mut expected = requests(
        "id.twitch.tv",
        "/oauth2/.well-known/openid-configuration",
        "/oauth2/token",
        "/oauth2/keys",
    );
    expected[1].push_str(&exchange("twitch", false));
    assert_eq!(wire, expected);
    let picture = "https://static.example.org/mira.png";
    let email = Some(("mira@example.org", true));
    assert_eq!(
        mira,
        outside(
            "https://id.twitch.tv/oauth2",
            "713936733",
            ["MiraHolt", "MiraHolt"],
            email,
            picture
        )
    );
    assert!(
        !somebody(cases::twitch().claiming("email_verified", json!(false)))
            .email
            .unwrap()
            .proven
    );
}

#[test]
fn telegram() {
    let (address, wire, mira, _) = whole(cases::telegram());
    assert_eq!(along(&address), (pairs(&[("scope", "openid profile")]), true));
    let mut expected = requests("oauth.telegram.org", DOCUMENT, "/token", "/.well-known/jwks.json");
    expected[1].push_str(
        " [Basic aWQtNDcxMTpzM2NyM3QlMkZvZiUyQm91cnM=] code=c0de code_verifier=right grant_type=authorization_code \
         redirect_uri=https://comments.example.org/sign-in/callback/telegram",
    );
    assert_eq!(wire, expected);
    let picture = "https://t.example.org/mira.jpg";
    assert_eq!(
        mira,
        outside(
            "https://oauth.telegram.org",
            "1234567",
            ["Mira Holt", "miraholt"],
            None,
            picture
        )
    );
}

#[test]
fn wordpress() {
    let (address, wire, mira, _) = whole(cases::wordpress());
    assert_eq!(
        along(&address),
        (pairs(&[("scope", "openid profile email")]), true)
    );
    let mut expected = requests(
        "public-api.wordpress.com",
        DOCUMENT,
        "/oauth2-1/token",
        "/oauth2-1/keys",
    );
    expected[1].push_str(&exchange("wordpress", true));
    assert_eq!(wire, expected);
    let (issuer, picture) = (
        "https://public-api.wordpress.com",
        "https://gravatar.example.org/mira",
    );
    let email = Some(("mira@example.org", true));
    assert_eq!(
        mira,
        outside(issuer, "78749", ["Mira Holt", "miraholt"], email, picture)
    );

    // A document that cannot be had is no reason to take somebody for another.
    for trouble in [Trouble::Status("503 Service Unavailable"), Trouble::Html] {
        let world = World::new(cases::wordpress());
        world.trouble(DOCUMENT, trouble);
        assert!(matches!(world.try_depart(), Err(ProviderError::Answer { .. })));
    }
}

#[test]
fn a_named_provider() {
    let (address, wire, mira, _) = whole(cases::oidc());
    assert_eq!(
        along(&address),
        (pairs(&[("scope", "openid profile email")]), true)
    );
    let mut expected = requests("id.example.org", DOCUMENT, "/token", "/keys");
    expected[1].push_str(
        " [Basic aWQtNDcxMTpzM2NyM3QlMkZvZiUyQm91cnM=] code=c0de code_verifier=right grant_type=authorization_code \
         redirect_uri=https://comments.example.org/sign-in/callback/club-id",
    );
    assert_eq!(wire, expected);
    let expected = |proven| {
        outside(
            "https://id.example.org",
            "mira",
            ["Mira Holt", ""],
            Some(("mira@example.org", proven)),
            "",
        )
    };
    assert_eq!(mira, expected(false));
    assert_eq!(somebody(cases::oidc().set("trust_email = true")), expected(true));

    let (_, wire, ..) = whole(cases::oidc().set("basic_auth = false"));
    assert!(
        wire[1].starts_with("POST id.example.org/token client_id=id-4711 client_secret="),
        "{}",
        wire[1]
    );
    let mut silent = cases::oidc();
    silent.routes[0]
        .body
        .as_object_mut()
        .unwrap()
        .remove("code_challenge_methods_supported");
    let departure = World::new(silent).depart();
    assert!(departure.verifier.is_none() && !query(&departure.address).contains_key("code_challenge"));
}

#[test]
fn a_provider_that_names_itself_is_held_to_it() {
    let mut case = cases::oidc();
    case.routes[0].body["authorization_response_iss_parameter_supported"] = json!(true);
    let world = World::new(case);
    let departure = world.depart();
    let mut arrival = world.arrival(&departure);
    assert_eq!(world.arrive(&arrival), Err(ProviderError::Answer { what: "iss" }));
    arrival.iss = Some(String::from("https://id.example.org/"));
    assert_eq!(
        world.arrive(&arrival),
        Err(ProviderError::Answer { what: "iss" }),
        "letter for letter"
    );
    arrival.iss = Some(String::from("https://id.example.org"));
    assert!(world.arrive(&arrival).is_ok());
}

#[test]
fn id_tokens_that_are_not_taken() {
    let now = NOW.as_i64() / 1_000_000;
    for case in cases::of_openid() {
        for (name, value, expected) in [
            ("iss", json!("https://evil.example"), IdTokenError::Issuer),
            ("iss", Value::Null, IdTokenError::Issuer),
            ("aud", json!("another"), IdTokenError::Audience),
            ("aud", json!(["id-4711", "another"]), IdTokenError::Audience),
            ("azp", json!("another"), IdTokenError::Audience),
            ("exp", json!(now - 3600), IdTokenError::Expired),
            ("iat", json!(now + 3600), IdTokenError::Early),
            ("nonce", json!("of-another-sign-in"), IdTokenError::Nonce),
            ("nonce", json!(7), IdTokenError::Nonce),
            ("sub", Value::Null, IdTokenError::Subject),
        ] {
            let outcome = World::new(case.clone().claiming(name, value.clone())).round();
            assert_eq!(
                outcome,
                Err(ProviderError::IdToken(expected)),
                "{} {name} {value}",
                case.key
            );
        }
        let silent = Case {
            echoes_nonce: false,
            ..case.clone()
        };
        assert_eq!(
            World::new(silent).round(),
            Err(ProviderError::IdToken(IdTokenError::Nonce)),
            "{}",
            case.key
        );
    }
}

#[test]
fn a_lost_nonce_ends_it_before_anything_is_asked() {
    for case in cases::of_openid() {
        let world = World::new(case);
        let departure = world.depart();
        world.asked();
        for nonce in [None, Some(String::new())] {
            let mut arrival = world.arrival(&departure);
            arrival.nonce = nonce;
            assert_eq!(
                world.arrive(&arrival),
                Err(ProviderError::Answer { what: "nonce" })
            );
        }
        assert!(world.asked().is_empty());
    }
}

#[test]
fn a_document_that_cannot_be_had() {
    for case in cases::of_openid() {
        let at = case.routes[0].path;
        for trouble in [
            Trouble::Status("500 Internal Server Error"),
            Trouble::Html,
            Trouble::BrokenJson,
        ] {
            let world = World::new(case.clone());
            world.trouble(at, trouble.clone());
            let outcome = world.try_depart();
            assert!(
                matches!(outcome, Err(ProviderError::Answer { .. })),
                "{} {trouble:?}: {outcome:?}",
                case.key
            );
        }
        let world = World::new(case.clone());
        world.trouble(at, Trouble::TooMuch);
        assert_eq!(
            world.try_depart(),
            Err(ProviderError::Outbound(OutboundError::TooLarge)),
            "{}",
            case.key
        );
    }
}
