//! Providers that speak OAuth 2: what goes over the wire, and who comes of it.

use hustings::domain::text::EmailAddress;
use hustings::signin::provider::{Outside, OutsideEmail, ProviderError};
use serde_json::{Value, json};
use url::Url;

use super::cases;
use super::fake::{Asked, Case, STATE, Trouble, World, challenge, hmac_hex, query, signed_request};

pub fn outside(
    issuer: &str,
    subject: &str,
    names: [&str; 2],
    email: Option<(&str, bool)>,
    avatar: &str,
) -> Outside {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Outside {
        issuer: issuer.to_owned(),
        subject: subject.to_owned(),
        name: given(names[0]),
        handle: given(names[1]),
        email: email.map(|(address, proven)| OutsideEmail {
            address: EmailAddress::parse(address).unwrap(),
            proven,
        }),
        avatar: given(avatar).map(|address| Url::parse(&address).unwrap()),
    }
}

/// A request as a line: method, target, who asks, and the form; a verifier is `right` where it is the challenge's.
pub fn wire(asked: &[Asked], sent: &Url) -> Vec<String> {
    let challenge_sent = query(sent).get("code_challenge").cloned();
    asked
        .iter()
        .map(|asked| {
            let mut line = format!("{} {}", asked.method, asked.target);
            let authorization = asked.header("authorization");
            if !authorization.is_empty() {
                line.push_str(&format!(" [{authorization}]"));
            }
            for (name, value) in &asked.form {
                let value = match name.as_str() {
                    "code_verifier" if Some(challenge(value)) == challenge_sent => "right",
                    _ => value,
                };
                line.push_str(&format!(" {name}={value}"));
            }
            line
        })
        .collect()
}

/// There and back: the address that the reader is sent to, the requests, and who it is.
pub fn whole(case: Case) -> (Url, Vec<String>, Outside, Vec<Asked>) {
    let world = World::new(case);
    let departure = world.depart();
    let before = world.asked();
    let outside = world.arrive(&world.arrival(&departure)).unwrap();
    let mut asked = before;
    asked.extend(world.asked());
    (
        departure.address.clone(),
        wire(&asked, &departure.address),
        outside,
        asked,
    )
}

/// The parameters that a reader is sent with, save the state (which must be there) and the challenge (whether there is one).
pub fn sent(address: &Url) -> (String, Vec<(String, String)>, bool) {
    let mut parameters = query(address);
    assert_eq!(parameters.remove("state").as_deref(), Some(STATE));
    assert_eq!(parameters.remove("response_type").as_deref(), Some("code"));
    assert_eq!(parameters.remove("client_id").as_deref(), Some("id-4711"));
    let redirect = parameters.remove("redirect_uri").unwrap();
    assert!(
        redirect.starts_with("https://comments.example.org/sign-in/callback/"),
        "{redirect}"
    );
    let pkce = match (
        parameters.remove("code_challenge_method"),
        parameters.remove("code_challenge"),
    ) {
        (Some(method), Some(challenge)) => {
            assert_eq!((method.as_str(), challenge.len()), ("S256", 43));
            true
        }
        (None, None) => false,
        half => panic!("{half:?}"),
    };
    let mut bare = address.clone();
    bare.set_query(None);
    (bare.to_string(), parameters.into_iter().collect(), pkce)
}

pub fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// The form that exchanges the code, with id and secret in it.
pub fn exchange(key: &str, verifier: bool) -> String {
    let verifier = if verifier { " code_verifier=right" } else { "" };
    format!(
        " client_id=id-4711 client_secret=s3cr3t/of+ours code=c0de{verifier} grant_type=authorization_code \
         redirect_uri=https://comments.example.org/sign-in/callback/{key}"
    )
}

#[test]
fn x() {
    let (address, wire, outside_of_x, asked) = whole(cases::x());
    assert_eq!(
        sent(&address),
        (
            String::from("https://x.com/i/oauth2/authorize"),
            pairs(&[("scope", "users.read tweet.read users.email")]),
            true
        )
    );
    assert_eq!(
        wire,
        [
            // RFC 6749, 2.3.1: id and secret are encoded as in forms, then together in base64.
            "POST api.x.com/2/oauth2/token [Basic aWQtNDcxMTpzM2NyM3QlMkZvZiUyQm91cnM=] code=c0de code_verifier=right \
             grant_type=authorization_code redirect_uri=https://comments.example.org/sign-in/callback/x",
            "GET api.x.com/2/users/me?user.fields=profile_image_url,confirmed_email [Bearer tok-1]",
        ]
    );
    assert!(
        asked
            .iter()
            .all(|asked| asked.header("accept") == "application/json")
    );
    let mira = outside(
        "https://x.com",
        "2244994945",
        ["Mira Holt", "mira_holt"],
        Some(("mira@example.org", true)),
        "https://pbs.example.org/mira.jpg",
    );
    assert_eq!(outside_of_x, mira);

    let without = json!({ "data": { "id": "1", "name": "Mira", "username": "m" } });
    let (.., bare, _) = whole(cases::x().answering("/2/users/me", "200 OK", without));
    assert_eq!(
        bare,
        outside("https://x.com", "1", ["Mira", "m"], None, ""),
        "the app may not ask for addresses"
    );
}

#[test]
fn facebook() {
    let (address, wire, mira, _) = whole(cases::facebook());
    assert_eq!(
        sent(&address),
        (
            String::from("https://www.facebook.com/v26.0/dialog/oauth"),
            pairs(&[("scope", "public_profile email")]),
            false
        )
    );
    let proof = hmac_hex("s3cr3t/of+ours", "tok-1");
    assert_eq!(
        wire,
        [
            format!(
                "POST graph.facebook.com/v26.0/oauth/access_token{}",
                exchange("facebook", false)
            ),
            String::from(
                "GET graph.facebook.com/v26.0/debug_token?input_token=tok-1 [Bearer id-4711|s3cr3t/of+ours]"
            ),
            format!(
                "GET graph.facebook.com/v26.0/me?fields=id%2Cname%2Cemail%2Cpicture&appsecret_proof={proof} [Bearer tok-1]"
            ),
        ]
    );
    let email = Some(("mira@example.org", false));
    let issuer = "https://www.facebook.com";
    assert_eq!(
        mira,
        outside(
            issuer,
            "10158",
            ["Mira Holt", ""],
            email,
            "https://cdn.example.org/mira.jpg"
        )
    );

    let (.., bare, _) =
        whole(cases::facebook().answering("/v26.0/me", "200 OK", json!({ "id": "10158", "name": "Mira" })));
    assert_eq!(
        bare,
        outside(issuer, "10158", ["Mira", ""], None, ""),
        "who signed up by telephone has no address"
    );

    let newer = cases::facebook().set("graph_version = \"v27.0\"");
    let departure = World::new(newer).depart();
    assert_eq!(departure.address.path(), "/v27.0/dialog/oauth");
}

#[test]
fn a_token_of_another_facebook_app_is_refused() {
    let good = json!({ "app_id": "id-4711", "is_valid": true, "user_id": "10158" });
    for (field, value) in [
        ("app_id", json!("666")),
        ("app_id", Value::Null),
        ("is_valid", json!(false)),
        ("is_valid", Value::Null),
        ("user_id", json!("666")),
        ("user_id", Value::Null),
    ] {
        let mut data = good.clone();
        data[field] = value.clone();
        let case = cases::facebook().answering("/v26.0/debug_token", "200 OK", json!({ "data": data }));
        let outcome = World::new(case).round();
        assert!(
            matches!(outcome, Err(ProviderError::Answer { .. })),
            "{field} {value}: {outcome:?}"
        );
    }
}

#[test]
fn what_facebook_signs_is_told_from_what_it_does_not() {
    let world = World::new(cases::facebook());
    let signed = signed_request(
        "s3cr3t/of+ours",
        &json!({ "algorithm": "HMAC-SHA256", "user_id": "10158" }),
    );
    let read = world.provider().signed_subject(&signed).unwrap();
    assert_eq!(
        read,
        Ok((String::from("https://www.facebook.com"), String::from("10158")))
    );
    let forged = signed_request(
        "another secret",
        &json!({ "algorithm": "HMAC-SHA256", "user_id": "10158" }),
    );
    assert!(world.provider().signed_subject(&forged).unwrap().is_err());
    assert!(
        World::new(cases::x())
            .provider()
            .signed_subject(&signed)
            .is_none()
    );
}

#[test]
fn github() {
    let (address, wire, mira, asked) = whole(cases::github());
    assert_eq!(
        sent(&address),
        (
            String::from("https://github.com/login/oauth/authorize"),
            pairs(&[("scope", "read:user user:email")]),
            true
        )
    );
    assert_eq!(
        wire,
        [
            format!(
                "POST github.com/login/oauth/access_token{}",
                exchange("github", true)
            ),
            String::from("GET api.github.com/user [Bearer tok-1]"),
            String::from("GET api.github.com/user/emails [Bearer tok-1]"),
        ]
    );
    assert_eq!(asked[0].header("accept"), "application/json");
    assert_eq!(asked[1].header("accept"), "application/vnd.github+json");
    assert_eq!(asked[1].header("x-github-api-version"), "2022-11-28");
    let picture = "https://avatars.example.org/u/583231";
    let named = ["mira-holt", "mira-holt"];
    let expected = outside(
        "https://github.com",
        "583231",
        named,
        Some(("mira@example.org", true)),
        picture,
    );
    assert_eq!(mira, expected);

    for emails in [
        json!([{ "email": "mira@example.org", "primary": true, "verified": false }]),
        json!([{ "email": "mira@example.org", "primary": false, "verified": true }]),
        json!([]),
    ] {
        let (.., mira, _) = whole(cases::github().answering("/user/emails", "200 OK", emails));
        assert_eq!(mira.email, None, "the profile's address is not believed");
    }
    let (.., mira, _) =
        whole(cases::github().answering("/user/emails", "403 Forbidden", json!({ "message": "no" })));
    assert_eq!(mira.email, None);
    let failing = cases::github().answering("/user/emails", "500 Internal Server Error", json!({}));
    assert_eq!(
        World::new(failing).round(),
        Err(ProviderError::Answer { what: "status" })
    );
}

#[test]
fn discord() {
    let (address, wire, mira, _) = whole(cases::discord());
    assert_eq!(
        sent(&address),
        (
            String::from("https://discord.com/oauth2/authorize"),
            pairs(&[("scope", "identify email")]),
            true
        )
    );
    assert_eq!(
        wire,
        [
            format!("POST discord.com/api/oauth2/token{}", exchange("discord", true)),
            String::from("GET discord.com/api/users/@me [Bearer tok-1]"),
        ]
    );
    let picture = "https://cdn.discordapp.com/avatars/80351110224678912/8342729096ea3675442027381ff50dfe.png";
    let issuer = "https://discord.com";
    let email = Some(("mira@example.org", true));
    assert_eq!(
        mira,
        outside(issuer, "80351110224678912", ["Mira Holt", "mira"], email, picture)
    );

    let me = json!({ "id": "7", "username": "mira", "global_name": null, "avatar": null, "email": "m@example.org", "verified": false });
    let (.., bare, _) = whole(cases::discord().answering("/api/users/@me", "200 OK", me));
    assert_eq!(
        bare,
        outside(issuer, "7", ["mira", "mira"], Some(("m@example.org", false)), "")
    );
    let odd = json!({ "id": "7", "username": "mira", "avatar": "../../evil" });
    let (.., odd, _) = whole(cases::discord().answering("/api/users/@me", "200 OK", odd));
    assert_eq!(odd.avatar, None);
}

#[test]
fn linkedin() {
    let (address, wire, mira, _) = whole(cases::linkedin());
    assert_eq!(
        sent(&address),
        (
            String::from("https://www.linkedin.com/oauth/v2/authorization"),
            pairs(&[("scope", "openid profile email")]),
            false
        )
    );
    assert_eq!(
        wire,
        [
            format!(
                "POST www.linkedin.com/oauth/v2/accessToken{}",
                exchange("linkedin", false)
            ),
            String::from("GET api.linkedin.com/v2/userinfo [Bearer tok-1]"),
        ]
    );
    let (issuer, picture) = ("https://www.linkedin.com/oauth", "https://media.example.org/mira");
    let expected = |proven| {
        outside(
            issuer,
            "782bbtaQ",
            ["Mira Holt", ""],
            Some(("mira@example.org", proven)),
            picture,
        )
    };
    assert_eq!(mira, expected(true));
    let mut case = cases::linkedin();
    case.routes[1]
        .body
        .as_object_mut()
        .unwrap()
        .remove("email_verified");
    assert_eq!(whole(case).2, expected(false), "the flag may be missing");
}

#[test]
fn a_described_provider() {
    let (address, wire, mira, _) = whole(cases::oauth2());
    assert_eq!(
        sent(&address),
        (
            String::from("https://id.example.org/o/authorize"),
            pairs(&[("scope", "me me.mail")]),
            true
        )
    );
    assert_eq!(
        wire,
        [
            format!("POST id.example.org/o/token{}", exchange("ward-club", true)),
            String::from("GET id.example.org/api/me [Bearer tok-1]"),
        ]
    );
    let issuer = "https://id.example.org/api/me";
    let picture = "https://id.example.org/mira.png";
    let expected = |proven| {
        outside(
            issuer,
            "42",
            ["Mira Holt", ""],
            Some(("mira@example.org", proven)),
            picture,
        )
    };
    assert_eq!(mira, expected(false), "not believed unless the operator says so");

    let (.., trusted, _) = whole(cases::oauth2().set("trust_email = true"));
    assert_eq!(trusted, expected(true));
    let world = World::new(cases::oauth2().set("trust_email = true"));
    let me = json!({ "user": { "uid": 42, "mail": "mira@example.org", "mail_ok": false } });
    world.trouble("/api/me", Trouble::Says(me));
    assert!(
        !world.round().unwrap().email.unwrap().proven,
        "the provider itself denies it"
    );

    let (address, wire, ..) = whole(cases::oauth2().set("pkce = false").set("basic_auth = true"));
    assert!(!sent(&address).2);
    assert_eq!(
        wire[0],
        "POST id.example.org/o/token [Basic aWQtNDcxMTpzM2NyM3QlMkZvZiUyQm91cnM=] code=c0de grant_type=authorization_code \
         redirect_uri=https://comments.example.org/sign-in/callback/ward-club"
    );
}

#[test]
fn wordpress_without_its_document() {
    let (address, wire, mira, _) = whole(cases::older_wordpress());
    assert_eq!(
        sent(&address),
        (
            String::from("https://public-api.wordpress.com/oauth2/authorize"),
            pairs(&[("scope", "auth")]),
            false
        )
    );
    let document = "GET public-api.wordpress.com/.well-known/openid-configuration";
    assert_eq!(
        wire,
        [
            document.to_owned(),
            // Once more, to see that there is none.
            document.to_owned(),
            format!(
                "POST public-api.wordpress.com/oauth2/token{}",
                exchange("wordpress", false)
            ),
            String::from("GET public-api.wordpress.com/rest/v1/me [Bearer tok-1]"),
        ]
    );
    let issuer = "https://public-api.wordpress.com/rest/v1/me";
    let email = Some(("mira@example.org", true));
    let picture = "https://gravatar.example.org/mira";
    assert_eq!(
        mira,
        outside(issuer, "78749", ["Mira Holt", "miraholt"], email, picture)
    );
}
