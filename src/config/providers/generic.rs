//! Providers that only the operator knows: any OpenID provider, and any OAuth 2 server with an address that says who somebody
//! is.

use std::str::FromStr;

use url::Url;

use super::{Client, Reader, Table, trust_email};

/// Any OpenID provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OidcClient {
    /// The client.
    pub client: Client,
    /// The issuer, exactly as the provider writes it.
    pub issuer: String,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// Whether client id and secret go in the `Authorization` header instead of the form.
    pub basic: bool,
    /// Whether it is believed about addresses.
    pub trust_email: bool,
}

/// Any OAuth 2 server that says who somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuth2Client {
    /// The client.
    pub client: Client,
    /// Where readers are sent.
    pub authorize: Url,
    /// Where codes are exchanged.
    pub token: Url,
    /// Where it says who somebody is.
    pub userinfo: Url,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// Whether a PKCE challenge (S256) is sent.
    pub pkce: bool,
    /// Whether client id and secret go in the `Authorization` header instead of the form.
    pub basic: bool,
    /// Whether it is believed about addresses.
    pub trust_email: bool,
    /// Where in the answer what stands.
    pub pointers: Pointers,
}

/// Where in a provider's answer what stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointers {
    /// The id, which never changes and is never given to another.
    pub id: Pointer,
    /// The name.
    pub name: Pointer,
    /// The email address.
    pub email: Pointer,
    /// Whether the provider has proven the address.
    pub email_verified: Pointer,
    /// The address of a picture.
    pub avatar: Pointer,
}

/// A JSON pointer (RFC 6901), such as `/data/id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer(String);

impl Pointer {
    /// The pointer.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Pointer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is no JSON pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is no JSON pointer")]
pub struct InvalidPointer;

impl FromStr for Pointer {
    type Err = InvalidPointer;
    fn from_str(text: &str) -> Result<Self, InvalidPointer> {
        if text.starts_with('/') {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidPointer)
        }
    }
}

/// One scope (RFC 6749, 3.3).
struct Scope(String);

#[derive(Debug, thiserror::Error)]
#[error("it is no scope")]
struct InvalidScope;

impl FromStr for Scope {
    type Err = InvalidScope;
    fn from_str(text: &str) -> Result<Self, InvalidScope> {
        let fits = |b: u8| b.is_ascii_graphic() && b != b'"' && b != b'\\';
        if !text.is_empty() && text.bytes().all(fits) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidScope)
        }
    }
}

fn scopes(reader: &mut Reader, at: &Table, default: &[&str]) -> Vec<String> {
    let key = at.key("scopes");
    let given: Vec<Scope> = reader.list(&key, "list scopes, such as [\"openid\", \"profile\"]");
    if given.is_empty() {
        return default.iter().map(|scope| (*scope).to_owned()).collect();
    }
    given.into_iter().map(|scope| scope.0).collect()
}

impl OidcClient {
    pub(super) fn read(reader: &mut Reader, at: &Table, client: Option<Client>) -> Option<Self> {
        let key = at.key("issuer");
        let mend = "write the issuer exactly as in its /.well-known/openid-configuration, such as https://id.example.org";
        let address = at.needed_address(reader, "issuer", mend);
        // Compared letter by letter, so the operator's own text counts, not what parsing makes of it.
        let issuer: Option<String> = reader.optional(&key, mend);
        if address
            .as_ref()
            .is_some_and(|address| address.0.query().is_some())
        {
            reader.error(&key, "it holds a query", mend);
            return None;
        }
        let mut scopes = scopes(reader, at, &["openid", "profile", "email"]);
        if !scopes.iter().any(|scope| scope == "openid") {
            scopes.insert(0, String::from("openid"));
        }
        let basic = reader.value(&at.key("basic_auth"), true, "write true or false");
        let trust_email = trust_email(reader, at);
        address?;
        Some(Self {
            client: client?,
            issuer: issuer?.trim().to_owned(),
            scopes,
            basic,
            trust_email,
        })
    }
}

impl OAuth2Client {
    pub(super) fn read(reader: &mut Reader, at: &Table, client: Option<Client>) -> Option<Self> {
        let authorize = at.needed_address(
            reader,
            "authorize_url",
            "write the address that readers are sent to, such as https://id.example.org/oauth/authorize",
        );
        let token = at.needed_address(
            reader,
            "token_url",
            "write the address that codes are exchanged at, such as https://id.example.org/oauth/token",
        );
        let userinfo = at.needed_address(
            reader,
            "userinfo_url",
            "write the address that says who somebody is, such as https://id.example.org/api/me",
        );
        let scopes = scopes(reader, at, &[]);
        let pkce = reader.value(&at.key("pkce"), true, "write true or false");
        let basic = reader.value(&at.key("basic_auth"), false, "write true or false");
        let trust_email = trust_email(reader, at);
        let pointers = Pointers::read(reader, at);
        Some(Self {
            client: client?,
            authorize: authorize?.0,
            token: token?.0,
            userinfo: userinfo?.0,
            scopes,
            pkce,
            basic,
            trust_email,
            pointers,
        })
    }
}

impl Pointers {
    fn read(reader: &mut Reader, at: &Table) -> Self {
        let mut read = |name: &str, default: &str| {
            let mend = "write where it stands in the answer as a JSON pointer, such as /data/id";
            reader.value(&at.key(name), Pointer(default.to_owned()), mend)
        };
        Self {
            id: read("id_pointer", "/id"),
            name: read("name_pointer", "/name"),
            email: read("email_pointer", "/email"),
            email_verified: read("email_verified_pointer", "/email_verified"),
            avatar: read("avatar_pointer", "/avatar_url"),
        }
    }
}
