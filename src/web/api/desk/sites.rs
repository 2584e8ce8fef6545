//! A site's settings at the desk over JSON.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

use crate::app::App;
use crate::domain::finding::Strength;
use crate::domain::provider::ProviderKey;
use crate::domain::site::{HoldPolicy, LetterReaders, ListedWord, Site, Slug};
use crate::service::ServiceError;
use crate::service::about;
use crate::service::manage::{self, PolicyChange, SiteChange};
use crate::web::desk::DeskCredential;
use crate::web::endpoint::{self, Endpoint};
use crate::web::error::WebError;
use crate::web::extract::JsonBody;
use crate::web::run;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        endpoint::get("/api/v1/desk/sites/{site}", one),
        endpoint::patch("/api/v1/desk/sites/{site}", change),
    ]
}

/// A site's settings.
async fn one(
    app: web::Data<App>,
    credential: DeskCredential,
    path: web::Path<String>,
) -> Result<HttpResponse, WebError> {
    let slug = slug(&path)?;
    let site = run(&app, move |app| {
        let staff = credential.staff(app)?;
        let site = manage::site(app, &staff, &slug)?;
        Ok::<_, WebError>(settings(&site, about::markdown(app, site.id)?))
    })
    .await?;
    Ok(HttpResponse::Ok().json(site))
}

fn slug(text: &str) -> Result<Slug, ServiceError> {
    text.parse()
        .map_err(|_not_a_slug| ServiceError::not_found("site_not_found"))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SiteBody {
    #[serde(default)]
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    paused: Option<Option<String>>,
    #[serde(default)]
    hold: Option<String>,
    #[serde(default)]
    edit_window_seconds: Option<u64>,
    #[serde(default)]
    max_links: Option<u32>,
    #[serde(default)]
    words: Option<Vec<WordBody>>,
    #[serde(default)]
    reasons: Option<Vec<String>>,
    #[serde(default)]
    lang: Option<String>,
    #[serde(default, deserialize_with = "given")]
    about: Option<Option<String>>,
    #[serde(default)]
    waiting_letters: Option<String>,
    #[serde(default)]
    waiting_letters_text: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    providers: Option<Option<Vec<String>>>,
    #[serde(default, deserialize_with = "given")]
    contact: Option<Option<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WordBody {
    pattern: String,
    #[serde(default)]
    regex: bool,
    strength: String,
}

/// Tells `null` from nothing.
fn given<'de, D, T>(from: D) -> Result<Option<Option<T>>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<T>::deserialize(from).map(Some)
}

impl TryFrom<SiteBody> for SiteChange {
    type Error = ServiceError;
    fn try_from(body: SiteBody) -> Result<Self, ServiceError> {
        let hold = body
            .hold
            .map(|hold| hold.parse::<HoldPolicy>())
            .transpose()
            .map_err(|_unknown| ServiceError::invalid("/hold", "hold_unknown"))?;
        let read = |(index, word): (usize, WordBody)| {
            let pointer = format!("/words/{index}/strength");
            let strength: Strength = word
                .strength
                .parse()
                .map_err(|_unknown| ServiceError::invalid(&pointer, "strength_unknown"))?;
            Ok(ListedWord {
                pattern: word.pattern,
                regex: word.regex,
                strength,
            })
        };
        let words = body
            .words
            .map(|words| {
                words
                    .into_iter()
                    .enumerate()
                    .map(read)
                    .collect::<Result<Vec<_>, ServiceError>>()
            })
            .transpose()?;
        let waiting_letters = body
            .waiting_letters
            .map(|readers| readers.parse::<LetterReaders>())
            .transpose()
            .map_err(|_unknown| ServiceError::invalid("/waiting_letters", "letter_readers_unknown"))?;
        let providers = body
            .providers
            .map(|list| list.as_deref().map(provider_keys).transpose())
            .transpose()?;
        let contact = body
            .contact
            .map(|contact| manage::contact(contact.as_deref().unwrap_or_default()))
            .transpose()?;
        Ok(Self {
            name: body.name,
            paused: body.paused,
            policy: PolicyChange {
                hold,
                edit_window: body.edit_window_seconds.map(std::time::Duration::from_secs),
                max_links: body.max_links,
                words,
                reasons: body.reasons,
                lang: body.lang,
                waiting_letters,
                waiting_letters_text: body.waiting_letters_text,
                providers,
                contact,
            },
        })
    }
}

fn provider_keys(list: &[String]) -> Result<Vec<ProviderKey>, ServiceError> {
    let read = |(index, key): (usize, &String)| {
        key.parse()
            .map_err(|_no_key| ServiceError::invalid(&format!("/providers/{index}"), "provider_unknown"))
    };
    list.iter().enumerate().map(read).collect()
}

/// Pauses a site or changes its policy.
async fn change(
    app: web::Data<App>,
    credential: DeskCredential,
    path: web::Path<String>,
    body: JsonBody<SiteBody>,
) -> Result<HttpResponse, WebError> {
    let slug = slug(&path)?;
    let site = run(&app, move |app| {
        let staff = credential.staff_writing(app)?;
        // What may be seen before what may be sent: a site of others is not found, whatever is sent.
        let seen = manage::site(app, &staff, &slug)?;
        let mut body = body.value;
        let said = body.about.take();
        // Read before anything is changed, so that nothing is where one part of it cannot be.
        let change = SiteChange::try_from(body)?;
        let said = said
            .map(|said| about::read(said.as_deref().unwrap_or_default()))
            .transpose()?;
        if said.is_some() {
            about::check_right(&staff, seen.id)?;
        }
        let site = manage::change_site(app, &staff, &slug, change)?;
        if let Some(said) = &said {
            about::set_at_desk(app, &staff, site.id, said.as_deref())?;
        }
        Ok::<_, WebError>(settings(&site, about::markdown(app, site.id)?))
    })
    .await?;
    Ok(HttpResponse::Ok().json(site))
}

fn settings(site: &Site, about: Option<String>) -> serde_json::Value {
    let words: Vec<_> = site
        .policy
        .words
        .iter()
        .map(|word| json!({ "pattern": word.pattern, "regex": word.regex, "strength": word.strength.as_str() }))
        .collect();
    json!({
        "slug": site.slug.as_str(),
        "name": site.name,
        "origins": site.origins.iter().map(|origin| origin.as_str()).collect::<Vec<_>>(),
        "paused": site.paused,
        "hold": site.policy.hold.as_str(),
        "edit_window_seconds": site.policy.edit_window.as_secs(),
        "max_links": site.policy.max_links,
        "words": words,
        "reasons": site.policy.reasons,
        "lang": site.policy.lang,
        "about": about,
        "waiting_letters": site.policy.waiting_letters.as_str(),
        "waiting_letters_text": site.policy.waiting_letters_text,
        "providers": site
            .policy
            .providers
            .as_ref()
            .map(|list| list.iter().map(ProviderKey::as_str).collect::<Vec<_>>()),
        "contact": site.policy.contact.as_ref().map(|contact| contact.as_str()),
    })
}
