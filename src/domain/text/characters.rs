//! Which characters forge, hide or pile up, and the cleaning that body and name share. Based on Unicode's
//! Default_Ignorable_Code_Point and on CVE-2021-42574 (text that reads otherwise than it is stored).

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript};

/// A letter bears at most this many marks. Vietnamese needs two, Hebrew three; piles of them cover the lines around.
const MARKS: usize = 4;
/// An emoji flag sequence (England, Scotland, Wales) has five or six tags and an end; none is longer than this.
const FLAG_TAGS: usize = 7;

pub(super) const ZWNJ: char = '\u{200C}';
pub(super) const ZWJ: char = '\u{200D}';
const BLACK_FLAG: char = '\u{1F3F4}';
const TAG_END: char = '\u{E007F}';

/// Embeddings, overrides and their end: they reorder what comes after.
pub(super) fn is_bidi_override(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}')
}

/// Isolates and their end: they reorder what is between.
pub(super) fn is_bidi_isolate(c: char) -> bool {
    matches!(c, '\u{2066}'..='\u{2069}')
}

/// Direction marks: they have no width and no place in a name.
pub(super) fn is_bidi_mark(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}')
}

/// Tag characters, seen only in flags.
fn is_tag(c: char) -> bool {
    matches!(c, '\u{E0000}'..='\u{E007F}')
}

/// Letters and signs that show nothing: a name of them is blank.
pub(super) fn is_filler(c: char) -> bool {
    matches!(c, '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' | '\u{2800}')
}

/// Whether a character shows nothing by itself (Default_Ignorable_Code_Point and the braille blank).
pub(crate) fn is_invisible(c: char) -> bool {
    is_filler(c)
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Whether readers see nothing where the character stands alone: white space, or no sign at all.
pub(crate) fn shows_nothing(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
}

/// Whether a mark can be left out without making another word: accents, and the points of Arabic and Hebrew. The
/// marks of Indic and other scripts are vowels.
pub(crate) fn is_droppable_mark(c: char) -> bool {
    is_combining_mark(c)
        && matches!(
            c.script(),
            Script::Inherited
                | Script::Latin
                | Script::Greek
                | Script::Cyrillic
                | Script::Arabic
                | Script::Hebrew
        )
}

/// Scripts whose spelling needs joiners and non-joiners.
fn uses_joiners(c: char) -> bool {
    matches!(
        c.script(),
        Script::Arabic
            | Script::Syriac
            | Script::Nko
            | Script::Mandaic
            | Script::Mongolian
            | Script::Phags_Pa
            | Script::Devanagari
            | Script::Bengali
            | Script::Gurmukhi
            | Script::Gujarati
            | Script::Oriya
            | Script::Tamil
            | Script::Telugu
            | Script::Kannada
            | Script::Malayalam
            | Script::Sinhala
            | Script::Myanmar
            | Script::Khmer
            | Script::Tibetan
            | Script::Balinese
            | Script::Javanese
            | Script::Meetei_Mayek
            | Script::Chakma
            | Script::Grantha
            | Script::Newa
    )
}

/// Roughly Extended_Pictographic: what emoji sequences are made of.
fn is_pictograph(c: char) -> bool {
    matches!(c,
        '\u{00A9}' | '\u{00AE}' | '\u{203C}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2194}'..='\u{21AA}'
        | '\u{231A}'..='\u{23FF}' | '\u{24C2}' | '\u{25AA}'..='\u{25FE}' | '\u{2600}'..='\u{27BF}'
        | '\u{2934}' | '\u{2935}' | '\u{2B05}'..='\u{2B55}' | '\u{3030}' | '\u{303D}' | '\u{3297}' | '\u{3299}'
        | '\u{1F000}'..='\u{1F3FA}' | '\u{1F400}'..='\u{1FAFF}')
}

/// What may stand between a pictograph and the joiner after it: the emoji style and the colours of skin.
fn modifies_pictograph(c: char) -> bool {
    matches!(c, '\u{FE0F}' | '\u{20E3}' | '\u{1F3FB}'..='\u{1F3FF}')
}

/// What has been kept of a text so far, as far as a joiner needs to know: looking back through the text itself at each
/// joiner would take time that grows with the square of its length.
#[derive(Default)]
struct Before {
    last: Option<char>,
    /// The last that has a script of its own.
    letter: Option<char>,
    /// The last that is no style or colour of a pictograph.
    base: Option<char>,
}

impl Before {
    fn keep(&mut self, c: char) {
        self.last = Some(c);
        if c.script() != Script::Inherited {
            self.letter = Some(c);
        }
        if !modifies_pictograph(c) {
            self.base = Some(c);
        }
    }
    /// Whether a joiner here and before `after` stands between letters of one of the scripts that use joiners.
    fn joins_letters(&self, after: Option<char>) -> bool {
        self.letter.is_some_and(uses_joiners) && after.is_some_and(|c| c.is_alphabetic() && uses_joiners(c))
    }
    /// Whether a zero-width joiner here binds an emoji sequence.
    fn joins_pictographs(&self, after: Option<char>) -> bool {
        self.base.is_some_and(is_pictograph) && after.is_some_and(is_pictograph)
    }
}

/// Where joiners may stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joiners {
    /// Between letters that need them, and in emoji.
    LettersAndEmoji,
    /// Between letters that need them.
    Letters,
}

/// Drops joiners that join nothing.
pub(super) fn without_idle_joiners(text: &str, joiners: Joiners) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = Before::default();
    // The character after a run of joiners, looked for once a run.
    let mut after: Option<Option<char>> = None;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let stays = if matches!(c, ZWJ | ZWNJ) {
            let after = *after.get_or_insert_with(|| rest.clone().find(|next| !matches!(*next, ZWJ | ZWNJ)));
            let doubled = matches!(before.last, Some(ZWJ | ZWNJ));
            let emoji = c == ZWJ && joiners == Joiners::LettersAndEmoji;
            !doubled && (before.joins_letters(after) || emoji && before.joins_pictographs(after))
        } else {
            after = None;
            true
        };
        if stays {
            out.push(c);
            before.keep(c);
        }
    }
    out
}

/// Drops tag characters that are not the flag of a region.
pub(super) fn without_stray_tags(text: &str) -> String {
    if !text.contains(is_tag) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if !is_tag(c) {
            out.push(c);
        }
        if c != BLACK_FLAG {
            continue;
        }
        let mut tags = String::new();
        while let Some(tag) = chars.next_if(|next| is_tag(*next)) {
            tags.push(tag);
        }
        let length = tags.chars().count();
        let ends_once = tags.ends_with(TAG_END) && tags.chars().filter(|tag| *tag == TAG_END).count() == 1;
        if ends_once && (2..=FLAG_TAGS).contains(&length) {
            out.push_str(&tags);
        }
    }
    out
}

/// NFC, and no letter with more than four marks.
pub(super) fn composed(text: &str) -> String {
    let mut marks = 0;
    text.nfc()
        .filter(|c| {
            marks = if is_combining_mark(*c) { marks + 1 } else { 0 };
            marks <= MARKS
        })
        .collect()
}
