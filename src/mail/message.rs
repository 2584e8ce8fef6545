//! A letter's MIME bytes: headers, plain text and HTML. The same letter has the same bytes on every try.

use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::{ContentTransferEncoding, ContentType, Date, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};

use super::answer::{Fault, SendError, Step};
use super::letter::Letter;
use super::settings::{Settings, SettingsError};
use super::verdict::stopped;
use crate::domain::clock::Micros;
use crate::domain::id::JobId;
use crate::domain::text::EmailAddress;

/// 31 December 9999: the last day that a `Date` header can name.
const LAST_SECOND: u64 = 253_402_300_799;

/// Names one letter over all its tries: its `Message-ID`, its `Date` and its file's name come from this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageId {
    id: String,
    written_at: Micros,
}

impl MessageId {
    /// The name of the letter that job `job`, made at `created_at`, sends. The job is the same on every try; another
    /// letter (a code sent again) is another job.
    pub fn new(job: JobId, created_at: Micros) -> Self {
        Self {
            id: job.to_string(),
            written_at: created_at,
        }
    }
    /// The id alone, without kind and domain: the name of the `.eml` file.
    pub fn as_str(&self) -> &str {
        &self.id
    }
}

/// What is the same in all letters: who writes, and from which host.
pub(super) struct Stationery {
    from: Mailbox,
    host: String,
}

/// A letter ready to leave.
pub(super) struct Written {
    /// The `.eml` file's name without extension: letters, digits and hyphens.
    pub id: String,
    /// Envelope sender.
    pub from: Address,
    /// Envelope recipient.
    pub to: Address,
    /// The whole message in ASCII, lines of at most 998 bytes ended by CRLF.
    pub bytes: Vec<u8>,
    /// The subject before encoding.
    pub subject: String,
    /// The plain text before encoding.
    pub text: String,
    /// The HTML before encoding.
    pub html: String,
}

impl Stationery {
    pub(super) fn new(settings: &Settings) -> Result<Self, SettingsError> {
        let address = settings.from_address.as_str().parse();
        let address = address.map_err(|_beyond_lettre| SettingsError::Value {
            key: "mail.from",
            reason: "the address cannot be written in a letter".to_owned(),
        })?;
        let name = settings.from_name.as_ref().map(ToString::to_string);
        let host = url::Host::parse(&settings.public_host).map_err(|error| SettingsError::Value {
            key: "server.public_url",
            reason: error.to_string(),
        })?;
        Ok(Self {
            from: Mailbox::new(name.filter(|name| !name.is_empty()), address),
            // RFC 5322 wants an address literal in brackets.
            host: match host {
                url::Host::Ipv4(address) => format!("[{address}]"),
                url::Host::Ipv6(address) => format!("[IPv6:{address}]"),
                url::Host::Domain(name) => name,
            },
        })
    }

    /// The stationery of [`Mailer::memory`](super::Mailer::memory).
    pub(super) fn of_memory() -> Self {
        Self {
            // Unchecked, but written here and not read from anywhere.
            from: Mailbox::new(None, Address::new_dangerous("comments", "comments.example.org")),
            host: "comments.example.org".to_owned(),
        }
    }

    /// Who writes: the address of `From`.
    pub(super) fn sender(&self) -> &str {
        self.from.email.as_ref()
    }

    /// Makes the letter's bytes.
    pub(super) fn write(
        &self,
        id: &MessageId,
        to: &EmailAddress,
        letter: &Letter,
    ) -> Result<Written, SendError> {
        let cannot = |words: &str| stopped(Step::Compose, Fault::Letter, words);
        let recipient: Address = to
            .as_str()
            .parse()
            .map_err(|_beyond_lettre| cannot("the address cannot be written in a letter"))?;
        let wording = letter.wording().map_err(|error| cannot(&error.to_string()))?;
        let parts = MultiPart::alternative()
            // Not a random one: each try sends the same bytes.
            .boundary(format!("hustings-{}", id.id))
            .singlepart(part(ContentType::TEXT_PLAIN, &wording.text).map_err(cannot)?)
            .singlepart(part(ContentType::TEXT_HTML, &wording.html).map_err(cannot)?);
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, recipient.clone()))
            .subject(wording.subject.as_str())
            .header(Date::new(
                UNIX_EPOCH + Duration::from_secs(seconds(id.written_at)),
            ))
            .message_id(Some(format!("<{}-{}@{}>", letter.kind(), id.id, self.host)))
            // Out-of-office programs do not answer what a machine wrote (RFC 3834); the second is for Exchange.
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("X-Auto-Response-Suppress", "All"));
        if let Some(url) = letter.unsubscribe() {
            builder = builder
                .raw_header(header("List-Unsubscribe", &format!("<{url}>")))
                .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
        }
        let message = builder
            .multipart(parts)
            .map_err(|error| cannot(&error.to_string()))?;
        Ok(Written {
            id: id.id.clone(),
            from: self.from.email.clone(),
            to: recipient,
            bytes: message.formatted(),
            subject: wording.subject.as_str().to_owned(),
            text: wording.text,
            html: wording.html,
        })
    }
}

/// One alternative. ASCII goes as it is, so that a person reading the file and a script looking for a code see the
/// text; anything else as quoted-printable, where at least the ASCII of it can still be read.
fn part(kind: ContentType, text: &str) -> Result<SinglePart, &'static str> {
    let plain = Body::new(text.to_owned());
    let body = if plain.encoding() == ContentTransferEncoding::SevenBit {
        plain
    } else {
        Body::new_with_encoding(text.to_owned(), ContentTransferEncoding::QuotedPrintable)
            .map_err(|_text| "the text cannot be encoded")?
    };
    Ok(SinglePart::builder().header(kind).body(body))
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

fn seconds(at: Micros) -> u64 {
    u64::try_from(at.as_i64() / 1_000_000)
        .unwrap_or(0)
        .min(LAST_SECOND)
}
