//! Settings of the mailer: what they do to letters, and which cannot work.

use std::time::Duration;

use hustings::mail::{Credentials, Delivery, Line, Mailer, Security, Settings, SettingsError, SmtpSettings};

use super::support::{address, message_id, parsed, settings, sign_in_code};

/// The `From` and `Message-ID` of a letter written with these settings.
fn from_and_id(settings: Settings) -> Result<(String, String, String), SettingsError> {
    let home = tempfile::tempdir().unwrap();
    let mailer = Mailer::new(Settings {
        delivery: Delivery::File {
            directory: home.path().to_owned(),
        },
        ..settings
    })?;
    let id = message_id(1);
    mailer
        .send(&id, &address("ann@example.org"), &sign_in_code("Ward News"))
        .unwrap();
    let bytes = std::fs::read(home.path().join(format!("{}.eml", id.as_str()))).unwrap();
    let message = parsed(&bytes);
    let from = message.from().unwrap().first().unwrap();
    Ok((
        from.name.clone().unwrap_or_default().into_owned(),
        from.address.clone().unwrap_or_default().into_owned(),
        message.message_id().unwrap().to_owned(),
    ))
}

fn anywhere() -> Settings {
    settings(Delivery::File {
        directory: "unused".into(),
    })
}

#[test]
fn from_is_an_address_with_or_without_a_name() {
    for (written, shown) in [
        (None, ""),
        (Some(""), ""),
        (Some("Ward News"), "Ward News"),
        (
            Some("News, \"Ward\" <x@example.org>"),
            "News, \"Ward\" <x@example.org>",
        ),
        (Some("Bürgerforum Süd"), "Bürgerforum Süd"),
        (Some("News\r\nBcc: b@example.org"), "News Bcc: b@example.org"),
    ] {
        let settings = Settings {
            from_name: written.map(Line::of),
            ..anywhere()
        };
        let (name, address, _id) = from_and_id(settings).unwrap();
        assert_eq!(
            (name.as_str(), address.as_str()),
            (shown, "comments@example.net"),
            "{written:?}"
        );
    }
}

#[test]
fn the_message_id_carries_the_public_host() {
    for (host, right_side) in [
        ("comments.example.net", "comments.example.net"),
        ("localhost", "localhost"),
        ("127.0.0.1", "[127.0.0.1]"),
        ("[::1]", "[IPv6:::1]"),
    ] {
        let settings = Settings {
            public_host: host.to_owned(),
            ..anywhere()
        };
        let (_name, _address, id) = from_and_id(settings).unwrap();
        assert!(id.ends_with(&format!("@{right_side}")), "{id}");
    }
    for host in [
        "",
        "a b",
        "example.org\r\nMAIL FROM:<x@example.org>",
        "example.org/x",
    ] {
        let settings = Settings {
            public_host: host.to_owned(),
            ..anywhere()
        };
        assert!(
            matches!(
                from_and_id(settings),
                Err(SettingsError::Value {
                    key: "server.public_url",
                    ..
                })
            ),
            "{host:?}"
        );
    }
}

fn smtp() -> SmtpSettings {
    SmtpSettings {
        host: "mail.example.net".to_owned(),
        port: 587,
        security: Security::StartTls,
        credentials: Some(Credentials {
            username: "comments".to_owned(),
            password: "a secret".to_owned(),
        }),
        ca_file: None,
        timeout: Duration::from_secs(5),
        pool_size: 2,
    }
}

fn smtp_error(smtp: SmtpSettings) -> Option<String> {
    let made = Mailer::new(settings(Delivery::Smtp(smtp)));
    made.err().map(|error| error.to_string())
}

#[test]
fn settings_that_cannot_work_are_refused_with_their_key() {
    assert_eq!(smtp_error(smtp()), None);
    let credentials = |username: &str, password: &str| {
        Some(Credentials {
            username: username.to_owned(),
            password: password.to_owned(),
        })
    };
    let home = tempfile::tempdir().unwrap();
    let no_certificate = home.path().join("ca.pem");
    std::fs::write(&no_certificate, "not a certificate").unwrap();
    let broken_certificate = home.path().join("broken.pem");
    std::fs::write(
        &broken_certificate,
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    )
    .unwrap();
    for (settings, key) in [
        (
            SmtpSettings {
                host: String::new(),
                ..smtp()
            },
            "mail.smtp.host",
        ),
        (
            SmtpSettings {
                host: "mail.example.net:587".to_owned(),
                ..smtp()
            },
            "mail.smtp.host",
        ),
        (
            SmtpSettings {
                host: "https://mail.example.net".to_owned(),
                ..smtp()
            },
            "mail.smtp.host",
        ),
        (SmtpSettings { port: 0, ..smtp() }, "mail.smtp.port"),
        (
            SmtpSettings {
                timeout: Duration::ZERO,
                ..smtp()
            },
            "mail.smtp.timeout_seconds",
        ),
        (
            SmtpSettings {
                credentials: credentials("", "x"),
                ..smtp()
            },
            "mail.smtp.username",
        ),
        (
            SmtpSettings {
                credentials: credentials("x", ""),
                ..smtp()
            },
            "mail.smtp.password",
        ),
        (
            SmtpSettings {
                credentials: credentials("x", "a\0b"),
                ..smtp()
            },
            "mail.smtp.password",
        ),
        (
            SmtpSettings {
                ca_file: Some(no_certificate),
                ..smtp()
            },
            "mail.smtp.ca_file",
        ),
        (
            SmtpSettings {
                ca_file: Some(broken_certificate),
                ..smtp()
            },
            "mail.smtp.ca_file",
        ),
        (
            SmtpSettings {
                ca_file: Some(home.path().join("missing")),
                ..smtp()
            },
            "mail.smtp.ca_file",
        ),
    ] {
        let error = smtp_error(settings.clone());
        assert!(
            error.as_ref().is_some_and(|e| e.contains(key)),
            "{settings:?}: {error:?}"
        );
    }
    assert!(!format!("{:?}", smtp()).contains("a secret"));
}
