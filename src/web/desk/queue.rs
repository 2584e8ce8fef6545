//! The queue as a page: what was reported, then what waits, the oldest first; or whatever else is asked for.

use actix_web::{HttpResponse, web};
use askama::Template;
use url::form_urlencoded::Serializer;

use super::frame::{Frame, Place, Seated, Visit};
use super::item::{Done, Item, Typed};
use super::words;
use crate::app::App;
use crate::domain::id::{CommentId, PersonId};
use crate::domain::person::Person;
use crate::domain::site::{Site, Slug};
use crate::messages;
use crate::service::desk_item::{self, DeskItem};
use crate::service::read_page::Cursor;
use crate::service::{ServiceError, manage};
use crate::storage::stores::comments::{After, QueueFilter, Sort};
use crate::web::endpoint::{self, Endpoint};
use crate::web::error::{PageError, WebError};
use crate::web::extract::{FromParams, Params, Query};
use crate::web::run;
use crate::web::shell::Rendered;

/// So many comments are on one page.
const PART: i64 = 20;
/// So many reported ones stand above them.
const REPORTED: i64 = 50;
/// So many people are offered where a name fits several.
const CHOICES: usize = 12;

/// The states that can be asked for. Without any: what waits.
const STATES: [&str; 6] = ["held", "published", "rejected", "spam", "removed", "withdrawn"];

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![endpoint::get("/desk", queue)]
}

/// What the queue is asked for.
#[derive(Debug, Clone, Default)]
struct Asked {
    site: Option<Slug>,
    /// A state's word, or `all`.
    state: Option<String>,
    reason: Option<String>,
    /// A person's id or a part of a name.
    person: Option<String>,
    reported: Option<bool>,
    text: Option<String>,
    after: Option<After>,
    /// The comment that was just decided on.
    done: Option<CommentId>,
}

impl FromParams for Asked {
    fn from_params(params: &mut Params) -> Result<Self, WebError> {
        params.forget_empty();
        let state = params.optional("state")?;
        if state
            .as_deref()
            .is_some_and(|word| word != "all" && !STATES.contains(&word))
        {
            return Err(ServiceError::malformed("invalid_state").into());
        }
        let after = match params.optional("after")?.as_deref().map(Cursor::decode) {
            None => None,
            Some(Some(Cursor::Roots(Sort::Oldest, after))) => Some(after),
            Some(_) => return Err(ServiceError::malformed("invalid_cursor").into()),
        };
        let asked = Self {
            site: params.parsed("site", "invalid_site")?,
            state,
            reason: params.optional("reason")?,
            person: params.optional("person")?,
            reported: params.parsed("reported", "invalid_reported")?,
            text: params.optional("q")?,
            after,
            // Of no use where it is nonsense, and no reason to show nothing.
            done: params.optional("done")?.and_then(|id| id.parse().ok()),
        };
        params.ignore_rest();
        Ok(asked)
    }
}

impl Asked {
    /// The address that asks for this, from `after` on, without what was just done.
    fn address(&self, after: Option<After>) -> String {
        let mut query = Serializer::new(String::new());
        let cursor = after.map(|after| Cursor::Roots(Sort::Oldest, after).encode());
        let pairs = [
            ("site", self.site.as_ref().map(|slug| slug.as_str())),
            ("state", self.state.as_deref()),
            ("reason", self.reason.as_deref()),
            ("person", self.person.as_deref()),
            (
                "reported",
                self.reported
                    .map(|reported| if reported { "true" } else { "false" }),
            ),
            ("q", self.text.as_deref()),
            ("after", cursor.as_deref()),
        ];
        for (name, value) in pairs {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        match query.finish() {
            query if query.is_empty() => String::from("/desk"),
            query => format!("/desk?{query}"),
        }
    }

    fn is_filtered(&self) -> bool {
        let Self {
            site,
            state,
            reason,
            person,
            reported,
            text,
            after: _,
            done: _,
        } = self;
        site.is_some()
            || state.is_some()
            || reason.is_some()
            || person.is_some()
            || reported.is_some()
            || text.is_some()
    }
}

/// What there is to show.
struct Shown {
    sites: Vec<Site>,
    items: Vec<DeskItem>,
    next: Option<After>,
    /// Whom the name that was asked for may mean, where it does not mean one.
    choices: Option<Vec<Person>>,
    person: Option<Person>,
    done: Option<DeskItem>,
}

#[derive(Template)]
#[template(path = "web/desk/templates/queue.html")]
struct Page<'a> {
    frame: &'a Frame,
    shell: &'a crate::web::shell::Shell,
    asked: &'a Asked,
    sites: &'a [Site],
    items: Vec<Item>,
    done: Option<Done>,
    next: Option<String>,
    choices: Option<Vec<(String, String)>>,
    person: Option<&'a Person>,
}

impl Page<'_> {
    fn states(&self) -> Vec<(&'static str, String)> {
        STATES
            .into_iter()
            .map(|word| (word, words::state(self.shell.texts, word)))
            .collect()
    }

    fn reasons(&self) -> Vec<(&'static str, String)> {
        words::REASONS
            .into_iter()
            .map(|word| (word, words::reason(self.shell.texts, word)))
            .collect()
    }

    fn site(&self) -> &str {
        self.asked.site.as_ref().map_or("", |slug| slug.as_str())
    }

    /// What is asked for, field by field.
    fn told(&self) -> Vec<(String, String)> {
        let texts = self.shell.texts;
        let Asked {
            site,
            state,
            reason,
            person: _,
            reported,
            text,
            after: _,
            done: _,
        } = self.asked;
        let yes_no = |yes: &bool| texts.say(if *yes { "desk-filter-yes" } else { "desk-filter-no" });
        let state_told = |word: &String| match word.as_str() {
            "all" => texts.say("desk-filter-any"),
            word => words::state(texts, word),
        };
        let site_name = |slug: &Slug| {
            let named = self.sites.iter().find(|site| site.slug == *slug);
            named.map_or_else(|| slug.to_string(), |site| site.name.clone())
        };
        let person = self.person_typed();
        [
            ("desk-filter-site", site.as_ref().map(site_name)),
            ("desk-filter-state", state.as_ref().map(state_told)),
            (
                "desk-filter-reason",
                reason.as_ref().map(|word| words::reason(texts, word)),
            ),
            ("desk-filter-reported", reported.as_ref().map(yes_no)),
            (
                "desk-filter-person",
                Some(person.to_owned()).filter(|person| !person.is_empty()),
            ),
            ("desk-filter-text", text.clone()),
        ]
        .into_iter()
        .filter_map(|(field, value)| Some((texts.say(field), value?)))
        .collect()
    }

    /// What stands in the field for a person.
    fn person_typed(&self) -> &str {
        match self.person {
            Some(person) => &person.name,
            None => self.asked.person.as_deref().unwrap_or_default(),
        }
    }
}

async fn queue(
    app: web::Data<App>,
    visit: Visit,
    asked: Result<Query<Asked>, WebError>,
) -> Result<HttpResponse, PageError> {
    let seated = match visit.looks(&app).await? {
        Ok(seated) => seated,
        Err(page) => return Ok(page),
    };
    let Query(asked) = asked?;
    let page = run(&app, move |app| {
        let shown = find(app, &seated, &asked)?;
        page(app, &seated, &asked, shown)
    })
    .await?;
    Ok(page.answer(HttpResponse::Ok()))
}

/// The page. It takes its time: texts are compared.
fn page(app: &App, seated: &Seated, asked: &Asked, shown: Shown) -> Result<Rendered, WebError> {
    let texts = messages::texts(seated.lang);
    let back = asked.address(asked.after);
    let now = app.clock.now();
    let item = |it: DeskItem| Item {
        texts,
        now,
        token: seated.token.clone(),
        back: back.clone(),
        alone: false,
        it,
        notice: None,
        typed: Typed::default(),
    };
    let frame = Frame::new(app, seated, Place::Queue, texts.say("desk-queue"));
    let choices = shown.choices.map(|people| {
        let links = people.into_iter().map(|person| {
            let of_person = Asked {
                person: Some(person.id.to_string()),
                ..asked.clone()
            };
            (of_person.address(None), person.name)
        });
        links.collect()
    });
    let page = Page {
        shell: &frame.shell,
        frame: &frame,
        sites: &shown.sites,
        items: shown.items.into_iter().map(item).collect(),
        done: shown.done.map(|it| Done { item: item(it) }),
        next: shown.next.map(|after| asked.address(Some(after))),
        choices,
        person: shown.person.as_ref(),
        asked,
    };
    frame.shell.render(&page)
}

fn find(app: &App, seated: &Seated, asked: &Asked) -> Result<Shown, ServiceError> {
    let staff = &seated.staff;
    let sites = manage::sites(app, staff)?;
    let (person, choices) = match &asked.person {
        None => (None, None),
        Some(text) => named(app, seated, text)?,
    };
    let mut filter = QueueFilter {
        sites: Vec::new(),
        state: match asked.state.as_deref() {
            None => Some(String::from("held")),
            Some("all") => None,
            Some(word) => Some(word.to_owned()),
        },
        reason: asked.reason.clone(),
        person: person.as_ref().map(|person| person.id),
        reported: asked.reported,
        text: asked.text.clone(),
        after: asked.after,
        limit: PART,
    };
    if let Some(slug) = &asked.site {
        filter.sites = vec![manage::site(app, staff, slug)?.id];
    }
    let (mut items, mut next) = (Vec::new(), None);
    if choices.is_none() {
        if asked.reported.is_none() {
            // The reported ones stand on top of the first part, and in no other.
            if asked.after.is_none() {
                let reported = QueueFilter {
                    reported: Some(true),
                    // What is public and reported has to be looked at too.
                    state: asked.state.as_ref().and(filter.state.clone()),
                    limit: REPORTED,
                    ..filter.clone()
                };
                items = desk_item::queue(app, staff, &reported)?.0;
            }
            filter.reported = Some(false);
        } else if asked.reported == Some(true) && asked.state.is_none() {
            filter.state = None;
        }
        let (waiting, after) = desk_item::queue(app, staff, &filter)?;
        items.extend(waiting);
        next = after;
    }
    let done = match asked.done {
        Some(id) => match desk_item::one(app, staff, id) {
            Ok(item) => Some(item),
            Err(ServiceError::NotFound { .. }) => None,
            Err(other) => return Err(other),
        },
        None => None,
    };
    Ok(Shown {
        sites,
        items,
        next,
        choices,
        person,
        done,
    })
}

/// The person whom an id or a name means, or those whom it may mean.
fn named(
    app: &App,
    seated: &Seated,
    text: &str,
) -> Result<(Option<Person>, Option<Vec<Person>>), ServiceError> {
    if let Ok(id) = text.parse::<PersonId>() {
        let person = desk_item::person(app, &seated.staff, id)?;
        // Nobody is named by an id that there is none of.
        let choices = person.is_none().then(Vec::new);
        return Ok((person, choices));
    }
    let mut people = desk_item::people(app, &seated.staff, text, CHOICES)?;
    match people.len() {
        1 => Ok((people.pop(), None)),
        _ => Ok((None, Some(people))),
    }
}
