//! Decisions and the chain of their seals.

use hustings::domain::comment::Comment;
use hustings::domain::decision::{Action, Actor, Decision, FIRST_SEAL, Seal, note_digest, seal};
use hustings::domain::id::{AccountId, DecisionId, SiteId, TokenId};
use hustings::storage::stores::decisions::{Note, SealedDecision};

use super::world::{World, on_both, one_approval};

on_both!(
    decisions_are_read_as_they_were_written,
    the_latest_is_the_last_written,
    the_chain_goes_on_and_verifies,
    sealers_at_once_do_not_fork_the_chain,
    an_erased_note_leaves_the_chain_whole,
    what_was_sealed_is_what_is_stored,
);

fn one_comment(world: &World, slug: &str) -> Comment {
    let site = world.site(slug);
    let page = world.page(&site, "/a");
    let author = world.member(&site, "Ann Lee");
    world.hold(&page, &author, None, "Text.")
}

fn decide(world: &World, comment: &Comment, action: Action) -> Decision {
    let decision = world.decision(comment, action);
    let stored = decision.clone();
    world.write(move |tx| tx.insert_decision(&stored, None));
    decision
}

fn chain(world: &World, site: SiteId) -> Vec<SealedDecision> {
    world.read(|tx| tx.sealed(site, 0, 1_000))
}

/// Computes every seal again.
fn verify(chain: &[SealedDecision]) {
    let mut previous: Seal = FIRST_SEAL;
    for (link, sequence) in chain.iter().zip(1..) {
        assert_eq!(link.sequence, sequence);
        assert_eq!(
            link.seal,
            seal(&previous, sequence, &link.decision, &link.before, &link.after)
        );
        previous = link.seal;
    }
}

fn decisions_are_read_as_they_were_written(world: &World) {
    let comment = one_comment(world, "ward-news");
    let public = comment.state.clone().approve(1, one_approval()).unwrap();
    let account = AccountId::new(world.tick(), &world.rng);
    let token = TokenId::new(world.tick(), &world.rng);
    let note = Note {
        salt: [3; 16],
        text: String::from("Asked the author for a source. \u{1F5F3}"),
        words: None,
    };
    let mut expected: Vec<(Decision, Option<Note>)> = Vec::new();
    for actor in [
        Actor::Author(account),
        Actor::Rule(String::from("policy")),
        Actor::Token(token),
        Actor::Moderator(account),
    ] {
        let mut decision = world.decision(&comment, Action::Approve);
        decision.actor = actor;
        expected.push((decision, None));
    }
    expected[0].0.action = Action::Post;
    expected[0].0.revision = None;
    let last = expected.last_mut().unwrap();
    last.0.before = Some(comment.state.clone());
    last.0.after = public.clone();
    last.0.reason = Some(String::from("off_topic"));
    last.0.note_digest = Some(note_digest(&note.salt, &note.text));
    last.1 = Some(note);
    let stored = expected.clone();
    let effects = world.write(move |tx| {
        for (decision, note) in &stored {
            tx.insert_decision(decision, note.as_ref())?;
        }
        Ok(tx.effects().clone())
    });
    assert!(effects.decisions);
    let (all, latest, last_words, unsealed) = world.read(|tx| {
        Ok((
            tx.decisions(comment.id)?,
            tx.latest_decision(comment.id)?,
            tx.last_words(comment.site_id, None, 10)?,
            tx.unsealed(comment.site_id)?,
        ))
    });
    assert_eq!(all, expected);
    assert_eq!(latest.as_ref(), expected.last().map(|(decision, _)| decision));
    // What the queries made of the comment itself is another matter.
    assert_eq!(last_words.len(), 1);
    assert_eq!(
        (last_words[0].comment_id, &last_words[0].decided),
        (comment.id, &Some(public))
    );
    assert_eq!(
        (unsealed.count, unsealed.unlisted, unsealed.gone),
        (4, vec![], vec![])
    );
    let other = one_comment(world, "other");
    assert_eq!(
        world.read(|tx| Ok((
            tx.latest_decision(other.id)?,
            tx.last_words(other.site_id, None, 10)?[0].decided.clone(),
            tx.last_words(other.site_id, Some(other.id), 10)?.len(),
        ))),
        (None, None, 0)
    );
}

fn the_latest_is_the_last_written(world: &World) {
    let comment = one_comment(world, "ward-news");
    let now = world.tick();
    let mut written = Vec::new();
    for _ in 0..20 {
        // All of one moment: neither their time nor their ids tell which came first.
        let mut decision = world.decision(&comment, Action::Hold);
        decision.at = now;
        decision.id = DecisionId::new(now, &world.rng);
        let stored = decision.clone();
        world.write(move |tx| tx.insert_decision(&stored, None));
        assert_eq!(
            world.read(|tx| tx.latest_decision(comment.id)).as_ref(),
            Some(&decision)
        );
        written.push(decision);
    }
    let read: Vec<Decision> = world
        .read(|tx| tx.decisions(comment.id))
        .into_iter()
        .map(|(decision, _)| decision)
        .collect();
    assert_eq!(read, written);
    let site = comment.site_id;
    world.write(move |tx| tx.seal_decisions(site, 100));
    let sealed: Vec<Decision> = chain(world, site).into_iter().map(|link| link.decision).collect();
    assert_eq!(sealed, written);
}

fn the_chain_goes_on_and_verifies(world: &World) {
    let (comment, elsewhere) = (one_comment(world, "ward-news"), one_comment(world, "other"));
    let (site, other) = (comment.site_id, elsewhere.site_id);
    let decisions: Vec<Decision> = (0..5).map(|_| decide(world, &comment, Action::Hold)).collect();
    decide(world, &elsewhere, Action::Hold);
    let mut waiting = world.read(|tx| tx.sites_to_seal());
    waiting.sort();
    assert_eq!(waiting, [site, other]);
    assert_eq!(world.write(move |tx| tx.seal_decisions(site, 3)), 3);
    assert_eq!(world.read(|tx| tx.unsealed(site).map(|it| it.count)), 2);
    let late = decide(world, &comment, Action::Reopen);
    assert_eq!(world.write(move |tx| tx.seal_decisions(site, 100)), 3);
    assert_eq!(world.write(move |tx| tx.seal_decisions(site, 100)), 0);
    assert_eq!(world.read(|tx| tx.unsealed(site).map(|it| it.count)), 0);
    assert_eq!(world.read(|tx| tx.sites_to_seal()), [other]);

    let links = chain(world, site);
    verify(&links);
    let sealed: Vec<&Decision> = links.iter().map(|link| &link.decision).collect();
    assert_eq!(sealed, decisions.iter().chain([&late]).collect::<Vec<_>>());
    let part = world.read(|tx| tx.sealed(site, 2, 3));
    assert_eq!(part, links[2..5]);
    assert_eq!(chain(world, other), []);
}

fn sealers_at_once_do_not_fork_the_chain(world: &World) {
    let comment = one_comment(world, "ward-news");
    let site = comment.site_id;
    for _ in 0..40 {
        decide(world, &comment, Action::Hold);
    }
    let sealed: usize = std::thread::scope(|scope| {
        let sealers: Vec<_> = (0..4)
            .map(|_| {
                let db = world.test.db.clone();
                scope.spawn(move || {
                    (0..10)
                        .map(|_| db.write(move |tx| tx.seal_decisions(site, 4)).unwrap_or(0))
                        .sum::<usize>()
                })
            })
            .collect();
        sealers.into_iter().map(|sealer| sealer.join().unwrap()).sum()
    });
    assert!(sealed >= 4);
    let rest = world.write(move |tx| tx.seal_decisions(site, 100));
    assert_eq!(sealed + rest, 40);
    let links = chain(world, site);
    assert_eq!(links.len(), 40);
    verify(&links);
}

fn an_erased_note_leaves_the_chain_whole(world: &World) {
    let comment = one_comment(world, "ward-news");
    let site = comment.site_id;
    let note = Note {
        salt: [5; 16],
        text: String::from("Private."),
        words: None,
    };
    let mut decision = world.decision(&comment, Action::Hold);
    decision.note_digest = Some(note_digest(&note.salt, &note.text));
    let (stored, stored_note) = (decision.clone(), note.clone());
    world.write(move |tx| {
        tx.insert_decision(&stored, Some(&stored_note))?;
        tx.seal_decisions(site, 10)
    });
    assert_eq!(chain(world, site)[0].note, Some(note));
    let id = comment.id;
    assert_eq!(world.write(move |tx| tx.erase_notes(id)), 1);
    assert_eq!(world.write(move |tx| tx.erase_notes(id)), 0);
    let links = chain(world, site);
    assert_eq!(links[0].note, None);
    assert_eq!(links[0].decision, decision);
    verify(&links);
    assert_eq!(world.read(|tx| tx.decisions(id)), [(decision, None)]);
}

fn what_was_sealed_is_what_is_stored(world: &World) {
    let comment = one_comment(world, "ward-news");
    let site = comment.site_id;
    decide(world, &comment, Action::Hold);
    // Another release may have written the same state with other spacing: it is sealed as it stands.
    world.execute(r#"UPDATE decisions SET state_before = '{"live": 1, "state" : "published"}'"#);
    world.write(move |tx| tx.seal_decisions(site, 10));
    let links = chain(world, site);
    assert_eq!(links[0].before, r#"{"live": 1, "state" : "published"}"#);
    verify(&links);
    world.execute(r#"UPDATE decisions SET state_before = '{"live":1,"state":"published"}'"#);
    let [link] = &chain(world, site)[..] else {
        panic!("one link")
    };
    assert_ne!(
        link.seal,
        seal(&FIRST_SEAL, 1, &link.decision, &link.before, &link.after)
    );
}
