//! As much of Rust's lexical grammar as it takes to tell code from comments and strings.

/// A piece of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Code, as it stands.
    Code(&'a str),
    /// What a string literal says, escapes left as written.
    Text(&'a str),
}

/// The code and the string literals of a source, without comments.
pub fn pieces(source: &str) -> Vec<Piece<'_>> {
    let bytes = source.as_bytes();
    let mut pieces = Vec::new();
    let (mut at, mut code) = (0, 0);
    while at < bytes.len() {
        let rest = &source[at..];
        let skipped = if rest.starts_with("//") {
            Some((rest.find('\n').unwrap_or(rest.len()), None))
        } else if rest.starts_with("/*") {
            Some((block_comment(rest), None))
        } else if let Some(hashes) = raw_string(source, at) {
            let open = rest.find('"').unwrap() + 1;
            let close = format!("\"{}", "#".repeat(hashes));
            let end = rest[open..].find(&close).map_or(rest.len(), |end| open + end);
            Some(((end + close.len()).min(rest.len()), Some((at + open, at + end))))
        } else if rest.starts_with('"') {
            let end = string_end(rest);
            Some((end + 1, Some((at + 1, at + end))))
        } else {
            char_literal(rest).map(|length| (length, None))
        };
        match skipped {
            Some((length, text)) => {
                pieces.push(Piece::Code(&source[code..at]));
                if let Some((from, to)) = text {
                    pieces.push(Piece::Text(&source[from..to]));
                }
                at += length;
                code = at;
            }
            None => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    pieces.push(Piece::Code(&source[code..]));
    pieces
}

/// The code alone; what was left out is a space.
pub fn code(source: &str) -> String {
    let code = pieces(source).into_iter().filter_map(|piece| match piece {
        Piece::Code(code) => Some(code),
        Piece::Text(_) => None,
    });
    code.collect::<Vec<_>>().join(" ")
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// How many `#` the raw string that begins here has.
fn raw_string(source: &str, at: usize) -> Option<usize> {
    let rest = source[at..]
        .strip_prefix('b')
        .unwrap_or(&source[at..])
        .strip_prefix('r')?;
    let before = source[..at].chars().next_back();
    if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let hashes = rest.bytes().take_while(|b| *b == b'#').count();
    rest[hashes..].starts_with('"').then_some(hashes)
}

fn string_end(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at,
            _ => {}
        }
    }
    rest.len()
}

/// The length of a character literal; `None` for a lifetime.
fn char_literal(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix('\'')?;
    let first = inner.chars().next()?;
    if first == '\\' {
        let second = inner[1..].chars().next()?;
        let after = 1 + second.len_utf8();
        return inner[after..].find('\'').map(|end| 1 + after + end + 1);
    }
    inner[first.len_utf8()..]
        .starts_with('\'')
        .then(|| first.len_utf8() + 2)
}

#[test]
fn comments_and_strings_are_told_from_code() {
    let source = r##"a /* b /* c */ d */ e // f
"g \" // h" i r#"j " k"# 'l' '"' '\'' "m" n::<'o> é"##;
    let texts: Vec<_> = pieces(source)
        .into_iter()
        .filter(|piece| matches!(piece, Piece::Text(_)))
        .collect();
    assert_eq!(
        texts,
        [
            Piece::Text(r#"g \" // h"#),
            Piece::Text("j \" k"),
            Piece::Text("m")
        ]
    );
    let code = code(source);
    for (word, is) in [
        ("a", true),
        ("c", false),
        ("e", true),
        ("f", false),
        ("h", false),
        ("i", true),
        ("k", false),
        ("n::<'o> é", true),
    ] {
        assert_eq!(code.contains(word), is, "{word} in {code}");
    }
}
