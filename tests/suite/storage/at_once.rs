//! What many write at once: nothing is lost, and nothing is counted twice.

use std::thread::scope;

use hustings::domain::comment::{Comment, CommentState, Verdict};
use hustings::domain::id::CommentId;
use hustings::storage::StorageError;
use hustings::storage::stores::comments::Sort;
use hustings::storage::stores::idempotency::Remembered;

use super::world::{World, on_both, one_approval};

on_both!(
    posts_to_one_page_are_all_counted,
    of_two_decisions_the_second_sees_the_first,
    one_page_is_made_for_one_key,
    one_request_is_remembered_under_one_key,
);

fn posts_to_one_page_are_all_counted(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let author = world.member(&site, "Ann Lee");
    let root = world.publish(&page, &author, None, "Root.");
    let posts: Vec<_> = (0..40)
        .map(|number| {
            let text = format!("Answer {number}.");
            world.new_comment(&page, &author, Some(&root), Verdict::Publish, &text)
        })
        .collect();
    let now = world.now();
    scope(|scope| {
        for part in posts.chunks(10) {
            let db = world.test.db.clone();
            scope.spawn(move || {
                for (comment, revision) in part.iter().cloned() {
                    db.write::<_, StorageError>(move |tx| {
                        // As a post does: the parent must be public.
                        let parent = tx.comment(comment.root_id)?.unwrap();
                        assert!(parent.state.public_revision().is_some());
                        tx.insert_comment(&comment, &revision, 1, &[], now)
                    })
                    .unwrap();
                }
            });
        }
    });
    let stored = world.stored_page(&page);
    assert_eq!((stored.comment_count, stored.version), (41, 42));
    let (replies, count) = world.read(|tx| {
        Ok((
            tx.descendants(&[root.id], None, 100)?.len(),
            tx.reply_counts(&[root.id])?,
        ))
    });
    assert_eq!((replies, count), (40, vec![(root.id, 40)]));
    // Every answer was counted at the root: when all are gone, so is its placeholder.
    let gone = |id: CommentId| world.change(id, |state: CommentState| state.remove(String::from("abusive")));
    gone(root.id);
    for (reply, _) in &posts {
        assert_eq!(world.read(|tx| tx.roots(page.id, Sort::Oldest, None, 2)).len(), 1);
        gone(reply.id);
    }
    assert_eq!(world.read(|tx| tx.roots(page.id, Sort::Oldest, None, 2)), []);
}

fn of_two_decisions_the_second_sees_the_first(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let author = world.member(&site, "Ann Lee");
    let held: Vec<Comment> = (0..10)
        .map(|_| world.hold(&page, &author, None, "Held."))
        .collect();
    let now = world.now();
    let decide = |id: CommentId| {
        let db = world.test.db.clone();
        move || {
            db.write::<_, StorageError>(move |tx| {
                let comment = tx.comment(id)?.unwrap();
                match comment.state.clone().approve(1, one_approval()) {
                    Ok(after) => tx.set_state(&comment, &after, None, now).map(|()| true),
                    Err(_not_from_here) => Ok(false),
                }
            })
            .unwrap()
        }
    };
    for comment in &held {
        let approved = scope(|scope| {
            let both = [scope.spawn(decide(comment.id)), scope.spawn(decide(comment.id))];
            both.map(|decision| decision.join().unwrap())
        });
        assert_eq!(approved.iter().filter(|approved| **approved).count(), 1);
    }
    let stored = world.stored_page(&page);
    assert_eq!((stored.comment_count, stored.version), (10, 11));
}

fn one_page_is_made_for_one_key(world: &World) {
    let site = world.site("ward-news");
    for number in 0..5 {
        let path = format!("/{number}");
        let candidates = [(); 4].map(|()| world.new_page(&site, &path));
        let made: Vec<bool> = scope(|scope| {
            let writers: Vec<_> = candidates
                .iter()
                .map(|(page, key)| {
                    let (db, page, key) = (world.test.db.clone(), page.clone(), key.clone());
                    scope.spawn(move || {
                        db.write::<_, StorageError>(move |tx| tx.insert_page(&page, &key))
                            .unwrap()
                    })
                })
                .collect();
            writers.into_iter().map(|writer| writer.join().unwrap()).collect()
        });
        assert_eq!(made.iter().filter(|made| **made).count(), 1);
        let stored = world.read(|tx| tx.pages(&candidates.each_ref().map(|(page, _)| page.id)));
        let found = world.read(|tx| tx.page_by_key(site.id, &candidates[0].1));
        assert_eq!(stored.len(), 1);
        assert_eq!(found.as_ref(), stored.first());
    }
}

fn one_request_is_remembered_under_one_key(world: &World) {
    let now = world.tick();
    for number in 0..5 {
        let first: Vec<bool> = scope(|scope| {
            let writers: Vec<_> = (0..4)
                .map(|writer| {
                    let db = world.test.db.clone();
                    scope.spawn(move || {
                        let what = Remembered {
                            request: [0; 32],
                            status: 201,
                            resource: format!("made by {writer}"),
                        };
                        db.write::<_, StorageError>(move |tx| tx.remember(&[number; 32], &what, now))
                            .unwrap()
                    })
                })
                .collect();
            writers.into_iter().map(|writer| writer.join().unwrap()).collect()
        });
        assert_eq!(first.iter().filter(|first| **first).count(), 1);
    }
}
