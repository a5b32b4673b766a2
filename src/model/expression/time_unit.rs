//! [`TimeUnit`]: the unit of time to which an expression truncates.

use super::Expression;
use super::tree::{Node, Typed};
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
}

impl Expression {
    /// The unit of time of which every value of this expression is the start: by `date_trunc`, or a day if it is a
    /// date. `None` for other timestamps and types.
    #[must_use]
    pub fn time_unit(&self) -> Option<TimeUnit> {
        unit(&self.tree)
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
}
