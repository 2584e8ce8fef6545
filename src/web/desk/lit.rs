//! A text as a piece of a page, with what was found in it lit.

use askama::Template;

use super::highlight::{Piece, pieces};
use super::words;
use crate::messages::Texts;
use crate::service::queue::FindingView;

/// A text with its findings lit. The finding's number beside a lit piece leads to the list of why; its name says whom and
/// why to who cannot see either.
#[derive(Template)]
#[template(path = "web/desk/templates/lit.html")]
pub(super) struct Lit {
    pieces: Vec<LitPiece>,
}

struct LitPiece {
    text: String,
    refs: Vec<Ref>,
    title: String,
}

struct Ref {
    href: String,
    number: usize,
    label: String,
}

impl Lit {
    /// Lights `findings` in a text; `list` is the id of the list of them.
    pub(super) fn new(texts: &Texts, list: &str, text: &str, field: &str, findings: &[FindingView]) -> Self {
        let lit = |piece: Piece| {
            let refs: Vec<Ref> = piece
                .findings
                .iter()
                .filter_map(|index| findings.get(*index).map(|found| (*index, found)))
                .map(|(index, found)| Ref {
                    href: format!("#{list}-{}", index + 1),
                    number: index + 1,
                    label: words::finding(texts, found),
                })
                .collect();
            let labels: Vec<&str> = refs.iter().map(|it| it.label.as_str()).collect();
            LitPiece {
                title: labels.join("; "),
                text: piece.text,
                refs,
            }
        };
        Self {
            pieces: pieces(text, field, findings).into_iter().map(lit).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages;
    use crate::service::queue::{PersonRef, SpanView};

    #[test]
    fn marks_say_whom_and_why_and_escape() {
        let found = [FindingView {
            rule: String::from("names_person"),
            strength: "hold",
            message: String::new(),
            says: crate::domain::says::Says::FirstComment,
            revision: 1,
            spans: vec![SpanView {
                field: "body",
                start: 3,
                end: 10,
                text: String::new(),
            }],
            person: Some(PersonRef {
                id: String::from("p"),
                name: String::from("Ann \"Lee\""),
            }),
            tier: Some("full"),
        }];
        let lit = Lit::new(messages::texts("en"), "l", "<b>Ann Lee</b>", "body", &found);
        let html = lit.render().unwrap();
        assert!(html.starts_with("&#60;b&#62;<mark "), "{html}");
        assert!(html.contains(">Ann Lee</mark>"), "{html}");
        assert!(html.contains("href=\"#l-1\""), "{html}");
        assert!(html.contains("Ann &#34;Lee&#34;"), "{html}");
    }
}
