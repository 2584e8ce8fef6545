//! Whatever is posted and decided, in whatever order: what is counted and shown follows from the states.

use std::collections::HashMap;

use hustings::domain::account::Membership;
use hustings::domain::comment::{Comment, CommentState, TransitionError, Verdict, WhileChecked};
use hustings::domain::id::CommentId;
use hustings::domain::page::Page;
use hustings::domain::site::Site;
use hustings::storage::stores::comments::Sort;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::world::{World, all_are_held, on_both, one_approval};

on_both!(counts_and_placeholders_follow_from_the_states);

/// What is tried next. Numbers choose among the comments that there are.
#[derive(Debug, Clone)]
enum Step {
    Post { parent: Option<usize>, public: bool },
    Decide { comment: usize, what: u8 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let post = (proptest::option::weighted(0.8, any::<usize>()), any::<bool>())
        .prop_map(|(parent, public)| Step::Post { parent, public });
    let decide = (any::<usize>(), 0..10u8).prop_map(|(comment, what)| Step::Decide { comment, what });
    proptest::collection::vec(prop_oneof![2 => post, 3 => decide], 1..40)
}

fn transition(state: CommentState, revision: i32, what: u8) -> Result<CommentState, TransitionError> {
    let current = state
        .pending()
        .map(|pending| pending.revision)
        .or(state.current_revision())
        .unwrap_or(1);
    match what {
        0 => state.approve(current, one_approval()),
        1 => state.reject(String::from("off_topic")),
        2 => state.spam(),
        3 => state.remove(String::from("abusive")),
        4 => state.hold(),
        5 => state.restore(current, one_approval()),
        6 => state.reopen(),
        7 => state.withdraw(),
        8 => state.edit(revision, all_are_held(), WhileChecked::Hide),
        _ => state.edit(revision, Verdict::Publish, WhileChecked::Keep),
    }
}

fn counts_and_placeholders_follow_from_the_states(world: &World) {
    let site = world.site("ward-news");
    let author = world.member(&site, "Ann Lee");
    let mut runner = TestRunner::new(Config {
        cases: 40,
        failure_persistence: None,
        ..Config::default()
    });
    let number = std::cell::Cell::new(0);
    runner
        .run(&steps(), |steps| {
            number.set(number.get() + 1);
            run(world, &site, &author, number.get(), steps);
            Ok(())
        })
        .unwrap();
}

fn run(world: &World, site: &Site, author: &Membership, number: u32, steps: Vec<Step>) {
    let page = world.page(site, &format!("/{number}"));
    let mut comments: Vec<Comment> = Vec::new();
    let mut version = 1;
    for step in steps {
        let public_before = public_texts(&comments);
        match step {
            Step::Post { parent, public } => {
                let verdict = if public { Verdict::Publish } else { all_are_held() };
                // Nobody can answer what is not public.
                let answerable: Vec<&Comment> = comments
                    .iter()
                    .filter(|comment| comment.state.public_revision().is_some())
                    .collect();
                let parent = parent
                    .filter(|_| !answerable.is_empty())
                    .map(|choice| answerable[choice % answerable.len()]);
                let posted = world.post_with(&page, author, parent, verdict, "Text.", Vec::new());
                comments.push(posted);
            }
            Step::Decide { comment, what } if !comments.is_empty() => {
                let index = comment % comments.len();
                decide(world, &mut comments[index], what);
            }
            Step::Decide { .. } => {}
        }
        if public_texts(&comments) != public_before {
            version += 1;
        }
        let stored = world.stored_page(&page);
        assert_eq!(stored.version, version);
        let public = comments
            .iter()
            .filter(|comment| comment.state.public_revision().is_some());
        assert_eq!(stored.comment_count, i64::try_from(public.count()).unwrap());
    }
    compare_threads(world, &page, &comments);
}

fn public_texts(comments: &[Comment]) -> Vec<(CommentId, i32)> {
    comments
        .iter()
        .filter_map(|comment| Some((comment.id, comment.state.public_revision()?)))
        .collect()
}

fn decide(world: &World, comment: &mut Comment, what: u8) {
    let number = comment.last_revision + 1;
    let Ok(after) = transition(comment.state.clone(), number, what) else {
        return;
    };
    let revision = (what >= 8).then(|| world.revision(comment, number, "Another text."));
    let (stored, wanted, now) = (comment.clone(), after.clone(), world.tick());
    world.write(move |tx| {
        if let Some(revision) = &revision {
            tx.insert_revision(revision, 1, &[])?;
        }
        tx.set_state(&stored, &wanted, None, now)
    });
    if what >= 8 {
        comment.last_revision = number;
    }
    comment.state = after;
}

/// Reads the page part by part, and compares it with what the states say must be shown.
fn compare_threads(world: &World, page: &Page, comments: &[Comment]) {
    let parents: HashMap<CommentId, Option<CommentId>> = comments
        .iter()
        .map(|comment| (comment.id, comment.parent_id))
        .collect();
    let mut shown: HashMap<CommentId, bool> = HashMap::new();
    let mut replies: HashMap<CommentId, i64> = HashMap::new();
    for comment in comments {
        if comment.state.public_revision().is_none() {
            continue;
        }
        shown.insert(comment.id, true);
        if let Some(parent) = comment.parent_id {
            *replies.entry(parent).or_default() += 1;
        }
        let mut above = comment.parent_id;
        while let Some(id) = above {
            shown.entry(id).or_insert(false);
            above = parents[&id];
        }
    }
    let mut expected: Vec<(CommentId, bool, i64)> = shown
        .into_iter()
        .map(|(id, is_public)| (id, is_public, replies.get(&id).copied().unwrap_or(0)))
        .collect();
    expected.sort();
    let mut found = world.read(|tx| {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let roots = tx.roots(page.id, Sort::Newest, after, 3)?;
            let Some(last) = roots.last() else { break };
            after = Some((last.comment.created_at, last.comment.id));
            for root in &roots {
                let (id, mut below) = (root.comment.id, None);
                loop {
                    let part = tx.descendants(&[id], below, 2)?;
                    let Some(last) = part.last() else { break };
                    below = Some((last.comment.created_at, last.comment.id));
                    all.extend(part);
                }
            }
            all.extend(roots);
        }
        Ok(all
            .iter()
            .map(|public| (public.comment.id, public.shown.is_some(), public.reply_count))
            .collect::<Vec<_>>())
    });
    found.sort();
    assert_eq!(found, expected);
    for comment in comments {
        assert_eq!(
            world.read(|tx| tx.comment(comment.id)).unwrap().state,
            comment.state
        );
    }
}
