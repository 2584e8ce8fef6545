//! The characters of a source as written, with the escapes of web addresses undone: for what a reader does not see as
//! text, such as where a link leads.

use std::ops::Range;

/// Each character with its bytes of the source. `%C3%A9` is one character; a line's end counts as a block's, since what
/// runs over lines is read as readers see it.
pub(super) fn chars(source: &str) -> Vec<(char, Range<usize>)> {
    let mut out = Vec::with_capacity(source.len());
    let rest = source.char_indices();
    let mut decoded_to = 0;
    for (at, c) in rest {
        if at < decoded_to {
            continue;
        }
        let here = at..at + c.len_utf8();
        match c {
            '%' => match decoded(source, at) {
                Some((c, end)) => {
                    out.push((c, at..end));
                    decoded_to = end;
                }
                None => out.push((c, here)),
            },
            '\n' => out.extend([(c, here.clone()), (c, here)]),
            c => out.push((c, here)),
        }
    }
    out
}

/// The character that escapes at `at` stand for, and the end of the last one.
fn decoded(source: &str, at: usize) -> Option<(char, usize)> {
    let mut bytes = [0u8; 4];
    for count in 1..=4 {
        let from = at + (count - 1) * 3;
        let escape = source.get(from..from + 3)?.strip_prefix('%')?;
        if !escape.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        *bytes.get_mut(count - 1)? = u8::from_str_radix(escape, 16).ok()?;
        if let Some(Ok(text)) = bytes.get(..count).map(std::str::from_utf8) {
            return Some((text.chars().next()?, from + 3));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_where_they_are_text() {
        for (source, read) in [
            ("a%20b", "a b"),
            ("Zo%C3%ABx", "Zoëx"),
            ("%F0%9F%98%80!", "😀!"),
            ("100%", "100%"),
            ("%zz%4%+1", "%zz%4%+1"),
            ("%C3x", "%C3x"),
            ("%ë0", "%ë0"),
        ] {
            let found = chars(source);
            assert_eq!(found.iter().map(|(c, _)| c).collect::<String>(), read, "{source}");
            assert!(found.iter().all(|(_, range)| source.get(range.clone()).is_some()));
        }
        assert_eq!(chars("a%20b")[1], (' ', 1..4));
    }
}
