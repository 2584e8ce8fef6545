//! The screens, one a file: each looks at a prepared text for one thing and reports findings. What follows from them
//! is decided in `policy`.

mod contact;
mod links;
mod name;
pub(super) mod people;
mod repeat;
mod script;
mod standing;
pub(super) mod words;

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{Facts, Prepared};
use crate::domain::finding::{Field, Finding, Rule, Span, Strength};
use crate::domain::says::Says;

/// The rule of a screen that did not finish.
pub(super) const SCREEN_FAILED: Rule = Rule::of("screen_failed");

/// Why a screen could not say anything, as a word of its own: `messages` has a sentence for it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct Failure(pub(super) &'static str);

/// A screen: its word, which `messages` has a name for, and how it looks.
type Screen = (
    &'static str,
    fn(&Prepared, &Facts<'_>) -> Result<Vec<Finding>, Failure>,
);

/// The screen of people.
const PEOPLE: &str = "people";

const SCREENS: [Screen; 7] = [
    (PEOPLE, people::look),
    ("display_name", name::look),
    ("links", links::look),
    ("listed_words", words::look),
    ("repeats", repeat::look),
    ("script", script::look),
    ("standing", standing::look),
];

/// What the screens say together.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Report {
    findings: Vec<Finding>,
    /// Whether the screen of people did not finish, so that nobody knows who is named.
    people_unknown: bool,
}

/// Runs every screen.
pub(super) fn look(prepared: &Prepared, facts: &Facts<'_>) -> Vec<Finding> {
    let mut report = run(&SCREENS, prepared, facts);
    if let Some(why) = prepared.failure {
        report.findings.push(failed("rendering", why));
    }
    let named = report
        .findings
        .iter()
        .any(|finding| people::names_surely(finding, facts));
    // Where nobody knows who is named, it may be anybody.
    if named || report.people_unknown {
        report.findings.extend(contact::look(facts));
    }
    report.findings
}

/// Runs screens. One that fails or panics holds the comment: nothing fails open.
fn run(screens: &[Screen], prepared: &Prepared, facts: &Facts<'_>) -> Report {
    let mut report = Report {
        findings: Vec::new(),
        people_unknown: false,
    };
    for (name, look) in screens {
        let outcome =
            catch_unwind(AssertUnwindSafe(|| look(prepared, facts))).unwrap_or(Err(Failure("stopped")));
        match outcome {
            Ok(findings) => report.findings.extend(findings),
            Err(Failure(why)) => {
                report.people_unknown |= *name == PEOPLE;
                report.findings.push(failed(name, why));
            }
        }
    }
    report
}

fn failed(screen: &'static str, why: &'static str) -> Finding {
    Finding {
        rule: SCREEN_FAILED,
        strength: Strength::Hold,
        says: Says::ScreenFailed {
            screen: screen.into(),
            why: why.into(),
        },
        spans: Vec::new(),
        mention: None,
    }
}

/// A count as findings carry it.
fn counted(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The span of a range of a field's text.
fn span(field: Field, text: &str, range: Range<usize>) -> Result<Span, Failure> {
    let written = text.get(range.clone()).ok_or(Failure("outside_text"))?;
    let offset = |at: usize| u32::try_from(at).map_err(|_too_long| Failure("too_long"));
    Ok(Span {
        field,
        start: offset(range.start)?,
        end: offset(range.end)?,
        text: written.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Case, prepared};
    use super::*;

    fn panics(_: &Prepared, _: &Facts<'_>) -> Result<Vec<Finding>, Failure> {
        panic!("on purpose")
    }

    fn fails(_: &Prepared, _: &Facts<'_>) -> Result<Vec<Finding>, Failure> {
        Err(Failure("no_list"))
    }

    #[test]
    fn a_screen_that_fails_holds() {
        let case = Case::default();
        let report = run(
            &[("one", panics), ("two", fails), ("links", links::look)],
            &prepared("x"),
            &case.facts(),
        );
        assert!(!report.people_unknown);
        let shown: Vec<_> = report
            .findings
            .iter()
            .map(|finding| (finding.rule.as_str(), finding.strength, finding.says.clone()))
            .collect();
        assert_eq!(
            shown,
            [
                (
                    "screen_failed",
                    Strength::Hold,
                    Says::ScreenFailed {
                        screen: "one".into(),
                        why: "stopped".into()
                    }
                ),
                (
                    "screen_failed",
                    Strength::Hold,
                    Says::ScreenFailed {
                        screen: "two".into(),
                        why: "no_list".into()
                    }
                ),
            ]
        );
        assert!(run(&[(PEOPLE, panics)], &prepared("x"), &case.facts()).people_unknown);
    }
}
