//! Listed words: words, phrases and regular expressions that a site watches for, in the text and in the display name.

use std::ops::Range;

use regex::{Regex, RegexBuilder};

use super::super::fold::Reading;
use super::super::{Facts, Prepared};
use super::{Failure, span};
use crate::domain::finding::{Field, Finding, Rule, Span};
use crate::domain::says::Says;
use crate::domain::site::ListedWord;

/// A pattern has at most this many characters.
const PATTERN: usize = 200;
/// A compiled expression takes at most this many bytes. The engine's time is linear in the text whatever the pattern.
const COMPILED: usize = 256 * 1024;
/// One finding shows at most this many places.
const PLACES: usize = 50;

/// Why a listed word cannot be looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidWord {
    /// Nothing in it.
    #[error("a listed word cannot be empty")]
    Empty,
    /// More than 200 characters.
    #[error("a listed word has at most 200 characters")]
    TooLong,
    /// No regular expression; the engine's own words.
    #[error("not a regular expression: {0}")]
    Syntax(String),
    /// It would match everywhere.
    #[error("this expression matches nothing at all, so it would be found in every text")]
    MatchesNothing,
}

/// Whether a listed word can be looked for. Asked when a policy is set.
pub fn check_word(word: &ListedWord) -> Result<(), InvalidWord> {
    if word.pattern.trim().is_empty() {
        return Err(InvalidWord::Empty);
    }
    if word.pattern.chars().count() > PATTERN {
        return Err(InvalidWord::TooLong);
    }
    if word.regex && compiled(&word.pattern)?.is_match("") {
        return Err(InvalidWord::MatchesNothing);
    }
    Ok(())
}

fn compiled(pattern: &str) -> Result<Regex, InvalidWord> {
    RegexBuilder::new(pattern)
        .case_insensitive(true)
        .size_limit(COMPILED)
        .dfa_size_limit(COMPILED)
        .build()
        .map_err(|error| InvalidWord::Syntax(error.to_string()))
}

pub(super) fn look(prepared: &Prepared, facts: &Facts<'_>) -> Result<Vec<Finding>, Failure> {
    let mut findings = Vec::new();
    for word in &facts.policy.words {
        let spans = places(word, prepared)?;
        if !spans.is_empty() {
            findings.push(Finding {
                rule: Rule::of("listed_word"),
                strength: word.strength,
                says: Says::ListedWord {
                    word: word.pattern.clone(),
                },
                spans,
                mention: None,
            });
        }
    }
    Ok(findings)
}

fn places(word: &ListedWord, prepared: &Prepared) -> Result<Vec<Span>, Failure> {
    let (in_body, in_name) = if word.regex {
        let pattern = compiled(&word.pattern).map_err(|_refused_when_set| Failure("bad_expression"))?;
        let mut body = matches(&pattern, &prepared.source);
        let visible = matches(&pattern, prepared.plain.as_str());
        body.extend(visible.into_iter().map(|found| prepared.plain.to_source(found)));
        (body, matches(&pattern, &prepared.name))
    } else {
        let folded = Reading::of_str(&word.pattern);
        if folded.kept.as_str().is_empty() {
            // Signs only, such as an emoji.
            (
                literal(&word.pattern, &prepared.source),
                literal(&word.pattern, &prepared.name),
            )
        } else {
            let phrases: Vec<&str> = folded.ways().map(|way| way.as_str()).collect();
            let mut body = in_reading(&phrases, &prepared.visible);
            body.extend(in_reading(&phrases, &prepared.written));
            (body, in_reading(&phrases, &prepared.name_reading))
        }
    };
    let mut spans = Vec::new();
    for range in apart(in_body) {
        spans.push(span(Field::Body, &prepared.source, range)?);
    }
    for range in apart(in_name) {
        spans.push(span(Field::Name, &prepared.name, range)?);
    }
    Ok(spans)
}

fn matches(pattern: &Regex, text: &str) -> Vec<Range<usize>> {
    pattern
        .find_iter(text)
        .filter(|found| !found.is_empty())
        .map(|found| found.range())
        .collect()
}

fn literal(pattern: &str, text: &str) -> Vec<Range<usize>> {
    text.match_indices(pattern.trim())
        .map(|(at, found)| at..at + found.len())
        .collect()
}

fn in_reading(phrases: &[&str], reading: &Reading) -> Vec<Range<usize>> {
    reading
        .ways()
        .flat_map(|way| {
            phrases
                .iter()
                .flat_map(|phrase| way.find(phrase))
                .map(|words| way.source(words))
        })
        .collect()
}

/// In order, the first few, without those that overlap an earlier one: the same place is read in more than one way.
fn apart(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut end = 0;
    ranges.retain(|range| {
        let apart = range.start >= end && range.end > range.start;
        if apart {
            end = range.end;
        }
        apart
    });
    ranges.truncate(PLACES);
    ranges
}
