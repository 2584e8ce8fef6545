//! One line of text for subjects and names in letters.

use std::fmt;

/// A longer line is cut: subjects are read in lists.
const LIMIT: usize = 120;

/// One line of text: no line break, no NUL or other control, nothing invisible that turns the direction of what
/// follows. There is no other way to put a name into a subject, so that no name can add a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line(String);

impl Line {
    /// Makes a line of any text: white space and controls become single spaces, direction controls go, and what is over
    /// 120 characters is cut. It does not fail: the letter matters more than an odd character of a site's name.
    pub fn of(text: &str) -> Self {
        let visible: String = text
            .chars()
            .filter(|c| !turns_direction(*c))
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        // A literal encoded word (RFC 2047) would be decoded by mail programs into something we have not checked.
        let line = visible
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .replace("=?", "= ?");
        if line.chars().count() > LIMIT {
            let cut: String = line.chars().take(LIMIT - 1).collect();
            Self(format!("{}…", cut.trim_end()))
        } else {
            Self(line)
        }
    }
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn turns_direction(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_a_line() {
        assert_eq!(
            Line::of("Ward News\r\nBcc: all@example.org\0").as_str(),
            "Ward News Bcc: all@example.org"
        );
        assert_eq!(Line::of("a\u{2028}b\u{85}c\u{b}d").as_str(), "a b c d");
        assert_eq!(Line::of("a\u{202E}b").as_str(), "ab");
        assert_eq!(Line::of("=?utf-8?q?x?=").as_str(), "= ?utf-8?q?x?=");
        assert_eq!(Line::of("Bürgerforum  Süd").as_str(), "Bürgerforum Süd");
    }

    #[test]
    fn long_lines_are_cut() {
        let line = Line::of(&"ü".repeat(500));
        assert_eq!(line.as_str().chars().count(), LIMIT);
        assert!(line.as_str().ends_with('…'));
    }
}
