//! Hustings: a moderated comments server for pages that name people.
//!
//! The rooms, each importing only from rooms to its right (`tests/suite/sources/layers.rs` holds this):
//! `cli -> web -> service -> app -> {signin, jobs, transfer} -> {screening, storage, published, mail, limits,
//! outbound} -> messages -> config -> domain`.

pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod jobs;
pub mod limits;
pub mod mail;
pub mod messages;
pub mod outbound;
pub mod published;
pub mod screening;
pub mod service;
pub mod signin;
pub mod storage;
pub mod transfer;
pub mod web;
