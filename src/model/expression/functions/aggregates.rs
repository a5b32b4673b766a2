//! Aggregate functions.

use super::super::catalogue::Parameter::{Common, Number};
use super::super::catalogue::{Arity, Function, Nulls, Rendering};
use super::super::results::{bigint, double, first, total};
use super::function;

/// Aggregate functions. `{0}` is the operand for each row, with its `distinct` and its filter.
pub(in super::super) static AGGREGATES: &[Function] = &[
    function!(
        "count(*), count(x), count(distinct x) → bigint",
        "count",
        [Common],
        All,
        Never,
        bigint,
        "the number of rows, or of non-null values",
        ["", "count({0})", "count({0})"]
    ),
    function!(
        "sum(number) → bigint, decimal(38, scale) or double",
        "sum",
        [Number],
        All,
        Always,
        total,
        "the sum of the non-null values; null if there are none",
        ["integer", "sum({0})", "sum({0})"],
        [
            "bigint",
            "cast(sum(cast({0} as decimal(19,0))) as decimal(38,0))",
            "cast(sum(cast({0} as decimal(19,0))) as decimal(38,0))"
        ],
        ["decimal", "cast(sum({0}) as {type})", "cast(sum({0}) as {type})"],
        ["double", "sum({0})", "sum({0})"]
    ),
    function!(
        "avg(number) → double",
        "avg",
        [Number],
        All,
        Always,
        double,
        "the sum divided by the count, as a double",
        [
            "integer",
            "(cast(sum({0}) as double) / nullif(cast(count({0}) as double), 0))",
            "(cast(sum({0}) as double precision) / nullif(cast(count({0}) as double precision), 0))"
        ],
        [
            "bigint",
            "(cast(sum(cast({0} as decimal(19,0))) as double) / nullif(cast(count({0}) as double), 0))",
            "(cast(sum(cast({0} as decimal(19,0))) as double precision) / nullif(cast(count({0}) as double precision), 0))"
        ],
        [
            "decimal",
            "(cast(sum({0}) as double) / nullif(cast(count({0}) as double), 0))",
            "(cast(sum({0}) as double precision) / nullif(cast(count({0}) as double precision), 0))"
        ],
        ["double", "avg({0})", "avg({0})"]
    ),
    function!(
        "min(x) → the same type",
        "min",
        [Common],
        All,
        Always,
        first,
        "the smallest non-null value; not for booleans",
        ["", "min({0})", "min({0})"]
    ),
    function!(
        "max(x) → the same type",
        "max",
        [Common],
        All,
        Always,
        first,
        "the largest non-null value; not for booleans",
        ["", "max({0})", "max({0})"]
    ),
];
