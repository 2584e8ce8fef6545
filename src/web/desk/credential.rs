//! What a request to the desk brings: the cookie of a session, or an API token. Browsers send cookies along whoever
//! made the request, so that one that changes anything must show that a page of the desk made it.

use std::fmt;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};

use crate::app::App;
use crate::limits;
use crate::service::ServiceError;
use crate::service::sessions::{self, Staff};
use crate::web::desk::cookie_name;
use crate::web::error::WebError;
use crate::web::extract::{Bearer, MadeBy};

/// Longer than any secret of ours.
const COOKIE_LIMIT: usize = 300;

/// A credential for the desk, not yet looked up. Without any 401 `token_missing`.
#[derive(Clone)]
pub struct DeskCredential {
    brought: Brought,
    made_by: MadeBy,
}

#[derive(Clone)]
enum Brought {
    Token(String),
    Cookie(String),
}

impl fmt::Debug for DeskCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeskCredential(..)")
    }
}

impl FromRequest for DeskCredential {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(read(request, payload))
    }
}

fn read(request: &HttpRequest, payload: &mut Payload) -> Result<DeskCredential, WebError> {
    let missing = || ServiceError::unauthorised("token_missing");
    let bearer = Bearer::from_request(request, payload).into_inner();
    // A program says who it is by its token, whatever cookies it keeps.
    let brought = match bearer {
        Ok(Bearer(token)) => Brought::Token(token),
        Err(error) if request.headers().contains_key("Authorization") => return Err(error),
        Err(_none) => {
            let app = request.app_data::<web::Data<App>>().ok_or_else(missing)?;
            let cookie = request.cookie(cookie_name(app)).ok_or_else(missing)?;
            if cookie.value().len() > COOKIE_LIMIT {
                return Err(ServiceError::unauthorised("session_invalid").into());
            }
            Brought::Cookie(cookie.value().to_owned())
        }
    };
    Ok(DeskCredential {
        brought,
        made_by: MadeBy::read(request),
    })
}

impl DeskCredential {
    /// Whether it is the desk's cookie, and no token.
    pub fn is_cookie(&self) -> bool {
        matches!(self.brought, Brought::Cookie(_))
    }

    /// Who it is, for a request that only reads. Counts the request.
    ///
    /// # Errors
    /// 401 where the session or token is not good; 429.
    pub fn staff(&self, app: &App) -> Result<Staff, WebError> {
        let staff = match &self.brought {
            Brought::Token(token) => sessions::program(app, token)?,
            Brought::Cookie(cookie) => sessions::desk(app, cookie)?,
        };
        app.limits
            .check(limits::Action::Desk, &staff.limit_keys())
            .map_err(ServiceError::from)?;
        Ok(staff)
    }

    /// Who it is, for a request that changes anything.
    ///
    /// # Errors
    /// As [`DeskCredential::staff`]; 403 `origin_not_listed` where a cookie comes without a sign that a page of the desk
    /// sent it.
    pub fn staff_writing(&self, app: &App) -> Result<Staff, WebError> {
        if self.is_cookie() {
            self.made_by.own_page(&app.config.server.public_url)?;
        }
        self.staff(app)
    }
}
