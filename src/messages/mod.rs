//! Every sentence that people read, by language, from the Fluent files in `messages/`. Not what programs read: codes
//! and log lines stand where they arise.
//!
//! # To add a sentence
//! Write it into the file of its face (`messages/en/*.ftl`) and say it with [`Texts::say`] or [`Texts::say_with`]; a test
//! holds identifiers in sources and files to each other. Counts use Fluent's selectors, never two sentences glued together.
//! What the widget says in the browser has an identifier that begins with `widget-`, and its plural forms are
//! attributes named after CLDR's categories, because there the browser chooses:
//! ```text
//! widget-too-long =
//!     .one = { $n } character too long
//!     .other = { $n } characters too long
//! ```

mod pseudo;

use std::borrow::Borrow;
use std::sync::{LazyLock, OnceLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use serde_json::{Map, Value};
use unic_langid::LanguageIdentifier;

/// What the sentences of English are read from, one file a face.
const ENGLISH: [&str; 8] = [
    include_str!("../../messages/en/comments.ftl"),
    include_str!("../../messages/en/widget.ftl"),
    include_str!("../../messages/en/site.ftl"),
    include_str!("../../messages/en/signin.ftl"),
    include_str!("../../messages/en/desk.ftl"),
    include_str!("../../messages/en/findings.ftl"),
    include_str!("../../messages/en/letters.ftl"),
    include_str!("../../messages/en/demo.ftl"),
];

/// What the widget's sentences begin with.
const WIDGET: &str = "widget-";

static LANGUAGES: LazyLock<[Texts; 2]> = LazyLock::new(|| {
    [
        Texts::new("en", Direction::Ltr, "en", &ENGLISH, None),
        // ICU's name for the pseudo-locale that is written from right to left. Nobody gets it without asking for it.
        Texts::new(pseudo::TAG, Direction::Rtl, "ar", &ENGLISH, Some(pseudo::bidi)),
    ]
});

/// The way a language is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From left to right.
    Ltr,
    /// From right to left.
    Rtl,
}

impl Direction {
    /// The value of HTML's `dir`.
    pub fn as_str(self) -> &'static str {
        match self {
            Direction::Ltr => "ltr",
            Direction::Rtl => "rtl",
        }
    }
}

/// Something that a sentence has a place for.
#[derive(Debug, Clone, Copy)]
pub enum Arg<'a> {
    /// A text, shown as it is.
    Text(&'a str),
    /// A count, by which plural forms are chosen.
    Count(i64),
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Arg::Text(text)
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Arg::Text(text)
    }
}

impl From<i64> for Arg<'_> {
    fn from(count: i64) -> Self {
        Arg::Count(count)
    }
}

impl From<usize> for Arg<'_> {
    fn from(count: usize) -> Self {
        Arg::Count(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

/// The sentences of one language.
pub struct Texts {
    lang: &'static str,
    direction: Direction,
    bundle: FluentBundle<FluentResource>,
    ids: Vec<&'static str>,
    widget: OnceLock<Value>,
}

/// The sentences in the language nearest to a BCP 47 tag: that one, else its language without region and script, else
/// English.
pub fn texts(lang: &str) -> &'static Texts {
    let [english, _pseudo] = &*LANGUAGES;
    let primary = lang.split('-').next().unwrap_or_default();
    let named = |tag: &str| {
        LANGUAGES
            .iter()
            .find(|texts| texts.lang.eq_ignore_ascii_case(tag))
    };
    named(lang).or_else(|| named(primary)).unwrap_or(english)
}

/// Every language that there are sentences in.
pub fn all() -> impl Iterator<Item = &'static Texts> {
    LANGUAGES.iter()
}

impl Texts {
    fn new(
        lang: &'static str,
        direction: Direction,
        plurals: &str,
        files: &[&'static str],
        transform: Option<fn(&str) -> std::borrow::Cow<'_, str>>,
    ) -> Self {
        let plurals: LanguageIdentifier = plurals.parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![plurals]);
        // Marks around what is filled in would show in letters' subjects; names stand in `<bdi>` where direction matters.
        bundle.set_use_isolating(false);
        bundle.set_transform(transform);
        let mut ids = Vec::new();
        for file in files {
            // What of a file is wrong is left out of the resource; a test sees to it that nothing is.
            let resource = match FluentResource::try_new((*file).to_owned()) {
                Ok(resource) | Err((resource, _)) => resource,
            };
            bundle.add_resource_overriding(resource);
            ids.extend(message_ids(file));
        }
        Self {
            lang,
            direction,
            bundle,
            ids,
            widget: OnceLock::new(),
        }
    }

    /// The language's BCP 47 tag.
    pub fn lang(&self) -> &'static str {
        self.lang
    }

    /// The way it is written.
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// Every identifier, in the order of the files.
    pub fn ids(&self) -> &[&'static str] {
        &self.ids
    }

    /// A sentence without places.
    pub fn say(&self, id: &str) -> String {
        self.say_with(id, &[])
    }

    /// A sentence about a count, whose place is `$n`.
    pub fn say_n(&self, id: &str, n: impl Borrow<i64>) -> String {
        self.say_with(id, &[("n", (*n.borrow()).into())])
    }

    /// A sentence with one place, which a text fills.
    pub fn say_text(&self, id: &str, name: &str, text: impl AsRef<str>) -> String {
        self.say_with(id, &[(name, text.as_ref().into())])
    }

    /// A day in words. `date` is a day as `2026-11-24`; another text is said as it stands.
    pub fn say_day(&self, date: impl AsRef<str>) -> String {
        let date = date.as_ref();
        let mut parts = date.splitn(3, '-');
        let (year, month, day) = (parts.next(), parts.next(), parts.next());
        let number = |part: Option<&str>| part.and_then(|part| part.parse::<i64>().ok());
        match (year, number(month), number(day)) {
            (Some(year), Some(month), Some(day)) => self.say_with(
                "comments-day",
                &[
                    ("year", year.into()),
                    ("month", month.into()),
                    ("day", day.into()),
                ],
            ),
            _ => date.to_owned(),
        }
    }

    /// A sentence with its places filled. An identifier that there is none of is said itself, so that a page shows what
    /// is wrong with it instead of failing.
    pub fn say_with(&self, id: &str, places: &[(&str, Arg<'_>)]) -> String {
        let mut args = FluentArgs::with_capacity(places.len());
        for (name, value) in places {
            match *value {
                Arg::Text(text) => args.set(*name, text),
                Arg::Count(count) => args.set(*name, FluentValue::from(count)),
            }
        }
        let pattern = self.bundle.get_message(id).and_then(|message| message.value());
        match pattern {
            // A place that nothing fills shows its name.
            Some(pattern) => self
                .bundle
                .format_pattern(pattern, Some(&args), &mut Vec::new())
                .into_owned(),
            None => id.to_owned(),
        }
    }

    /// The widget's sentences as a JSON object: by identifier without its beginning, a string, or an object of plural
    /// forms by CLDR category. Places are written `{$name}`. Put together once: every first part of a page carries it.
    pub fn widget(&self) -> &Value {
        self.widget.get_or_init(|| self.widget_sentences())
    }

    fn widget_sentences(&self) -> Value {
        let unfilled = |pattern| {
            let text = self.bundle.format_pattern(pattern, None, &mut Vec::new());
            Value::String(text.into_owned())
        };
        let mut sentences = Map::new();
        for id in &self.ids {
            let Some(name) = id.strip_prefix(WIDGET) else {
                continue;
            };
            let Some(message) = self.bundle.get_message(id) else {
                continue;
            };
            let value = match message.value() {
                Some(pattern) => unfilled(pattern),
                None => message
                    .attributes()
                    .map(|form| (form.id().to_owned(), unfilled(form.value())))
                    .collect::<Map<_, _>>()
                    .into(),
            };
            sentences.insert(name.to_owned(), value);
        }
        sentences.into()
    }
}

/// The identifiers that a Fluent file defines: what stands at the beginning of a line before ` =`.
fn message_ids(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().filter_map(|line| {
        let (id, _) = line.split_once(" =")?;
        let begins = id.starts_with(|c: char| c.is_ascii_lowercase());
        let goes_on = id
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        (begins && goes_on).then_some(id)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn days_are_said_in_words() {
        let english = texts("en");
        assert_eq!(english.say_day("2026-11-04"), "4 November 2026");
        assert_eq!(english.say_day("2027-01-31"), "31 January 2027");
        assert_eq!(english.say_day("soon"), "soon");
    }

    #[test]
    fn every_file_is_sound() {
        let mut seen = HashSet::new();
        for file in ENGLISH {
            if let Err((_, errors)) = FluentResource::try_new(file.to_owned()) {
                panic!("{errors:?}");
            }
            for id in message_ids(file) {
                assert!(seen.insert(id), "{id} is defined twice");
            }
        }
        for texts in all() {
            for id in texts.ids() {
                assert!(texts.bundle.has_message(id), "{} {id}", texts.lang);
            }
        }
    }

    #[test]
    fn the_nearest_language() {
        for (asked, found) in [
            ("en", "en"),
            ("EN-gb", "en"),
            ("ar-XB", "ar-XB"),
            ("ar", "en"),
            ("", "en"),
            ("gsw-CH", "en"),
        ] {
            assert_eq!(texts(asked).lang(), found, "{asked}");
        }
    }

    #[test]
    fn plural_forms_and_places() {
        let english = texts("en");
        assert_eq!(english.say_n("comments-heading", 1_i64), "1 comment");
        assert_eq!(english.say_n("comments-heading", 2_i64), "2 comments");
        assert_eq!(
            english.say_with("comments-in-reply-to", &[("name", "Ada <b>".into())]),
            "in reply to Ada <b>"
        );
        assert_eq!(english.say("no-such-sentence"), "no-such-sentence");
    }

    #[test]
    fn the_widget_chooses_its_forms_itself() {
        let sentences = texts("en").widget();
        assert_eq!(sentences["too-long"]["one"], "{$n} character too long");
        assert_eq!(sentences["too-long"]["other"], "{$n} characters too long");
        assert!(sentences["post"].is_string());
    }

    #[test]
    fn the_pseudo_locale_turns_everything_round() {
        let turned = texts("ar-XB");
        assert_eq!(turned.direction(), Direction::Rtl);
        assert_ne!(
            turned.say_n("comments-heading", 2_i64),
            texts("en").say_n("comments-heading", 2_i64)
        );
        assert!(turned.say_n("comments-heading", 2_i64).contains('2'));
    }
}
