//! What an expression tells of columns that no data set declares: [`Hint`]s of their types, and words that they contain.
//!
//! In: a [`Formula`]. Out: guesses, for rows that are generated. They are not checks: nothing is reported.

use super::ValueType;
use super::functions::{Accepts, ROWS, Returns, TABLES, grouping};
use super::parse::{Formula, Node, Operator, Part};

/// What one place of an expression tells of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint<'a> {
    /// The column or the calculated field.
    pub column: &'a str,
    /// Its type; unknown if the place accepts any.
    pub sort: ValueType,
    /// A text that it is compared with, or that it contains.
    pub word: Option<&'a str>,
    /// The pattern of the dates in its texts.
    pub pattern: Option<&'a str>,
}

impl<'a> Hint<'a> {
    const fn of(column: &'a str, sort: ValueType) -> Self {
        Self { column, sort, word: None, pattern: None }
    }
}

/// The pattern of dates in texts that name none.
const DAYS: &str = "yyyy-MM-dd";

impl Formula {
    /// The column whose values its values are: another name for it, or its greatest value.
    #[must_use]
    pub fn original(&self) -> Option<&str> {
        let node = match &self.root.kind {
            Part::Call(name, items) => {
                let is = |one: &str| one.eq_ignore_ascii_case(name);
                let of_first = |returns: Returns| returns == Returns::First;
                let table = TABLES.iter().any(|one| is(one.name) && of_first(one.returns));
                let group = grouping(name).is_some_and(|(one, _)| of_first(one.returns));
                items.first().filter(|_| table || group)?
            }
            _ => &self.root,
        };
        match &node.kind {
            Part::Column(name) => Some(name),
            _ => None,
        }
    }

    /// What it tells of each column that it uses, in order.
    #[must_use]
    pub fn hints(&self) -> Vec<Hint<'_>> {
        let mut found = Vec::new();
        self.root.walk(&mut |node| match &node.kind {
            Part::Column(column) => found.push(Hint::of(column, ValueType::Unknown)),
            Part::Minus(inner) => typed(inner, ValueType::Decimal, &mut found),
            Part::Binary(Operator::Add | Operator::Divide, left, right) => {
                typed(left, ValueType::Decimal, &mut found);
                typed(right, ValueType::Decimal, &mut found);
            }
            Part::Binary(Operator::Compare, left, right) => {
                compared(left, right, &mut found);
                compared(right, left, &mut found);
            }
            Part::Call(name, items) => call(name, items, &mut found),
            Part::Binary(Operator::Or | Operator::And, ..)
            | Part::Not(_)
            | Part::List(_)
            | Part::Text(_)
            | Part::Integer { .. }
            | Part::Decimal
            | Part::Null
            | Part::Boolean
            | Part::Word(_)
            | Part::Parameter(_) => {}
        });
        found
    }
}

fn typed<'a>(node: &'a Node, sort: ValueType, found: &mut Vec<Hint<'a>>) {
    if let Part::Column(column) = &node.kind {
        found.push(Hint::of(column, sort));
    }
}

/// A column next to what it is compared with.
fn compared<'a>(node: &'a Node, other: &'a Node, found: &mut Vec<Hint<'a>>) {
    let Part::Column(column) = &node.kind else { return };
    match &other.kind {
        Part::Text(word) => found.push(Hint { word: Some(word), ..Hint::of(column, ValueType::Text) }),
        Part::Integer { .. } | Part::Decimal => {
            found.push(Hint::of(column, ValueType::Decimal));
        }
        Part::Call(name, items) if name.eq_ignore_ascii_case("formatDate") => {
            found.push(Hint { pattern: Some(pattern(items)), ..Hint::of(column, ValueType::Text) });
        }
        Part::Call(name, _) if is_date(name) => found.push(Hint::of(column, ValueType::Date)),
        _ => {}
    }
}

/// The pattern among the arguments of `parseDate` or `formatDate`.
fn pattern(items: &[Node]) -> &str {
    match items.get(1).map(|item| &item.kind) {
        Some(Part::Text(pattern)) => pattern,
        _ => DAYS,
    }
}

fn is_date(function: &str) -> bool {
    let found = ROWS.iter().find(|one| one.name.eq_ignore_ascii_case(function));
    found.is_some_and(|one| one.returns == Returns::Date)
}

fn call<'a>(name: &str, items: &'a [Node], found: &mut Vec<Hint<'a>>) {
    let is = |one: &str| one.eq_ignore_ascii_case(name);
    let cases = ["in", "notIn", "switch", "contains", "startsWith", "endsWith"];
    if cases.into_iter().any(is)
        && let Some((subject, rest)) = items.split_first()
    {
        for (at, item) in rest.iter().enumerate() {
            match &item.kind {
                Part::List(inner) => inner.iter().for_each(|one| compared(subject, one, found)),
                // Cases and results alternate, and a result is the last.
                _ if !is("switch") || (at % 2 == 0 && at + 1 != rest.len()) => compared(subject, item, found),
                _ => {}
            }
        }
    }
    if is("parseDate")
        && let Some(Part::Column(column)) = items.first().map(|item| &item.kind)
    {
        found.push(Hint { pattern: Some(pattern(items)), ..Hint::of(column, ValueType::Text) });
    }
    if let Some(table) = TABLES.iter().find(|one| is(one.name)) {
        if table.takes == Accepts::Number
            && let Some(first) = items.first()
        {
            typed(first, ValueType::Decimal, found);
        }
        return;
    }
    let function = ROWS.iter().find(|one| is(one.name)).or_else(|| grouping(name).map(|(one, _)| one));
    let Some(function) = function else { return };
    for (item, take) in items.iter().zip(function.takes.iter().chain(function.more.iter().cycle())) {
        match take {
            Accepts::Text => typed(item, ValueType::Text, found),
            Accepts::Number => typed(item, ValueType::Decimal, found),
            Accepts::Integer => typed(item, ValueType::Integer, found),
            Accepts::Date => typed(item, ValueType::Date, found),
            Accepts::Any | Accepts::Same => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_name_of_a_column_is_that_column() {
        let of = |text: &str| Formula::read(text).expect(text).original().map(str::to_owned);
        for text in ["{a}", "max({a})", "minOver({a}, [{b}], PRE_FILTER)", "({a})"] {
            assert_eq!(of(text).as_deref(), Some("a"), "{text}");
        }
        for text in ["{a} + 1", "countOver({a}, [])", "toLower({a})", "'a'"] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn places_tell_types_and_words() {
        for (text, expected) in [
            ("sum({a}) / 2", "a Decimal"),
            ("ifelse({a} = 'PT', {b} * 2, 0)", "a Text PT, b Decimal"),
            ("in({a}, ['x', 'y'])", "a Text x, a Text y"),
            ("switch({a}, 'x', 'no', 'y', 'no', 'z')", "a Text x, a Text y"),
            ("contains({a}, 'x', CASE_INSENSITIVE)", "a Text x, a Text"),
            ("dateDiff({a}, now()) > 3 AND {b} < truncDate('MM', {c})", "b Date, a Date, c Date"),
            ("{a} = formatDate({b}, 'MM/dd')", "a Text MM/dd, b Date"),
            ("parseDate({a})", "a Text yyyy-MM-dd, a Text"),
            ("maxOver({a}, [{b}], PRE_AGG)", ""),
            ("sumOver({a}, [{b}], PRE_AGG)", "a Decimal"),
        ] {
            let formula = Formula::read(text).expect(text);
            let mut found: Vec<String> = formula
                .hints()
                .into_iter()
                .filter(|one| one.sort != ValueType::Unknown)
                .map(|one| {
                    format!("{} {:?} {}", one.column, one.sort, one.word.or(one.pattern).unwrap_or_default())
                })
                .map(|text| text.trim_end().to_owned())
                .collect();
            let mut expected: Vec<&str> = expected.split(", ").filter(|one| !one.is_empty()).collect();
            found.sort();
            expected.sort_unstable();
            assert_eq!(found, expected, "{text}");
        }
    }
}
