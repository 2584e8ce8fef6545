//! What a token claims: a JSON object in which no name stands twice, so that nobody can read another value of it than
//! we do. Names and values mean nothing here.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value};

/// Names and values.
#[derive(Debug, Clone, PartialEq)]
pub struct Claims(Map<String, Value>);

/// A claim is of another kind than it must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongKind;

impl Claims {
    /// A value; none where it is missing or null.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A text; none where it is missing or something else.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    /// Whether it is true: the word as Apple writes it too.
    pub fn is_true(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Value::Bool(true))) || self.text(name) == Some("true")
    }

    /// A moment in Unix seconds, fractions cut off; none where it is missing.
    ///
    /// # Errors
    /// It is no number, or none of a moment.
    pub fn seconds(&self, name: &str) -> Result<Option<i64>, WrongKind> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        if let Some(whole) = value.as_i64() {
            return Ok(Some(whole));
        }
        // Year 9999.
        let fits = |seconds: &f64| (0.0..253_402_300_800.0).contains(seconds);
        let seconds = value.as_f64().filter(fits).ok_or(WrongKind)?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "it lies between 0 and the year 9999"
        )]
        Ok(Some(seconds as i64))
    }

    /// One text, or a list of texts; none where it is missing.
    ///
    /// # Errors
    /// It is something else.
    pub fn texts(&self, name: &str) -> Result<Option<Vec<&str>>, WrongKind> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(one)) => Ok(Some(vec![one])),
            Some(Value::Array(list)) => {
                let texts: Option<Vec<_>> = list.iter().map(Value::as_str).collect();
                texts.map(Some).ok_or(WrongKind)
            }
            Some(_) => Err(WrongKind),
        }
    }
}

impl<'de> Deserialize<'de> for Claims {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Once)
    }
}

struct Once;

impl<'de> Visitor<'de> for Once {
    type Value = Claims;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of claims")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Claims, A::Error> {
        let mut claims = Map::new();
        while let Some((name, value)) = entries.next_entry::<String, Value>()? {
            if claims.insert(name, value).is_some() {
                return Err(Error::custom("a claim stands twice"));
            }
        }
        Ok(Claims(claims))
    }
}
