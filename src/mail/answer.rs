//! What became of a try: the errors of sending, and the rules that tell which are worth another try and which are
//! about the address. Pure; the transports report a [`Step`] and a [`Fault`].

use std::fmt;

/// A longer answer of a server is cut.
const ANSWER_LIMIT: usize = 400;

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
    words: String,
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
    fn find(text: &str) -> Option<Self> {
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

/// The error for a server's negative reply at `step`.
pub(super) fn refused(step: Step, code: u16, text: &str) -> SendError {
    let fault = Fault::Reply {
        code,
        enhanced: Enhanced::find(text),
    };
    let answer = Answer {
        step,
        fault,
        words: one_line(text),
    };
    if code < 500 {
        SendError::Temporary { answer }
    } else if is_about_the_address(&answer) {
        SendError::PermanentAddress { answer }
    } else {
        SendError::Permanent { answer }
    }
}

/// The error for a try that stopped at `step` without the server's no.
pub(super) fn stopped(step: Step, fault: Fault, words: &str) -> SendError {
    let answer = Answer {
        step,
        fault,
        words: one_line(words),
    };
    match fault {
        Fault::Certificate | Fault::Tls | Fault::NoStartTls | Fault::NoAuth | Fault::Letter => {
            SendError::Permanent { answer }
        }
        // A wrong host, port or directory looks the same as one that is down for a while. The letter is tried again
        // and given up in the end, loudly.
        _ => SendError::Temporary { answer },
    }
}

/// Whether a 5xx is about the receiver and not about us. Servers wait with *every* complaint until RCPT TO (Postfix
/// does by default: relaying denied, sender not owned, sign-in missing), and some know an unknown receiver only after
/// the text; so the step alone does not tell. Where in doubt it is ours: an operator looks, and no reader is told that
/// a good address is bad.
fn is_about_the_address(answer: &Answer) -> bool {
    let Fault::Reply { code, enhanced } = answer.fault else {
        return false;
    };
    match (answer.step, enhanced) {
        // 5.1.7 and 5.1.8 are the sender's address, 5.1.9 says that the server is misconfigured.
        (Step::Recipient | Step::Data | Step::Text, Some(e)) if e.subject == 1 => {
            !(7..=9).contains(&e.detail)
        }
        (Step::Recipient | Step::Data | Step::Text, Some(e)) if e.subject == 2 => true,
        // No route to the receiver's domain.
        (Step::Recipient, Some(e)) if e.subject == 4 => true,
        // 5.0.0 and 5.5.0 are said by servers that have nothing more exact: the reply code stands.
        (Step::Recipient, Some(e)) if !((e.subject == 0 || e.subject == 5) && e.detail == 0) => false,
        (Step::Recipient, _) => {
            matches!(code, 521 | 550 | 551 | 552 | 553 | 556) && !names_our_fault(&answer.words)
        }
        _ => false,
    }
}

/// Replies without a telling code that are about relaying or signing in, as Exim and others word them.
fn names_our_fault(words: &str) -> bool {
    let words = words.to_ascii_lowercase();
    ["relay", "authenticat", "not logged in", "sender"]
        .iter()
        .any(|sign| words.contains(sign))
}

/// One line without controls, cut at [`ANSWER_LIMIT`]: it ends up on terminals.
fn one_line(text: &str) -> String {
    let visible: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(ANSWER_LIMIT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    enum Verdict {
        Later,
        Address,
        Ours,
    }
    use Verdict::{Address, Later, Ours};

    fn verdict(step: Step, code: u16, text: &str) -> Verdict {
        match refused(step, code, text) {
            SendError::Temporary { .. } => Later,
            SendError::PermanentAddress { .. } => Address,
            SendError::Permanent { .. } => Ours,
        }
    }

    #[test]
    fn replies_as_servers_word_them() {
        for (step, code, text, expected) in [
            // Postfix
            (
                Step::Recipient,
                550,
                "5.1.1 <a@example.org>: Recipient address rejected: User unknown in local recipient table",
                Address,
            ),
            (
                Step::Recipient,
                554,
                "5.7.1 <a@example.org>: Relay access denied",
                Ours,
            ),
            (
                Step::Recipient,
                553,
                "5.7.1 <b@example.org>: Sender address rejected: not logged in",
                Ours,
            ),
            (Step::Recipient, 530, "5.7.0 Authentication required", Ours),
            (
                Step::Recipient,
                550,
                "5.1.8 <b@example.org>: Sender address rejected: Domain not found",
                Ours,
            ),
            (
                Step::Recipient,
                556,
                "5.1.10 <a@example.org>: Recipient address rejected: Domain does not accept mail (nullMX)",
                Address,
            ),
            (
                Step::Recipient,
                450,
                "4.2.0 <a@example.org>: Recipient address rejected: Greylisted",
                Later,
            ),
            (Step::Recipient, 452, "4.3.1 Insufficient system storage", Later),
            (Step::Recipient, 552, "5.2.2 mailbox full", Address),
            (Step::Recipient, 550, "5.4.4 no host for this domain", Address),
            // Exim, qmail, others without enhanced codes
            (Step::Recipient, 550, "Unrouteable address", Address),
            (Step::Recipient, 550, "relay not permitted", Ours),
            (
                Step::Recipient,
                553,
                "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
                Ours,
            ),
            (
                Step::Recipient,
                550,
                "sorry, no mailbox here by that name. (#5.1.1)",
                Address,
            ),
            (Step::Recipient, 550, "No such user here", Address),
            (Step::Recipient, 521, "Host does not accept mail", Address),
            (Step::Recipient, 554, "Transaction failed", Ours),
            (Step::Recipient, 503, "5.5.1 Bad sequence of commands", Ours),
            (
                Step::Recipient,
                550,
                "5.5.0 Requested action not taken: mailbox unavailable",
                Address,
            ),
            // other steps
            (Step::Sender, 550, "5.1.1 no", Ours),
            (Step::Sender, 451, "4.7.0 later", Later),
            (Step::SignIn, 535, "5.7.8 Error: authentication failed", Ours),
            (Step::SignIn, 454, "4.7.0 Temporary authentication failure", Later),
            (Step::Text, 550, "5.1.1 unknown user", Address),
            (Step::Text, 554, "5.7.1 Message rejected as spam", Ours),
            (Step::Text, 550, "blocked", Ours),
            (Step::Connect, 554, "no SMTP service here", Ours),
            (Step::Connect, 421, "too many connections", Later),
        ] {
            assert_eq!(verdict(step, code, text), expected, "{step} {code} {text}");
        }
    }

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

    #[test]
    fn the_servers_words_stay_out_of_logs() {
        let error = refused(
            Step::Recipient,
            550,
            "5.1.1 <ann@example.org>: unknown\u{1b}[31m\r\n",
        );
        assert_eq!(error.to_string(), "address refused: RCPT TO, answered 550 5.1.1");
        assert!(!format!("{error:?}").contains("ann@"));
        assert_eq!(error.answer().words(), "5.1.1 <ann@example.org>: unknown [31m");
    }
}
