//! Folding one character.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript};

use crate::domain::text::is_droppable_mark;

/// How letters that look like Latin ones are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lookalikes {
    /// As the letters they are.
    Kept,
    /// As the Latin letter (UTS 39 skeleton): `Nеil` with a Cyrillic `е` is `neil`.
    Latin,
}

pub(super) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '‛' | 'ʼ' | 'ʻ' | '＇' | '´' | '`' | '′')
}

/// Scripts that write no spaces: each character is a word of its own, and names are found as runs of them.
pub(super) fn is_unspaced(c: char) -> bool {
    !c.is_ascii()
        && matches!(
            c.script(),
            Script::Han
                | Script::Hiragana
                | Script::Katakana
                | Script::Bopomofo
                | Script::Thai
                | Script::Lao
                | Script::Khmer
                | Script::Myanmar
                | Script::Tibetan
        )
}

pub(super) fn push_folded(out: &mut String, c: char, lookalikes: Lookalikes) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    for part in std::iter::once(c).nfkd().filter(|part| !is_droppable_mark(*part)) {
        let latin = match lookalikes {
            Lookalikes::Latin if !part.is_ascii() && part.is_alphabetic() => latin_lookalike(part),
            _ => None,
        };
        for lower in latin.unwrap_or(part).to_lowercase() {
            match lower {
                'ß' => out.push_str("ss"),
                'æ' => out.push_str("ae"),
                'œ' => out.push_str("oe"),
                'þ' => out.push_str("th"),
                'ø' => out.push('o'),
                'ð' | 'đ' => out.push('d'),
                'ł' => out.push('l'),
                'ħ' => out.push('h'),
                'ı' => out.push('i'),
                'ŧ' => out.push('t'),
                'ς' => out.push('σ'),
                lower if is_droppable_mark(lower) => {}
                lower if lower.is_alphanumeric() || is_combining_mark(lower) => out.push(lower),
                _ => {}
            }
        }
    }
}

/// The Latin letter that a letter looks like. The letter as written is asked first, then its other case: the
/// Cyrillic `В` looks like a `B` where `в` does not.
fn latin_lookalike(c: char) -> Option<char> {
    let other = if c.is_lowercase() {
        c.to_uppercase().next()
    } else {
        c.to_lowercase().next()
    };
    [Some(c), other].into_iter().flatten().find_map(|shape| {
        let text = shape.to_string();
        let mut skeleton = unicode_security::skeleton(&text);
        match (skeleton.next(), skeleton.next()) {
            // The skeleton of every capital I is a small L.
            (Some('l'), None) if shape.is_uppercase() => Some('i'),
            (Some(latin), None) if latin.is_ascii_alphabetic() => Some(latin.to_ascii_lowercase()),
            (Some('r'), Some('n')) => Some('m'),
            _ => None,
        }
    })
}
