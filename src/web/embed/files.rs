//! The widget's built files: the newest under the addresses that blogs write into their pages, and those of every build
//! that was released under an address of its own, for good. They are built from `embed-js/` and committed.

use std::sync::{LazyLock, OnceLock};

use actix_web::{HttpRequest, HttpResponse, web};

use crate::published::Finished;
use crate::service::ServiceError;
use crate::web::embed::built::{FILES, NEWEST};
use crate::web::error::WebError;
use crate::web::finished::{self, Kept};

const WIDGET: &str = "embed.js";
const COUNTS: &str = "counts.js";
const STYLE: &str = "comments.css";

struct BuiltFile {
    version: &'static str,
    name: &'static str,
    bytes: &'static [u8],
    finished: OnceLock<Finished>,
}

impl BuiltFile {
    /// Compressed when it is asked for first: of all builds that were ever released, few are.
    fn finished(&self) -> &Finished {
        self.finished.get_or_init(|| Finished::for_good(self.bytes))
    }
}

static BUILT: LazyLock<Vec<BuiltFile>> = LazyLock::new(|| {
    FILES
        .iter()
        .map(|(version, name, bytes)| BuiltFile {
            version,
            name,
            bytes,
            finished: OnceLock::new(),
        })
        .collect()
});

/// The widget, as it was built last.
pub(super) async fn widget(request: HttpRequest) -> Result<HttpResponse, WebError> {
    answer(&request, NEWEST, WIDGET, Kept::IfUnchanged)
}

/// The script that fills in counts, as it was built last.
pub(super) async fn counts(request: HttpRequest) -> Result<HttpResponse, WebError> {
    answer(&request, NEWEST, COUNTS, Kept::IfUnchanged)
}

/// A file of one build. Its address never answers other bytes, so that a page can name their digest (SRI).
pub(super) async fn of_version(
    request: HttpRequest,
    named: web::Path<(String, String)>,
) -> Result<HttpResponse, WebError> {
    let (version, name) = named.into_inner();
    answer(&request, &version, &name, Kept::ForGood)
}

fn answer(request: &HttpRequest, version: &str, name: &str, kept: Kept) -> Result<HttpResponse, WebError> {
    let file = BUILT
        .iter()
        .find(|file| file.version == version && file.name == name)
        .ok_or(ServiceError::not_found("asset_not_found"))?;
    let media_type = if name == STYLE {
        "text/css; charset=utf-8"
    } else {
        "text/javascript; charset=utf-8"
    };
    Ok(finished::answer(
        request.headers(),
        file.finished(),
        media_type,
        kept,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_build_has_every_file() {
        for name in [WIDGET, COUNTS, STYLE, "elsewhere.js", "more.js"] {
            let found = BUILT
                .iter()
                .find(|file| file.version == NEWEST && file.name == name);
            assert!(found.is_some(), "{name}");
        }
    }
}
