//! Tests of the section `providers`, by the whole configuration.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;

/// PEM of a private key as Apple gives them.
fn pem() -> String {
    let der = rcgen::KeyPair::generate().unwrap().serialize_der();
    format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        STANDARD.encode(der)
    )
}

/// A text like the example with what providers give in the place of its samples.
pub(super) fn filled_in(text: &str) -> String {
    text.replace(
        "private_key = \"secret-from-the-provider\"",
        &format!("private_key = '''\n{}'''", pem()),
    )
    .replace("from-the-provider", "4711")
}

fn list(file: &str, variables_given: &[(&str, &str)]) -> Vec<ProviderConfig> {
    let config = Config::from_sources(Some(file), variables(variables_given));
    config.unwrap_or_else(|errors| panic!("{errors}")).providers.list
}

const CLIENT: &str = "client_id = \"id-4711\"\nclient_secret = \"s-4711\"\n";

#[test]
fn the_example_shows_every_key_and_its_samples_are_refused() {
    // All kinds, those that the example leaves out because they have no keys of their own too.
    let every = filled_in(&uncommented());
    let mut reader = Reader::new(Some(&every), Vec::new());
    let _ = Config::read(&mut reader);
    let mut known: Vec<String> = reader.known().iter().map(|known| known.key.clone()).collect();
    known.retain(|key| key.starts_with("providers."));
    // Shown once, with the first provider, and with those that need them.
    let general = ["kind", "name", "order"];
    let shown: Vec<String> = shown().into_iter().map(|(key, _)| key).collect();
    for key in &known {
        let name = key.rsplit('.').next().unwrap();
        let there = shown.contains(key)
            || (general.contains(&name) && shown.contains(&format!("providers.google.{name}")));
        assert!(there, "example.toml does not show {key}");
    }
    for key in shown.iter().filter(|key| key.starts_with("providers.")) {
        assert!(known.contains(key), "there is no {key}");
    }

    let found = errors(&uncommented(), &[]);
    let samples: Vec<String> = uncommented()
        .lines()
        .filter(|line| line.contains("-from-the-provider"))
        .map(|line| line.split(' ').next().unwrap().to_owned())
        .collect();
    assert_eq!(found.len(), samples.len(), "{found:?}");
    for error in found {
        assert!(error.problem.contains("sample"), "{error}");
        assert!(
            error.mend.contains("gave you") || error.mend.contains("write the"),
            "{error}"
        );
    }
}

#[test]
fn defaults_of_the_example_are_the_real_ones() {
    let every = filled_in(&uncommented());
    let mut reader = Reader::new(Some(&every), Vec::new());
    let _ = Config::read(&mut reader);
    let shown = shown();
    for known in reader
        .known()
        .iter()
        .filter(|known| known.key.starts_with("providers."))
    {
        let Some((_, value)) = shown.iter().find(|(key, _)| *key == known.key) else {
            continue;
        };
        // Lists have defaults of their own, which the documentation says.
        if let Some(default) = known.default.as_ref().filter(|default| !default.is_empty()) {
            assert_eq!(value.trim_matches('"'), default, "{}", known.key);
        }
    }
}

#[test]
fn kinds_names_and_order() {
    let file = format!(
        "[providers.google]\n{CLIENT}[providers.x]\n{CLIENT}order = 1\n[providers.mastodon]\n[providers.work]\nkind = \
         \"gitlab\"\nname = \" Our forge \"\n{CLIENT}base = \"https://Git.example.org/forge/\"\ntrust_email = true\n"
    );
    let read = list(
        &file,
        &[(
            "HUSTINGS__PROVIDERS__MASTODON__DENIED",
            "evil.example, Bad.Example",
        )],
    );
    let names: Vec<(&str, &str)> = read
        .iter()
        .map(|one| (one.key.as_str(), one.name.as_str()))
        .collect();
    assert_eq!(
        names,
        [
            ("x", "X"),
            ("google", "Google"),
            ("mastodon", "Mastodon"),
            ("work", "Our forge")
        ]
    );
    let ProviderKind::GitLab(gitlab) = &read[3].kind else {
        panic!("{read:?}")
    };
    assert_eq!(
        (gitlab.base.as_str(), gitlab.trust_email),
        ("https://git.example.org/forge", true)
    );
    let ProviderKind::Mastodon { denied, .. } = &read[2].kind else {
        panic!("{read:?}")
    };
    assert_eq!(
        denied.iter().map(|host| host.as_str()).collect::<Vec<_>>(),
        ["evil.example", "bad.example"]
    );
    assert!(!format!("{read:?}").contains("s-4711"), "a secret was shown");
}

#[test]
fn variables_alone_make_a_provider() {
    let read = list(
        "",
        &[
            ("HUSTINGS__PROVIDERS__GOOGLE__CLIENT_ID", "id-4711"),
            ("HUSTINGS__PROVIDERS__GOOGLE__CLIENT_SECRET", "0123"),
        ],
    );
    let ProviderKind::Google(client) = &read[0].kind else {
        panic!("{read:?}")
    };
    assert_eq!(
        (client.id.as_str(), client.secret.expose().as_str()),
        ("id-4711", "0123")
    );

    let slip = variables(&[("HUSTINGS_PROVIDERS_GOOGLE_CLIENT_ID", "x")]);
    let warnings = Config::from_sources(None, slip).unwrap().warnings;
    assert!(
        warnings[0]
            .text
            .contains("HUSTINGS__PROVIDERS__GOOGLE__CLIENT_ID"),
        "{warnings:?}"
    );
}

#[test]
fn what_is_missing_or_a_sample_is_said_with_its_mend() {
    for (file, expected) in [
        (
            "[providers.google]\n",
            &["providers.google.client_id", "providers.google.client_secret"][..],
        ),
        (
            "[providers.google]\nclient_id = \"id-4711\"\nclient_secret = \"changeme\"\n",
            &["providers.google.client_secret"],
        ),
        (
            "[providers.google]\nclient_id = \"...\"\nclient_secret = \"s-4711\"\n",
            &["providers.google.client_id"],
        ),
        (
            "[providers.google]\nclient_id = \"id-4711\"\nclient_secret = \"\"\n",
            &["providers.google.client_secret"],
        ),
        (
            "[providers.google]\nclient_id = \"id-4711\"\nclient_secret_file = \"/nowhere/at/all\"\n",
            &["providers.google.client_secret_file"],
        ),
        (
            "[providers.apple]\nclient_id = \"org.example\"\nteam_id = \"T1\"\nkey_id = \"K1\"\n",
            &["providers.apple.private_key"],
        ),
        (
            "[providers.apple]\nclient_id = \"org.example\"\nteam_id = \"T1\"\nkey_id = \"K1\"\nprivate_key = \"-----BEGIN PRIVATE KEY-----\\nAAAA\\n-----END PRIVATE KEY-----\"\n",
            &["providers.apple.private_key"],
        ),
    ] {
        let found = errors(file, &[]);
        assert_eq!(keys(&found), expected, "{found:?}");
        for error in found {
            assert!(
                !error.mend.is_empty() && !error.to_string().contains("changeme"),
                "{error}"
            );
        }
    }
}

#[test]
fn kinds_and_keys_that_there_are_not_are_named() {
    for (file, key, mend) in [
        (
            format!("[providers.club]\n{CLIENT}"),
            "providers.club.kind",
            "oidc",
        ),
        (
            format!("[providers.google]\nkind = \"gogle\"\n{CLIENT}"),
            "providers.google.kind",
            "google",
        ),
        (
            format!("[providers.google]\n{CLIENT}secret = \"x\"\n"),
            "providers.google.secret",
            "remove it",
        ),
        (
            format!("[providers.google]\n{CLIENT}tenant = \"common\"\n"),
            "providers.google.tenant",
            "remove it",
        ),
        (
            format!("[providers.Google]\n{CLIENT}"),
            "providers.Google",
            "another name",
        ),
        (
            format!("[providers.email]\nkind = \"x\"\n{CLIENT}"),
            "providers.email",
            "another name",
        ),
        (
            String::from("[providers]\ngoogle = true\n"),
            "providers.google",
            "remove it",
        ),
        (String::from("providers = 3\n"), "providers", "remove it"),
        (
            format!("[providers.facebook]\n{CLIENT}graph_version = \"26\"\n"),
            "providers.facebook.graph_version",
            "v26.0",
        ),
        (
            format!("[providers.microsoft]\n{CLIENT}tenant = \"club.example.org\"\n"),
            "providers.microsoft.tenant",
            "UUID",
        ),
        (
            format!("[providers.gitlab]\n{CLIENT}base = \"http://git.example.org\"\n"),
            "providers.gitlab.base",
            "https://",
        ),
        (
            format!("[providers.c]\nkind = \"oidc\"\nname = \"C\"\n{CLIENT}"),
            "providers.c.issuer",
            "exactly",
        ),
        (
            format!("[providers.c]\nkind = \"oidc\"\nissuer = \"https://id.example.org\"\n{CLIENT}"),
            "providers.c.name",
            "readers know",
        ),
        (
            format!(
                "[providers.c]\nkind = \"oidc\"\nname = \"C\"\nissuer = \"https://a@id.example.org\"\n{CLIENT}"
            ),
            "providers.c.issuer",
            "exactly",
        ),
    ] {
        let found = errors(&file, &[]);
        assert_eq!(keys(&found), [key], "{found:?}");
        assert!(found[0].mend.contains(mend), "{}", found[0]);
    }
    assert!(list("[providers]\n", &[]).is_empty());
}
