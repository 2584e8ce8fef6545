//! Rows of sites, and a site's policy as the JSON that it is kept as.

use std::time::Duration;

use diesel::{Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::RowOf;
use crate::domain::clock::Micros;
use crate::domain::origin::Origin;
use crate::domain::site::{ListedWord, Policy, Site};
use crate::storage::{Result, schema};

/// A row of `sites`.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::sites)]
pub struct SiteRow {
    pub id: Vec<u8>,
    slug: String,
    name: String,
    policy: String,
    paused: Option<String>,
    register_version: i64,
    created_at: i64,
}

impl SiteRow {
    pub fn of(site: &Site) -> Result<Self> {
        Ok(Self {
            id: site.id.as_bytes().to_vec(),
            slug: site.slug.as_str().to_owned(),
            name: site.name.clone(),
            policy: policy_to_json(site)?,
            paused: site.paused.clone(),
            register_version: site.register_version,
            created_at: site.created_at.as_i64(),
        })
    }
    /// The site; `origins` are its rows' texts, in order.
    pub fn into_site(self, origins: &[String]) -> Result<Site> {
        let row = RowOf {
            table: "sites",
            key: &self.id,
        };
        let of_origins = RowOf {
            table: "site_origins",
            key: &self.id,
        };
        Ok(Site {
            id: row.bytes("id", self.id.clone())?,
            slug: row.word("slug", &self.slug)?,
            name: self.name,
            origins: origins
                .iter()
                .map(|origin| of_origins.word::<Origin>("origin", origin))
                .collect::<Result<_>>()?,
            policy: policy_of_json(&row, &self.policy)?,
            paused: self.paused,
            register_version: self.register_version,
            created_at: Micros::from_i64(self.created_at),
        })
    }
}

/// What an older version did not write has the default's value; what a newer one wrote beside is passed over.
#[derive(Serialize, Deserialize)]
struct PolicyJson {
    hold: Option<String>,
    edit_window_ms: Option<u64>,
    max_links: Option<u32>,
    words: Option<Vec<WordJson>>,
    reasons: Option<Vec<String>>,
    lang: Option<String>,
    waiting_letters: Option<String>,
    waiting_letters_text: Option<bool>,
    providers: Option<Vec<String>>,
    contact: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct WordJson {
    pattern: String,
    #[serde(default)]
    regex: bool,
    strength: String,
}

/// The policy of `site` as it is kept.
pub fn policy_to_json(site: &Site) -> Result<String> {
    let policy = &site.policy;
    let row = RowOf {
        table: "sites",
        key: site.id.as_bytes(),
    };
    serde_json::to_string(&PolicyJson {
        hold: Some(policy.hold.as_str().to_owned()),
        edit_window_ms: Some(u64::try_from(policy.edit_window.as_millis()).unwrap_or(u64::MAX)),
        max_links: Some(policy.max_links),
        words: Some(
            policy
                .words
                .iter()
                .map(|word| WordJson {
                    pattern: word.pattern.clone(),
                    regex: word.regex,
                    strength: word.strength.as_str().to_owned(),
                })
                .collect(),
        ),
        reasons: Some(policy.reasons.clone()),
        lang: Some(policy.lang.clone()),
        waiting_letters: Some(policy.waiting_letters.as_str().to_owned()),
        waiting_letters_text: Some(policy.waiting_letters_text),
        providers: policy
            .providers
            .as_ref()
            .map(|list| list.iter().map(ToString::to_string).collect()),
        contact: policy.contact.as_ref().map(ToString::to_string),
    })
    .map_err(|_no_such_failure| row.inconsistent("policy"))
}

fn policy_of_json(row: &RowOf<'_>, json: &str) -> Result<Policy> {
    let json: PolicyJson = serde_json::from_str(json).map_err(|_not_a_policy| row.inconsistent("policy"))?;
    let default = Policy::default();
    Ok(Policy {
        hold: match json.hold {
            Some(word) => row.word("policy", &word)?,
            None => default.hold,
        },
        edit_window: json
            .edit_window_ms
            .map_or(default.edit_window, Duration::from_millis),
        max_links: json.max_links.unwrap_or(default.max_links),
        words: match json.words {
            Some(words) => words
                .into_iter()
                .map(|word| {
                    Ok(ListedWord {
                        strength: row.word("policy", &word.strength)?,
                        pattern: word.pattern,
                        regex: word.regex,
                    })
                })
                .collect::<Result<_>>()?,
            None => default.words,
        },
        reasons: json.reasons.unwrap_or(default.reasons),
        lang: json.lang.unwrap_or(default.lang),
        waiting_letters: match json.waiting_letters {
            Some(word) => row.word("policy", &word)?,
            None => default.waiting_letters,
        },
        waiting_letters_text: json.waiting_letters_text.unwrap_or(default.waiting_letters_text),
        providers: match json.providers {
            Some(list) => Some(
                list.iter()
                    .map(|key| row.word("policy", key))
                    .collect::<Result<_>>()?,
            ),
            None => default.providers,
        },
        contact: match json.contact {
            Some(contact) => Some(row.word("policy", &contact)?),
            None => default.contact,
        },
    })
}
