//! What owners say about their sites, rendered: of each site the text that was asked for last. Rendering takes longer than
//! reading.

use std::fmt;
use std::sync::Arc;

use quick_cache::sync::Cache;

use crate::domain::html::SafeHtml;
use crate::domain::id::SiteId;

/// Sites whose words are kept rendered.
const SITES: usize = 128;

/// A text and what it was rendered to.
type Rendered = Arc<(String, SafeHtml)>;

/// The latest rendered words of each site that was asked about lately.
pub struct Abouts(Cache<SiteId, Rendered>);

impl Default for Abouts {
    fn default() -> Self {
        Self(Cache::new(SITES))
    }
}

impl Abouts {
    /// What the site's Markdown was rendered to, where what is kept was rendered of this very text; else what `render` makes
    /// of it, which is kept.
    pub fn get_or_render(
        &self,
        site: SiteId,
        markdown: &str,
        render: impl FnOnce(&str) -> SafeHtml,
    ) -> SafeHtml {
        let kept = self.0.get(&site);
        if let Some(kept) = kept.filter(|kept| kept.0 == markdown) {
            return kept.1.clone();
        }
        let html = render(markdown);
        self.0.insert(site, Arc::new((markdown.to_owned(), html.clone())));
        html
    }
}

impl fmt::Debug for Abouts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Abouts({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::Micros;
    use crate::domain::rng::SeededRng;
    use crate::domain::text::CommentSource;
    use crate::screening;

    #[test]
    fn a_text_is_rendered_once_and_another_anew() {
        let abouts = Abouts::default();
        let site = SiteId::new(Micros::from_i64(0), &SeededRng::new(1));
        let mut rendered = 0;
        let mut html = |markdown: &str| {
            let html = abouts.get_or_render(site, markdown, |markdown| {
                rendered += 1;
                screening::preview(&CommentSource::parse(markdown).unwrap())
            });
            (html.as_str().trim().to_owned(), rendered)
        };
        assert_eq!(html("*One*"), (String::from("<p><em>One</em></p>"), 1));
        assert_eq!(html("*One*").1, 1);
        assert_eq!(html("Two"), (String::from("<p>Two</p>"), 2));
        assert_eq!(html("*One*").1, 3);
    }
}
