//! What a finding says, as JSON in `findings.arguments`.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::domain::says::Says;

/// The sentence by its word, with what fills its places. Words and fields are never renamed: rows keep them.
#[derive(Serialize, Deserialize)]
#[serde(tag = "says", rename_all = "snake_case")]
enum SaysJson<'a> {
    NamesPerson {
        name: Cow<'a, str>,
        tier: Cow<'a, str>,
        sure: bool,
    },
    NameOnRegister,
    NameTaken,
    NoContact,
    FirstComment,
    AlwaysHeld,
    TooManyLinks {
        links: u32,
        allowed: u32,
    },
    OddSourceLink,
    ListedWord {
        word: Cow<'a, str>,
    },
    Repeat {
        times: u32,
        by_same: u32,
        hidden: u32,
    },
    CannotScreen {
        mostly: bool,
    },
    ScreenFailed {
        screen: Cow<'a, str>,
        why: Cow<'a, str>,
    },
}

/// The columns `message` and `arguments`: a sentence that was written before there were arguments keeps its own column.
/// Nothing where it cannot be written as JSON.
pub fn columns(says: &Says) -> Option<(String, Option<String>)> {
    let json = match says {
        Says::Written(sentence) => return Some((sentence.clone(), None)),
        Says::NamesPerson { name, tier, sure } => SaysJson::NamesPerson {
            name: name.into(),
            tier: tier.as_str().into(),
            sure: *sure,
        },
        Says::NameOnRegister => SaysJson::NameOnRegister,
        Says::NameTaken => SaysJson::NameTaken,
        Says::NoContact => SaysJson::NoContact,
        Says::FirstComment => SaysJson::FirstComment,
        Says::AlwaysHeld => SaysJson::AlwaysHeld,
        Says::TooManyLinks { links, allowed } => SaysJson::TooManyLinks {
            links: *links,
            allowed: *allowed,
        },
        Says::OddSourceLink => SaysJson::OddSourceLink,
        Says::ListedWord { word } => SaysJson::ListedWord { word: word.into() },
        Says::Repeat {
            times,
            by_same,
            hidden,
        } => SaysJson::Repeat {
            times: *times,
            by_same: *by_same,
            hidden: *hidden,
        },
        Says::CannotScreen { mostly } => SaysJson::CannotScreen { mostly: *mostly },
        Says::ScreenFailed { screen, why } => SaysJson::ScreenFailed {
            screen: screen.as_ref().into(),
            why: why.as_ref().into(),
        },
    };
    let arguments = serde_json::to_string(&json).ok()?;
    Some((String::new(), Some(arguments)))
}

/// What the columns say; nothing where `arguments` is not what this version knows.
pub fn of_columns(message: String, arguments: Option<&str>) -> Option<Says> {
    let Some(arguments) = arguments else {
        return Some(Says::Written(message));
    };
    Some(match serde_json::from_str(arguments).ok()? {
        SaysJson::NamesPerson { name, tier, sure } => Says::NamesPerson {
            name: name.into_owned(),
            tier: tier.parse().ok()?,
            sure,
        },
        SaysJson::NameOnRegister => Says::NameOnRegister,
        SaysJson::NameTaken => Says::NameTaken,
        SaysJson::NoContact => Says::NoContact,
        SaysJson::FirstComment => Says::FirstComment,
        SaysJson::AlwaysHeld => Says::AlwaysHeld,
        SaysJson::TooManyLinks { links, allowed } => Says::TooManyLinks { links, allowed },
        SaysJson::OddSourceLink => Says::OddSourceLink,
        SaysJson::ListedWord { word } => Says::ListedWord {
            word: word.into_owned(),
        },
        SaysJson::Repeat {
            times,
            by_same,
            hidden,
        } => Says::Repeat {
            times,
            by_same,
            hidden,
        },
        SaysJson::CannotScreen { mostly } => Says::CannotScreen { mostly },
        SaysJson::ScreenFailed { screen, why } => Says::ScreenFailed {
            screen: screen.into_owned().into(),
            why: why.into_owned().into(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::finding::Tier;

    #[test]
    fn what_is_said_comes_back() {
        for says in [
            Says::Written(String::from("Has 3 links.")),
            Says::NamesPerson {
                name: String::from("Nil \"N\" Walton"),
                tier: Tier::FuzzyFull,
                sure: true,
            },
            Says::NameOnRegister,
            Says::NameTaken,
            Says::NoContact,
            Says::FirstComment,
            Says::AlwaysHeld,
            Says::TooManyLinks { links: 3, allowed: 2 },
            Says::OddSourceLink,
            Says::ListedWord {
                word: String::from("\\bgossip\\b"),
            },
            Says::Repeat {
                times: 3,
                by_same: 1,
                hidden: 2,
            },
            Says::CannotScreen { mostly: true },
            Says::ScreenFailed {
                screen: "people".into(),
                why: "stopped".into(),
            },
        ] {
            let (message, arguments) = columns(&says).unwrap();
            assert_eq!(message.is_empty(), arguments.is_some(), "{says:?}");
            assert_eq!(of_columns(message, arguments.as_deref()), Some(says));
        }
        for unknown in [
            "",
            "{}",
            r#"{"says":"odd"}"#,
            r#"{"says":"names_person","name":"N","tier":"odd","sure":true}"#,
        ] {
            assert_eq!(of_columns(String::from("x"), Some(unknown)), None, "{unknown}");
        }
    }
}
