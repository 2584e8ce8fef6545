//! The compiled register: every way to write the names of a site's people, and where they stand in a text. What a
//! mention leads to is decided in `screen::people`.

mod forms;
mod scan;
mod words;

use std::collections::{BTreeSet, HashMap};

use unicode_script::{Script, UnicodeScript};

use crate::domain::finding::Tier;
use crate::domain::id::PersonId;
use crate::domain::person::Person;

/// A site's register, compiled for searching. Made once a version and shared.
#[derive(Debug, Clone, Default)]
pub struct Register {
    version: i64,
    people: Vec<Entry>,
    /// Folded names and parts of names, and whose they are.
    names: HashMap<String, Vec<Known>>,
    /// The most words that a name has.
    longest: usize,
    scripts: BTreeSet<&'static str>,
}

/// What is kept of a person.
#[derive(Debug, Clone)]
struct Entry {
    person: Person,
    /// First names, folded.
    given: BTreeSet<String>,
    /// Their first letters.
    initials: BTreeSet<char>,
}

/// That a folded phrase is a name of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Known {
    /// Index into `people`.
    person: usize,
    part: Part,
}

/// Which part of a name a phrase is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// A name that stands for itself, and how sure it is.
    Whole(Tier),
    /// A surname.
    Surname,
    /// A first name.
    Given,
}

impl Register {
    /// Compiles the people of one site's register as of `version`.
    pub fn compile(version: i64, people: &[Person]) -> Self {
        let mut register = Self {
            version,
            ..Self::default()
        };
        for person in people {
            register.add(person);
        }
        register
    }

    /// The version of the register that it was compiled from.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// An entry.
    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.people
            .iter()
            .map(|entry| &entry.person)
            .find(|person| person.id == id)
    }

    /// The people on it.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.people.iter().map(|entry| &entry.person)
    }

    /// The person of a hit.
    pub(super) fn person_at(&self, index: usize) -> Option<&Person> {
        self.people.get(index).map(|entry| &entry.person)
    }

    /// Whether a name on it is written in the script, so that a text in that script can be searched.
    pub(super) fn has_script(&self, script: Script) -> bool {
        self.scripts.contains(script.full_name())
    }

    fn add(&mut self, person: &Person) {
        let index = self.people.len();
        let mut entry = Entry {
            person: person.clone(),
            given: BTreeSet::new(),
            initials: BTreeSet::new(),
        };
        for (place, name) in person.names().enumerate() {
            let tier = if place == 0 { Tier::Full } else { Tier::Nickname };
            self.scripts.extend(
                name.chars()
                    .filter(|c| c.is_alphabetic())
                    .map(|c| c.script().full_name()),
            );
            for form in forms::of(name) {
                for whole in form.whole {
                    self.know(whole, index, Part::Whole(tier));
                }
                if let Some(surname) = form.surname {
                    self.know(surname, index, Part::Surname);
                }
                if let Some(given) = form.given {
                    entry.initials.extend(given.chars().next());
                    if given.chars().nth(1).is_some() {
                        self.know(given.clone(), index, Part::Given);
                        entry.given.insert(given);
                    }
                }
            }
        }
        self.people.push(entry);
    }

    fn know(&mut self, phrase: String, person: usize, part: Part) {
        self.longest = self.longest.max(phrase.split(' ').count());
        let known = Known { person, part };
        let bearers = self.names.entry(phrase).or_default();
        if !bearers.contains(&known) {
            bearers.push(known);
        }
    }
}
