//! Letters: what they say, how they are encoded, and how they leave.

mod files;
mod letters;
mod settings;
mod support;
