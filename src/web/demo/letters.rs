//! The letters of the demo, which are written to files instead of being sent: a page to read the codes from.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::app::App;
use crate::config::MailTransport;
use crate::mail::{FOLDED_AT, FiledLetter, filed_letters};
use crate::service::ServiceError;
use crate::storage::StorageError;
use crate::web::endpoint::{self, Endpoint};
use crate::web::error::{PageError, WebError};
use crate::web::run;
use crate::web::shell::Shell;

/// As many as somebody who tries things out looks through.
const SHOWN: usize = 50;

pub(in crate::web) fn endpoints() -> Vec<Endpoint> {
    vec![endpoint::get("/demo/letters", list)]
}

#[derive(Template)]
#[template(path = "web/demo/templates/letters.html")]
struct Page<'a> {
    shell: &'a Shell,
    letters: &'a [Shown],
}

/// A letter as it is shown.
struct Shown {
    letter: FiledLetter,
    /// Its lines; those that are an address are links.
    lines: Vec<Line>,
    /// The sign-in code, where it carries one.
    code: Option<String>,
}

struct Line {
    text: String,
    is_link: bool,
}

impl Shown {
    fn of(letter: FiledLetter) -> Self {
        let lines = unfolded(&letter.text).into_iter().map(|text| Line {
            is_link: is_address(&text),
            text,
        });
        Self {
            lines: lines.collect(),
            code: code_in(letter.text.lines().next().unwrap_or_default()),
            letter,
        }
    }
}

fn is_address(line: &str) -> bool {
    line.starts_with("http://") && !line.contains(char::is_whitespace)
}

/// The lines of a letter's text before they were folded: windows fold them anew, where a telephone's would break each
/// twice. A line goes on in the next where that one's first word had no room in it.
fn unfolded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut room = 0_usize;
    for line in text.lines() {
        let mark = if line.starts_with("> ") { "> " } else { "" };
        let words = line.strip_prefix(mark).unwrap_or(line);
        let first = words.split(' ').next().unwrap_or_default().chars().count();
        let goes_on = !words.is_empty() && !is_address(line) && first >= room;
        match lines.last_mut() {
            Some(last) if goes_on && (last.starts_with("> ") != mark.is_empty()) && !last.is_empty() => {
                last.push(' ');
                last.push_str(words);
            }
            _ => lines.push(line.to_owned()),
        }
        room = FOLDED_AT.saturating_sub(line.chars().count());
    }
    lines
}

/// A code at the end of a line: four digits, a space, four digits.
fn code_in(line: &str) -> Option<String> {
    let mut words = line.rsplit(' ');
    let (last, first) = (words.next()?, words.next()?);
    let four = |word: &str| word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit());
    (four(first) && four(last)).then(|| format!("{first} {last}"))
}

/// The newest letters first.
async fn list(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse, PageError> {
    let own = app.config.server.public_url.as_str();
    let host = own.split_once("://").map_or(own, |(_scheme, host)| host);
    let asked = request.headers().get("Host").and_then(|host| host.to_str().ok());
    let MailTransport::File { directory } = &app.config.mail.transport else {
        return Err(WebError::NoRoute.into());
    };
    if !app.config.demo || asked.is_some_and(|asked| asked != host) {
        return Err(WebError::NoRoute.into());
    }
    let directory = directory.clone();
    let letters = run(&app, move |_app| {
        filed_letters(&directory, SHOWN)
            .map_err(|error| ServiceError::from(StorageError::Unavailable(error.to_string())))
    })
    .await?;
    let letters: Vec<Shown> = letters.into_iter().map(Shown::of).collect();
    let lang = "en";
    let shell = Shell::new(&app, lang, crate::messages::texts(lang).say("demo-letters-title"))
        .with_styles(&["demo-letters.css"]);
    let page = Page {
        shell: &shell,
        letters: &letters,
    };
    Ok(shell.answer(&page)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_lines_are_one_again() {
        let long = "word ".repeat(40);
        let folded = format!(
            "{0}\n{0}\n\nShort.\nNext.\n\n> {1}\n> {1}\nhttp://a.example.org/",
            long[..72].trim_end(),
            long[..70].trim_end(),
        );
        let lines = unfolded(&folded);
        let words: Vec<usize> = lines.iter().map(|line| line.split_whitespace().count()).collect();
        assert_eq!(words, [30, 0, 1, 1, 0, 29, 1], "{lines:?}");
    }

    #[test]
    fn codes_are_seen() {
        assert_eq!(
            code_in("Your sign-in code: 1234 5678").as_deref(),
            Some("1234 5678")
        );
        for line in ["", "1234", "12345 678", "a 1234 567b"] {
            assert_eq!(code_in(line), None, "{line}");
        }
    }
}
