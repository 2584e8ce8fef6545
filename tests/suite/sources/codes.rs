//! Holds `docs/problems.md` to the codes that the sources answer with, both ways.

use std::collections::BTreeSet;

use super::lexer::{Piece, pieces};
use super::sources;
use crate::support::problems;

/// Makers of errors: the code is the string among their arguments that is one lower-case word.
const MAKERS: [&str; 5] = [
    "ServiceError::",
    "FieldError {",
    "(StatusCode::",
    "malformed(",
    "Self::conflict(",
];
/// This one takes a table and a column.
const NOT_A_MAKER: &str = "ServiceError::inconsistent(";

#[test]
fn every_code_stands_in_the_table() {
    let listed = listed();
    let made: BTreeSet<String> = sources()
        .iter()
        .flat_map(|(path, text)| made_in(path, text))
        .collect();
    let missing: Vec<_> = made.difference(&listed).collect();
    assert!(missing.is_empty(), "docs/problems.md lacks {missing:?}");
}

#[test]
fn every_line_of_the_table_is_answered_somewhere() {
    let texts: BTreeSet<String> = sources().iter().flat_map(|(_, text)| words(text)).collect();
    let dead: Vec<_> = listed()
        .into_iter()
        .filter(|code| !texts.contains(code))
        .collect();
    assert!(
        dead.is_empty(),
        "docs/problems.md lists what nothing answers: {dead:?}"
    );
}

/// The codes of the table.
fn listed() -> BTreeSet<String> {
    let codes: BTreeSet<String> = problems().keys().cloned().collect();
    assert!(codes.len() > 20, "the table was not found");
    codes
}

fn is_code(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Every string literal that could be a code.
fn words(source: &str) -> Vec<String> {
    let texts = pieces(source).into_iter().filter_map(|piece| match piece {
        Piece::Text(text) if is_code(text) => Some(text.to_owned()),
        _ => None,
    });
    texts.collect()
}

/// The codes in the arguments of a maker, outside of tests.
fn made_in(path: &str, source: &str) -> Vec<String> {
    if !path.starts_with("src/service/") && !path.starts_with("src/web/") {
        return Vec::new();
    }
    let source = source.split("#[cfg(test)]").next().unwrap();
    let mut codes = Vec::new();
    let mut open: Option<i32> = None;
    for piece in pieces(source) {
        match piece {
            // Parameters' readers take the code beside the parameter's name.
            Piece::Text(text) if is_code(text) && (open.is_some() || text.starts_with("invalid_")) => {
                codes.push(text.to_owned())
            }
            Piece::Text(_) => {}
            Piece::Code(code) => follow(code, &mut open),
        }
    }
    codes
}

/// Goes through code and keeps how many brackets deep in a maker's arguments it is; `None` outside.
fn follow(code: &str, open: &mut Option<i32>) {
    for (at, c) in code.char_indices() {
        let rest = &code[at..];
        if open.is_none()
            && MAKERS.iter().any(|maker| rest.starts_with(maker))
            && !rest.starts_with(NOT_A_MAKER)
        {
            *open = Some(0);
        }
        if let Some(depth) = open {
            match c {
                '(' | '{' | '[' => *depth += 1,
                ')' | '}' | ']' => *depth -= 1,
                ';' => *depth = 0,
                _ => {}
            }
            let over = *depth < 0 || (*depth == 0 && matches!(c, ')' | '}' | ']' | ';' | ','));
            if over {
                *open = None;
            }
        }
    }
}

#[test]
fn codes_are_found_in_makers_only() {
    let source = r#"
        fn f() -> Result<()> {
            let word = "not_one";
            Err(ServiceError::invalid(&format!("/a/{b}"), "first_code"))?;
            return Err(ServiceError::conflict(
                "second_code",
                "a sentence",
            ));
        }
        fn g() { WebError::NoRoute => (StatusCode::NOT_FOUND, "third_code"), "not_this" }
        fn h() { params.parsed::<Cursor>("after", "invalid_fourth")?; ServiceError::inconsistent("comments", "page_id") }
        #[cfg(test)]
        mod tests { fn h() { ServiceError::not_found("of_a_test") } }
    "#;
    assert_eq!(
        made_in("src/web/x.rs", source),
        ["first_code", "second_code", "third_code", "invalid_fourth"]
    );
    assert_eq!(made_in("src/domain/x.rs", source), Vec::<String>::new());
}
