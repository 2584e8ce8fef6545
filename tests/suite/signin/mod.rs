//! Signing in: codes by letter, tokens, sessions at the desk, and the letters' way out.

mod attacks;
mod codes;
mod desk;
mod letters;
mod oidc;
mod outbox;
mod tokens;
