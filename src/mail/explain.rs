//! What a failed try means and what mends it, in sentences for the operator: `hustings check --letter`.

use super::answer::{Answer, Fault, SendError, Step};
use super::transport::Destination;

/// What went wrong at `destination` with a letter from `sender`, with its mend.
pub(super) fn explain(error: &SendError, destination: &Destination, sender: &str) -> String {
    let answer = error.answer();
    let at = match destination {
        Destination::Directory(path) => path.as_str(),
        Destination::Server(server) => server.as_str(),
        Destination::Memory => "memory",
    };
    let sentence = match answer.fault {
        Fault::Disk => format!(
            "No letter can be written to {at}: set mail.directory to a place with room that this user may write to."
        ),
        Fault::Letter => "The letter could not be composed: use another address.".to_owned(),
        Fault::UnknownHost => {
            format!("The name in {at} leads to no address: check mail.smtp.host and this machine's DNS.")
        }
        Fault::Unreachable => format!(
            "Nothing answers at {at}: check mail.smtp.host and mail.smtp.port, whether the server runs, and whether a firewall or the hosting provider blocks the port."
        ),
        Fault::Timeout => timeout(answer.step, at),
        Fault::Lost => format!(
            "{at} broke the connection off ({}): if it goes on, check whether mail.smtp.security fits the port (465 is \"tls\", 587 is \"starttls\") and what the server's log says.",
            answer.step
        ),
        Fault::NotSmtp => format!("What answers at {at} does not speak SMTP: check mail.smtp.port."),
        Fault::Certificate => format!(
            "The certificate of {at} is not trusted: set mail.smtp.host to the name that the certificate is for, or, if the server has a certificate authority of its own, mail.smtp.ca_file to its certificate."
        ),
        Fault::Tls => format!(
            "TLS with {at} failed: check whether mail.smtp.security fits the port (465 is \"tls\", 587 is \"starttls\")."
        ),
        Fault::NoStartTls => format!(
            "{at} does not offer STARTTLS, so nothing was sent: set mail.smtp.security to \"tls\" (port 465), or to \"none\" for a relay on this machine."
        ),
        Fault::NoAuth => format!(
            "{at} offers no way to sign in that is known here (PLAIN, LOGIN): remove mail.smtp.username if it takes letters without, or use the port that is meant for sending, usually 587 or 465."
        ),
        Fault::Reply { code, .. } => reply(error, answer.step, code, at, sender),
    };
    match answer.words() {
        "" => sentence,
        words => format!("{sentence} In its own words: {}{words}", code_of(answer)),
    }
}

fn timeout(step: Step, at: &str) -> String {
    match step {
        // The commonest cause: each side waits for the other to begin.
        Step::Connect => format!(
            "{at} did not answer in time: check the host, whether a firewall or the hosting provider blocks the port, and whether mail.smtp.security fits it (a port for TLS, as 465, stays silent until TLS begins)."
        ),
        _ => format!(
            "{at} did not answer in time ({step}): it may be busy; raise mail.smtp.timeout_seconds if it stays so."
        ),
    }
}

fn reply(error: &SendError, step: Step, code: u16, at: &str, sender: &str) -> String {
    if let SendError::PermanentAddress { .. } = error {
        return format!(
            "{at} says that this address takes no mail: check how it is written. The connection and the sign-in work."
        );
    }
    if let SendError::Temporary { .. } = error {
        return match step {
            Step::Connect => format!(
                "{at} takes no connections from here just now: try again in some minutes; if it stays so, ask who runs it."
            ),
            Step::SignIn => format!("{at} could not check the sign-in just now: try again in some minutes."),
            _ => format!(
                "{at} puts the letter off ({step}): a server that does not know us yet often does so once, and the letter is tried again by itself; if it stays so, its words below say why."
            ),
        };
    }
    match (step, code) {
        (Step::Connect | Step::StartTls, _) => format!(
            "{at} refuses to talk to this machine: use the server and port that your mail provider gives for sending."
        ),
        (Step::SignIn, 534 | 538) => format!(
            "{at} wants another way of signing in: use a password made for applications (an \"app password\"), and \"starttls\" or \"tls\" as mail.smtp.security."
        ),
        (Step::SignIn, _) => format!(
            "{at} refuses the sign-in: check mail.smtp.username (often the whole address) and mail.smtp.password; some providers want a password made for applications."
        ),
        (_, 530) => format!("{at} wants a sign-in first: set mail.smtp.username and mail.smtp.password."),
        (Step::Sender, _) => format!(
            "{at} refuses the sender address {sender}: set mail.from to an address that this account may send as."
        ),
        (Step::Recipient, _) => format!(
            "{at} does not send letters for us to other servers: sign in (mail.smtp.username), set mail.from to an address that this account may send as (now {sender}), or let the server accept this machine."
        ),
        (Step::Data | Step::Text, _) => format!(
            "{at} refuses the letter itself, usually as unwanted mail: see that SPF, DKIM and DMARC of the domain of {sender} allow this server, and ask who runs it."
        ),
        (Step::Compose | Step::File, _) => format!("{at} refuses the letter."),
    }
}

fn code_of(answer: &Answer) -> String {
    match answer.fault {
        Fault::Reply { code, .. } => format!("{code} "),
        _ => String::new(),
    }
}
