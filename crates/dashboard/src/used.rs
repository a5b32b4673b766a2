//! The columns that a definition uses: for rows that are generated where no data set is at hand.
//!
//! In: a definition, with the columns of its data sets as far as they are known. Out: each column of each data set, with a
//! type that suits every place where it is used, and words that its filters and expressions look for. Calculated fields
//! are not among them. It checks nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::dataset::Kind;
use crate::document::Definition;
use crate::formula::{Formula, ValueType};
use crate::json::At;

/// What is known of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its type; unknown if no place tells it.
    pub kind: Kind,
    /// Texts that it is compared with, in order.
    pub words: BTreeSet<String>,
    /// The pattern of its texts if they are read as dates: `yyyy-MM-dd`.
    pub pattern: Option<String>,
}

impl Default for Column {
    fn default() -> Self {
        Self { kind: Kind::Unknown, words: BTreeSet::new(), pattern: None }
    }
}

/// Columns by data set and name.
type Used = BTreeMap<String, BTreeMap<String, Column>>;

/// The columns that a definition uses, by the identifiers of its data sets.
#[must_use]
pub fn used_columns(definition: &Definition<'_>) -> Used {
    let root = At::root(definition.value);
    let mut reading = Reading { used: Used::new(), calculated: BTreeMap::new(), defaults: BTreeMap::new() };
    for (key, name) in
        [("DataSetIdentifierDeclarations", "Identifier"), ("DataSetConfigurations", "Placeholder")]
    {
        for set in root.list(key) {
            if let Some(set) = set.text(name) {
                reading.used.entry(set.to_owned()).or_default();
            }
        }
    }
    for field in root.list("CalculatedFields") {
        let (Some(set), Some(name)) = (field.text("DataSetIdentifier"), field.text("Name")) else { continue };
        let original = Formula::read(field.text("Expression").unwrap_or_default())
            .ok()
            .and_then(|formula| formula.original().map(str::to_owned));
        reading.calculated.insert((set.to_owned(), name.to_owned()), original);
    }
    for parameter in root.list("ParameterDeclarations") {
        let Some((_, parameter)) = parameter.union() else { continue };
        let values = parameter.at(&["DefaultValues", "StaticValues"]).map(|values| values.items());
        let values = values.unwrap_or_default();
        let texts = values.iter().filter_map(|one| one.value.as_str()).map(str::to_owned).collect();
        reading.defaults.insert(parameter.text("Name").unwrap_or_default().to_owned(), texts);
    }
    reading.fields(&root);
    reading.expressions(&root);
    reading.known(definition);
    reading.used
}

struct Reading {
    used: Used,
    /// Calculated fields, each with the column that it is another name for, if it is.
    calculated: BTreeMap<(String, String), Option<String>>,
    /// The texts that parameters have as their defaults.
    defaults: BTreeMap<String, Vec<String>>,
}

impl Reading {
    /// The column that a name stands for; `None` for a calculated field with values of its own.
    fn original(&self, set: &str, name: &str) -> Option<String> {
        let mut name = name.to_owned();
        // Names of names end: a circle is as long as there are fields.
        for _ in 0..=self.calculated.len() {
            match self.calculated.get(&(set.to_owned(), name.clone())) {
                None => return Some(name),
                Some(original) => name.clone_from(original.as_ref()?),
            }
        }
        None
    }

    fn see(&mut self, set: &str, name: &str, kind: Kind, words: impl IntoIterator<Item = String>) {
        let Some(name) = self.original(set, name) else { return };
        let columns = self.used.entry(set.to_owned()).or_default();
        let column = columns.entry(name).or_default();
        if strength(kind) > strength(column.kind) {
            column.kind = kind;
        }
        column.words.extend(words);
    }

    /// Fields of visuals, filters, and other places that name a column.
    fn fields(&mut self, root: &At<'_>) {
        root.walk("", &mut |key, at| {
            let Some(column) = at.get("Column") else { return };
            let (Some(set), Some(name)) = (column.text("DataSetIdentifier"), column.text("ColumnName"))
            else {
                return;
            };
            let kind = match key {
                "DateDimensionField"
                | "DateMeasureField"
                | "TimeRangeFilter"
                | "TimeEqualityFilter"
                | "RelativeDatesFilter" => Kind::Date,
                "NumericalMeasureField"
                | "NumericalDimensionField"
                | "NumericRangeFilter"
                | "NumericEqualityFilter" => Kind::Decimal,
                "CategoricalDimensionField" | "CategoryFilter" => Kind::Text,
                _ => Kind::Unknown,
            };
            let words = if key == "CategoryFilter" { self.sought(at) } else { Vec::new() };
            self.see(set, name, kind, words);
        });
    }

    /// The texts that a filter looks for.
    fn sought(&self, filter: &At<'_>) -> Vec<String> {
        let Some((_, list)) = filter.get("Configuration").and_then(|one| one.union()) else {
            return Vec::new();
        };
        if list.text("MatchOperator").is_some_and(|operator| operator.starts_with("DOES_NOT")) {
            return Vec::new();
        }
        let values = list.list("CategoryValues");
        let texts = values.iter().filter_map(|one| one.value.as_str()).chain(list.text("CategoryValue"));
        let of_parameter = list.text("ParameterName").and_then(|name| self.defaults.get(name));
        texts.map(str::to_owned).chain(of_parameter.into_iter().flatten().cloned()).collect()
    }

    fn expressions(&mut self, root: &At<'_>) {
        for field in root.list("CalculatedFields") {
            let (Some(set), Some(text)) = (field.text("DataSetIdentifier"), field.text("Expression")) else {
                continue;
            };
            let Ok(formula) = Formula::read(text) else { continue };
            for hint in formula.hints() {
                let kind = match hint.sort {
                    ValueType::Text => Kind::Text,
                    ValueType::Integer => Kind::Integer,
                    ValueType::Decimal => Kind::Decimal,
                    ValueType::Date => Kind::Date,
                    ValueType::Boolean | ValueType::Unknown => Kind::Unknown,
                };
                self.see(set, hint.column, kind, hint.word.map(str::to_owned));
                let column = self.used.get_mut(set).and_then(|columns| columns.get_mut(hint.column));
                if let (Some(column), Some(pattern)) = (column, hint.pattern) {
                    column.pattern.get_or_insert_with(|| pattern.to_owned());
                }
            }
        }
    }

    /// The types that data sets declare count more than guesses.
    fn known(&mut self, definition: &Definition<'_>) {
        for (set, columns) in &definition.sources {
            let Some(used) = self.used.get_mut(set) else { continue };
            for (name, column) in used {
                match columns.as_ref().and_then(|columns| columns.get(name)) {
                    Some(Kind::Unknown | Kind::Aggregate) | None => {}
                    Some(kind) => column.kind = *kind,
                }
            }
        }
        // A template's placeholder has them in the definition itself.
        let configured: &[Value] =
            definition.value["DataSetConfigurations"].as_array().map(Vec::as_slice).unwrap_or_default();
        for one in configured {
            let set = one["Placeholder"].as_str().unwrap_or_default();
            let Some(columns) = crate::dataset::schema(&At::root(one)) else { continue };
            for (name, kind) in columns {
                self.see(set, &name, kind, []);
                if let Some(column) = self.used.get_mut(set).and_then(|used| used.get_mut(&name)) {
                    column.kind = kind;
                }
            }
        }
    }
}

/// Which of two guesses counts: a date field shows no text, and a measure no text either.
fn strength(kind: Kind) -> u8 {
    match kind {
        Kind::Unknown | Kind::Aggregate => 0,
        Kind::Text => 1,
        Kind::Integer => 2,
        Kind::Decimal => 3,
        Kind::Date => 4,
    }
}
