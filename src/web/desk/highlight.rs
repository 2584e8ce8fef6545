//! Findings lit in the text that they are about. Spans are byte ranges of the source and may overlap: the text is cut at
//! every border, and each piece knows all the findings that cover it.

use crate::service::queue::FindingView;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// The text.
    pub(super) text: String,
    /// The findings that cover it: places in the list that was given, in its order.
    pub(super) findings: Vec<usize>,
}

/// Cuts `text` into pieces, by the spans of `field` (`body`, `name` or `link`). What is no range of characters of the text
/// covers nothing.
pub(super) fn pieces(text: &str, field: &str, findings: &[FindingView]) -> Vec<Piece> {
    let spans: Vec<(usize, usize, usize)> = findings
        .iter()
        .enumerate()
        .flat_map(|(index, finding)| finding.spans.iter().map(move |span| (index, span)))
        .filter(|(_, span)| span.field == field)
        .filter_map(|(index, span)| {
            let (start, end) = (usize::try_from(span.start).ok()?, usize::try_from(span.end).ok()?);
            let covers = text.get(start..end)?;
            (!covers.is_empty()).then_some((index, start, end))
        })
        .collect();
    let mut borders: Vec<usize> = spans
        .iter()
        .flat_map(|(_, start, end)| [*start, *end])
        .chain([0, text.len()])
        .collect();
    borders.sort_unstable();
    borders.dedup();
    borders
        .iter()
        .zip(borders.iter().skip(1))
        .filter_map(|(start, end)| {
            let mut covering: Vec<usize> = spans
                .iter()
                .filter(|(_, from, to)| from <= start && end <= to)
                .map(|(index, ..)| *index)
                .collect();
            covering.dedup();
            Some(Piece {
                text: text.get(*start..*end)?.to_owned(),
                findings: covering,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::queue::SpanView;

    fn finding(spans: &[(&'static str, u32, u32)]) -> FindingView {
        FindingView {
            rule: String::from("names_person"),
            strength: "hold",
            message: String::new(),
            says: crate::domain::says::Says::FirstComment,
            revision: 1,
            spans: spans
                .iter()
                .map(|(field, start, end)| SpanView {
                    field,
                    start: *start,
                    end: *end,
                    text: String::new(),
                })
                .collect(),
            person: None,
            tier: None,
        }
    }

    fn cut(text: &str, findings: &[FindingView]) -> Vec<(String, Vec<usize>)> {
        pieces(text, "body", findings)
            .into_iter()
            .map(|piece| (piece.text, piece.findings))
            .collect()
    }

    fn owned(pieces: &[(&str, &[usize])]) -> Vec<(String, Vec<usize>)> {
        pieces
            .iter()
            .map(|(text, findings)| ((*text).to_owned(), findings.to_vec()))
            .collect()
    }

    #[test]
    fn exactly_what_was_found() {
        let text = "Žofie é Ann Lee!";
        let start = u32::try_from(text.find("Ann").unwrap()).unwrap();
        let found = [finding(&[("body", start, start + 7), ("name", 0, 3)])];
        assert_eq!(
            cut(text, &found),
            owned(&[("Žofie é ", &[]), ("Ann Lee", &[0]), ("!", &[])])
        );
    }

    #[test]
    fn spans_that_overlap_touch_or_nest() {
        let found = [
            finding(&[("body", 0, 4)]),
            finding(&[("body", 2, 6)]),
            finding(&[("body", 2, 6)]),
            finding(&[("body", 6, 8)]),
        ];
        assert_eq!(
            cut("abcdefghij", &found),
            owned(&[
                ("ab", &[0]),
                ("cd", &[0, 1, 2]),
                ("ef", &[1, 2]),
                ("gh", &[3]),
                ("ij", &[])
            ])
        );
    }

    #[test]
    fn spans_that_are_none_cover_nothing() {
        let found = [finding(&[
            ("body", 1, 3),
            ("body", 5, 99),
            ("body", 4, 2),
            ("body", 2, 2),
        ])];
        // The é has two bytes, and the first span cuts it.
        assert_eq!(cut("aaé b", &found), owned(&[("aaé b", &[])]));
        assert_eq!(cut("", &found), Vec::new());
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_lost_or_twice(
            text in "\\PC{0,20}",
            spans in proptest::collection::vec((0u32..30, 0u32..30), 0..6),
        ) {
            let found: Vec<FindingView> = spans.iter().map(|(a, b)| finding(&[("body", *a, *b)])).collect();
            let joined: String = pieces(&text, "body", &found).into_iter().map(|piece| piece.text).collect();
            proptest::prop_assert_eq!(joined, text);
        }
    }
}
