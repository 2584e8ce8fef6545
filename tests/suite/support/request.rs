//! A request to the app and its answer, which is held to the description if it is of the API.

use std::io::Read;

use actix_web::body::MessageBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::header::HeaderMap;
use actix_web::test::TestRequest;
use flate2::read::GzDecoder;
use serde_json::Value;

use super::described;

type Calls = std::rc::Rc<dyn Fn(TestRequest) -> std::pin::Pin<Box<dyn Future<Output = Answer>>>>;

/// A client's address of RFC 5737.
const CLIENT: &str = "192.0.2.10:40000";

/// A request to be completed and sent.
pub struct Request {
    calls: Calls,
    method: String,
    path: String,
    request: TestRequest,
}

impl Request {
    pub(super) fn new(calls: Calls, method: &str, path: &str) -> Self {
        let request = TestRequest::with_uri(path)
            .method(method.parse().unwrap())
            .peer_addr(CLIENT.parse().unwrap());
        Self {
            calls,
            method: method.to_owned(),
            path: path.to_owned(),
            request,
        }
    }

    /// With this header, beside those of the same name.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.append_header((name, value));
        self
    }
    /// From a page of this origin.
    pub fn origin(self, origin: &str) -> Self {
        self.header("Origin", origin)
    }
    /// With this token.
    pub fn token(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }
    /// From this address.
    pub fn client(mut self, address: &str) -> Self {
        self.request = self
            .request
            .peer_addr(std::net::SocketAddr::new(address.parse().unwrap(), 40_000));
        self
    }
    /// With this JSON body.
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }
    /// With this body of this type.
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let body: Vec<u8> = body.into();
        self.request = self
            .request
            .insert_header(("Content-Type", content_type))
            .insert_header(("Content-Length", body.len()))
            .set_payload(body);
        self
    }
    /// With the cookie of this name and value.
    pub fn cookie(self, name: &str, value: &str) -> Self {
        self.header("Cookie", &format!("{name}={value}"))
    }

    /// Sends it.
    pub async fn send(self) -> Answer {
        let answer = (self.calls)(self.request).await;
        described::check(&self.method, &self.path, &answer);
        answer
    }

    /// Sends it, and expects this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> impl Future<Output = Answer> {
        let caller = std::panic::Location::caller();
        async move {
            let what = format!("{} {}", self.method, self.path);
            let answer = self.send().await;
            assert_eq!(answer.status, status, "{what} at {caller}: {}", answer.text());
            answer
        }
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
    /// The pattern of the route that answered, where one did.
    pub pattern: Option<String>,
}

impl Answer {
    pub(super) async fn of(
        response: ServiceResponse<impl MessageBody<Error = impl std::fmt::Debug>>,
    ) -> Self {
        let pattern = response.request().match_pattern();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = actix_web::body::to_bytes(response.into_body())
            .await
            .unwrap()
            .to_vec();
        Self {
            status,
            headers,
            body,
            pattern,
        }
    }

    pub(super) async fn of_error(error: &actix_web::Error) -> Self {
        let response = error.error_response();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = actix_web::body::to_bytes(response.into_body())
            .await
            .unwrap()
            .to_vec();
        Self {
            status,
            headers,
            body,
            pattern: None,
        }
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.decoded()).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
    /// The body with its `Content-Encoding` undone.
    pub fn decoded(&self) -> Vec<u8> {
        let mut decoded = Vec::new();
        match self.header("content-encoding") {
            "" => decoded.extend_from_slice(&self.body),
            "gzip" => {
                GzDecoder::new(&self.body[..]).read_to_end(&mut decoded).unwrap();
            }
            "br" => {
                brotli::Decompressor::new(&self.body[..], 4096)
                    .read_to_end(&mut decoded)
                    .unwrap();
            }
            other => panic!("nobody here decodes {other}"),
        }
        decoded
    }
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
    /// A header's value; empty where it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
    /// The problem's code.
    #[track_caller]
    pub fn code(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}",
            self.text()
        );
        self.json()["code"].as_str().unwrap().to_owned()
    }
}
