//! The pages that work without scripts, over HTTP as a browser without JavaScript uses them, on both databases.

mod about;
mod browser;
mod limits;
mod own;
mod pages;
mod reading;
mod refusals;
mod reports;
mod writing;
mod xss;
