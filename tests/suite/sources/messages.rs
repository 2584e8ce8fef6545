//! Holds the sentences to their users: what is said is written in a Fluent file, and what is written is said somewhere.

use std::collections::HashSet;

use hustings::messages;

use super::{sources, templates};

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
        .filter(|id| !id.starts_with("widget-") && !all.contains(&format!("\"{id}\"")))
        .collect();
    assert!(unused.is_empty(), "nothing says {}", unused.join(", "));
}
