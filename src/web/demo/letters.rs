//! The letters of the demo, which are written to files instead of being sent: a page to read the codes from.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::app::App;
use crate::config::MailTransport;
use crate::mail::{FiledLetter, filed_letters};
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
        let lines = letter.text.lines().map(|line| Line {
            text: line.to_owned(),
            is_link: line.starts_with("http://") && !line.contains(char::is_whitespace),
        });
        Self {
            lines: lines.collect(),
            code: code_in(letter.text.lines().next().unwrap_or_default()),
            letter,
        }
    }
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
