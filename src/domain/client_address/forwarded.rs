//! The header `Forwarded` (RFC 7239), of which the addresses are read. What is believed of them is decided above.

use std::net::IpAddr;

use super::node;

/// The addresses of a `Forwarded` line's elements. The grammar is held strictly, and a line that breaks it anywhere
/// gives one `None`: a client that opens a quotation and leaves it open would otherwise swallow the element that the
/// proxy appended, and put its own in that place.
pub(super) fn forwarded_for(line: &str) -> Vec<Option<IpAddr>> {
    let mut claims = Vec::new();
    let mut rest = line;
    loop {
        let Some((claim, after)) = forwarded_element(rest) else {
            return vec![None];
        };
        claims.push(claim);
        match after {
            Some(next) => rest = next,
            None => return claims,
        }
    }
}

/// Reads `name=value;name="value"` up to a comma, and gives the address of its `for` (`None` where it has none, several
/// or no address) and what follows the comma, if one does. `None` where that is not the form.
fn forwarded_element(text: &str) -> Option<(Option<IpAddr>, Option<&str>)> {
    let mut found: Vec<Option<IpAddr>> = Vec::new();
    let mut rest = text;
    loop {
        let (name, after_name) = rest.split_once('=')?;
        let name = name.trim();
        if name.is_empty()
            || !name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        {
            return None;
        }
        let (value, after) = match after_name.strip_prefix('"') {
            Some(quoted) => quoted.split_at_checked(closing_quote(quoted)?)?,
            None => after_name.split_at_checked(after_name.find([',', ';']).unwrap_or(after_name.len()))?,
        };
        if !after_name.starts_with('"') && value.contains('"') {
            return None;
        }
        if name.eq_ignore_ascii_case("for") {
            found.push(node(value));
        }
        let address = match found.as_slice() {
            [only] => *only,
            _ => None,
        };
        let after = after.strip_prefix('"').unwrap_or(after).trim_start();
        match (after.strip_prefix(';'), after.strip_prefix(',')) {
            (Some(next), _) => rest = next,
            (None, Some(next)) => return Some((address, Some(next))),
            (None, None) if after.is_empty() => return Some((address, None)),
            (None, None) => return None,
        }
    }
}

/// Where the quotation ends whose opening quote stands just before `text`; a backslash takes the next character's
/// meaning (RFC 9110 5.6.4).
fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at),
            _ => {}
        }
    }
    None
}
