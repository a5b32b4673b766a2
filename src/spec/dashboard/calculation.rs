//! Reads `[dashboard.<name>.calculate.<data>]`: calculated fields.

use std::collections::BTreeMap;

use strataform_dashboard::formula::{Fault, Formula, Names, Typed, ValueType};

use super::super::draft::Shown;
use super::super::table::Table;
use super::super::value::Text;
use super::super::{code, scalar};
use super::aggregation::{Refusal, calculated};
use super::{Catalog, parameter};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::model::{Calculation, FieldKind, Identifier, Parameter, Type, VisualSource};

/// The most calculations of a dashboard.
const MOST: usize = 500;
/// The longest expression, in bytes.
const LONGEST: usize = 4_000;

/// The calculations of a dashboard, and their types.
#[derive(Debug, Default)]
pub(super) struct Calculations {
    pub(super) calculations: Vec<Calculation>,
    by_source: BTreeMap<VisualSource, Known>,
}

#[derive(Debug, Default)]
struct Known {
    typed: BTreeMap<String, Typed>,
    /// Calculations that are made of a measure which cannot be combined, and why it cannot.
    uncombined: BTreeMap<String, &'static Refusal>,
    broken: Vec<String>,
}

impl Calculations {
    /// Adds the calculations over a source to its columns.
    pub(super) fn add_to(&self, source: &VisualSource, shown: &mut Shown) {
        if let Some(known) = self.by_source.get(source) {
            shown.calculated.extend(known.typed.iter().map(|(name, typed)| (name.clone(), *typed)));
            shown.broken.extend(known.broken.iter().cloned());
        }
    }
}

/// Reads the calculations of a dashboard.
pub(super) fn read(
    table: &Table<'_>,
    catalog: &Catalog<'_, '_>,
    parameters: &parameter::Read,
) -> Calculations {
    let mut found = Calculations::default();
    let by_data = table.get("calculate").and_then(|value| value.names());
    for (data, value) in by_data.iter().flat_map(Table::entries) {
        let (Some((source, shown)), Some(table)) = (catalog.source(&data), value.names()) else { continue };
        let mut reading = Reading { shown: &shown, parameters, drafts: Vec::new(), known: Known::default() };
        for (name, value) in table.entries() {
            if scalar::identifier(&name).is_none() {
                continue;
            }
            if shown.columns.contains_key(name.text) {
                let summary = format!("`{}` is already a column of `{}`", name.text, data.text);
                let fault = Diagnostic::error(code::DUPLICATE_COLUMN, name.span.clone(), summary);
                name.report(fault.help("choose another name"));
                continue;
            }
            match value.text().and_then(|text| formula(&text).map(|formula| (text, formula))) {
                Some((text, formula)) => {
                    reading.drafts.push(Draft { name, text, formula, state: State::New });
                }
                None => reading.known.broken.push(name.text.to_owned()),
            }
        }
        if found.calculations.len() + reading.drafts.len() > MOST {
            let summary = "too many calculations";
            let fault = Diagnostic::error(code::RANGE, data.span.clone(), summary);
            data.report(fault.help(format!("keep at most {MOST}, or compute some in an aggregate")));
            continue;
        }
        for at in 0..reading.drafts.len() {
            reading.type_of(at);
        }
        let calculations = reading.drafts.iter().filter_map(|draft| {
            Some(Calculation {
                source: source.clone(),
                name: Identifier::new(draft.name.text).ok()?,
                expression: renamed(draft.text.text, &draft.formula),
            })
        });
        found.calculations.extend(calculations);
        found.by_source.insert(source, reading.known);
    }
    found
}

fn formula(text: &Text<'_>) -> Option<Formula> {
    if text.text.len() > LONGEST {
        let fault = Diagnostic::error(code::LONG_TEXT, text.span.clone(), "the expression is too long");
        text.report(fault.help(format!("write at most {LONGEST} bytes")));
        return None;
    }
    Formula::read(text.text).map_err(|fault| report(text, &fault)).ok()
}

fn report(text: &Text<'_>, fault: &Fault) {
    let diagnostic = Diagnostic::error(code::CALCULATION, text.part(&fault.span), fault.summary.clone());
    let help = match fault.help.as_str() {
        "" => "see `docs/platform-file.md` for the functions and their arguments",
        help => help,
    };
    text.report(diagnostic.help(help));
}

/// Returns the expression with the names that its parameters have in `QuickSight`.
fn renamed(text: &str, formula: &Formula) -> String {
    let mut renamed = text.to_owned();
    for (name, span) in formula.parameters().into_iter().rev() {
        renamed.replace_range(span, &format!("${{{}}}", Parameter::id_of(name)));
    }
    renamed
}

struct Draft<'a> {
    name: Text<'a>,
    text: Text<'a>,
    formula: Formula,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    New,
    /// Its type is being determined: a reference to it is a cycle.
    Open,
    Done,
}

/// The calculations over one source.
struct Reading<'r, 'a> {
    shown: &'r Shown,
    parameters: &'r parameter::Read,
    drafts: Vec<Draft<'a>>,
    known: Known,
}

impl Reading<'_, '_> {
    /// Determines the type of a calculation, after the types of those that it uses. The depth is at most their number.
    fn type_of(&mut self, at: usize) {
        let Some(draft) = self.drafts.get_mut(at).filter(|draft| draft.state == State::New) else { return };
        draft.state = State::Open;
        let used: Vec<(String, std::ops::Range<usize>)> =
            draft.formula.columns().into_iter().map(|(name, span)| (name.to_owned(), span)).collect();
        for (name, span) in &used {
            let Some(inner) = self.drafts.iter().position(|one| one.name.text == name) else { continue };
            if self.drafts[inner].state == State::Open {
                let text = &self.drafts[at].text;
                let summary = format!("`{}` depends on itself", self.drafts[at].name.text);
                text.report(
                    Diagnostic::error(code::CALCULATION, text.part(span), summary).help("break the cycle"),
                );
                self.known.broken.push(self.drafts[at].name.text.to_owned());
            }
            self.type_of(inner);
        }
        let draft = &self.drafts[at];
        let is_broken =
            |name: &str| self.shown.broken.contains(name) || self.known.broken.iter().any(|one| one == name);
        let name = draft.name.text.to_owned();
        if is_broken(&name) || used.iter().any(|(name, _)| is_broken(name)) {
            self.known.broken.push(name);
        } else {
            match draft.formula.typed(self) {
                Ok(_) if self.combines(draft) => self.known.broken.push(name),
                Ok(typed) => {
                    let mut columns = draft.formula.value_columns().into_iter();
                    if let Some(refusal) = columns.find_map(|column| self.refusal(column)) {
                        self.known.uncombined.insert(name.clone(), refusal);
                    }
                    self.known.typed.insert(name, typed);
                }
                Err(faults) => {
                    for fault in faults {
                        report(&draft.text, &fault);
                    }
                    self.known.broken.push(name);
                }
            }
        }
        self.drafts[at].state = State::Done;
    }
}

impl Reading<'_, '_> {
    /// Whether a calculation adds up or averages what cannot be combined, which is reported.
    fn combines(&self, draft: &Draft<'_>) -> bool {
        let mut is_found = false;
        for one in draft.formula.combined() {
            let Some(refusal) = self.refusal(one.column) else { continue };
            let summary = format!("`{}` cannot combine `{}` over groups", one.function, one.column);
            let fault = Diagnostic::error(code::AGGREGATION, draft.text.part(&one.span), summary);
            draft.text.report(fault.because(refusal.cause).help(refusal.help));
            is_found = true;
        }
        is_found
    }

    /// Why the values of a column cannot be combined; `None` if they can.
    fn refusal(&self, column: &str) -> Option<&'static Refusal> {
        let measure = self.shown.groups.as_ref().and_then(|groups| calculated(groups, column));
        measure.or_else(|| self.known.uncombined.get(column).copied())
    }
}

impl Names for Reading<'_, '_> {
    fn column(&self, name: &str) -> Option<Typed> {
        if let Some(data_type) = self.shown.columns.get(name) {
            return Some(Typed { sort: sort(*data_type)?, aggregated: false });
        }
        self.known.typed.get(name).copied()
    }

    fn parameter(&self, name: &str) -> Option<ValueType> {
        self.parameters.sort(name)
    }

    fn suggest_parameter(&self, name: &str) -> String {
        self.parameters.suggest_column(name)
    }

    fn suggest_column(&self, name: &str) -> String {
        let columns = self.shown.columns.keys().map(String::as_str);
        did_you_mean(name, columns.chain(self.known.typed.keys().map(String::as_str)))
    }
}

/// The type of a column in an expression; `None` if dashboards cannot show it.
fn sort(data_type: Type) -> Option<ValueType> {
    Some(match data_type.quicksight()? {
        FieldKind::Text => ValueType::Text,
        FieldKind::Integer => ValueType::Integer,
        FieldKind::Decimal => ValueType::Decimal,
        FieldKind::Date => ValueType::Date,
    })
}
