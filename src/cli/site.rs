//! `hustings site`: adding sites, their settings and origins.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use clap::{Args, Subcommand};

use crate::app::App;
use crate::domain::origin::Origin;
use crate::domain::provider::{InvalidProviderKey, ProviderKey};
use crate::domain::site::{HoldPolicy, LetterReaders, Site, Slug};
use crate::service::about;
use crate::service::manage;
use crate::service::sites::{self, Settings};

/// Sites: a blog that embeds comments.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Adds a site.
    Add {
        /// Its name in addresses: a-z, 0-9 and hyphens.
        slug: Slug,
        /// Its name for people.
        #[arg(long)]
        name: String,
        /// An origin that its pages lie under, such as https://blog.example.org; may be given again for mirrors.
        #[arg(long = "origin", required = true)]
        origins: Vec<Origin>,
    },
    /// Changes a site's settings; what is not given stays.
    Set(Set),
    /// Adds or removes an origin.
    #[command(subcommand)]
    Origin(OriginCommand),
    /// Lists sites: slug, hold policy, origins, name, separated by tabs.
    List,
}

/// What `site set` changes.
#[derive(Debug, Args)]
pub struct Set {
    /// The site.
    slug: Slug,
    /// Its name for people.
    #[arg(long)]
    name: Option<String>,
    /// What is held before a moderator has seen it: all, first (until an author's first approved comment) or flagged.
    #[arg(long)]
    hold: Option<HoldPolicy>,
    /// How long authors may edit: a number with s, m, h or d, such as 15m.
    #[arg(long, value_parser = duration)]
    edit_window: Option<Duration>,
    /// A comment with more links than this is held.
    #[arg(long)]
    max_links: Option<u32>,
    /// The site's language, such as en.
    #[arg(long)]
    lang: Option<String>,
    /// Who is told by letter that comments wait: moderators (with the owners), owners or nobody.
    #[arg(long, value_name = "WHO")]
    waiting_letters: Option<LetterReaders>,
    /// Whether such a letter carries the comments' texts and whom they name: true or false.
    #[arg(long, value_name = "BOOL")]
    waiting_letters_text: Option<bool>,
    /// Where readers may sign in with accounts they have, in the order of the buttons: keys of the configuration's
    /// providers with commas between, such as google,github; all; or none.
    #[arg(long, value_name = "KEYS", value_parser = shown_providers)]
    providers: Option<ShownProviders>,
    /// Where people can complain, as the page about the comments says: an email address, or an address that begins with
    /// https://; an empty one leads them to the blog again.
    #[arg(long, value_name = "ADDRESS")]
    contact: Option<String>,
    /// Nobody can write; readers see this sentence.
    #[arg(long, conflicts_with = "resume")]
    pause: Option<String>,
    /// Readers can write again.
    #[arg(long)]
    resume: bool,
    /// What the page about the comments says, from a file in Markdown (`-`: standard input); an empty one brings the
    /// server's own words back.
    #[arg(long, value_name = "FILE")]
    about: Option<PathBuf>,
}

/// Origins of a site.
#[derive(Debug, Subcommand)]
pub enum OriginCommand {
    /// Adds an origin.
    Add {
        /// The site.
        slug: Slug,
        /// Such as https://www.blog.example.org.
        origin: Origin,
    },
    /// Removes an origin; the last one stays.
    Remove {
        /// The site.
        slug: Slug,
        /// Such as https://www.blog.example.org.
        origin: Origin,
    },
}

/// What `--providers` takes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ShownProviders(Option<Vec<ProviderKey>>);

/// `all`, `none`, or keys with commas between.
fn shown_providers(text: &str) -> Result<ShownProviders, InvalidProviderKey> {
    let list = match text.trim() {
        "all" => None,
        "none" => Some(Vec::new()),
        keys => Some(
            keys.split(',')
                .map(|key| key.trim().parse())
                .collect::<Result<_, _>>()?,
        ),
    };
    Ok(ShownProviders(list))
}

/// `90s`, `15m`, `2h`, `1d`.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || String::from("write a number with s, m, h or d, such as 15m");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return Err(wrong()),
    };
    let number: u64 = text
        .trim_end_matches(unit)
        .parse()
        .map_err(|_not_a_number| wrong())?;
    let seconds = number
        .checked_mul(seconds)
        .filter(|seconds| *seconds <= 365 * 86_400);
    seconds
        .map(Duration::from_secs)
        .ok_or_else(|| String::from("at most a year"))
}

impl Command {
    /// Runs the command; results go to `out`.
    ///
    /// # Errors
    /// What the service refused, or where `out` cannot be written.
    pub fn run(self, app: &App, out: &mut dyn Write) -> anyhow::Result<()> {
        match self {
            Command::Add { slug, name, origins } => line(out, &sites::add(app, slug, &name, origins)?)?,
            Command::Set(set) => {
                let paused = if set.resume {
                    Some(None)
                } else {
                    set.pause.map(Some)
                };
                let settings = Settings {
                    name: set.name,
                    hold: set.hold,
                    edit_window: set.edit_window,
                    max_links: set.max_links,
                    lang: set.lang,
                    waiting_letters: set.waiting_letters,
                    waiting_letters_text: set.waiting_letters_text,
                    providers: set.providers.map(|shown| shown.0),
                    contact: set.contact.as_deref().map(manage::contact).transpose()?,
                    paused,
                };
                let about = set.about.as_deref().map(text_of).transpose()?;
                let site = sites::set(app, &set.slug, settings)?;
                if let Some(about) = about {
                    about::set(app, &set.slug, &about)?;
                }
                line(out, &site)?;
            }
            Command::Origin(OriginCommand::Add { slug, origin }) => {
                sites::add_origin(app, &slug, origin)?;
                line(out, &sites::by_slug(app, &slug)?)?;
            }
            Command::Origin(OriginCommand::Remove { slug, origin }) => {
                if !sites::remove_origin(app, &slug, origin.clone())? {
                    anyhow::bail!("{origin} is not an origin of {slug}");
                }
                line(out, &sites::by_slug(app, &slug)?)?;
            }
            Command::List => {
                for site in sites::all(app)? {
                    line(out, &site)?;
                }
            }
        }
        Ok(())
    }
}

/// What a file holds, or standard input.
fn text_of(file: &Path) -> anyhow::Result<String> {
    if file == Path::new("-") {
        return Ok(std::io::read_to_string(std::io::stdin())?);
    }
    std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))
}

fn line(out: &mut dyn Write, site: &Site) -> std::io::Result<()> {
    let origins = site
        .origins
        .iter()
        .map(Origin::as_str)
        .collect::<Vec<_>>()
        .join(" ");
    writeln!(
        out,
        "{}\t{}\t{origins}\t{}",
        site.slug,
        site.policy.hold.as_str(),
        site.name
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_providers() {
        let keys = |list: &[&str]| Some(list.iter().map(|key| key.parse().unwrap()).collect());
        for (text, list) in [
            ("all", None),
            ("none", keys(&[])),
            ("google", keys(&["google"])),
            ("google, ward-club", keys(&["google", "ward-club"])),
        ] {
            assert_eq!(shown_providers(text), Ok(ShownProviders(list)), "{text}");
        }
        for text in ["", "google,", "Google", "google,all", "google github"] {
            assert!(shown_providers(text).is_err(), "{text}");
        }
    }

    #[test]
    fn durations() {
        for (text, seconds) in [
            ("90s", 90),
            ("15m", 900),
            ("2h", 7_200),
            ("1d", 86_400),
            ("0m", 0),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in [
            "",
            "15",
            "m",
            "1w",
            "-1m",
            "1.5h",
            "366d",
            "99999999999999999999d",
        ] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
