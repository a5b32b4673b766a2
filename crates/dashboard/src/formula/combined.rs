//! What an expression adds up or averages: [`Combined`] columns, and the columns of which its value is made.

use std::ops::Range;

use super::functions::grouping;
use super::parse::{Formula, Node, Operator, Part};

/// A column whose values a function adds up or averages, over rows or over the groups of a visual.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Combined<'a> {
    /// The function, as written.
    pub function: &'a str,
    /// The column or the calculated field.
    pub column: &'a str,
    /// The range of its bytes in the text.
    pub span: Range<usize>,
}

/// The table calculations that add up or average.
const COMBINING: [&str; 11] = [
    "avgOver",
    "percentOfTotal",
    "periodToDateAvg",
    "periodToDateAvgOverTime",
    "periodToDateSum",
    "periodToDateSumOverTime",
    "runningAvg",
    "runningSum",
    "sumOver",
    "windowAvg",
    "windowSum",
];

impl Formula {
    /// The columns whose values it adds up or averages, each place once, in order. Columns that only decide which rows
    /// count, or by what they are grouped, are not among them.
    #[must_use]
    pub fn combined(&self) -> Vec<Combined<'_>> {
        let mut found: Vec<Combined<'_>> = Vec::new();
        self.root.walk(&mut |node| {
            let Part::Call(function, items) = &node.kind else { return };
            let mut columns = Vec::new();
            each(combining(function, items), &mut columns);
            let columns = columns.into_iter().map(|(column, span)| Combined { function, column, span });
            found.extend(columns);
        });
        found.sort_by_key(|one| one.span.start);
        // A column in an aggregate in a table calculation is reported for one of them.
        found.dedup_by(|one, other| one.span == other.span);
        found
    }

    /// The columns of which its value is made, in order, as for [`Formula::combined`].
    #[must_use]
    pub fn value_columns(&self) -> Vec<&str> {
        let mut found = Vec::new();
        values(&self.root, &mut found);
        found.into_iter().map(|(name, _)| name).collect()
    }
}

/// The arguments whose values a function adds up or averages; none of other functions.
fn combining<'a>(name: &str, items: &'a [Node]) -> &'a [Node] {
    let combines = match grouping(name) {
        Some((function, _)) => matches!(function.name, "sum" | "avg"),
        None => COMBINING.iter().any(|one| one.eq_ignore_ascii_case(name)),
    };
    // A condition, fields to group by and options follow the value.
    items.get(..usize::from(combines)).unwrap_or_default()
}

/// Adds the columns of which the value of a node is made: not those that are only counted, in a condition, or in a list of
/// fields to group by.
fn values<'a>(node: &'a Node, found: &mut Vec<(&'a str, Range<usize>)>) {
    match &node.kind {
        Part::Column(name) => found.push((name, node.span.clone())),
        Part::Minus(inner) => values(inner, found),
        Part::Binary(Operator::Add | Operator::Divide, left, right) => {
            values(left, found);
            values(right, found);
        }
        Part::Call(name, items) if name.eq_ignore_ascii_case("ifelse") => each(results(items, 0), found),
        Part::Call(name, items) if name.eq_ignore_ascii_case("switch") => each(results(items, 1), found),
        Part::Call(name, _) if counts(name) => {}
        Part::Call(name, items) => match grouping(name) {
            Some(_) => each(items.first(), found),
            None => each(items, found),
        },
        Part::Binary(Operator::Or | Operator::And | Operator::Compare, ..)
        | Part::Not(_)
        | Part::List(_)
        | Part::Text(_)
        | Part::Integer { .. }
        | Part::Decimal
        | Part::Null
        | Part::Boolean
        | Part::Word(_)
        | Part::Parameter(_) => {}
    }
}

fn each<'a>(nodes: impl IntoIterator<Item = &'a Node>, found: &mut Vec<(&'a str, Range<usize>)>) {
    for node in nodes {
        values(node, found);
    }
}

/// Whether a function counts or ranks values, in whatever form: its result is not made of them.
fn counts(function: &str) -> bool {
    let name = function.to_ascii_lowercase();
    name.contains("count") || name.contains("rank")
}

/// The results among pairs of a condition and a result, after so many other arguments, and the last one, without a condition.
fn results(items: &[Node], others: usize) -> impl Iterator<Item = &Node> {
    let pairs = items.get(others..).unwrap_or_default();
    let last = pairs.len().checked_sub(1);
    pairs.iter().enumerate().filter(move |(at, _)| at % 2 == 1 || Some(*at) == last).map(|(_, item)| item)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_combined_and_conditions_and_groups_are_not() {
        for (text, expected) in [
            ("sum({a}) / sum({b})", "sum a, sum b"),
            ("SUM(a * 2 - {b})", "SUM a, SUM b"),
            ("avgIf({a}, {b} > 1, [{c}])", "avgIf a"),
            ("sum({a}, [{b}])", "sum a"),
            ("sum(ifelse({a} > 1 AND NOT {b} = 2, {c}, {d} > 1, {e}, {f}))", "sum c, sum e, sum f"),
            ("sum(switch({a}, 'x', {b}, {c}))", "sum b, sum c"),
            ("sum(coalesce({a}, 0)) + count({b}) + max({c})", "sum a"),
            ("sumOver(sum({a}), [{b}])", "sumOver a"),
            ("sumOver({a}, [{b}], PRE_AGG)", "sumOver a"),
            ("runningSum(max({a}), [{b} ASC])", "runningSum a"),
            ("windowAvg(sumIf({a}, {c} = 1), [{b} ASC], 1, 1)", "windowAvg a"),
            ("sum(max({a}, [{b}]))", "sum a"),
            ("runningSum(count({a}) + distinct_countIf({b}, {c} = 1), [{d} ASC])", ""),
            ("rank([max({a}) DESC])", ""),
            ("maxOver(max({a}), [])", ""),
        ] {
            let formula = Formula::read(text).expect(text);
            let found = formula.combined().into_iter().map(|one| format!("{} {}", one.function, one.column));
            assert_eq!(found.collect::<Vec<_>>().join(", "), expected, "{text}");
        }
    }

    #[test]
    fn a_value_is_made_of_columns_that_are_not_only_counted_or_compared() {
        for (text, expected) in [
            ("{a} * 2 + sum({b})", "a, b"),
            ("ifelse({a} > 1, {b}, 0)", "b"),
            ("max({a}, [{b}])", "a"),
            ("sumOver(sum({a}), [{b}])", "a"),
            ("count({a})", ""),
            ("distinctCountOver({a}, [{b}], PRE_AGG) + denseRank([max({a}) DESC])", ""),
        ] {
            assert_eq!(Formula::read(text).expect(text).value_columns().join(", "), expected, "{text}");
        }
    }
}
