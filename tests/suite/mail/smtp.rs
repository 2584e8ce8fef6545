//! Letters through a real SMTP server: encryption, sign-in, refusals, and that what arrives is what was written.

use std::time::Duration;

use hustings::mail::{
    Accepted, Credentials, Delivery, Enhanced, Fault, Letter, Mailer, Security, SendError, SmtpSettings, Step,
};

use super::support::{address, message_id, parsed, settings, sign_in_code, unfolded};
use crate::support::mail_server::MailServer;

fn to_server(server: &MailServer, security: Security) -> SmtpSettings {
    SmtpSettings {
        host: "localhost".to_owned(),
        port: server.port,
        security,
        credentials: None,
        ca_file: (security != Security::None).then(|| server.ca_file()),
        timeout: Duration::from_secs(10),
        pool_size: 1,
    }
}

fn mailer(smtp: SmtpSettings) -> Mailer {
    Mailer::new(settings(Delivery::Smtp(smtp))).unwrap()
}

fn credentials(password: &str) -> Option<Credentials> {
    Some(Credentials {
        username: "comments".to_owned(),
        password: password.to_owned(),
    })
}

const SIGN_IN: [&str; 4] = ["--user", "comments", "--password", "a sécret: \"1\""];

fn send(mailer: &Mailer, to: &str, letter: &Letter) -> Result<Accepted, SendError> {
    mailer.send(&message_id(1), &address(to), letter)
}

fn fault(error: &SendError) -> (Step, Fault) {
    (error.answer().step, error.answer().fault)
}

#[test]
fn a_letter_arrives_as_it_was_written() {
    let server = MailServer::start(&[]);
    let mailer = mailer(to_server(&server, Security::None));
    // A line of the text begins with the name, and SMTP treats a dot there specially.
    for name in ["Ward News", "Bürgerforum Süd", ".", "..dots", "新聞の声"] {
        let letter = sign_in_code(name);
        let accepted = send(&mailer, "ann@example.org", &letter).unwrap();
        assert!(accepted.answer.starts_with("250 "), "{}", accepted.answer);
        let taken = server.next_letter();
        assert_eq!(taken.from.as_deref(), Some("comments@example.net"));
        assert_eq!(taken.to, ["ann@example.org"]);
        let message = parsed(taken.data.as_bytes());
        assert_eq!(
            message.subject(),
            Some(format!("Your sign-in code for {name}").as_str())
        );
        assert_eq!(message.body_text(0).unwrap().matches("1234 5678").count(), 1);
        assert!(
            unfolded(&message.body_text(0).unwrap()).contains(&format!("sign in to {name}. It works once"))
        );
        assert!(message.body_html(0).unwrap().contains("</html>"));
        assert_eq!(
            message.from().unwrap().first().unwrap().name.as_deref(),
            Some("Ward News")
        );
    }
}

#[test]
fn starttls_with_a_private_authority_and_a_sign_in() {
    let server = MailServer::start(&[&["--starttls"], &SIGN_IN[..]].concat());
    let mailer = mailer(SmtpSettings {
        credentials: credentials("a sécret: \"1\""),
        ..to_server(&server, Security::StartTls)
    });
    mailer.try_out().unwrap();
    for _ in 0..2 {
        send(&mailer, "ann@example.org", &sign_in_code("Ward News")).unwrap();
        assert_eq!(server.next_letter().to, ["ann@example.org"]);
    }
}

#[test]
fn tls_from_the_first_byte_with_a_private_authority_and_a_sign_in() {
    let server = MailServer::start(&[&["--tls"], &SIGN_IN[..]].concat());
    let mailer = mailer(SmtpSettings {
        credentials: credentials("a sécret: \"1\""),
        ..to_server(&server, Security::Tls)
    });
    mailer.try_out().unwrap();
    send(&mailer, "ann@example.org", &sign_in_code("Ward News")).unwrap();
    assert_eq!(server.next_letter().to, ["ann@example.org"]);
}

#[test]
fn a_wrong_password_is_ours_to_mend() {
    let server = MailServer::start(&[&["--starttls"], &SIGN_IN[..]].concat());
    let mailer = mailer(SmtpSettings {
        credentials: credentials("another"),
        ..to_server(&server, Security::StartTls)
    });
    let error = send(&mailer, "ann@example.org", &sign_in_code("Ward News")).unwrap_err();
    assert!(matches!(error, SendError::Permanent { .. }), "{error}");
    let (step, fault) = fault(&error);
    assert_eq!(step, Step::SignIn);
    assert!(matches!(fault, Fault::Reply { code: 535, .. }), "{fault}");
    let explanation = mailer.explain(&error);
    assert!(explanation.contains("check mail.smtp.username"), "{explanation}");
    assert!(!explanation.contains("another"), "{explanation}");
    assert!(server.has_no_more());
}

#[test]
fn a_missing_sign_in_is_ours_to_mend() {
    let server = MailServer::start(&SIGN_IN);
    let mailer = mailer(to_server(&server, Security::None));
    let error = send(&mailer, "ann@example.org", &sign_in_code("Ward News")).unwrap_err();
    assert!(matches!(error, SendError::Permanent { .. }), "{error}");
    let explanation = mailer.explain(&error);
    assert!(
        explanation.contains("set mail.smtp.username and mail.smtp.password"),
        "{explanation}"
    );
    assert!(server.has_no_more());
}

#[test]
fn certificates_are_checked() {
    for (option, security) in [("--starttls", Security::StartTls), ("--tls", Security::Tls)] {
        let server = MailServer::start(&[option]);
        let right = to_server(&server, security);
        let other_authority = MailServer::start(&["--tls"]);
        for (what, smtp) in [
            (
                "the public authorities",
                SmtpSettings {
                    ca_file: None,
                    ..right.clone()
                },
            ),
            (
                "another authority",
                SmtpSettings {
                    ca_file: Some(other_authority.ca_file()),
                    ..right.clone()
                },
            ),
            // The same address written so that no name of the certificate (localhost, 127.0.0.1) is it. A system without
            // IPv6 gets as far as not connecting.
            (
                "another name",
                SmtpSettings {
                    host: "::ffff:127.0.0.1".to_owned(),
                    ..right.clone()
                },
            ),
        ] {
            let mailer = mailer(smtp);
            let error = send(&mailer, "ann@example.org", &sign_in_code("Ward News")).unwrap_err();
            if what == "another name" && matches!(error, SendError::Temporary { .. }) {
                assert_eq!(error.answer().step, Step::Connect);
                continue;
            }
            assert!(matches!(error, SendError::Permanent { .. }), "{what}: {error}");
            assert_eq!(
                error.answer().fault,
                Fault::Certificate,
                "{what}: {}",
                error.answer().words()
            );
            assert!(mailer.explain(&error).contains("mail.smtp.ca_file"));
        }
        assert!(server.has_no_more());
        send(&mailer(right), "ann@example.org", &sign_in_code("Ward News")).unwrap();
    }
}

#[test]
fn the_wrong_kind_of_protection_sends_nothing() {
    let plain = MailServer::start(&[]);
    let error = send(
        &mailer(SmtpSettings {
            ca_file: None,
            ..to_server(&plain, Security::StartTls)
        }),
        "ann@example.org",
        &sign_in_code("Ward News"),
    );
    assert_eq!(fault(&error.unwrap_err()), (Step::StartTls, Fault::NoStartTls));
    let error = send(
        &mailer(SmtpSettings {
            ca_file: None,
            ..to_server(&plain, Security::Tls)
        }),
        "ann@example.org",
        &sign_in_code("Ward News"),
    );
    assert_eq!(fault(&error.unwrap_err()), (Step::Connect, Fault::Tls));
    assert!(plain.has_no_more());

    // A server for TLS waits silently for it to begin.
    let tls = MailServer::start(&["--tls"]);
    let impatient = SmtpSettings {
        timeout: Duration::from_millis(500),
        ..to_server(&tls, Security::None)
    };
    let error = send(&mailer(impatient), "ann@example.org", &sign_in_code("Ward News")).unwrap_err();
    assert_eq!(fault(&error), (Step::Connect, Fault::Timeout));

    // Without STARTTLS this server takes nothing, and says so at the sender.
    let starttls = MailServer::start(&["--starttls"]);
    let mailer = mailer(to_server(&starttls, Security::None));
    let error = send(&mailer, "ann@example.org", &sign_in_code("Ward News")).unwrap_err();
    assert!(matches!(error, SendError::Permanent { .. }), "{error}");
    assert!(starttls.has_no_more());
}

#[test]
fn a_refused_receiver_is_told_apart_and_others_go_through() {
    let server = MailServer::start(&["--refuse", "gone@example.org"]);
    let mailer = mailer(to_server(&server, Security::None));
    let error = send(&mailer, "gone@example.org", &sign_in_code("Ward News")).unwrap_err();
    assert!(matches!(error, SendError::PermanentAddress { .. }), "{error}");
    let enhanced = Some(Enhanced {
        class: 5,
        subject: 1,
        detail: 1,
    });
    assert_eq!(
        fault(&error),
        (Step::Recipient, Fault::Reply { code: 550, enhanced })
    );
    send(&mailer, "ann@example.org", &sign_in_code("Ward News")).unwrap();
    assert_eq!(server.next_letter().to, ["ann@example.org"]);
}

#[test]
fn a_deferred_letter_goes_through_later_as_the_same_letter() {
    let server = MailServer::start(&["--defer", "2"]);
    let mailer = mailer(to_server(&server, Security::None));
    let try_it = || send(&mailer, "ann@example.org", &sign_in_code("Ward News"));
    for _ in 0..2 {
        let error = try_it().unwrap_err();
        assert!(matches!(error, SendError::Temporary { .. }), "{error}");
        assert_eq!(error.answer().step, Step::Text);
    }
    try_it().unwrap();
    let first = server.next_letter();
    try_it().unwrap();
    let again = server.next_letter();
    assert_eq!(first.data, again.data);
}

#[test]
fn a_server_that_comes_back_is_found_again() {
    let server = MailServer::start(&[]);
    let port = server.port;
    let mailer = mailer(to_server(&server, Security::None));
    let try_it = || send(&mailer, "ann@example.org", &sign_in_code("Ward News"));
    try_it().unwrap();
    drop(server);
    let error = try_it().unwrap_err();
    assert!(
        matches!(&error, SendError::Temporary { answer } if answer.fault == Fault::Unreachable),
        "{error}"
    );
    let server = MailServer::start(&[&port.to_string()]);
    try_it().unwrap();
    assert_eq!(server.next_letter().to, ["ann@example.org"]);
}
