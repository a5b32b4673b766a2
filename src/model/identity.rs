//! [`Identities`]: the permanent numbers of a dataset's columns.
//!
//! A column keeps its number when it is renamed, and no later column gets it, also not one with the same name. Its
//! stored name is as permanent: files are written with it, so that whoever finds columns by name never finds another
//! column's values. It is the first name of the column, unless an earlier column has that.

use std::fmt::Write as _;
use std::ops::Range;

use super::{Dataset, Identifier, Type};

/// A rename that the platform file declares.
#[derive(Clone, Debug, PartialEq)]
pub struct Renamed {
    /// The column.
    pub column: Identifier,
    /// Its name before.
    pub from: Identifier,
    /// The place of the old name in the platform file.
    pub span: Range<usize>,
}

/// Whether a column is still declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// It is.
    Live,
    /// It was removed. Files from before still have it.
    Removed,
}

/// The permanent identity of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnIdentity {
    /// Its number, from 1.
    pub number: u32,
    /// Its name; that before its removal, if it was removed.
    pub name: String,
    /// Its name in files.
    pub stored: String,
    /// The type of its values in files; `None` if it was never stored.
    pub data_type: Option<Type>,
    /// Whether it is still declared.
    pub life: Life,
    /// The name that the platform file has in `renamed_from`.
    pub renamed_from: Option<String>,
    /// The names that it had before, oldest first.
    pub former: Vec<String>,
}

impl ColumnIdentity {
    fn rename(&mut self, name: &str) {
        if self.name != name {
            let old = std::mem::replace(&mut self.name, name.to_owned());
            self.former.retain(|one| *one != name && *one != old);
            self.former.push(old);
        }
    }

    /// A name for the column where another one has its name.
    #[must_use]
    pub fn aside(&self) -> String {
        numbered(&self.name, self.number)
    }
}

/// A name that no platform file can declare, because of its two underscores.
fn numbered(name: &str, number: u32) -> String {
    format!("{name}__{number}")
}

/// The identities of all columns that a dataset has and had, by number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identities(Vec<ColumnIdentity>);

/// The numbers of [`ORDER_COLUMNS`](super::ORDER_COLUMNS) begin here: no dataset has as many columns.
pub const ORDER_NUMBERS: u32 = 1_000_000;

/// Why columns cannot be identified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentityFault {
    /// `renamed_from` names a column that there is not.
    Unknown {
        /// The index in the renames of the dataset.
        at: usize,
        /// The columns that there are.
        known: Vec<String>,
    },
    /// Two columns are renamed from the same column.
    Twice {
        /// The index in the renames of the dataset.
        at: usize,
    },
    /// A column of the key, or the event time, was removed and is declared again: existing rows have no value for it.
    Key {
        /// The column.
        column: String,
    },
}

/// A declared column.
struct Declared<'a> {
    name: &'a str,
    data_type: Option<Type>,
}

impl Identities {
    /// Takes identities that were read, and sorts them by number.
    #[must_use]
    pub fn new(mut all: Vec<ColumnIdentity>) -> Self {
        all.sort_by_key(|one| one.number);
        Self(all)
    }

    /// All columns, by number.
    #[must_use]
    pub fn all(&self) -> &[ColumnIdentity] {
        &self.0
    }

    /// The identity of a declared column.
    #[must_use]
    pub fn live(&self, name: &str) -> Option<&ColumnIdentity> {
        self.0.iter().find(|one| one.life == Life::Live && one.name == name)
    }

    /// The names that a declared column had before, newest first, and that no other column has or had: a record with such
    /// a name is from before the rename.
    pub fn former_names<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let own = self.live(name);
        let others = move |one: &&ColumnIdentity| own.is_some_and(|own| own.number != one.number);
        let is_own = move |former: &&str| {
            !self
                .0
                .iter()
                .filter(others)
                .any(|one| one.name == *former || one.former.iter().any(|old| old == former))
        };
        own.into_iter().flat_map(|own| own.former.iter().rev().map(String::as_str)).filter(is_own)
    }

    /// The columns that were removed and that files can have.
    pub fn removed(&self) -> impl Iterator<Item = (&ColumnIdentity, Type)> {
        let removed = self.0.iter().filter(|one| one.life == Life::Removed);
        removed.filter_map(|one| Some((one, one.data_type?)))
    }

    /// Identifies the columns of a dataset, given the identities from before; `None` for a dataset without any.
    ///
    /// # Errors
    /// Everything that contradicts the identities.
    pub fn assign(before: Option<&Self>, dataset: &Dataset) -> Result<Self, Vec<IdentityFault>> {
        let mut all = before.cloned().unwrap_or_default().0;
        let declared = declared(dataset);
        let mut faults = Vec::new();
        let mut claims: Vec<Option<usize>> = vec![None; declared.len()];
        let live = |all: &[ColumnIdentity], name: &str| {
            all.iter().position(|one| one.life == Life::Live && one.name == name)
        };
        for (at, column) in declared.iter().enumerate() {
            let renamed = dataset.renamed.iter().position(|one| one.column == column.name);
            let Some((number, rename)) = renamed.and_then(|at| Some((at, dataset.renamed.get(at)?))) else {
                continue;
            };
            let own = live(&all, column.name);
            let done = own.filter(|own| {
                all.get(*own).and_then(|one| one.renamed_from.as_deref()) == Some(rename.from.as_str())
            });
            let claim = done.or_else(|| live(&all, rename.from.as_str()));
            if claim.is_none() && before.is_some() {
                let names = all.iter().filter(|one| one.life == Life::Live);
                faults.push(IdentityFault::Unknown {
                    at: number,
                    known: names.map(|one| one.name.clone()).collect(),
                });
            }
            if claim.is_some() && claims.contains(&claim) {
                faults.push(IdentityFault::Twice { at: number });
            }
            if let Some(slot) = claims.get_mut(at) {
                *slot = claim;
            }
        }
        for (at, column) in declared.iter().enumerate() {
            let own = live(&all, column.name).filter(|own| !claims.contains(&Some(*own)));
            if let Some(slot) = claims.get_mut(at)
                && slot.is_none()
            {
                *slot = own;
            }
        }
        for (index, one) in all.iter_mut().enumerate() {
            if !claims.contains(&Some(index)) {
                one.life = Life::Removed;
            }
        }
        for (column, claim) in declared.iter().zip(&claims) {
            let rename = dataset.renamed.iter().find(|one| one.column == column.name);
            let from = rename.map(|one| one.from.to_string());
            if let Some(one) = claim.and_then(|at| all.get_mut(at)) {
                one.rename(column.name);
                one.data_type = column.data_type.or(one.data_type);
                one.renamed_from = from;
                continue;
            }
            let number = all.iter().map(|one| one.number).max().unwrap_or_default() + 1;
            let first = from.as_deref().unwrap_or(column.name);
            let is_taken = all.iter().any(|one| one.stored == first);
            let is_key = dataset.key.iter().chain(&dataset.event_time).any(|key| *key == column.name);
            if is_taken && is_key && before.is_some() {
                faults.push(IdentityFault::Key { column: column.name.to_owned() });
            }
            all.push(ColumnIdentity {
                number,
                name: column.name.to_owned(),
                stored: if is_taken { numbered(column.name, number) } else { first.to_owned() },
                data_type: column.data_type,
                life: Life::Live,
                // Renamed before the lock file was there.
                former: from.iter().filter(|from| *from != column.name).cloned().collect(),
                renamed_from: from,
            });
        }
        if faults.is_empty() { Ok(Self(all)) } else { Err(faults) }
    }

    /// The identities as one line, `1 id, 2 total = amount, -3 note, 4 note = note__4`: the numbers, `-` before that of
    /// a removed column, the names, and the stored names that differ. `None` if each column has its first name and none was
    /// removed.
    #[must_use]
    pub fn line(&self) -> Option<String> {
        if self.0.iter().all(|one| one.life == Life::Live && one.name == one.stored) {
            return None;
        }
        let mut line = String::new();
        for one in &self.0 {
            let sign = if one.life == Life::Removed { "-" } else { "" };
            let comma = if line.is_empty() { "" } else { ", " };
            let _ = write!(line, "{comma}{sign}{} {}", one.number, one.name);
            if one.stored != one.name {
                let _ = write!(line, " = {}", one.stored);
            }
        }
        Some(line)
    }

    /// Reads the identities of a [`line`](Self::line), which has no types; `None` if it is none.
    #[must_use]
    pub fn of_line(line: &str) -> Option<Self> {
        let one = |text: &str| {
            let (number, names) = text.trim().split_once(' ')?;
            let (name, stored) = names.split_once(" = ").unwrap_or((names, names));
            Some(ColumnIdentity {
                number: number.trim_start_matches('-').parse().ok()?,
                name: name.to_owned(),
                stored: stored.to_owned(),
                data_type: None,
                life: if number.starts_with('-') { Life::Removed } else { Life::Live },
                renamed_from: None,
                former: Vec::new(),
            })
        };
        line.split(',').map(one).collect::<Option<Vec<_>>>().map(Self::new)
    }
}

/// The columns of a dataset, in the order of the platform file: those of the records, then the derived ones.
fn declared(dataset: &Dataset) -> Vec<Declared<'_>> {
    let own = dataset
        .columns
        .iter()
        .map(|column| Declared { name: column.name.as_str(), data_type: column.curated_type() });
    let derived = dataset.derived.iter().map(|derived| Declared {
        name: derived.name.as_str(),
        data_type: Some(derived.expression.data_type()),
    });
    own.chain(derived).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Column, fixture};
    use super::*;

    /// A dataset with nullable integer columns; `b<a` is renamed from `a`.
    fn dataset(columns: &[&str]) -> Dataset {
        let mut dataset = fixture::platform().datasets.remove(1);
        let id = |text| Identifier::new(text).expect("a valid name");
        dataset.derived.clear();
        dataset.columns.clear();
        for text in columns {
            let (name, from) = text.split_once('<').map_or((*text, None), |(name, from)| (name, Some(from)));
            let (data_type, nullable) = (Type::Integer, true);
            let column = Column { name: id(name), data_type, nullable, sensitivity: None, description: None };
            dataset.columns.push(column);
            dataset.renamed.extend(from.map(|from| Renamed { column: id(name), from: id(from), span: 0..0 }));
        }
        dataset
    }

    /// The lines of a history of platform files.
    fn history(files: &[&[&str]]) -> Vec<String> {
        let mut now: Option<Identities> = None;
        let mut lines = Vec::new();
        for columns in files {
            let next = Identities::assign(now.as_ref(), &dataset(columns)).expect("a history without faults");
            lines.push(next.line().unwrap_or_default());
            now = Some(next);
        }
        lines
    }

    #[test]
    fn a_number_stays_with_its_column() {
        assert_eq!(
            history(&[
                &["id", "a", "b"],
                &["b", "id", "a"],
                &["id", "c<a", "b"],
                &["id", "c<a", "b"],
                &["id", "c<a"],
                &["id", "c<a", "b", "a"],
                &["id", "d<c", "b", "a"],
            ]),
            [
                "",
                "",
                "1 id, 2 c = a, 3 b",
                "1 id, 2 c = a, 3 b",
                "1 id, 2 c = a, -3 b",
                "1 id, 2 c = a, -3 b, 4 b = b__4, 5 a = a__5",
                "1 id, 2 d = a, -3 b, 4 b = b__4, 5 a = a__5",
            ]
        );
    }

    #[test]
    fn columns_can_swap_their_names_and_a_new_one_can_take_an_old_name() {
        assert_eq!(
            history(&[&["a", "b"], &["a<b", "b<a"], &["a<b", "b<a"], &["c<a", "a", "b"]]),
            ["", "1 b = a, 2 a = b", "1 b = a, 2 a = b", "1 b = a, 2 c = b, 3 a = a__3"]
        );
    }

    #[test]
    fn a_rename_without_identities_keeps_the_old_name_in_files() {
        assert_eq!(
            history(&[&["id", "total<amount"], &["id", "total<amount"]]),
            ["1 id, 2 total = amount"; 2]
        );
    }

    #[test]
    fn contradictions_are_faults() {
        let before = Identities::assign(None, &dataset(&["id", "a", "b"])).expect("no faults");
        let faults =
            |columns: &[&str]| Identities::assign(Some(&before), &dataset(columns)).expect_err("a fault");
        let known = vec!["id".to_owned(), "a".to_owned(), "b".to_owned()];
        assert_eq!(faults(&["id", "a", "c<x"]), [IdentityFault::Unknown { at: 0, known }]);
        assert_eq!(faults(&["id", "c<a", "d<a"]), [IdentityFault::Twice { at: 1 }]);
        let without = Identities::assign(Some(&before), &dataset(&["a", "b"])).expect("no faults");
        let mut again = dataset(&["id", "a", "b"]);
        again.key = vec![Identifier::new("id").expect("a valid name")];
        let fault = IdentityFault::Key { column: "id".to_owned() };
        assert_eq!(Identities::assign(Some(&without), &again), Err(vec![fault]));
    }

    #[test]
    fn a_line_is_read_as_it_was_written() {
        let line = "1 id, 2 total = amount, -3 note, 4 note = note__4";
        let read = Identities::of_line(line).expect("a line");
        assert_eq!(read.line().as_deref(), Some(line));
        assert_eq!(Identities::of_line("no line"), None);
    }
}
