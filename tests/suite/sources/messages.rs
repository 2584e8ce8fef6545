//! Holds the sentences to their users: what is said is written in a Fluent file, and what is written is said somewhere.

use std::collections::HashSet;

use hustings::messages;

use super::{files, sources, templates};

/// What the sentences begin with that the widget says; its sources leave that out.
const WIDGET: &str = "widget-";

#[test]
fn every_sentence_said_is_written() {
    let english: HashSet<&str> = messages::texts("en").ids().iter().copied().collect();
    let mut said = 0;
    let mut missing = Vec::new();
    for (path, text) in sources().into_iter().chain(templates()) {
        // Tests of the room itself also say what is not there.
        if path == "src/messages/mod.rs" {
            continue;
        }
        for call in [".say(", ".say_n(", ".say_text(", ".say_with("] {
            for (at, _) in text.match_indices(call) {
                let Some(literal) = text[at + call.len()..].trim_start().strip_prefix('"') else {
                    continue;
                };
                let id = literal.split('"').next().unwrap_or_default();
                said += 1;
                if !english.contains(id) {
                    missing.push(format!("{path}: {id}"));
                }
            }
        }
    }
    assert!(said > 10, "the search for sentences finds none");
    assert!(missing.is_empty(), "not in messages/en: {}", missing.join(", "));
}

#[test]
fn every_sentence_written_is_said() {
    let all: String = sources()
        .into_iter()
        .chain(templates())
        .map(|(_, text)| text)
        .collect();
    let unused: Vec<&str> = messages::texts("en")
        .ids()
        .iter()
        .copied()
        .filter(|id| !id.starts_with(WIDGET) && !all.contains(&format!("\"{id}\"")))
        .collect();
    assert!(unused.is_empty(), "nothing says {}", unused.join(", "));
}

#[test]
fn the_widget_says_what_is_written_for_it() {
    let scripts = files("embed-js/src", "ts");
    let all: String = scripts.iter().map(|(_, text)| text.as_str()).collect();
    let written: HashSet<&str> = messages::texts("en")
        .ids()
        .iter()
        .filter_map(|id| id.strip_prefix(WIDGET))
        .collect();
    let unused: Vec<&&str> = written
        .iter()
        .filter(|id| !all.contains(&format!("'{id}'")))
        .collect();
    assert!(unused.is_empty(), "the widget does not say {unused:?}");

    let mut said = 0;
    for (path, text) in &scripts {
        for (at, call) in text.match_indices(".say('") {
            let id = text[at + call.len()..].split('\'').next().unwrap_or_default();
            said += 1;
            assert!(written.contains(id), "{path} says {id}, which is not written");
        }
    }
    assert!(said > 30, "the search for sentences finds none");
}
