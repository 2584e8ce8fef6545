//! Finds web addresses in running text, and says which destinations a link may have.

use std::ops::Range;

use url::Url;

use super::sanitise::SCHEMES;

/// A web address found in text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// Where in the text.
    pub range: Range<usize>,
    /// Where it leads.
    pub href: String,
}

const STARTS: [&str; 3] = ["https://", "http://", "www."];

/// The address that a link may have, in its normal form; `None` for other schemes, for relative addresses, and for
/// `https://bank.example@elsewhere.example/`, which is written to be misread.
pub(super) fn allowed(destination: &str) -> Option<String> {
    let url = Url::parse(destination.trim()).ok()?;
    let fits = SCHEMES.contains(&url.scheme())
        && url.username().is_empty()
        && url.password().is_none()
        && (url.scheme() == "mailto" || url.host_str().is_some_and(|host| !host.is_empty()));
    fits.then(|| url.into())
}

/// The addresses in a text, in order: `http://`, `https://` or `www.` at the start of a word, up to white space, angle
/// brackets or quotes, without the punctuation of the sentence around it.
pub(super) fn addresses(text: &str) -> Vec<Address> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((start, scheme)) = next_start(text, from) {
        let rest = text.get(start..).unwrap_or("");
        let length = rest
            .find(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '`'))
            .unwrap_or(rest.len());
        let written = without_sentence_end(rest.get(..length).unwrap_or(""));
        let destination = if scheme == "www." {
            format!("http://{written}")
        } else {
            written.to_owned()
        };
        match allowed(&destination).filter(|_| has_host(written, scheme)) {
            Some(href) => {
                from = start + written.len();
                found.push(Address {
                    range: start..from,
                    href,
                });
            }
            // The whole word is passed over, so that a text of nothing but beginnings stays cheap.
            None => from = start + length.max(scheme.len()),
        }
    }
    found
}

/// The next place where a word starts as an address does. One pass over the text: `from` only grows.
fn next_start(text: &str, from: usize) -> Option<(usize, &'static str)> {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(offset) = bytes
        .get(at..)?
        .iter()
        .position(|b| matches!(b, b'h' | b'H' | b'w' | b'W'))
    {
        let start = at + offset;
        let starts_with = |scheme: &&str| {
            bytes
                .get(start..start + scheme.len())
                .is_some_and(|found| found.eq_ignore_ascii_case(scheme.as_bytes()))
        };
        let in_word = text
            .get(..start)
            .and_then(|before| before.chars().next_back())
            .is_some_and(|c| c.is_alphanumeric() || matches!(c, '/' | '@' | '_'));
        if let Some(scheme) = STARTS.into_iter().find(starts_with).filter(|_| !in_word) {
            return Some((start, scheme));
        }
        at = start + 1;
    }
    None
}

/// `http://x` is no address, `http://localhost:1` and `http://example.org` are; `www.` needs a name after it.
fn has_host(written: &str, scheme: &str) -> bool {
    let host = written
        .get(scheme.len()..)
        .unwrap_or("")
        .split(['/', '?', '#'])
        .next()
        .unwrap_or("");
    host.contains(['.', ':']) && !host.starts_with('.')
}

/// Trailing punctuation belongs to the sentence; a closing bracket does too unless it was opened within the address.
fn without_sentence_end(written: &str) -> &str {
    let mut address = written;
    // Counted once and kept up: a tail of brackets must not make this quadratic.
    let count = |c: char| address.matches(c).count();
    let mut balance =
        [('(', ')'), ('[', ']'), ('{', '}')].map(|(open, close)| (close, count(open), count(close)));
    while let Some(last) = address.chars().next_back() {
        let cut = if matches!(
            last,
            '?' | '!' | '.' | ',' | ':' | ';' | '*' | '_' | '~' | '\'' | '’' | '”'
        ) {
            true
        } else if let Some((_, opened, closed)) = balance.iter_mut().find(|(close, ..)| *close == last) {
            let surplus = *closed > *opened;
            *closed = closed.saturating_sub(1);
            surplus
        } else {
            false
        };
        if !cut {
            break;
        }
        address = address.get(..address.len() - last.len_utf8()).unwrap_or("");
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        addresses(text)
            .into_iter()
            .map(|address| &text[address.range])
            .collect()
    }

    #[test]
    fn addresses_end_where_the_sentence_goes_on() {
        for (text, expected) in [
            ("see https://example.org/a.", vec!["https://example.org/a"]),
            ("(https://example.org/a)", vec!["https://example.org/a"]),
            ("https://example.org/a_(b)!)", vec!["https://example.org/a_(b)"]),
            (
                "HTTPS://Example.org/?a=b&c=d, www.example.net/x?",
                vec!["HTTPS://Example.org/?a=b&c=d", "www.example.net/x"],
            ),
            ("<https://example.org>", vec!["https://example.org"]),
            ("\"http://example.org\"", vec!["http://example.org"]),
            ("https://bücher.example/é", vec!["https://bücher.example/é"]),
            ("http://localhost:8081/x", vec!["http://localhost:8081/x"]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn other_text_is_no_address() {
        for text in [
            "http://",
            "https:// example.org",
            "http://x",
            "xhttp://example.org",
            "www.",
            "www..",
            "javascript:alert(1)",
            "https://bank.example@elsewhere.example/",
            "ftp://example.org",
            "https://[::1",
            "how why Who",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn links_lead_to_web_and_mail_only() {
        assert_eq!(
            allowed("HTTPS://Example.org").as_deref(),
            Some("https://example.org/")
        );
        assert_eq!(
            allowed("mailto:ann@example.org").as_deref(),
            Some("mailto:ann@example.org")
        );
        for destination in [
            "javascript:alert(1)",
            "java\tscript:alert(1)",
            " JAVASCRIPT:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "/relative",
            "//example.org",
            "#fragment",
            "",
            "https://user:pw@example.org",
            "https:",
        ] {
            assert_eq!(allowed(destination), None, "{destination}");
        }
    }
}
