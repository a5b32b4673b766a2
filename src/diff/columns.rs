//! The columns of a Glue table: which of them are added, removed, renamed, moved or changed, and what that does to the files
//! that exist.
//!
//! In: a table before and after. Out: a [`Change`] for each column. Whether a change of a type can be read back is from
//! Athena's table of compatible types; whether columns are found by name or by position is from the table's format.

use serde_json::Value;

use super::change::{Change, Layer, Touch};
use super::impact::{Impact, Verdict};
use super::resource::Effect;
use super::values::at;

/// How Athena reads files whose table has changed.
const UPDATES: &str = "https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html";

/// A column as a table declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Column {
    name: String,
    kind: String,
    position: usize,
}

fn columns(table: &Value) -> Vec<Column> {
    let all = at(table, "TableInput/StorageDescriptor/Columns").and_then(Value::as_array);
    let text =
        |one: &Value, key: &str| one.get(key).and_then(Value::as_str).unwrap_or_default().to_lowercase();
    let column = |(position, one): (usize, &Value)| Column {
        name: text(one, "Name"),
        kind: text(one, "Type"),
        position,
    };
    all.into_iter().flatten().enumerate().map(column).collect()
}

/// Whether files have no names of columns: a column is found by its position.
fn is_by_position(table: &Value) -> bool {
    let class = at(table, "TableInput/Parameters/classification").and_then(Value::as_str).unwrap_or_default();
    let serde = at(table, "TableInput/StorageDescriptor/SerdeInfo/SerializationLibrary");
    let serde = serde.and_then(Value::as_str).unwrap_or_default().to_lowercase();
    ["csv", "tsv"].contains(&class)
        || ["opencsv", "lazysimple", "regexserde"].iter().any(|one| serde.contains(one))
}

/// Whether files have values as text, which is read as the type that the table declares.
fn is_text(table: &Value) -> bool {
    let class = at(table, "TableInput/Parameters/classification").and_then(Value::as_str).unwrap_or_default();
    is_by_position(table) || class == "json"
}

/// The number of digits before the point, and after it.
fn decimal(kind: &str) -> Option<(u32, u32)> {
    let inner = kind.strip_prefix("decimal(")?.strip_suffix(')')?;
    let (precision, scale) = inner.split_once(',')?;
    let (precision, scale): (u32, u32) = (precision.trim().parse().ok()?, scale.trim().parse().ok()?);
    Some((precision.saturating_sub(scale), scale))
}

/// Whether every value of the old type is one of the new type, unchanged, and files in the old type are read as the new
/// one.
fn widens(was: &str, is: &str) -> bool {
    const WHOLE: [&str; 4] = ["tinyint", "smallint", "int", "bigint"];
    let rank = |kind: &str| WHOLE.iter().position(|one| *one == kind);
    if let (Some(was), Some(is)) = (rank(was), rank(is)) {
        return was <= is;
    }
    match (decimal(was), decimal(is)) {
        (Some((whole, scale)), Some((more, finer))) => whole <= more && scale == finer,
        (Some(_), None) | (None, Some(_) | None) => {
            (was, is) == ("float", "double") || (was.starts_with("varchar(") && is == "string")
        }
    }
}

/// Whether every text of the old type is read as the same value of the new one.
fn reads_as(was: &str, is: &str) -> bool {
    const DIGITS: [(&str, u32); 4] = [("tinyint", 3), ("smallint", 5), ("int", 10), ("bigint", 19)];
    let whole = |kind: &str| DIGITS.iter().find(|(name, _)| *name == kind).map(|(_, digits)| *digits);
    let number = |kind: &str| decimal(kind).or_else(|| whole(kind).map(|digits| (digits, 0)));
    match (number(was), decimal(is)) {
        (Some((digits, scale)), Some((more, finer))) => digits <= more && scale <= finer,
        (Some(_) | None, None) | (None, Some(_)) => is == "string" || widens(was, is),
    }
}

/// A table before and after.
struct Tables<'a> {
    subject: &'a str,
    name: String,
    before: Vec<Column>,
    after: Vec<Column>,
    by_position: bool,
    by_text: bool,
}

/// The changes of a table's columns.
pub(super) fn changes(subject: &str, was: &Value, is: &Value) -> Vec<Change> {
    let name = at(is, "TableInput/Name").and_then(Value::as_str).unwrap_or(subject).to_owned();
    let (by_position, by_text) = (is_by_position(is), is_text(was) && is_text(is));
    let tables = Tables { subject, name, before: columns(was), after: columns(is), by_position, by_text };
    let mut found = tables.come_and_gone();
    found.extend(tables.retyped());
    found.extend(tables.reordered());
    found
}

impl Tables<'_> {
    fn change(&self, name: &str, effect: Effect, summary: String, verdict: Verdict) -> Change {
        Change {
            touches: [Touch::column(&self.name, name)].into(),
            ..Change::new(Layer::Catalogue, format!("{} column `{name}`", self.subject), effect)
                .says(summary)
                .judged(vec![verdict.by(UPDATES)])
        }
    }

    /// The columns that are added, removed or renamed. A column of the same place and type is the same under another name.
    fn come_and_gone(&self) -> Vec<Change> {
        let has = |all: &[Column], one: &Column| all.iter().any(|other| other.name == one.name);
        let gone: Vec<&Column> = self.before.iter().filter(|one| !has(&self.after, one)).collect();
        let come: Vec<&Column> = self.after.iter().filter(|one| !has(&self.before, one)).collect();
        let mut found = Vec::new();
        let mut renamed = Vec::new();
        for one in &gone {
            let same = |other: &&&Column| other.position == one.position && other.kind == one.kind;
            if let Some(to) = come.iter().find(same).filter(|_| gone.len() == come.len()) {
                renamed.push(to.name.as_str());
                let files = if self.by_position {
                    ""
                } else {
                    "files are read by name: those that exist give null, and "
                };
                let verdict = Verdict::new(
                    Impact::BreaksConsumers,
                    format!("{files}queries that use the old name fail"),
                );
                found.push(self.change(
                    &to.name,
                    Effect::Update,
                    format!("renamed from `{}`", one.name),
                    verdict,
                ));
                continue;
            }
            let verdict = Verdict::new(Impact::BreaksConsumers, "queries that use it fail");
            found.push(self.change(&one.name, Effect::Delete, format!("{} removed", one.kind), verdict));
        }
        let kept = self.before.iter().filter(|one| has(&self.after, one)).count();
        for one in come.iter().filter(|one| !renamed.contains(&one.name.as_str())) {
            let verdict = if self.by_position && one.position < kept {
                let reason = "files have no names of columns: in those that exist, the rest shifts";
                Verdict::new(Impact::BreaksConsumers, reason)
            } else {
                Verdict::new(Impact::Safe, "files that exist have null for it")
            };
            found.push(self.change(&one.name, Effect::Create, format!("{} added", one.kind), verdict));
        }
        found
    }

    /// The columns whose type changes.
    fn retyped(&self) -> Vec<Change> {
        let pairs = self.after.iter().filter_map(|is| {
            let was = self.before.iter().find(|was| was.name == is.name && was.kind != is.kind)?;
            Some((was, is))
        });
        pairs
            .map(|(was, is)| {
                let fits = if self.by_text { reads_as } else { widens };
                let verdict = if fits(&was.kind, &is.kind) {
                    Verdict::new(Impact::Safe, "every value of the old type fits")
                } else {
                    let reason =
                        format!("files that exist have {}, which is not read as {}", was.kind, is.kind);
                    Verdict::new(Impact::BreaksConsumers, reason)
                };
                self.change(&is.name, Effect::Update, format!("{} → {}", was.kind, is.kind), verdict)
            })
            .collect()
    }

    /// Columns in another order.
    fn reordered(&self) -> Option<Change> {
        let order = |all: &[Column], kept: &[Column]| -> Vec<String> {
            let both = all.iter().filter(|one| kept.iter().any(|other| other.name == one.name));
            both.map(|one| one.name.clone()).collect()
        };
        if order(&self.before, &self.after) == order(&self.after, &self.before) {
            return None;
        }
        let verdict = if self.by_position {
            Verdict::new(
                Impact::BreaksConsumers,
                "files have no names of columns: values are read into other columns",
            )
        } else {
            Verdict::new(Impact::Safe, "files are read by name")
        };
        let change = Change::new(Layer::Catalogue, format!("{} columns", self.subject), Effect::Update);
        Some(change.says("in another order").judged(vec![verdict.by(UPDATES)]))
    }
}
