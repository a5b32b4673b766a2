//! Calculated fields: their references and their types.

use std::collections::BTreeSet;

use super::Known;
use super::limits::CALCULATED;
use crate::dataset::Kind;
use crate::expression::references;
use crate::finding::{Code, Finding};
use crate::formula::{Fault, Formula, Names, Typed, ValueType};
use crate::json::At;

/// Checks calculated fields, and records their types. Too many are a fault of their own: then, they are not checked, because a field
/// may depend on all others.
pub(super) fn check<'a>(definition: &At<'a>, known: &mut Known<'a>, findings: &mut Vec<Finding>) {
    let all = definition.list("CalculatedFields");
    if all.len() > CALCULATED {
        return;
    }
    for one in all {
        let (Some(set), Some(name)) = (one.text("DataSetIdentifier"), one.text("Name")) else { continue };
        if !known.declared(set, &one, findings) {
            continue;
        }
        let columns = known.sources.get(set).and_then(Option::as_ref);
        if columns.is_some_and(|columns| columns.contains_key(name)) {
            let summary = format!("`{name}` is also a column of `{set}`");
            findings.push(Finding::warning(Code::Shadow, &one, summary));
        }
        match references(one.text("Expression").unwrap_or_default()) {
            Err(cause) => {
                findings.push(Finding::error(Code::Expression, &one, format!("`{name}`: {cause}")));
            }
            Ok(found) => {
                let before = findings.len();
                for column in &found.columns {
                    known.column(set, column, &one, findings);
                }
                for parameter in &found.parameters {
                    known.parameter(parameter, &one, findings);
                }
                // With an unknown name, the type is unknown, too.
                if findings.len() == before {
                    types(known, (set, name), &mut BTreeSet::new(), findings);
                }
            }
        }
    }
}

/// Records the type of a calculated field, after those of the fields that it depends on.
fn types<'a>(
    known: &mut Known<'a>,
    key: (&'a str, &'a str),
    open: &mut BTreeSet<(&'a str, &'a str)>,
    findings: &mut Vec<Finding>,
) {
    let Some(at) = known.calculated.get(&key).cloned() else { return };
    if known.typed.contains_key(&key) {
        return;
    }
    let unknown = Typed { sort: ValueType::Unknown, aggregated: false };
    if !open.insert(key) {
        known.typed.insert(key, unknown);
        findings.push(Finding::error(Code::Cycle, &at, format!("`{}` depends on itself", key.1)));
        return;
    }
    let formula = match Formula::read(at.text("Expression").unwrap_or_default()) {
        Ok(formula) => formula,
        Err(fault) => {
            findings.push(finding(key.1, &at, fault));
            known.typed.insert(key, unknown);
            return;
        }
    };
    for (name, _) in formula.columns() {
        let inner = known.calculated.keys().find(|(set, one)| *set == key.0 && *one == name).copied();
        if let Some(inner) = inner {
            types(known, inner, open, findings);
        }
    }
    let typed = formula.typed(&Within { known, set: key.0 }).unwrap_or_else(|faults| {
        for fault in faults {
            findings.push(finding(key.1, &at, fault));
        }
        unknown
    });
    known.typed.entry(key).or_insert(typed);
}

fn finding(name: &str, at: &At<'_>, fault: Fault) -> Finding {
    let summary = format!("`{name}`: {}", fault.summary);
    let make = if fault.certain { Finding::error } else { Finding::warning };
    make(Code::Formula, at, summary).help(fault.help)
}

/// The names of a data set.
struct Within<'k, 'a> {
    known: &'k Known<'a>,
    set: &'a str,
}

impl Names for Within<'_, '_> {
    fn column(&self, name: &str) -> Option<Typed> {
        if let Some(typed) = self.known.typed.get(&(self.set, name)) {
            return Some(*typed);
        }
        let sort =
            match self.known.column(self.set, name, &At::root(&serde_json::Value::Null), &mut Vec::new())? {
                Kind::Text => ValueType::Text,
                Kind::Integer => ValueType::Integer,
                Kind::Decimal => ValueType::Decimal,
                Kind::Date => ValueType::Date,
                Kind::Unknown => ValueType::Unknown,
                Kind::Aggregate => return Some(Typed { sort: ValueType::Unknown, aggregated: true }),
            };
        Some(Typed { sort, aggregated: false })
    }

    fn parameter(&self, name: &str) -> Option<ValueType> {
        let (kind, _) = self.known.parameters.get(name)?;
        Some(match *kind {
            "StringParameterDeclaration" => ValueType::Text,
            "IntegerParameterDeclaration" => ValueType::Integer,
            "DecimalParameterDeclaration" => ValueType::Decimal,
            "DateTimeParameterDeclaration" => ValueType::Date,
            _ => ValueType::Unknown,
        })
    }

    fn suggest_column(&self, _: &str) -> String {
        String::new()
    }

    fn suggest_parameter(&self, _: &str) -> String {
        String::new()
    }
}
