//! JSON bodies: bounded, of the right type, and without fields that nobody reads.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use actix_web::web::{Bytes, BytesMut};
use actix_web::{FromRequest, HttpRequest};
use futures_core::Stream;
use serde::de::DeserializeOwned;

use crate::service::ServiceError;
use crate::web::error::WebError;

/// A request's body is at most this many bytes.
pub const BODY_LIMIT: usize = 64 * 1024;
/// Of a body over its limit at most this much is read before the answer goes out anyway.
const DRAIN_LIMIT: usize = 8 * 1024 * 1024;
/// And it is read for at most this long.
const DRAIN_TIME: Duration = Duration::from_secs(5);
/// A body within its limit has this long to come.
const BODY_TIME: Duration = Duration::from_secs(30);

/// A JSON body read as `T`, which carries `#[serde(deny_unknown_fields)]`.
///
/// What is not JSON in UTF-8 is 400 `malformed_json`; JSON that is no `T` is 422 with the place: `unknown_field`,
/// `missing_field`, `duplicate_field`, `wrong_type`, `invalid_value`. Other types than `application/json` are 415, bodies
/// over [`BODY_LIMIT`] are 413 and read to their end so that the client gets to the answer.
#[derive(Debug, Clone)]
pub struct JsonBody<T> {
    /// What was read.
    pub value: T,
    /// The bytes as they came: what an idempotency key is bound to.
    pub bytes: Bytes,
}

impl<T: DeserializeOwned + 'static> FromRequest for JsonBody<T> {
    type Error = WebError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, WebError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = whole(request, payload, "application/json");
        Box::pin(async move {
            let bytes = bytes.await?;
            let value = parse(&bytes)?;
            Ok(Self { value, bytes })
        })
    }
}

/// The whole body of a request, where it is of a media type and not over [`BODY_LIMIT`].
pub(super) fn whole(
    request: &HttpRequest,
    payload: &mut Payload,
    media_type: &str,
) -> impl Future<Output = Result<Bytes, WebError>> + use<> {
    let typed = is_of_type(request.headers(), media_type);
    let declared = declared_length(request.headers());
    read(payload.take(), typed, declared)
}

/// Of a media type, in UTF-8 where a charset is said, and not compressed.
fn is_of_type(headers: &HeaderMap, media_type: &str) -> bool {
    let text = |name| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or("?").to_ascii_lowercase())
    };
    let plain = text(CONTENT_ENCODING).is_none_or(|encoding| encoding.trim() == "identity");
    let Some(content_type) = text(CONTENT_TYPE) else {
        return false;
    };
    let mut parts = content_type.split(';').map(str::trim);
    let typed = parts.next() == Some(media_type);
    let utf8 = parts.all(|parameter| match parameter.split_once('=') {
        Some(("charset", charset)) => charset.trim_matches('"') == "utf-8",
        _ => true,
    });
    typed && utf8 && plain
}

fn declared_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The whole body, where it may be one. What is refused is read to its end all the same, up to the drain's limits: a
/// client that is still sending would see a reset connection instead of the answer.
async fn read(mut payload: Payload, typed: bool, declared: Option<usize>) -> Result<Bytes, WebError> {
    let fits = declared.is_none_or(|length| length <= BODY_LIMIT);
    if !typed || !fits {
        let drained = drain(&mut payload, 0).await;
        return Err(if fits {
            WebError::MediaType
        } else {
            WebError::TooLarge {
                limit: BODY_LIMIT,
                drained,
            }
        });
    }
    let mut body = BytesMut::with_capacity(declared.unwrap_or(0));
    let within_time = tokio::time::timeout(BODY_TIME, async {
        while let Some(chunk) = next(&mut payload).await? {
            body.extend_from_slice(&chunk);
            if body.len() > BODY_LIMIT {
                return Ok(false);
            }
        }
        Ok::<_, WebError>(true)
    });
    match within_time.await {
        Ok(Ok(true)) => Ok(body.freeze()),
        Ok(Ok(false)) => {
            let drained = drain(&mut payload, body.len()).await;
            Err(WebError::TooLarge {
                limit: BODY_LIMIT,
                drained,
            })
        }
        Ok(Err(error)) => Err(error),
        Err(_elapsed) => Err(WebError::Timeout),
    }
}

async fn next(payload: &mut Payload) -> Result<Option<Bytes>, WebError> {
    let chunk = poll_fn(|context| pin!(&mut *payload).poll_next(context)).await;
    chunk.transpose().map_err(|_cut_short| {
        ServiceError::malformed_with("body_incomplete", "the body ended before its end").into()
    })
}

/// Reads on without keeping anything. Whether the end was reached.
async fn drain(payload: &mut Payload, read: usize) -> bool {
    let mut read = read;
    let reading = tokio::time::timeout(DRAIN_TIME, async {
        while read <= DRAIN_LIMIT {
            match next(payload).await {
                Ok(Some(chunk)) => read += chunk.len(),
                Ok(None) => return true,
                Err(_gone) => return false,
            }
        }
        false
    });
    reading.await.unwrap_or(false)
}

/// Reads JSON as `T`.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, WebError> {
    // First as JSON at all: an unknown field before a syntax error must not make it well-formed, and an ignored string
    // with half a surrogate pair is not JSON either.
    let json = serde_json::from_slice::<serde_json::Value>(bytes).map_err(|error| malformed(&error))?;
    // serde would read a list as the fields of a struct in their order.
    if !json.is_object() {
        return Err(ServiceError::invalid("", "wrong_type").into());
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| misfit(error.path(), error.inner()))
}

fn malformed(error: &serde_json::Error) -> WebError {
    let detail = format!(
        "the body is not JSON in UTF-8: see line {} column {}",
        error.line(),
        error.column()
    );
    ServiceError::malformed_with("malformed_json", detail).into()
}

/// What is wrong with a JSON value that is no `T`, and where. serde tells only in words.
fn misfit(path: &serde_path_to_error::Path, error: &serde_json::Error) -> WebError {
    let words = error.to_string();
    let mut pointer = pointer(path);
    let code = if words.starts_with("unknown field") {
        "unknown_field"
    } else if words.starts_with("missing field") {
        pointer.push_str(&named(&words));
        "missing_field"
    } else if words.starts_with("duplicate field") {
        pointer.push_str(&named(&words));
        "duplicate_field"
    } else if words.starts_with("invalid type") || words.starts_with("invalid length") {
        "wrong_type"
    } else {
        "invalid_value"
    };
    ServiceError::invalid(&pointer, code).into()
}

/// The field in backticks: for these the path ends at the object around it.
fn named(words: &str) -> String {
    words
        .split('`')
        .nth(1)
        .map_or(String::new(), |name| format!("/{}", escaped(name)))
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{}", escaped(key))),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

/// RFC 6901: `~` and `/` within a name.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Outer {
        body: String,
        #[serde(default)]
        inner: Vec<Inner>,
        kind: Option<Kind>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Inner {
        id: i32,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        One,
    }

    fn refused(text: &[u8]) -> (u16, &'static str, String) {
        let problem = parse::<Outer>(text).unwrap_err().problem();
        let pointer = problem
            .errors
            .first()
            .map_or(String::new(), |field| field.pointer.clone());
        (problem.status, problem.code, pointer)
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        for (text, status, code, pointer) in [
            (&b""[..], 400, "malformed_json", ""),
            (b"hello", 400, "malformed_json", ""),
            (b"{\"body\":\"a\"", 400, "malformed_json", ""),
            (b"{\"body\":\"a\"} x", 400, "malformed_json", ""),
            (b"{\"body\":\"a\",}", 400, "malformed_json", ""),
            (b"{\"body\":\"\xff\"}", 400, "malformed_json", ""),
            (b"{\"body\":\"\\ud800\"}", 400, "malformed_json", ""),
            (b"{\"other\":\"\\ud800\"}", 400, "malformed_json", ""),
            (b"{\"other\":1, x", 400, "malformed_json", ""),
            (b"{\"body\":\"a\x00\"}", 400, "malformed_json", ""),
            (b"\xef\xbb\xbf{\"body\":\"a\"}", 400, "malformed_json", ""),
            (b"[]", 422, "wrong_type", ""),
            (b"[\"a\",[],null]", 422, "wrong_type", ""),
            (b"null", 422, "wrong_type", ""),
            (b"{}", 422, "missing_field", "/body"),
            (b"{\"body\":null}", 422, "wrong_type", "/body"),
            (b"{\"body\":7}", 422, "wrong_type", "/body"),
            (b"{\"body\":\"a\",\"x\":1}", 422, "unknown_field", "/x"),
            (b"{\"body\":\"a\",\"a/~b\":1}", 422, "unknown_field", "/a~1~0b"),
            (
                b"{\"body\":\"a\",\"body\":\"b\"}",
                422,
                "duplicate_field",
                "/body",
            ),
            (
                b"{\"body\":\"a\",\"inner\":[{\"id\":1},{\"id\":\"x\"}]}",
                422,
                "wrong_type",
                "/inner/1/id",
            ),
            (
                b"{\"body\":\"a\",\"inner\":[{}]}",
                422,
                "missing_field",
                "/inner/0/id",
            ),
            (
                b"{\"body\":\"a\",\"inner\":[{\"id\":1,\"y\":2}]}",
                422,
                "unknown_field",
                "/inner/0/y",
            ),
            (
                b"{\"body\":\"a\",\"inner\":[{\"id\":99999999999}]}",
                422,
                "invalid_value",
                "/inner/0/id",
            ),
            (
                b"{\"body\":\"a\",\"kind\":\"two\"}",
                422,
                "invalid_value",
                "/kind",
            ),
        ] {
            assert_eq!(
                refused(text),
                (status, code, pointer.to_owned()),
                "{}",
                String::from_utf8_lossy(text)
            );
        }
        let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
        assert_eq!(refused(deep.as_bytes()).1, "malformed_json");
        assert!(parse::<Outer>(b" {\"body\":\"a\",\"kind\":\"one\"}\n").is_ok());
    }

    #[test]
    fn json_is_told_by_its_type() {
        use actix_web::http::header::{HeaderName, HeaderValue};
        for (name, value, is) in [
            ("content-type", "application/json", true),
            ("content-type", "Application/JSON; charset=UTF-8", true),
            ("content-type", "application/json;charset=\"utf-8\"", true),
            ("content-type", "application/json; charset=latin1", false),
            ("content-type", "text/plain", false),
            ("content-type", "application/x-www-form-urlencoded", false),
            ("content-type", "application/json5", false),
            ("content-type", "application/problem+json", false),
            ("accept", "application/json", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
            assert_eq!(is_of_type(&headers, "application/json"), is, "{value}");
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            assert!(!is_of_type(&headers, "application/json"));
        }
    }
}
