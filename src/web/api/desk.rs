//! The desk over JSON, for the desk's cookie or an API token: comments, pages and sites, each in a file of its own.

mod comments;
mod pages;
mod sites;

use crate::web::endpoint::Endpoint;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let mut endpoints = comments::endpoints();
    endpoints.extend(pages::endpoints());
    endpoints.extend(sites::endpoints());
    endpoints
}
