//! Reading characters into words: where one begins and ends, and what stands between.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::Word;
use super::letters::{Lookalikes, is_apostrophe, is_unspaced, push_folded};
use crate::domain::text::{is_droppable_mark, is_invisible};

/// Words before a full stop that does not end a sentence. Shorter words never end one: they are initials.
const ABBREVIATIONS: [&str; 7] = ["cllr", "prof", "capt", "mrs", "rev", "hon", "messrs"];

/// A word as read.
pub(super) struct RawWord {
    pub letters: String,
    pub word: Word,
    /// How many characters stood before it, up to the word before.
    pub gap: usize,
    /// Whether its script writes no spaces, so that it is one character of a word of unknown length.
    pub unspaced: bool,
}

pub(super) struct Folder {
    lookalikes: Lookalikes,
    pub words: Vec<RawWord>,
    current: Option<RawWord>,
    /// Length of the word and end of its source before its last apostrophe.
    apostrophe: Option<(usize, usize)>,
    gap: Gap,
}

/// What stood since the last word.
#[derive(Default)]
struct Gap {
    length: usize,
    lines: usize,
    stop: bool,
    sentence_ends: bool,
}

impl Folder {
    pub(super) fn new(lookalikes: Lookalikes) -> Self {
        Self {
            lookalikes,
            words: Vec::new(),
            current: None,
            apostrophe: None,
            gap: Gap::default(),
        }
    }

    pub(super) fn read(&mut self, c: char, source: Range<usize>) {
        if is_invisible(c) || c == 'ـ' {
            return;
        }
        if is_apostrophe(c) && self.current.is_some() {
            self.read_apostrophe(&source);
        } else if is_combining_mark(c) {
            self.read_mark(c, &source);
        } else if c.is_alphanumeric() && !is_apostrophe(c) {
            self.read_letter(c, source);
        } else {
            self.end_word();
            if let Some(before) = self.words.last_mut().filter(|_| c == '.' && self.gap.length == 0) {
                before.word.dotted = true;
            }
            self.gap.read(c, self.words.last());
        }
    }

    fn read_apostrophe(&mut self, source: &Range<usize>) {
        if let Some(current) = &self.current {
            if self
                .apostrophe
                .is_some_and(|(letters, _)| letters == current.letters.len())
            {
                // Two in a row are quotation marks.
                self.end_word();
                self.gap.length += 2;
                return;
            }
            let before = current.word.source.end.min(source.start);
            // Where a piece reads otherwise than it was written, all its characters share its bytes.
            let end = if before > current.word.source.start {
                before
            } else {
                current.word.source.end
            };
            self.apostrophe = Some((current.letters.len(), end));
        }
    }

    fn read_mark(&mut self, c: char, source: &Range<usize>) {
        if let Some(current) = &mut self.current {
            if !is_droppable_mark(c) {
                current.letters.push(c);
            }
            current.word.source.end = source.end;
        }
    }

    fn read_letter(&mut self, c: char, source: Range<usize>) {
        let unspaced = is_unspaced(c);
        if unspaced || self.current.as_ref().is_some_and(|current| current.unspaced) {
            self.end_word();
        }
        let current = self.current.get_or_insert_with(|| {
            let gap = std::mem::take(&mut self.gap);
            RawWord {
                letters: String::new(),
                word: Word {
                    at: 0..0,
                    source: source.clone(),
                    capital: c.is_uppercase(),
                    dotted: false,
                    first: self.words.is_empty() || gap.sentence_ends,
                },
                gap: gap.length,
                unspaced,
            }
        });
        current.word.source.end = source.end;
        push_folded(&mut current.letters, c, self.lookalikes);
    }

    pub(super) fn end_word(&mut self) {
        let Some(mut word) = self.current.take() else {
            return;
        };
        if let Some((letters, source_end)) = self.apostrophe.take() {
            let tail = word.letters.get(letters..).unwrap_or("");
            if letters > 0 && tail.is_empty() {
                word.word.source.end = source_end;
            } else if letters > 0 && tail == "s" {
                word.letters.truncate(letters);
                word.word.source.end = source_end;
            }
        }
        if !word.letters.is_empty() {
            self.words.push(word);
        }
    }
}

impl Gap {
    fn read(&mut self, c: char, before: Option<&RawWord>) {
        self.length += 1;
        match c {
            '.' if self.length == 1 => self.stop = before.is_some_and(|word| ends_sentence(&word.letters)),
            '!' | '?' | '…' | '。' | '！' | '？' => self.stop = true,
            '\n' => self.lines += 1,
            _ => {}
        }
        self.sentence_ends |= self.lines > 1 || (self.stop && c.is_whitespace());
    }
}

/// Whether a full stop after the word ends a sentence.
fn ends_sentence(word: &str) -> bool {
    word.chars().count() > 2 && !ABBREVIATIONS.contains(&word)
}
