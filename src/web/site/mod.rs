//! A site's pages for readers, all of which work without JavaScript: comments and writing them, what the comments are
//! about, reports. Plain forms and links; nothing here needs a script, and none is sent.
//!
//! The page of a blog that is talked about stands in the query of every address ([`Place`]), so that each form leads back
//! to it. Whoever reads without having signed in costs one read and a fragment that is kept finished. A form that fails
//! comes back with all that was typed in it.

mod about;
mod comments;
pub(in crate::web) mod elsewhere;
mod faults;
mod own;
mod pages;
mod report;
mod session;
mod sign_in;
mod sign_out;
mod visit;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::app::App;
use crate::domain::language::Language;
use crate::service::ServiceError;
use crate::web::endpoint::{self, Endpoint};
use crate::web::error::WebError;
use crate::web::extract::{FromParams, Params};
use crate::web::parts;

pub(super) use report::receipt_path;

/// The style sheets of these pages.
const STYLES: &[&str] = &["comments.css", "site.css"];

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        endpoint::get("/sites/{site}/comments", pages::read),
        endpoint::post("/sites/{site}/comments", comments::post),
        endpoint::get("/sites/{site}/sign-in", sign_in::look),
        endpoint::post("/sites/{site}/sign-in", sign_in::ask),
        endpoint::post("/sites/{site}/sign-in/change", sign_in::change),
        endpoint::post("/sites/{site}/sign-in/elsewhere", elsewhere::ask),
        endpoint::post("/sites/{site}/sign-in/resend", sign_in::resend),
        endpoint::post("/sites/{site}/sign-in/code", sign_in::code),
        endpoint::post("/sites/{site}/sign-out", sign_out::out),
        endpoint::get("/sites/{site}/comments/{id}/edit", own::edit_form),
        endpoint::post("/sites/{site}/comments/{id}/edit", own::edit),
        endpoint::get("/sites/{site}/comments/{id}/withdraw", own::withdraw_form),
        endpoint::post("/sites/{site}/comments/{id}/withdraw", own::withdraw),
        endpoint::get("/sites/{site}/comments/{id}/report", report::form),
        endpoint::post("/sites/{site}/comments/{id}/report", report::make),
        endpoint::get("/sites/{site}/about", about::about),
        endpoint::get("/reports/{receipt}", report::receipt),
    ]
}

/// Which page of the blog, and in which language ours are shown, as the query of every address says.
#[derive(Debug, Clone)]
struct Place {
    page: String,
    page_id: Option<String>,
    lang: Option<Language>,
}

impl FromParams for Place {
    fn from_params(params: &mut Params) -> Result<Self, WebError> {
        params.forget_empty();
        let page = params.required("page")?;
        let page_id = params.optional("page_id")?;
        parts::page_key(&page, page_id.as_deref())?;
        let lang = params.parsed("lang", "invalid_lang")?;
        params.ignore_rest();
        Ok(Self { page, page_id, lang })
    }
}

impl Place {
    /// The query that leads here: `page=...`, percent-encoded.
    fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("page", &self.page);
        if let Some(id) = &self.page_id {
            query.append_pair("page_id", id);
        }
        if let Some(lang) = &self.lang {
            query.append_pair("lang", lang.as_str());
        }
        query.finish()
    }
}

/// A key of a form that is rendered now, under which sending it twice does once what it does: 128 random bits.
fn new_key(app: &App) -> String {
    let mut bytes = [0; 16];
    app.rng.fill(&mut bytes);
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// A key that came back with a form.
///
/// # Errors
/// 400 `malformed_form` where none of ours looks like it.
fn checked_key(key: &str) -> Result<(), WebError> {
    let fits = key.len() == 22 && BASE64_URL_SAFE_NO_PAD.decode(key).is_ok();
    if fits {
        Ok(())
    } else {
        Err(ServiceError::malformed_with("malformed_form", "the form's key is none").into())
    }
}
