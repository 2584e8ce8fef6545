//! Forms of our own pages, as browsers send them: bounded like JSON bodies, and without fields that nobody reads.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use super::body::whole;
use crate::service::ServiceError;
use crate::web::error::{PageError, WebError};

/// A form (`application/x-www-form-urlencoded`) read as `T`, which carries `#[serde(deny_unknown_fields)]`. A field that
/// can come several times is a `Vec`. A field left empty is an empty text, not none.
///
/// What is no such form is 400 `malformed_form`, another media type 415, a body over the limit of bodies 413.
#[derive(Debug, Clone)]
pub struct FormBody<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for FormBody<T> {
    type Error = PageError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, PageError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = whole(request, payload, "application/x-www-form-urlencoded");
        Box::pin(async move { Ok(Self(parse(&bytes.await?)?)) })
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, WebError> {
    serde_html_form::from_bytes(bytes)
        .map_err(|error| ServiceError::malformed_with("malformed_form", error.to_string()).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Decide {
        action: String,
        note: Option<String>,
        #[serde(default)]
        id: Vec<String>,
    }

    #[test]
    fn forms() {
        let form: Decide = parse(b"action=approve&note=&id=a&id=b%20c").unwrap();
        let expected = Decide {
            action: String::from("approve"),
            note: Some(String::new()),
            id: vec![String::from("a"), String::from("b c")],
        };
        assert_eq!(form, expected);
    }

    #[test]
    fn what_no_page_of_ours_sends() {
        for wrong in [&b"action=a&more=1"[..], b"note=1", b"action=a&action=b"] {
            let problem = parse::<Decide>(wrong).unwrap_err().problem();
            assert_eq!((problem.status, problem.code), (400, "malformed_form"));
        }
    }
}
