//! Holds what Cargo.lock brings in to `deny.toml`: licences, forbidden crates, sources. The same file is read by
//! cargo-deny, which also knows other platforms' crates and advisories; this needs nothing that is not there anyway.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use figment::Figment;
use figment::providers::{Format, Toml};
use serde::Deserialize;

#[derive(Deserialize)]
struct Deny {
    licenses: Licences,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licences {
    allow: BTreeSet<String>,
    exceptions: Vec<Exception>,
}

#[derive(Deserialize)]
struct Exception {
    #[serde(rename = "crate")]
    name: String,
    allow: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Banned>,
}

#[derive(Deserialize)]
struct Banned {
    #[serde(rename = "crate")]
    name: String,
}

#[derive(Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    source: Option<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    license: Option<String>,
}

fn deny() -> Deny {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/deny.toml");
    Figment::from(Toml::file_exact(path)).extract().unwrap()
}

fn lock() -> Lock {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock");
    Figment::from(Toml::file_exact(path)).extract().unwrap()
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "cargo {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// The crates of this platform: those of others need not have been fetched.
fn packages() -> Vec<Package> {
    let version = cargo(&["-vV"]);
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap();
    let metadata = cargo(&[
        "metadata",
        "--format-version=1",
        "--locked",
        "--offline",
        "--filter-platform",
        host,
    ]);
    serde_json::from_str::<Metadata>(&metadata).unwrap().packages
}

/// Whether an SPDX expression can be met with the allowed licences alone: `OR` (once written `/`) is a choice, `AND`
/// binds tighter and asks for all, `X WITH Y` is a licence of its own.
fn is_met(expression: &str, allowed: &dyn Fn(&str) -> bool) -> bool {
    split_outside_brackets(expression, &[" OR ", "/"])
        .iter()
        .any(|choice| {
            split_outside_brackets(choice, &[" AND "]).iter().all(|part| {
                let part = part.trim();
                match part.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
                    Some(inner) => is_met(inner, allowed),
                    None => allowed(part),
                }
            })
        })
}

fn split_outside_brackets<'a>(text: &'a str, separators: &[&str]) -> Vec<&'a str> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        let separator = separators
            .iter()
            .find(|separator| text[at..].starts_with(**separator));
        if let (0, Some(separator)) = (depth, separator) {
            parts.push(&text[start..at]);
            start = at + separator.len();
        }
    }
    parts.push(&text[start..]);
    parts
}

#[test]
fn every_licence_is_allowed() {
    let Licences { allow, exceptions } = deny().licenses;
    let exceptions: BTreeMap<_, _> = exceptions
        .into_iter()
        .map(|entry| (entry.name, entry.allow))
        .collect();
    let none = BTreeSet::new();
    let refused: Vec<_> = packages()
        .into_iter()
        .filter(|package| {
            let more = exceptions.get(&package.name).unwrap_or(&none);
            let allowed = |licence: &str| allow.contains(licence) || more.contains(licence);
            !is_met(package.license.as_deref().unwrap_or("none named"), &allowed)
        })
        .map(|package| format!("{}: {:?}", package.name, package.license))
        .collect();
    assert_eq!(
        refused,
        Vec::<String>::new(),
        "deny.toml does not allow these licences"
    );
}

#[test]
fn licence_expressions_are_read_as_spdx_means_them() {
    let met = |expression| is_met(expression, &|licence| ["MIT", "ISC"].contains(&licence));
    for expression in [
        "MIT",
        "MIT OR GPL-3.0-only",
        "GPL-3.0-only/MIT",
        "MIT AND ISC",
        "(GPL-3.0-only OR MIT) AND ISC",
    ] {
        assert!(met(expression), "{expression}");
    }
    for expression in [
        "GPL-3.0-only",
        "MIT AND GPL-3.0-only",
        "GPL-3.0-only OR MIT AND GPL-3.0-only",
        "(MIT OR ISC) AND GPL-3.0-only",
        "MIT WITH LLVM-exception",
        "none named",
    ] {
        assert!(!met(expression), "{expression}");
    }
}

#[test]
fn no_banned_crate_is_locked() {
    let banned: BTreeSet<_> = deny().bans.deny.into_iter().map(|banned| banned.name).collect();
    assert!(banned.contains("openssl-sys"), "deny.toml is read");
    let found: Vec<_> = lock()
        .package
        .into_iter()
        .map(|package| package.name)
        .filter(|name| banned.contains(name))
        .collect();
    assert_eq!(found, Vec::<String>::new(), "deny.toml bans these, and says why");
}

#[test]
fn every_crate_comes_from_the_default_registry() {
    let packages = lock().package;
    let own: Vec<_> = packages
        .iter()
        .filter(|package| package.source.is_none())
        .map(|package| &package.name)
        .collect();
    assert_eq!(own, ["hustings"]);
    let foreign: Vec<_> = packages
        .iter()
        .filter_map(|package| package.source.as_ref().map(|source| (&package.name, source)))
        .filter(|(_, source)| *source != "registry+https://github.com/rust-lang/crates.io-index")
        .collect();
    assert_eq!(foreign, []);
}
