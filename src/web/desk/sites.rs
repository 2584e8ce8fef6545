//! The sites: pausing one, and for its owners what it holds and how.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::frame::{Frame, Place, Seated, Visit, see_other};
use super::site_form::{Fault, SettingsForm};
use super::words;
use crate::app::App;
use crate::domain::role::Right;
use crate::domain::site::{Site, Slug};
use crate::messages;
use crate::service::manage::{self, SiteChange};
use crate::service::{ServiceError, about};
use crate::web::endpoint::{self, Endpoint};
use crate::web::error::{PageError, WebError};
use crate::web::extract::{FormBody, FromParams, Params, Query, SiteSlug};
use crate::web::run;
use crate::web::shell::{Rendered, Shell};

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
    /// What the fields hold.
    form: SettingsForm,
    /// What is typed as the sentence of a pause.
    sentence: &'a str,
    fault: Option<Fault>,
    saved: bool,
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

    fn readers(&self) -> [(&'static str, String); 3] {
        let texts = self.shell.texts;
        [
            ("moderators", texts.say("desk-letters-moderators")),
            ("owners", texts.say("desk-letters-owners")),
            ("nobody", texts.say("desk-letters-nobody")),
        ]
    }

    fn reads(&self, word: &str) -> bool {
        self.form.waiting_letters.as_deref() == Some(word)
    }

    /// What the words of the list are shown as.
    fn reasons_shown(&self) -> Vec<String> {
        let reasons = self.site.policy.reasons.iter();
        reasons
            .map(|word| words::refusal_reason(self.shell.texts, word))
            .collect()
    }

    /// What is wrong with a field.
    fn fault_of(&self, field: &str) -> Option<&str> {
        let fault = self.fault.as_ref().filter(|fault| fault.field == field);
        fault.map(|fault| fault.sentence.as_str())
    }
}

/// Whether the page was come to by saving.
struct Asked {
    saved: bool,
}

impl FromParams for Asked {
    fn from_params(params: &mut Params) -> Result<Self, WebError> {
        params.forget_empty();
        let saved = params.optional("saved")?.is_some();
        params.ignore_rest();
        Ok(Self { saved })
    }
}

async fn one(
    app: web::Data<App>,
    visit: Visit,
    slug: Result<SiteSlug, WebError>,
    asked: Result<Query<Asked>, WebError>,
) -> Result<HttpResponse, PageError> {
    let seated = match visit.looks(&app).await? {
        Ok(seated) => seated,
        Err(page) => return Ok(page),
    };
    let (SiteSlug(slug), Query(asked)) = (slug?, asked?);
    let page = run(&app, move |app| {
        let site = manage::site(app, &seated.staff, &slug)?;
        let shown = Shown {
            saved: asked.saved,
            ..Shown::default()
        };
        page(app, &seated, &site, shown)
    })
    .await?;
    Ok(page.answer(HttpResponse::Ok()))
}

/// What the page shows beside the site as it is set.
#[derive(Default)]
struct Shown {
    /// What was typed and could not be saved.
    form: Option<SettingsForm>,
    sentence: String,
    fault: Option<Fault>,
    saved: bool,
}

fn page(app: &App, seated: &Seated, site: &Site, shown: Shown) -> Result<Rendered, WebError> {
    let frame = Frame::new(app, seated, Place::Sites, site.name.clone());
    let form = match shown.form {
        Some(form) => form,
        None => SettingsForm::of(frame.shell.texts, site, about::markdown(app, site.id)?),
    };
    let page = OnePage {
        frame: &frame,
        shell: &frame.shell,
        may_decide: seated.staff.may(Right::Decide, site.id),
        may_manage: seated.staff.may(Right::Manage, site.id),
        site,
        form,
        sentence: &shown.sentence,
        fault: shown.fault,
        saved: shown.saved,
    };
    frame.shell.render(&page)
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
    let PauseForm {
        token,
        action,
        sentence,
    } = form;
    let paused = match action.as_str() {
        "pause" => Some(sentence.clone()),
        "resume" => None,
        _ => return Err(ServiceError::malformed("invalid_action").into()),
    };
    let change = SiteChange {
        paused: Some(paused),
        ..SiteChange::default()
    };
    let save = move |app: &App, seated: &Seated, slug: &Slug| {
        let error = match manage::change_site(app, &seated.staff, slug, change) {
            Ok(_site) => return Ok(None),
            Err(error) => error,
        };
        if !matches!(error, ServiceError::Invalid { .. }) {
            return Err(error);
        }
        let fault = Fault {
            field: "sentence",
            sentence: messages::texts(seated.lang).say("desk-fault-pause"),
        };
        Ok(Some(Shown {
            fault: Some(fault),
            sentence,
            ..Shown::default()
        }))
    };
    send(app, visit, slug, token, "", save).await
}

async fn change(
    app: web::Data<App>,
    visit: Visit,
    slug: Result<SiteSlug, WebError>,
    FormBody(form): FormBody<SettingsForm>,
) -> Result<HttpResponse, PageError> {
    let token = form.token.clone();
    let save = move |app: &App, seated: &Seated, slug: &Slug| {
        // Before anything that was typed is read: whoever may not set it is told so, and nothing else.
        let site = manage::site(app, &seated.staff, slug)?;
        about::check_right(&seated.staff, site.id)?;
        let texts = messages::texts(seated.lang);
        let fault = match form.read(texts) {
            Err(fault) => fault,
            Ok(settings) => match manage::change_site(app, &seated.staff, slug, settings.change) {
                Ok(site) => {
                    if let Some(text) = &settings.about {
                        about::set_at_desk(app, &seated.staff, site.id, Some(text))?;
                    }
                    return Ok(None);
                }
                Err(error) => match form.fault_of(texts, &error) {
                    Some(fault) => fault,
                    None => return Err(error),
                },
            },
        };
        Ok(Some(Shown {
            form: Some(form),
            fault: Some(fault),
            ..Shown::default()
        }))
    };
    send(app, visit, slug, token, "?saved=yes", save).await
}

/// Saves what a form of the page asks for and leads back to the page; what cannot be saved is shown with what is wrong.
async fn send(
    app: web::Data<App>,
    visit: Visit,
    slug: Result<SiteSlug, WebError>,
    token: String,
    query: &str,
    save: impl FnOnce(&App, &Seated, &Slug) -> Result<Option<Shown>, ServiceError> + Send + 'static,
) -> Result<HttpResponse, PageError> {
    let seated = match visit.sends(&app, token).await? {
        Ok(seated) => seated,
        Err(page) => return Ok(page),
    };
    let SiteSlug(slug) = slug?;
    let way: Slug = slug.clone();
    let refused = run(&app, move |app| match save(app, &seated, &slug)? {
        None => Ok::<_, WebError>(None),
        Some(shown) => {
            let site = manage::site(app, &seated.staff, &slug)?;
            Ok(Some(page(app, &seated, &site, shown)?))
        }
    })
    .await?;
    Ok(match refused {
        None => see_other(&format!("/desk/sites/{way}{query}")),
        Some(page) => page.answer(HttpResponse::UnprocessableEntity()),
    })
}
