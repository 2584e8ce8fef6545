//! Looks for the register's names in a folded text.

use std::ops::Range;

use super::super::fold::{Folded, Word};
use super::words::{PLACES, TITLES, is_everyday};
use super::{Part, Register};
use crate::domain::finding::Tier;

/// Before a surname at most so many initials are looked at.
const INITIALS: usize = 3;

/// A place in a text where somebody is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::screening) struct Hit {
    /// Index into the register's people.
    pub person: usize,
    /// How sure.
    pub tier: Tier,
    /// The bytes of the source.
    pub source: Range<usize>,
}

/// A name or a part of one, as found.
struct Match {
    words: Range<usize>,
    person: usize,
    part: Part,
    /// Whether a sentence ends within it.
    broken: bool,
}

impl Register {
    /// Every mention in a text, in order. One that lies within a surer one is left for the caller to drop, since it
    /// may come of another reading of the same text.
    pub(in crate::screening) fn scan(&self, text: &Folded) -> Vec<Hit> {
        let shouting = is_shouting(text);
        self.matches(text)
            .iter()
            .filter_map(|found| {
                let (words, tier) = match found.part {
                    Part::Whole(tier) => self.whole(text, found, tier, shouting)?,
                    Part::Surname => self.surname(text, found, shouting)?,
                    Part::Given => self.given(text, found, shouting)?,
                };
                Some(Hit {
                    person: found.person,
                    tier,
                    source: text.source(words),
                })
            })
            .collect()
    }

    fn matches(&self, text: &Folded) -> Vec<Match> {
        let count = text.words().len();
        let mut found = Vec::new();
        for start in 0..count {
            let mut broken = false;
            for end in start + 1..=(start + self.longest).min(count) {
                // `Neil! Walton` names him as surely as without the mark, and is easily written. Two sentence ends, or
                // words that are not written as names, are apart.
                if end > start + 1 && text.words().get(end - 1).is_some_and(|word| word.first) {
                    let as_names = text
                        .words()
                        .get(end - 2..end)
                        .is_some_and(|both| both.iter().all(|word| word.capital));
                    if broken || !as_names {
                        break;
                    }
                    broken = true;
                }
                for known in self.names.get(text.phrase(start..end)).into_iter().flatten() {
                    // A surname of many words is one, and stands in one sentence.
                    if broken && !matches!(known.part, Part::Whole(_)) {
                        continue;
                    }
                    found.push(Match {
                        words: start..end,
                        person: known.person,
                        part: known.part,
                        broken,
                    });
                }
            }
        }
        found
    }

    fn whole(
        &self,
        text: &Folded,
        found: &Match,
        tier: Tier,
        shouting: bool,
    ) -> Option<(Range<usize>, Tier)> {
        let words = text.words().get(found.words.clone())?;
        let everyday = words.iter().all(|word| is_everyday(text.letters(word)));
        let written_as_name = words.iter().all(|word| word.capital);
        let word = words.first()?;
        let tier = match words.len() {
            // "So said Will. Young people vote": each word may be what it is every day.
            _ if found.broken && words.iter().any(|word| is_everyday(text.letters(word))) => Tier::Weak,
            _ if !everyday || shouting => tier,
            // An alias that is an everyday word is a name where it is written as one.
            1 if !written_as_name || word.first => return None,
            1 => tier,
            // "the young will vote" hardly names Will Young.
            _ if !written_as_name => Tier::Weak,
            _ => tier,
        };
        Some((found.words.clone(), tier))
    }

    /// A surname alone, or with a title, an initial or a middle name before it.
    fn surname(&self, text: &Folded, found: &Match, shouting: bool) -> Option<(Range<usize>, Tier)> {
        let entry = self.people.get(found.person)?;
        let Range { start, end } = found.words;
        let surname = text.words().get(start)?;
        let everyday = is_everyday(text.phrase(start..end));
        // How far back the same sentence goes.
        let before = |at: usize| -> Option<&Word> {
            let here = text.words().get(at)?;
            (!here.first)
                .then(|| text.words().get(at.checked_sub(1)?))
                .flatten()
        };
        let mut initials = start;
        while start - initials < INITIALS
            && before(initials).is_some_and(|word| text.letters(word).chars().nth(1).is_none())
        {
            initials -= 1;
        }
        if let Some(given) = before(initials).filter(|_| initials < start)
            && entry.given.contains(text.letters(given))
        {
            return Some((initials - 1..end, Tier::Full));
        }
        if let Some(initial) = text.words().get(initials).filter(|_| initials < start)
            && text.letters(initial).chars().all(|c| entry.initials.contains(&c))
            && reads_as_initial(text.letters(initial), initial, surname)
        {
            return Some((initials..end, Tier::Initial));
        }
        let previous = before(start);
        if let Some(title) = previous
            && TITLES.contains(&text.letters(title))
            && (surname.capital || !everyday && text.letters(title) != "miss")
        {
            return Some((start..end, Tier::Title));
        }
        if let Some(middle) = previous.filter(|word| word.capital && surname.capital && !shouting)
            && let Some(given) = before(start - 1)
            && given.capital
            && entry.given.contains(text.letters(given))
            && !TITLES.contains(&text.letters(middle))
        {
            return Some((start - 2..end, Tier::Full));
        }
        let next = text.words().get(end).filter(|word| !word.first);
        if next.is_some_and(|word| PLACES.contains(&text.letters(word))) {
            return None;
        }
        if !everyday {
            return Some((start..end, Tier::Surname));
        }
        (surname.capital && !surname.first && !shouting).then_some((start..end, Tier::Weak))
    }

    /// A first name alone: never sure, and somebody else's where another surname follows.
    fn given(&self, text: &Folded, found: &Match, shouting: bool) -> Option<(Range<usize>, Tier)> {
        let word = text.words().get(found.words.start)?;
        let next = text.words().get(found.words.end).filter(|word| !word.first);
        let another = next.is_some_and(|word| word.capital);
        let everyday = is_everyday(text.phrase(found.words.clone()));
        let written_as_name = word.capital && !shouting && !(everyday && word.first);
        (written_as_name && !another).then(|| (found.words.clone(), Tier::Weak))
    }
}

/// `A Green` may begin a sentence about something green; `A. Green` and `N Green` are people.
fn reads_as_initial(letter: &str, initial: &Word, surname: &Word) -> bool {
    initial.dotted || (initial.capital && surname.capital && !matches!(letter, "a" | "i" | "o"))
}

/// Whether capitals say nothing, since nearly every word has one.
fn is_shouting(text: &Folded) -> bool {
    let words = text.words().len();
    let capitals = text.words().iter().filter(|word| word.capital).count();
    words > 4 && capitals * 10 > words * 8
}
