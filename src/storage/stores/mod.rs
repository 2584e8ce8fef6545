//! What may be asked of storage: one object-safe trait an aggregate, so that services are compiled once and every
//! query once for each database. The traits speak domain types; rows stay private to `queries`.

pub mod accounts;
pub mod comments;
pub mod decisions;
pub mod handovers;
pub mod idempotency;
pub mod jobs;
pub mod letters;
pub mod pages;
pub mod people;
pub mod reports;
pub mod retention;
pub mod secret;
pub mod sign_ins;
pub mod sites;
pub mod tokens;

pub use accounts::AccountStore;
pub use comments::CommentStore;
pub use decisions::DecisionStore;
pub use handovers::HandoverStore;
pub use idempotency::IdempotencyStore;
pub use jobs::JobStore;
pub use letters::LetterStore;
pub use pages::PageStore;
pub use people::PersonStore;
pub use reports::ReportStore;
pub use retention::RetentionStore;
pub use secret::SecretStore;
pub use sign_ins::SignInStore;
pub use sites::SiteStore;
pub use tokens::TokenStore;
