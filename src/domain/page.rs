//! Pages: their addresses, the keys by which one page is found, and whether it takes comments.

use std::fmt;

use url::Url;

use super::clock::Micros;
use super::id::{PageId, SiteId};
use super::origin::Origin;

/// Query parameters that say where a reader came from and not which page it is.
const TRACKING: [&str; 22] = [
    "fbclid",
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "yclid",
    "twclid",
    "ttclid",
    "igshid",
    "igsh",
    "mc_cid",
    "mc_eid",
    "_ga",
    "_gl",
    "ref_src",
    "m",
    "amp",
    "_hsenc",
    "_hsmi",
    "li_fat_id",
];
const ADDRESS_LIMIT: usize = 2_048;
const PAGE_ID_LIMIT: usize = 200;

/// An http(s) address of a page: no user, no fragment, at most 2,048 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageUrl(Url);

/// Why an address cannot be a page's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPage {
    /// Not an absolute http(s) address of at most 2,048 bytes.
    #[error("the page's address must be an absolute http or https address of at most 2,048 bytes")]
    Address,
    /// The address carries a user name or a password.
    #[error("the page's address must not carry a user name or password")]
    Userinfo,
    /// The page id is empty, longer than 200 bytes or holds control characters.
    #[error("a page id has 1 to 200 bytes and no control characters")]
    Id,
}

impl PageUrl {
    /// Reads an address. Its fragment is dropped.
    pub fn parse(text: &str) -> Result<Self, InvalidPage> {
        if text.len() > ADDRESS_LIMIT || text.chars().any(|c| c.is_control() || c == '\\') {
            return Err(InvalidPage::Address);
        }
        let mut url = Url::parse(text).map_err(|_not_absolute| InvalidPage::Address)?;
        if Origin::of(&url).is_none() {
            return Err(InvalidPage::Address);
        }
        if !url.username().is_empty() || url.password().is_some() || authority_has_user(text) {
            return Err(InvalidPage::Userinfo);
        }
        url.set_fragment(None);
        if url.as_str().len() > ADDRESS_LIMIT {
            return Err(InvalidPage::Address);
        }
        Ok(Self(url))
    }
    /// The origin under which the page lies.
    pub fn origin(&self) -> Origin {
        // `parse` let nothing through that has none.
        Origin::of(&self.0).unwrap_or_else(|| unreachable!("a page's address is http(s)"))
    }
    /// The address without fragment and tracking parameters, the rest sorted: what is shown and linked.
    pub fn canonical(&self) -> String {
        let mut url = self.0.clone();
        url.set_query(meaningful_query(&self.0).as_deref());
        url.into()
    }
    /// Path and meaningful query, decoded where that changes nothing: what a page without a title is called by.
    pub fn path_and_query(&self) -> String {
        let path = normalised_path(self.0.path());
        match meaningful_query(&self.0) {
            Some(query) => format!("{path}?{query}"),
            None => path,
        }
    }
}

impl fmt::Display for PageUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

/// `https://@host/` has an empty user, which the parser forgets; it is refused all the same.
fn authority_has_user(text: &str) -> bool {
    let after_scheme = text
        .split_once(':')
        .map_or("", |(_, rest)| rest)
        .trim_start_matches('/');
    after_scheme
        .split(['/', '?', '#'])
        .next()
        .is_some_and(|authority| authority.contains('@'))
}

/// A trailing slash and the spelling of unreserved characters do not make another page.
fn normalised_path(path: &str) -> String {
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() {
        String::from("/")
    } else {
        normalised_escapes(trimmed)
    }
}

/// RFC 3986 6.2.2: escapes of unreserved characters decoded, the others in upper case.
fn normalised_escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let code = escape
            .get(1..3)
            .filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                out.push(char::from(byte))
            }
            Some(byte) => out.push_str(&format!("%{byte:02X}")),
            None => {
                out.push('%');
                rest = escape.get(1..).unwrap_or("");
                continue;
            }
        }
        rest = escape.get(3..).unwrap_or("");
    }
    out.push_str(rest);
    out
}

/// The query without tracking parameters, sorted by name (equal names keep their order); `None` where nothing is left.
fn meaningful_query(url: &Url) -> Option<String> {
    let mut kept: Vec<&str> = url
        .query()?
        .split('&')
        .filter(|pair| !pair.is_empty())
        .filter(|pair| {
            let name = pair.split('=').next().unwrap_or("").to_ascii_lowercase();
            !name.starts_with("utm_") && !TRACKING.contains(&name.as_str())
        })
        .collect();
    kept.sort_by(|a, b| a.split('=').next().cmp(&b.split('=').next()));
    let query = kept
        .iter()
        .map(|pair| normalised_escapes(pair))
        .collect::<Vec<_>>()
        .join("&");
    (!query.is_empty()).then_some(query)
}

/// What a page of a site is found by: its id where the tag gives one, else path and query. The origin is not part of
/// it, since a site's origins are mirrors of each other.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PageKey(String);

impl PageKey {
    /// The key of an address, or of the id that the tag gave with it.
    pub fn of(url: &PageUrl, page_id: Option<&str>) -> Result<Self, InvalidPage> {
        match page_id {
            None => Ok(Self(format!("url:{}", url.path_and_query()))),
            Some(id)
                if id.trim().is_empty() || id.len() > PAGE_ID_LIMIT || id.chars().any(char::is_control) =>
            {
                Err(InvalidPage::Id)
            }
            Some(id) => Ok(Self(format!("id:{id}"))),
        }
    }
    /// Reads what the database kept.
    pub fn from_storage(key: String) -> Self {
        Self(key)
    }
    /// The id that the tag gives, where the key is one.
    pub fn page_id(&self) -> Option<&str> {
        self.0.strip_prefix("id:")
    }
    /// The key as the database keeps it: `id:...` or `url:/path?query`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a page takes new comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageState {
    /// It does.
    Open,
    /// It does not; what is there stays readable.
    Closed,
}

impl PageState {
    /// The state's word in the interface.
    pub fn as_str(self) -> &'static str {
        match self {
            PageState::Open => "open",
            PageState::Closed => "closed",
        }
    }
}

/// A page's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageAddress {
    /// A browser sent it beside an id that the page is found by; not public until a moderator confirms it. Whoever
    /// comments first would else choose where everybody's links to the page lead.
    Claimed(String),
    /// The page is found by it, or a moderator confirmed it.
    Confirmed(String),
}

impl PageAddress {
    /// What the public may see.
    pub fn public(&self) -> Option<&str> {
        match self {
            PageAddress::Confirmed(url) => Some(url),
            PageAddress::Claimed(_) => None,
        }
    }
    /// The address, sure or not: for moderators.
    pub fn as_str(&self) -> &str {
        match self {
            PageAddress::Claimed(url) | PageAddress::Confirmed(url) => url,
        }
    }
    /// What nobody has confirmed.
    pub fn claimed(&self) -> Option<&str> {
        match self {
            PageAddress::Claimed(url) => Some(url),
            PageAddress::Confirmed(_) => None,
        }
    }
}

/// A page's title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Title {
    /// Nobody gave one.
    None,
    /// A browser sent it; not public until a moderator confirms it.
    Claimed(String),
    /// A moderator confirmed or wrote it.
    Confirmed(String),
}

impl Title {
    /// What the public may see.
    pub fn public(&self) -> Option<&str> {
        match self {
            Title::Confirmed(title) => Some(title),
            Title::None | Title::Claimed(_) => None,
        }
    }
}

/// A page of a site under discussion. Made by its first comment, never by a read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its id.
    pub id: PageId,
    /// The site it belongs to.
    pub site_id: SiteId,
    /// Its canonical address.
    pub address: PageAddress,
    /// Its title.
    pub title: Title,
    /// Whether it takes comments.
    pub state: PageState,
    /// Grows with every public change; what finished bytes are checked against.
    pub version: i64,
    /// Public comments on it.
    pub comment_count: i64,
    /// When its first comment came.
    pub created_at: Micros,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(url: &str) -> String {
        PageKey::of(&PageUrl::parse(url).unwrap(), None)
            .unwrap()
            .as_str()
            .to_owned()
    }

    #[test]
    fn mirrors_tracking_and_spelling_are_one_page() {
        for (url, expected) in [
            ("https://blog.example.org/a/post", "url:/a/post"),
            ("http://www.blog.example.org/a/post/", "url:/a/post"),
            (
                "https://blog.example.org/a/post?utm_source=x&fbclid=y#c",
                "url:/a/post",
            ),
            ("https://blog.example.org/?p=123", "url:/?p=123"),
            ("https://blog.example.org/?p=124&utm_x=1", "url:/?p=124"),
            ("https://blog.example.org/x?b=2&a=1&b=1", "url:/x?a=1&b=2&b=1"),
            ("https://blog.example.org/%7Eal%2fx", "url:/~al%2Fx"),
            ("https://blog.example.org/100%", "url:/100%"),
            ("https://blog.example.org/%zz%4", "url:/%zz%4"),
            ("https://blog.example.org", "url:/"),
        ] {
            assert_eq!(key(url), expected, "{url}");
        }
    }

    #[test]
    fn the_canonical_address_keeps_its_origin() {
        let url = PageUrl::parse("https://Blog.Example.org:443/Post?utm_source=x&p=1#top").unwrap();
        assert_eq!(url.canonical(), "https://blog.example.org/Post?p=1");
        assert_eq!(url.origin().as_str(), "https://blog.example.org");
    }

    #[test]
    fn an_id_goes_before_the_address() {
        let url = PageUrl::parse("https://blog.example.org/x").unwrap();
        assert_eq!(PageKey::of(&url, Some("post-7")).unwrap().as_str(), "id:post-7");
        for id in ["", " ", "a\u{0}b", &"x".repeat(201)] {
            assert_eq!(PageKey::of(&url, Some(id)), Err(InvalidPage::Id));
        }
    }

    #[test]
    fn refuses_other_addresses() {
        for (url, why) in [
            ("https://user@blog.example.org/", InvalidPage::Userinfo),
            ("https://user:pw@blog.example.org/", InvalidPage::Userinfo),
            ("https://@blog.example.org/", InvalidPage::Userinfo),
            ("https:\\\\blog.example.org/", InvalidPage::Address),
            ("/relative", InvalidPage::Address),
            ("javascript:alert(1)", InvalidPage::Address),
            ("data:text/html,x", InvalidPage::Address),
            ("", InvalidPage::Address),
            ("https://blog.example.org/\u{0}", InvalidPage::Address),
        ] {
            assert_eq!(PageUrl::parse(url), Err(why), "{url}");
        }
        assert!(PageUrl::parse("https://blog.example.org/a@b?c=@d").is_ok());
        let long = format!("https://blog.example.org/{}", "x".repeat(2_048));
        assert_eq!(PageUrl::parse(&long), Err(InvalidPage::Address));
    }
}
