//! The settings as the operator meets them: what `check` and `serve` say, which providers a site shows, and the marks.

use std::process::Output;

use hustings::config::Config;
use hustings::domain::provider::ProviderKey;
use hustings::signin::provider::Providers;

use crate::support::server::Place;

fn said(output: &Output) -> String {
    let (out, error) = (&output.stdout, &output.stderr);
    format!(
        "{}{}",
        String::from_utf8_lossy(out),
        String::from_utf8_lossy(error)
    )
}

/// A place with two providers, both by variables.
fn place() -> Place {
    ["GOOGLE", "GITHUB"]
        .into_iter()
        .fold(Place::empty(), |place, provider| {
            place
                .with(&format!("HUSTINGS__PROVIDERS__{provider}__CLIENT_ID"), "id-4711")
                .with(
                    &format!("HUSTINGS__PROVIDERS__{provider}__CLIENT_SECRET"),
                    "s-4711",
                )
        })
}

#[test]
fn samples_are_found_by_check_and_refused_by_serve() {
    for secret in ["changeme", "...", "secret-from-the-provider"] {
        let place = place().with("HUSTINGS__PROVIDERS__GOOGLE__CLIENT_SECRET", secret);
        for command in ["check", "serve"] {
            let output = place.run(&[command]);
            let text = said(&output);
            assert_eq!(output.status.code(), Some(1), "{command}: {text}");
            assert!(
                text.contains("providers.google.client_secret"),
                "{command}: {text}"
            );
            assert!(
                text.contains("HUSTINGS__PROVIDERS__GOOGLE__CLIENT_SECRET"),
                "{command}: {text}"
            );
            assert!(
                text.contains("providers.google.client_secret_file"),
                "the mend: {text}"
            );
        }
    }
    let missing = Place::empty().with("HUSTINGS__PROVIDERS__GOOGLE__CLIENT_ID", "id-4711");
    let output = missing.run(&["serve"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("providers.google.client_secret: it is missing"),
        "{}",
        said(&output)
    );
}

#[test]
fn a_site_shows_providers_that_there_are() {
    let place = place();
    place.done(&["migrate"]);
    let add = [
        "site",
        "add",
        "ward-news",
        "--name",
        "Ward News",
        "--origin",
        "https://blog.example.org",
    ];
    place.done(&add);
    let set = |list: &str| place.run(&["site", "set", "ward-news", "--providers", list]);
    for list in ["github,google", "google", "all", "none"] {
        let output = set(list);
        assert!(output.status.success(), "{list}: {}", said(&output));
    }
    let output = set("google,facebook");
    assert_eq!(output.status.code(), Some(1));
    let text = said(&output);
    assert!(
        text.contains("provider_unknown: facebook is no provider of this server"),
        "{text}"
    );
    assert!(text.contains("configured are github, google"), "{text}");
    assert!(said(&set("google,google")).contains("provider_twice"));
    assert_eq!(set("Google").status.code(), Some(2), "no key at all");
}

#[test]
fn shown_in_the_sites_order_or_else_the_servers() {
    let client = "client_id = \"id-4711\"\nclient_secret = \"s-4711\"\n";
    let file =
        format!("[providers.google]\n{client}[providers.x]\n{client}order = 1\n[providers.github]\n{client}");
    let config = Config::from_sources(Some(&file), Vec::new()).unwrap();
    let providers = Providers::new(&config.providers, &super::fake::clock());
    let shown = |list: Option<&[&str]>| -> Vec<String> {
        let keys: Option<Vec<ProviderKey>> =
            list.map(|list| list.iter().map(|key| key.parse().unwrap()).collect());
        providers
            .shown(keys.as_deref())
            .iter()
            .map(|one| one.key().to_owned())
            .collect()
    };
    assert_eq!(shown(None), ["x", "github", "google"]);
    assert_eq!(shown(Some(&["google", "x"])), ["google", "x"]);
    assert_eq!(
        shown(Some(&["google", "gone"])),
        ["google"],
        "taken out of the configuration since"
    );
    assert!(shown(Some(&[])).is_empty());
    let google = providers.get("google").unwrap();
    assert_eq!(
        (google.name(), google.posts_back(), google.asks_host()),
        ("Google", false, false)
    );
    assert!(providers.get("gone").is_none());
}

#[test]
fn every_provider_has_a_mark_that_is_served() {
    for case in super::cases::of_oauth()
        .into_iter()
        .chain(super::cases::of_openid())
    {
        let world = super::fake::World::new(case);
        let file = world.provider().mark().file();
        assert!(hustings::web::assets::path(file).ends_with(file), "{file}");
        let path = format!("{}/src/web/assets/{file}", env!("CARGO_MANIFEST_DIR"));
        let svg = std::fs::read_to_string(path).unwrap();
        assert!(
            svg.contains("viewBox=\"0 0 24 24\"") && svg.contains("fill=\"currentColor\""),
            "{file}"
        );
        assert!(!svg.contains("<script") && !svg.contains("href"), "{file}");
    }
}
