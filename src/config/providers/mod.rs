//! The section `providers`: where readers have accounts that they can sign in with, one table each, of whatever key. How
//! a provider is asked is `crate::signin::provider`'s.

mod apple;
mod generic;
mod sample;

use std::str::FromStr;

use url::{Host, Url};

use super::error::UnknownWord;
use super::reader::Reader;
use super::secret::Secret;
use crate::domain::provider::{InstanceHost, ProviderKey};

pub use apple::AppleClient;
pub use generic::{OAuth2Client, OidcClient, Pointer, Pointers};

const SECTION: &str = "providers";

/// The GitLab that is meant where none is named.
pub const GITLAB: &str = "https://gitlab.com";

/// The section `providers`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProvidersConfig {
    /// Every provider, in the order in which readers see them.
    pub list: Vec<ProviderConfig>,
}

/// One table of the section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderConfig {
    /// Its key: the table's name.
    pub key: ProviderKey,
    /// What readers see.
    pub name: String,
    /// Those with a lower number stand first; of one number, by key.
    pub order: u32,
    /// What it is, with all that this needs.
    pub kind: ProviderKind,
}

/// What a provider is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderKind {
    /// X, once Twitter.
    X(Client),
    /// Facebook.
    Facebook {
        /// The app.
        client: Client,
        /// Version of the Graph API, such as `v26.0`.
        graph_version: String,
    },
    /// Google.
    Google(Client),
    /// GitHub.
    GitHub(Client),
    /// WordPress.com.
    WordPress(Client),
    /// Microsoft.
    Microsoft {
        /// The app.
        client: Client,
        /// `common`, `organizations`, `consumers`, or one tenant's id.
        tenant: String,
    },
    /// Apple.
    Apple(AppleClient),
    /// Any Mastodon instance.
    Mastodon {
        /// Where not empty, only these.
        allowed: Vec<InstanceHost>,
        /// Never these.
        denied: Vec<InstanceHost>,
    },
    /// GitLab, anybody's.
    GitLab(GitLab),
    /// Discord.
    Discord(Client),
    /// LinkedIn.
    LinkedIn(Client),
    /// Twitch.
    Twitch(Client),
    /// Telegram.
    Telegram(Client),
    /// Any OpenID provider.
    Oidc(OidcClient),
    /// Any OAuth 2 server that says who somebody is.
    OAuth2(Box<OAuth2Client>),
}

/// What a server is known by at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The id that the provider gave.
    pub id: String,
    /// The secret that the provider gave.
    pub secret: Secret<String>,
}

/// A GitLab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitLab {
    /// The application.
    pub client: Client,
    /// Its address, which is its issuer too: without a `/` at the end.
    pub base: String,
    /// Whether it is believed about addresses.
    pub trust_email: bool,
}

/// The words of `kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    X,
    Facebook,
    Google,
    GitHub,
    WordPress,
    Microsoft,
    Apple,
    Mastodon,
    GitLab,
    Discord,
    LinkedIn,
    Twitch,
    Telegram,
    Oidc,
    OAuth2,
}

impl Kind {
    const ALL: [Kind; 15] = [
        Kind::X,
        Kind::Facebook,
        Kind::Google,
        Kind::GitHub,
        Kind::WordPress,
        Kind::Microsoft,
        Kind::Apple,
        Kind::Mastodon,
        Kind::GitLab,
        Kind::Discord,
        Kind::LinkedIn,
        Kind::Twitch,
        Kind::Telegram,
        Kind::Oidc,
        Kind::OAuth2,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Kind::X => "x",
            Kind::Facebook => "facebook",
            Kind::Google => "google",
            Kind::GitHub => "github",
            Kind::WordPress => "wordpress",
            Kind::Microsoft => "microsoft",
            Kind::Apple => "apple",
            Kind::Mastodon => "mastodon",
            Kind::GitLab => "gitlab",
            Kind::Discord => "discord",
            Kind::LinkedIn => "linkedin",
            Kind::Twitch => "twitch",
            Kind::Telegram => "telegram",
            Kind::Oidc => "oidc",
            Kind::OAuth2 => "oauth2",
        }
    }

    /// The name that readers know it by; none where only the operator knows.
    fn name(self) -> Option<&'static str> {
        match self {
            Kind::X => Some("X"),
            Kind::Facebook => Some("Facebook"),
            Kind::Google => Some("Google"),
            Kind::GitHub => Some("GitHub"),
            Kind::WordPress => Some("WordPress.com"),
            Kind::Microsoft => Some("Microsoft"),
            Kind::Apple => Some("Apple"),
            Kind::Mastodon => Some("Mastodon"),
            Kind::GitLab => Some("GitLab"),
            Kind::Discord => Some("Discord"),
            Kind::LinkedIn => Some("LinkedIn"),
            Kind::Twitch => Some("Twitch"),
            Kind::Telegram => Some("Telegram"),
            Kind::Oidc | Kind::OAuth2 => None,
        }
    }
}

impl FromStr for Kind {
    type Err = UnknownWord;
    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        UnknownWord::choose(word, Kind::ALL, Kind::as_str)
    }
}

impl ProvidersConfig {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let mut list: Vec<ProviderConfig> = reader
            .tables(SECTION)
            .into_iter()
            .filter_map(|table| ProviderConfig::read(reader, &table))
            .collect();
        list.sort_by(|a, b| (a.order, &a.key).cmp(&(b.order, &b.key)));
        Self { list }
    }
}

impl ProviderConfig {
    fn read(reader: &mut Reader, table: &str) -> Option<Self> {
        let at = Table(format!("{SECTION}.{table}"));
        let key: ProviderKey = match table.parse() {
            Ok(key) => key,
            Err(error) => {
                reader.error(&at.0, format!("{error}"), "give the table another name");
                reader.pass_over(&at.0);
                return None;
            }
        };
        let words = Kind::ALL.map(Kind::as_str).join(", ");
        let given: Option<Kind> = reader.optional(&at.key("kind"), &format!("write one of {words}"));
        let by_key = || {
            table
                .parse::<Kind>()
                .ok()
                .filter(|_| !reader.is_given(&at.key("kind")))
        };
        let Some(kind) = given.or_else(by_key) else {
            if !reader.is_given(&at.key("kind")) {
                reader.error(
                    &at.key("kind"),
                    "it is missing, and the table's name is none of its words",
                    format!("write one of {words}"),
                );
            }
            reader.pass_over(&at.0);
            return None;
        };
        let order = reader.number(&at.key("order"), 50, 0..=1000);
        let name = name(reader, &at, kind);
        let kind = read_kind(reader, &at, kind);
        Some(Self {
            key,
            name: name?,
            order,
            kind: kind?,
        })
    }
}

/// What a button can hold.
fn name(reader: &mut Reader, at: &Table, kind: Kind) -> Option<String> {
    let key = at.key("name");
    let mend = "write the name that readers know it by, of at most 40 characters";
    let Some(default) = kind.name() else {
        return at
            .needed(reader, "name", mend)
            .and_then(|name| fitting(reader, &key, name, mend));
    };
    let name = reader.value(&key, default.to_owned(), mend);
    fitting(reader, &key, name, mend)
}

fn fitting(reader: &mut Reader, key: &str, name: String, mend: &str) -> Option<String> {
    if name.chars().count() <= 40 && !name.chars().any(char::is_control) {
        return Some(name.trim().to_owned());
    }
    reader.error(key, "it does not fit on a button", mend);
    None
}

fn read_kind(reader: &mut Reader, at: &Table, kind: Kind) -> Option<ProviderKind> {
    if kind == Kind::Mastodon {
        let mend = "list hosts of instances, such as [\"social.example.org\"]";
        return Some(ProviderKind::Mastodon {
            allowed: reader.list(&at.key("allowed"), mend),
            denied: reader.list(&at.key("denied"), mend),
        });
    }
    if kind == Kind::Apple {
        return AppleClient::read(reader, at).map(ProviderKind::Apple);
    }
    let client = Client::read(reader, at);
    Some(match kind {
        Kind::X => ProviderKind::X(client?),
        Kind::Facebook => {
            let graph_version = graph_version(reader, at);
            ProviderKind::Facebook {
                client: client?,
                graph_version: graph_version?,
            }
        }
        Kind::Google => ProviderKind::Google(client?),
        Kind::GitHub => ProviderKind::GitHub(client?),
        Kind::WordPress => ProviderKind::WordPress(client?),
        Kind::Microsoft => {
            let tenant = tenant(reader, at);
            ProviderKind::Microsoft {
                client: client?,
                tenant: tenant?,
            }
        }
        Kind::GitLab => {
            let mend = "write the address of your GitLab, such as https://gitlab.example.org";
            let base: Option<Address> = reader.optional(&at.key("base"), mend);
            let trust_email = trust_email(reader, at);
            ProviderKind::GitLab(GitLab {
                client: client?,
                base: base.map_or_else(|| GITLAB.to_owned(), |base| base.without_slash()),
                trust_email,
            })
        }
        Kind::Discord => ProviderKind::Discord(client?),
        Kind::LinkedIn => ProviderKind::LinkedIn(client?),
        Kind::Twitch => ProviderKind::Twitch(client?),
        Kind::Telegram => ProviderKind::Telegram(client?),
        Kind::Oidc => ProviderKind::Oidc(OidcClient::read(reader, at, client)?),
        Kind::OAuth2 => ProviderKind::OAuth2(Box::new(OAuth2Client::read(reader, at, client)?)),
        Kind::Mastodon | Kind::Apple => return None,
    })
}

fn trust_email(reader: &mut Reader, at: &Table) -> bool {
    reader.value(&at.key("trust_email"), false, "write true or false")
}

fn graph_version(reader: &mut Reader, at: &Table) -> Option<String> {
    let key = at.key("graph_version");
    let mend = "write a version of the Graph API, such as v26.0";
    let version = reader.value(&key, String::from("v26.0"), mend);
    let number = version
        .strip_prefix('v')
        .and_then(|number| number.split_once('.'));
    let digits = |text: &str| !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
    if number.is_some_and(|(major, minor)| digits(major) && digits(minor)) {
        return Some(version);
    }
    reader.error(&key, format!("{version:?} is no version"), mend);
    None
}

fn tenant(reader: &mut Reader, at: &Table) -> Option<String> {
    let key = at.key("tenant");
    let mend = "write common, organizations, consumers, or the tenant's id (a UUID)";
    let tenant = reader.value(&key, String::from("common"), mend);
    let word = ["common", "organizations", "consumers"].contains(&tenant.as_str());
    let id = tenant.len() == 36 && tenant.parse::<uuid::Uuid>().is_ok();
    if word || id {
        return Some(tenant.to_ascii_lowercase());
    }
    // A domain's name would do there too; but tokens carry the id, which they are then held to.
    reader.error(&key, format!("{tenant:?} is none of these"), mend);
    None
}

impl Client {
    fn read(reader: &mut Reader, at: &Table) -> Option<Self> {
        let id = at.needed(reader, "client_id", "write the id that the provider gave you");
        let key = at.key("client_secret");
        let mend =
            format!("write the secret that the provider gave you, or name a file with it by {key}_file");
        let secret = reader.secret(&key);
        if secret.is_none() && !reader.is_given(&key) && !reader.is_given(&format!("{key}_file")) {
            reader.error(&key, "it is missing", mend.as_str());
        }
        if let Some(secret) = &secret
            && sample::is_sample(secret.expose())
        {
            reader.error(&key, "it is a sample, and no secret", mend);
            return None;
        }
        Some(Self {
            id: id?,
            secret: secret?,
        })
    }
}

/// A table under `providers`, by its whole key.
struct Table(String);

impl Table {
    fn key(&self, name: &str) -> String {
        format!("{}.{name}", self.0)
    }

    /// A text that must be given, and must not be a sample.
    fn needed(&self, reader: &mut Reader, name: &str, mend: &str) -> Option<String> {
        let key = self.key(name);
        let value: Option<String> = reader.optional(&key, mend);
        if value.is_none() && !reader.is_given(&key) {
            reader.error(&key, "it is missing", mend);
        }
        let value = value?.trim().to_owned();
        if sample::is_sample(&value) {
            reader.error(&key, format!("{value:?} is a sample"), mend);
            return None;
        }
        Some(value)
    }

    /// An address that must be given.
    fn needed_address(&self, reader: &mut Reader, name: &str, mend: &str) -> Option<Address> {
        let key = self.key(name);
        if !reader.is_given(&key) {
            reader.error(&key, "it is missing", mend);
        }
        reader.optional(&key, mend)
    }
}

/// An address of a provider: https (plain http on this machine alone), without user and fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Address(Url);

#[derive(Debug, thiserror::Error)]
enum InvalidAddress {
    #[error(transparent)]
    Url(#[from] url::ParseError),
    #[error("it is not https")]
    Scheme,
    #[error("it holds a user, a password or a fragment")]
    Parts,
}

impl Address {
    /// The text without a `/` at its end, which is how issuers are written.
    fn without_slash(&self) -> String {
        self.0.as_str().trim_end_matches('/').to_owned()
    }
}

impl FromStr for Address {
    type Err = InvalidAddress;
    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        let url = Url::parse(text.trim())?;
        let here = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        if url.scheme() != "https" && !(url.scheme() == "http" && here) {
            return Err(InvalidAddress::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err(InvalidAddress::Parts);
        }
        Ok(Self(url))
    }
}
