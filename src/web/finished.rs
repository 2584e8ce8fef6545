//! How finished bytes are answered: in the smallest encoding that the reader takes, with ETag and how long to keep them,
//! or 304 where the reader has them.

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderMap};

use crate::published::Finished;

/// How long caches may keep an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// They ask each time whether it still stands.
    IfUnchanged,
    /// The address answers nothing else, ever.
    ForGood,
}

impl Kept {
    fn cache_control(self) -> &'static str {
        match self {
            Kept::IfUnchanged => "no-cache",
            Kept::ForGood => "public, max-age=31536000, immutable",
        }
    }
}

/// The answer: 304 where the reader has these very bytes, else in the smallest encoding that it takes.
pub fn answer(asked: &HeaderMap, finished: &Finished, media_type: &'static str, kept: Kept) -> HttpResponse {
    let (gzip, brotli) = accepted(asked);
    let (encoding, body) = finished.smallest(gzip, brotli);
    let known = asked
        .get_all(header::IF_NONE_MATCH)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|etag| etag.trim() == "*" || finished.has_etag(etag.trim()));
    let mut response = if known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((header::ETAG, body.etag.as_str()))
        .insert_header((header::CACHE_CONTROL, kept.cache_control()))
        .insert_header((header::VARY, "Accept-Encoding"));
    if known {
        return response.finish();
    }
    if let Some(encoding) = encoding.as_str() {
        response.insert_header((header::CONTENT_ENCODING, encoding));
    }
    response
        .insert_header((header::CONTENT_TYPE, media_type))
        .body(body.bytes.clone())
}

/// Whether gzip and brotli are accepted (RFC 9110 12.5.3): named, or covered by `*`, with a weight above 0.
fn accepted(asked: &HeaderMap) -> (bool, bool) {
    let mut weights: Vec<(String, bool)> = Vec::new();
    let values = asked
        .get_all(header::ACCEPT_ENCODING)
        .filter_map(|value| value.to_str().ok());
    for coding in values.flat_map(|value| value.split(',')) {
        let mut parts = coding.split(';').map(str::trim);
        let name = parts.next().unwrap_or("").to_ascii_lowercase();
        let refused = parts
            .filter_map(|parameter| parameter.strip_prefix("q="))
            .any(|weight| weight.parse::<f32>().is_ok_and(|weight| weight <= 0.0));
        weights.push((name, !refused));
    }
    let takes = |names: &[&str]| {
        let named = weights.iter().find(|(name, _)| names.contains(&name.as_str()));
        named
            .or_else(|| weights.iter().find(|(name, _)| name == "*"))
            .is_some_and(|(_, accepted)| *accepted)
    };
    (takes(&["gzip", "x-gzip"]), takes(&["br"]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    #[test]
    fn encodings_that_a_reader_takes() {
        for (header, gzip, brotli) in [
            ("", false, false),
            ("gzip, deflate, br", true, true),
            ("gzip;q=0, br;q=0.5", false, true),
            ("*", true, true),
            ("br;q=0, *;q=0.1", true, false),
            ("identity", false, false),
            ("GZIP", true, false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(header));
            assert_eq!(accepted(&headers), (gzip, brotli), "{header}");
        }
    }
}
