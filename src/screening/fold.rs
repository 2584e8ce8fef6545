//! Folding: text as words that are the same however they are written (case, accents, possessives, apostrophes,
//! hyphens, spacing, characters that nobody sees), each with the bytes of the source that it stands for. What the words mean is
//! not known here. Further disguises (figures for letters, misspellings) are to be undone here too.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript};

use crate::domain::text::{is_droppable_mark, is_invisible};

/// So many one-letter words in a row are one word spelt out (`N e i l`).
const SPELT_OUT: usize = 4;
/// Words before a full stop that does not end a sentence. Shorter words never end one: they are initials.
const ABBREVIATIONS: [&str; 7] = ["cllr", "prof", "capt", "mrs", "rev", "hon", "messrs"];

/// How letters that look like Latin ones are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lookalikes {
    /// As the letters they are.
    Kept,
    /// As the Latin letter (UTS 39 skeleton): `Nеil` with a Cyrillic `е` is `neil`.
    Latin,
}

/// A text's words.
#[derive(Debug, Clone, Default)]
pub(super) struct Folded {
    text: String,
    words: Vec<Word>,
}

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Where in the folded text.
    at: Range<usize>,
    /// The bytes of the source that it stands for, without a possessive's `'s`.
    pub source: Range<usize>,
    /// Whether it was written with a capital.
    pub capital: bool,
    /// Whether a full stop follows at once.
    pub dotted: bool,
    /// Whether it begins a sentence or a block.
    pub first: bool,
}

impl Folded {
    /// Folds characters that each come with their bytes of the source.
    fn of(chars: impl Iterator<Item = (char, Range<usize>)>, lookalikes: Lookalikes) -> Self {
        let mut folder = Folder::new(lookalikes);
        for (c, source) in chars {
            folder.read(c, source);
        }
        folder.end_word();
        let mut folded = Self::default();
        for raw in joined_spelling(folder.words) {
            if !folded.text.is_empty() {
                folded.text.push(' ');
            }
            let start = folded.text.len();
            folded.text.push_str(&raw.letters);
            folded.words.push(Word {
                at: start..folded.text.len(),
                ..raw.word
            });
        }
        folded
    }

    /// The words, one space between.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// The words.
    pub(super) fn words(&self) -> &[Word] {
        &self.words
    }

    /// A word's letters.
    pub(super) fn letters(&self, word: &Word) -> &str {
        self.text.get(word.at.clone()).unwrap_or("")
    }

    /// The words `range`, one space between.
    pub(super) fn phrase(&self, range: Range<usize>) -> &str {
        match (
            self.words.get(range.start),
            range.end.checked_sub(1).and_then(|last| self.words.get(last)),
        ) {
            (Some(first), Some(last)) => self.text.get(first.at.start..last.at.end).unwrap_or(""),
            _ => "",
        }
    }

    /// The bytes of the source that the words `range` stand for.
    pub(super) fn source(&self, range: Range<usize>) -> Range<usize> {
        match (
            self.words.get(range.start),
            range.end.checked_sub(1).and_then(|last| self.words.get(last)),
        ) {
            (Some(first), Some(last)) => first.source.start..last.source.end,
            _ => 0..0,
        }
    }

    /// Where a folded phrase stands, as ranges of words.
    pub(super) fn find(&self, phrase: &str) -> Vec<Range<usize>> {
        if phrase.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        for (start, _) in self.text.match_indices(phrase) {
            let first = self.words.binary_search_by_key(&start, |word| word.at.start);
            let last = self
                .words
                .binary_search_by_key(&(start + phrase.len()), |word| word.at.end);
            if let (Ok(first), Ok(last)) = (first, last) {
                found.push(first..last + 1);
            }
        }
        found
    }
}

/// A text folded in each way that it can be read.
#[derive(Debug, Clone, Default)]
pub(super) struct Reading {
    /// With every letter as it is.
    pub kept: Folded,
    /// With letters that look like Latin ones read as such, where there are any that are not Latin.
    latin: Option<Folded>,
}

impl Reading {
    /// Folds the characters, which each come with their bytes of the source.
    pub(super) fn of<I: Iterator<Item = (char, Range<usize>)>>(chars: impl Fn() -> I) -> Self {
        let kept = Folded::of(chars(), Lookalikes::Kept);
        let latin = (!kept.text.is_ascii()).then(|| Folded::of(chars(), Lookalikes::Latin));
        Self { kept, latin }
    }

    /// Folds a text that is its own source.
    pub(super) fn of_str(text: &str) -> Self {
        Self::of(|| text.char_indices().map(|(at, c)| (c, at..at + c.len_utf8())))
    }

    /// Every way to read it.
    pub(super) fn ways(&self) -> impl Iterator<Item = &Folded> {
        std::iter::once(&self.kept).chain(&self.latin)
    }
}

struct RawWord {
    letters: String,
    word: Word,
    /// How many characters stood before it, up to the word before.
    gap: usize,
    /// Whether its script writes no spaces, so that it is one character of a word of unknown length.
    unspaced: bool,
}

struct Folder {
    lookalikes: Lookalikes,
    words: Vec<RawWord>,
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
    fn new(lookalikes: Lookalikes) -> Self {
        Self {
            lookalikes,
            words: Vec::new(),
            current: None,
            apostrophe: None,
            gap: Gap::default(),
        }
    }

    fn read(&mut self, c: char, source: Range<usize>) {
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
            self.apostrophe = Some((current.letters.len(), current.word.source.end.min(source.start)));
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

    fn end_word(&mut self) {
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

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '‛' | 'ʼ' | 'ʻ' | '＇' | '´' | '`' | '′')
}

/// Scripts that write no spaces: each character is a word of its own, and names are found as runs of them.
fn is_unspaced(c: char) -> bool {
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

fn push_folded(out: &mut String, c: char, lookalikes: Lookalikes) {
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

/// Puts words that are spelt out together again. Where some gaps are wider than others, the wider ones part words.
fn joined_spelling(words: Vec<RawWord>) -> Vec<RawWord> {
    let mut out: Vec<RawWord> = Vec::with_capacity(words.len());
    let mut run: Vec<RawWord> = Vec::new();
    for word in words {
        let single = !word.unspaced
            && word.letters.chars().count() == 1
            && word.letters.chars().all(char::is_alphabetic);
        if !single || word.word.first {
            end_run(&mut run, &mut out);
        }
        if single {
            run.push(word);
        } else {
            out.push(word);
        }
    }
    end_run(&mut run, &mut out);
    out
}

fn end_run(run: &mut Vec<RawWord>, out: &mut Vec<RawWord>) {
    if run.len() < SPELT_OUT {
        out.append(run);
        return;
    }
    let narrow = run.iter().skip(1).map(|word| word.gap).min().unwrap_or(0);
    let mut starts = true;
    for letter in run.drain(..) {
        let wide = letter.gap > narrow;
        match out.last_mut().filter(|_| !starts && !wide) {
            Some(word) => {
                word.letters.push_str(&letter.letters);
                word.word.source.end = letter.word.source.end;
                word.word.dotted = letter.word.dotted;
            }
            None => out.push(letter),
        }
        starts = false;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(text: &str) -> String {
        Reading::of_str(text).kept.text
    }

    fn latin(text: &str) -> String {
        let reading = Reading::of_str(text);
        reading.latin.unwrap_or(reading.kept).text
    }

    #[test]
    fn one_word_however_written() {
        for (text, words) in [
            ("Neil WALTON", "neil walton"),
            ("  Neil\u{a0}\n Walton, ", "neil walton"),
            (
                "Walton's, Walton’s and Bartles' list",
                "walton walton and bartles list",
            ),
            ("James's", "james"),
            ("O'Brien O’Brien OBrien", "obrien obrien obrien"),
            ("Anne-Marie Anne–Marie", "anne marie anne marie"),
            (
                "Zoë Müller-Łukasz Øster Straße ﬁne Ｎｅｉｌ",
                "zoe muller lukasz oster strasse fine neil",
            ),
            (
                "Wal\u{ad}ton Wal\u{200b}ton Walto\u{301}n",
                "walton walton walton",
            ),
            ("'Neil Walton'", "neil walton"),
            ("''Neil''", "neil"),
            ("J a m e s  B a r t l e s", "james bartles"),
            ("N.e.i.l W.a.l.t.o.n", "neilwalton"),
            ("N. J. Walton", "n j walton"),
            ("don't", "dont"),
            ("王小明", "王 小 明"),
            ("ΝΙΚΟΣ νίκος", "νικοσ νικοσ"),
            ("Иван Петрович", "иван петрович"),
            ("सीता", "सीता"),
            ("", ""),
            ("!!! ...", ""),
        ] {
            assert_eq!(folded(text), words, "{text}");
        }
    }

    #[test]
    fn lookalikes_are_read_as_what_they_look_like() {
        for text in [
            "Nеil Waltоn",
            "NЕIL WАLTОN",
            "Νeil Walton",
            "Neil Wɑlton",
            "𝐍𝐞𝐢𝐥 𝓦𝓪𝓵𝓽𝓸𝓷",
        ] {
            assert_eq!(latin(text), "neil walton", "{text}");
        }
        assert_eq!(latin("Вartles"), "bartles");
    }

    #[test]
    fn words_know_where_they_stand() {
        let text = "So: “Zoë’s” N. Walton said. Then (Walton)!";
        let reading = Reading::of_str(text);
        let shown: Vec<_> = reading
            .kept
            .words()
            .iter()
            .map(|word| (&text[word.source.clone()], word.capital, word.dotted, word.first))
            .collect();
        assert_eq!(
            shown,
            [
                ("So", true, false, true),
                ("Zoë", true, false, false),
                ("N", true, true, false),
                ("Walton", true, false, false),
                ("said", false, true, false),
                ("Then", true, false, true),
                ("Walton", true, false, false),
            ]
        );
    }

    proptest! {
        #[test]
        fn any_text_folds_to_words_on_its_boundaries(text in any::<String>()) {
            let reading = Reading::of_str(&text);
            for way in reading.ways() {
                let mut end = 0;
                for word in way.words() {
                    prop_assert!(!way.letters(word).is_empty() && !way.letters(word).contains(' '));
                    prop_assert!(word.source.start >= end && word.source.end > word.source.start);
                    prop_assert!(text.get(word.source.clone()).is_some());
                    end = word.source.end;
                }
            }
        }

        #[test]
        fn case_and_spacing_change_nothing(words in prop::collection::vec("[a-zé]{2,8}", 1..6)) {
            let written = words.join(" ");
            prop_assert_eq!(folded(&written.to_uppercase()), folded(&words.join("\n \t")));
        }
    }
}
