//! What changed between two texts, word by word.

use similar::{ChangeTag, TextDiff};

/// What became of a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// It stands in both.
    Kept,
    /// It stands in the later text only.
    Added,
    /// It stood in the earlier text only.
    Taken,
}

/// A run of text with what became of it.
pub(super) type Run = (Change, String);

/// The way from `before` to `after`, with runs of the same kind joined.
pub(super) fn runs(before: &str, after: &str) -> Vec<Run> {
    let diff = TextDiff::from_words(before, after);
    let mut runs: Vec<Run> = Vec::new();
    for part in diff.iter_all_changes() {
        let change = match part.tag() {
            ChangeTag::Equal => Change::Kept,
            ChangeTag::Insert => Change::Added,
            ChangeTag::Delete => Change::Taken,
        };
        match runs.last_mut() {
            Some((last, text)) if *last == change => text.push_str(part.value()),
            _ => runs.push((change, part.value().to_owned())),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_added_and_taken() {
        let run = |change, text: &str| (change, text.to_owned());
        let after: String = runs("a b c", "a x c d")
            .into_iter()
            .filter(|(change, _)| *change != Change::Taken)
            .map(|(_, text)| text)
            .collect();
        assert_eq!(after, "a x c d");
        assert_eq!(
            runs("a b c", "a x c"),
            [
                run(Change::Kept, "a "),
                run(Change::Taken, "b"),
                run(Change::Added, "x"),
                run(Change::Kept, " c"),
            ]
        );
    }
}
