//! Lists of people: one name a line, or CSV whose columns are found by their headers.

use std::fmt;
use std::str::FromStr;

/// A format of lists of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One name a line; empty lines and lines that begin with `#` are passed over.
    Names,
    /// CSV (RFC 4180) with a header: `name` or `person_name`, and perhaps `person_id` and `other_names` (`;` between).
    Csv,
}

/// The word names no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a format: use names or csv")]
pub struct UnknownFormat;

impl FromStr for Format {
    type Err = UnknownFormat;
    fn from_str(word: &str) -> Result<Self, UnknownFormat> {
        match word {
            "names" => Ok(Format::Names),
            "csv" => Ok(Format::Csv),
            _ => Err(UnknownFormat),
        }
    }
}

impl Format {
    /// The format that the first line speaks for: CSV where it has a column for names, names where it is one. A first line
    /// of several columns whose names are not known here speaks for neither, and nobody guesses: as names it would
    /// watch for whole rows, and so for nobody.
    ///
    /// # Errors
    /// Where it speaks for neither.
    pub fn of_content(text: &str) -> Result<Self, UnreadableList> {
        let lines = || text.trim_start_matches('\u{FEFF}').lines().map(str::trim);
        let header = lines().next().unwrap_or("").to_ascii_lowercase();
        let mut columns = header.split(',').map(|column| column.trim().trim_matches('"'));
        if columns.any(is_name_column) {
            return Ok(Format::Csv);
        }
        match lines().find(|line| !is_passed_over(line)) {
            Some(line) if line.contains([',', ';', '\t']) => Err(UnreadableList::UnclearFormat),
            _ => Ok(Format::Names),
        }
    }
}

/// Whether a line of a list of names holds none.
fn is_passed_over(line: &str) -> bool {
    line.is_empty() || line.starts_with('#')
}

fn is_name_column(column: &str) -> bool {
    matches!(column, "name" | "person_name")
}

/// A person as a list gives them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPerson {
    /// The line in the file, from 1.
    pub line: u64,
    /// The id that the list gives.
    pub outside_id: Option<String>,
    /// The name in full.
    pub name: String,
    /// Further names.
    pub other_names: Vec<String>,
}

/// A row that could not be read; the rest goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// The line in the file, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub problem: String,
}

impl fmt::Display for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

/// What a file held.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List {
    /// The people, in the order of the file.
    pub people: Vec<ListedPerson>,
    /// The rows that could not be read.
    pub bad_rows: Vec<BadRow>,
}

/// The file as a whole cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableList {
    /// Not UTF-8.
    #[error("the file is not UTF-8 text")]
    NotText,
    /// CSV without a column for names.
    #[error("the header has no column \"name\" or \"person_name\"")]
    NoNameColumn,
    /// Which format it is was not said, and the first line does not tell.
    #[error(
        "the first line looks like a row of a table, and none of its columns, separated by commas, is \"name\" or \
         \"person_name\": name the column so, or say --format csv for a table or --format names for one name a line"
    )]
    UnclearFormat,
}

/// Reads a list of people.
///
/// # Errors
/// Where nothing of the file can be read; single bad rows are in the list.
pub fn read(bytes: &[u8], format: Option<Format>) -> Result<List, UnreadableList> {
    let text = std::str::from_utf8(bytes).map_err(|_not_utf8| UnreadableList::NotText)?;
    let text = text.trim_start_matches('\u{FEFF}');
    let format = match format {
        Some(format) => format,
        None => Format::of_content(text)?,
    };
    match format {
        Format::Names => Ok(read_names(text)),
        Format::Csv => read_csv(text),
    }
}

fn read_names(text: &str) -> List {
    let mut list = List::default();
    for (line, name) in (1..).zip(text.lines()) {
        let name = name.trim();
        if is_passed_over(name) {
            continue;
        }
        push(
            &mut list,
            ListedPerson {
                line,
                outside_id: None,
                name: name.to_owned(),
                other_names: Vec::new(),
            },
        );
    }
    list
}

fn read_csv(text: &str) -> Result<List, UnreadableList> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = reader
        .headers()
        .map_err(|_unreadable| UnreadableList::NoNameColumn)?
        .clone();
    let column = |wanted: &[&str]| {
        wanted
            .iter()
            .find_map(|name| header.iter().position(|column| column.eq_ignore_ascii_case(name)))
    };
    let name_column = column(&["person_name", "name"]).ok_or(UnreadableList::NoNameColumn)?;
    let (id_column, others_column) = (column(&["person_id"]), column(&["other_names"]));
    let mut list = List::default();
    for (index, record) in reader.records().enumerate() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(index as u64 + 2, csv::Position::line);
                list.bad_rows.push(BadRow {
                    line,
                    problem: String::from("not a row of CSV"),
                });
                continue;
            }
        };
        let line = record.position().map_or(index as u64 + 2, csv::Position::line);
        if record.len() != header.len() {
            let problem = format!("{} columns where the header has {}", record.len(), header.len());
            list.bad_rows.push(BadRow { line, problem });
            continue;
        }
        let cell = |column: Option<usize>| column.and_then(|column| record.get(column)).unwrap_or("").trim();
        let other_names = cell(others_column)
            .split(';')
            .map(str::trim)
            .filter(|name| !name.is_empty());
        push(
            &mut list,
            ListedPerson {
                line,
                outside_id: Some(cell(id_column))
                    .filter(|id| !id.is_empty())
                    .map(str::to_owned),
                name: cell(Some(name_column)).to_owned(),
                other_names: other_names.map(str::to_owned).collect(),
            },
        );
    }
    Ok(list)
}

fn push(list: &mut List, person: ListedPerson) {
    let problem = std::iter::once(&person.name)
        .chain(&person.other_names)
        .find_map(|name| problem_of(name));
    let problem = problem.or_else(|| {
        let id = person.outside_id.as_deref().unwrap_or("");
        (id.len() > 200 || id.chars().any(char::is_control))
            .then(|| String::from("the id is too long or holds control characters"))
    });
    match problem {
        Some(problem) => list.bad_rows.push(BadRow {
            line: person.line,
            problem,
        }),
        None => list.people.push(person),
    }
}

fn problem_of(name: &str) -> Option<String> {
    if name.is_empty() {
        Some(String::from("no name"))
    } else if name.chars().count() > 200 {
        Some(String::from("a name longer than 200 characters"))
    } else if name.chars().any(char::is_control) {
        Some(String::from("a name with control characters"))
    } else if !name.chars().any(char::is_alphabetic) {
        Some(String::from("a name without a letter"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_a_line() {
        let list = read(
            "# ward list\nHanna Brisket\n\n  Oren Dallimore \n123\n".as_bytes(),
            None,
        )
        .unwrap();
        let names: Vec<_> = list
            .people
            .iter()
            .map(|person| (person.line, person.name.as_str()))
            .collect();
        assert_eq!(names, [(2, "Hanna Brisket"), (4, "Oren Dallimore")]);
        assert_eq!(
            list.bad_rows,
            [BadRow {
                line: 5,
                problem: String::from("a name without a letter")
            }]
        );
    }

    #[test]
    fn csv_by_header() {
        let text = "\u{FEFF}party,person_id,person_name,other_names\nX,7,Hanna Brisket,Hanny Brisket; H. Brisket\n,,Oren Dallimore,\nX,9\n,8,,\n";
        let list = read(text.as_bytes(), None).unwrap();
        assert_eq!(list.people.len(), 2);
        assert_eq!(list.people[0].outside_id.as_deref(), Some("7"));
        assert_eq!(list.people[0].other_names, ["Hanny Brisket", "H. Brisket"]);
        assert_eq!(list.people[1].outside_id, None);
        let lines: Vec<_> = list.bad_rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [4, 5]);
    }

    #[test]
    fn what_may_be_either_is_not_guessed() {
        for text in [
            "full_name,ward\nAlan Bee,North\n",
            "foo,bar\nx,y\n",
            "name;other_names\nAlan Bee;\n",
            "full_name\tward\nAlan Bee\tNorth\n",
            "Bee, Alan\nQuenby, Orla\n",
            "# the ward, 2026\n\nBee, Alan\n",
        ] {
            assert_eq!(
                read(text.as_bytes(), None),
                Err(UnreadableList::UnclearFormat),
                "{text}"
            );
        }
        let named = |text: &str, format| read(text.as_bytes(), format).unwrap().people.len();
        assert_eq!(named("Bee, Alan\nQuenby, Orla\n", Some(Format::Names)), 2);
        assert_eq!(named("# the ward, 2026\nAlan Bee\n", None), 1);
        assert_eq!(named("name\nAlan Bee\n", None), 1);
    }

    #[test]
    fn what_cannot_be_read_at_all() {
        assert_eq!(read(b"\xff\xfe", None), Err(UnreadableList::NotText));
        assert_eq!(
            read(b"a,b\n1,2\n", Some(Format::Csv)),
            Err(UnreadableList::NoNameColumn)
        );
    }
}
