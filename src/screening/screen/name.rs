//! The display name: whether another on the page bears it.

use crate::domain::finding::{Field, Finding, Rule, Span, Strength};

use super::super::register::Register;

/// What there is to say of a name.
pub(in crate::screening) fn of_name(name: &str, _register: &Register, taken: bool) -> Vec<Finding> {
    if !taken {
        return Vec::new();
    }
    vec![Finding {
        rule: Rule::of("name_taken"),
        strength: Strength::Hold,
        message: String::from("Another member who wrote on this page bears this display name."),
        spans: vec![Span {
            field: Field::Name,
            start: 0,
            end: u32::try_from(name.len()).unwrap_or(u32::MAX),
            text: name.to_owned(),
        }],
        mention: None,
    }]
}
