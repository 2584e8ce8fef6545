//! Letters: what they say, how they are encoded, and how they leave.

mod files;
mod letters;
mod notices;
mod replies;
mod scripted;
mod settings;
mod smtp;
mod support;
