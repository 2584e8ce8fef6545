//! The files that our own pages load: styles and scripts, each under an address that changes with its bytes, so that
//! browsers keep it for good. The widget's files are `embed`'s.
//!
//! # To add a file
//! Put it into `src/web/assets/`, add a line to [`FILES`], and write its address in a template with [`path`].

use std::sync::LazyLock;

use actix_web::{HttpRequest, HttpResponse, web};

use crate::published::Finished;
use crate::service::ServiceError;
use crate::web::endpoint::{self, Endpoint};
use crate::web::error::WebError;
use crate::web::finished::{self, Kept};

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// Name, media type and bytes of each.
const FILES: [(&str, &str, &[u8]); 23] = [
    ("base.css", CSS, include_bytes!("assets/base.css")),
    ("desk.css", CSS, include_bytes!("assets/desk.css")),
    ("desk.js", SCRIPT, include_bytes!("assets/desk.js")),
    (
        "comments.css",
        CSS,
        include_bytes!("../../embed-js/src/comments.css"),
    ),
    ("site.css", CSS, include_bytes!("assets/site.css")),
    ("sign-in.css", CSS, include_bytes!("assets/sign-in.css")),
    ("sign-in.js", SCRIPT, include_bytes!("assets/sign-in.js")),
    ("mark.svg", SVG, MARK),
    ("demo-letters.css", CSS, include_bytes!("assets/demo-letters.css")),
    // Marks of providers (docs/credits.md).
    ("mark-apple.svg", SVG, include_bytes!("assets/mark-apple.svg")),
    ("mark-discord.svg", SVG, include_bytes!("assets/mark-discord.svg")),
    (
        "mark-facebook.svg",
        SVG,
        include_bytes!("assets/mark-facebook.svg"),
    ),
    ("mark-github.svg", SVG, include_bytes!("assets/mark-github.svg")),
    ("mark-gitlab.svg", SVG, include_bytes!("assets/mark-gitlab.svg")),
    ("mark-google.svg", SVG, include_bytes!("assets/mark-google.svg")),
    ("mark-key.svg", SVG, include_bytes!("assets/mark-key.svg")),
    (
        "mark-linkedin.svg",
        SVG,
        include_bytes!("assets/mark-linkedin.svg"),
    ),
    (
        "mark-mastodon.svg",
        SVG,
        include_bytes!("assets/mark-mastodon.svg"),
    ),
    (
        "mark-microsoft.svg",
        SVG,
        include_bytes!("assets/mark-microsoft.svg"),
    ),
    (
        "mark-telegram.svg",
        SVG,
        include_bytes!("assets/mark-telegram.svg"),
    ),
    ("mark-twitch.svg", SVG, include_bytes!("assets/mark-twitch.svg")),
    (
        "mark-wordpress.svg",
        SVG,
        include_bytes!("assets/mark-wordpress.svg"),
    ),
    ("mark-x.svg", SVG, include_bytes!("assets/mark-x.svg")),
];

/// The mark that browsers show beside a title.
pub const MARK: &[u8] = include_bytes!("assets/mark.svg");

struct Asset {
    name: &'static str,
    media_type: &'static str,
    path: String,
    finished: Finished,
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    FILES
        .iter()
        .map(|(name, media_type, bytes)| {
            let finished = Finished::for_good(bytes);
            Asset {
                name,
                media_type,
                path: format!("/assets/{}/{name}", finished.digest()),
                finished,
            }
        })
        .collect()
});

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![endpoint::get("/assets/{digest}/{name}", asset)]
}

/// The address of a file, from the server's root. An unknown name, which a test would find, has an address that
/// answers 404.
pub fn path(name: &str) -> &'static str {
    ASSETS
        .iter()
        .find(|asset| asset.name == name)
        .map_or("/assets/none", |asset| &asset.path)
}

/// A drawing as markup that can stand in a page, where it takes the colour of the text around it. An unknown name has none.
pub fn markup(name: &str) -> &'static str {
    FILES
        .iter()
        .find(|(of, media_type, _)| *of == name && *media_type == SVG)
        .and_then(|(_, _, bytes)| std::str::from_utf8(bytes).ok())
        .map_or("", str::trim)
}

/// A file. Its address never answers other bytes.
async fn asset(request: HttpRequest, named: web::Path<(String, String)>) -> Result<HttpResponse, WebError> {
    let (digest, name) = named.into_inner();
    let found = ASSETS
        .iter()
        .find(|asset| asset.name == name && asset.finished.digest() == digest);
    let asset = found.ok_or(ServiceError::not_found("asset_not_found"))?;
    Ok(finished::answer(
        request.headers(),
        &asset.finished,
        asset.media_type,
        Kept::ForGood,
    ))
}
