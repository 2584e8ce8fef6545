//! What changed between two texts, word by word. Both may be long, and written to be hard to compare: how long that takes is
//! bounded, and so is how much comes of it.

use std::time::Duration;

use similar::{ChangeTag, TextDiff};

/// So long the nearest way is looked for; then what is left is taken out and put in as a whole.
const PATIENCE: Duration = Duration::from_millis(50);
/// More runs than these tell nobody anything: then the one text is taken out as a whole, and the other put in.
const MOST: usize = 400;

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
    let diff = TextDiff::configure().timeout(PATIENCE).diff_words(before, after);
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
    if runs.len() > MOST {
        return vec![
            (Change::Taken, before.to_owned()),
            (Change::Added, after.to_owned()),
        ];
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_much_differs_little_comes_of_it_and_nothing_is_lost() {
        let (before, after) = ("a b ".repeat(4_000), "a c ".repeat(4_000));
        let all = runs(&before, &after);
        assert!(all.len() <= MOST, "{}", all.len());
        let without = |gone: Change| -> String {
            let left = all.iter().filter(|(change, _)| *change != gone);
            left.map(|(_, text)| text.as_str()).collect()
        };
        assert_eq!((without(Change::Added), without(Change::Taken)), (before, after));
    }

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
