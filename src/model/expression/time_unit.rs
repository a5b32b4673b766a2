//! [`TimeUnit`]: the unit of time to which an expression truncates.

use super::tree::{Node, Typed};
use super::{Expression, Reference};
use crate::model::Type;

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    /// 60 minutes.
    Hour,
    /// A day.
    Day,
    /// A week, from Monday.
    Week,
    /// A month.
    Month,
    /// Three months.
    Quarter,
    /// A year.
    Year,
}

impl TimeUnit {
    /// The unit that `date_trunc` takes by this name.
    fn named(word: &str) -> Option<Self> {
        Some(match word {
            "hour" => TimeUnit::Hour,
            "day" => TimeUnit::Day,
            "week" => TimeUnit::Week,
            "month" => TimeUnit::Month,
            "quarter" => TimeUnit::Quarter,
            "year" => TimeUnit::Year,
            _ => return None,
        })
    }

    /// The most days that it has; 0 if it is shorter than a day.
    fn days(self) -> u64 {
        match self {
            TimeUnit::Hour => 0,
            TimeUnit::Day => 1,
            TimeUnit::Week => 7,
            TimeUnit::Month => 31,
            TimeUnit::Quarter => 92,
            TimeUnit::Year => 366,
        }
    }
}

impl Expression {
    /// The unit of time of which every value of this expression is the start: by `date_trunc`, or a day if it is a
    /// date. `None` for other timestamps and types.
    #[must_use]
    pub fn time_unit(&self) -> Option<TimeUnit> {
        unit(&self.tree)
    }

    /// The column whose values, or the starts of their periods, are the values of this expression, and the most days from
    /// a value of the expression to the column's. `None` if anything else is computed.
    #[must_use]
    pub fn truncated_column(&self) -> Option<(&Reference, u64)> {
        truncated(&self.tree)
    }
}

fn truncated(tree: &Typed) -> Option<(&Reference, u64)> {
    match &tree.node {
        Node::Column(column) => Some((column, 0)),
        Node::Call(function, variant, arguments) if function.name == "date_trunc" => {
            let unit = TimeUnit::named(function.renderings.get(*variant)?.word)?;
            let (column, days) = truncated(arguments.last()?)?;
            Some((column, days + unit.days()))
        }
        Node::Convert(inner) | Node::Cast(inner) => {
            let (column, days) = truncated(inner)?;
            // As a date, a time is the day that it is in; the start of a longer period is a day already.
            let is_day = tree.data_type == Type::Date && inner.data_type == Type::Timestamp && days == 0;
            Some((column, if is_day { TimeUnit::Day.days() } else { days }))
        }
        _ => None,
    }
}

fn unit(tree: &Typed) -> Option<TimeUnit> {
    let truncated = match &tree.node {
        Node::Call(function, variant, _) if function.name == "date_trunc" => {
            function.renderings.get(*variant).and_then(|rendering| TimeUnit::named(rendering.word))
        }
        Node::Convert(inner) | Node::Cast(inner) => unit(inner),
        _ => None,
    };
    match (tree.data_type, truncated) {
        // As a date, an hour is the day that it is in.
        (Type::Date, Some(TimeUnit::Hour) | None) => Some(TimeUnit::Day),
        (Type::Date | Type::Timestamp, truncated) => truncated,
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Identifier;
    use crate::model::expression::{Place, Reference, Scope};

    #[test]
    fn the_tree_tells_the_unit() {
        let column = |name: &str, data_type| {
            (Reference { alias: None, column: Identifier::new(name).expect("a name") }, data_type, true)
        };
        let scope = Scope {
            columns: vec![
                column("at", Type::Timestamp),
                column("month", Type::Date),
                column("week", Type::Integer),
            ],
            dropped: Vec::new(),
        };
        for (text, expected) in [
            ("date_trunc('hour', at)", Some(TimeUnit::Hour)),
            ("date_trunc('MONTH', at)", Some(TimeUnit::Month)),
            ("cast(date_trunc('week', at) as date)", Some(TimeUnit::Week)),
            ("cast(date_trunc('hour', at) as date)", Some(TimeUnit::Day)),
            ("date_trunc('quarter', month)", Some(TimeUnit::Quarter)),
            // Names and texts tell nothing.
            ("month", Some(TimeUnit::Day)),
            ("at", None),
            ("week", None),
            ("coalesce(at, date_trunc('year', at))", None),
        ] {
            let parsed = Expression::parse(text, &scope, Place::Row).expect(text);
            assert_eq!(parsed.time_unit(), expected, "{text}");
        }
    }

    #[test]
    fn the_tree_tells_the_column_and_how_far_its_values_are() {
        let at = Reference { alias: None, column: Identifier::new("at").expect("a name") };
        let of = Reference { alias: Some(Identifier::new("order").expect("a name")), ..at.clone() };
        let column = |reference: &Reference| (reference.clone(), Type::Timestamp, true);
        let scope = Scope { columns: vec![column(&at), column(&of)], dropped: Vec::new() };
        for (text, expected) in [
            ("at", Some((&at, 0))),
            ("date_trunc('hour', at)", Some((&at, 0))),
            ("DATE_TRUNC( 'day', at )", Some((&at, 1))),
            ("cast(at as date)", Some((&at, 1))),
            ("cast(date_trunc('hour', at) as date)", Some((&at, 1))),
            ("cast(date_trunc('month', at) as date)", Some((&at, 31))),
            ("date_trunc('week', date_trunc('month', at))", Some((&at, 38))),
            // The same name in another dataset is another column.
            ("date_trunc('day', order.at)", Some((&of, 1))),
            ("date_add('day', 1, at)", None),
            ("coalesce(at, date_trunc('year', at))", None),
        ] {
            let parsed = Expression::parse(text, &scope, Place::Row).expect(text);
            assert_eq!(parsed.truncated_column(), expected, "{text}");
        }
    }
}
