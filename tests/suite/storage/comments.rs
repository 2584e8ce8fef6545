//! Comments, their revisions and findings, and changes of state.

use hustings::domain::account::Membership;
use hustings::domain::comment::{
    Approval, Comment, CommentState, HoldReason, Pending, Verdict, WhileChecked,
};
use hustings::domain::decision::Action;
use hustings::domain::finding::{Field, Finding, Mention, Rule, Span, Strength, Tier};
use hustings::domain::id::{AccountId, MembershipId};
use hustings::domain::page::Page;
use hustings::domain::role::Role;
use hustings::domain::says::Says;
use hustings::storage::StorageError;

use super::world::{World, all_are_held, on_both, one_approval};

on_both!(
    a_comment_is_read_as_it_was_written,
    findings_keep_their_order,
    revisions_are_kept,
    every_state_is_stored,
    a_state_that_somebody_else_has_changed_is_not_overwritten,
    only_public_changes_raise_the_version,
    a_state_that_does_not_parse_names_its_row,
    earlier_texts_are_found_by_fingerprint,
    own_comments_are_those_of_the_page_since,
    public_once_counts_for_good,
    a_name_is_taken_by_who_writes_on_the_page,
    replies_and_badges_of_one_comment,
);

fn finding(rule: &'static str, strength: Strength) -> Finding {
    Finding {
        rule: Rule::of(rule),
        strength,
        says: Says::ListedWord {
            word: rule.to_owned(),
        },
        spans: Vec::new(),
        mention: None,
    }
}

fn a_comment_is_read_as_it_was_written(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let author = world.member(&site, "Ann Lee");
    let parent = world.publish(&page, &author, None, "The meetings are set.");
    let (reply, mut revision) =
        world.new_comment(&page, &author, Some(&parent), all_are_held(), "Where? 🗳 \u{301}x");
    revision.source_url = Some(String::from("https://example.org/source"));
    let (stored, stored_revision, now) = (reply.clone(), revision.clone(), world.now());
    world.write(move |tx| tx.insert_comment(&stored, &stored_revision, 3, &[], now));
    let (comment, text, none, findings) = world.read(|tx| {
        Ok((
            tx.comment(reply.id)?,
            tx.revision(reply.id, 1)?,
            tx.revision(reply.id, 2)?,
            tx.findings(reply.id, 1)?,
        ))
    });
    assert_eq!(comment, Some(reply));
    assert_eq!(text, Some(revision));
    assert_eq!((none, findings), (None, Vec::new()));
    let (unstored, _) = world.new_comment(&page, &author, None, all_are_held(), "No.");
    assert_eq!(world.read(|tx| tx.comment(unstored.id)), None);
}

fn findings_keep_their_order(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let author = world.member(&site, "Ann Lee");
    let person = world.person(&site, "Dana Ortwin");
    let mut mention = finding("names_person", Strength::Hold);
    mention.spans = vec![
        Span {
            field: Field::Body,
            start: 4,
            end: 15,
            text: String::from("Dana \"O\" é"),
        },
        Span {
            field: Field::Name,
            start: 0,
            end: 3,
            text: String::from("Ann"),
        },
    ];
    mention.mention = Some(Mention {
        person_id: person.id,
        tier: Tier::FuzzyFull,
    });
    // Their ids are of one moment, and so in no order.
    let found = vec![
        finding("links", Strength::Note),
        mention,
        finding("words", Strength::Flag),
        finding("links", Strength::Hold),
        finding("repeat", Strength::Flag),
    ];
    let comment = world.post_with(
        &page,
        &author,
        None,
        all_are_held(),
        "That Dana Ortwin.",
        found.clone(),
    );
    assert_eq!(world.read(|tx| tx.findings(comment.id, 1)), found);
    assert_eq!(world.read(|tx| tx.findings(comment.id, 2)), []);
}

fn revisions_are_kept(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let author = world.member(&site, "Ann Lee");
    let comment = world.publish(&page, &author, None, "First text.");
    world.tick();
    let second = world.revision(&comment, 2, "Second text.");
    let stored = second.clone();
    world.write(move |tx| tx.insert_revision(&stored, 1, &[]));
    let (again, texts) = world.read(|tx| {
        Ok((
            tx.comment(comment.id)?.unwrap(),
            [tx.revision(comment.id, 1)?, tx.revision(comment.id, 2)?],
        ))
    });
    assert_eq!(
        again,
        Comment {
            last_revision: 2,
            ..comment
        }
    );
    let [first, found] = texts.map(Option::unwrap);
    assert_eq!(first.source.as_str(), "First text.");
    assert_eq!(found, second);
    // A number is given once.
    assert!(
        world
            .try_write(move |tx| tx.insert_revision(&second, 1, &[]))
            .unwrap_err()
            .is_unique_violation()
    );
}

fn every_state_is_stored(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let author = world.member(&site, "Ann Lee");
    let comment = world.hold(&page, &author, None, "Text.");
    let waiting = |revision, approvals: Vec<AccountId>| Pending {
        revision,
        reasons: vec![HoldReason::NAMES_PERSON, HoldReason::NO_CONTACT],
        approvals,
    };
    let edited_at = Some(world.tick());
    for after in [
        CommentState::Held {
            pending: waiting(1, vec![author.account_id]),
            live: None,
        },
        CommentState::Published {
            live: 1,
            pending: None,
        },
        CommentState::Published {
            live: 1,
            pending: Some(waiting(2, Vec::new())),
        },
        CommentState::Held {
            pending: waiting(2, Vec::new()),
            live: Some(1),
        },
        CommentState::Rejected {
            revision: 2,
            reason: String::from("off_topic"),
        },
        CommentState::Spam { revision: 2 },
        CommentState::Published {
            live: 2,
            pending: None,
        },
        CommentState::Removed {
            revision: 2,
            reason: String::from("abusive"),
        },
        CommentState::Withdrawn,
    ] {
        let (id, wanted, now) = (comment.id, after.clone(), world.tick());
        let stored = world.write(move |tx| {
            let before = tx.comment(id)?.unwrap();
            tx.set_state(&before, &wanted, edited_at, now)?;
            Ok(tx.comment(id)?.unwrap())
        });
        assert_eq!(
            stored,
            Comment {
                state: after,
                edited_at,
                ..comment.clone()
            }
        );
    }
}

fn a_state_that_somebody_else_has_changed_is_not_overwritten(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let author = world.member(&site, "Ann Lee");
    let old = world.hold(&page, &author, None, "Text.");
    let (id, author_account) = (old.id, author.account_id);
    world.change(id, move |state| {
        state.approve(
            1,
            Approval {
                by: Some(author_account),
                need: 1,
            },
        )
    });
    let now = world.tick();
    let after = CommentState::Published {
        live: 1,
        pending: None,
    };
    let result = world.try_write(move |tx| tx.set_state(&old, &after, None, now));
    assert!(matches!(result, Err(StorageError::Conflict(_))), "{result:?}");
    assert_eq!(world.stored_page(&page).comment_count, 1);
}

fn only_public_changes_raise_the_version(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let author = world.member(&site, "Ann Lee");
    let seen = |world: &World| {
        let page = world.stored_page(&page);
        (page.version, page.comment_count)
    };
    let comment = world.hold(&page, &author, None, "Text.");
    assert_eq!(seen(world), (1, 0));
    let id = comment.id;
    world.change(id, |state| state.approve(1, one_approval()));
    assert_eq!(seen(world), (2, 1));
    // An edit waits behind the public text.
    world.change(id, |state| state.edit(2, all_are_held(), WhileChecked::Keep));
    assert_eq!(seen(world), (2, 1));
    world.change(id, |state| state.approve(2, one_approval()));
    assert_eq!(seen(world), (3, 1));
    world.change(id, |state| state.edit(3, all_are_held(), WhileChecked::Hide));
    assert_eq!(seen(world), (4, 0));
    world.change(id, |state| state.reject(String::from("off_topic")));
    assert_eq!(seen(world), (4, 0));
    world.change(id, CommentState::reopen);
    world.change(id, |state| state.approve(3, one_approval()));
    assert_eq!(seen(world), (5, 1));
    world.change(id, |state| state.remove(String::from("abusive")));
    assert_eq!(seen(world), (6, 0));
    world.change(id, CommentState::withdraw);
    assert_eq!(seen(world), (6, 0));
    // Public at once, and told after the commit.
    let (posted, revision) = world.new_comment(&page, &author, None, Verdict::Publish, "More.");
    let now = world.now();
    let effects = world.write(move |tx| {
        tx.insert_comment(&posted, &revision, 1, &[], now)?;
        Ok(tx.effects().clone())
    });
    assert_eq!(effects.pages, [(page.id, 7)]);
    assert_eq!(seen(world), (7, 1));
    let before = world.read(|tx| tx.epochs()).changes - 1;
    assert_eq!(world.read(|tx| tx.versions_after(before)), [(page.id, 7)]);
}

fn a_state_that_does_not_parse_names_its_row(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let author = world.member(&site, "Ann Lee");
    let comment = world.hold(&page, &author, None, "Text.");
    world.execute("UPDATE comments SET state = 2");
    match world.test.db.read(|tx| tx.comment(comment.id)) {
        Err(StorageError::Inconsistent { table, column, row }) => {
            assert_eq!((table, column), ("comments", "live"));
            assert_eq!(row, comment.id.to_string().replace('-', ""));
        }
        other => panic!("{other:?}"),
    }
}

fn earlier_texts_are_found_by_fingerprint(world: &World) {
    let (site, other) = (world.site("ward-news"), world.site("other"));
    let (page, elsewhere) = (world.page(&site, "/a"), world.page(&other, "/a"));
    let author = world.member(&site, "Ann Lee");
    let stranger = world.member(&other, "Bo Kim");
    let first = world.hold(&page, &author, None, "Buy now.");
    world.hold(&page, &author, None, "Buy later.");
    let second = world.publish(&page, &author, Some(&first), "Buy now.");
    world.publish(&elsewhere, &stranger, None, "Buy now.");
    world.change(first.id, CommentState::spam);
    let fingerprint = world.revision(&first, 1, "Buy now.").fingerprint;
    let found = world.read(|tx| tx.earlier_texts(site.id, &fingerprint));
    let told: Vec<_> = found
        .iter()
        .map(|text| {
            (
                text.comment_id,
                text.page_id,
                text.membership_id,
                text.state,
                text.is_public,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (second.id, page.id, author.id, "published", true),
            (first.id, page.id, author.id, "spam", false)
        ]
    );
    for _ in 0..25 {
        world.hold(&page, &author, None, "Buy now.");
    }
    assert_eq!(world.read(|tx| tx.earlier_texts(site.id, &fingerprint)).len(), 20);
}

fn own_comments_are_those_of_the_page_since(world: &World) {
    let site = world.site("ward-news");
    let (page, other) = (world.page(&site, "/a"), world.page(&site, "/b"));
    let (author, neighbour) = (world.member(&site, "Ann Lee"), world.member(&site, "Bo Kim"));
    let old = world.publish(&page, &author, None, "Old.");
    let first = world.hold(&page, &author, None, "First.");
    world.publish(&page, &neighbour, None, "Not mine.");
    world.publish(&other, &author, None, "Not here.");
    let second = world.publish(&page, &author, Some(&old), "Second.");
    assert_eq!(
        world.read(|tx| tx.own_comments(author.id, page.id, first.created_at)),
        [first.clone(), second.clone()]
    );
    assert_eq!(
        world.read(|tx| tx.own_comments(author.id, page.id, old.created_at)),
        [old, first, second]
    );
}

fn public_once_counts_for_good(world: &World) {
    let site = world.site("ward-news");
    let page = world.page(&site, "/a");
    let author = world.member(&site, "Ann Lee");
    let other = world.hold(&page, &author, None, "Another text.");
    let has = |world: &World| world.read(|tx| tx.has_public_comment(author.id, other.id));
    let comment = world.hold(&page, &author, None, "Text.");
    let decision = world.decision(&comment, Action::Post);
    world.write(move |tx| tx.insert_decision(&decision, None));
    assert!(!has(world));
    let public = world.change(comment.id, |state| state.approve(1, one_approval()));
    assert!(has(world));
    let decision = world.decision(&public, Action::Approve);
    world.write(move |tx| tx.insert_decision(&decision, None));
    world.change(comment.id, |state| state.remove(String::from("abusive")));
    assert!(has(world));
    assert!(!world.read(|tx| tx.has_public_comment(author.id, comment.id)));
    let nobody = world.member(&site, "Bo Kim");
    assert!(!world.read(|tx| tx.has_public_comment(nobody.id, comment.id)));
}

fn a_name_is_taken_by_who_writes_on_the_page(world: &World) {
    let (site, other_site) = (world.site("ward-news"), world.site("other"));
    let (page, other) = (world.page(&site, "/a"), world.page(&site, "/b"));
    let ann = world.member(&site, "Ann Lee");
    let lookalike = world.member(&site, "ANN LEE");
    let taken =
        |world: &World, page: &Page, except| world.read(|tx| tx.name_taken(page.id, "ann lee", except));
    assert!(!taken(world, &page, lookalike.id));
    let comment = world.hold(&page, &ann, None, "It is me.");
    assert!(taken(world, &page, lookalike.id));
    assert!(!taken(world, &page, ann.id));
    assert!(!taken(world, &other, lookalike.id));
    assert!(!world.read(|tx| tx.name_taken(page.id, "ann", lookalike.id)));
    // Who was refused does not keep the name from others.
    world.change(comment.id, CommentState::spam);
    assert!(!taken(world, &page, lookalike.id));
    let far = world.member(&other_site, "Ann Lee");
    let far_page = world.page(&other_site, "/a");
    world.publish(&far_page, &far, None, "Far away.");
    assert!(!taken(world, &page, lookalike.id));
}

fn replies_and_badges_of_one_comment(world: &World) {
    let (site, other) = (world.site("ward-news"), world.site("other"));
    let page = world.page(&site, "/a");
    let author = world.member(&site, "Ann Lee");
    let comment = world.publish(&page, &author, None, "Text.");
    let reply = world.publish(&page, &author, Some(&comment), "Public.");
    world.publish(&page, &author, Some(&reply), "Deeper.");
    world.hold(&page, &author, Some(&comment), "Held.");
    assert_eq!(world.read(|tx| tx.reply_counts(&[comment.id])), [(comment.id, 1)]);

    let (account, now) = (author.account_id, world.tick());
    let elsewhere = Membership {
        id: MembershipId::new(now, &world.rng),
        site_id: other.id,
        ..author.clone()
    };
    let stored = elsewhere.clone();
    world.write(move |tx| tx.insert_membership(&stored, "ann lee"));
    let badges = || world.read(|tx| tx.badges(&[author.id, elsewhere.id]));
    assert_eq!(badges(), []);
    let here = site.id;
    for (role, badge) in [
        (Role::Viewer, None),
        (Role::Moderator, Some("moderator")),
        (Role::Owner, Some("owner")),
    ] {
        world.write(move |tx| {
            tx.grant_role(account, Some(here), role, now)?;
            tx.grant_role(account, None, Role::Operator, now)
        });
        let expected = badge.map(|badge| (author.id, badge.to_owned()));
        assert_eq!(badges(), Vec::from_iter(expected));
    }
}
