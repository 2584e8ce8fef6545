//! Folding: text as words that are the same however they are written (case, accents, possessives, apostrophes,
//! hyphens, spacing, characters that nobody sees), each with the bytes of the source that it stands for. What the words
//! mean is not known here. Further disguises (figures for letters, misspellings) are to be undone here too.

mod folder;
mod letters;
mod spelling;

use std::ops::Range;

use folder::Folder;
use letters::Lookalikes;
use spelling::joined_spelling;

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
