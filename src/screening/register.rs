//! The compiled register: every name of a site's people.

use crate::domain::person::Person;

/// A site's register, compiled for searching. Made once a version and shared.
#[derive(Debug, Clone)]
pub struct Register {
    version: i64,
    people: Vec<Person>,
}

impl Register {
    /// Compiles the people of one site's register as of `version`.
    pub fn compile(version: i64, people: &[Person]) -> Self {
        Self {
            version,
            people: people.to_vec(),
        }
    }
    /// The version of the register that it was compiled from.
    pub fn version(&self) -> i64 {
        self.version
    }
}
