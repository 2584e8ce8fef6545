//! What each answer of an SMTP server, and each way it breaks down, means to the sender of a letter.

use std::time::{Duration, Instant};

use hustings::mail::{
    Accepted, Credentials, Delivery, Fault, Mailer, Security, SendError, SmtpSettings, Step,
};

use super::scripted::Act::{HangUp, Say, StaySilent};
use super::scripted::{Script, Server};
use super::support::{address, message_id, settings, sign_in_code};

fn to_port(port: u16) -> SmtpSettings {
    SmtpSettings {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::None,
        credentials: None,
        ca_file: None,
        timeout: Duration::from_millis(400),
        pool_size: 1,
    }
}

fn mailer(smtp: SmtpSettings) -> Mailer {
    Mailer::new(settings(Delivery::Smtp(smtp))).unwrap()
}

fn send(mailer: &Mailer, seed: u64) -> Result<Accepted, SendError> {
    let letter = sign_in_code("Ward News");
    mailer.send(&message_id(seed), &address("ann@example.org"), &letter)
}

/// One letter to a server of this script: the error and its explanation.
fn refusal(script: Script) -> (SendError, String) {
    let server = Server::start(script);
    let mailer = mailer(to_port(server.port));
    let error = send(&mailer, 1).unwrap_err();
    let explanation = mailer.explain(&error);
    (error, explanation)
}

#[test]
fn a_letter_is_taken_when_the_server_says_so_after_its_text() {
    let server = Server::start(vec![]);
    let accepted = send(&mailer(to_port(server.port)), 1).unwrap();
    assert_eq!(accepted.answer, "250 2.0.0 queued as A1");
    assert_eq!(
        server.heard()[..6],
        [
            "connect",
            "EHLO comments.example.net",
            "MAIL FROM:<comments@example.net>",
            "RCPT TO:<ann@example.org>",
            "DATA",
            "."
        ]
    );
}

#[test]
fn each_refusal_is_of_its_kind_and_explained() {
    let kind = |error: &SendError| match error {
        SendError::Temporary { .. } => "temporary",
        SendError::PermanentAddress { .. } => "address",
        SendError::Permanent { .. } => "permanent",
    };
    for (at, reply, expected, step, mend) in [
        (
            "connect",
            "554 5.7.1 no",
            "permanent",
            Step::Connect,
            "the server and port that your mail provider gives",
        ),
        (
            "connect",
            "421 busy",
            "temporary",
            Step::Connect,
            "takes no connections from here just now",
        ),
        (
            "MAIL",
            "553 5.7.1 not your address",
            "permanent",
            Step::Sender,
            "refuses the sender address comments@example.net: set mail.from",
        ),
        (
            "MAIL",
            "530 5.7.0 Authentication required",
            "permanent",
            Step::Sender,
            "set mail.smtp.username",
        ),
        (
            "MAIL",
            "451 4.3.0 later",
            "temporary",
            Step::Sender,
            "puts the letter off",
        ),
        (
            "RCPT",
            "550 5.1.1 <ann@example.org> unknown",
            "address",
            Step::Recipient,
            "check how it is written",
        ),
        (
            "RCPT",
            "554 5.7.1 Relay access denied",
            "permanent",
            Step::Recipient,
            "does not send letters for us",
        ),
        (
            "RCPT",
            "450 4.2.0 greylisted",
            "temporary",
            Step::Recipient,
            "tried again by itself",
        ),
        (
            "DATA",
            "554 5.5.1 no valid recipients",
            "permanent",
            Step::Data,
            "refuses the letter itself",
        ),
        (
            ".",
            "554 5.7.1 spam",
            "permanent",
            Step::Text,
            "SPF, DKIM and DMARC",
        ),
        (
            ".",
            "550-5.1.1 no such\r\n550 5.1.1 user",
            "address",
            Step::Text,
            "check how it is written",
        ),
        (
            ".",
            "452 4.3.1 disk full",
            "temporary",
            Step::Text,
            "puts the letter off",
        ),
    ] {
        let (error, explanation) = refusal(vec![(at, Say(reply))]);
        assert_eq!(
            (kind(&error), error.answer().step),
            (expected, step),
            "{at} {reply}"
        );
        assert!(explanation.contains(mend), "{at} {reply}: {explanation}");
        let code = &reply[..3];
        assert!(
            explanation.contains(&format!("In its own words: {code} ")),
            "{explanation}"
        );
        assert!(!format!("{error} {error:?}").contains("ann@"), "{error}");
    }
}

#[test]
fn each_breakdown_is_temporary_and_explained() {
    for (at, act, step, fault, mend) in [
        (
            "connect",
            StaySilent,
            Step::Connect,
            Fault::Timeout,
            "did not answer in time",
        ),
        (
            "RCPT",
            StaySilent,
            Step::Recipient,
            Fault::Timeout,
            "mail.smtp.timeout_seconds",
        ),
        (
            "connect",
            HangUp,
            Step::Connect,
            Fault::Lost,
            "broke the connection off",
        ),
        (
            "MAIL",
            HangUp,
            Step::Sender,
            Fault::Lost,
            "broke the connection off",
        ),
        (".", HangUp, Step::Text, Fault::Lost, "broke the connection off"),
        (
            "connect",
            Say("HTTP/1.1 400 Bad Request"),
            Step::Connect,
            Fault::NotSmtp,
            "does not speak SMTP",
        ),
    ] {
        let begun = Instant::now();
        let (error, explanation) = refusal(vec![(at, act)]);
        assert!(matches!(error, SendError::Temporary { .. }), "{at}: {error}");
        assert_eq!((error.answer().step, error.answer().fault), (step, fault), "{at}");
        assert!(explanation.contains(mend), "{at}: {explanation}");
        assert!(
            begun.elapsed() < Duration::from_secs(5),
            "{at}: {:?}",
            begun.elapsed()
        );
    }
}

#[test]
fn a_server_that_is_down_or_unknown_is_temporary() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let down = mailer(to_port(port));
    let error = send(&down, 1).unwrap_err();
    assert!(
        matches!(&error, SendError::Temporary { answer } if answer.fault == Fault::Unreachable),
        "{error}"
    );
    assert!(
        down.explain(&error)
            .contains("check mail.smtp.host and mail.smtp.port")
    );
    assert_eq!(down.try_out().unwrap_err().answer().fault, Fault::Unreachable);

    // `.invalid` is never a name (RFC 2606).
    let unknown = mailer(SmtpSettings {
        host: "mail.invalid".to_owned(),
        ..to_port(port)
    });
    let error = send(&unknown, 1).unwrap_err();
    assert!(
        matches!(&error, SendError::Temporary { answer } if answer.fault == Fault::UnknownHost),
        "{error}"
    );
}

#[test]
fn nothing_goes_in_clear_where_starttls_is_asked_for_and_not_offered() {
    let server = Server::start(vec![]);
    let smtp = SmtpSettings {
        security: Security::StartTls,
        credentials: Some(Credentials {
            username: "comments".to_owned(),
            password: "a secret".to_owned(),
        }),
        ..to_port(server.port)
    };
    let mailer = mailer(smtp);
    let error = send(&mailer, 1).unwrap_err();
    assert!(
        matches!(&error, SendError::Permanent { answer } if answer.fault == Fault::NoStartTls),
        "{error}"
    );
    assert!(mailer.explain(&error).contains("so nothing was sent"));
    assert_eq!(server.heard(), ["connect", "EHLO comments.example.net", "QUIT"]);
}

#[test]
fn no_letter_goes_to_a_server_that_says_tls_and_does_not_speak_it() {
    let offer = Say("250-mail.example.net\r\n250 STARTTLS");
    let server = Server::start(vec![("EHLO", offer), ("STARTTLS", Say("220 go\r\n250 not TLS"))]);
    let try_with = |security| {
        let mailer = mailer(SmtpSettings {
            security,
            ..to_port(server.port)
        });
        let answer = send(&mailer, 1).unwrap_err().answer().clone();
        (answer.step, answer.fault)
    };
    assert_eq!(try_with(Security::Tls), (Step::Connect, Fault::Tls));
    let (step, fault) = try_with(Security::StartTls);
    assert_eq!(step, Step::StartTls);
    // The server waits for the end of a line; whether TLS's bytes hold one is chance.
    assert!(matches!(fault, Fault::Timeout | Fault::Lost), "{fault}");
    assert_eq!(server.count("MAIL"), 0);
}

#[test]
fn a_sign_in_that_is_not_offered_is_ours_to_mend() {
    let server = Server::start(vec![]);
    let mailer = mailer(SmtpSettings {
        credentials: Some(Credentials {
            username: "comments".to_owned(),
            password: "a secret".to_owned(),
        }),
        ..to_port(server.port)
    });
    let error = mailer.try_out().unwrap_err();
    assert!(
        matches!(&error, SendError::Permanent { answer } if answer.fault == Fault::NoAuth),
        "{error}"
    );
    assert!(mailer.explain(&error).contains("remove mail.smtp.username"));
}

#[test]
fn a_positive_reply_out_of_turn_takes_no_letter() {
    for script in [
        // As if one reply had been slipped in before: each answers the command before.
        vec![("DATA", Say("250 2.1.5 ok"))],
        vec![(".", Say("354 go on"))],
    ] {
        let (error, _explanation) = refusal(script);
        assert!(
            matches!(&error, SendError::Temporary { answer } if answer.fault == Fault::NotSmtp),
            "{error}"
        );
    }
}

#[test]
fn connections_are_used_again() {
    let server = Server::start(vec![]);
    let mailer = mailer(to_port(server.port));
    for seed in 1..=3 {
        send(&mailer, seed).unwrap();
    }
    assert_eq!(
        (
            server.count("connect"),
            server.count("EHLO"),
            server.count("DATA")
        ),
        (1, 1, 3)
    );
    drop(mailer);
    assert_eq!(
        server.count("QUIT"),
        1,
        "goodbye is said at the end: {:?}",
        server.heard()
    );
}

#[test]
fn no_pool_means_a_connection_a_letter() {
    let server = Server::start(vec![]);
    let mailer = mailer(SmtpSettings {
        pool_size: 0,
        ..to_port(server.port)
    });
    send(&mailer, 1).unwrap();
    send(&mailer, 2).unwrap();
    assert_eq!((server.count("connect"), server.count("QUIT")), (2, 2));
}

#[test]
fn a_refused_address_does_not_spoil_the_connection() {
    let server = Server::start(vec![
        ("RCPT", Say("550 5.1.1 no such user")),
        ("RCPT", Say("250 2.1.5 ok")),
    ]);
    let mailer = mailer(to_port(server.port));
    assert!(matches!(
        send(&mailer, 1),
        Err(SendError::PermanentAddress { .. })
    ));
    send(&mailer, 2).unwrap();
    assert_eq!((server.count("connect"), server.count("RSET")), (1, 1));
}

#[test]
fn a_connection_the_server_is_tired_of_is_replaced() {
    for tired in [Say("421 4.7.0 too many letters"), HangUp, StaySilent] {
        let server = Server::start(vec![
            ("MAIL", Say("250 ok")),
            ("MAIL", tired),
            ("MAIL", Say("250 ok")),
        ]);
        let mailer = mailer(to_port(server.port));
        send(&mailer, 1).unwrap();
        send(&mailer, 2).unwrap();
        assert_eq!((server.count("connect"), server.count("DATA")), (2, 2));
    }
    // One that died while it waited is noticed before it is used.
    let server = Server::start(vec![("NOOP", HangUp)]);
    let mailer = mailer(to_port(server.port));
    send(&mailer, 1).unwrap();
    send(&mailer, 2).unwrap();
    assert_eq!((server.count("connect"), server.count("DATA")), (2, 2));
}

#[test]
fn letters_of_many_threads_go_side_by_side() {
    let server = Server::start(vec![]);
    let mailer = mailer(SmtpSettings {
        pool_size: 2,
        ..to_port(server.port)
    });
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let mailer = &mailer;
            scope.spawn(move || {
                for n in 0..5 {
                    send(mailer, thread * 5 + n).unwrap();
                }
            });
        }
    });
    assert_eq!(server.count("DATA"), 20);
}
