//! What the public reads of a page.

use hustings::domain::comment::{Comment, CommentState, Verdict, WhileChecked};
use hustings::domain::id::CommentId;
use hustings::domain::role::Role;
use hustings::storage::stores::comments::{After, PublicComment, Sort};

use super::world::{World, all_are_held, on_both, one_approval};

on_both!(
    roots_are_paged_both_ways,
    roots_of_one_moment_are_paged_by_id,
    a_placeholder_stands_where_something_public_hangs_below,
    descendants_are_paged_by_thread,
    positions_are_in_the_order_of_the_parts,
    what_is_shown_is_told_whole,
    a_page_of_fifty_threads_is_read_at_once,
);

fn ids(comments: &[PublicComment]) -> Vec<CommentId> {
    comments.iter().map(|public| public.comment.id).collect()
}

fn place(comment: &Comment) -> After {
    (comment.created_at, comment.id)
}

fn roots_are_paged_both_ways(world: &World) {
    let site = world.site("ward-news");
    let (page, other) = (world.page(&site, "/a"), world.page(&site, "/b"));
    let author = world.member(&site, "Ann Lee");
    let mut public = Vec::new();
    for number in 0..5 {
        let root = world.publish(&page, &author, None, &format!("Number {number}."));
        world.hold(&page, &author, None, "Held.");
        world.publish(&page, &author, Some(&root), "A reply is no root.");
        world.publish(&other, &author, None, "Elsewhere.");
        public.push(root);
    }
    let all: Vec<CommentId> = public.iter().map(|root| root.id).collect();
    let roots = |sort, after, limit| ids(&world.read(|tx| tx.roots(page.id, sort, after, limit)));
    assert_eq!(roots(Sort::Oldest, None, 100), all);
    assert_eq!(roots(Sort::Oldest, None, 2), all[..2]);
    assert_eq!(roots(Sort::Oldest, Some(place(&public[1])), 2), all[2..4]);
    assert_eq!(roots(Sort::Oldest, Some(place(&public[4])), 2), []);
    let backwards: Vec<CommentId> = all.iter().rev().copied().collect();
    assert_eq!(roots(Sort::Newest, None, 100), backwards);
    assert_eq!(roots(Sort::Newest, Some(place(&public[3])), 2), backwards[2..4]);
    assert_eq!(roots(Sort::Newest, Some(place(&public[0])), 2), []);
}

fn roots_of_one_moment_are_paged_by_id(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let author = world.member(&site, "Ann Lee");
    let now = world.tick();
    let mut all = Vec::new();
    for number in 0..7 {
        let (mut comment, revision) = world.new_comment(
            &page,
            &author,
            None,
            Verdict::Publish,
            &format!("Number {number}."),
        );
        comment.created_at = now;
        all.push(comment.id);
        world.write(move |tx| tx.insert_comment(&comment, &revision, 1, &[], now));
    }
    all.sort();
    for (sort, expected) in [
        (Sort::Oldest, all.clone()),
        (Sort::Newest, all.iter().rev().copied().collect()),
    ] {
        let (mut paged, mut after) = (Vec::new(), None);
        loop {
            let part = world.read(|tx| tx.roots(page.id, sort, after, 2));
            let Some(last) = part.last() else { break };
            after = Some(place(&last.comment));
            paged.extend(ids(&part));
        }
        assert_eq!(paged, expected, "{sort:?}");
    }
}

fn a_placeholder_stands_where_something_public_hangs_below(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let author = world.member(&site, "Ann Lee");
    let root = world.publish(&page, &author, None, "Root.");
    let middle = world.publish(&page, &author, Some(&root), "Middle.");
    let leaf = world.publish(&page, &author, Some(&middle), "Leaf.");
    let aside = world.publish(&page, &author, Some(&root), "Aside.");
    // Each with whether its text is shown, in the order given.
    let shown = || {
        world.read(|tx| {
            let mut all = tx.roots(page.id, Sort::Oldest, None, 10)?;
            all.extend(tx.descendants(&[root.id], None, 10)?);
            Ok(all
                .iter()
                .map(|public| (public.comment.id, public.shown.is_some()))
                .collect::<Vec<_>>())
        })
    };
    let [root_id, middle_id, leaf_id, aside_id] = [&root, &middle, &leaf, &aside].map(|comment| comment.id);
    let (yes, no) = (true, false);
    let remove = |id| world.change(id, |state| state.remove(String::from("abusive")));
    let restore = |id| world.change(id, |state| state.restore(1, one_approval()));
    assert_eq!(
        shown(),
        [(root_id, yes), (middle_id, yes), (leaf_id, yes), (aside_id, yes)]
    );
    remove(middle_id);
    assert_eq!(
        shown(),
        [(root_id, yes), (middle_id, no), (leaf_id, yes), (aside_id, yes)]
    );
    remove(root_id);
    assert_eq!(
        shown(),
        [(root_id, no), (middle_id, no), (leaf_id, yes), (aside_id, yes)]
    );
    remove(leaf_id);
    assert_eq!(shown(), [(root_id, no), (aside_id, yes)]);
    world.change(aside_id, CommentState::withdraw);
    assert_eq!(shown(), []);
    restore(leaf_id);
    assert_eq!(shown(), [(root_id, no), (middle_id, no), (leaf_id, yes)]);
    restore(root_id);
    remove(leaf_id);
    assert_eq!(shown(), [(root_id, yes)]);
    assert_eq!(world.stored_page(&page).comment_count, 1);
}

fn descendants_are_paged_by_thread(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let author = world.member(&site, "Ann Lee");
    let roots: Vec<Comment> = (0..3)
        .map(|number| world.publish(&page, &author, None, &format!("Root {number}.")))
        .collect();
    let mut replies = [Vec::new(), Vec::new()];
    for number in 0..5 {
        for thread in 0..2 {
            let parent = replies[thread].last().unwrap_or(&roots[thread]).clone();
            let reply = world.publish(&page, &author, Some(&parent), &format!("Reply {number}."));
            world.hold(&page, &author, Some(&reply), "Held.");
            replies[thread].push(reply);
        }
    }
    let reply_ids: Vec<Vec<CommentId>> = replies
        .iter()
        .map(|thread| thread.iter().map(|reply| reply.id).collect())
        .collect();
    let root_ids: Vec<CommentId> = roots.iter().map(|root| root.id).collect();
    let found = world.read(|tx| tx.descendants(&root_ids, None, 3));
    // Thread by thread in the order asked, each by time.
    assert_eq!(ids(&found), [&reply_ids[0][..3], &reply_ids[1][..3]].concat());
    assert_eq!(found[2].reply_count, 1);
    let rest = world.read(|tx| tx.descendants(&root_ids[..1], Some(place(&replies[0][2])), 3));
    assert_eq!(ids(&rest), reply_ids[0][3..]);
    assert_eq!(rest.last().unwrap().reply_count, 0);
    assert_eq!(world.read(|tx| tx.descendants(&[], None, 3)), []);
}

fn positions_are_in_the_order_of_the_parts(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let author = world.member(&site, "Ann Lee");
    let roots: Vec<Comment> = (0..4)
        .map(|_| {
            world.hold(&page, &author, None, "Held.");
            world.publish(&page, &author, None, "Root.")
        })
        .collect();
    let replies: Vec<Comment> = (0..3)
        .map(|_| world.publish(&page, &author, Some(&roots[0]), "Reply."))
        .collect();
    world.change(roots[0].id, |state| state.remove(String::from("abusive")));
    world.change(roots[1].id, |state| state.remove(String::from("abusive")));
    let places = |comments: &[Comment]| comments.iter().map(place).collect::<Vec<_>>();
    let (oldest, newest, thread) = world.read(|tx| {
        Ok((
            tx.root_positions(page.id, Sort::Oldest)?,
            tx.root_positions(page.id, Sort::Newest)?,
            tx.thread_positions(roots[0].id)?,
        ))
    });
    let mut expected = places(&[&roots[..1], &roots[2..]].concat());
    assert_eq!(oldest, expected);
    expected.reverse();
    assert_eq!(newest, expected);
    assert_eq!(thread, places(&replies));
}

fn what_is_shown_is_told_whole(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let (reader, moderator) = (world.member(&site, "Ann Lee"), world.member(&site, "Bo Kim"));
    let (account, site_id, now) = (moderator.account_id, site.id, world.tick());
    world.write(move |tx| tx.grant_role(account, Some(site_id), Role::Moderator, now));
    let root = world.publish(&page, &reader, None, "First.");
    for _ in 0..3 {
        world.publish(&page, &moderator, Some(&root), "Answer.");
    }
    world.hold(&page, &reader, Some(&root), "Held.");
    let second = world.revision(&root, 2, "Second.");
    let third = world.revision(&root, 3, "Third.");
    world.write(move |tx| {
        tx.insert_revision(&second, 1, &[])?;
        tx.insert_revision(&third, 1, &[])
    });
    world.change(root.id, |state| {
        state
            .edit(2, Verdict::Publish, WhileChecked::Keep)?
            .edit(3, all_are_held(), WhileChecked::Keep)
    });
    let (roots, replies) = world.read(|tx| {
        Ok((
            tx.roots(page.id, Sort::Oldest, None, 10)?,
            tx.descendants(&[root.id], None, 10)?,
        ))
    });
    let [shown_root] = roots.as_slice() else {
        panic!("{roots:?}")
    };
    let text = shown_root.shown.as_ref().unwrap();
    assert_eq!(text.revision, 2);
    assert_eq!(text.html.as_str(), "<p>Second.</p>");
    assert_eq!(text.author_name, "Ann Lee");
    assert_eq!(text.badges, Vec::<String>::new());
    assert_eq!(shown_root.reply_count, 3);
    assert_eq!(replies.len(), 3);
    for reply in &replies {
        let text = reply.shown.as_ref().unwrap();
        assert_eq!(
            (text.author_name.as_str(), text.badges.as_slice()),
            ("Bo Kim", &[String::from("moderator")][..])
        );
        assert_eq!(reply.comment.depth, 1);
    }
}

/// A full page of threads, each with more replies than are asked for.
fn a_page_of_fifty_threads_is_read_at_once(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let author = world.member(&site, "Ann Lee");
    let mut posts = Vec::new();
    for _ in 0..50 {
        let root = world.new_comment(&page, &author, None, Verdict::Publish, "Root.");
        let replies: Vec<_> = (0..11)
            .map(|_| world.new_comment(&page, &author, Some(&root.0), Verdict::Publish, "Reply."))
            .collect();
        posts.push(root);
        posts.extend(replies);
    }
    let now = world.now();
    world.write(move |tx| {
        for (comment, revision) in &posts {
            tx.insert_comment(comment, revision, 1, &[], now)?;
        }
        Ok(())
    });
    let begun = std::time::Instant::now();
    let (roots, replies) = world.read(|tx| {
        let roots = tx.roots(page.id, Sort::Oldest, None, 50)?;
        let replies = tx.descendants(&ids(&roots), None, 10)?;
        Ok((roots, replies))
    });
    let taken = begun.elapsed();
    assert_eq!((roots.len(), replies.len()), (50, 500));
    // Some tens of milliseconds here; a scan for every thread would take many times that.
    assert!(taken < std::time::Duration::from_secs(2), "{taken:?}");
}
