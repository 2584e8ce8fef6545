//! A comment's own page: what the queue shows of it, its newest texts with what was found in them and how each became the
//! next, all decisions and all reports.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::diff::{self, Change, Run};
use super::found::{self, Found};
use super::frame::{Frame, Place, Seated, Visit};
use super::item::{Done, Item, Notice, Typed, decision_sentences};
use super::lit::Lit;
use super::words;
use crate::app::App;
use crate::domain::comment::RevisionNumber;
use crate::domain::id::CommentId;
use crate::messages;
use crate::service::desk_item::{self, DeskItem, SomeTexts, Text};
use crate::web::endpoint::{self, Endpoint};
use crate::web::error::{PageError, WebError};
use crate::web::extract::{FromParams, Id, Params, Query};
use crate::web::run;
use crate::web::shell::{Rendered, Shell};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![endpoint::get("/desk/comments/{id}", one)]
}

/// Whether the page was come to by deciding, and which text is to be seen where it is not the newest.
struct Asked {
    done: bool,
    text: Option<RevisionNumber>,
}

impl FromParams for Asked {
    fn from_params(params: &mut Params) -> Result<Self, WebError> {
        params.forget_empty();
        let done = params.optional("done")?.is_some();
        // Of no use where it is nonsense, and no reason to show nothing.
        let text = params.optional("text")?.and_then(|number| number.parse().ok());
        params.ignore_rest();
        Ok(Self { done, text })
    }
}

/// One text on the page.
struct Shown {
    number: i32,
    at: String,
    text: Lit,
    found: String,
    changes: Vec<Run>,
}

struct ShownReport {
    reason: String,
    state: String,
    note: String,
    at: String,
}

#[derive(Template)]
#[template(path = "web/desk/templates/comment.html")]
struct Page<'a> {
    frame: &'a Frame,
    shell: &'a Shell,
    item: Item,
    done: Option<Done>,
    texts: Vec<Shown>,
    /// The numbers of the texts that are a link.
    other_texts: &'a [RevisionNumber],
    decisions: Vec<(String, Option<String>)>,
    reports: Vec<ShownReport>,
    /// How many older reports are not shown.
    more_reports: i64,
    /// The comment's place on the blog's page.
    permalink: &'a str,
}

async fn one(
    app: web::Data<App>,
    visit: Visit,
    id: Result<Id<CommentId>, WebError>,
    asked: Result<Query<Asked>, WebError>,
) -> Result<HttpResponse, PageError> {
    let seated = match visit.looks(&app).await? {
        Ok(seated) => seated,
        Err(page) => return Ok(page),
    };
    let (Id(id), Query(asked)) = (id?, asked?);
    let page = run(&app, move |app| {
        let (it, texts) = desk_item::with_texts(app, &seated.staff, id, asked.text)?;
        let back = format!("/desk/comments/{id}");
        let done = asked.done.then(|| it.clone());
        page(app, &seated, it, &texts, None, done, &back)
    })
    .await?;
    Ok(page.answer(HttpResponse::Ok()))
}

/// The page, perhaps with why something was refused, or with what was just done. It takes its time: texts are compared.
pub(super) fn page(
    app: &App,
    seated: &Seated,
    it: DeskItem,
    texts: &SomeTexts,
    refused: Option<(Notice, Typed)>,
    done: Option<DeskItem>,
    back: &str,
) -> Result<Rendered, WebError> {
    let said = messages::texts(seated.lang);
    let refused = match refused {
        Some((notice, typed)) => (Some(notice), typed),
        None => (None, Typed::default()),
    };
    let title = said.say_text(
        "desk-comment-title",
        "name",
        words::author(said, it.author.name.as_str()),
    );
    let frame = Frame::new(app, seated, Place::Elsewhere, title);
    let item = |it: DeskItem, (notice, typed)| Item {
        texts: said,
        now: app.clock.now(),
        token: seated.token.clone(),
        back: back.to_owned(),
        alone: true,
        it,
        notice,
        typed,
    };
    let mut shown = Vec::new();
    let mut before: Option<&Text> = texts.before.as_ref();
    for text in &texts.shown {
        let list = format!("r{}-f", text.number);
        let findings = found::worth_saying(text.findings.clone());
        let found = Found::new(said, list.clone(), &[], &findings).of_text(&text.body);
        shown.push(Shown {
            number: text.number,
            at: words::moment(text.at),
            text: Lit::new(said, &list, &text.body, "body", &findings),
            found: found.render().map_err(WebError::from)?,
            changes: before.map_or_else(Vec::new, |before| diff::runs(&before.body, &text.body)),
        });
        before = Some(text);
    }
    shown.reverse();
    let notes = it.comment.decisions.iter().map(|decision| decision.note.clone());
    let decisions = decision_sentences(said, &it, words::moment)
        .into_iter()
        .zip(notes)
        .collect();
    let reports = it.comment.reports.iter().map(|report| ShownReport {
        reason: words::report_reason(said, report.reason),
        state: words::report_state(said, report.state),
        note: report.note.clone(),
        at: report.created_at.chars().take(10).collect(),
    });
    let reports: Vec<ShownReport> = reports.collect();
    let shown_reports = i64::try_from(reports.len()).unwrap_or(0);
    let more_reports = it.comment.report_count - shown_reports;
    let permalink = it.comment.comment.url.clone();
    let page = Page {
        frame: &frame,
        shell: &frame.shell,
        done: done.map(|it| Done {
            item: item(it, (None, Typed::default())),
        }),
        item: item(it, refused),
        texts: shown,
        other_texts: &texts.others,
        decisions,
        reports,
        more_reports,
        permalink: &permalink,
    };
    frame.shell.render(&page)
}
