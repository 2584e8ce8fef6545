//! A comment's source.

use super::characters::{
    self, Joiners, composed, is_bidi_isolate, is_bidi_override, is_invisible, without_idle_joiners,
    without_stray_tags,
};

/// A comment's source is at most this many bytes of UTF-8, as sent.
pub const COMMENT_LIMIT: usize = 16 * 1024;

/// A comment's source: Markdown, 1 to 16,384 bytes as sent, not blank, NFC, `\n` as its line ends, free of control
/// characters and of those that forge direction or hide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentSource(String);

/// Why a comment's source is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSource {
    /// Nothing but white space and invisible characters.
    #[error("the comment is empty")]
    Empty,
    /// More than 16,384 bytes of UTF-8.
    #[error("the comment is longer than 16384 bytes")]
    TooLong,
    /// It holds NUL.
    #[error("the comment holds a NUL character")]
    Nul,
}

impl CommentSource {
    /// Reads a source and cleans it: the same text comes out however often it is read. The limit counts what was sent.
    pub fn parse(text: &str) -> Result<Self, InvalidSource> {
        if text.len() > COMMENT_LIMIT {
            return Err(InvalidSource::TooLong);
        }
        if text.contains('\0') {
            return Err(InvalidSource::Nul);
        }
        let clean = clean(text);
        if clean.chars().all(|c| c.is_whitespace() || is_invisible(c)) {
            Err(InvalidSource::Empty)
        } else {
            Ok(Self(clean))
        }
    }
    /// Reads what the database kept.
    pub fn from_storage(source: String) -> Self {
        Self(source)
    }
    /// The Markdown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn clean(text: &str) -> String {
    let lines = text
        .replace("\r\n", "\n")
        .replace(['\r', '\u{0B}', '\u{0C}', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
    let kept: String = lines.chars().filter(|c| !is_dropped(*c)).collect();
    let kept = without_stray_tags(&without_unbalanced_isolates(&kept));
    composed(&without_idle_joiners(&kept, Joiners::LettersAndEmoji))
}

fn is_dropped(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || is_bidi_override(c)
        || (characters::is_filler(c) && c != '\u{2800}')
        // A byte order mark, deprecated format characters, interlinear annotation, noncharacters.
        || matches!(c, '\u{FEFF}' | '\u{206A}'..='\u{206F}' | '\u{FFF9}'..='\u{FFFB}' | '\u{FDD0}'..='\u{FDEF}')
        || u32::from(c) & 0xFFFE == 0xFFFE
}

/// Isolates serve who quotes Hebrew in English; left open, they reorder what comes after.
fn without_unbalanced_isolates(text: &str) -> String {
    if !text.contains(is_bidi_isolate) {
        return text.to_owned();
    }
    text.split('\n')
        .map(|line| {
            if isolates_balance(line) {
                line.to_owned()
            } else {
                line.replace(is_bidi_isolate, "")
            }
        })
        .collect::<Vec<_>>()
        .join("\n")
}

fn isolates_balance(line: &str) -> bool {
    let mut open = 0usize;
    for c in line.chars().filter(|c| is_bidi_isolate(*c)) {
        if c != '\u{2069}' {
            open += 1;
        } else if open == 0 {
            return false;
        } else {
            open -= 1;
        }
    }
    open == 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> String {
        CommentSource::parse(text).unwrap().as_str().to_owned()
    }

    #[test]
    fn the_limit_counts_what_was_sent() {
        assert!(CommentSource::parse(&"x".repeat(COMMENT_LIMIT)).is_ok());
        assert_eq!(
            CommentSource::parse(&"x".repeat(COMMENT_LIMIT + 1)),
            Err(InvalidSource::TooLong)
        );
        // It would fit once cleaned; what was sent does not.
        let padded = format!("{}{}", "x".repeat(COMMENT_LIMIT), '\u{FEFF}');
        assert_eq!(CommentSource::parse(&padded), Err(InvalidSource::TooLong));
    }

    #[test]
    fn blank_is_empty() {
        for text in [
            "",
            " \n\t",
            "\u{200B}\u{200D}\u{FEFF}",
            "\u{3164}\u{2800}",
            "\u{202E}\u{AD}",
        ] {
            assert_eq!(CommentSource::parse(text), Err(InvalidSource::Empty), "{text:?}");
        }
        assert_eq!(CommentSource::parse("a\0b"), Err(InvalidSource::Nul));
    }

    #[test]
    fn drops_what_forges_and_hides() {
        for (sent, kept) in [
            ("a\r\nb\rc", "a\nb\nc"),
            ("a\u{7}b\u{1b}[31mc\u{9b}d\u{7f}", "ab[31mcd"),
            ("tab\there", "tab\there"),
            ("a\u{2028}b\u{2029}c\u{85}d", "a\nb\nc\nd"),
            ("\u{202E}txt.exe\u{202C}", "txt.exe"),
            ("a \u{2067}שלום\u{2069} b", "a \u{2067}שלום\u{2069} b"),
            ("a \u{2067}שלום b\n\u{2069} c", "a שלום b\n c"),
            ("a\u{2069}\u{2066}b", "ab"),
            ("a\u{FEFF}b\u{115F}\u{3164}\u{FFA0}c", "abc"),
            ("hi\u{E0068}\u{E0069}", "hi"),
            (
                "\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}!",
                "\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}!",
            ),
            ("\u{1F3F4}\u{E0067}\u{E0062}x", "\u{1F3F4}x"),
            ("cafe\u{301}", "café"),
        ] {
            assert_eq!(parsed(sent), kept, "{sent:?}");
        }
    }

    #[test]
    fn joiners_stay_where_they_join() {
        for kept in [
            "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}",
            "\u{1F3F3}\u{FE0F}\u{200D}\u{1F308}",
            "\u{1F44D}\u{1F3FD} \u{1F469}\u{1F3FD}\u{200D}\u{1F4BB}",
            "می\u{200C}خواهم",
            "क्\u{200D}ष",
            "ශ්\u{200D}රී",
        ] {
            assert_eq!(parsed(kept), kept);
        }
        for (sent, kept) in [
            ("Wal\u{200D}ton", "Walton"),
            ("Wal\u{200C}ton\u{200D}", "Walton"),
            ("می\u{200C} x", "می x"),
            ("\u{1F468}\u{200D}x", "\u{1F468}x"),
            ("\u{200D}می", "می"),
        ] {
            assert_eq!(parsed(sent), kept, "{sent:?}");
        }
    }

    #[test]
    fn marks_do_not_pile_up() {
        let pile = format!("a{}b", "\u{316}".repeat(300));
        assert_eq!(parsed(&pile), format!("a{}b", "\u{316}".repeat(4)));
        assert_eq!(parsed("việt"), "việt");
    }

    proptest! {
        #[test]
        fn cleaning_twice_is_cleaning_once(text in any::<String>()) {
            if let Ok(once) = CommentSource::parse(&text) {
                prop_assert_eq!(CommentSource::parse(once.as_str()), Ok(once));
            }
        }

        #[test]
        fn cleaning_twice_is_cleaning_once_where_it_is_hard(
            text in "[a\u{e9}\u{301}\u{316}\u{345}\u{915}\u{94d}\u{6cc}\u{64e}\u{200c}\u{200d}\u{1f468}\u{fe0f}\u{1f3f4}\u{e0067}\u{e007f}\u{2066}\u{2069}\u{202e}\u{1100}\u{1161}\u{3164}\n]{1,40}"
        ) {
            if let Ok(once) = CommentSource::parse(&text) {
                prop_assert_eq!(CommentSource::parse(once.as_str()), Ok(once));
            }
        }
    }
}
