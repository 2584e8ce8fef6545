//! Display names.

use std::fmt;

use unicode_segmentation::UnicodeSegmentation;

use super::characters::{
    Joiners, ZWJ, ZWNJ, composed, is_bidi_isolate, is_bidi_mark, is_bidi_override, is_invisible,
    without_idle_joiners,
};

/// The most bytes of a name, as written and as kept: 40 grapheme clusters of which each bears some marks.
const LIMIT: usize = 400;

/// The name under which somebody writes on a site: 2 to 40 grapheme clusters, NFC, single spaces, nothing in it that
/// cannot be seen and nothing that looks like a badge.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DisplayName(String);

/// Why a display name is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    /// Fewer than 2 or more than 40 characters, or more than 400 bytes.
    #[error("a name has 2 to 40 characters")]
    Length,
    /// A control, a bidirectional control, an invisible character or a mark that looks like a badge.
    #[error("a name cannot hold control characters, invisible characters or badges")]
    Characters,
    /// No letter or digit.
    #[error("a name needs a letter")]
    NoLetter,
}

impl DisplayName {
    /// Reads a name: normalises to NFC, trims, makes every run of white space one space, and drops joiners that stand
    /// anywhere but between letters of a script that uses them.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        // Before all that takes time.
        if text.len() > LIMIT {
            return Err(InvalidName::Length);
        }
        if text.chars().any(is_refused) {
            return Err(InvalidName::Characters);
        }
        let spaced = text.split_whitespace().collect::<Vec<_>>().join(" ");
        // The emoji style says nothing here and would be a second spelling of the same name.
        let shown = spaced.replace(['\u{FE0E}', '\u{FE0F}'], "");
        let name = composed(&without_idle_joiners(&shown, Joiners::Letters));
        if !(2..=40).contains(&name.graphemes(true).count()) || name.len() > LIMIT {
            return Err(InvalidName::Length);
        }
        if name.chars().any(char::is_alphanumeric) {
            Ok(Self(name))
        } else {
            Err(InvalidName::NoLetter)
        }
    }
    /// In the place of a name that was erased. Nobody can write under it.
    pub fn erased() -> Self {
        Self(String::new())
    }
    /// Whether there was a name, which was erased.
    pub fn is_erased(&self) -> bool {
        self.0.is_empty()
    }
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_refused(c: char) -> bool {
    let invisible = is_invisible(c) && !matches!(c, ZWJ | ZWNJ | '\u{FE0E}' | '\u{FE0F}');
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}')
        || is_bidi_override(c)
        || is_bidi_isolate(c)
        || is_bidi_mark(c)
        || invisible
        || is_badge(c)
        // Private use: what it looks like is up to a font.
        || matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}')
}

/// Check marks: the badge of staff is drawn beside the name, never in it.
fn is_badge(c: char) -> bool {
    matches!(
        c,
        '\u{2713}'
            | '\u{2714}'
            | '\u{2705}'
            | '\u{2611}'
            | '\u{237B}'
            | '\u{10102}'
            | '\u{1F5F8}'
            | '\u{1F5F9}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names() {
        for (written, name) in [
            ("  Ann   Lee ", "Ann Lee"),
            ("Zoe\u{308} O’Hara-Smith", "Zoë O’Hara-Smith"),
            ("Ann\u{A0}Lee", "Ann Lee"),
            ("Ann\u{200D} Lee\u{200C}", "Ann Lee"),
            ("نی\u{200C}ما", "نی\u{200C}ما"),
            ("Li 李", "Li 李"),
            ("Gardener \u{2764}\u{FE0F}", "Gardener \u{2764}"),
        ] {
            assert_eq!(DisplayName::parse(written).unwrap().as_str(), name);
        }
        assert_eq!(DisplayName::parse("A"), Err(InvalidName::Length));
        assert_eq!(DisplayName::parse("A\u{200D}"), Err(InvalidName::Length));
        assert_eq!(DisplayName::parse(&"x".repeat(41)), Err(InvalidName::Length));
        assert_eq!(
            DisplayName::parse(&format!("Ann{}Lee", " ".repeat(400))),
            Err(InvalidName::Length)
        );
        assert_eq!(DisplayName::parse("..!"), Err(InvalidName::NoLetter));
    }

    #[test]
    fn refuses_what_hides_and_forges() {
        for text in [
            "Ann\u{202E}eeL",
            "Ann\u{2066}Lee\u{2069}",
            "Ann\u{200F}Lee",
            "Ann\u{200E}Lee",
            "Ann\u{61C}Lee",
            "Ann\u{200B}Lee",
            "Ann\nLee",
            "Ann\u{0}Lee",
            "Ann\u{85}Lee",
            "Ann\u{FEFF}Lee",
            "Ann\u{3164}Lee",
            "Ann\u{AD}Lee",
            "Ann\u{34F}Lee",
            "Ann Lee \u{2714}",
            "Ann Lee \u{2705}",
            "Ann Lee \u{F8FF}",
            "Ann Lee\u{E0041}",
        ] {
            assert_eq!(DisplayName::parse(text), Err(InvalidName::Characters), "{text:?}");
        }
    }

    #[test]
    fn marks_do_not_pile_up() {
        let name = DisplayName::parse(&format!("Zal{}go", "\u{335}".repeat(50))).unwrap();
        assert_eq!(name.as_str(), format!("Zal{}go", "\u{335}".repeat(4)));
    }

    #[test]
    fn what_is_too_long_costs_nothing() {
        let begun = std::time::Instant::now();
        for pair in ["\u{301}\u{200D}", "\u{200D}\u{200C}", "\u{1F469}\u{FE0F}\u{200D}"] {
            let text = pair.repeat(64 * 1_024);
            assert_eq!(DisplayName::parse(&text), Err(InvalidName::Length));
            // The same cleaning of a text that may be this long.
            without_idle_joiners(&text, Joiners::LettersAndEmoji);
        }
        assert!(
            begun.elapsed() < std::time::Duration::from_secs(5),
            "{:?}",
            begun.elapsed()
        );
    }

    proptest! {
        #[test]
        fn a_name_reads_as_itself(text in any::<String>()) {
            if let Ok(name) = DisplayName::parse(&text) {
                prop_assert_eq!(DisplayName::parse(name.as_str()), Ok(name));
            }
        }
    }
}
