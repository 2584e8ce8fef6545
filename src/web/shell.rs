//! What every page of ours has around its content: head, language, style, and the headers that bind it. The content is its
//! room's; its template extends `web/templates/layout.html` and holds a [`Shell`] named `shell`.

use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder};
use askama::Template;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::app::App;
use crate::messages::{self, Texts};
use crate::web::assets;
use crate::web::error::WebError;

/// A page that is written out, with what of its head is sent in headers.
#[derive(Debug, Clone)]
pub struct Rendered {
    html: String,
    content_security_policy: String,
}

impl Rendered {
    /// The answer, with the status and headers of `answer`.
    pub fn answer(self, mut answer: HttpResponseBuilder) -> HttpResponse {
        answer
            .insert_header(header::ContentType::html())
            .insert_header((header::CONTENT_SECURITY_POLICY, self.content_security_policy))
            .body(self.html)
    }
}

/// A page's head.
pub struct Shell {
    /// The sentences of the page's language.
    pub texts: &'static Texts,
    /// The window's title.
    pub title: String,
    /// What marks the page's own scripts: 128 random bits, new for each answer.
    pub nonce: String,
    /// Names of style sheets beside `base.css`.
    pub styles: &'static [&'static str],
    /// Whether search engines may list the page.
    pub indexed: bool,
}

impl Shell {
    /// A head in the language nearest to `lang`, a BCP 47 tag.
    pub fn new(app: &App, lang: &str, title: String) -> Self {
        let mut nonce = [0; 16];
        app.rng.fill(&mut nonce);
        Self {
            texts: messages::texts(lang),
            title,
            nonce: BASE64_URL_SAFE_NO_PAD.encode(nonce),
            styles: &[],
            indexed: false,
        }
    }

    /// With style sheets of `src/web/assets/` beside the one that all pages have.
    pub fn with_styles(self, styles: &'static [&'static str]) -> Self {
        Self { styles, ..self }
    }

    /// A page that search engines may list.
    pub fn indexed(self, indexed: bool) -> Self {
        Self { indexed, ..self }
    }

    /// The value of `lang`.
    pub fn lang(&self) -> &'static str {
        self.texts.lang()
    }

    /// The value of `dir`.
    pub fn dir(&self) -> &'static str {
        self.texts.direction().as_str()
    }

    /// The address of a file in `src/web/assets/`.
    pub fn asset(&self, name: &str) -> &'static str {
        assets::path(name)
    }

    /// A page that has this head, written out: what can take its time is done with it, and the answer is quickly made of it
    /// on a thread that serves connections.
    ///
    /// # Errors
    /// As the template's, which a `String` never gives.
    pub fn render(&self, page: &impl Template) -> Result<Rendered, WebError> {
        Ok(Rendered {
            html: page.render().map_err(WebError::Template)?,
            content_security_policy: self.content_security_policy(),
        })
    }

    /// The answer 200 with a page that has this head. Scripts run where they carry the nonce, and markup that they make
    /// passes through the Trusted Types policy `hustings`.
    ///
    /// # Errors
    /// As the template's, which a `String` never gives.
    pub fn answer(&self, page: &impl Template) -> Result<HttpResponse, WebError> {
        self.answer_as(HttpResponse::Ok(), page)
    }

    /// As [`Shell::answer`], with the status and headers of `answer`.
    ///
    /// # Errors
    /// As the template's, which a `String` never gives.
    pub fn answer_as(
        &self,
        answer: HttpResponseBuilder,
        page: &impl Template,
    ) -> Result<HttpResponse, WebError> {
        Ok(self.render(page)?.answer(answer))
    }

    fn content_security_policy(&self) -> String {
        format!(
            "default-src 'none'; script-src 'nonce-{}' 'strict-dynamic'; style-src 'self'; img-src 'self'; \
             connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
             require-trusted-types-for 'script'; trusted-types hustings",
            self.nonce
        )
    }
}
