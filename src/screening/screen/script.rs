//! Scripts: whether the text is written in one that the other screens can read. They read Latin letters, the scripts
//! of the names on the register, and the script of the site's language, whose listed words are written in it.

use std::ops::Range;

use unicode_script::{Script, UnicodeScript};

use super::super::{Facts, Prepared};
use super::{Failure, span};
use crate::domain::finding::{Field, Finding, Rule, Strength};
use crate::domain::says::Says;

/// So many unread letters mark a text that is otherwise read: a foreign word or two is no secret message.
const MARKED: usize = 12;

pub(super) fn look(prepared: &Prepared, facts: &Facts<'_>) -> Result<Vec<Finding>, Failure> {
    let mut letters = 0usize;
    let mut unread = 0usize;
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut joined = false;
    for (at, c) in prepared.source.char_indices() {
        if !c.is_alphabetic() {
            continue;
        }
        letters += 1;
        let end = at + c.len_utf8();
        if is_read(c.script(), facts) {
            joined = false;
            continue;
        }
        unread += 1;
        match runs.last_mut().filter(|_| joined) {
            Some(run) => run.end = end,
            None => runs.push(at..end),
        }
        joined = true;
    }
    let mostly = unread * 2 > letters;
    if unread == 0 || !(mostly || unread >= MARKED) {
        return Ok(Vec::new());
    }
    Ok(vec![Finding {
        rule: Rule::of("cannot_screen"),
        strength: if mostly { Strength::Hold } else { Strength::Flag },
        says: Says::CannotScreen { mostly },
        spans: runs
            .into_iter()
            .map(|run| span(Field::Body, &prepared.source, run))
            .collect::<Result<_, _>>()?,
        mention: None,
    }])
}

fn is_read(script: Script, facts: &Facts<'_>) -> bool {
    matches!(script, Script::Latin | Script::Common | Script::Inherited)
        || scripts_of(&facts.policy.lang).contains(&script)
        || facts.register.has_script(script)
}

/// The scripts that a language is written in, beside Latin.
fn scripts_of(lang: &str) -> &'static [Script] {
    let language = lang.split(['-', '_']).next().unwrap_or("").to_ascii_lowercase();
    match language.as_str() {
        "be" | "bg" | "kk" | "ky" | "mk" | "mn" | "ru" | "sr" | "tg" | "uk" => &[Script::Cyrillic],
        "el" => &[Script::Greek],
        "hy" => &[Script::Armenian],
        "ka" => &[Script::Georgian],
        "ar" | "ckb" | "fa" | "ps" | "ur" => &[Script::Arabic],
        "he" | "yi" => &[Script::Hebrew],
        "hi" | "mr" | "ne" => &[Script::Devanagari],
        "bn" | "as" => &[Script::Bengali],
        "pa" => &[Script::Gurmukhi, Script::Arabic],
        "gu" => &[Script::Gujarati],
        "ta" => &[Script::Tamil],
        "te" => &[Script::Telugu],
        "kn" => &[Script::Kannada],
        "ml" => &[Script::Malayalam],
        "si" => &[Script::Sinhala],
        "am" | "ti" => &[Script::Ethiopic],
        "th" => &[Script::Thai],
        "lo" => &[Script::Lao],
        "km" => &[Script::Khmer],
        "my" => &[Script::Myanmar],
        "ja" => &[Script::Han, Script::Hiragana, Script::Katakana],
        "ko" => &[Script::Hangul, Script::Han],
        "zh" | "yue" => &[Script::Han, Script::Bopomofo],
        _ => &[],
    }
}
