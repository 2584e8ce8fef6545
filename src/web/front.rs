//! The server's own root: what this is and where moderators enter. In the demo the blog, which is what there is to see.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use askama::Template;

use crate::app::App;
use crate::messages;
use crate::service::demo::{BLOG, MEETINGS};
use crate::web::endpoint::{self, Endpoint};
use crate::web::error::PageError;
use crate::web::shell::Shell;

/// Nothing says in which language somebody reads who comes without a site.
const LANG: &str = "en";

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![endpoint::get("/", front)]
}

#[derive(Template)]
#[template(path = "web/templates/front.html")]
struct Page<'a> {
    shell: &'a Shell,
}

async fn front(app: web::Data<App>) -> Result<HttpResponse, PageError> {
    if app.config.demo {
        return Ok(HttpResponse::SeeOther()
            .insert_header((header::LOCATION, format!("{BLOG}{MEETINGS}")))
            .finish());
    }
    let shell = Shell::new(&app, LANG, messages::texts(LANG).say("front-title"));
    let page = Page { shell: &shell };
    Ok(shell.answer(&page)?)
}
