//! Holds answers of the API to its description: the status is listed for the route, the type is the one described, and
//! the body is valid against its schema.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use jsonschema::Validator;
use serde_json::{Value, json};

use super::request::Answer;

/// The description as it is written.
pub fn description() -> &'static Value {
    static DESCRIPTION: OnceLock<Value> = OnceLock::new();
    DESCRIPTION
        .get_or_init(|| serde_json::from_str(include_str!("../../../src/web/api/openapi.json")).unwrap())
}

/// The lines of `docs/problems.md` as (code, status).
pub fn problems() -> &'static HashMap<String, u16> {
    static PROBLEMS: OnceLock<HashMap<String, u16>> = OnceLock::new();
    PROBLEMS.get_or_init(|| {
        let lines = include_str!("../../../docs/problems.md").lines();
        let cells = lines
            .filter_map(|line| line.strip_prefix("| `"))
            .map(|line| line.split('|'));
        cells
            .map(|mut cells| {
                let code = cells.next().unwrap().trim().trim_end_matches('`').to_owned();
                let status = cells
                    .next()
                    .unwrap()
                    .trim()
                    .parse()
                    .unwrap_or_else(|_| panic!("{code} has no status"));
                (code, status)
            })
            .collect()
    })
}

/// The pattern that a path is described under, for answers of a server that does not tell which route gave them.
pub fn pattern_of(path: &str) -> Option<String> {
    let path: Vec<&str> = path.split('?').next().unwrap().split('/').collect();
    let fits = |pattern: &&String| {
        let parts: Vec<&str> = pattern.split('/').collect();
        let same = |(part, asked): (&&str, &&str)| part == asked || part.starts_with('{');
        parts.len() == path.len() && parts.iter().zip(&path).all(same)
    };
    // What is written out goes before what is a parameter.
    let paths = description()["paths"].as_object().unwrap();
    paths
        .keys()
        .filter(fits)
        .min_by_key(|it| it.matches('{').count())
        .cloned()
}

/// Holds a problem to the table of problems, and an answer to the description if it is of the API.
pub fn check(method: &str, path: &str, answer: &Answer) {
    if answer.header("content-type") == "application/problem+json" && method != "HEAD" {
        let code = answer.code();
        assert_eq!(
            problems().get(&code),
            Some(&answer.status),
            "{code} as docs/problems.md has it"
        );
    }
    if !path.starts_with("/api/") || method == "OPTIONS" {
        return;
    }
    let what = format!("{method} {path} -> {}", answer.status);
    let Some(pattern) = &answer.pattern else {
        assert_eq!(answer.status, 404, "{what} matched no route");
        return hold_to(
            &what,
            "Problem",
            &json!({ "$ref": "#/components/schemas/Problem" }),
            answer,
        );
    };
    if answer.status == 405 {
        return hold_to(
            &what,
            "Problem",
            &json!({ "$ref": "#/components/schemas/Problem" }),
            answer,
        );
    }
    let method = if method == "HEAD" {
        "get"
    } else {
        &method.to_lowercase()
    };
    let operation = &description()["paths"][pattern][method];
    assert!(
        operation.is_object(),
        "{what}: {method} {pattern} is not in openapi.json"
    );
    let status = answer.status.to_string();
    let response = match &operation["responses"][&status] {
        Value::Null => panic!(
            "{what}: openapi.json lists no {status} for {method} {pattern}: {}",
            answer.text()
        ),
        response => resolved(response),
    };
    match response.get("content") {
        None => assert!(
            answer.body.is_empty(),
            "{what}: a body where none is described: {}",
            answer.text()
        ),
        Some(content) => {
            let kind = answer.header("content-type").split(';').next().unwrap();
            let media = &content[kind];
            assert!(media.is_object(), "{what}: {kind:?} is not described");
            hold_to(
                &what,
                &format!("{method} {pattern} {status}"),
                &media["schema"],
                answer,
            );
        }
    }
}

/// Follows a reference to `#/components/responses/...`.
fn resolved(response: &'static Value) -> &'static Value {
    match response["$ref"].as_str() {
        Some(reference) => {
            let pointer = reference.strip_prefix('#').unwrap();
            description()
                .pointer(pointer)
                .unwrap_or_else(|| panic!("{reference} leads nowhere"))
        }
        None => response,
    }
}

/// Clients must take fields that are not described; here a field that is not described is a mistake.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if object.get("properties").is_some_and(Value::is_object)
                && object.get("type").is_some_and(|it| it == "object")
            {
                object.entry("additionalProperties").or_insert(Value::Bool(false));
            }
            object.values_mut().for_each(close);
        }
        Value::Array(list) => list.iter_mut().for_each(close),
        _ => {}
    }
}

fn hold_to(what: &str, name: &str, schema: &Value, answer: &Answer) {
    static VALIDATORS: OnceLock<Mutex<HashMap<String, &'static Validator>>> = OnceLock::new();
    let mut validators = VALIDATORS
        .get_or_init(Mutex::default)
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let validator = *validators.entry(name.to_owned()).or_insert_with(|| {
        let mut whole = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "allOf": [schema],
            "components": { "schemas": description()["components"]["schemas"] },
        });
        close(&mut whole);
        Box::leak(Box::new(jsonschema::validator_for(&whole).unwrap()))
    });
    let body = answer.json();
    let wrong: Vec<String> = validator
        .iter_errors(&body)
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect();
    assert!(
        wrong.is_empty(),
        "{what} is not as described: {}\n{}",
        wrong.join("; "),
        answer.text()
    );
}
