//! How the numbers of a visual are aggregated: by the measure that they are, or as the visual chooses.
//!
//! An aggregate has one row for each of its groups. A visual that shows fewer groups combines rows: sums are added up,
//! the smallest of minimums is kept. Counts of different values and means cannot be combined, and are refused, unless
//! the visual shows each group, or chooses an aggregation itself.

use std::collections::BTreeMap;

use super::super::code;
use super::super::draft::Groups;
use super::super::grammar::AGGREGATIONS;
use super::super::table::Table;
use super::field::Fields;
use crate::diagnostic::Diagnostic;
use crate::model::{Aggregation, Field, FieldKind, Identifier, NumberFormat, RollUp};

/// The aggregations that a visual chooses, by column.
pub(super) fn chosen(table: &Table<'_>) -> BTreeMap<String, Aggregation> {
    let named = table.get("aggregate").and_then(|value| value.names());
    let entries = named.iter().flat_map(Table::entries);
    entries.filter_map(|(name, value)| Some((name.text.to_owned(), value.choice(&AGGREGATIONS)?))).collect()
}

/// Why a number cannot be combined, and what to do.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) cause: &'static str,
    pub(super) help: &'static str,
}

/// Why a calculation cannot add up or average a measure, and what to do.
pub(super) fn calculated(groups: &Groups, measure: &str) -> Option<&'static Refusal> {
    let (roll_up, counted) = groups.measures.get(measure)?;
    match roll_up {
        RollUp::Sum | RollUp::Min | RollUp::Max => None,
        RollUp::Distinct => {
            // In groups by what is counted alone, each value is in one group.
            let is_own =
                matches!(groups.dimensions.as_slice(), [(only, _)] if Some(only) == counted.as_ref());
            (!is_own).then_some(&CALCULATED_DISTINCT)
        }
        RollUp::Mean => Some(&MEAN),
    }
}

const DISTINCT: Refusal = Refusal {
    cause: "it counts different values, and a value that is in several groups would count in each",
    help: "show it by every column of `group_by`; or add what is counted to `group_by`, and calculate \
           `distinct_count({…})`",
};
const CALCULATED_DISTINCT: Refusal = Refusal {
    cause: DISTINCT.cause,
    help: "add what is counted to `group_by`, and calculate `distinct_count({…})`; or show the measure itself, in a \
           visual by every column of `group_by`",
};
const MEAN: Refusal = Refusal {
    cause: "its value for several groups does not follow from its values in each, as with a mean or a quotient",
    help: "keep its parts as measures, and calculate it, as in `sum({total}) / sum({count})`",
};
const DIMENSION: Refusal =
    Refusal { cause: "the aggregate is grouped by it", help: "show a measure of the aggregate" };
const ROW: Refusal = Refusal {
    cause: "it is calculated for each group",
    help: "aggregate within the calculation, as in `sum({revenue}) / sum({orders})`",
};

impl Fields<'_> {
    /// How a visual that is grouped by these columns aggregates a number; `None` if it cannot.
    pub(super) fn aggregation(&self, field: &Field, grouping: &[Identifier]) -> Option<Aggregation> {
        let name = field.column.as_str();
        if let Some(chosen) = self.chosen.get(name) {
            return Some(*chosen);
        }
        if field.aggregation == Aggregation::Calculated {
            return Some(Aggregation::Calculated);
        }
        let Some(groups) = &self.shown.groups else { return Some(of_row(field)) };
        let Some((roll_up, counted)) = groups.measures.get(name) else {
            let is_dimension = groups.dimensions.iter().any(|(dimension, _)| name == dimension);
            return self.refuse(name, &[], if is_dimension { &DIMENSION } else { &ROW });
        };
        let lost = groups.lost(grouping);
        match roll_up {
            RollUp::Sum => Some(Aggregation::Sum),
            RollUp::Min => Some(Aggregation::Min),
            RollUp::Max => Some(Aggregation::Max),
            RollUp::Distinct | RollUp::Mean if lost.is_empty() => Some(Aggregation::Single),
            // Each group has one value of the dimension that is counted, which no other group has.
            RollUp::Distinct if lost.as_slice() == counted.as_deref().as_slice() => Some(Aggregation::Sum),
            RollUp::Distinct => self.refuse(name, &lost, &DISTINCT),
            RollUp::Mean => self.refuse(name, &lost, &MEAN),
        }
    }

    fn refuse(&self, name: &str, lost: &[&str], why: &Refusal) -> Option<Aggregation> {
        let over = match lost {
            [] => "groups".to_owned(),
            lost => format!("`{}`", lost.join("`, `")),
        };
        let span = self.used.borrow().get(name).cloned().unwrap_or_default();
        let summary = format!("`{name}` cannot be combined over {over}");
        let help = format!("{}; or choose how: `aggregate = {{ {name} = \"max\" }}`", why.help);
        self.reader.report(Diagnostic::error(code::AGGREGATION, span, summary).because(why.cause).help(help));
        None
    }
}

impl Groups {
    /// The dimensions over which a visual that is grouped by these columns combines.
    fn lost(&self, grouping: &[Identifier]) -> Vec<&str> {
        let is_shown = |name: &str| grouping.iter().any(|column| column.as_str() == name);
        let lost = self.dimensions.iter().filter(|(name, is_apart)| !is_apart || !is_shown(name));
        lost.map(|(name, _)| name.as_str()).collect()
    }
}

/// How values of rows that are not groups are aggregated.
fn of_row(field: &Field) -> Aggregation {
    match (field.kind, &field.format) {
        (FieldKind::Text, _) => Aggregation::Count,
        (FieldKind::Date, _) => Aggregation::Max,
        // Percentages do not add up.
        (FieldKind::Integer | FieldKind::Decimal, Some(NumberFormat::Percent { .. })) => Aggregation::Average,
        (FieldKind::Integer | FieldKind::Decimal, _) => Aggregation::Sum,
    }
}
