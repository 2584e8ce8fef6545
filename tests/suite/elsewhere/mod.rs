//! Signing in with an account elsewhere, over HTTP: whole flows, what attacks come to, and what readers are told.

mod accounts;
mod attacks;
mod failures;
mod flows;
mod own_pages;
mod redirects;
