//! What a use case can come to instead of a result. Which status that is over HTTP is `web::error`'s business; what each
//! code means stands in `docs/problems.md`, and a test holds that table to the sources.

use crate::domain::comment::{RevisionNumber, TransitionError};
use crate::domain::keys::{OpenError, SealError};
use crate::limits::LimitExceeded;
use crate::signin::address::OpenAddressError;
use crate::storage::{StorageCause, StorageError};

/// What use cases give.
pub type Result<T, E = ServiceError> = std::result::Result<T, E>;

/// What is wrong with one field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Where in the request's body: a JSON pointer (RFC 6901).
    pub pointer: String,
    /// The stable code.
    pub code: &'static str,
}

/// Why a use case gave no result. Codes are stable: clients act on them.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The request cannot be read.
    #[error("{code}: {detail}")]
    Malformed {
        /// The stable code.
        code: &'static str,
        /// A sentence for the client's author.
        detail: String,
    },
    /// The request can be read, and asks for what cannot be.
    #[error("{code}: {detail}")]
    Invalid {
        /// The stable code.
        code: &'static str,
        /// A sentence for the client's author.
        detail: String,
        /// The fields that are wrong.
        errors: Vec<FieldError>,
    },
    /// No credential, or one that is not good.
    #[error("{code}: {detail}")]
    Unauthorised {
        /// The stable code.
        code: &'static str,
        /// A sentence for the client's author.
        detail: String,
    },
    /// The credential is good and gives no right to this.
    #[error("{code}: {detail}")]
    Forbidden {
        /// The stable code.
        code: &'static str,
        /// A sentence for whoever was refused.
        detail: String,
    },
    /// There is no such thing, or none that the credential lets anybody see.
    #[error("{code}")]
    NotFound {
        /// The stable code.
        code: &'static str,
    },
    /// Things are not in the state that the request takes them to be in.
    #[error("{code}: {detail}")]
    Conflict {
        /// The stable code.
        code: &'static str,
        /// A sentence for whoever asked.
        detail: String,
        /// For a decision on another revision than the current one: the current one.
        current_revision: Option<RevisionNumber>,
    },
    /// Storage did not do it.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Too often.
    #[error(transparent)]
    Limited(#[from] LimitExceeded),
    /// An address could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A sealed address could not be read back: most often the secret file is not the one it was sealed under.
    #[error(transparent)]
    OpenAddress(#[from] OpenAddressError),
    /// Something else that was sealed could not be read back, for the same reason.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database holds what the code never writes.
    #[error("inconsistent data: {table}.{column}")]
    Inconsistent {
        /// In which table.
        table: &'static str,
        /// In which column.
        column: &'static str,
    },
}

impl ServiceError {
    /// One field is wrong.
    pub fn invalid(pointer: &str, code: &'static str) -> Self {
        let errors = vec![FieldError {
            pointer: pointer.to_owned(),
            code,
        }];
        Self::invalid_fields(errors)
    }
    /// Several fields are wrong (at least one). The problem's own code is the first one's.
    pub fn invalid_fields(errors: Vec<FieldError>) -> Self {
        let (code, detail) = match errors.first() {
            Some(first) => (
                first.code,
                match first.pointer.as_str() {
                    "" => format!("the body as a whole is not valid: {}", first.code),
                    pointer => format!("{pointer} is not valid: {}", first.code),
                },
            ),
            None => ("invalid", String::from("the request is not valid")),
        };
        Self::Invalid { code, detail, errors }
    }
    /// What is asked for cannot be, through no one field's fault.
    pub fn invalid_code(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Invalid {
            code,
            detail: detail.into(),
            errors: Vec::new(),
        }
    }
    /// The request cannot be read.
    pub fn malformed(code: &'static str) -> Self {
        Self::malformed_with(code, "the request cannot be read as what it should be")
    }
    /// The request cannot be read, and why.
    pub fn malformed_with(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Malformed {
            code,
            detail: detail.into(),
        }
    }
    /// No credential, or one that is not good.
    pub fn unauthorised(code: &'static str) -> Self {
        Self::Unauthorised {
            code,
            detail: String::from("sign in, or send a token that is good, as Authorization: Bearer"),
        }
    }
    /// The credential gives no right to this.
    pub fn forbidden(code: &'static str) -> Self {
        Self::forbidden_with(code, "this is not allowed")
    }
    /// The credential gives no right to this, and why.
    pub fn forbidden_with(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Forbidden {
            code,
            detail: detail.into(),
        }
    }
    /// There is no such thing.
    pub fn not_found(code: &'static str) -> Self {
        Self::NotFound { code }
    }
    /// Things are not in the state that the request takes them to be in.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Conflict {
            code,
            detail: detail.into(),
            current_revision: None,
        }
    }
    /// The decision names another revision than the one that stands to be decided.
    pub fn revision_changed(current: RevisionNumber) -> Self {
        Self::Conflict {
            code: "revision_changed",
            detail: format!("the comment has changed: revision {current} is the one to decide"),
            current_revision: Some(current),
        }
    }
    /// The database holds what the code never writes.
    pub fn inconsistent(table: &'static str, column: &'static str) -> Self {
        Self::Inconsistent { table, column }
    }
}

impl StorageCause for ServiceError {
    fn storage_cause(&self) -> Option<&StorageError> {
        match self {
            ServiceError::Storage(error) => Some(error),
            _ => None,
        }
    }
}

impl From<TransitionError> for ServiceError {
    fn from(error: TransitionError) -> Self {
        match error {
            TransitionError::RevisionChanged { current } => Self::revision_changed(current),
            TransitionError::NotFrom { .. } => Self::conflict("wrong_state", error.to_string()),
            TransitionError::ApprovedAlready => Self::conflict("approved_already", error.to_string()),
        }
    }
}
