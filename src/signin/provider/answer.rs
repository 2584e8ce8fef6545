//! What providers are asked and answer: bounded, of a good status, JSON. What stands in it is read by `reading`.

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use serde_json::Value;
use url::Url;
use url::form_urlencoded::Serializer;

use super::{ProviderError, Result};
use crate::outbound::Outbound;

/// Bytes of an answer at most.
pub(super) const CAP: usize = 1024 * 1024;

/// A request for JSON.
pub(super) struct Ask(Request<Vec<u8>>);

impl Ask {
    pub(super) fn get(url: &Url) -> Result<Self> {
        Self::new(Method::GET, url, Vec::new())
    }

    pub(super) fn post_form(url: &Url, fields: &[(&str, &str)]) -> Result<Self> {
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        Ok(Self::new(Method::POST, url, body.into_bytes())?.with(CONTENT_TYPE, form))
    }

    fn new(method: Method, url: &Url, body: Vec<u8>) -> Result<Self> {
        let request = Request::builder()
            .method(method)
            .uri(url.as_str())
            .header(ACCEPT, "application/json")
            .body(body)
            .map_err(|_no_uri| ProviderError::answer("address"))?;
        Ok(Self(request))
    }

    /// In the name of whoever the token is of.
    pub(super) fn bearer(self, token: &str) -> Result<Self> {
        let value = HeaderValue::from_str(&format!("Bearer {token}"));
        let mut value = value.map_err(|_controls| ProviderError::answer("access_token"))?;
        value.set_sensitive(true);
        Ok(self.with(AUTHORIZATION, value))
    }

    pub(super) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers_mut().insert(name, value);
        self
    }

    /// Sends it; the answer has whatever status.
    pub(super) fn send(self, out: &Outbound) -> Result<Response<Vec<u8>>> {
        Ok(out.send(self.0, CAP)?)
    }

    /// Sends it, and reads the JSON of a good answer.
    pub(super) fn json(self, out: &Outbound) -> Result<Value> {
        json(&self.send(out)?)
    }
}

/// The JSON of a good answer.
pub(super) fn json(answer: &Response<Vec<u8>>) -> Result<Value> {
    if answer.status() != StatusCode::OK {
        return Err(ProviderError::answer("status"));
    }
    serde_json::from_slice(answer.body()).map_err(|_no_json| ProviderError::answer("json"))
}

/// An address that stands in the code, or is made of one that the operator gave.
pub(super) fn address(text: &str) -> Result<Url> {
    Url::parse(text).map_err(|_no_address| ProviderError::Config)
}
