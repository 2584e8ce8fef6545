//! The plain text of a letter: paragraphs, folded to lines that every mail program shows whole.

/// Longer lines are folded between words.
pub const WIDTH: usize = 72;

/// A plain text that is being written.
#[derive(Debug, Default)]
pub(super) struct Plain(String);

impl Plain {
    /// A paragraph, folded.
    pub(super) fn paragraph(&mut self, text: &str) {
        self.block(&folded(text, "", WIDTH));
    }

    /// A sentence and an address below it, which is never folded.
    pub(super) fn address(&mut self, sentence: &str, address: &str) {
        let lines = format!("{}\n{address}", folded(sentence, "", WIDTH));
        self.block(&lines);
    }

    /// Somebody's words: every line marked as quoted, so that none can pass for ours.
    pub(super) fn quote(&mut self, text: &str) {
        let lines: Vec<String> = text.lines().map(|line| folded(line, "> ", WIDTH)).collect();
        self.block(&lines.join("\n"));
    }

    /// Lines that stay together, each folded by itself.
    pub(super) fn lines(&mut self, lines: &[String]) {
        let lines: Vec<String> = lines.iter().map(|line| folded(line, "", WIDTH)).collect();
        self.block(&lines.join("\n"));
    }

    fn block(&mut self, lines: &str) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(lines);
        self.0.push('\n');
    }

    pub(super) fn finish(mut self) -> String {
        self.0.truncate(self.0.trim_end().len());
        self.0
    }
}

/// `text` as lines that begin with `mark` and have at most `width` characters, save where one word is longer.
fn folded(text: &str, mark: &str, width: usize) -> String {
    let mut lines = String::from(mark);
    let mut used = mark.chars().count();
    let begin = used;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if used > begin && used + 1 + length > width {
            lines.push('\n');
            lines.push_str(mark);
            used = begin;
        }
        if used > begin {
            lines.push(' ');
            used += 1;
        }
        lines.push_str(word);
        used += length;
    }
    lines.truncate(lines.trim_end().len());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_folded_between_words() {
        assert_eq!(folded("one two three", "", 7), "one two\nthree");
        assert_eq!(folded("one two three", "> ", 9), "> one two\n> three");
        assert_eq!(folded("äöü äöü", "", 7), "äöü äöü");
        assert_eq!(folded("a-very-long-word b", "", 5), "a-very-long-word\nb");
        assert_eq!(folded("", "> ", 9), ">");
    }

    #[test]
    fn blocks_are_apart() {
        let mut plain = Plain::default();
        plain.paragraph("One.");
        plain.quote("a\n\nb");
        plain.address("Two:", "https://example.org/");
        assert_eq!(
            plain.finish(),
            "One.\n\n> a\n>\n> b\n\nTwo:\nhttps://example.org/"
        );
    }
}
