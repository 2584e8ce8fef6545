//! The registers.

use hustings::domain::person::Stance;

use super::world::{World, on_both};

on_both!(
    an_entry_is_read_as_it_was_written,
    an_entry_is_written_anew,
    a_register_is_given_by_name,
    a_change_raises_the_registers_version,
);

fn an_entry_is_read_as_it_was_written(world: &World) {
    let site = world.site("ward-news");
    let mut person = world.person(&site, "Dana Ortwin");
    person.outside_id = Some(String::from("cand-17"));
    person.other_names = ["Zoe", "Alba", "D. Ortwin-Kell"].map(String::from).to_vec();
    person.stance = Stance::Two;
    let (stored, now) = (person.clone(), world.tick());
    world.write(move |tx| tx.put_person(&stored, now));
    assert_eq!(world.read(|tx| tx.people_by_ids(&[person.id])), [person]);
}

fn an_entry_is_written_anew(world: &World) {
    let site = world.site("ward-news");
    let mut person = world.person(&site, "Dana Ortwin");
    person.outside_id = Some(String::from("cand-17"));
    person.other_names = vec![String::from("Dee"), String::from("Ortwin")];
    let (stored, now) = (person.clone(), world.tick());
    world.write(move |tx| tx.put_person(&stored, now));
    person.outside_id = None;
    person.name = String::from("Dana Kell");
    person.other_names = vec![String::from("Dana Ortwin")];
    person.stance = Stance::Flag;
    let stored = person.clone();
    world.write(move |tx| tx.put_person(&stored, now));
    assert_eq!(world.read(|tx| tx.people(site.id)), [person]);
}

fn a_register_is_given_by_name(world: &World) {
    let site = world.site("ward-news");
    let other = world.site("other");
    let [rosa, dana] = ["Rosa Timmel", "Dana Ortwin"].map(|name| world.person(&site, name));
    let piet = world.person(&other, "Piet Halvers");
    assert_eq!(world.read(|tx| tx.people(site.id)), [dana.clone(), rosa.clone()]);
    let mut any = world.read(|tx| tx.people_by_ids(&[piet.id, dana.id]));
    any.sort_by_key(|person| person.id);
    assert_eq!(any, [dana, piet]);
}

fn a_change_raises_the_registers_version(world: &World) {
    let site = world.site("ward-news");
    let id = site.id;
    assert_eq!(world.write(move |tx| tx.register_changed(id)), 1);
    assert_eq!(world.write(move |tx| tx.register_changed(id)), 2);
    assert_eq!(world.read(|tx| tx.site(id)).unwrap().register_version, 2);
    // Other settings do not write it back.
    world.write(move |tx| tx.update_site(&site));
    assert_eq!(world.read(|tx| tx.site(id)).unwrap().register_version, 2);
}
