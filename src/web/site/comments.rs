//! The page of comments, and writing one: for who is signed in at once, for everybody else by way of `sign_in`.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::faults::{self, Faults};
use super::session::{self, ReaderCookie};
use super::sign_in;
use super::visit::{Visit, answer, see};
use super::{Place, checked_key, new_key};
use crate::app::App;
use crate::domain::id::CommentId;
use crate::domain::text::CommentSource;
use crate::messages::Texts;
use crate::service::idempotency::IdempotencyKey;
use crate::service::own_comments::{self, OwnComment, OwnOnPage, RefusedText, Viewer};
use crate::service::post_comment::{self, NewComment, PageClaim};
use crate::service::sessions::Reader;
use crate::service::{Client, ServiceError};
use crate::storage::stores::comments::Sort;
use crate::web::embed::fragment;
use crate::web::error::{PageError, WebError};
use crate::web::extract::{ClientAddress, FormBody, FromParams, MadeBy, Paged, Params, Query, SiteSlug};
use crate::web::parts::{self, Form, PartRequest};
use crate::web::run;
use crate::web::shell::Shell;

/// What idempotency keys of posts count under.
const ROUTE: &str = "POST /sites/{site}/comments";

/// Which part of the page, and what of it is written on.
pub(super) struct PageRequest {
    place: Place,
    part: PartRequest,
    /// The comment that is to be answered.
    reply: Option<CommentId>,
    /// The comment of the reader's own whose text is to be sent once more.
    again: Option<CommentId>,
}

impl FromParams for PageRequest {
    fn from_params(params: &mut Params) -> Result<Self, WebError> {
        params.forget_empty();
        let lang = params.parsed("lang", "invalid_lang")?;
        let (reply, again) = (
            params.parsed("reply", "invalid_at")?,
            params.parsed("again", "invalid_at")?,
        );
        let part = PartRequest::from_params(params)?;
        // People and their tools add things to addresses that are passed on.
        params.ignore_rest();
        let place = Place {
            page: part.page().to_owned(),
            page_id: part.page_id().map(str::to_owned),
            lang,
        };
        Ok(Self {
            place,
            part,
            reply,
            again,
        })
    }
}

/// A comment that is being written.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    /// Its text.
    pub(super) body: String,
    /// The id of the comment that it answers.
    pub(super) parent: Option<String>,
    /// Under which it is posted once.
    pub(super) key: String,
}

impl Draft {
    /// Whether there is nothing to post: somebody only signs in.
    pub(super) fn is_empty(&self) -> bool {
        self.body.trim().is_empty()
    }

    /// What an error means for who sends it, or only signs in.
    pub(super) fn faults(&self, texts: &Texts, error: &WebError) -> Faults {
        if self.is_empty() {
            Faults::of(texts, error)
        } else {
            Faults::of_draft(texts, error)
        }
    }
}

/// Whom a comment answers.
#[derive(Debug, Clone)]
struct Parent {
    id: String,
    name: String,
}

/// The form in which comments are written.
struct Composer {
    draft: Draft,
    parent: Option<Parent>,
    faults: Faults,
}

#[derive(Template)]
#[template(path = "web/site/templates/comments.html")]
struct CommentsPage<'a> {
    shell: &'a Shell,
    visit: &'a Visit,
    fragment: &'a str,
    own: &'a [OwnComment],
    others: &'a [String],
    composer: &'a Composer,
    /// What became of the comment that was asked for.
    notice: Option<String>,
    newest: bool,
    /// Whether it is a part that does not begin with the page's first comment.
    within: bool,
    /// Whether the page is worth listing: it has public comments, and is no form.
    canonical: bool,
}

impl CommentsPage<'_> {
    /// How one's own comment stands.
    fn standing(&self, own: &OwnComment) -> String {
        let texts = self.visit.texts();
        texts.say(match (own.state, own.pending) {
            ("held", _) => "site-own-held",
            ("published", true) => "site-own-pending",
            ("published", false) => "site-own-published",
            ("removed", _) => "site-own-removed",
            ("withdrawn", _) => "site-own-withdrawn",
            _ => "site-own-rejected",
        })
    }

    /// Why it was refused: the moderator's own sentence, or that of a reason of the list.
    fn reason(&self, own: &OwnComment) -> Option<String> {
        if !matches!(own.state, "rejected" | "removed") {
            return None;
        }
        let word = own.reason_text.as_deref().or(own.reason.as_deref())?;
        Some(self.in_words(word))
    }

    /// Why its new text was refused.
    fn reason_refused(&self, refused: &RefusedText) -> Option<String> {
        let word = refused.reason_text.as_deref().or(refused.reason.as_deref())?;
        Some(self.in_words(word))
    }

    /// What kind of standing a bar of colour shows beside it.
    fn kind(&self, own: &OwnComment) -> &'static str {
        if own.pending { "held" } else { own.state }
    }

    fn in_words(&self, word: &str) -> String {
        let texts = self.visit.texts();
        let known = match word {
            "off_topic" => "site-reason-off-topic",
            "abusive" => "site-reason-abusive",
            "accuses_without_source" => "site-reason-accuses",
            "private_life" => "site-reason-private-life",
            "advertising" => "site-reason-advertising",
            "other" => "site-reason-other",
            written => return written.to_owned(),
        };
        texts.say(known)
    }
}

/// The page: comments, one's own that are not public, and where one writes.
pub(super) async fn read(
    app: web::Data<App>,
    Paged(SiteSlug(slug)): Paged<SiteSlug>,
    ClientAddress(client): ClientAddress,
    cookie: ReaderCookie,
    Paged(Query(asked)): Paged<Query<PageRequest>>,
) -> Result<HttpResponse, PageError> {
    let PageRequest {
        place,
        part,
        reply,
        again,
    } = asked;
    let at_slug = slug.clone();
    let (visit, own, composer) = run(&app, move |app| {
        let visit = Visit::load(app, client, &at_slug, place, &cookie)?;
        let own = match &visit.reader {
            None => OwnOnPage::default(),
            Some(reader) => {
                let key = parts::page_key(&visit.place.page, visit.place.page_id.as_deref())?;
                own_comments::own_comments(app, &visit.site, reader, &key)?
            }
        };
        let again = again.map(|id| id.to_string());
        let again = own.own.iter().find(|own| Some(&own.id) == again.as_ref());
        let draft = Draft {
            body: again.map(sent_again).unwrap_or_default(),
            parent: None,
            key: new_key(app),
        };
        let composer = Composer {
            draft,
            parent: reply.and_then(|id| parent(app, id).transpose()).transpose()?,
            faults: Faults::default(),
        };
        Ok::<_, WebError>((visit, own, composer))
    })
    .await?;

    let texts = visit.texts();
    let part = part.in_language(Some(texts.lang()));
    let (finished, notice) = match parts::finished(&app, &slug, client, &part, Form::Page).await {
        Err(WebError::Service(ServiceError::NotFound {
            code: "comment_not_found",
        })) => {
            let first = parts::finished(&app, &slug, client, &part.first(), Form::Page).await?;
            (first, Some(texts.say("comments-not-public")))
        }
        found => (found?, None),
    };
    let (_identity, body) = finished.smallest(false, false);
    let query = visit.query().replace('&', "&amp;");
    let fragment = String::from_utf8_lossy(&body.bytes).replace(fragment::QUERY, &query);
    let public = visit.page.as_ref().is_some_and(|page| page.comment_count > 0);
    let canonical = public && composer.parent.is_none() && notice.is_none();
    let shell = visit.shell(&app, visit.title()).indexed(canonical);
    let page = CommentsPage {
        shell: &shell,
        visit: &visit,
        fragment: &fragment,
        own: &own.own,
        others: &own.others,
        composer: &composer,
        within: part.is_within() && notice.is_none(),
        notice,
        newest: part.sort() == Sort::Newest,
        canonical,
    };
    Ok(answer(&shell, HttpResponse::Ok(), &page)?)
}

/// What of one's own comment is sent once more: the text that was refused last.
fn sent_again(own: &OwnComment) -> String {
    let refused = own.refused.as_ref().map(|refused| &refused.body);
    refused.unwrap_or(&own.body).clone()
}

/// Whom a comment would answer; nobody where that comment is not public, and the answer then is a comment of its own.
fn parent(app: &App, id: CommentId) -> Result<Option<Parent>, WebError> {
    match own_comments::comment_for(app, &Viewer::Anybody, id) {
        Ok(found) => Ok(found.comment.author.map(|author| Parent {
            id: found.comment.id,
            name: author.name,
        })),
        Err(ServiceError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WriteForm {
    body: String,
    parent: Option<String>,
    key: Option<String>,
    form: Option<String>,
}

enum Written {
    /// It is stored, and shown here.
    Posted(String),
    /// First somebody must say who they are. With what they wrote, as it is shown meanwhile.
    WhoIsIt(Option<sign_in::Kept>),
    Refused(WebError),
}

/// A comment comes in. Of who is signed in it is posted; of others it is checked, and kept in the form that asks who they
/// are.
pub(super) async fn post(
    app: web::Data<App>,
    Paged(SiteSlug(slug)): Paged<SiteSlug>,
    ClientAddress(client): ClientAddress,
    cookie: ReaderCookie,
    made_by: MadeBy,
    Paged(Query(place)): Paged<Query<Place>>,
    FormBody(form): FormBody<WriteForm>,
) -> Result<HttpResponse, PageError> {
    made_by.own_page(&app.config.server.public_url)?;
    let key = form
        .key
        .filter(|key| !key.is_empty())
        .unwrap_or_else(|| new_key(&app));
    checked_key(&key)?;
    let draft = Draft {
        body: form.body,
        parent: form.parent.filter(|id| !id.is_empty()),
        key,
    };
    let (visit, draft, written) = run(&app, move |app| {
        let visit = Visit::load(app, client, &slug, place, &cookie)?;
        let written = match &visit.reader {
            Some(reader) => session::check_form(app, reader, form.form.as_deref())
                .and_then(|()| store(app, &visit, reader, client, &draft))
                .map_or_else(Written::Refused, Written::Posted),
            None => check(&visit, &draft).map_or_else(Written::Refused, |()| {
                Written::WhoIsIt(sign_in::preview(app, client, &draft))
            }),
        };
        Ok::<_, WebError>((visit, draft, written))
    })
    .await?;
    match written {
        Written::Posted(address) => Ok(see(&address)),
        Written::WhoIsIt(preview) => sign_in::who(&app, &visit, &draft, preview),
        Written::Refused(error) => refused(&app, &visit, draft, &error).await,
    }
}

/// What can be said of a comment before it is known whose it is.
fn check(visit: &Visit, draft: &Draft) -> Result<(), WebError> {
    visit.open()?;
    CommentSource::parse(&draft.body).map_err(post_comment::invalid_source)?;
    Ok(())
}

/// Posts a draft, and gives the address at which its author sees it.
pub(super) fn store(
    app: &App,
    visit: &Visit,
    reader: &Reader,
    client: Client,
    draft: &Draft,
) -> Result<String, WebError> {
    let parent_id = draft.parent.as_deref().map(str::parse::<CommentId>).transpose();
    let parent_id =
        parent_id.map_err(|_not_an_id| ServiceError::invalid("/parent_id", "parent_not_on_page"))?;
    let place = &visit.place;
    let request = [
        place.page.as_str(),
        place.page_id.as_deref().unwrap_or_default(),
        draft.parent.as_deref().unwrap_or_default(),
        &draft.body,
    ]
    .join("\0");
    let key = IdempotencyKey::new(&reader.account.to_string(), ROUTE, &draft.key, request.as_bytes());
    let new = NewComment {
        page: PageClaim {
            id: place.page_id.clone(),
            url: place.page.clone(),
            title: None,
        },
        parent_id,
        body: draft.body.clone(),
        source_url: None,
    };
    let id = post_comment::post_comment(app, &visit.site, reader, client, new, Some(key))?;
    where_it_is(app, visit, reader, id)
}

/// The address at which its author sees a comment: among the public ones, else among their own.
pub(super) fn where_it_is(
    app: &App,
    visit: &Visit,
    reader: &Reader,
    id: CommentId,
) -> Result<String, WebError> {
    let stored = own_comments::comment_for(app, &Viewer::Reader(reader.clone()), id)?;
    let page = visit.address("comments");
    Ok(
        if stored.comment.state == "published" && stored.pending != Some(true) {
            format!("{page}&at={id}#hustings-{id}")
        } else {
            format!("{page}#own-{id}")
        },
    )
}

#[derive(Template)]
#[template(path = "web/site/templates/write.html")]
struct WritePage<'a> {
    shell: &'a Shell,
    visit: &'a Visit,
    composer: &'a Composer,
}

/// The form again, with all that was typed and what is wrong with it.
pub(super) async fn refused(
    app: &web::Data<App>,
    visit: &Visit,
    draft: Draft,
    error: &WebError,
) -> Result<HttpResponse, PageError> {
    let parent_id = draft
        .parent
        .as_deref()
        .and_then(|id| id.parse::<CommentId>().ok());
    let parent = match parent_id {
        None => None,
        Some(id) => run(app, move |app| parent(app, id)).await?,
    };
    let texts = visit.texts();
    let composer = Composer {
        draft,
        parent,
        faults: Faults::of_draft(texts, error),
    };
    let shell = visit.shell(app, composer.faults.title(texts, texts.say("site-write")));
    let page = WritePage {
        shell: &shell,
        visit,
        composer: &composer,
    };
    Ok(answer(&shell, faults::status(error), &page)?)
}
