//! What is refused to a person's browser on a page's address is a page.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::web::error::{PageError, WebError};

/// What `T` reads, whose refusal is a page as those of the handlers of pages are.
#[derive(Debug, Clone)]
pub struct Paged<T>(pub T);

impl<T> FromRequest for Paged<T>
where
    T: FromRequest + 'static,
    T::Error: Into<WebError>,
{
    type Error = PageError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, PageError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let read = T::from_request(request, payload);
        Box::pin(async move { Ok(Self(read.await?)) })
    }
}
