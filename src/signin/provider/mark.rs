//! Marks of providers: which drawing stands on a button. The drawings themselves are among `crate::web::assets`.

use crate::config::ProviderKind;

/// A provider's mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark(&'static str);

impl Mark {
    /// A key: for those that have no mark of their own.
    pub(super) const KEY: Self = Self("mark-key.svg");

    /// The name of its file among our own: an SVG of 24 by 24 in one colour, that of the text around it.
    pub fn file(self) -> &'static str {
        self.0
    }

    pub(super) fn of(kind: &ProviderKind) -> Self {
        Self(match kind {
            ProviderKind::X(_) => "mark-x.svg",
            ProviderKind::Facebook { .. } => "mark-facebook.svg",
            ProviderKind::Google(_) => "mark-google.svg",
            ProviderKind::GitHub(_) => "mark-github.svg",
            ProviderKind::WordPress(_) => "mark-wordpress.svg",
            ProviderKind::Microsoft { .. } => "mark-microsoft.svg",
            ProviderKind::Apple(_) => "mark-apple.svg",
            ProviderKind::Mastodon { .. } => "mark-mastodon.svg",
            ProviderKind::GitLab(_) => "mark-gitlab.svg",
            ProviderKind::Discord(_) => "mark-discord.svg",
            ProviderKind::LinkedIn(_) => "mark-linkedin.svg",
            ProviderKind::Twitch(_) => "mark-twitch.svg",
            ProviderKind::Telegram(_) => "mark-telegram.svg",
            ProviderKind::Oidc(_) | ProviderKind::OAuth2(_) => "mark-key.svg",
        })
    }
}
