//! Figures of sample groups: the measures of an aggregate for a number of records.
//!
//! In: an aggregate, and a [`Group`] of its records. Out: a number for each measure. Within a group:
//!
//! - `count(*)` is at least any other count, and a count of distinct values is at most the count with the same
//!   filter.
//! - An ID of finer things has at least as many distinct values as one of coarser things, with the same filter and if
//!   the aggregate is not grouped by either. The words of its name tell which: events, then sessions and orders, then
//!   visitors and customers, then products and pages, then stores and countries.
//! - The shares of `column = 'text'` add up to at most 1 for one column. The first text has about two thirds, each
//!   other one about a third of the one before. A condition and its negation add up to at most 1, too.
//! - `min(x)` ≤ `avg(x)` ≤ `max(x)`, and `sum(x)` is `avg(x)` for each record that has an `x`.
//!
//! Groups are independent of each other, and so are aggregates.

use std::collections::BTreeMap;

use crate::model::expression::{BooleanLiteral, Node, Operator, Polarity, Quantity, Tree};
use crate::model::{Aggregate, Dataset, Platform, Type};
use crate::sample::{self, fingerprint};

/// The kinds of things that IDs identify, finest first: words in their names, distinct values in 100 records, and the
/// maximum number of distinct values.
const KINDS: [(&[&str], i64, i64); 6] = [
    (
        &[
            "event",
            "line",
            "item",
            "message",
            "measurement",
            "reading",
            "record",
            "request",
            "transaction",
            "view",
        ],
        100,
        i64::MAX,
    ),
    (&["session", "visit", "cart", "basket", "order", "invoice", "payment", "trip"], 25, i64::MAX),
    (&["visitor", "user", "customer", "account", "client", "member", "subscriber"], 18, i64::MAX),
    (&[], 12, i64::MAX),
    (&["product", "article", "sku", "page", "path", "url", "device", "machine", "campaign"], 8, 400),
    (
        &[
            "store", "shop", "site", "city", "region", "country", "category", "brand", "model", "channel",
            "segment", "currency", "language", "status", "type", "sensor",
        ],
        2,
        40,
    ),
];
/// The kind of an ID without any of these words.
const UNKNOWN: usize = 3;
/// Words in the name of a boolean column that is true for most records.
const USUAL: [&str; 6] = ["good", "valid", "ok", "active", "known", "successful"];
/// The tolerance for a product that is a whole number but for rounding.
const EXACT: f64 = 1e-6;
/// How many derived columns, each based on the next, are followed.
const DEEPEST: usize = 8;

/// A group of records.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// How many records it has.
    pub(super) records: i64,
    /// Distinguishes it from other groups: the same seed gives the same figures.
    pub(super) seed: u64,
    /// The ratio of its numbers to those of an average group.
    pub(super) level: f64,
    /// The texts of columns that are the same in all its records.
    pub(super) known: BTreeMap<String, String>,
}

/// What the platform tells about the dataset of an aggregate.
#[derive(Debug)]
pub(super) struct Figures<'a> {
    platform: &'a Platform,
    dataset: Option<&'a Dataset>,
    texts: BTreeMap<String, Vec<String>>,
    derived: BTreeMap<&'a str, &'a Tree>,
    /// Columns that have a value only where a condition does not hold, by an expectation such as
    /// `event_type <> 'purchase' or amount is not null`.
    absent: Vec<(String, &'a Tree)>,
    /// The finest kind of an id that groups are by.
    by: Option<usize>,
    /// Columns that groups are by.
    columns: Vec<String>,
}

impl<'a> Figures<'a> {
    pub(super) fn of(platform: &'a Platform, aggregate: &'a Aggregate) -> Self {
        let dataset = platform.dataset(aggregate.from.as_str());
        let derived = dataset.into_iter().flat_map(|dataset| &dataset.derived);
        let derived = derived.map(|one| (one.name.as_str(), one.expression.tree()));
        let expected = dataset.into_iter().flat_map(|dataset| &dataset.expectations);
        let absent = expected.filter_map(|one| match &one.expression.tree().node {
            Node::Binary(Operator::Or, condition, right) => match &right.node {
                Node::IsNull(Polarity::Negated, column) => Some((name(column)?, &**condition)),
                _ => None,
            },
            _ => None,
        });
        let columns: Vec<String> =
            aggregate.dimensions.iter().filter_map(|one| name(one.expression.tree())).collect();
        let ids = columns.iter().filter(|name| name.ends_with("_id"));
        Self {
            platform,
            dataset,
            texts: dataset.map(|dataset| texts(platform, dataset)).unwrap_or_default(),
            derived: derived.collect(),
            absent: absent.collect(),
            by: ids.map(|name| kind(name)).min(),
            columns,
        }
    }

    /// The texts of a column, the most frequent first; none if no expression names any.
    pub(super) fn texts(&self, column: &str) -> Option<&[String]> {
        self.texts.get(column).map(Vec::as_slice)
    }

    /// The texts that an expression can have, as far as the platform names them.
    pub(super) fn names(&self, tree: &Tree) -> Option<Vec<String>> {
        if let Node::Case(branches, otherwise) = &self.resolved(tree).unconverted().node {
            let results = branches.iter().map(|(_, result)| result).chain(otherwise.as_deref());
            let mut found: Vec<String> = Vec::new();
            for result in results.filter_map(text) {
                if !found.iter().any(|one| one == result) {
                    found.push(result.to_owned());
                }
            }
            return (!found.is_empty()).then_some(found);
        }
        name(tree).and_then(|column| self.texts(&column).map(<[String]>::to_vec))
    }

    /// The expression of the derived column that an expression is; otherwise, the expression itself.
    pub(super) fn resolved<'b>(&self, tree: &'b Tree) -> &'b Tree
    where
        'a: 'b,
    {
        let derived = own_column(tree).and_then(|column| self.derived.get(column));
        derived.copied().unwrap_or(tree)
    }

    /// The number of a measure in a group; `None` where it is not made of aggregate functions and arithmetic.
    pub(super) fn value(&self, group: &Group, tree: &Tree) -> Option<f64> {
        match &tree.node {
            Node::Convert(inner) | Node::Cast(inner) => self.value(group, inner),
            Node::Number(digits) => digits.parse().ok(),
            Node::Negate(inner) => self.value(group, inner).map(|value| -value),
            Node::Binary(operator, left, right) => {
                let (left, right) = (self.value(group, left)?, self.value(group, right)?);
                match operator {
                    Operator::Add => Some(left + right),
                    Operator::Subtract => Some(left - right),
                    Operator::Multiply => Some(left * right),
                    Operator::Divide => Some(if right.abs() < 1e-9 { 0.0 } else { left / right }),
                    _ => None,
                }
            }
            Node::Aggregate(function, quantity, argument, filter) => {
                self.aggregated(group, (function.name(), *quantity), argument.as_deref(), filter.as_deref())
            }
            // `coalesce`, `nullif`, `round`: about what their first argument is.
            Node::Call(_, _, arguments) => self.value(group, arguments.first()?),
            _ => None,
        }
    }

    fn aggregated(
        &self,
        group: &Group,
        (function, quantity): (&str, Quantity),
        argument: Option<&Tree>,
        filter: Option<&Tree>,
    ) -> Option<f64> {
        let filtered = filter.map_or(group.records, |filter| self.matching(group, group.records, filter));
        match (function, quantity) {
            ("count", Quantity::Distinct) => Some(float(self.distinct(group, argument?).min(filtered))),
            ("count", Quantity::All) => Some(float(filtered)),
            ("sum", _) => Some(self.sum(group, argument?, filtered)),
            ("avg", _) => Some(self.span(group, argument?)[1]),
            ("min", _) => Some(self.span(group, argument?)[0]),
            ("max", _) => Some(self.span(group, argument?)[2]),
            _ => None,
        }
    }

    /// The records of so many for which a condition holds.
    fn matching(&self, group: &Group, records: i64, condition: &Tree) -> i64 {
        // Rounded down, so that the parts are never more than the whole.
        whole((float(records) * self.share(group, condition, 0) + EXACT).floor())
    }

    fn sum(&self, group: &Group, argument: &Tree, records: i64) -> f64 {
        if let Node::Case(branches, _) = &argument.unconverted().node {
            // One condition after another: the rest is nothing, which is what people write there.
            let parts = branches.iter().map(|(condition, result)| {
                let matching = self.matching(group, records, condition);
                self.sum(group, result, matching)
            });
            return parts.sum();
        }
        let column = name(argument);
        let absent = self.absent.iter().find(|(name, _)| Some(name) == column.as_ref());
        let records = match absent {
            Some((_, condition)) => {
                let present = 1.0 - self.share(group, condition, 0);
                whole((float(records) * present + EXACT).floor())
            }
            None => records,
        };
        float(records) * self.span(group, argument)[1]
    }

    /// How many distinct values there are.
    fn distinct(&self, group: &Group, argument: &Tree) -> i64 {
        let name = name(argument).unwrap_or_default();
        let kind = kind(&name);
        if self.columns.contains(&name) || self.by.is_some_and(|by| by < kind) {
            return group.records.min(1);
        }
        let (_, hundredths, most) = KINDS[kind];
        // Rounded up: where there are records, there is a value.
        (group.records * hundredths + 99).div_euclid(100).min(most)
    }

    /// The least, the mean and the greatest value.
    fn span(&self, group: &Group, argument: &Tree) -> [f64; 3] {
        if let Node::Number(digits) = &argument.unconverted().node {
            return [digits.parse().unwrap_or(1.0); 3];
        }
        let text = argument.words();
        let is_whole = own_column(argument).is_some()
            && matches!(argument.unconverted().data_type, Type::Integer | Type::Bigint);
        let chance = mixed(group.seed, &text);
        if is_whole {
            let top = self.places(argument).unwrap_or(5).max(1);
            // The more records there are, the more of its values they have.
            let more = if group.records >= 100 { top } else { u64::from(chance.trailing_ones()) + 1 };
            let most = small(more.min(top));
            let mean = (1.0 + 0.25 * (small(top) - 1.0)).min(most);
            return [1.0, mean, most];
        }
        let level = (12.0 + small(fingerprint(&text) % 40)) * group.level * (0.94 + 0.12 * part(chance));
        [level * (0.45 + 0.2 * part(chance >> 20)), level, level * (1.5 + 0.4 * part(chance >> 40))]
    }

    /// How many texts a derived number stands for, such as a step of an event's type.
    fn places(&self, argument: &Tree) -> Option<u64> {
        let column = name(argument)?;
        let derived = self.dataset?.derived.iter().find(|one| one.name.as_str() == column)?;
        let count = derived.expression.compared().len();
        (count > 1).then(|| u64::try_from(count).unwrap_or(u64::MAX))
    }

    /// The share of the records for which a condition holds, 0 to 1.
    fn share(&self, group: &Group, condition: &Tree, depth: usize) -> f64 {
        let of = |condition: &Tree| self.share(group, condition, depth);
        let negated = |polarity: Polarity, share: f64| match polarity {
            Polarity::Plain => share,
            Polarity::Negated => 1.0 - share,
        };
        match &condition.node {
            Node::Convert(inner) => of(inner),
            Node::Boolean(holds) => f64::from(u8::from(*holds)),
            Node::IsBoolean(polarity, literal, inner) => {
                let share = of(inner);
                negated(
                    *polarity,
                    match literal {
                        BooleanLiteral::True => share,
                        BooleanLiteral::False => 1.0 - share,
                    },
                )
            }
            Node::Not(inner) => 1.0 - of(inner),
            Node::IsNull(polarity, inner) => {
                negated(*polarity, rounded(group, 0.05, &format!("{} IS NULL", inner.words())))
            }
            Node::Binary(Operator::And, left, right) => of(left) * of(right),
            Node::Binary(Operator::Or, left, right) => (of(left) + of(right)).min(1.0),
            Node::Binary(Operator::Equal, left, right) => self.equal(group, left, right),
            Node::Binary(Operator::Unequal, left, right) => 1.0 - self.equal(group, left, right),
            // A comparison that goes with another condition, such as `amount > 0`, is mostly true.
            Node::Binary(Operator::Greater | Operator::GreaterOrEqual, _, right) if is_zero(right) => 1.0,
            Node::In(polarity, column, list) => {
                let known = list.iter().filter_map(text).map(|text| self.literal(group, column, text));
                negated(*polarity, known.sum::<f64>().min(1.0))
            }
            Node::Column(_) => match own_column(condition) {
                Some(column) => self.flag(group, column, depth),
                None => Self::unknown(group, &condition.words()),
            },
            _ => Self::unknown(group, &condition.words()),
        }
    }

    /// The share of the records for which a boolean column is true.
    fn flag(&self, group: &Group, column: &str, depth: usize) -> f64 {
        if column.split('_').any(|word| USUAL.contains(&word)) {
            return rounded(group, 0.96 + 0.03 * chance(group, column), column);
        }
        match self.derived.get(column).filter(|_| depth < DEEPEST) {
            Some(derived) => self.share(group, derived, depth + 1),
            None => Self::unknown(group, column),
        }
    }

    /// The share of the records for which two expressions are equal.
    fn equal(&self, group: &Group, left: &Tree, right: &Tree) -> f64 {
        match (text(left), text(right)) {
            (None, Some(text)) => self.literal(group, left, text),
            (Some(text), None) => self.literal(group, right, text),
            (None, None) | (Some(_), Some(_)) => {
                Self::unknown(group, &format!("{} = {}", left.words(), right.words()))
            }
        }
    }

    /// The share of the records whose column is a text.
    fn literal(&self, group: &Group, column: &Tree, text: &str) -> f64 {
        let Some(name) = name(column) else { return Self::unknown(group, &column.words()) };
        if let Some(known) = group.known.get(&name) {
            return if known == text { 1.0 } else { 0.0 };
        }
        let alias = match &column.unconverted().node {
            Node::Column(reference) => reference.alias.as_ref(),
            _ => None,
        };
        let place = match alias.and_then(|alias| self.joined(alias.as_str())) {
            Some(dataset) => texts(self.platform, dataset).get(&name).and_then(|all| position(all, text)),
            None => self.texts.get(&name).and_then(|all| position(all, text)),
        };
        let Some(place) = place else { return 0.0 };
        // Two thirds, then a third of the one before, and a little less of each: never more than all together.
        let (mut before, mut whole) = (0.0, 2.0 / 3.0);
        for place in 0..place {
            before += whole * chance(group, &format!("{name} {place}"));
            whole /= 3.0;
        }
        let own = whole * chance(group, &format!("{name} {place}"));
        // Of the records in the order of their texts, the parts are between two bounds, which meet those of the next.
        let bound = |share: f64| (float(group.records) * share + offset(group, &name)).floor();
        (bound(before + own) - bound(before)) / float(group.records.max(1))
    }

    fn joined(&self, alias: &str) -> Option<&'a Dataset> {
        let join = self.dataset?.joins.iter().find(|join| join.alias.as_str() == alias)?;
        self.platform.dataset(join.dimension.as_str())
    }

    /// The share of a condition of which nothing is known: small, as what people count apart is rare.
    fn unknown(group: &Group, condition: &str) -> f64 {
        let share = 0.02 + small(fingerprint(condition) % 10) / 100.0;
        rounded(group, share * chance(group, condition), condition)
    }
}

/// A number from 0.75 to 1 that a group and a text decide.
fn chance(group: &Group, text: &str) -> f64 {
    0.75 + 0.25 * part(mixed(group.seed, text))
}

/// A number from 0 to below 1 that a group and a text decide.
fn offset(group: &Group, text: &str) -> f64 {
    part(mixed(group.seed, text) >> 20)
}

/// A share as a whole number of records: where that is less than one, some groups have one and others none.
fn rounded(group: &Group, share: f64, text: &str) -> f64 {
    (float(group.records) * share + offset(group, text)).floor() / float(group.records.max(1))
}

/// The texts of each column, the most frequent first: those of the expression that names the most of them, which is the
/// one that lists them in their order, and then the rest.
fn texts(platform: &Platform, dataset: &Dataset) -> BTreeMap<String, Vec<String>> {
    let own = dataset.derived.iter().map(|one| &one.expression);
    let all = own.chain(dataset.expectations.iter().map(|one| &one.expression));
    let lists: Vec<Vec<(String, String)>> = all
        .map(|one| {
            let own = one.compared().into_iter().filter(|(column, _)| column.alias.is_none());
            own.map(|(column, text)| (column.column.to_string(), text)).collect()
        })
        .collect();
    let mut found = BTreeMap::new();
    for (column, known) in sample::texts(platform, dataset) {
        let of = |list: &Vec<(String, String)>| -> Vec<String> {
            let own = list.iter().filter(|(one, text)| *column == one.as_str() && known.contains(text));
            own.map(|(_, text)| text.clone()).collect()
        };
        let mut ordered: Vec<String> = Vec::new();
        let longest = lists.iter().map(of).rev().max_by_key(Vec::len).unwrap_or_default();
        for text in longest.into_iter().chain(known.iter().cloned()) {
            if !ordered.contains(&text) {
                ordered.push(text);
            }
        }
        found.insert(column.to_string(), ordered);
    }
    found
}

fn position(texts: &[String], text: &str) -> Option<usize> {
    texts.iter().position(|one| one == text)
}

/// The kind of a thing by the words of an id's name; the last word that is known tells.
fn kind(name: &str) -> usize {
    let words = name.split('_').rev();
    let mut known = words.filter_map(|word| {
        KINDS.iter().position(|(words, ..)| {
            words.iter().any(|one| *one == word || word.strip_suffix('s') == Some(*one))
        })
    });
    known.next().unwrap_or(UNKNOWN)
}

/// The first column of an expression.
pub(super) fn name(tree: &Tree) -> Option<String> {
    match &tree.node {
        Node::Column(reference) => Some(reference.column.to_string()),
        Node::Convert(inner) | Node::Cast(inner) => name(inner),
        Node::Binary(_, left, right) => name(left).or_else(|| name(right)),
        Node::Call(_, _, arguments) => arguments.iter().find_map(name),
        Node::Aggregate(_, _, argument, _) => argument.as_deref().and_then(name),
        _ => None,
    }
}

/// Whether a measure takes the greatest value of something.
pub(super) fn has_max(tree: &Tree) -> bool {
    match &tree.node {
        Node::Aggregate(function, ..) => function.name() == "max",
        _ => tree.parts().into_iter().any(has_max),
    }
}

/// The column of the dataset itself that an expression is.
pub(super) fn own_column(tree: &Tree) -> Option<&str> {
    match &tree.unconverted().node {
        Node::Column(reference) if reference.alias.is_none() => Some(reference.column.as_str()),
        _ => None,
    }
}

/// The text that an expression is.
fn text(tree: &Tree) -> Option<&str> {
    match &tree.unconverted().node {
        Node::Text(text) => Some(text),
        _ => None,
    }
}

fn is_zero(tree: &Tree) -> bool {
    matches!(&tree.unconverted().node, Node::Number(digits) if digits == "0")
}

/// A number that a group and a text decide.
fn mixed(seed: u64, text: &str) -> u64 {
    strataform_rows::Random::new(seed ^ fingerprint(text)).bits()
}

/// A number from 0 to 1 from the low bits of another one.
fn part(bits: u64) -> f64 {
    small(bits % 1_000) / 1_000.0
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn small(number: u64) -> f64 {
    number as f64
}

#[expect(clippy::cast_precision_loss, reason = "counts of made-up records are small")]
fn float(count: i64) -> f64 {
    count as f64
}

#[expect(clippy::cast_possible_truncation, reason = "counts of made-up records are small")]
fn whole(number: f64) -> i64 {
    number as i64
}
