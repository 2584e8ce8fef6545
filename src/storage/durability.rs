//! Whether what was acknowledged survives a loss of power, by the database's own word.

/// What the database answers about how it keeps what it has committed, and how it says that it cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Durability {
    /// Of the connection that writes.
    Sqlite {
        /// `wal` is right.
        journal_mode: String,
        /// 2 (FULL) or more is right.
        synchronous: i64,
    },
    /// Of a session as all are, and of the server.
    Postgres {
        /// `on` is right; set by the server's owner.
        fsync: String,
        /// `on` is right, except on file systems that write pages wholly; set by the server's owner.
        full_page_writes: String,
        /// `on` or `remote_apply` is right.
        synchronous_commit: String,
        /// The language in which the server says what went wrong. Some of that is known by its English words alone.
        lc_messages: String,
    },
}

impl Durability {
    /// What makes an acknowledged comment less than safe, a sentence each. Empty where all is well.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let mut expect = |holds: bool, setting: &str, value: &str, follows: &str| {
            if !holds {
                problems.push(format!("{setting} is {value}: {follows}"));
            }
        };
        let lost = "what was acknowledged can be lost when the power fails";
        let broken = "the database can be damaged when the power fails";
        match self {
            Durability::Sqlite {
                journal_mode,
                synchronous,
            } => {
                expect(
                    journal_mode == "wal",
                    "journal_mode",
                    journal_mode,
                    "readers and the writer wait for each other",
                );
                expect(*synchronous >= 2, "synchronous", &synchronous.to_string(), lost);
            }
            Durability::Postgres {
                fsync,
                full_page_writes,
                synchronous_commit,
                lc_messages,
            } => {
                expect(fsync == "on", "fsync", fsync, broken);
                expect(
                    full_page_writes == "on",
                    "full_page_writes",
                    full_page_writes,
                    broken,
                );
                let commits = matches!(synchronous_commit.as_str(), "on" | "remote_apply");
                expect(commits, "synchronous_commit", synchronous_commit, lost);
                let english = ["C", "POSIX", "en", "English"];
                expect(
                    lc_messages.is_empty() || english.iter().any(|begin| lc_messages.starts_with(begin)),
                    "lc_messages",
                    lc_messages,
                    "a full disk and a deadlock are not recognised; as superuser: ALTER ROLE ... SET lc_messages = 'C', \
                     with the role that the server connects as",
                );
            }
        }
        problems
    }
}
