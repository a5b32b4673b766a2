//! Reads `[aggregate.<name>]`: measures over a dataset.

use std::collections::BTreeMap;
use std::ops::Range;

use super::draft::{self, AggregateDraft, DatasetDraft, Groups, Shown};
use super::expression;
use super::table::Table;
use super::value::{Text, Value};
use super::{code, grammar, scalar};
use crate::diagnostic::Diagnostic;
use crate::model::expression::{Place, Scope};
use crate::model::{Aggregate, Dimension, Expression, Identifier, Measure};

/// Reads the aggregate of an entry of `[aggregate]`.
pub(super) fn read<'a>(
    name: &Text<'a>,
    value: &Value<'a>,
    all: &[DatasetDraft<'a>],
) -> Option<AggregateDraft<'a>> {
    let identifier = scalar::identifier(name).or_else(|| scalar::placeholder(name.text))?;
    let mut table = value.table(grammar::AGGREGATE)?;
    table.span = name.span.clone();
    let description = table.get("description").and_then(|value| value.paragraph());
    let from = table.required("from", "from = \"orders\"").and_then(|value| value.text());
    let from = from.and_then(|text| draft::dataset_named(&text, all));
    let mut parts = Parts { from, all, shown: Shown::default(), places: BTreeMap::new() };
    let filter = table
        .get("where")
        .map_or(Filter::Nothing, |value| parts.condition(&value).map_or(Filter::Faulty, Filter::Read));
    let dimensions = parts.named(&table, "group_by", "group_by = { country = \"country\" }", Place::Row);
    let measures = parts.named(&table, "measure", "measure = { orders = \"count(*)\" }", Place::Group);
    let mut shown = std::mem::take(&mut parts.shown);
    shown.groups = dimensions.as_ref().zip(measures.as_ref()).map(|(by, measures)| Groups::of(by, measures));
    let aggregate = parts.aggregate(identifier, description, filter, dimensions, measures);
    Some(AggregateDraft { raw_name: name.text, span: name.span.clone(), aggregate, shown })
}

struct Parts<'d, 'a> {
    from: Option<&'d DatasetDraft<'a>>,
    all: &'d [DatasetDraft<'a>],
    shown: Shown,
    places: BTreeMap<String, Range<usize>>,
}

/// The value of `where`.
enum Filter {
    Nothing,
    Read(Expression),
    Faulty,
}

type Named = Vec<(Identifier, Expression)>;

impl Parts<'_, '_> {
    fn expression(&self, text: &Text<'_>, read: impl Fn(&Scope) -> Option<Expression>) -> Option<Expression> {
        let from = self.from?;
        let words = expression::words(text.text);
        // A faulty column of a dimension is treated like a faulty column of the dataset itself.
        let of_joins = from.dataset.joins.iter().filter(|join| words.contains(&join.alias.as_str()));
        let targets = of_joins.filter_map(|join| self.all.iter().find(|one| join.dimension == one.raw_name));
        if targets.into_iter().any(|target| words.iter().any(|word| target.broken.contains(*word))) {
            return None;
        }
        read(&expression::curated_scope(from, self.all))
    }

    fn condition(&self, value: &Value<'_>) -> Option<Expression> {
        let text = value.text()?;
        let from = self.from?;
        self.expression(&text, |scope| expression::condition(&text, scope, &from.broken))
    }

    /// Reads named expressions; `None` if one of them has faults.
    fn named(&mut self, table: &Table<'_>, key: &'static str, example: &str, place: Place) -> Option<Named> {
        let section = table.required(key, example)?.names()?;
        if section.is_empty() {
            let span = table.key_span(key);
            let fault = Diagnostic::error(code::EMPTY, span, format!("`{key}` is empty"));
            table.reader.report(fault.help(format!("write `{example}`")));
            return None;
        }
        let mut named = Some(Vec::new());
        for (name, value) in section.entries() {
            let one = self.one(&name, &value, place);
            if let Some((name, expression)) = &one {
                self.shown.columns.insert(name.to_string(), expression.data_type());
            } else {
                self.shown.broken.insert(name.text.to_owned());
            }
            named = named.zip(one).map(|(mut named, one)| {
                named.push(one);
                named
            });
        }
        named
    }

    fn one(&mut self, name: &Text<'_>, value: &Value<'_>, place: Place) -> Option<(Identifier, Expression)> {
        let identifier = scalar::identifier(name);
        let text = value.text()?;
        if let Some(first) = self.places.insert(name.text.to_owned(), name.span.clone()) {
            let what = "columns of the aggregate";
            draft::duplicate(name.reader, name.text, name.span.clone(), Some(&first), what);
            return None;
        }
        let from = self.from?;
        let expression =
            self.expression(&text, |scope| expression::read(&text, scope, place, &from.broken))?;
        Some((identifier?, expression))
    }

    fn aggregate(
        &self,
        name: Identifier,
        description: Option<String>,
        filter: Filter,
        dimensions: Option<Named>,
        measures: Option<Named>,
    ) -> Option<Aggregate> {
        let from = self.from?;
        let filter = match filter {
            Filter::Nothing => None,
            Filter::Read(expression) => Some(expression),
            Filter::Faulty => return None,
        };
        let (dimensions, measures) = dimensions.zip(measures)?;
        let used: Vec<_> = dimensions
            .iter()
            .chain(&measures)
            .map(|(_, expression)| expression)
            .chain(&filter)
            .flat_map(Expression::references)
            .filter_map(|reference| reference.alias)
            .collect();
        let aliases = from.dataset.joins.iter().map(|join| &join.alias);
        Some(Aggregate {
            name,
            description,
            from: from.dataset.name.clone(),
            joins: aliases.filter(|alias| used.contains(alias)).cloned().collect(),
            filter,
            dimensions: dimensions
                .into_iter()
                .map(|(name, expression)| Dimension { name, expression })
                .collect(),
            measures: measures.into_iter().map(|(name, expression)| Measure { name, expression }).collect(),
        })
    }
}
