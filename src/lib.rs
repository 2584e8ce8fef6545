//! Hustings.
