//! The HTML fragment of a part of a page: a semantic tree of articles. The widget, the page without scripts and static
//! builds show the same one.

use askama::Template;
use serde_json::json;

use crate::app::App;
use crate::domain::site::Site;
use crate::domain::text::COMMENT_LIMIT;
use crate::messages::Texts;
use crate::service::read_page::PartView;
use crate::service::views::CommentView;
use crate::web::assets;

/// The fragment's contract number: raised when its structure changes in a way that a widget must know of.
pub const CONTRACT: u8 = 1;

/// Stands, in the fragment with links, where the query goes that leads to the page: the same bytes serve however the page
/// was asked for. No text that somebody writes can hold it.
pub const QUERY: char = '\0';

/// Levels below the first that are indented; deeper answers stay on the last and say whom they answer.
const LEVELS: usize = 4;

#[derive(Template)]
#[template(path = "web/embed/templates/fragment.html")]
struct Fragment<'a> {
    contract: u8,
    texts: &'a Texts,
    count: i64,
    view: &'a PartView,
    items: Vec<Item<'a>>,
    after_last: String,
    within: bool,
    data: Option<String>,
    linked: bool,
    writable: bool,
}

/// What a fragment has beside its part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    /// Whether the part was opened somewhere within the page, so that there are comments before it.
    pub within: bool,
    /// What the widget needs to know, as JSON that can stand in a script element; pages of ours do without.
    pub data: Option<String>,
    /// Whether what scripts would do are links, each with [`QUERY`] in it: for the page without scripts.
    pub linked: bool,
}

/// What the widget needs to know of the server and the site, with its sentences.
pub fn data(app: &App, site: &Site, texts: &Texts) -> String {
    let origins: Vec<&str> = site.origins.iter().map(|origin| origin.as_str()).collect();
    let mut data = json!({
        "from": app.config.mail.from.address.as_str(),
        "limit": COMMENT_LIMIT,
        "origins": origins,
        "texts": texts.widget(),
    });
    let providers: Vec<_> = app
        .providers
        .shown(site.policy.providers.as_deref())
        .iter()
        .map(|provider| {
            let mark = assets::path(provider.mark().file());
            json!({
                "key": provider.key(),
                "name": provider.name(),
                "mark": format!("{}{mark}", app.config.server.public_url),
            })
        })
        .collect();
    if let (false, Some(data)) = (providers.is_empty(), data.as_object_mut()) {
        data.insert("providers".to_owned(), json!(providers));
    }
    // The demo's letters go nowhere: their reader is led to them.
    if app.config.demo
        && let Some(data) = data.as_object_mut()
    {
        data.insert(
            "letters".to_owned(),
            json!(format!("{}/demo/letters", app.config.server.public_url)),
        );
    }
    // `</script` and `<!--` would end the element.
    data.to_string().replace('<', "\\u003c")
}

/// A comment and the list markup that stands before it.
struct Item<'a> {
    comment: &'a CommentView,
    before: String,
    /// The name of whom it answers, where the indentation no longer shows it.
    answers: Option<&'a str>,
}

/// Renders a part in the language of `texts`.
///
/// # Errors
/// As the template engine's: a writer that fails, which a `String` does not.
pub fn render(view: &PartView, texts: &Texts, beside: Beside) -> Result<String, askama::Error> {
    let (items, after_last) = tree(&view.comments);
    let count = view.page.as_ref().map_or(0, |page| page.comment_count);
    Fragment {
        contract: CONTRACT,
        texts,
        count,
        view,
        items,
        after_last,
        within: beside.within,
        data: beside.data,
        linked: beside.linked,
        writable: view.notice.is_none() && view.page.as_ref().is_none_or(|page| page.state == "open"),
    }
    .render()
}

/// Lays the flat list out as nested lists: what each comment needs before it, and what the last needs after it. What
/// answers a comment of an earlier part stands on the first level of this one.
fn tree(comments: &[CommentView]) -> (Vec<Item<'_>>, String) {
    let mut place: std::collections::HashMap<&str, (usize, Option<&str>)> = std::collections::HashMap::new();
    let mut items = Vec::with_capacity(comments.len());
    let mut previous: Option<usize> = None;
    for comment in comments {
        let parent = comment
            .parent_id
            .as_deref()
            .and_then(|parent| place.get(parent))
            .copied();
        let level = parent.map_or(0, |(level, _)| (level + 1).min(LEVELS));
        let shown_by_indent = parent.is_none_or(|(above, _)| above < level);
        let name = comment.author.as_ref().map(|author| author.name.as_str());
        place.insert(&comment.id, (level, name));
        let before = match previous {
            None => String::from("<ol>"),
            Some(previous) if level > previous => String::from("<ol>"),
            Some(previous) => format!("</li>{}", "</ol></li>".repeat(previous - level)),
        };
        let answers = if shown_by_indent {
            None
        } else {
            parent.and_then(|(_, name)| name)
        };
        items.push(Item {
            comment,
            before,
            answers,
        });
        previous = Some(level);
    }
    let after_last = previous.map_or(String::new(), |level| {
        format!("</li></ol>{}", "</li></ol>".repeat(level))
    });
    (items, after_last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages;

    fn comment(id: &str, parent: Option<&str>) -> CommentView {
        CommentView {
            id: id.to_owned(),
            url: format!("https://blog.example.org/x#hustings-{id}"),
            kind: "comment",
            parent_id: parent.map(str::to_owned),
            depth: 0,
            author: None,
            html: None,
            revision: Some(1),
            created_at: None,
            edited_at: None,
            state: "published",
            score: None,
            reply_count: 0,
            replies_next: None,
        }
    }

    #[test]
    fn every_list_and_item_is_closed() {
        let deep: Vec<CommentView> = (0..9)
            .map(|n| comment(&n.to_string(), (n > 0).then(|| (n - 1).to_string()).as_deref()))
            .chain([
                comment("second", None),
                comment("elsewhere", Some("of an earlier part")),
            ])
            .collect();
        for upto in 0..=deep.len() {
            let view = PartView {
                page: None,
                comments: deep[..upto].to_vec(),
                next: None,
                notice: None,
            };
            let html = render(&view, messages::texts("en"), Beside::default()).unwrap();
            for tag in ["ol", "li", "article", "section"] {
                assert_eq!(
                    html.matches(&format!("<{tag}")).count(),
                    html.matches(&format!("</{tag}>")).count(),
                    "{tag} {upto}"
                );
            }
            assert_eq!(html.matches("<article").count(), upto);
        }
    }
}
