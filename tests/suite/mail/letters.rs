//! What letters say and how they are encoded, read back by another MIME parser.

use std::time::Duration;

use hustings::domain::clock::Micros;
use hustings::domain::id::JobId;
use hustings::domain::rng::SeededRng;
use hustings::mail::{Letter, Line, Mailer, MessageId, Probe, SendError, SentLetter, SignInCode};
use mail_parser::Address;
use proptest::prelude::*;

use super::support::{WRITTEN_AT, address, message_id, parsed, sign_in_code, unfolded};

/// The letter as it leaves.
fn sent(letter: &Letter) -> SentLetter {
    let (mailer, outbox) = Mailer::memory();
    mailer
        .send(&message_id(1), &address("ann@example.org"), letter)
        .unwrap();
    outbox.drain().remove(0)
}

/// What the docs tell programs to look for: the first run of eight digits, a space or hyphen after the fourth allowed.
fn first_code(text: &str) -> Option<String> {
    let pattern = regex::Regex::new(r"\b([0-9]{4})[ -]?([0-9]{4})\b").unwrap();
    let found = pattern.captures(text)?;
    Some(format!("{}{}", &found[1], &found[2]))
}

fn header_names(bytes: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(bytes).unwrap();
    let head = text.split_once("\r\n\r\n").unwrap().0;
    head.split("\r\n")
        .filter(|line| !line.starts_with([' ', '\t']))
        .map(|line| line.split_once(':').unwrap().0.to_owned())
        .collect()
}

const EVERY_HEADER: [&str; 9] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
];

#[test]
fn a_sign_in_code_says_what_it_is_for() {
    let letter = sent(&sign_in_code("Ward News"));
    let message = parsed(&letter.bytes);
    assert_eq!(message.subject(), Some("Your sign-in code for Ward News"));
    assert_eq!(
        message.body_text(0).unwrap().replace("\r\n", "\n"),
        "\
Your sign-in code: 1234 5678

Type it on blog.example.org, where somebody asked to sign in to Ward
News. It works once, for 10 minutes.

If that was not you, ignore this email: without the code, nobody can
sign in with your address. Never give the code to anyone, whoever asks
for it.

Never email me again:
https://comments.example.net/stop?t=aGVsbG8&x=1#now"
    );
    let html = message.body_html(0).unwrap();
    for part in [
        "<html lang=\"en\" dir=\"ltr\">",
        "1234 5678",
        "blog.example.org",
        "sign in to Ward News.",
        "10 minutes",
        "color-scheme: light dark",
        "href=\"https://comments.example.net/stop?t=aGVsbG8&#38;x=1#now\"",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
}

#[test]
fn nothing_in_a_letter_is_fetched_or_tracked() {
    let probe = Letter::Probe(Probe {
        public_url: "https://comments.example.net/".parse().unwrap(),
    });
    for letter in [sign_in_code("Ward News"), probe] {
        let letter = sent(&letter);
        let html = letter.html.to_ascii_lowercase();
        for part in [
            "<img",
            "src=",
            "url(",
            "<link",
            "@import",
            "<script",
            "<iframe",
            "http-equiv",
        ] {
            assert!(!html.contains(part), "{part} in {html}");
        }
    }
}

#[test]
fn a_probe_names_the_server() {
    let letter = sent(&Letter::Probe(Probe {
        public_url: "https://comments.example.net/".parse().unwrap(),
    }));
    let message = parsed(&letter.bytes);
    assert_eq!(message.subject(), Some("Email from comments.example.net works"));
    assert!(
        message
            .body_text(0)
            .unwrap()
            .contains("https://comments.example.net/")
    );
    assert!(
        message
            .body_html(0)
            .unwrap()
            .contains("https://comments.example.net/")
    );
}

#[test]
fn the_headers_are_these_and_no_others() {
    let letter = sent(&sign_in_code("Ward News"));
    let message = parsed(&letter.bytes);
    assert_eq!(header_names(&letter.bytes), EVERY_HEADER);
    assert_eq!(
        message.header_raw("Auto-Submitted").unwrap().trim(),
        "auto-generated"
    );
    assert_eq!(message.date().unwrap().to_rfc3339(), "2026-11-22T10:00:00Z");
    let id = message.message_id().unwrap();
    assert_eq!(
        id,
        format!("sign-in-code-{}@comments.example.org", message_id(1).as_str())
    );
    let Some(Address::List(to)) = message.to() else {
        panic!("one receiver")
    };
    assert_eq!(to.len(), 1);
    assert_eq!(to[0].address.as_deref(), Some("ann@example.org"));

    let content_type = message.header_raw("Content-Type").unwrap();
    assert!(
        content_type.trim().starts_with("multipart/alternative"),
        "{content_type}"
    );
    let kinds: Vec<_> = message.parts[1..]
        .iter()
        .map(|part| {
            let kind = part
                .headers
                .iter()
                .find(|h| h.name.as_str() == "Content-Type")
                .unwrap();
            let kind = kind.value.as_content_type().unwrap();
            format!(
                "{}/{}",
                kind.c_type,
                kind.c_subtype.as_deref().unwrap_or_default()
            )
        })
        .collect();
    assert_eq!(kinds, ["text/plain", "text/html"]);
}

#[test]
fn each_try_has_the_same_bytes_and_each_letter_its_own_id() {
    let (mailer, outbox) = Mailer::memory();
    let to = address("ann@example.org");
    for seed in [1, 1, 2] {
        mailer
            .send(&message_id(seed), &to, &sign_in_code("Ward News"))
            .unwrap();
    }
    let letters = outbox.drain();
    assert_eq!(letters[0].bytes, letters[1].bytes);
    assert_ne!(letters[0].bytes, letters[2].bytes);
    assert_ne!(
        parsed(&letters[0].bytes).message_id(),
        parsed(&letters[2].bytes).message_id()
    );
}

#[test]
fn the_code_is_the_first_eight_digits_of_the_plain_text() {
    let letter = Letter::SignInCode(SignInCode {
        lang: String::from("en"),
        site_name: Line::of("87654321 News 8765-4321"),
        code: "00420042".parse().unwrap(),
        asked_on: "https://11112222.example.org:44443".parse().unwrap(),
        valid_for: Duration::from_secs(90),
        stop_url: "https://comments.example.net/stop/99998888".parse().unwrap(),
    });
    let letter = sent(&letter);
    let message = parsed(&letter.bytes);
    let text = message.body_text(0).unwrap();
    assert_eq!(first_code(&text).as_deref(), Some("00420042"));
    assert!(text.contains("11112222.example.org:44443"), "{text}");
    assert!(text.contains("works once, for 1 minute"), "{text}");
    assert!(!letter.subject.contains("0042"), "{}", letter.subject);
    assert!("1234567".parse::<hustings::mail::EightDigits>().is_err());
    assert!("1234567x".parse::<hustings::mail::EightDigits>().is_err());
    assert!("١٢٣٤٥٦٧٨".parse::<hustings::mail::EightDigits>().is_err());
}

#[test]
fn a_code_is_good_for_whole_minutes_and_at_least_one() {
    for (seconds, said) in [
        (600, "10 minutes."),
        (119, "1 minute."),
        (20, "1 minute."),
        (1800, "30 minutes."),
    ] {
        let Letter::SignInCode(mut letter) = sign_in_code("Ward News") else {
            unreachable!("it is a sign-in code")
        };
        letter.valid_for = Duration::from_secs(seconds);
        let letter = sent(&Letter::SignInCode(letter));
        assert!(
            letter.text.contains(&format!("works once, for {said}")),
            "{}",
            letter.text
        );
        assert!(
            letter.html.contains(&format!("works once, for {said}")),
            "{}",
            letter.html
        );
    }
}

#[test]
fn names_of_sites_are_text_and_nothing_else() {
    let letter = sent(&sign_in_code(
        "News\r\nBcc: all@example.org\r\n\r\n<script>alert(1)</script>\0 \"& 'x' {{ words.code }}",
    ));
    let message = parsed(&letter.bytes);
    assert_eq!(header_names(&letter.bytes), EVERY_HEADER);
    assert_eq!(
        message.subject(),
        Some(
            "Your sign-in code for News Bcc: all@example.org <script>alert(1)</script> \"& 'x' {{ words.code }}"
        )
    );
    let html = message.body_html(0).unwrap();
    assert!(!html.contains("<script>"), "{html}");
    assert!(
        html.contains("&#60;script&#62;alert(1)&#60;/script&#62;"),
        "{html}"
    );
    assert!(html.contains("{{ words.code }}"), "{html}");
}

#[test]
fn names_in_any_script_arrive() {
    for name in [
        "Bürgerforum Süd",
        "新聞の声",
        "צפון העיר",
        "Ὁ Δῆμος",
        "🗳️ Wahlkreis",
        "x".repeat(118).as_str(),
        "ü".repeat(90).as_str(),
    ] {
        let letter = sent(&sign_in_code(name));
        let message = parsed(&letter.bytes);
        let subject = message.subject().unwrap();
        // The subject is a line too and is cut as one.
        assert!(
            subject == format!("Your sign-in code for {name}") || subject.ends_with('…'),
            "{subject}"
        );
        assert!(unfolded(&message.body_text(0).unwrap()).contains(name), "{name}");
        assert!(message.body_html(0).unwrap().contains(name), "{name}");
        assert_eq!(
            first_code(&message.body_text(0).unwrap()).as_deref(),
            Some("12345678")
        );
    }
}

#[test]
fn a_letter_needs_no_extension_of_the_server() {
    for name in ["Ward News", "Bürgerforum Süd", "新聞の声"] {
        let mut letter = sign_in_code(name);
        if let Letter::SignInCode(letter) = &mut letter {
            letter.stop_url = format!("https://comments.example.net/stop?t={}", "a".repeat(3000))
                .parse()
                .unwrap();
        }
        let letter = sent(&letter);
        assert!(letter.bytes.is_ascii(), "8BITMIME would be needed");
        let text = std::str::from_utf8(&letter.bytes).unwrap();
        for line in text.split("\r\n") {
            assert!(line.len() <= 998, "{} bytes", line.len());
            assert!(!line.contains(['\r', '\n']), "a bare CR or LF");
        }
        // The long address survives its soft line breaks.
        let message = parsed(&letter.bytes);
        assert!(message.body_text(0).unwrap().contains(&"a".repeat(3000)));
    }
}

#[test]
fn odd_times_make_a_date() {
    let (mailer, outbox) = Mailer::memory();
    for (micros, date) in [
        (i64::MIN, "1970-01-01T00:00:00Z"),
        (0, "1970-01-01T00:00:00Z"),
        (i64::MAX, "9999-12-31T23:59:59Z"),
    ] {
        let id = MessageId::new(
            JobId::new(WRITTEN_AT, &SeededRng::new(1)),
            Micros::from_i64(micros),
        );
        mailer
            .send(&id, &address("ann@example.org"), &sign_in_code("Ward News"))
            .unwrap();
        let letter = outbox.drain().remove(0);
        assert_eq!(parsed(&letter.bytes).date().unwrap().to_rfc3339(), date);
    }
}

#[test]
fn the_outbox_keeps_letters_and_answers_as_told() {
    let (mailer, outbox) = Mailer::memory();
    let (id, to, letter) = (
        message_id(1),
        address("ann@example.org"),
        sign_in_code("Ward News"),
    );
    outbox.refuse_next(451, "4.3.0 later");
    outbox.refuse_next(550, "5.1.1 no such user");
    let send = || mailer.send(&id, &to, &letter);
    assert!(matches!(send(), Err(SendError::Temporary { .. })));
    assert!(matches!(send(), Err(SendError::PermanentAddress { .. })));
    assert!(outbox.letters().is_empty());
    send().unwrap();
    let kept = outbox.drain();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].to, "ann@example.org");
    assert_eq!(kept[0].id, id.as_str());
    assert!(outbox.letters().is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever a site is called: the same nine headers, and the code first.
    #[test]
    fn no_name_changes_a_letters_shape(name in any::<String>()) {
        let letter = sent(&sign_in_code(&name));
        prop_assert_eq!(header_names(&letter.bytes), EVERY_HEADER);
        let message = parsed(&letter.bytes);
        prop_assert_eq!(message.parts.len(), 3);
        let text = message.body_text(0).unwrap();
        prop_assert_eq!(first_code(&text), Some("12345678".to_owned()));
        prop_assert!(unfolded(&text).contains(Line::of(&name).as_str()));
        prop_assert_eq!(message.body_html(0).unwrap().matches("<p ").count(), 5);
    }
}
