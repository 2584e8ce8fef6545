//! Why a letter did not leave: the errors of sending and the words they carry. Which fault makes which error is decided
//! in `verdict`.

use std::fmt;

/// A letter did not leave. `Display` says step and code without the server's words, since those often quote the
/// address: it can go to logs; [`Answer::words`] cannot.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Worth another try later: a 4xx answer, no connection, a timeout, a full disk.
    #[error("not now: {answer}")]
    Temporary {
        /// Where it stopped.
        answer: Answer,
    },
    /// The server will never take a letter to this address; others may go through.
    #[error("address refused: {answer}")]
    PermanentAddress {
        /// Where it stopped.
        answer: Answer,
    },
    /// No letter will go until the operator mends something: sign-in, sender, TLS, configuration.
    #[error("cannot send: {answer}")]
    Permanent {
        /// Where it stopped.
        answer: Answer,
    },
}

impl SendError {
    /// Where it stopped.
    pub fn answer(&self) -> &Answer {
        match self {
            SendError::Temporary { answer }
            | SendError::PermanentAddress { answer }
            | SendError::Permanent { answer } => answer,
        }
    }
}

/// Where a try stopped, and why.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// What was being done.
    pub step: Step,
    /// What went wrong.
    pub fault: Fault,
    pub(super) words: String,
}

impl Answer {
    /// The server's or the system's own words, one line of at most 400 characters. They may quote the address.
    pub fn words(&self) -> &str {
        &self.words
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.step, self.fault)
    }
}

impl fmt::Debug for Answer {
    /// Without the words, as `Display`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({self})")
    }
}

/// What a transport does, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Making the letter's bytes.
    Compose,
    /// Finding and reaching the server, TLS from the start where that is asked for, greeting and EHLO.
    Connect,
    /// STARTTLS and EHLO again.
    StartTls,
    /// AUTH.
    SignIn,
    /// MAIL FROM.
    Sender,
    /// RCPT TO.
    Recipient,
    /// DATA, up to the server's word that it listens.
    Data,
    /// The letter's text, up to the server's word that it has taken it.
    Text,
    /// Writing the letter's file.
    File,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Step::Compose => "composing",
            Step::Connect => "connecting",
            Step::StartTls => "STARTTLS",
            Step::SignIn => "AUTH",
            Step::Sender => "MAIL FROM",
            Step::Recipient => "RCPT TO",
            Step::Data => "DATA",
            Step::Text => "end of the letter",
            Step::File => "writing the file",
        })
    }
}

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The server said no.
    Reply {
        /// RFC 5321: 400 to 599.
        code: u16,
        /// RFC 3463, where the server gives it.
        enhanced: Option<Enhanced>,
    },
    /// No answer in time.
    Timeout,
    /// The host's name leads to no address.
    UnknownHost,
    /// Nothing listens there, or no route leads there.
    Unreachable,
    /// The connection broke off.
    Lost,
    /// What answers does not speak SMTP.
    NotSmtp,
    /// The server's certificate is not trusted: wrong name, expired, unknown issuer.
    Certificate,
    /// TLS failed otherwise; often the port speaks no TLS.
    Tls,
    /// STARTTLS is asked for and not offered. Nothing was sent.
    NoStartTls,
    /// The server offers neither AUTH PLAIN nor AUTH LOGIN.
    NoAuth,
    /// The file could not be written.
    Disk,
    /// The letter could not be worded or the address cannot be written in a letter.
    Letter,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Reply { code, enhanced: None } => write!(f, "answered {code}"),
            Fault::Reply {
                code,
                enhanced: Some(enhanced),
            } => write!(f, "answered {code} {enhanced}"),
            Fault::Timeout => f.write_str("no answer in time"),
            Fault::UnknownHost => f.write_str("unknown host"),
            Fault::Unreachable => f.write_str("unreachable"),
            Fault::Lost => f.write_str("connection lost"),
            Fault::NotSmtp => f.write_str("not an SMTP server"),
            Fault::Certificate => f.write_str("certificate not trusted"),
            Fault::Tls => f.write_str("TLS failed"),
            Fault::NoStartTls => f.write_str("STARTTLS not offered"),
            Fault::NoAuth => f.write_str("no AUTH PLAIN or LOGIN offered"),
            Fault::Disk => f.write_str("cannot write"),
            Fault::Letter => f.write_str("cannot compose"),
        }
    }
}

/// An enhanced status code, such as `5.1.1` (RFC 3463).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enhanced {
    /// 4 or 5.
    pub class: u16,
    /// What it is about: 1 address, 2 mailbox, 3 mail system, 4 network, 5 protocol, 6 content, 7 policy.
    pub subject: u16,
    /// More exactly.
    pub detail: u16,
}

impl fmt::Display for Enhanced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

impl Enhanced {
    /// Finds the code at the start of a reply's text, or in brackets within it (`(#5.7.1)`, as qmail writes).
    pub(super) fn find(text: &str) -> Option<Self> {
        let first = text.split_whitespace().next()?;
        let bracketed = text
            .split_once("(#")
            .and_then(|(_before, rest)| rest.split_once(')'));
        Self::parse(first).or_else(|| Self::parse(bracketed?.0))
    }

    fn parse(word: &str) -> Option<Self> {
        let mut numbers = word.split('.').map(|number| {
            let digits = (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
            if digits { number.parse::<u16>().ok() } else { None }
        });
        let (class, subject, detail) = (numbers.next()??, numbers.next()??, numbers.next()??);
        let whole = numbers.next().is_none() && (class == 4 || class == 5);
        whole.then_some(Self {
            class,
            subject,
            detail,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enhanced_codes() {
        let found = |text| Enhanced::find(text).map(|e| e.to_string());
        assert_eq!(found("5.1.10 no"), Some("5.1.10".to_owned()));
        assert_eq!(found("5.1 no"), None);
        assert_eq!(found("2.0.0 ok"), None);
        assert_eq!(found("5.1.1.1 no"), None);
        assert_eq!(found("5.1.+1 no"), None);
        assert_eq!(found("127.0.0.1 blocked"), None);
        assert_eq!(found(""), None);
    }
}
