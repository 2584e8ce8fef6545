//! Looking for a piece of text in everything that a database holds: whatever columns there are.

use diesel::sql_types::Text;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

use super::database::{TestDatabase, rows_in};

#[derive(QueryableByName)]
struct Place {
    #[diesel(sql_type = Text)]
    place: String,
}

impl TestDatabase {
    /// The columns that hold `marker` (letters and digits) in some row, as `table.column`, in their order.
    pub fn places_of(&self, marker: &str) -> Vec<String> {
        assert!(marker.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        let mut places = match self {
            Self::Sqlite(folder) => {
                let file = folder.path().join("hustings.db");
                let mut connection = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
                let mut look = |sql: &str| -> Vec<String> {
                    let found = sql_query(sql).load::<Place>(&mut connection).unwrap();
                    found.into_iter().map(|it| it.place).collect()
                };
                let columns = look(
                    "SELECT m.name || '.' || c.name AS place FROM sqlite_master m JOIN pragma_table_info(m.name) c \
                     WHERE m.type = 'table'",
                );
                assert!(columns.len() > 100, "{columns:?}");
                let mut found = Vec::new();
                for column in columns {
                    let (table, name) = column.split_once('.').unwrap();
                    found.extend(look(&format!(
                        "SELECT '{column}' AS place FROM \"{table}\" WHERE instr(CAST(\"{name}\" AS BLOB), \
                         CAST('{marker}' AS BLOB)) > 0 LIMIT 1"
                    )));
                }
                found
            }
            Self::Postgres { server, name } => {
                let address = format!("{server}/{name}");
                let columns = rows_in(
                    &address,
                    "SELECT table_name || '.' || column_name FROM information_schema.columns \
                     WHERE table_schema = 'public'",
                );
                assert!(columns.len() > 100, "{columns:?}");
                let looks: Vec<String> = columns
                    .iter()
                    .map(|column| {
                        let (table, name) = column.split_once('.').unwrap();
                        // Bytes are printed in hexadecimal, whatever their column is.
                        let hexadecimal: String = marker.bytes().map(|byte| format!("{byte:02x}")).collect();
                        format!(
                            "(SELECT '{column}' FROM \"{table}\" WHERE position('{marker}' in \"{name}\"::text) > 0 \
                             OR position('{hexadecimal}' in \"{name}\"::text) > 0 LIMIT 1)"
                        )
                    })
                    .collect();
                rows_in(&address, &looks.join(" UNION ALL "))
            }
        };
        places.sort();
        places
    }

    /// Whether the bytes of `marker` lie anywhere in the files of a SQLite database. PostgreSQL's are its own.
    pub fn is_in_files(&self, marker: &str) -> bool {
        let Some(folder) = self.folder() else {
            return false;
        };
        ["hustings.db", "hustings.db-wal"].iter().any(|name| {
            let bytes = std::fs::read(folder.join(name)).unwrap_or_default();
            bytes
                .windows(marker.len())
                .any(|window| window == marker.as_bytes())
        })
    }
}
