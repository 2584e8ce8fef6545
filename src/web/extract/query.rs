//! Query parameters: each read once, known by name, and valid UTF-8.

use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::service::ServiceError;
use crate::web::error::WebError;

/// Parts have this many entries where `limit` says nothing else.
const DEFAULT_LIMIT: i64 = 50;
const MAX_LIMIT: i64 = 100;

/// A query string read as `T`. A parameter that `T` does not ask for is 400 `unknown_parameter`.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

/// What can be read from query parameters.
pub trait FromParams: Sized {
    /// Takes the parameters that it knows.
    ///
    /// # Errors
    /// One of them is missing, comes twice, or is not what it should be.
    fn from_params(params: &mut Params) -> Result<Self, WebError>;
}

impl<T: FromParams + 'static> FromRequest for Query<T> {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(read(request.query_string()))
    }
}

fn read<T: FromParams>(query: &str) -> Result<Query<T>, WebError> {
    let mut params = Params::parse(query)?;
    let value = T::from_params(&mut params)?;
    match params.pairs.first() {
        None => Ok(Query(value)),
        Some(_left) => Err(malformed(
            "unknown_parameter",
            "the query has a parameter that is not known here",
        )),
    }
}

fn malformed(code: &'static str, detail: impl Into<String>) -> WebError {
    ServiceError::malformed_with(code, detail).into()
}

/// The parameters of a query, decoded. Reading one takes it out.
#[derive(Debug, Clone)]
pub struct Params {
    pairs: Vec<(String, String)>,
}

impl Params {
    fn parse(query: &str) -> Result<Self, WebError> {
        let mut pairs = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            pairs.push((decode(name)?, decode(value)?));
        }
        Ok(Self { pairs })
    }

    /// Every value of a parameter that may come many times.
    pub fn all(&mut self, name: &str) -> Vec<String> {
        let (taken, left) = std::mem::take(&mut self.pairs)
            .into_iter()
            .partition(|(key, _)| key == name);
        self.pairs = left;
        let taken: Vec<(String, String)> = taken;
        taken.into_iter().map(|(_, value)| value).collect()
    }

    /// A parameter that may be left out, but not be empty.
    ///
    /// # Errors
    /// 400 `duplicate_parameter`; `invalid_parameter` where it is empty.
    pub fn optional(&mut self, name: &'static str) -> Result<Option<String>, WebError> {
        self.optional_or(name, "invalid_parameter")
    }

    /// As [`Params::optional`], with another code where it is empty.
    ///
    /// # Errors
    /// 400 `duplicate_parameter`; `code` where it is empty.
    pub fn optional_or(
        &mut self,
        name: &'static str,
        code: &'static str,
    ) -> Result<Option<String>, WebError> {
        match self.one(name)? {
            Some(value) if value.is_empty() => Err(malformed(code, format!("{name} is empty: leave it out"))),
            value => Ok(value),
        }
    }

    fn one(&mut self, name: &'static str) -> Result<Option<String>, WebError> {
        let mut values = self.all(name).into_iter();
        match (values.next(), values.next()) {
            (_, Some(_second)) => Err(malformed(
                "duplicate_parameter",
                format!("{name} comes more than once"),
            )),
            (value, None) => Ok(value),
        }
    }

    /// A parameter that must be there.
    ///
    /// # Errors
    /// 400 `missing_parameter`, `duplicate_parameter`.
    pub fn required(&mut self, name: &'static str) -> Result<String, WebError> {
        self.one(name)?
            .filter(|value| !value.is_empty())
            .ok_or_else(|| malformed("missing_parameter", format!("{name} is missing")))
    }

    /// A parameter that may be left out, read as `T`.
    ///
    /// # Errors
    /// 400 with `code` where it is no `T`; `duplicate_parameter`.
    pub fn parsed<T: FromStr>(
        &mut self,
        name: &'static str,
        code: &'static str,
    ) -> Result<Option<T>, WebError> {
        let Some(text) = self.optional_or(name, code)? else {
            return Ok(None);
        };
        match text.parse() {
            Ok(value) => Ok(Some(value)),
            Err(_why) => Err(malformed(code, format!("{name} is not valid"))),
        }
    }

    /// `limit`: 1 to 100, 50 where it is left out.
    ///
    /// # Errors
    /// 400 `invalid_limit`, `duplicate_parameter`.
    pub fn limit(&mut self) -> Result<i64, WebError> {
        let limit = self
            .parsed::<i64>("limit", "invalid_limit")?
            .unwrap_or(DEFAULT_LIMIT);
        if (1..=MAX_LIMIT).contains(&limit) {
            Ok(limit)
        } else {
            Err(malformed("invalid_limit", "limit is 1 to 100"))
        }
    }

    /// Takes parameters without a value as left out: a form of a page sends every field that it has, and an address in a
    /// blog's template may be filled with nothing.
    pub fn forget_empty(&mut self) {
        self.pairs.retain(|(_, value)| !value.is_empty());
    }

    /// Leaves what is left unread, for pages whose address people and their tools add things to.
    pub fn ignore_rest(&mut self) {
        self.pairs.clear();
    }
}

/// `application/x-www-form-urlencoded`: `+` is a space, `%XX` a byte; the bytes must be UTF-8.
fn decode(text: &str) -> Result<String, WebError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits =
                    [rest.next(), rest.next()].map(|digit| char::from(digit.unwrap_or(b'?')).to_digit(16));
                match digits {
                    [Some(high), Some(low)] => u8::try_from(high * 16 + low).unwrap_or(b'?'),
                    _ => return Err(invalid_encoding()),
                }
            }
            other => other,
        });
    }
    // No text of ours holds NUL, and PostgreSQL takes none.
    match String::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => Ok(text),
        Ok(_) | Err(_) => Err(invalid_encoding()),
    }
}

fn invalid_encoding() -> WebError {
    malformed(
        "invalid_parameter",
        "the query is not UTF-8 in percent-encoding, or holds NUL",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Asked {
        page: String,
        limit: i64,
        tags: Vec<String>,
    }

    impl FromParams for Asked {
        fn from_params(params: &mut Params) -> Result<Self, WebError> {
            Ok(Self {
                page: params.required("page")?,
                limit: params.limit()?,
                tags: params.all("tag"),
            })
        }
    }

    fn refused(query: &str) -> (u16, &'static str) {
        let problem = read::<Asked>(query).unwrap_err().problem();
        (problem.status, problem.code)
    }

    #[test]
    fn parameters_are_decoded() {
        let asked =
            read::<Asked>("page=https%3A%2F%2Fblog.example.org%2F%3Fa%3Db%26c&tag=x+y&limit=7&tag=%C3%A9")
                .unwrap()
                .0;
        assert_eq!(asked.page, "https://blog.example.org/?a=b&c");
        assert_eq!(
            (asked.limit, asked.tags),
            (7, vec![String::from("x y"), String::from("é")])
        );
        assert_eq!(read::<Asked>("page=a&&").unwrap().0.limit, 50);
    }

    #[test]
    fn what_is_wrong_with_a_query_has_a_code() {
        for (query, code) in [
            ("", "missing_parameter"),
            ("page=", "missing_parameter"),
            ("page=a&page=b", "duplicate_parameter"),
            ("page=a&x=1", "unknown_parameter"),
            ("page=a&limit=", "invalid_limit"),
            ("page=a&limit", "invalid_limit"),
            ("page=a&limit=0", "invalid_limit"),
            ("page=a&limit=101", "invalid_limit"),
            ("page=a&limit=-1", "invalid_limit"),
            ("page=a&limit=ten", "invalid_limit"),
            ("page=a&limit=9999999999999999999999", "invalid_limit"),
            ("page=%", "invalid_parameter"),
            ("page=%4", "invalid_parameter"),
            ("page=%zz", "invalid_parameter"),
            ("page=%ff", "invalid_parameter"),
            ("page=a%00", "invalid_parameter"),
        ] {
            assert_eq!(refused(query), (400, code), "{query}");
        }
    }
}
