//! `[dashboard.<name>.calculate.<data>]`: columns that are computed when somebody looks.

use std::collections::BTreeMap;

use strataform_dashboard::formula::{Fault, Formula, Names, Sort, Typed};

use super::super::draft::Shown;
use super::super::table::Table;
use super::super::value::Text;
use super::super::{code, scalar};
use super::{Catalog, parameter};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::model::{Calculation, FieldKind, Identifier, Parameter, Type, VisualSource};

/// Calculations that a dashboard may have.
const MOST: usize = 500;
/// The longest expression that is read, in bytes.
const LONGEST: usize = 4_000;

/// The calculations of a dashboard, and what they give.
#[derive(Debug, Default)]
pub(super) struct Calculations {
    pub(super) calculations: Vec<Calculation>,
    by_source: BTreeMap<VisualSource, Known>,
}

#[derive(Debug, Default)]
struct Known {
    typed: BTreeMap<String, Typed>,
    broken: Vec<String>,
}

impl Calculations {
    /// Adds those over a source to its columns.
    pub(super) fn add_to(&self, source: &VisualSource, shown: &mut Shown) {
        if let Some(known) = self.by_source.get(source) {
            shown.calculated.extend(known.typed.iter().map(|(name, typed)| (name.clone(), *typed)));
            shown.broken.extend(known.broken.iter().cloned());
        }
    }
}

/// The calculations of a dashboard's table.
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
                let summary = format!("`{}` is a column of `{}` already", name.text, data.text);
                let fault = Diagnostic::error(code::COLUMN_TWICE, name.span.clone(), summary);
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
            let summary = "the dashboard has too many calculations";
            let fault = Diagnostic::error(code::RANGE, data.span.clone(), summary);
            data.report(fault.help(format!("QuickSight takes {MOST}: compute some in an aggregate")));
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
        text.report(fault.help(format!("write at most {LONGEST} characters")));
        return None;
    }
    Formula::read(text.text).map_err(|fault| report(text, &fault)).ok()
}

fn report(text: &Text<'_>, fault: &Fault) {
    let diagnostic = Diagnostic::error(code::CALCULATION, text.part(&fault.span), fault.summary.clone());
    let help = match fault.help.as_str() {
        "" => "`docs/platform-file.md` says which functions there are, and what they take",
        help => help,
    };
    text.report(diagnostic.help(help));
}

/// The expression with its parameters as `QuickSight` calls them.
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
    /// It is being typed: who meets it then uses itself.
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
    /// Types a calculation, those first that it uses: no deeper than there are calculations.
    fn type_of(&mut self, at: usize) {
        let Some(draft) = self.drafts.get_mut(at).filter(|draft| draft.state == State::New) else { return };
        draft.state = State::Open;
        let used: Vec<(String, std::ops::Range<usize>)> =
            draft.formula.columns().into_iter().map(|(name, span)| (name.to_owned(), span)).collect();
        for (name, span) in &used {
            let Some(inner) = self.drafts.iter().position(|one| one.name.text == name) else { continue };
            if self.drafts[inner].state == State::Open {
                let text = &self.drafts[at].text;
                let summary = format!("`{}` is computed from itself", self.drafts[at].name.text);
                text.report(
                    Diagnostic::error(code::CALCULATION, text.part(span), summary).help("break the circle"),
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
                Ok(typed) => drop(self.known.typed.insert(name, typed)),
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

impl Names for Reading<'_, '_> {
    fn column(&self, name: &str) -> Option<Typed> {
        if let Some(data_type) = self.shown.columns.get(name) {
            return Some(Typed { sort: sort(*data_type)?, aggregated: false });
        }
        self.known.typed.get(name).copied()
    }

    fn parameter(&self, name: &str) -> Option<Sort> {
        self.parameters.sort(name)
    }

    fn meant_parameter(&self, name: &str) -> String {
        self.parameters.meant(name)
    }

    fn meant(&self, name: &str) -> String {
        let columns = self.shown.columns.keys().map(String::as_str);
        did_you_mean(name, columns.chain(self.known.typed.keys().map(String::as_str)))
    }
}

/// What a column is in an expression; nothing where dashboards cannot show it.
fn sort(data_type: Type) -> Option<Sort> {
    Some(match data_type.quicksight()? {
        FieldKind::Text => Sort::Text,
        FieldKind::Integer => Sort::Integer,
        FieldKind::Decimal => Sort::Decimal,
        FieldKind::Date => Sort::Date,
    })
}
