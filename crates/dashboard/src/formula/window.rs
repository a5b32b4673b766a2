//! Table calculations, and the level-aware window functions that they become with a calculation level.
//!
//! In: a call of a table calculation. Out: its type, and whether it is a value of single rows. QuickSight's reference
//! says of each of these functions that its value must not be an aggregate if the level is `PRE_FILTER` or `PRE_AGG`.
//! It does not check the fields by which a window is partitioned or sorted.

use super::functions::{Accepts, Returns, Table};
use super::parse::{Node, Part};
use super::types::{Reading, UNKNOWN};
use super::{Typed, ValueType};

/// When a table calculation is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    /// Before the filters, `PRE_FILTER`, or before the aggregates, `PRE_AGG`: from single rows.
    Rows,
    /// After the aggregates: `POST_AGG_FILTER`, the default.
    Groups,
}

impl Level {
    fn of(table: &Table, items: &[Node]) -> Self {
        match items.last().map(|last| &last.kind) {
            Some(Part::Word(word))
                if matches!(word.as_str(), "pre_filter" | "pre_agg") && table.takes_level() =>
            {
                Self::Rows
            }
            _ => Self::Groups,
        }
    }
}

impl Reading<'_> {
    /// Checks the arguments of a table calculation, and infers its result.
    pub(super) fn window(&mut self, table: &Table, items: &[Node]) -> Typed {
        let level = Level::of(table, items);
        let mut first = UNKNOWN;
        for (at, item) in items.iter().enumerate() {
            let typed = self.value(item);
            if at == 0 {
                first = typed;
                self.operand(table, level, item, typed);
            }
        }
        let sort = match table.returns {
            Returns::Text => ValueType::Text,
            Returns::Integer => ValueType::Integer,
            Returns::Decimal => ValueType::Decimal,
            Returns::Date => ValueType::Date,
            Returns::Condition => ValueType::Boolean,
            Returns::First | Returns::Same => first.sort,
        };
        Typed { sort, aggregated: level == Level::Groups }
    }

    fn operand(&mut self, table: &Table, level: Level, item: &Node, typed: Typed) {
        if table.takes == Accepts::Number && !typed.sort.is_number() {
            self.fault(item, format!("`{}` expects a number, found {}", table.name, typed.sort.text()));
        }
        if level == Level::Rows && typed.aggregated {
            let summary = format!(
                "`{}` before the aggregates expects a value of single rows, found an aggregate",
                table.name
            );
            self.fault(item, summary);
        }
    }
}
