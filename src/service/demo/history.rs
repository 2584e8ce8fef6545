//! What happened on the demo site before its first visitor: the story, lived through the services that visitors use. Some
//! hours ago, by a clock of its own; nothing is inserted that a reader or a moderator could not have done.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::story::{Fate, LISTED_WORD, MEETINGS, MODERATOR, PEOPLE, STORY, Told};
use super::{BLOG, never};
use crate::app::App;
use crate::domain::clock::FixedClock;
use crate::domain::decision::Action;
use crate::domain::finding::Strength;
use crate::domain::id::{CommentId, PageId};
use crate::domain::keys::digest_token;
use crate::domain::origin::Origin;
use crate::domain::person::Stance;
use crate::domain::role::Role;
use crate::domain::site::{HoldPolicy, ListedWord, Site};
use crate::domain::text::EmailAddress;
use crate::messages;
use crate::service::accept_invite::accept_invite;
use crate::service::decide::{NewDecision, decide};
use crate::service::manage::{PageChange, PolicyChange, SiteChange, change_page, change_site};
use crate::service::post_comment::{NewComment, PageClaim, post_comment};
use crate::service::redeem::{Redeem, reader_token};
use crate::service::report_comment::{NewReport, report_comment};
use crate::service::sessions::{self, Reader, Staff};
use crate::service::sign_in::{CodeRequest, Held, request_code};
use crate::service::{Client, Result, people, queue, staff};
use crate::signin::email_code::Code;
use crate::transfer::people::{List, ListedPerson};

/// How long ago it began.
const AGO: Duration = Duration::from_secs(20 * 60 * 60);
/// Between two comments.
const STEP: Duration = Duration::from_secs(40 * 60);
/// Between a comment and what becomes of it.
const LATER: Duration = Duration::from_secs(7 * 60);

/// Lives the story.
pub(super) fn make(app: &App, site: &Site) -> Result<()> {
    let clock = Arc::new(FixedClock::at(app.clock.now().minus(AGO)));
    let past = app.at(clock.clone());
    let staff = moderator(&past, site)?;
    let policy = PolicyChange {
        hold: Some(HoldPolicy::First),
        words: Some(vec![ListedWord {
            pattern: LISTED_WORD.to_owned(),
            regex: false,
            strength: Strength::Hold,
        }]),
        ..PolicyChange::default()
    };
    let change = SiteChange {
        policy,
        ..SiteChange::default()
    };
    let site = change_site(&past, &staff, &site.slug, change)?;
    people::import(&past, site.id, register(), Some(Stance::Hold), false)?;
    let mut posted: Vec<CommentId> = Vec::new();
    for told in STORY {
        clock.advance(STEP);
        let answers = told.answers.and_then(|at| posted.get(at)).copied();
        let id = post(&past, &site, &told, answers)?;
        posted.push(id);
        clock.advance(LATER);
        settle(&past, &staff, id, told.fate)?;
    }
    confirm_title(&past, &staff, posted.first().copied())
}

fn settle(past: &App, staff: &Staff, id: CommentId, fate: Fate) -> Result<()> {
    let decision = |action, reason: Option<&str>| NewDecision {
        action,
        revision: Some(1),
        reason: reason.map(str::to_owned),
        note: None,
        override_no_contact: false,
        seen: None,
    };
    match fate {
        Fate::Left => Ok(()),
        Fate::Rejected(reason) => decide(past, staff, id, decision(Action::Reject, Some(reason))),
        Fate::Approved => decide(past, staff, id, decision(Action::Approve, None)),
        Fate::Reported(reason, note) => {
            decide(past, staff, id, decision(Action::Approve, None))?;
            let report = NewReport {
                reason,
                note: note.to_owned(),
                email: None,
            };
            report_comment(past, id, report, None)?;
            Ok(())
        }
    }
}

/// The title of the page that a comment stands on, as a moderator confirms it.
fn confirm_title(past: &App, staff: &Staff, comment: Option<CommentId>) -> Result<()> {
    let Some(comment) = comment else {
        return Ok(());
    };
    let page: PageId = queue::one(past, staff, comment)?
        .page
        .page
        .id
        .parse()
        .map_err(never)?;
    let change = PageChange {
        title: Some(messages::texts("en").say("demo-meetings-title")),
        ..PageChange::default()
    };
    change_page(past, staff, page, change)?;
    Ok(())
}

fn register() -> List {
    let people = PEOPLE.iter().zip(1..).map(|(name, line)| ListedPerson {
        line,
        outside_id: None,
        name: (*name).to_owned(),
        other_names: Vec::new(),
    });
    List {
        people: people.collect(),
        bad_rows: Vec::new(),
    }
}

/// Somebody with a role at the desk, by an invitation.
fn moderator(past: &App, site: &Site) -> Result<Staff> {
    let email = EmailAddress::parse(MODERATOR).map_err(never)?;
    let secret = staff::invite(past, &site.slug, &email, Role::Owner)?;
    let own = past.config.server.public_url.clone();
    let session = accept_invite(past, Some(&own), &here(), secret.expose())?;
    sessions::desk(past, session.secret.expose())
}

fn post(past: &App, site: &Site, told: &Told, answers: Option<CommentId>) -> Result<CommentId> {
    let reader = reader(past, site, told.author)?;
    let new = NewComment {
        page: PageClaim {
            id: None,
            url: format!("{BLOG}{}", told.page),
            title: (told.page == MEETINGS).then(|| messages::texts("en").say("demo-meetings-title")),
        },
        parent_id: answers,
        body: told.text.to_owned(),
        source_url: None,
    };
    post_comment(past, site, &reader, here(), new, None)
}

/// A reader who has signed in by a code.
fn reader(past: &App, site: &Site, (user, name): (&str, &str)) -> Result<Reader> {
    let blog: Origin = BLOG.parse().map_err(never)?;
    let mut random = [0; 32];
    past.rng.fill(&mut random);
    let verifier = BASE64_URL_SAFE_NO_PAD.encode(random);
    let asked = CodeRequest {
        email: format!("{user}@example.org"),
        name: Some(name.to_owned()),
        lang: None,
        challenge: BASE64_URL_SAFE_NO_PAD.encode(digest_token(&verifier)),
    };
    let id = request_code(past, site, blog.clone(), &here(), &asked)?;
    let redeem = Redeem {
        held: Held {
            request_id: id.to_string(),
            verifier,
        },
        code: Code::of(&past.keys, id, 0).as_str().to_owned(),
    };
    let signed_in = reader_token(past, Some(&blog), &here(), &redeem, None)?;
    sessions::reader(past, signed_in.token.expose(), Some(site.id), Some(&blog))
}

fn here() -> Client {
    Client::at(IpAddr::V4(Ipv4Addr::LOCALHOST))
}
