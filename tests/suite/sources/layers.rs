//! Holds the sources to the table of rooms: each imports only from rooms to its right, and some crates and calls have one
//! room only.

use super::lexer::code;
use super::sources;

/// The rooms, left to right. Those in one group never import each other.
const ROOMS: [&[&str]; 9] = [
    &["cli"],
    &["web"],
    &["service"],
    &["app"],
    &["signin", "jobs", "transfer"],
    &["screening", "storage", "published", "mail", "limits", "outbound"],
    &["messages"],
    &["config"],
    &["domain"],
];

/// What only stands where a path begins so.
const ONLY_IN: [(&str, &[&str]); 22] = [
    ("diesel", &["src/storage/"]),
    ("diesel_async", &["src/storage/"]),
    ("diesel_migrations", &["src/storage/"]),
    ("tokio_postgres", &["src/storage/"]),
    ("libsqlite3_sys", &["src/storage/"]),
    ("actix_web", &["src/web/", "src/cli/serve.rs"]),
    ("actix_http", &["src/web/"]),
    ("lettre", &["src/mail/"]),
    ("governor", &["src/limits"]),
    ("prometheus", &["src/app/metrics.rs"]),
    ("fluent_bundle", &["src/messages/"]),
    ("ammonia", &["src/screening/"]),
    ("pulldown_cmark", &["src/screening/"]),
    ("oauth2", &["src/signin/"]),
    ("ureq", &["src/outbound/"]),
    ("jsonwebtoken", &["src/signin/"]),
    ("ring", &["src/signin/"]),
    ("clap", &["src/cli/"]),
    ("figment", &["src/config/"]),
    ("env::var", &["src/config/"]),
    ("SafeHtml::from_sanitiser", &["src/screening/sanitise.rs"]),
    ("SafeHtml::from_storage", &["src/storage/"]),
];

#[test]
fn every_import_goes_to_the_right() {
    let wrong: Vec<String> = sources()
        .iter()
        .flat_map(|(path, text)| violations(path, text))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a file imports that it may not.
fn violations(path: &str, text: &str) -> Vec<String> {
    let code = code(text);
    let mut wrong = Vec::new();
    if let Some(from) = room_of(path) {
        for to in imported_rooms(path, &code) {
            match group_of(&to) {
                None => wrong.push(format!("{path}: crate::{to} is in no room of the table")),
                Some(_) if to == from => {}
                Some(group) if Some(group) > group_of(from) => {}
                Some(_) => wrong.push(format!("{path}: {from} may not import {to}")),
            }
        }
    }
    // Tests may make the markup that they look at.
    let outside_tests = code.split("#[cfg(test)]").next().unwrap_or_default();
    for (what, places) in ONLY_IN {
        let code = if what.starts_with("SafeHtml") {
            outside_tests
        } else {
            &code
        };
        let here = places.iter().any(|place| path.starts_with(place));
        if !here && has_path(code, what) {
            wrong.push(format!("{path}: {what} stands only in {}", places.join(", ")));
        }
    }
    wrong
}

/// The room of a file; none for `main.rs` and `lib.rs`.
fn room_of(path: &str) -> Option<&str> {
    let inside = path.strip_prefix("src/")?;
    let room = inside.split('/').next()?.trim_end_matches(".rs");
    (!matches!(room, "main" | "lib")).then_some(room)
}

fn group_of(room: &str) -> Option<usize> {
    ROOMS.iter().position(|group| group.contains(&room))
}

/// The rooms that stand after `crate::`, also in `crate::{a, b::c}`, and after as many `super::` as lead to the root.
fn imported_rooms(path: &str, code: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let after = code[at + "crate::".len()..].trim_start();
        match after.strip_prefix('{') {
            Some(list) => rooms.extend(top_level(list)),
            None => rooms.extend(word(after)),
        }
    }
    let depth = path.trim_end_matches("/mod.rs").matches('/').count();
    for (at, _) in code.match_indices("super::") {
        let chain = &code[at..];
        let supers = chain.split("::").take_while(|part| *part == "super").count();
        let begins = !code[..at].ends_with("super::");
        let target = word(&chain["super::".len() * supers..]);
        if begins && supers >= depth && target.as_deref().is_some_and(|room| group_of(room).is_some()) {
            rooms.extend(target);
        }
    }
    rooms
}

/// The first words of a `{...}` list's entries.
fn top_level(list: &str) -> Vec<String> {
    let (mut depth, mut begins) = (0usize, true);
    let mut words = Vec::new();
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => begins = true,
            c if begins && !c.is_whitespace() => {
                words.extend(word(&list[at..]));
                begins = false;
            }
            _ => {}
        }
    }
    words
}

fn word(text: &str) -> Option<String> {
    let word: String = text
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    (!word.is_empty()).then_some(word)
}

/// Whether the code names `what` as the beginning of a path.
fn has_path(code: &str, what: &str) -> bool {
    code.match_indices(what).any(|(at, _)| {
        let before = code[..at].trim_end();
        let part_of_word = code[..at]
            .chars()
            .next_back()
            .is_some_and(|c| c.is_alphanumeric() || c == '_');
        let inner = before
            .strip_suffix("::")
            .is_some_and(|it| it.ends_with(|c: char| c.is_alphanumeric() || c == '_'));
        let member = before.ends_with('.') || (inner && !what.contains("::"));
        let after = &code[at + what.len()..];
        let whole = if what.contains("::") {
            true
        } else {
            after.trim_start().starts_with("::") || before.ends_with("use")
        };
        !part_of_word && !member && whole
    })
}

#[test]
fn a_planted_violation_is_found() {
    for (path, text) in [
        ("src/domain/site.rs", "use crate::storage::Db;"),
        ("src/storage/db.rs", "use crate::mail::Mailer;"),
        (
            "src/storage/db.rs",
            "use crate::{domain::site::Site, service::Result};",
        ),
        ("src/storage/db.rs", "use crate::{domain::{site, page}, mail};"),
        ("src/service/post.rs", "fn f() { crate::web::run() }"),
        ("src/service/post.rs", "use super::super::web::run;"),
        ("src/limits.rs", "use super::web::run;"),
        ("src/service/post.rs", "use diesel::prelude::*;"),
        ("src/service/post.rs", "fn f() -> ::diesel::QueryResult<()> {}"),
        ("src/service/post.rs", "use actix_web as web;"),
        ("src/cli/check.rs", "use actix_web::rt;"),
        ("src/web/page.rs", "let x = SafeHtml::from_storage(text);"),
        (
            "src/web/page.rs",
            "let x = crate::domain::html::SafeHtml::from_sanitiser(text);",
        ),
        ("src/mail/mod.rs", "let x = std::env::var(\"HOME\");"),
        ("src/web/page.rs", "use crate::helpers::thing;"),
        (
            "src/signin/oidc/keys.rs",
            "let agent = ureq::Agent::new_with_defaults();",
        ),
        ("src/outbound/mod.rs", "use crate::mail::Mailer;"),
    ] {
        assert_eq!(violations(path, text).len(), 1, "{path}: {text}");
    }
}

#[test]
fn what_is_allowed_is_not_found() {
    for (path, text) in [
        (
            "src/web/page.rs",
            "use crate::service::Result; use crate::app::App; use crate::domain::{site::Site, id};",
        ),
        (
            "src/web/page.rs",
            "// crate::cli is elsewhere\nlet x = \"crate::cli\";",
        ),
        (
            "src/web/page.rs",
            "let x = error.diesel::<u8>(); my_diesel::x(); let governor = 1;",
        ),
        (
            "src/limits.rs",
            "mod tests { use super::*; use crate::limits::Key; }",
        ),
        (
            "src/config/mail.rs",
            "use super::secret::Secret; use crate::domain::clock;",
        ),
        (
            "src/storage/sqlite/mod.rs",
            "use diesel::prelude::*; mod a { use super::super::stores; }",
        ),
        ("src/cli/serve.rs", "use actix_web::HttpServer;"),
        ("src/lib.rs", "pub mod web;"),
        ("src/main.rs", "fn main() { hustings::cli::run() }"),
    ] {
        assert_eq!(violations(path, text), Vec::<String>::new(), "{path}: {text}");
    }
}
