//! Letters and settings that the tests of mail share.

use std::time::Duration;

use hustings::domain::clock::Micros;
use hustings::domain::id::JobId;
use hustings::domain::rng::SeededRng;
use hustings::domain::text::EmailAddress;
use hustings::mail::{Delivery, Letter, Line, MessageId, Settings, SignInCode};
use mail_parser::{Message, MessageParser};

/// 22 November 2026, 10:00:00 UTC.
pub const WRITTEN_AT: Micros = Micros::from_i64(1_795_341_600_000_000);

/// A letter with the code 1234 5678 for a site of this name.
pub fn sign_in_code(site_name: &str) -> Letter {
    Letter::SignInCode(SignInCode {
        lang: String::from("en"),
        site_name: Line::of(site_name),
        code: "12345678".parse().unwrap(),
        asked_on: "https://blog.example.org".parse().unwrap(),
        valid_for: Duration::from_secs(600),
        stop_url: "https://comments.example.net/stop?t=aGVsbG8&x=1#now"
            .parse()
            .unwrap(),
    })
}

/// The name of a letter, another one for each seed.
pub fn message_id(seed: u64) -> MessageId {
    MessageId::new(JobId::new(WRITTEN_AT, &SeededRng::new(seed)), WRITTEN_AT)
}

/// A text on one line: where it is folded does not matter.
pub fn unfolded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

/// Reads a letter with another MIME parser than the one that wrote it.
pub fn parsed(bytes: &[u8]) -> Message<'_> {
    MessageParser::default().parse(bytes).unwrap()
}

/// Settings of a server at `https://comments.example.net` that delivers so.
pub fn settings(delivery: Delivery) -> Settings {
    Settings {
        public_host: "comments.example.net".to_owned(),
        from_name: Some(Line::of("Ward News")),
        from_address: address("comments@example.net"),
        delivery,
    }
}
