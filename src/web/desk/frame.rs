//! What all pages of the desk have in common: who looks and in which language, the head and the ways to the other pages,
//! and the page to get in by, which stands in the place of any other for who has no session.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::ACCEPT_LANGUAGE;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};

use crate::app::App;
use crate::messages;
use crate::service::ServiceError;
use crate::service::sessions::Staff;
use crate::signin::csrf::FormToken;
use crate::web::desk::{DeskCredential, enter};
use crate::web::error::{PageError, WebError};
use crate::web::run;
use crate::web::shell::Shell;

/// The style sheets of the desk.
const STYLES: &[&str] = &["desk.css"];

/// Somebody at the desk's door.
#[derive(Debug)]
pub(super) struct Visit {
    credential: Result<DeskCredential, WebError>,
    /// The language of the answer.
    lang: &'static str,
    /// What was asked for: path and query.
    asked: String,
}

impl FromRequest for Visit {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let asked = request
            .uri()
            .path_and_query()
            .map_or("/desk", |asked| asked.as_str());
        ready(Ok(Self {
            credential: DeskCredential::from_request(request, payload).into_inner(),
            lang: language(request),
            asked: asked.to_owned(),
        }))
    }
}

/// The first of the browser's languages that there are sentences in, else English. Nothing of the desk is cached.
pub(super) fn language(request: &HttpRequest) -> &'static str {
    let accepted = request
        .headers()
        .get(ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    accepted
        .split(',')
        .filter_map(|part| part.split(';').next())
        .map(str::trim)
        .find_map(|tag| {
            let primary = tag.split('-').next().unwrap_or_default();
            let spoken = |of: &str| messages::all().any(|texts| texts.lang().eq_ignore_ascii_case(of));
            (spoken(tag) || spoken(primary)).then(|| messages::texts(tag).lang())
        })
        .unwrap_or_else(|| messages::texts("en").lang())
}

impl Visit {
    /// Who it is, for a page that is only looked at; else the page to get in by.
    ///
    /// # Errors
    /// Storage's.
    pub(super) async fn looks(self, app: &web::Data<App>) -> Result<Result<Seated, HttpResponse>, PageError> {
        self.seat(app, None).await
    }

    /// Who it is, for a form that changes something; else the page to get in by.
    ///
    /// # Errors
    /// 403 `origin_not_listed` where no page of ours sent the form, `form_token_invalid` where it is of another session;
    /// storage's.
    pub(super) async fn sends(
        self,
        app: &web::Data<App>,
        token: String,
    ) -> Result<Result<Seated, HttpResponse>, PageError> {
        self.seat(app, Some(token)).await
    }

    async fn seat(
        self,
        app: &web::Data<App>,
        sent: Option<String>,
    ) -> Result<Result<Seated, HttpResponse>, PageError> {
        let (lang, asked) = (self.lang, self.asked);
        let credential = match self.credential {
            Ok(credential) => credential,
            Err(error) => return turned_away(app, lang, &asked, error),
        };
        let found = run(app, move |app| match sent {
            None => credential.staff(app),
            Some(sent) => {
                let staff = credential.staff_writing(app)?;
                if FormToken::of(&app.keys, staff.session()).is(&sent) {
                    Ok(staff)
                } else {
                    let detail = "the form is of another session; open the page anew and send it again";
                    Err(ServiceError::forbidden_with("form_token_invalid", detail).into())
                }
            }
        })
        .await;
        match found {
            Ok(staff) => Ok(Ok(Seated {
                token: FormToken::of(&app.keys, staff.session()).expose().to_owned(),
                staff,
                lang,
            })),
            Err(error) => turned_away(app, lang, &asked, error),
        }
    }
}

/// The page to get in by where that helps, else the error.
fn turned_away<T>(
    app: &App,
    lang: &str,
    asked: &str,
    error: WebError,
) -> Result<Result<T, HttpResponse>, PageError> {
    if error.problem().status != 401 {
        return Err(error.into());
    }
    Ok(Err(enter::door(app, lang, asked)?))
}

/// Somebody at the desk, with what the answer to them needs.
#[derive(Debug)]
pub(super) struct Seated {
    /// Who.
    pub(super) staff: Staff,
    /// The token of their forms.
    pub(super) token: String,
    /// The language of the answer.
    pub(super) lang: &'static str,
}

/// One of the desk's pages, for the ways between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The queue.
    Queue,
    /// The pages under discussion.
    Pages,
    /// The sites.
    Sites,
    /// A sentence to try.
    Try,
    /// None of those.
    Elsewhere,
}

/// What stands around a page's content.
pub(super) struct Frame {
    /// The head.
    pub(super) shell: Shell,
    /// The token of the forms.
    pub(super) token: String,
    /// Which page it is.
    pub(super) place: Place,
}

impl Frame {
    pub(super) fn new(app: &App, seated: &Seated, place: Place, title: String) -> Self {
        Self {
            shell: shell(app, seated.lang, title),
            token: seated.token.clone(),
            place,
        }
    }

    /// The value of `aria-current` of the way to a page.
    pub(super) fn current(&self, place: Place) -> &'static str {
        if self.place == place { "page" } else { "false" }
    }
}

/// The head of a page of the desk.
pub(super) fn shell(app: &App, lang: &str, title: String) -> Shell {
    Shell::new(app, lang, title).with_styles(STYLES)
}

/// The address to go on to, where it is one of the desk's own.
pub(super) fn own_path(asked: &str) -> &str {
    let of_the_desk = asked
        .strip_prefix("/desk")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    let plain = asked.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if of_the_desk && plain { asked } else { "/desk" }
}

/// 303 to an address of the desk.
pub(super) fn see_other(address: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header(("Location", own_path(address)))
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_on_stays_at_the_desk() {
        for good in ["/desk", "/desk?state=all&q=a%20b", "/desk/comments/x#done"] {
            assert_eq!(own_path(good), good);
        }
        for bad in [
            "",
            "/",
            "//evil.example.net/desk",
            "https://evil.example.net/desk",
            "/desktop",
            "/desk\\..",
            "/desk/\r\nSet-Cookie: a=b",
            "/desk/ü",
        ] {
            assert_eq!(own_path(bad), "/desk", "{bad}");
        }
    }
}
