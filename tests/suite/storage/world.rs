//! A site with pages, members and comments on a database of its own, and a clock that only goes on when asked.

use std::cell::Cell;

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use hustings::domain::account::{Membership, Standing};
use hustings::domain::clock::Micros;
use hustings::domain::comment::{
    Approval, Comment, CommentKind, CommentState, HoldReason, Revision, TransitionError, Verdict,
};
use hustings::domain::decision::{Action, Actor, Decision};
use hustings::domain::finding::Finding;
use hustings::domain::html::SafeHtml;
use hustings::domain::id::{
    AccountId, CommentId, DecisionId, FindingId, MembershipId, PageId, PersonId, SiteId,
};
use hustings::domain::page::{Page, PageAddress, PageKey, PageState, PageUrl, Title};
use hustings::domain::person::{Person, Stance};
use hustings::domain::rng::SeededRng;
use hustings::domain::site::{Policy, Site};
use hustings::domain::text::{CommentSource, DisplayName};
use hustings::storage::{DatabaseUrl, Result, StorageError, Tx};

use super::support::{TestDb, on_postgres};

/// Runs each of the functions, which take a [`World`], as a test of its own on each database.
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test] fn $test() { super::$test(&super::World::of(super::super::support::sqlite())); })+
        }
        mod postgres {
            $(#[test] fn $test() { super::$test(&super::World::of(super::super::support::postgres())); })+
        }
    };
}
pub(super) use on_both;

pub struct World {
    pub test: TestDb,
    pub rng: SeededRng,
    now: Cell<i64>,
}

impl World {
    pub fn of(test: TestDb) -> Self {
        Self {
            test,
            rng: SeededRng::new(7),
            now: Cell::new(1_795_341_600_000_000),
        }
    }
    /// The present moment.
    pub fn now(&self) -> Micros {
        Micros::from_i64(self.now.get())
    }
    /// A second later.
    pub fn tick(&self) -> Micros {
        self.now.set(self.now.get() + 1_000_000);
        self.now()
    }
    pub fn try_write<R: Send + 'static>(
        &self,
        f: impl FnMut(&mut dyn Tx) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        self.test.db.write(f)
    }
    pub fn write<R: Send + 'static>(&self, f: impl FnMut(&mut dyn Tx) -> Result<R> + Send + 'static) -> R {
        self.try_write(f).unwrap()
    }
    pub fn read<R>(&self, f: impl FnMut(&mut dyn Tx) -> Result<R>) -> R {
        self.test.db.read::<R, StorageError>(f).unwrap()
    }

    /// Runs a statement past everything that is tested.
    pub fn execute(&self, sql: &str) {
        match &self.test.url {
            DatabaseUrl::Sqlite(path) => SqliteConnection::establish(path.to_str().unwrap())
                .unwrap()
                .batch_execute(sql)
                .unwrap(),
            DatabaseUrl::Postgres(url) => {
                on_postgres(url.expose(), sql);
            }
        }
    }

    /// A site not yet stored.
    pub fn new_site(&self, slug: &str) -> Site {
        let now = self.tick();
        Site {
            id: SiteId::new(now, &self.rng),
            slug: slug.parse().unwrap(),
            name: format!("The {slug}"),
            origins: vec![format!("https://{slug}.example.org").parse().unwrap()],
            policy: Policy::default(),
            paused: None,
            register_version: 0,
            created_at: now,
        }
    }
    pub fn site(&self, slug: &str) -> Site {
        let site = self.new_site(slug);
        let stored = site.clone();
        assert!(self.write(move |tx| tx.insert_site(&stored)));
        site
    }
    /// A page not yet stored, with its key.
    pub fn new_page(&self, site: &Site, path: &str) -> (Page, PageKey) {
        let now = self.tick();
        let url = PageUrl::parse(&format!("{}{path}", site.origins[0])).unwrap();
        let page = Page {
            id: PageId::new(now, &self.rng),
            site_id: site.id,
            address: PageAddress::Confirmed(url.canonical()),
            title: Title::Claimed(String::from("Ward parties")),
            state: PageState::Open,
            version: 1,
            comment_count: 0,
            created_at: now,
        };
        (page, PageKey::of(&url, None).unwrap())
    }
    pub fn page(&self, site: &Site, path: &str) -> Page {
        let (page, key) = self.new_page(site, path);
        let stored = page.clone();
        assert!(self.write(move |tx| tx.insert_page(&stored, &key)));
        page
    }
    pub fn member(&self, site: &Site, name: &str) -> Membership {
        let now = self.tick();
        let membership = Membership {
            id: MembershipId::new(now, &self.rng),
            account_id: AccountId::new(now, &self.rng),
            site_id: site.id,
            name: DisplayName::parse(name).unwrap(),
            standing: Standing::New,
            created_at: now,
        };
        let stored = membership.clone();
        let key = name.to_lowercase();
        self.write(move |tx| {
            tx.insert_account(stored.account_id, now)?;
            tx.insert_membership(&stored, &key)
        });
        membership
    }
    pub fn person(&self, site: &Site, name: &str) -> Person {
        let now = self.tick();
        let person = Person {
            id: PersonId::new(now, &self.rng),
            site_id: site.id,
            outside_id: None,
            name: name.to_owned(),
            other_names: Vec::new(),
            stance: Stance::Hold,
            created_at: now,
        };
        let stored = person.clone();
        self.write(move |tx| tx.put_person(&stored, now));
        person
    }

    /// A comment and its first revision, not yet stored.
    pub fn new_comment(
        &self,
        page: &Page,
        author: &Membership,
        parent: Option<&Comment>,
        verdict: Verdict,
        text: &str,
    ) -> (Comment, Revision) {
        let now = self.tick();
        let id = CommentId::new(now, &self.rng);
        let comment = Comment {
            id,
            site_id: page.site_id,
            page_id: page.id,
            parent_id: parent.map(|parent| parent.id),
            root_id: parent.map_or(id, |parent| parent.root_id),
            depth: parent.map_or(0, |parent| parent.depth + 1),
            kind: CommentKind::Comment,
            membership_id: author.id,
            state: CommentState::posted(verdict),
            last_revision: 1,
            created_at: now,
            edited_at: None,
        };
        let revision = self.revision(&comment, 1, text);
        (comment, revision)
    }
    pub fn revision(&self, comment: &Comment, number: i32, text: &str) -> Revision {
        let mut fingerprint = [0; 32];
        for (to, from) in fingerprint.iter_mut().zip(text.bytes()) {
            *to = from;
        }
        Revision {
            comment_id: comment.id,
            number,
            source: CommentSource::parse(text).unwrap(),
            html: SafeHtml::from_storage(format!("<p>{text}</p>")),
            source_url: None,
            fingerprint,
            created_at: self.now(),
            register_version: 0,
        }
    }
    /// Posts, with what was found.
    pub fn post_with(
        &self,
        page: &Page,
        author: &Membership,
        parent: Option<&Comment>,
        verdict: Verdict,
        text: &str,
        findings: Vec<Finding>,
    ) -> Comment {
        let (comment, revision) = self.new_comment(page, author, parent, verdict, text);
        let now = self.now();
        let findings: Vec<(FindingId, Finding)> = findings
            .into_iter()
            .map(|finding| (FindingId::new(now, &self.rng), finding))
            .collect();
        let stored = comment.clone();
        self.write(move |tx| tx.insert_comment(&stored, &revision, 1, &findings, now));
        comment
    }
    /// Posts something that is public at once.
    pub fn publish(&self, page: &Page, author: &Membership, parent: Option<&Comment>, text: &str) -> Comment {
        self.post_with(page, author, parent, Verdict::Publish, text, Vec::new())
    }
    /// Posts something that is held.
    pub fn hold(&self, page: &Page, author: &Membership, parent: Option<&Comment>, text: &str) -> Comment {
        self.post_with(page, author, parent, all_are_held(), text, Vec::new())
    }
    /// Moves the comment from its stored state to another, and gives it as it is then.
    pub fn change(
        &self,
        id: CommentId,
        transition: impl Fn(CommentState) -> Result<CommentState, TransitionError> + Send + 'static,
    ) -> Comment {
        let now = self.tick();
        self.write(move |tx| {
            let comment = tx.comment(id)?.unwrap();
            let after = transition(comment.state.clone()).unwrap();
            tx.set_state(&comment, &after, comment.edited_at, now)?;
            Ok(tx.comment(id)?.unwrap())
        })
    }
    pub fn stored_page(&self, page: &Page) -> Page {
        self.read(|tx| tx.page(page.id)).unwrap()
    }
    /// A decision that leaves the comment as it is, not yet stored.
    pub fn decision(&self, comment: &Comment, action: Action) -> Decision {
        let now = self.tick();
        Decision {
            id: DecisionId::new(now, &self.rng),
            site_id: comment.site_id,
            comment_id: comment.id,
            action,
            actor: Actor::Rule(String::from("policy")),
            revision: Some(1),
            before: None,
            after: comment.state.clone(),
            reason: None,
            at: now,
            note_digest: None,
        }
    }
}

pub fn all_are_held() -> Verdict {
    Verdict::Hold(vec![HoldReason::POLICY_ALL])
}

pub fn one_approval() -> Approval {
    Approval { by: None, need: 1 }
}
