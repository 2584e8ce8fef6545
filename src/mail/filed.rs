//! Letters that the file transport wrote, read back for people who try the server out. It reads what `message` writes and
//! no other mail.

use std::fs;
use std::io;
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// A letter that lies in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiledLetter {
    /// The receiver's address.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// When it was written, as its header says.
    pub date: String,
    /// The plain text, lines ended by LF.
    pub text: String,
}

/// The newest letters of a directory, newest first, at most `limit`. A directory that is not there has none.
///
/// # Errors
/// The directory or a letter cannot be read.
pub fn newest(directory: &Path, limit: usize) -> io::Result<Vec<FiledLetter>> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "eml") {
            files.push(path);
        }
    }
    // Their names are ids that grow with time.
    files.sort();
    let mut letters = Vec::new();
    for path in files.iter().rev().take(limit) {
        letters.extend(read(&fs::read_to_string(path)?));
    }
    Ok(letters)
}

/// A letter of its bytes; nothing where they are not one of ours.
fn read(letter: &str) -> Option<FiledLetter> {
    let letter = letter.replace("\r\n", "\n");
    let (head, body) = letter.split_once("\n\n")?;
    let head = head.replace("\n ", " ");
    let (_, boundary) = header(&head, "Content-Type")?.split_once("boundary=\"")?;
    let boundary = format!("--{}", boundary.split('"').next()?);
    // The plain text is the first part.
    let part = body.split(&boundary).nth(1)?.trim_start_matches('\n');
    let (part_head, text) = part.split_once("\n\n")?;
    let text = if header(part_head, "Content-Transfer-Encoding") == Some("quoted-printable") {
        unquoted(text)
    } else {
        text.to_owned()
    };
    Some(FiledLetter {
        to: header(&head, "To")?.to_owned(),
        subject: words(header(&head, "Subject")?),
        date: header(&head, "Date")?.to_owned(),
        text: text.trim_end().to_owned(),
    })
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

/// RFC 2047: words as the letter's writer encodes them, base64 of UTF-8.
fn words(subject: &str) -> String {
    let mut text = String::new();
    let mut encoded_before = false;
    for word in subject.split(' ') {
        let encoded = word
            .strip_prefix("=?utf-8?b?")
            .and_then(|word| word.strip_suffix("?="))
            .and_then(|word| BASE64_STANDARD.decode(word).ok())
            .and_then(|bytes| String::from_utf8(bytes).ok());
        // The space between two encoded words is none of theirs.
        if !(text.is_empty() || encoded_before && encoded.is_some()) {
            text.push(' ');
        }
        encoded_before = encoded.is_some();
        text.push_str(encoded.as_deref().unwrap_or(word));
    }
    text
}

/// Quoted-printable undone (RFC 2045, section 6.7).
fn unquoted(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.replace("=\n", "").into_bytes().into_iter();
    while let Some(byte) = rest.next() {
        if byte != b'=' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16));
        if let (Some(high), Some(low)) = (digit(), digit()) {
            bytes.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_undone() {
        assert_eq!(unquoted("Za=C5=BC a=3Db=\nc"), "Zaż a=bc");
        assert_eq!(words("A comment waits"), "A comment waits");
        assert_eq!(words("=?utf-8?b?WmHFvA==?= =?utf-8?b?w7Zi?= c"), "Zażöb c");
    }
}
