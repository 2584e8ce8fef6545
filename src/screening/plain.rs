//! A comment as its readers see it, without Markdown's marks, and where in the source each piece of it stands.

use std::ops::Range;

/// The visible text of a source, with a map back to the source's bytes.
#[derive(Debug, Clone, Default)]
pub(super) struct Plain {
    text: String,
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone)]
struct Piece {
    /// Where it starts in `text`.
    at: usize,
    /// The bytes of the source that it was written as.
    source: Range<usize>,
    /// Whether it reads as it was written, byte for byte. An entity such as `&amp;` does not.
    verbatim: bool,
}

impl Plain {
    /// Adds visible `text` that `range` of the `source` was read as.
    pub(super) fn push(&mut self, source: &str, text: &str, range: Range<usize>) {
        let written = source.get(range.clone()).unwrap_or("");
        // A code span's range includes its backticks.
        let piece = match written.find(text) {
            Some(offset) => Piece {
                at: self.text.len(),
                source: range.start + offset..range.start + offset + text.len(),
                verbatim: true,
            },
            None => Piece {
                at: self.text.len(),
                source: range,
                verbatim: false,
            },
        };
        self.pieces.push(piece);
        self.text.push_str(text);
    }

    /// Adds a line's or a block's end, which stands for no byte of the source.
    pub(super) fn push_break(&mut self, breaks: &str) {
        let here = self.pieces.last().map_or(0, |piece| piece.source.end);
        self.pieces.push(Piece {
            at: self.text.len(),
            source: here..here,
            verbatim: false,
        });
        self.text.push_str(breaks);
    }

    /// The visible text.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// The bytes of the source that a piece of the visible text was written as.
    pub(super) fn to_source(&self, range: Range<usize>) -> Range<usize> {
        let first = self.char_at(range.start);
        let last = self.char_at(range.end.saturating_sub(1).max(range.start));
        first.start..last.end.max(first.start)
    }

    /// Each visible character with the bytes of the source that it was written as.
    pub(super) fn chars(&self) -> impl Iterator<Item = (char, Range<usize>)> {
        let mut pieces = self.pieces.iter().peekable();
        let mut current: Option<&Piece> = None;
        self.text.char_indices().map(move |(at, c)| {
            while let Some(piece) = pieces.next_if(|piece| piece.at <= at) {
                current = Some(piece);
            }
            (c, current.map_or(0..0, |piece| piece.of_char(at, c.len_utf8())))
        })
    }

    fn char_at(&self, at: usize) -> Range<usize> {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let length = self
            .text
            .get(at..)
            .and_then(|rest| rest.chars().next())
            .map_or(0, char::len_utf8);
        let index = self.pieces.partition_point(|piece| piece.at <= at);
        index
            .checked_sub(1)
            .and_then(|index| self.pieces.get(index))
            .map_or(0..0, |piece| piece.of_char(at, length))
    }
}

impl Piece {
    fn of_char(&self, at: usize, length: usize) -> Range<usize> {
        if self.verbatim {
            let start = self.source.start + (at - self.at);
            start..start + length
        } else {
            self.source.clone()
        }
    }
}
