//! Every provider as it answers when all is well. The people are made up; the shapes are the providers' own.

use serde_json::{Value, json};

use super::fake::{Case, ID_TOKEN, KEY_SET, Route, route};

const CLIENT: &str = "client_id = \"id-4711\"\nclient_secret = \"s3cr3t/of+ours\"\n";

fn plain(
    key: &'static str,
    token: &'static str,
    profile: &'static str,
    id: &'static str,
    routes: Vec<Route>,
) -> Case {
    Case {
        key,
        settings: CLIENT.to_owned(),
        host: None,
        routes,
        claims: json!({}),
        echoes_nonce: true,
        token,
        profile,
        id,
    }
}

fn bearer() -> Value {
    json!({ "token_type": "bearer", "access_token": "tok-1" })
}

pub fn x() -> Case {
    let me = json!({ "data": {
        "id": "2244994945", "name": "Mira Holt", "username": "mira_holt",
        "profile_image_url": "https://pbs.example.org/mira.jpg", "confirmed_email": "mira@example.org",
    } });
    let token = json!({ "token_type": "bearer", "expires_in": 7200, "access_token": "tok-1", "scope": "users.read tweet.read" });
    let routes = vec![
        route("api.x.com", "/2/oauth2/token", token),
        route("api.x.com", "/2/users/me", me),
    ];
    plain("x", "/2/oauth2/token", "/2/users/me", "/data/id", routes)
}

pub fn facebook() -> Case {
    let host = "graph.facebook.com";
    let debug = json!({ "data": { "app_id": "id-4711", "is_valid": true, "user_id": "10158" } });
    let me = json!({
        "id": "10158", "name": "Mira Holt", "email": "mira@example.org",
        "picture": { "data": { "url": "https://cdn.example.org/mira.jpg", "is_silhouette": false } },
    });
    let routes = vec![
        route(host, "/v26.0/oauth/access_token", bearer()),
        route(host, "/v26.0/debug_token", debug),
        route(host, "/v26.0/me", me),
    ];
    plain(
        "facebook",
        "/v26.0/oauth/access_token",
        "/v26.0/me",
        "/id",
        routes,
    )
}

pub fn github() -> Case {
    let user = json!({
        "id": 583_231, "login": "mira-holt", "name": null, "email": "shown@example.org",
        "avatar_url": "https://avatars.example.org/u/583231",
    });
    let emails = json!([
        { "email": "old@example.org", "primary": false, "verified": true },
        { "email": "mira@example.org", "primary": true, "verified": true },
    ]);
    let token = json!({ "access_token": "tok-1", "scope": "read:user,user:email", "token_type": "bearer" });
    let routes = vec![
        route("github.com", "/login/oauth/access_token", token),
        route("api.github.com", "/user", user),
        route("api.github.com", "/user/emails", emails),
    ];
    plain("github", "/login/oauth/access_token", "/user", "/id", routes)
}

pub fn discord() -> Case {
    let me = json!({
        "id": "80351110224678912", "username": "mira", "global_name": "Mira Holt",
        "avatar": "8342729096ea3675442027381ff50dfe", "email": "mira@example.org", "verified": true,
    });
    let routes = vec![
        route("discord.com", "/api/oauth2/token", bearer()),
        route("discord.com", "/api/users/@me", me),
    ];
    plain("discord", "/api/oauth2/token", "/api/users/@me", "/id", routes)
}

/// A provider that the operator described.
pub fn oauth2() -> Case {
    let me = json!({ "user": {
        "uid": 42, "label": "Mira Holt", "mail": "mira@example.org", "mail_ok": true,
        "picture": "https://id.example.org/mira.png",
    } });
    let routes = vec![
        route("id.example.org", "/o/token", bearer()),
        route("id.example.org", "/api/me", me),
    ];
    let mut case = plain("ward-club", "/o/token", "/api/me", "/user/uid", routes);
    case.settings.push_str(
        "kind = \"oauth2\"\nname = \"Ward club\"\nauthorize_url = \"https://id.example.org/o/authorize\"\ntoken_url = \
         \"https://id.example.org/o/token\"\nuserinfo_url = \"https://id.example.org/api/me\"\nscopes = [\"me\", \
         \"me.mail\"]\nid_pointer = \"/user/uid\"\nname_pointer = \"/user/label\"\nemail_pointer = \
         \"/user/mail\"\nemail_verified_pointer = \"/user/mail_ok\"\navatar_pointer = \"/user/picture\"\n",
    );
    case
}

const INSTANCE: &str = "social.example.org";

/// Mastodon 4.4.
pub fn mastodon() -> Case {
    let at = |path: &str| format!("https://{INSTANCE}{path}");
    let document = json!({
        "issuer": at("/"), "authorization_endpoint": at("/oauth/authorize"), "token_endpoint": at("/oauth/token"),
        "userinfo_endpoint": at("/oauth/userinfo"), "app_registration_endpoint": at("/api/v1/apps"),
        "scopes_supported": ["read", "profile"], "code_challenge_methods_supported": ["S256"],
    });
    let app = json!({ "id": "12", "name": "Hustings comments", "client_id": "app-1", "client_secret": "app-secret-1" });
    let me = json!({
        "iss": at("/"), "sub": at("/users/mira"), "name": "Mira Holt", "preferred_username": "mira",
        "profile": at("/@mira"), "picture": at("/avatars/mira.png"),
    });
    let token = json!({ "access_token": "tok-1", "token_type": "Bearer", "scope": "profile", "created_at": 1_795_478_400 });
    Case {
        settings: String::from("order = 3\n"),
        host: Some("@mira@Social.example.org"),
        ..plain(
            "mastodon",
            "/oauth/token",
            "/oauth/userinfo",
            "/sub",
            vec![
                route(INSTANCE, "/.well-known/oauth-authorization-server", document),
                route(INSTANCE, "/api/v1/apps", app),
                route(INSTANCE, "/oauth/token", token),
                route(INSTANCE, "/oauth/userinfo", me),
            ],
        )
    }
}

/// Mastodon 4.2, which has no document.
pub fn older_mastodon() -> Case {
    let me = json!({
        "id": "110352", "username": "mira", "acct": "mira", "display_name": "", "uri": "https://social.example.org/users/mira",
        "avatar": "https://social.example.org/avatars/mira.png", "source": {},
    });
    let mut case = mastodon();
    case.routes
        .retain(|route| route.path == "/api/v1/apps" || route.path == "/oauth/token");
    case.routes
        .push(route(INSTANCE, "/api/v1/accounts/verify_credentials", me));
    Case {
        profile: "/api/v1/accounts/verify_credentials",
        id: "/uri",
        ..case
    }
}

/// WordPress.com without its OpenID document.
pub fn older_wordpress() -> Case {
    let host = "public-api.wordpress.com";
    let me = json!({
        "ID": 78_749, "display_name": "Mira Holt", "username": "miraholt", "email": "mira@example.org",
        "email_verified": true, "avatar_URL": "https://gravatar.example.org/mira",
    });
    let token = json!({ "access_token": "tok-1", "token_type": "bearer", "blog_id": "0", "scope": "auth" });
    let routes = vec![
        route(host, "/oauth2/token", token),
        route(host, "/rest/v1/me", me),
    ];
    plain("wordpress", "/oauth2/token", "/rest/v1/me", "/ID", routes)
}

/// An OpenID provider: its document, key set and token address, and claims.
fn openid(
    key: &'static str,
    issuer: &str,
    host: &'static str,
    paths: [&'static str; 3],
    claims: Value,
) -> Case {
    let [document, token, keys] = paths;
    let described = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("https://{host}/authorize"),
        "token_endpoint": format!("https://{host}{token}"),
        "jwks_uri": format!("https://{host}{keys}"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    });
    let mut all = json!({ "iss": issuer, "aud": "id-4711" });
    all.as_object_mut()
        .unwrap()
        .extend(claims.as_object().unwrap().clone());
    let tokens = json!({
        "access_token": "tok-1", "token_type": "Bearer", "expires_in": 3600, "scope": "openid", "id_token": ID_TOKEN,
    });
    Case {
        claims: all,
        ..plain(
            key,
            token,
            token,
            "/sub",
            vec![
                route(host, document, described),
                route(host, token, tokens),
                route(host, keys, json!(KEY_SET)),
            ],
        )
    }
}

const DOCUMENT: &str = "/.well-known/openid-configuration";

pub fn google() -> Case {
    let claims = json!({
        "iss": "accounts.google.com", "sub": "110169484474386276334", "name": "Mira Holt", "email": "mira@gmail.com",
        "email_verified": true, "picture": "https://lh3.example.org/mira",
    });
    openid(
        "google",
        "https://accounts.google.com",
        "accounts.google.com",
        [DOCUMENT, "/token", "/certs"],
        claims,
    )
}

pub const TENANT: &str = "7f5a1f0e-1111-4222-8333-444455556666";

pub fn microsoft() -> Case {
    let issuer = format!("https://login.microsoftonline.com/{TENANT}/v2.0");
    let claims = json!({
        "sub": "pairwise-and-not-used", "oid": "00000000-0000-0000-66f3-3332eca7ea81", "tid": TENANT, "name": "Mira Holt",
        "preferred_username": "mira@club.example.org", "email": "mira@club.example.org", "email_verified": true,
    });
    let paths = [
        "/common/v2.0/.well-known/openid-configuration",
        "/common/oauth2/v2.0/token",
        "/common/discovery/v2.0/keys",
    ];
    let mut case = openid("microsoft", &issuer, "login.microsoftonline.com", paths, claims);
    // The braces stand there.
    case.routes[0].body["issuer"] = json!("https://login.microsoftonline.com/{tenantid}/v2.0");
    Case { id: "/oid", ..case }
}

pub fn apple(key: &str) -> Case {
    let claims = json!({
        "sub": "001473.0b4b.1145", "email": "x8fd@privaterelay.example.org", "email_verified": "true",
        "is_private_email": "true", "nonce_supported": true,
    });
    let paths = [DOCUMENT, "/auth/token", "/auth/keys"];
    let case = openid(
        "apple",
        "https://appleid.apple.com",
        "appleid.apple.com",
        paths,
        claims,
    );
    Case {
        settings: format!(
            "client_id = \"id-4711\"\nteam_id = \"TEAM4711AB\"\nkey_id = \"KEY4711ABC\"\nprivate_key = '''\n{key}'''\n"
        ),
        ..case
    }
}

/// GitLab of a club, under a path; its ID token has the id alone.
pub fn gitlab() -> Case {
    let host = "git.example.org";
    let issuer = "https://git.example.org/forge";
    let paths = [
        "/forge/.well-known/openid-configuration",
        "/forge/oauth/token",
        "/forge/oauth/discovery/keys",
    ];
    let mut case = openid("gitlab", issuer, host, paths, json!({ "sub": "17" }));
    case.routes[0].body["userinfo_endpoint"] = json!("https://git.example.org/forge/oauth/userinfo");
    let said = json!({
        "sub": "17", "name": "Mira Holt", "nickname": "mira", "preferred_username": "mira", "email": "mira@example.org",
        "email_verified": true, "picture": "https://git.example.org/forge/mira.png",
    });
    case.routes.push(route(host, "/forge/oauth/userinfo", said));
    case.set("base = \"https://git.example.org/forge/\"")
}

/// LinkedIn gives an ID token too, without the nonce: it is not read.
pub fn linkedin() -> Case {
    let me = json!({
        "sub": "782bbtaQ", "name": "Mira Holt", "email": "mira@example.org", "email_verified": true,
        "picture": "https://media.example.org/mira", "locale": { "country": "US", "language": "en" },
    });
    let token = json!({
        "access_token": "tok-1", "expires_in": 5_183_999, "scope": "email,openid,profile", "token_type": "Bearer",
        "id_token": "not.looked.at",
    });
    let routes = vec![
        route("www.linkedin.com", "/oauth/v2/accessToken", token),
        route("api.linkedin.com", "/v2/userinfo", me),
    ];
    plain(
        "linkedin",
        "/oauth/v2/accessToken",
        "/v2/userinfo",
        "/sub",
        routes,
    )
}

/// Twitch gives `scope` as a list.
pub fn twitch() -> Case {
    let paths = [
        "/oauth2/.well-known/openid-configuration",
        "/oauth2/token",
        "/oauth2/keys",
    ];
    let claims = json!({
        "sub": "713936733", "preferred_username": "MiraHolt", "email": "mira@example.org", "email_verified": true,
        "picture": "https://static.example.org/mira.png",
    });
    let mut case = openid(
        "twitch",
        "https://id.twitch.tv/oauth2",
        "id.twitch.tv",
        paths,
        claims,
    );
    case.routes[1].body["scope"] = json!(["openid", "user:read:email"]);
    case
}

pub fn telegram() -> Case {
    let claims = json!({ "sub": "1234567", "id": 987_654_321, "name": "Mira Holt", "preferred_username": "miraholt", "picture": "https://t.example.org/mira.jpg" });
    let paths = [DOCUMENT, "/token", "/.well-known/jwks.json"];
    openid(
        "telegram",
        "https://oauth.telegram.org",
        "oauth.telegram.org",
        paths,
        claims,
    )
}

pub fn wordpress() -> Case {
    let claims = json!({
        "sub": "78749", "name": "Mira Holt", "preferred_username": "miraholt", "email": "mira@example.org",
        "email_verified": true, "picture": "https://gravatar.example.org/mira",
    });
    let issuer = "https://public-api.wordpress.com";
    let paths = [DOCUMENT, "/oauth2-1/token", "/oauth2-1/keys"];
    openid("wordpress", issuer, "public-api.wordpress.com", paths, claims)
}

/// An OpenID provider that the operator named.
pub fn oidc() -> Case {
    let claims =
        json!({ "sub": "mira", "name": "Mira Holt", "email": "mira@example.org", "email_verified": true });
    let paths = [DOCUMENT, "/token", "/keys"];
    let mut case = openid(
        "club-id",
        "https://id.example.org",
        "id.example.org",
        paths,
        claims,
    );
    case.routes[0].body["authorization_response_iss_parameter_supported"] = json!(false);
    case.set("kind = \"oidc\"")
        .set("name = \"Club\"")
        .set("issuer = \"https://id.example.org\"")
}

/// Those that speak plain OAuth 2.
pub fn of_oauth() -> Vec<Case> {
    vec![
        x(),
        facebook(),
        github(),
        discord(),
        linkedin(),
        oauth2(),
        mastodon(),
        older_mastodon(),
        older_wordpress(),
    ]
}

/// Those that speak OpenID.
pub fn of_openid() -> Vec<Case> {
    let key = super::fake::apple_key().0;
    vec![
        google(),
        microsoft(),
        apple(&key),
        gitlab(),
        twitch(),
        telegram(),
        wordpress(),
        oidc(),
    ]
}
