//! Tests that nothing dangerous passes: hostile texts through the pipeline, read back by a second HTML parser, and
//! texts made to cost time.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use lol_html::html_content::{Comment, Doctype};
use lol_html::{HtmlRewriter, Settings, doc_comments, doctype, element};
use proptest::prelude::*;

use super::*;
use crate::domain::text::COMMENT_LIMIT;
use crate::screening::sanitise::{LINK_REL, SCHEMES, TAGS, sanitise};

#[derive(serde::Deserialize)]
struct Vector {
    name: String,
    text: String,
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str(include_str!("../../../tests/fixtures/xss.json")).unwrap()
}

/// What a second parser finds in the markup that is not on the lists.
fn strangers(html: &str) -> Vec<String> {
    let found = RefCell::new(Vec::new());
    let note = |what: String| found.borrow_mut().push(what);
    let elements = element!("*", |element| {
        let tag = element.tag_name();
        if !TAGS.contains(&tag.as_str()) {
            note(format!("element {tag}"));
        }
        for attribute in element.attributes() {
            let (name, value) = (attribute.name(), attribute.value());
            let fits = match (tag.as_str(), name.as_str()) {
                ("a", "href") => url::Url::parse(&value.replace("&amp;", "&"))
                    .is_ok_and(|url| SCHEMES.contains(&url.scheme()) && url.username().is_empty()),
                ("a", "rel") => value == LINK_REL,
                ("ol", "start") => value.parse::<u32>().is_ok(),
                ("code", "class") => value
                    .strip_prefix("language-")
                    .is_some_and(|language| language.bytes().all(|b| b.is_ascii_lowercase())),
                _ => false,
            };
            if !fits {
                note(format!("{tag} {name}={value}"));
            }
        }
        if tag == "a" && !element.has_attribute("rel") {
            note(String::from("a without rel"));
        }
        Ok(())
    });
    let comments = doc_comments!(|_: &mut Comment<'_>| {
        note(String::from("comment"));
        Ok(())
    });
    let doctypes = doctype!(|_: &mut Doctype<'_>| {
        note(String::from("doctype"));
        Ok(())
    });
    let settings = Settings::new()
        .append_element_content_handler(elements)
        .append_document_content_handler(comments)
        .append_document_content_handler(doctypes);
    let mut rewriter = HtmlRewriter::new(settings, |_: &[u8]| {});
    rewriter.write(html.as_bytes()).unwrap();
    rewriter.end().unwrap();
    found.into_inner()
}

#[test]
fn the_second_parser_sees_what_is_not_on_the_lists() {
    assert_eq!(
        strangers(
            "<p>a &lt;script&gt; <a href=\"https://example.org\" rel=\"nofollow ugc noopener noreferrer\">b</a></p>"
        ),
        [""; 0]
    );
    for html in [
        "<script>",
        "<p onclick=x>",
        "<a href=\"javascript:x\" rel=\"nofollow ugc noopener noreferrer\">",
        "<a href=\"https://example.org\">",
        "<!-- x -->",
        "<code class=\"x\">",
    ] {
        assert_ne!(strangers(html), [""; 0], "{html}");
    }
}

#[test]
fn no_vector_passes() {
    let vectors = vectors();
    assert!(vectors.len() >= 60);
    for Vector { name, text } in vectors {
        let html = prepared(&text).html().as_str().to_owned();
        assert_eq!(strangers(&html), [""; 0], "{name}: {html}");
        assert_eq!(sanitise(&html).as_str(), html, "{name}");
        // Past Markdown, too, should a later renderer let HTML through.
        let bare = sanitise(&text);
        assert_eq!(strangers(bare.as_str()), [""; 0], "{name}: {}", bare.as_str());
        assert_eq!(sanitise(bare.as_str()), bare, "{name}");
    }
}

#[test]
fn what_is_harmless_is_shown() {
    for (source, html) in [
        (
            "a *b* **c** ~~d~~ `e`",
            "<p>a <em>b</em> <strong>c</strong> <del>d</del> <code>e</code></p>\n",
        ),
        ("one\ntwo\n\nthree", "<p>one<br>\ntwo</p>\n<p>three</p>\n"),
        ("# Head *ing*", "<p><strong>Head <em>ing</em></strong></p>\n"),
        (
            "> a\n\n- b\n- c",
            "<blockquote>\n<p>a</p>\n</blockquote>\n<ul>\n<li>b</li>\n<li>c</li>\n</ul>\n",
        ),
        ("3. a", "<ol start=\"3\">\n<li>a</li>\n</ol>\n"),
        ("1. a", "<ol>\n<li>a</li>\n</ol>\n"),
        (
            "```rust ignore\nlet a = \"<b>\";\n```",
            "<pre><code class=\"language-rust\">let a = \"&lt;b&gt;\";\n</code></pre>\n",
        ),
        ("```nonsense\nx\n```", "<pre><code>x\n</code></pre>\n"),
        ("<b>x</b> & \"y\"", "<p>&lt;b&gt;x&lt;/b&gt; &amp; \"y\"</p>\n"),
        ("<div>\nx", "<p>&lt;div&gt;\nx</p>\n"),
        ("[x](javascript:alert(1))", "<p>x</p>\n"),
        ("| a |\n|---|\n| b |", "<p>| a |<br>\n|---|<br>\n| b |</p>\n"),
        ("a\n\n---\n\nb", "<p>a</p>\n<p>b</p>\n"),
        (
            "see https://example.org/a_b?c=1&d=2.",
            "<p>see <a href=\"https://example.org/a_b?c=1&amp;d=2\" rel=\"nofollow ugc noopener noreferrer\">https://example.org/a_b?c=1&amp;d=2</a>.</p>\n",
        ),
        (
            "![alt](https://example.org/x.png) ![](https://example.org/y.png)",
            "<p><a href=\"https://example.org/x.png\" rel=\"nofollow ugc noopener noreferrer\">alt</a> \
             <a href=\"https://example.org/y.png\" rel=\"nofollow ugc noopener noreferrer\">https://example.org/y.png</a></p>\n",
        ),
        (
            "[https://example.org](https://example.net)",
            "<p><a href=\"https://example.net/\" rel=\"nofollow ugc noopener noreferrer\">https://example.org</a></p>\n",
        ),
        (
            "`https://example.org`",
            "<p><code>https://example.org</code></p>\n",
        ),
    ] {
        assert_eq!(prepared(source).html().as_str(), html, "{source}");
        assert_eq!(
            &preview(&CommentSource::parse(source).unwrap()),
            prepared(source).html()
        );
    }
}

#[test]
fn eight_quotes_nest_and_more_are_flattened() {
    for (depth, shown) in [(1, 1), (7, 7), (8, 8), (9, 8), (300, 8)] {
        for mark in [">", "- "] {
            let html = prepared(&format!("{} text", mark.repeat(depth)))
                .html()
                .as_str()
                .to_owned();
            let tag = if mark == ">" { "<blockquote>" } else { "<ul>" };
            assert_eq!(html.matches(tag).count(), shown, "{depth} {mark}: {html}");
            assert!(html.contains("text"), "{depth} {mark}");
        }
    }
    let mixed = prepared(&format!("{} text", "> - ".repeat(20)));
    let depth =
        mixed.html().as_str().matches("<blockquote>").count() + mixed.html().as_str().matches("<ul>").count();
    assert_eq!(depth, 8);
}

#[test]
fn links_beyond_a_hundred_are_text() {
    let html = prepared(&"https://example.org/a ".repeat(300))
        .html()
        .as_str()
        .to_owned();
    assert_eq!(html.matches("<a ").count(), 100);
    assert_eq!(html.matches("https://example.org/a</a>").count(), 100);
    assert_eq!(html.matches("https://example.org/a").count(), 400);
}

/// Sixteen kilobytes of anything cost milliseconds in a release build. The bound here is wide, for builds without
/// optimisation on busy machines; what blows up takes minutes or the stack.
fn costs_little(source: &str) {
    let Ok(source) = CommentSource::parse(source) else {
        return;
    };
    let name = DisplayName::parse("Alice").unwrap();
    let case = Case::default();
    let start = Instant::now();
    let prepared = prepare(Draft {
        source: &source,
        name: &name,
        source_url: None,
    });
    judge(&prepared, &case.facts());
    let took = start.elapsed();
    let begins: String = source.as_str().chars().take(50).collect();
    assert!(prepared.failure.is_none(), "{begins:?}");
    assert!(prepared.html().as_str().len() < 10 * COMMENT_LIMIT, "{begins:?}");
    assert!(took < Duration::from_secs(20), "{begins:?} took {took:?}");
}

#[test]
fn no_repetition_costs_more_than_its_length() {
    for unit in [
        "&",
        "&#",
        "\\",
        "\t",
        "|",
        "#",
        "\"",
        "www.",
        "http://",
        "https://a.b ",
        "https://a.b/(",
        "Walton ",
        "Neil Walton ",
        "N. ",
        "A B ",
        "é",
        "е",
        "王",
        "a'",
        "👍\u{200D}",
        "a\u{301}",
        "%41",
        "x\n\n",
        "a@",
        "a:b ",
        "---\n",
        "\n- ",
    ] {
        costs_little(&unit.repeat(COMMENT_LIMIT / unit.len()));
    }
}

#[test]
fn no_nesting_costs_more_than_its_length() {
    for unit in [
        ">",
        "> ",
        "- ",
        "1. ",
        "> - ",
        "*",
        "**",
        "*a ",
        "*a_",
        "_",
        "`",
        "``a",
        "```\n",
        "~~",
        "[",
        "![",
        "[a](",
        "[a][",
        "[a]",
        "[a]: b\n",
        "]",
        "(",
        "<",
        "<a",
        "</",
        "<b>",
        "<p>",
        "<!--",
        "<![CDATA[",
        "<?",
    ] {
        costs_little(&unit.repeat(COMMENT_LIMIT / unit.len()));
        // What was opened goes on over many lines.
        let half = COMMENT_LIMIT / 2;
        costs_little(&format!(
            "{}{}",
            unit.repeat(half / unit.len()),
            "\na".repeat(half / 2)
        ));
        // Each bracket could be the link that stands above.
        let link = "[a]: https://example.org/a\n\n";
        costs_little(&format!(
            "{link}{}",
            unit.repeat((COMMENT_LIMIT - link.len()) / unit.len())
        ));
    }
}

#[test]
fn what_a_dropped_element_moved_is_laid_out_as_without_it() {
    let once = sanitise("<li><table><li>");
    assert_eq!(once.as_str(), "<li></li><li></li>");
    for html in [
        "<li><table><li>",
        "<a href=\"https://example.org\"><select><a href=\"https://example.org\">",
        "<table><a href=\"https://example.org\"><td><a href=\"https://example.org\">x",
    ] {
        let once = sanitise(html);
        assert_eq!(sanitise(once.as_str()), once, "{html}");
    }
}

proptest! {
    #[test]
    fn cleaning_twice_is_cleaning_once(html in html()) {
        let once = sanitise(&html);
        prop_assert_eq!(strangers(once.as_str()), Vec::<String>::new());
        prop_assert_eq!(sanitise(once.as_str()), once);
    }

    #[test]
    fn what_is_rendered_is_clean(source in html()) {
        if let Ok(source) = CommentSource::parse(&source) {
            let shown = preview(&source);
            prop_assert_eq!(strangers(shown.as_str()), Vec::<String>::new());
            prop_assert_eq!(sanitise(shown.as_str()), shown);
        }
    }
}

fn html() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "<p>",
        "</p>",
        "<a href=\"https://example.org\">",
        "<a href='javascript:x'>",
        "</a>",
        "<code class=\"language-rust x\">",
        "<ol start=3>",
        "<li>",
        "</ol>",
        "<pre>",
        "\n",
        "</pre>",
        "<blockquote>",
        "<em>",
        "</em>",
        "<strong>",
        "<script>",
        "</script>",
        "<style>",
        "</style>",
        "<svg>",
        "<math>",
        "<mtext>",
        "<table>",
        "<td>",
        "<select>",
        "<title>",
        "<textarea>",
        "<noscript>",
        "<template>",
        "<!--",
        "-->",
        "<img src=x onerror=x>",
        "<br>",
        "&lt;",
        "&amp;",
        "&",
        "<",
        ">",
        "\"",
        "'",
        "x",
        " ",
        "é",
        "\u{200D}",
        "\u{A0}",
        "\0",
        "\u{C}",
        "*",
        "_",
        "`",
        "[x](",
        ")",
        "> ",
        "- ",
        "<![CDATA[",
        "]]>",
        "<form>",
        "<p onclick=x>",
    ]);
    prop_oneof![
        prop::collection::vec(pieces, 0..30).prop_map(|pieces| pieces.concat()),
        any::<String>(),
    ]
}
