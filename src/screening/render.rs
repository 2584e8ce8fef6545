//! Markdown to HTML, which `sanitise` has yet to clean. Raw HTML is shown as the text it is; images become links,
//! headings bold paragraphs; no tables, no footnotes.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::linkify;
use super::plain::Plain;
use super::sanitise::LANGUAGES;
use crate::domain::text::shows_nothing;

/// Quotes and lists nest this deep; what is deeper is shown at this depth.
const BLOCK_DEPTH: usize = 8;
/// Emphasis nests this deep. More cannot be seen, and makes browsers slow.
const INLINE_DEPTH: usize = 8;
/// A comment has at most this many links one can click; the rest stay text. Bounds the output too.
const LINK_LIMIT: usize = 100;

/// A rendered comment.
#[derive(Debug, Clone, Default)]
pub(super) struct Rendered {
    /// Markup to be sanitised.
    pub html: String,
    /// What its readers see.
    pub plain: Plain,
    /// Its links, clickable or not, in order.
    pub links: Vec<Link>,
    /// Whether a link without a text shows its address in the place of one.
    pub shows_address: bool,
}

/// A link of a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    /// The bytes of the source that it was written as.
    pub source: Range<usize>,
    /// Whether the address itself is what the reader sees.
    pub bare: bool,
}

/// Renders a comment's source.
pub(super) fn render(source: &str) -> Rendered {
    let mut renderer = Renderer {
        source,
        rendered: Rendered::default(),
        open: Vec::new(),
        lists: Vec::new(),
        blocks: 0,
        inlines: 0,
        links: 0,
        code: false,
        run: None,
    };
    for (event, range) in Parser::new_ext(source, Options::ENABLE_STRIKETHROUGH).into_offset_iter() {
        renderer.event(event, range);
    }
    renderer.end_run();
    renderer.rendered
}

/// Text as text: the four characters that HTML could read otherwise are escaped.
fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}

/// What closes an open tag of the Markdown.
enum Close {
    /// A block: its end tag, and a break in the visible text.
    Block(&'static str),
    /// A quote or list that counts towards the depth.
    Nested(&'static str),
    /// Emphasis that counts towards the depth.
    Inline(&'static str),
    /// A code block.
    Code,
    /// A link, with an end tag or without; its address is shown where it has no text.
    Link {
        end: &'static str,
        shown_from: usize,
        address: String,
    },
    /// A quote, list, item or emphasis that was left out for depth.
    Nothing,
}

struct Renderer<'a> {
    source: &'a str,
    rendered: Rendered,
    open: Vec<Close>,
    /// For each open list whether it is shown as one.
    lists: Vec<bool>,
    blocks: usize,
    inlines: usize,
    /// How many links and images are open around here.
    links: usize,
    code: bool,
    /// Where in the visible text a run of plain text began. Markdown cuts text at every `_` and `&`; addresses are
    /// looked for in the whole run.
    run: Option<usize>,
}

impl Renderer<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        if let Event::Text(text) = &event
            && !self.code
            && self.links == 0
        {
            self.run.get_or_insert(self.rendered.plain.as_str().len());
            self.rendered.plain.push(self.source, text, range);
            return;
        }
        self.end_run();
        match event {
            Event::Text(text) => {
                escape(&mut self.rendered.html, &text);
                self.rendered.plain.push(self.source, &text, range);
            }
            Event::Code(text) => {
                self.rendered.html.push_str("<code>");
                escape(&mut self.rendered.html, &text);
                self.rendered.html.push_str("</code>");
                self.rendered.plain.push(self.source, &text, range);
            }
            Event::Html(text) => {
                self.written_html(&text, &range);
                self.rendered.plain.push(self.source, &text, range);
            }
            // Shown, but no part of the sentence: `Ne<b>il` reads "Neil" to a person too.
            Event::InlineHtml(text) => self.written_html(&text, &range),
            Event::SoftBreak | Event::HardBreak => {
                // People who press Enter mean a new line.
                self.rendered.html.push_str("<br>\n");
                self.rendered.plain.push_break("\n");
            }
            Event::Rule => self.rendered.plain.push_break("\n\n"),
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => {
                if matches!(tag, TagEnd::List(_)) {
                    self.lists.pop();
                }
                self.end();
            }
            Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {
                // Extensions that are off.
            }
        }
    }

    /// Raw HTML, shown as text. An address in it is an address.
    fn written_html(&mut self, text: &str, range: &Range<usize>) {
        self.text_with_addresses(text, |found| {
            range.start + found.start..(range.start + found.end).min(range.end)
        });
    }

    fn end_run(&mut self) {
        if let Some(start) = self.run.take() {
            let plain = std::mem::take(&mut self.rendered.plain);
            let text = plain.as_str().get(start..).unwrap_or("");
            self.text_with_addresses(text, |found| {
                plain.to_source(start + found.start..start + found.end)
            });
            self.rendered.plain = plain;
        }
    }

    fn text_with_addresses(&mut self, text: &str, to_source: impl Fn(Range<usize>) -> Range<usize>) {
        let mut shown = 0;
        for address in linkify::addresses(text) {
            let html = &mut self.rendered.html;
            escape(html, text.get(shown..address.range.start).unwrap_or(""));
            shown = address.range.end;
            let written = text.get(address.range.clone()).unwrap_or("");
            if self.rendered.links.len() < LINK_LIMIT {
                html.push_str("<a href=\"");
                escape(html, &address.href);
                html.push_str("\">");
                escape(html, written);
                html.push_str("</a>");
            } else {
                escape(html, written);
            }
            self.rendered.links.push(Link {
                source: to_source(address.range),
                bare: true,
            });
        }
        escape(&mut self.rendered.html, text.get(shown..).unwrap_or(""));
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        let close = match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.block("<p>", "</p>\n"),
            Tag::Heading { .. } => self.block("<p><strong>", "</strong></p>\n"),
            Tag::BlockQuote(_) => self.nested("<blockquote>\n", "</blockquote>\n"),
            Tag::List(first) => {
                self.lists.push(self.blocks < BLOCK_DEPTH);
                match first {
                    None => self.nested("<ul>\n", "</ul>\n"),
                    Some(1) => self.nested("<ol>\n", "</ol>\n"),
                    Some(first) => self.nested(&format!("<ol start=\"{first}\">\n"), "</ol>\n"),
                }
            }
            Tag::Item if self.lists.last() == Some(&true) => self.block("<li>", "</li>\n"),
            Tag::Item => self.block("<br>\n", ""),
            Tag::CodeBlock(kind) => {
                self.code = true;
                self.rendered.plain.push_break("\n\n");
                self.rendered.html.push_str(&code_start(&kind));
                Close::Code
            }
            Tag::Emphasis => self.inline("<em>", "</em>"),
            Tag::Strong => self.inline("<strong>", "</strong>"),
            Tag::Strikethrough => self.inline("<del>", "</del>"),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => self.link(&dest_url, range),
            Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Table(_)
            | Tag::TableHead
            | Tag::TableRow
            | Tag::TableCell
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => Close::Nothing,
        };
        self.open.push(close);
    }

    fn block(&mut self, start: &str, end: &'static str) -> Close {
        self.rendered.html.push_str(start);
        self.rendered.plain.push_break("\n\n");
        Close::Block(end)
    }

    fn nested(&mut self, start: &str, end: &'static str) -> Close {
        self.rendered.plain.push_break("\n\n");
        if self.blocks < BLOCK_DEPTH {
            self.blocks += 1;
            self.rendered.html.push_str(start);
            Close::Nested(end)
        } else {
            Close::Nothing
        }
    }

    fn inline(&mut self, start: &str, end: &'static str) -> Close {
        if self.inlines < INLINE_DEPTH {
            self.inlines += 1;
            self.rendered.html.push_str(start);
            Close::Inline(end)
        } else {
            Close::Nothing
        }
    }

    /// A link or image. Where it may not lead, and within another, its text stands alone.
    fn link(&mut self, destination: &str, range: Range<usize>) -> Close {
        let room = self.rendered.links.len() < LINK_LIMIT;
        let href = linkify::allowed(destination).filter(|_| room && self.links == 0);
        self.links += 1;
        self.rendered.links.push(Link {
            source: range,
            bare: false,
        });
        let end = match &href {
            Some(href) => {
                self.rendered.html.push_str("<a href=\"");
                escape(&mut self.rendered.html, href);
                self.rendered.html.push_str("\">");
                "</a>"
            }
            None => "",
        };
        Close::Link {
            end,
            shown_from: self.rendered.html.len(),
            address: destination.to_owned(),
        }
    }

    fn end(&mut self) {
        let end = match self.open.pop() {
            Some(Close::Block(end)) => {
                self.rendered.plain.push_break("\n\n");
                end
            }
            Some(Close::Nested(end)) => {
                self.blocks = self.blocks.saturating_sub(1);
                end
            }
            Some(Close::Inline(end)) => {
                self.inlines = self.inlines.saturating_sub(1);
                end
            }
            Some(Close::Code) => {
                self.code = false;
                self.rendered.plain.push_break("\n\n");
                "</code></pre>\n"
            }
            Some(Close::Link {
                end,
                shown_from,
                address,
            }) => {
                self.links = self.links.saturating_sub(1);
                if self.rendered.html.len() == shown_from {
                    escape(&mut self.rendered.html, &address);
                    self.rendered.shows_address |= !address.chars().all(shows_nothing);
                }
                end
            }
            Some(Close::Nothing) | None => "",
        };
        self.rendered.html.push_str(end);
    }
}

fn code_start(kind: &CodeBlockKind<'_>) -> String {
    let written = match kind {
        CodeBlockKind::Fenced(info) => info.split_whitespace().next().unwrap_or("").to_ascii_lowercase(),
        CodeBlockKind::Indented => String::new(),
    };
    match LANGUAGES.iter().find(|language| **language == written) {
        Some(language) => format!("<pre><code class=\"language-{language}\">"),
        None => String::from("<pre><code>"),
    }
}
