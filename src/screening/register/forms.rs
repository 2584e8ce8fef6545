//! The ways to write one name: reversed, run together, without its middle names, with hyphens and apostrophes or
//! without.

use super::super::fold::{Folded, Reading};
use super::words::{PARTICLES, SUFFIXES, TITLES};

/// Names run together are looked for from this many letters on; shorter ones are too often words.
const RUN_TOGETHER: usize = 8;

/// One reading of a name, folded.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Form {
    /// Phrases that stand for the whole name.
    pub whole: Vec<String>,
    /// The surname, where the name has more than one word.
    pub surname: Option<String>,
    /// The first name, where the name has more than one word; perhaps an initial.
    pub given: Option<String>,
}

/// Every form of a name.
pub(super) fn of(name: &str) -> Vec<Form> {
    let name = surname_last(name);
    let mut spellings = vec![name.clone()];
    for changed in [without(&name, is_hyphen, ""), without(&name, is_apostrophe, " ")] {
        if !spellings.contains(&changed) {
            spellings.push(changed);
        }
    }
    spellings
        .iter()
        .flat_map(|spelling| {
            // The last word as written, `Smith-Jones`, is more than one word when folded.
            let last = spelling.split_whitespace().next_back().unwrap_or("");
            let last_length = Reading::of_str(last).kept.words().len();
            let reading = Reading::of_str(spelling);
            reading
                .ways()
                .filter_map(|folded| of_words(folded, last_length))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// `Walton, Neil` is `Neil Walton`.
fn surname_last(name: &str) -> String {
    match name.split_once(',') {
        Some((surname, given)) if !given.contains(',') && !is_suffix(given) => {
            format!("{} {}", given.trim(), surname.trim())
        }
        _ => name.to_owned(),
    }
}

fn is_suffix(text: &str) -> bool {
    let folded = Reading::of_str(text);
    SUFFIXES.contains(&folded.kept.as_str())
}

fn without(name: &str, which: fn(char) -> bool, instead: &str) -> String {
    name.split(which).collect::<Vec<_>>().join(instead)
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`' | '´')
}

/// The form that folded words make, the last `last_length` of which were one word as written.
fn of_words(folded: &Folded, last_length: usize) -> Option<Form> {
    let all: Vec<&str> = folded.words().iter().map(|word| folded.letters(word)).collect();
    let mut words = all.as_slice();
    while let [title, rest @ ..] = words
        && TITLES.contains(title)
        && !rest.is_empty()
    {
        words = rest;
    }
    let mut last_length = last_length.max(1);
    while let [rest @ .., suffix] = words
        && SUFFIXES.contains(suffix)
        && !rest.is_empty()
    {
        words = rest;
        last_length = 1;
    }
    let (first, last) = (words.first()?, words.last()?);
    if words.len() == 1 {
        return Some(Form {
            whole: vec![(*first).to_owned()],
            ..Form::default()
        });
    }
    let surname_from = surname_start(words, last_length);
    let (given, surname) = words.split_at_checked(surname_from)?;
    let (given, surname) = (given.join(" "), surname.join(" "));
    let mut whole = vec![words.join(" "), format!("{surname} {given}")];
    if first.chars().nth(1).is_some() {
        whole.push(format!("{first} {surname}"));
        whole.push(format!("{first} {last}"));
    }
    let run_together = words.concat();
    if run_together.chars().count() >= RUN_TOGETHER {
        whole.push(run_together);
    }
    Some(Form {
        whole,
        surname: Some(surname),
        given: Some((*first).to_owned()),
    })
}

/// Where the surname begins: the last word as written and the particles before it, but never at the first word.
fn surname_start(words: &[&str], last_length: usize) -> usize {
    let mut start = words.len().saturating_sub(last_length).max(1);
    while start > 1 && words.get(start - 1).is_some_and(|word| PARTICLES.contains(word)) {
        start -= 1;
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wholes(name: &str) -> Vec<String> {
        let mut all: Vec<String> = of(name).into_iter().flat_map(|form| form.whole).collect();
        all.sort();
        all.dedup();
        all
    }

    #[test]
    fn names_in_their_forms() {
        for (name, expected) in [
            ("Neil Walton", vec!["neil walton", "neilwalton", "walton neil"]),
            ("Walton, Neil", vec!["neil walton", "neilwalton", "walton neil"]),
            (
                "Cllr Neil Walton OBE",
                vec!["neil walton", "neilwalton", "walton neil"],
            ),
            (
                "Neil Walton, MBE",
                vec!["neil walton", "neilwalton", "walton neil"],
            ),
            ("Bazza", vec!["bazza"]),
            ("Al Fox", vec!["al fox", "fox al"]),
            (
                "Neil James Walton",
                vec![
                    "neil james walton",
                    "neil walton",
                    "neiljameswalton",
                    "walton neil james",
                ],
            ),
            (
                "Ann O'Hara",
                vec![
                    "ann hara",
                    "ann o hara",
                    "ann ohara",
                    "annohara",
                    "o hara ann",
                    "ohara ann",
                ],
            ),
        ] {
            let found = wholes(name);
            for whole in &expected {
                assert!(
                    found.iter().any(|found| found == whole),
                    "{name}: {whole} not in {found:?}"
                );
            }
        }
        assert!(!wholes("Al Fox").contains(&String::from("alfox")));
    }

    #[test]
    fn surnames_keep_their_halves_and_particles() {
        for (name, surname) in [
            ("Neil Walton", "walton"),
            ("Ann Smith-Jones", "smith jones"),
            ("Ann van der Berg", "van der berg"),
            ("Van Berg", "berg"),
            ("Neil Walton OBE", "walton"),
        ] {
            assert_eq!(of(name)[0].surname.as_deref(), Some(surname), "{name}");
        }
    }
}
