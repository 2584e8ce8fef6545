//! The one sanitiser: HTML of any origin in, [`SafeHtml`] out. Which elements, attributes and schemes may pass is said
//! here and nowhere else; rendering is in `render`.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::domain::html::SafeHtml;

/// Elements that may pass. None of them can switch the parser's mode (no `svg`, `math`, `style`, `title`, `textarea`,
/// `noscript`, `iframe`, `template`, ...): every mutation XSS known needed one that does.
pub(super) const TAGS: [&str; 12] = [
    "p",
    "br",
    "em",
    "strong",
    "del",
    "code",
    "pre",
    "blockquote",
    "ul",
    "ol",
    "li",
    "a",
];
/// Schemes that a link may have.
pub(super) const SCHEMES: [&str; 3] = ["https", "http", "mailto"];
/// What every link says of itself: not vouched for, written by a reader, no handle to this page, no referrer.
pub(super) const LINK_REL: &str = "nofollow ugc noopener noreferrer";
/// Languages of code blocks whose class may pass.
pub(super) const LANGUAGES: [&str; 24] = [
    "bash",
    "c",
    "cpp",
    "css",
    "diff",
    "go",
    "html",
    "java",
    "javascript",
    "json",
    "kotlin",
    "markdown",
    "php",
    "python",
    "ruby",
    "rust",
    "scala",
    "sh",
    "sql",
    "swift",
    "toml",
    "typescript",
    "xml",
    "yaml",
];
const LANGUAGE_CLASSES: [&str; 24] = [
    "language-bash",
    "language-c",
    "language-cpp",
    "language-css",
    "language-diff",
    "language-go",
    "language-html",
    "language-java",
    "language-javascript",
    "language-json",
    "language-kotlin",
    "language-markdown",
    "language-php",
    "language-python",
    "language-ruby",
    "language-rust",
    "language-scala",
    "language-sh",
    "language-sql",
    "language-swift",
    "language-toml",
    "language-typescript",
    "language-xml",
    "language-yaml",
];

static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    // `empty`, not `default`: the default lets images, tables, headings, 24 schemes and relative links through.
    let mut builder = ammonia::Builder::empty();
    builder
        .tags(HashSet::from(TAGS))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("ol", HashSet::from(["start"])),
        ]))
        .allowed_classes(HashMap::from([("code", HashSet::from(LANGUAGE_CLASSES))]))
        .generic_attributes(HashSet::new())
        .clean_content_tags(HashSet::from(["script", "style"]))
        .url_schemes(HashSet::from(SCHEMES))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some(LINK_REL))
        .strip_comments(true);
    builder
});

/// How often a text may change again when its cleaned form is cleaned. One more round has settled all that was seen.
const ROUNDS: usize = 4;

/// Takes away whatever is not on the lists. `sanitise(sanitise(x)) == sanitise(x)`: the parser moves things about for an
/// element that is then dropped (`<li><table><li>`) and would lay them out otherwise without it, so the outcome is
/// cleaned until it stays the same, and what does not settle is shown as text.
pub(super) fn sanitise(html: &str) -> SafeHtml {
    let mut clean = CLEANER.clean(html).to_string();
    for _ in 0..ROUNDS {
        let again = CLEANER.clean(&clean).to_string();
        if again == clean {
            return SafeHtml::from_sanitiser(clean);
        }
        clean = again;
    }
    SafeHtml::from_sanitiser(CLEANER.clean(&ammonia::clean_text(&clean)).to_string())
}
