//! Idempotency keys.

use hustings::storage::stores::idempotency::Remembered;

use super::world::{World, on_both};

on_both!(the_first_is_remembered, what_is_old_is_forgotten);

fn made(resource: &str) -> Remembered {
    Remembered {
        request: [9; 32],
        status: 201,
        resource: resource.to_owned(),
    }
}

fn the_first_is_remembered(world: &World) {
    let now = world.tick();
    assert_eq!(world.read(|tx| tx.remembered(&[1; 32])), None);
    let answers = world.write(move |tx| {
        Ok([
            tx.remember(&[1; 32], &made("a"), now)?,
            tx.remember(&[1; 32], &made("b"), now)?,
            tx.remember(&[2; 32], &made("c"), now)?,
        ])
    });
    assert_eq!(answers, [true, false, true]);
    assert_eq!(world.read(|tx| tx.remembered(&[1; 32])), Some(made("a")));
    assert_eq!(world.read(|tx| tx.remembered(&[2; 32])), Some(made("c")));
}

fn what_is_old_is_forgotten(world: &World) {
    for n in 1..=5 {
        let now = world.tick();
        assert!(world.write(move |tx| tx.remember(&[n; 32], &made("a"), now)));
    }
    let last = world.now();
    assert_eq!(world.write(move |tx| tx.forget_remembered(last, 3)), 3);
    assert_eq!(world.read(|tx| tx.remembered(&[3; 32])), None);
    assert_eq!(world.write(move |tx| tx.forget_remembered(last, 3)), 1);
    assert_eq!(world.write(move |tx| tx.forget_remembered(last, 3)), 0);
    assert!(world.read(|tx| tx.remembered(&[5; 32])).is_some());
}
