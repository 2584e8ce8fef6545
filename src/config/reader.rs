//! The reader that sections take their values from: it collects every error instead of stopping at the first, notes
//! which keys there are, and refuses those that nobody took. It knows no section.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::fs;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;

use figment::Figment;
use figment::providers::{Format, Toml};
use figment::value::{Dict, Num, Value};

use super::error::{ConfigError, ConfigWarning};
use super::secret::Secret;

/// Variables of the environment that are settings begin so.
pub(super) const PREFIX: &str = "HUSTINGS__";

/// The values of the file with those of the environment over them.
pub(super) struct Reader {
    values: Dict,
    variables: BTreeMap<String, String>,
    errors: Vec<ConfigError>,
    warnings: Vec<ConfigWarning>,
    known: Vec<Known>,
    sections: Vec<String>,
    whole: bool,
}

/// A key that some section takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    /// Such as `mail.smtp.host`.
    pub(super) key: String,
    /// What stands in its place where it is not given.
    pub(super) default: Option<String>,
}

/// What reading a configuration came to.
pub(super) struct Outcome {
    /// What is wrong.
    pub(super) errors: Vec<ConfigError>,
    /// How many of those, the first ones, are values that were refused, and not unknown keys.
    pub(super) refused: usize,
    /// What is odd.
    pub(super) warnings: Vec<ConfigWarning>,
}

impl Reader {
    /// Of the text of a TOML file and of variables, each with its name and value. Variables without the prefix are
    /// passed over.
    pub(super) fn new(file: Option<&str>, variables: Vec<(String, String)>) -> Self {
        let mut errors = Vec::new();
        let mut figment = Figment::new();
        if let Some(text) = file {
            figment = figment.merge(Toml::string(text));
        }
        let mut whole = true;
        if let Err(error) = figment.extract::<Dict>() {
            whole = false;
            errors.push(ConfigError {
                key: String::from("the configuration file"),
                problem: format!("it is not TOML: {error}"),
                mend: String::from("correct it there"),
            });
            figment = Figment::new();
        }
        let mut named = BTreeMap::new();
        for (name, value) in variables {
            if name.starts_with(PREFIX) {
                let key = key_of(&name);
                // Values stay texts, which every kind of value is read from: a password of digits remains one.
                figment = figment.merge((key.clone(), value));
                named.insert(key, name);
            }
        }
        let values = figment.extract().unwrap_or_default();
        Self {
            values,
            variables: named,
            errors,
            warnings: Vec::new(),
            known: Vec::new(),
            sections: Vec::new(),
            whole,
        }
    }

    /// Whether there is no file, or it is TOML.
    pub(super) fn is_whole(&self) -> bool {
        self.whole
    }

    /// A value with a default.
    pub(super) fn value<T>(&mut self, key: &str, default: T, mend: &str) -> T
    where
        T: FromStr<Err: Display> + Display,
    {
        self.know(key, Some(default.to_string()));
        self.parsed(key, mend).unwrap_or(default)
    }

    /// A value that may be missing.
    pub(super) fn optional<T: FromStr<Err: Display>>(&mut self, key: &str, mend: &str) -> Option<T> {
        self.know(key, None);
        self.parsed(key, mend)
    }

    /// A whole number with a default.
    pub(super) fn number<T>(&mut self, key: &str, default: T, range: RangeInclusive<T>) -> T
    where
        T: FromStr<Err: Display> + Display + PartialOrd,
    {
        self.know(key, Some(default.to_string()));
        self.in_range(key, range).unwrap_or(default)
    }

    /// A whole number that may be missing.
    pub(super) fn optional_number<T>(&mut self, key: &str, range: RangeInclusive<T>) -> Option<T>
    where
        T: FromStr<Err: Display> + Display + PartialOrd,
    {
        self.know(key, None);
        self.in_range(key, range)
    }

    /// A path with a default, taken from the working directory.
    pub(super) fn path(&mut self, key: &str, default: &str) -> PathBuf {
        self.know(key, Some(default.to_owned()));
        PathBuf::from(self.filled_path(key).unwrap_or_else(|| default.to_owned()))
    }

    /// A path that may be missing.
    pub(super) fn optional_path(&mut self, key: &str) -> Option<PathBuf> {
        self.know(key, None);
        self.filled_path(key).map(PathBuf::from)
    }

    /// A list, empty where it is missing: an array in the file, or values with commas between.
    pub(super) fn list<T: FromStr<Err: Display>>(&mut self, key: &str, mend: &str) -> Vec<T> {
        self.know(key, Some(String::new()));
        let texts: Vec<String> = match self.find(key).cloned() {
            None => return Vec::new(),
            Some(Value::Array(_, items)) => {
                let texts: Vec<String> = items.iter().filter_map(scalar).collect();
                if texts.len() != items.len() {
                    self.error(key, "it holds more than texts and numbers", mend);
                }
                texts
            }
            Some(value) => match scalar(&value) {
                Some(text) => text
                    .split(',')
                    .map(|part| part.trim().to_owned())
                    .filter(|part| !part.is_empty())
                    .collect(),
                None => {
                    self.error(key, "it is a table", mend);
                    Vec::new()
                }
            },
        };
        let mut list = Vec::new();
        for text in texts {
            match text.parse() {
                Ok(item) => list.push(item),
                Err(error) => self.error(key, format!("{text:?}: {error}"), mend),
            }
        }
        list
    }

    /// A secret that may be missing: the value of `key`, or the contents of the file that `key` with `_file` after it
    /// names, without the line break at its end.
    pub(super) fn secret(&mut self, key: &str) -> Option<Secret<String>> {
        self.secret_known(key, None)
    }

    /// A secret as [`Reader::secret`] reads it, in whose place `default` stands.
    pub(super) fn secret_or(&mut self, key: &str, default: &str) -> Secret<String> {
        self.secret_known(key, Some(default))
            .unwrap_or_else(|| Secret::new(default.to_owned()))
    }

    fn secret_known(&mut self, key: &str, default: Option<&str>) -> Option<Secret<String>> {
        let file_key = format!("{key}_file");
        self.know(key, default.map(str::to_owned));
        self.know(&file_key, None);
        let written = self.filled(key);
        let Some(path) = self.filled(&file_key) else {
            return written.map(Secret::new);
        };
        if written.is_some() {
            self.error(
                key,
                format!("it is given here and by {file_key}"),
                "keep one of them",
            );
            return None;
        }
        match fs::read_to_string(&path) {
            Ok(text) if text.trim_end_matches(['\r', '\n']).is_empty() => {
                self.error(&file_key, format!("{path} is empty"), "put the secret into it");
                None
            }
            Ok(text) => Some(Secret::new(text.trim_end_matches(['\r', '\n']).to_owned())),
            Err(error) => {
                self.error(
                    &file_key,
                    format!("{path} cannot be read: {error}"),
                    "name a file that the server may read",
                );
                None
            }
        }
    }

    /// The names of the tables under a section whose tables the operator names, in the order of the alphabet. What stands
    /// there beside tables is refused with the keys that nobody took.
    pub(super) fn tables(&mut self, section: &str) -> Vec<String> {
        self.sections.push(section.to_owned());
        match self.find(section) {
            Some(Value::Dict(_, inner)) => inner
                .iter()
                .filter(|(_, value)| matches!(value, Value::Dict(..)))
                .map(|(name, _)| name.clone())
                .collect(),
            Some(_) | None => Vec::new(),
        }
    }

    /// Passes over everything under a table that has been refused as a whole.
    pub(super) fn pass_over(&mut self, table: &str) {
        self.known.push(Known {
            key: table.to_owned(),
            default: None,
        });
    }

    /// Whether the key, or anything under it, is given.
    pub(super) fn is_given(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    /// Notes what is wrong with a key.
    pub(super) fn error(&mut self, key: &str, problem: impl Into<String>, mend: impl Into<String>) {
        let mut problem = problem.into();
        if let Some(name) = self.variables.get(key) {
            problem = format!("{problem} (from the variable {name})");
        }
        self.errors.push(ConfigError {
            key: key.to_owned(),
            problem,
            mend: mend.into(),
        });
    }

    /// Notes what is odd about a key.
    pub(super) fn warn(&mut self, key: &str, text: impl Into<String>) {
        self.warnings.push(ConfigWarning {
            key: key.to_owned(),
            text: text.into(),
        });
    }

    /// Refuses every key that nobody took.
    pub(super) fn finish(mut self) -> Outcome {
        let refused = self.errors.len();
        let mut unknown = Vec::new();
        self.unknown_in(&self.values, "", &mut unknown);
        for key in unknown {
            let mend = match self.closest(&key) {
                Some(meant) => format!("did you mean {meant}? If not, remove it"),
                None => String::from("remove it; config/example.toml lists every key"),
            };
            self.error(&key, "there is no such key", mend);
        }
        Outcome {
            errors: self.errors,
            refused,
            warnings: self.warnings,
        }
    }

    /// Every key that has been taken, in the order of reading.
    #[cfg(test)]
    pub(super) fn known(&self) -> &[Known] {
        &self.known
    }

    fn know(&mut self, key: &str, default: Option<String>) {
        self.known.push(Known {
            key: key.to_owned(),
            default,
        });
    }

    fn find(&self, key: &str) -> Option<&Value> {
        let mut parts = key.split('.');
        let mut value = self.values.get(parts.next()?)?;
        for part in parts {
            match value {
                Value::Dict(_, inner) => value = inner.get(part)?,
                _ => return None,
            }
        }
        Some(value)
    }

    fn text(&mut self, key: &str) -> Option<String> {
        let value = self.find(key)?;
        let text = scalar(value);
        if text.is_none() {
            self.error(
                key,
                "it is not a single value",
                "write one text, number, true or false",
            );
        }
        text
    }

    fn filled(&mut self, key: &str) -> Option<String> {
        let text = self.text(key)?;
        if text.trim().is_empty() {
            self.error(key, "it is empty", "write a value or remove the key");
            return None;
        }
        Some(text)
    }

    /// A number or a truth value is no path: somebody meant another key.
    fn filled_path(&mut self, key: &str) -> Option<String> {
        if matches!(self.find(key), Some(Value::Num(..) | Value::Bool(..))) {
            self.error(key, "it is not a path", "write the path as a text, in quotes");
            return None;
        }
        self.filled(key)
    }

    fn parsed<T: FromStr<Err: Display>>(&mut self, key: &str, mend: &str) -> Option<T> {
        let text = self.filled(key)?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.error(key, format!("{text:?}: {error}"), mend);
                None
            }
        }
    }

    fn in_range<T>(&mut self, key: &str, range: RangeInclusive<T>) -> Option<T>
    where
        T: FromStr<Err: Display> + Display + PartialOrd,
    {
        let mend = format!("write a whole number from {} to {}", range.start(), range.end());
        let number: T = self.parsed(key, &mend)?;
        if range.contains(&number) {
            return Some(number);
        }
        self.error(key, format!("{number} is out of range"), mend);
        None
    }

    fn unknown_in(&self, table: &Dict, prefix: &str, unknown: &mut Vec<String>) {
        for (name, value) in table {
            let path = if prefix.is_empty() {
                name.clone()
            } else {
                format!("{prefix}.{name}")
            };
            let section = format!("{path}.");
            if self.known.iter().any(|known| known.key == path) {
                continue;
            }
            match value {
                Value::Dict(_, inner)
                    if self.sections.contains(&path)
                        || self.known.iter().any(|known| known.key.starts_with(&section)) =>
                {
                    self.unknown_in(inner, &path, unknown);
                }
                _ => unknown.push(path),
            }
        }
    }

    /// The key that somebody may have meant: the same name in another section, else one that is few letters away.
    fn closest(&self, key: &str) -> Option<&str> {
        let name = |key: &str| key.rsplit('.').next().map(str::to_owned);
        let same_name = self.known.iter().find(|known| name(&known.key) == name(key));
        let near = || {
            self.known
                .iter()
                .map(|known| (distance(&known.key, key), known))
                .filter(|(distance, _)| *distance <= 3)
                .min_by_key(|(distance, _)| *distance)
                .map(|(_, known)| known)
        };
        same_name.or_else(near).map(|known| known.key.as_str())
    }
}

/// The key that a variable stands for.
pub(super) fn key_of(variable: &str) -> String {
    let path = variable.strip_prefix(PREFIX).unwrap_or(variable);
    path.to_lowercase().replace("__", ".")
}

/// A single value's text, which is what everything is parsed from.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(_, text) => Some(text.clone()),
        Value::Char(_, c) => Some(c.to_string()),
        Value::Bool(_, is) => Some(is.to_string()),
        Value::Num(_, Num::F32(number)) => Some(number.to_string()),
        Value::Num(_, Num::F64(number)) => Some(number.to_string()),
        Value::Num(_, number) => number
            .to_u128()
            .map(|number| number.to_string())
            .or_else(|| number.to_i128().map(|number| number.to_string())),
        Value::Empty(..) | Value::Dict(..) | Value::Array(..) => None,
    }
}

/// How many letters must be added, dropped or changed to get from one text to the other (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut next = vec![i + 1];
        for ((b, above), diagonal) in other.iter().zip(row.iter().skip(1)).zip(&row) {
            let left = next.last().copied().unwrap_or(0);
            next.push((diagonal + usize::from(a != *b)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}
