//! A site's register: importing, removing, listing, and trying it out on texts.

use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::domain::id::{PersonId, SiteId};
use crate::domain::person::{Person, Stance};
use crate::domain::text::CommentSource;
use crate::screening;
use crate::service::queue::{FindingView, finding_view};
use crate::service::{Result, ServiceError, judging};
use crate::transfer::people::{BadRow, List};

/// People written in one transaction, so that the writer is free again soon.
const CHUNK: usize = 200;

/// What an import did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imported {
    /// Entries added.
    pub added: usize,
    /// Entries that were there and whose names or stance have changed.
    pub changed: usize,
    /// Entries that are there as they are in the file.
    pub unchanged: usize,
    /// Rows passed over.
    pub bad_rows: Vec<BadRow>,
}

/// Imports a list into a site's register. An entry is found again by the list's id, else by its name. Nothing is
/// deleted. A `stance` is given to everybody on the list; without one, those who are there keep theirs, and new entries
/// hold. With `dry_run` nothing is written.
pub fn import(
    app: &App,
    site: SiteId,
    list: List,
    stance: Option<Stance>,
    dry_run: bool,
) -> Result<Imported> {
    let known = app.db.read(|tx| Ok::<_, ServiceError>(tx.people(site)?))?;
    let now = app.clock.now();
    let mut imported = Imported {
        bad_rows: list.bad_rows,
        ..Imported::default()
    };
    let mut to_write: Vec<Person> = Vec::new();
    let mut seen: std::collections::HashMap<String, u64> = std::collections::HashMap::new();
    let by_key: std::collections::HashMap<String, &Person> = known
        .iter()
        .map(|person| (key_of(person.outside_id.as_deref(), &person.name), person))
        .collect();
    for listed in list.people {
        let key = key_of(listed.outside_id.as_deref(), &listed.name);
        if let Some(line) = seen.insert(key.clone(), listed.line) {
            let problem = format!("the same person stands in line {line}");
            imported.bad_rows.push(BadRow {
                line: listed.line,
                problem,
            });
            continue;
        }
        match by_key.get(&key) {
            Some(person)
                if person.name == listed.name
                    && person.other_names == listed.other_names
                    && stance.is_none_or(|stance| stance == person.stance) =>
            {
                imported.unchanged += 1;
            }
            Some(person) => {
                imported.changed += 1;
                to_write.push(Person {
                    name: listed.name,
                    other_names: listed.other_names,
                    stance: stance.unwrap_or(person.stance),
                    ..(*person).clone()
                });
            }
            None => {
                imported.added += 1;
                to_write.push(Person {
                    id: PersonId::new(now, app.rng.as_ref()),
                    site_id: site,
                    outside_id: listed.outside_id,
                    name: listed.name,
                    other_names: listed.other_names,
                    stance: stance.unwrap_or(Stance::Hold),
                    created_at: now,
                });
            }
        }
    }
    if dry_run {
        return Ok(imported);
    }
    for chunk in to_write.chunks(CHUNK) {
        let people = chunk.to_vec();
        app.db.write(move |tx| {
            for person in &people {
                tx.put_person(person, now)?;
            }
            // With each chunk, so that a chunk that is there is looked for, even where a later one fails.
            tx.register_changed(site)?;
            Ok::<_, ServiceError>(())
        })?;
    }
    Ok(imported)
}

fn key_of(outside_id: Option<&str>, name: &str) -> String {
    match outside_id {
        Some(id) => format!("id:{id}"),
        None => format!(
            "name:{}",
            name.split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .to_lowercase()
        ),
    }
}

/// Removes the entry that an import knows by this id, or whose name this is. Comments that wait are judged on the
/// register without it before anybody approves them.
///
/// # Errors
/// `person_not_found`; `person_unclear` where several entries have the name and none the id.
pub fn remove(app: &App, site: SiteId, who: &str) -> Result<Person> {
    let (by_id, by_name) = (who.trim().to_owned(), key_of(None, who));
    app.db.write(move |tx| {
        let people = tx.people(site)?;
        let of_id = people
            .iter()
            .find(|person| person.outside_id.as_deref() == Some(&by_id));
        let mut named = people
            .iter()
            .filter(|person| key_of(None, &person.name) == by_name);
        let person = match (of_id, named.next(), named.next()) {
            (Some(person), _, _) | (None, Some(person), None) => person.clone(),
            (None, None, _) => return Err(ServiceError::not_found("person_not_found")),
            (None, Some(_), Some(_)) => {
                return Err(ServiceError::conflict(
                    "person_unclear",
                    "several entries have this name; give the outside id of one",
                ));
            }
        };
        tx.remove_person(person.id)?;
        tx.register_changed(site)?;
        Ok(person)
    })
}

/// A site's register, by name.
pub fn list(app: &App, site: SiteId) -> Result<Vec<Person>> {
    app.db.read(|tx| Ok(tx.people(site)?))
}

/// A text to try the register on.
#[derive(Debug, Clone, Deserialize)]
pub struct Trial {
    /// What it is called by.
    pub id: serde_json::Value,
    /// The Markdown.
    pub body: String,
    /// The people whom the page concerns: ids as the import gave them, or names.
    #[serde(default)]
    pub page_people: Vec<String>,
}

/// What the register says of a text.
#[derive(Debug, Clone, Serialize)]
pub struct TrialResult {
    /// What it is called by.
    pub id: serde_json::Value,
    /// Whether a mention would hold it, by tier and stance; the site's policy and other screens are left out.
    pub hold: bool,
    /// Who is named.
    pub findings: Vec<FindingView>,
}

/// Tries the register on texts.
pub struct Tester {
    people: Vec<Person>,
    register: std::sync::Arc<screening::Register>,
}

impl Tester {
    /// Of a site's register as it is now.
    pub fn new(app: &App, site: SiteId) -> Result<Self> {
        Ok(Self {
            people: list(app, site)?,
            register: judging::register(app, site)?,
        })
    }

    /// What the register says of one text.
    ///
    /// # Errors
    /// Where the text could not be a comment.
    pub fn test(&self, trial: Trial) -> Result<TrialResult> {
        let source =
            CommentSource::parse(&trial.body).map_err(crate::service::post_comment::invalid_source)?;
        let wanted = |person: &Person| {
            trial
                .page_people
                .iter()
                .any(|it| person.outside_id.as_deref() == Some(it) || person.names().any(|name| name == it))
        };
        let page_people: Vec<PersonId> = self
            .people
            .iter()
            .filter(|it| wanted(it))
            .map(|it| it.id)
            .collect();
        let findings = screening::people_named(&source, &self.register, &page_people);
        let name_of = |id: PersonId| {
            self.people
                .iter()
                .find(|it| it.id == id)
                .map(|it| it.name.clone())
        };
        Ok(TrialResult {
            id: trial.id,
            hold: findings
                .iter()
                .any(|finding| finding.strength == crate::domain::finding::Strength::Hold),
            findings: findings
                .iter()
                .map(|finding| finding_view(1, finding, &name_of))
                .collect(),
        })
    }
}
