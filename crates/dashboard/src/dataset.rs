//! Data sets: the columns that each provides, and whether the references between its tables resolve.

use std::collections::{BTreeMap, BTreeSet};

use crate::expression::references;
use crate::finding::{Code, Finding, Severity};
use crate::foreign::{is_column_id, is_placeholder};
use crate::formula::{Formula, Names, Typed, ValueType};
use crate::json::At;

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `STRING`
    Text,
    /// `INTEGER`
    Integer,
    /// `DECIMAL`
    Decimal,
    /// `DATETIME`
    Date,
    /// The type is computed, or not known.
    Unknown,
    /// An aggregate that the data set computes.
    Aggregate,
}

impl Kind {
    fn of(text: Option<&str>) -> Self {
        match text {
            Some("STRING") => Self::Text,
            Some("INTEGER") => Self::Integer,
            Some("DECIMAL") => Self::Decimal,
            Some("DATETIME") => Self::Date,
            _ => Self::Unknown,
        }
    }

    pub(crate) fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Decimal | Self::Unknown | Self::Aggregate)
    }

    pub(crate) fn is_date(self) -> bool {
        matches!(self, Self::Date | Self::Unknown | Self::Aggregate)
    }

    /// QuickSight's name for the type.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Text => "STRING",
            Self::Integer => "INTEGER",
            Self::Decimal => "DECIMAL",
            Self::Date => "DATETIME",
            Self::Unknown | Self::Aggregate => "unknown",
        }
    }
}

/// The columns of a data set; `None` if they are not known.
pub type Columns = Option<BTreeMap<String, Kind>>;

/// The columns that a placeholder of a template requires.
pub(crate) fn schema(placeholder: &At<'_>) -> Columns {
    let columns = placeholder.get("DataSetSchema")?.list("ColumnSchemaList");
    let named = |one: &At<'_>| Some((one.text("Name")?.to_owned(), Kind::of(one.text("DataType"))));
    Some(columns.iter().filter_map(named).collect::<BTreeMap<_, _>>()).filter(|all| !all.is_empty())
}

/// The columns that a described data set lists; `None` if it lists none.
pub(crate) fn output(set: &At<'_>) -> Columns {
    let named = |one: &At<'_>| Some((one.text("Name")?.to_owned(), Kind::of(one.text("Type"))));
    let columns: BTreeMap<String, Kind> = set.list("OutputColumns").iter().filter_map(named).collect();
    Some(columns).filter(|all| !all.is_empty())
}

/// The columns of a data set resource.
pub(crate) fn columns(set: &At<'_>, findings: &mut Vec<Finding>) -> Columns {
    let mut physical: BTreeMap<&str, Columns> = BTreeMap::new();
    for (name, table) in set.get("PhysicalTableMap").map(|tables| tables.entries()).unwrap_or_default() {
        key(name, &table, findings);
        let Some((_, table)) = table.union() else {
            findings.push(Finding::error(Code::Union, &table, "a physical table must have exactly one type"));
            continue;
        };
        let all = table.list("InputColumns").into_iter().chain(table.list("Columns"));
        let known: BTreeMap<String, Kind> = all
            .filter_map(|column| Some((column.text("Name")?.to_owned(), Kind::of(column.text("Type")))))
            .collect();
        physical.insert(name, if known.is_empty() { None } else { Some(known) });
    }
    let logical: BTreeMap<&str, At<'_>> =
        set.get("LogicalTableMap").map(|tables| tables.entries()).unwrap_or_default().into_iter().collect();
    if logical.is_empty() {
        let mut all = BTreeMap::new();
        for columns in physical.into_values() {
            all.extend(columns?);
        }
        // Newer forms of a data set are not supported.
        return if set.get("PhysicalTableMap").is_some() { Some(all) } else { None };
    }
    let mut tables = Tables { physical, logical, findings, under_way: Vec::new(), seen: BTreeSet::new() };
    let operands: Vec<&str> = tables
        .logical
        .values()
        .filter_map(|table| table.at(&["Source", "JoinInstruction"]))
        .flat_map(|join| [join.text("LeftOperand"), join.text("RightOperand")])
        .flatten()
        .collect();
    let roots: Vec<&str> = tables.logical.keys().copied().filter(|name| !operands.contains(name)).collect();
    let found: Vec<Columns> = roots.into_iter().map(|root| tables.of(root)).collect();
    // A table that no root leads to is part of a cycle.
    let rest: Vec<&str> = tables.logical.keys().copied().filter(|name| !tables.seen.contains(name)).collect();
    if !rest.is_empty() {
        for name in rest {
            tables.of(name);
        }
        return None;
    }
    let mut all = BTreeMap::new();
    for columns in found {
        all.extend(columns?);
    }
    Some(all)
}

/// Checks the key of a table map. Unlike table names, it cannot have an underscore.
fn key(name: &str, at: &At<'_>, findings: &mut Vec<Finding>) {
    let is_plain = |one: char| one.is_ascii_alphanumeric() || one == '-';
    if name.len() > 64 || !name.chars().all(is_plain) {
        let summary = format!("invalid table key `{name}`: use at most 64 letters, digits and hyphens");
        findings.push(
            Finding::error(Code::Id, at, summary).help(format!("rename it to `{}`", name.replace('_', "-"))),
        );
    }
}

/// Whether an expression of a data set is an aggregate; its type is not inferred.
fn computed(expression: &str, columns: &BTreeMap<String, Kind>) -> Kind {
    let typed = Formula::read(expression).ok().and_then(|formula| formula.typed(&Own(columns)).ok());
    if typed.is_some_and(|typed| typed.aggregated) { Kind::Aggregate } else { Kind::Unknown }
}

/// The columns of a data set, to the ones that it computes from them.
struct Own<'c>(&'c BTreeMap<String, Kind>);

impl Names for Own<'_> {
    fn column(&self, name: &str) -> Option<Typed> {
        let aggregated = self.0.get(name) == Some(&Kind::Aggregate);
        Some(Typed { sort: ValueType::Unknown, aggregated })
    }

    fn parameter(&self, _: &str) -> Option<ValueType> {
        Some(ValueType::Unknown)
    }

    fn suggest_column(&self, _: &str) -> String {
        String::new()
    }

    fn suggest_parameter(&self, _: &str) -> String {
        String::new()
    }
}

struct Tables<'a, 'f> {
    physical: BTreeMap<&'a str, Columns>,
    logical: BTreeMap<&'a str, At<'a>>,
    findings: &'f mut Vec<Finding>,
    under_way: Vec<&'a str>,
    seen: BTreeSet<&'a str>,
}

impl<'a> Tables<'a, '_> {
    /// The columns of a logical table.
    fn of(&mut self, name: &'a str) -> Columns {
        let table = self.logical.get(name)?.clone();
        key(name, &table, self.findings);
        if self.under_way.contains(&name) {
            self.findings.push(Finding::error(Code::Table, &table, format!("`{name}` depends on itself")));
            return None;
        }
        self.under_way.push(name);
        self.seen.insert(name);
        let source = table.get("Source");
        let mut columns = source.as_ref().and_then(|source| self.source(source));
        for transform in table.list("DataTransforms") {
            self.transform(&transform, &mut columns);
        }
        self.under_way.pop();
        columns
    }

    fn source(&mut self, source: &At<'a>) -> Columns {
        if let Some(id) = source.text("PhysicalTableId") {
            if let Some(columns) = self.physical.get(id) {
                return columns.clone();
            }
            let found = Finding::error(Code::Table, source, format!("unknown physical table `{id}`"));
            found.push_near(self.findings, id, self.physical.keys().copied());
            return None;
        }
        let join = source.get("JoinInstruction")?;
        let mut sides = Vec::new();
        for side in ["LeftOperand", "RightOperand"] {
            let name = join.text(side)?;
            if !self.logical.contains_key(name) {
                let found = Finding::error(Code::Table, &join, format!("unknown logical table `{name}`"));
                found.push_near(self.findings, name, self.logical.keys().copied());
                return None;
            }
            sides.push(self.of(name));
        }
        let (right, left) = (sides.pop()??, sides.pop()??);
        for name in right.keys().filter(|name| left.contains_key(*name)) {
            let summary = format!("both sides of the join have a column `{name}`");
            self.findings.push(
                Finding::warning(Code::Duplicate, &join, summary).help("rename one of them before the join"),
            );
        }
        let all: BTreeMap<String, Kind> = right.into_iter().chain(left).collect();
        self.expression(join.text("OnClause").unwrap_or_default(), &join, Some(&all));
        Some(all)
    }

    fn expression(&mut self, text: &str, at: &At<'a>, columns: Option<&BTreeMap<String, Kind>>) {
        match references(text) {
            Err(cause) => self.findings.push(Finding::error(Code::Expression, at, cause)),
            Ok(found) => {
                for name in &found.columns {
                    self.known(name, at, columns);
                }
            }
        }
    }

    fn known(&mut self, name: &str, at: &At<'a>, columns: Option<&BTreeMap<String, Kind>>) {
        if let Some(columns) = columns
            && !columns.contains_key(name)
            && !is_placeholder(name)
            && !is_column_id(name)
        {
            let found = Finding::error(Code::Column, at, format!("unknown column `{name}`"));
            found.push_near(self.findings, name, columns.keys().map(String::as_str));
        }
    }

    fn transform(&mut self, transform: &At<'a>, columns: &mut Columns) {
        let Some((kind, operation)) = transform.union() else {
            let summary = "a transform must have exactly one type";
            return self.findings.push(Finding::error(Code::Union, transform, summary));
        };
        let name = operation.text("ColumnName").unwrap_or_default();
        match kind {
            "RenameColumnOperation" => {
                self.known(name, &operation, columns.as_ref());
                if let (Some(columns), Some(new)) = (columns.as_mut(), operation.text("NewColumnName")) {
                    let kind = columns.remove(name).unwrap_or(Kind::Unknown);
                    columns.insert(new.to_owned(), kind);
                }
            }
            "CastColumnTypeOperation" => {
                self.known(name, &operation, columns.as_ref());
                if let Some(columns) = columns {
                    columns.insert(name.to_owned(), Kind::of(operation.text("NewColumnType")));
                }
            }
            "TagColumnOperation" => self.known(name, &operation, columns.as_ref()),
            "CreateColumnsOperation" => {
                for column in operation.list("Columns") {
                    self.expression(column.text("Expression").unwrap_or_default(), &column, columns.as_ref());
                    if let (Some(columns), Some(name)) = (columns.as_mut(), column.text("ColumnName")) {
                        let kind = computed(column.text("Expression").unwrap_or_default(), columns);
                        columns.insert(name.to_owned(), kind);
                    }
                }
            }
            "ProjectOperation" => {
                let kept = operation.list("ProjectedColumns");
                let kept: Vec<&str> = kept.iter().filter_map(|one| one.value.as_str()).collect();
                // QuickSight ignores names of columns that were removed since; it writes such lists itself.
                let before = self.findings.len();
                for name in &kept {
                    self.known(name, &operation, columns.as_ref());
                }
                for found in &mut self.findings[before..] {
                    found.severity = Severity::Warning;
                }
                if let Some(columns) = columns {
                    columns.retain(|name, _| kept.contains(&name.as_str()));
                }
            }
            _ => {}
        }
    }
}
