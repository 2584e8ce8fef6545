//! How SQLite means to answer each query: along an index, and already in order. Every query that a round through the
//! stores sends is looked at, so that a new one cannot be forgotten once it is called here.

use std::collections::BTreeSet;
use std::sync::Mutex;

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use diesel::sql_types::Text;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use hustings::domain::comment::{Comment, Verdict};
use hustings::domain::decision::Action;
use hustings::domain::id::{HandoverId, TokenId};
use hustings::domain::page::PageKey;
use hustings::domain::report::ReportState;
use hustings::domain::site::Slug;
use hustings::storage::DatabaseUrl;
use hustings::storage::stores::comments::{QueueFilter, Sort};
use hustings::storage::stores::decisions::Note;

use super::support::sqlite;
use super::world::{World, one_approval};

/// What may be read whole or sorted, and why.
const MAY: [(&str, &str); 9] = [
    // Sites are few.
    ("SCAN sites", "FROM `sites` ORDER BY"),
    ("SCAN site_origins", "FROM `site_origins` ORDER BY"),
    // What waits for a seal waits for a second.
    ("SCAN unsealed", "SELECT DISTINCT"),
    ("USE TEMP B-TREE FOR ORDER BY", "FROM (`unsealed`"),
    // The ways into one account.
    ("USE TEMP B-TREE FOR ORDER BY", "FROM `identities`"),
    // The origins of one site.
    ("USE TEMP B-TREE FOR ORDER BY", "FROM `site_origins`"),
    // The further names of one site's register.
    ("USE TEMP B-TREE FOR ORDER BY", "FROM (`person_names`"),
    // The comments of one member, for them to have.
    (
        "USE TEMP B-TREE FOR ORDER BY",
        "(`comments`.`membership_id` = ?) AND (`comments`.`id` > ?)",
    ),
    // The reports on one comment.
    ("USE TEMP B-TREE FOR ORDER BY", "FROM `reports`"),
];

static SENT: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

fn keep(event: InstrumentationEvent<'_>) {
    if let InstrumentationEvent::StartQuery { query, .. } = event {
        let text = query.to_string();
        let (sql, _binds) = text.split_once(" -- binds").unwrap_or((&text, ""));
        let is_ours = ["SELECT", "UPDATE", "DELETE", "INSERT"]
            .iter()
            .any(|verb| sql.starts_with(verb))
            && !["sqlite_master", "pragma_", "__diesel"]
                .iter()
                .any(|part| sql.contains(part));
        // What asks for one of none is answered without looking.
        if is_ours && !sql.contains("(1=0)") {
            SENT.lock().unwrap().insert(sql.to_owned());
        }
    }
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[test]
fn every_query_follows_an_index() {
    set_default_instrumentation(|| Some(Box::new(keep) as Box<dyn Instrumentation>)).unwrap();
    let world = World::of(sqlite());
    call_everything(&world);
    let DatabaseUrl::Sqlite(path) = &world.test.url else {
        unreachable!()
    };
    let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    let sent = SENT.lock().unwrap().clone();
    assert!(sent.len() > 60, "only {} were heard of", sent.len());
    let mut wrong = Vec::new();
    for sql in &sent {
        let plan: Vec<Step> = sql_query(format!("EXPLAIN QUERY PLAN {sql}"))
            .load(&mut connection)
            .unwrap();
        for Step { detail } in plan {
            let is_slow = detail.contains("SCAN ") && !detail.contains("CONSTANT ROW")
                || detail.contains("TEMP B-TREE FOR ORDER BY")
                || detail.contains("AUTOMATIC");
            let is_known = MAY
                .iter()
                .any(|(step, part)| detail.contains(step) && sql.contains(part));
            if is_slow && !is_known {
                wrong.push(format!("{detail}\n    {sql}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn call_everything(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let author = world.member(&site, "Ann Lee");
    let person = world.person(&site, "Dana Ortwin");
    let root = world.publish(&page, &author, None, "Root.");
    let reply = world.publish(&page, &author, Some(&root), "Reply.");
    decide(world, &root);
    write_everything(world, &root, &reply);
    let key = PageKey::from_storage(String::from("id:a"));
    let place = Some((root.created_at, root.id));
    let slug: Slug = "ward-news".parse().unwrap();
    world.read(|tx| {
        tx.site_by_slug(&slug)?;
        tx.site(site.id)?;
        tx.sites()?;
        tx.epochs()?;
        tx.page_by_key(site.id, &key)?;
        tx.pages(&[page.id, page.id])?;
        tx.versions_after(1)?;
        tx.counts(site.id, std::slice::from_ref(&key))?;
        tx.page_people(page.id)?;
        tx.people(site.id)?;
        tx.people_by_ids(&[person.id])?;
        for sort in [Sort::Oldest, Sort::Newest] {
            tx.roots(page.id, sort, None, 10)?;
            tx.roots(page.id, sort, place, 10)?;
            tx.root_positions(page.id, sort)?;
        }
        for roots in [&[root.id][..], &[root.id, reply.id]] {
            tx.descendants(roots, None, 10)?;
            tx.descendants(roots, place, 10)?;
        }
        tx.thread_positions(root.id)?;
        tx.revision(root.id, 1)?;
        tx.findings(root.id, 1)?;
        tx.earlier_texts(site.id, &[0; 32])?;
        tx.own_comments(author.id, page.id, world.now())?;
        tx.has_public_comment(author.id, root.id)?;
        tx.has_public_comment(
            world
                .new_comment(&page, &author, None, Verdict::Publish, "x")
                .0
                .membership_id,
            root.id,
        )?;
        tx.author_counts(&[author.id, author.id])?;
        tx.site_pages(site.id, None, 10)?;
        tx.site_pages(site.id, Some("x"), 10)?;
        tx.name_taken(page.id, "ann lee", author.id)?;
        tx.reply_counts(&[root.id, reply.id])?;
        tx.badges(&[author.id])?;
        tx.memberships_of(&[author.account_id], &[site.id])?;
        tx.comments(&[root.id, reply.id])?;
        tx.revisions(&[(root.id, 1), (reply.id, 2)])?;
        tx.findings_of(&[(root.id, 1), (reply.id, 2)])?;
        tx.decisions_of(&[root.id, reply.id])?;
        tx.report_counts(&[root.id, reply.id])?;
        for state in [None, Some("held"), Some("spam")] {
            for after in [None, place] {
                let filter = QueueFilter {
                    sites: vec![site.id],
                    state: state.map(String::from),
                    after,
                    limit: 10,
                    ..QueueFilter::default()
                };
                tx.queue(&filter)?;
                tx.queue(&QueueFilter {
                    reported: Some(false),
                    ..filter.clone()
                })?;
                tx.queue(&QueueFilter {
                    reason: Some(String::from("links")),
                    person: Some(person.id),
                    reported: Some(true),
                    text: Some(String::from("x")),
                    ..filter
                })?;
            }
        }
        tx.decisions(root.id)?;
        tx.latest_decision(root.id)?;
        tx.sites_to_seal()?;
        tx.sealed(site.id, 0, 10)?;
        tx.unsealed(site.id)?;
        tx.report_by_receipt(&[0; 32])?;
        tx.reports(&[root.id, reply.id], 20)?;
        tx.remembered(&[0; 32])?;
        tx.secret_check()?;
        tx.api_tokens(site.id)?;
        tx.open_invites(site.id)?;
        tx.identities(author.account_id)?;
        tx.withdrawn(Some(root.id), 10)?;
        tx.erased_at(&root)?;
        tx.erased(site.id)?;
        tx.comments_of(author.id, Some(root.id), 10)?;
        tx.comments_with_texts(author.id, 10)?;
        tx.texts_of(root.id)?;
        tx.sent_reports(site.id, None, 10)?;
        tx.memberships_everywhere(author.account_id)?;
        tx.tokens_of(author.account_id, site.id)?;
        tx.handover_by_code(&[0; 32])?;
        tx.handover(HandoverId::from_bytes([0; 16]))?;
        tx.attempt(&[0; 32])?;
        Ok(())
    });
}

fn decide(world: &World, root: &Comment) {
    let decision = world.decision(root, Action::Post);
    world.write(move |tx| {
        let note = Note {
            salt: [0; 16],
            text: String::new(),
            words: None,
        };
        tx.insert_decision(&decision, Some(&note))?;
        tx.seal_decisions(decision.site_id, 10)?;
        tx.erase_notes(decision.comment_id)
    });
}

fn write_everything(world: &World, root: &Comment, reply: &Comment) {
    let (root, reply, now) = (root.clone(), reply.clone(), world.now());
    let (again, key) = world.new_page(&world.read(|tx| tx.site(root.site_id)).unwrap(), "/a");
    let revision = world.revision(&root, 2, "Again.");
    world.write(move |tx| {
        let site = tx.site(root.site_id)?.unwrap();
        tx.update_site(&site)?;
        tx.remove_origin(site.id, &site.origins[0])?;
        tx.insert_page(&again, &key)?;
        tx.point_key(site.id, &key, root.page_id)?;
        let page = tx.page(root.page_id)?.unwrap();
        tx.update_page(&page, now)?;
        tx.set_page_people(page.id, &[])?;
        tx.insert_revision(&revision, 1, &[])?;
        tx.register_changed(site.id)?;
        let after = reply.state.clone().remove(String::from("abusive")).unwrap();
        tx.set_state(&reply, &after, None, now)?;
        let restored = after.clone().restore(1, one_approval()).unwrap();
        let removed = Comment {
            state: after,
            ..reply.clone()
        };
        tx.set_state(&removed, &restored, None, now)?;
        tx.close_reports(root.id, ReportState::ActedOn, now)?;
        tx.reopen_reports(root.id, now)?;
        let withdrawn = root.state.clone().withdraw().unwrap();
        tx.set_state(&root, &withdrawn, None, now)?;
        tx.erase_texts(root.id, now)?;
        let author = tx.membership_by_id(root.membership_id)?.unwrap();
        tx.revoke_reader_tokens(author.account_id, root.site_id, now)?;
        let handover = HandoverId::from_bytes([0; 16]);
        tx.prove_opener(handover)?;
        tx.mint_handover(handover, author.account_id, &[0; 32], now)?;
        tx.redeem_handover(handover, TokenId::from_bytes([0; 16]))?;
        tx.keep_posted(&[0; 32], &[])?;
        tx.take_attempt(&[0; 32], now)?;
        tx.forget_handovers(now, 10)?;
        tx.revoke_account_sessions(author.account_id, now)?;
        tx.forget_remembered(now, 10)
    });
}
