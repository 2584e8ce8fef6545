//! What stands where in what a provider says of somebody: texts, ids, addresses. Whether an address counts as proven is for
//! each provider to say.

use serde_json::Value;
use url::Url;

use super::{OutsideEmail, ProviderError, Result};
use crate::domain::text::EmailAddress;

/// Characters of a name at most: more is no name.
const NAME: usize = 200;
/// Bytes of an id at most. OpenID allows 255; one of Mastodon's is an address.
const SUBJECT: usize = 1024;
/// Bytes of the address of a picture at most.
const AVATAR: usize = 2048;

/// A text or a whole number; nothing where it is empty or controls stand in it.
pub(super) fn text(value: &Value, pointer: &str) -> Option<String> {
    let text = match value.pointer(pointer)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
        _ => return None,
    };
    (!text.is_empty() && !text.chars().any(char::is_control)).then_some(text)
}

/// True or false, also where it is written as a text.
pub(super) fn flag(value: &Value, pointer: &str) -> Option<bool> {
    match value.pointer(pointer)? {
        Value::Bool(is) => Some(*is),
        Value::String(text) if text == "true" => Some(true),
        Value::String(text) if text == "false" => Some(false),
        _ => None,
    }
}

/// The first name of several that is given, and short enough to be one.
pub(super) fn name(value: &Value, pointers: &[&str]) -> Option<String> {
    pointers
        .iter()
        .filter_map(|pointer| text(value, pointer))
        .find(|name| name.chars().count() <= NAME)
}

/// An id.
pub(super) fn subject(value: &Value, pointer: &str) -> Result<String> {
    text(value, pointer)
        .filter(|id| id.len() <= SUBJECT && id != "0")
        .ok_or(ProviderError::answer("id"))
}

/// The address of a picture, where it is one.
pub(super) fn avatar(address: Option<String>) -> Option<Url> {
    let url = Url::parse(&address.filter(|text| text.len() <= AVATAR)?).ok()?;
    (url.scheme() == "https" && url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// An address, where it is one.
pub(super) fn email(address: Option<String>, proven: bool) -> Option<OutsideEmail> {
    let address = EmailAddress::parse(&address?).ok()?;
    Some(OutsideEmail { address, proven })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_flags_and_ids() {
        let value = json!({
            "id": 12_345_678_901_234_567_890_u64, "name": " Mira ", "empty": " ", "null": null, "bell": "a\u{7}b",
            "yes": "true", "no": false, "half": 0.5, "one": 1, "zero": 0, "long": "x".repeat(1025),
        });
        assert_eq!(subject(&value, "/id").unwrap(), "12345678901234567890");
        assert_eq!(
            name(&value, &["/none", "/empty", "/long", "/name"]).unwrap(),
            "Mira"
        );
        for none in ["/empty", "/null", "/none", "/bell", "/half", "/no"] {
            assert_eq!(text(&value, none), None, "{none}");
        }
        for none in ["/empty", "/zero", "/long", "/none"] {
            assert_eq!(subject(&value, none), Err(ProviderError::answer("id")), "{none}");
        }
        assert_eq!(flag(&value, "/yes"), Some(true));
        assert_eq!(flag(&value, "/no"), Some(false));
        assert_eq!(flag(&value, "/one"), None);
    }

    #[test]
    fn pictures_have_plain_https_addresses() {
        let read = |text: &str| avatar(Some(text.to_owned())).map(String::from);
        let good = "https://cdn.example.org/a.png";
        assert_eq!(read(good).as_deref(), Some(good));
        for bad in [
            "http://cdn.example.org/a.png",
            "https://mira@cdn.example.org/a.png",
            "data:image/png;base64,AA",
            "a.png",
            &format!("https://cdn.example.org/{}", "a".repeat(2048)),
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
