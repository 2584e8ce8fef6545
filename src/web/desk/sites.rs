//! The sites: pausing one, and for its owners what it holds and how.

use std::time::Duration;

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::frame::{Frame, Place, Visit, see_other};
use super::words;
use crate::app::App;
use crate::domain::finding::Strength;
use crate::domain::role::Right;
use crate::domain::site::{HoldPolicy, ListedWord, Site, Slug};
use crate::messages;
use crate::service::ServiceError;
use crate::service::manage::{self, PolicyChange, SiteChange};
use crate::web::endpoint::{self, Endpoint};
use crate::web::error::{PageError, WebError};
use crate::web::extract::{FormBody, SiteSlug};
use crate::web::run;
use crate::web::shell::Shell;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        endpoint::get("/desk/sites", list),
        endpoint::get("/desk/sites/{site}", one),
        endpoint::post("/desk/sites/{site}/pause", pause),
        endpoint::post("/desk/sites/{site}", change),
    ]
}

#[derive(Template)]
#[template(path = "web/desk/templates/sites.html")]
struct ListPage<'a> {
    frame: &'a Frame,
    shell: &'a Shell,
    sites: &'a [Site],
}

async fn list(app: web::Data<App>, visit: Visit) -> Result<HttpResponse, PageError> {
    let seated = match visit.looks(&app).await? {
        Ok(seated) => seated,
        Err(page) => return Ok(page),
    };
    let page = run(&app, move |app| {
        let sites = manage::sites(app, &seated.staff)?;
        let title = messages::texts(seated.lang).say("desk-sites");
        let frame = Frame::new(app, &seated, Place::Sites, title);
        let page = ListPage {
            frame: &frame,
            shell: &frame.shell,
            sites: &sites,
        };
        frame.shell.render(&page)
    })
    .await?;
    Ok(page.answer(HttpResponse::Ok()))
}

#[derive(Template)]
#[template(path = "web/desk/templates/site.html")]
struct OnePage<'a> {
    frame: &'a Frame,
    shell: &'a Shell,
    site: &'a Site,
    may_decide: bool,
    may_manage: bool,
}

impl OnePage<'_> {
    fn holds(&self) -> [(&'static str, String); 3] {
        let texts = self.shell.texts;
        [
            ("all", texts.say("desk-hold-all")),
            ("first", texts.say("desk-hold-first")),
            ("flagged", texts.say("desk-hold-flagged")),
        ]
    }

    fn minutes(&self) -> u64 {
        self.site.policy.edit_window.as_secs() / 60
    }

    /// The list of reasons, one a line, as the field takes them.
    fn reasons(&self) -> String {
        self.site.policy.reasons.join("\n")
    }

    /// What the words of the list are shown as.
    fn reasons_shown(&self) -> Vec<String> {
        let reasons = self.site.policy.reasons.iter();
        reasons
            .map(|word| words::refusal_reason(self.shell.texts, word))
            .collect()
    }

    /// The words that are watched for, one a line, as [`word`] reads them.
    fn words(&self) -> String {
        let line = |word: &ListedWord| {
            let strength = word.strength.as_str();
            match word.regex {
                true => format!("{strength}: /{}/", word.pattern),
                false => format!("{strength}: {}", word.pattern),
            }
        };
        let lines: Vec<String> = self.site.policy.words.iter().map(line).collect();
        lines.join("\n")
    }
}

async fn one(
    app: web::Data<App>,
    visit: Visit,
    slug: Result<SiteSlug, WebError>,
) -> Result<HttpResponse, PageError> {
    let seated = match visit.looks(&app).await? {
        Ok(seated) => seated,
        Err(page) => return Ok(page),
    };
    let SiteSlug(slug) = slug?;
    let page = run(&app, move |app| {
        let site = manage::site(app, &seated.staff, &slug)?;
        let frame = Frame::new(app, &seated, Place::Sites, site.name.clone());
        let page = OnePage {
            frame: &frame,
            shell: &frame.shell,
            may_decide: seated.staff.may(Right::Decide, site.id),
            may_manage: seated.staff.may(Right::Manage, site.id),
            site: &site,
        };
        frame.shell.render(&page)
    })
    .await?;
    Ok(page.answer(HttpResponse::Ok()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PauseForm {
    token: String,
    action: String,
    #[serde(default)]
    sentence: String,
}

async fn pause(
    app: web::Data<App>,
    visit: Visit,
    slug: Result<SiteSlug, WebError>,
    FormBody(form): FormBody<PauseForm>,
) -> Result<HttpResponse, PageError> {
    let paused = match form.action.as_str() {
        "pause" => Some(form.sentence),
        "resume" => None,
        _ => return Err(ServiceError::malformed("invalid_action").into()),
    };
    let change = SiteChange {
        paused: Some(paused),
        ..SiteChange::default()
    };
    send(app, visit, slug, form.token, move |_site| Ok(change)).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyForm {
    token: String,
    hold: String,
    edit_window_minutes: u64,
    max_links: u32,
    reasons: String,
    words: String,
    contact: Option<String>,
}

async fn change(
    app: web::Data<App>,
    visit: Visit,
    slug: Result<SiteSlug, WebError>,
    FormBody(form): FormBody<PolicyForm>,
) -> Result<HttpResponse, PageError> {
    let token = form.token.clone();
    send(app, visit, slug, token, move |_site| {
        let hold = form
            .hold
            .parse::<HoldPolicy>()
            .map_err(|_unknown| ServiceError::invalid("/hold", "hold_unknown"))?;
        Ok(SiteChange {
            policy: PolicyChange {
                hold: Some(hold),
                edit_window: Some(Duration::from_secs(form.edit_window_minutes.saturating_mul(60))),
                max_links: Some(form.max_links),
                reasons: Some(lines(&form.reasons).map(str::to_owned).collect()),
                words: Some(lines(&form.words).map(word).collect::<Result<_, _>>()?),
                contact: form.contact.as_deref().map(manage::contact).transpose()?,
                ..PolicyChange::default()
            },
            ..SiteChange::default()
        })
    })
    .await
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// Reads `hold: word`, `flag: two words`, `note: /regular expression/`. Without a strength it is `hold`.
fn word(line: &str) -> Result<ListedWord, ServiceError> {
    let unknown = |_unknown| ServiceError::invalid("/words", "strength_unknown");
    let (strength, pattern) = match line.split_once(':') {
        Some((strength, pattern)) => (
            strength.trim().parse::<Strength>().map_err(unknown)?,
            pattern.trim(),
        ),
        None => (Strength::Hold, line),
    };
    let expression = pattern
        .strip_prefix('/')
        .and_then(|rest| rest.strip_suffix('/'))
        .filter(|inner| !inner.is_empty());
    Ok(ListedWord {
        pattern: expression.unwrap_or(pattern).to_owned(),
        regex: expression.is_some(),
        strength,
    })
}

async fn send(
    app: web::Data<App>,
    visit: Visit,
    slug: Result<SiteSlug, WebError>,
    token: String,
    change: impl FnOnce(Site) -> Result<SiteChange, ServiceError> + Send + 'static,
) -> Result<HttpResponse, PageError> {
    let seated = match visit.sends(&app, token).await? {
        Ok(seated) => seated,
        Err(page) => return Ok(page),
    };
    let SiteSlug(slug) = slug?;
    let way: Slug = slug.clone();
    run(&app, move |app| {
        let change = change(manage::site(app, &seated.staff, &slug)?)?;
        manage::change_site(app, &seated.staff, &slug, change)
    })
    .await?;
    Ok(see_other(&format!("/desk/sites/{way}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_a_line_each() {
        for (line, pattern, regex, strength) in [
            ("membership list", "membership list", false, Strength::Hold),
            ("flag: liar", "liar", false, Strength::Flag),
            ("note: /buy (now|here)/", "buy (now|here)", true, Strength::Note),
            ("hold: /", "/", false, Strength::Hold),
            ("hold: //", "//", false, Strength::Hold),
        ] {
            let read = word(line).unwrap();
            assert_eq!(
                (read.pattern.as_str(), read.regex, read.strength),
                (pattern, regex, strength),
                "{line}"
            );
        }
        assert!(word("shout: liar").is_err());
    }
}
