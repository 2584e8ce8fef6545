//! Which faults are worth another try, which are about the address and which are ours. Pure: the transports report a
//! [`Step`] and what went wrong there.

use super::answer::{Answer, Enhanced, Fault, SendError, Step};

/// A longer answer of a server is cut.
const ANSWER_LIMIT: usize = 400;

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
