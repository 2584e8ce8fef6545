//! Letters: what they say, how they are encoded, and how they leave.

mod files;
mod letters;
mod real_server;
mod replies;
mod scripted;
mod settings;
mod smtp;
mod support;
