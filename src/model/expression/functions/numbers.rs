//! Functions of numbers, and those of any type.

use super::super::catalogue::Parameter::{Common, Count, Double, Exact, Number};
use super::super::catalogue::{Arity, Function, Nulls, Rendering};
use super::super::results::{double, first, integer, longest, rounded, whole};
use super::function;

/// Functions of numbers, and those of any type.
pub(in super::super) static NUMBERS: &[Function] = &[
    function!(
        "abs(number) → the same type",
        "abs",
        [Number],
        All,
        Any,
        first,
        "the distance from zero",
        ["", "abs({0})", "abs({0})"]
    ),
    function!(
        "sign(integer, bigint or decimal) → integer",
        "sign",
        [Exact],
        All,
        Any,
        integer,
        "-1, 0 or 1",
        ["", "cast(sign({0}) as int)", "cast(sign({0}) as integer)"]
    ),
    function!(
        "round(exact number, n) → decimal with n digits",
        "round",
        [Exact, Count(0, 37)],
        LastOptional,
        Any,
        rounded,
        "the nearest with n digits behind the point, halves away from zero",
        ["", "cast({0} as {type})", "cast({0} as {type})"]
    ),
    function!(
        "floor(exact number) → decimal without digits behind the point",
        "floor",
        [Exact],
        All,
        Any,
        whole,
        "the whole number at or below",
        ["", "cast(floor({0}) as {type})", "cast(floor({0}) as {type})"]
    ),
    function!(
        "ceil(exact number) → decimal without digits behind the point",
        "ceil",
        [Exact],
        All,
        Any,
        whole,
        "the whole number at or above",
        ["", "cast(ceil({0}) as {type})", "cast(ceil({0}) as {type})"]
    ),
    function!(
        "power(number, n) → double",
        "power",
        [Double, Count(0, 16)],
        All,
        Any,
        double,
        "the power to a constant whole number from 0 to 16",
        ["", "power({0}, {1})", "power({0}, {1})"]
    ),
    function!(
        "sqrt(number) → double",
        "sqrt",
        [Double],
        All,
        Always,
        double,
        "the root; null below zero",
        ["", "case when {0!} >= 0 then sqrt({0}) end", "case when {0!} >= 0 then sqrt({0}) end"]
    ),
    function!(
        "ln(number) → double",
        "ln",
        [Double],
        All,
        Always,
        double,
        "the natural logarithm; null at and below zero",
        ["", "case when {0!} > 0 then ln({0}) end", "case when {0!} > 0 then ln({0}) end"]
    ),
    function!(
        "exp(number) → double",
        "exp",
        [Double],
        All,
        Always,
        double,
        "the power of e; null outside of -700 to 700",
        [
            "",
            "case when {0!} between -700 and 700 then exp({0}) end",
            "case when {0!} between -700 and 700 then exp({0}) end"
        ]
    ),
    function!(
        "coalesce(a, b, …) → the common type",
        "coalesce",
        [Common, Common],
        LastRepeated,
        All,
        longest,
        "the first that is not null",
        ["", "coalesce({*})", "coalesce({*})"]
    ),
    function!(
        "nullif(a, b) → the common type",
        "nullif",
        [Common, Common],
        All,
        Always,
        first,
        "null where both are equal, else the first",
        ["", "nullif({*})", "nullif({*})"]
    ),
    function!(
        "greatest(a, b, …) → the common type",
        "greatest",
        [Common, Common],
        LastRepeated,
        All,
        longest,
        "the greatest that is not null",
        ["", "greatest({*})", "greatest({*})"]
    ),
    function!(
        "least(a, b, …) → the common type",
        "least",
        [Common, Common],
        LastRepeated,
        All,
        longest,
        "the least that is not null",
        ["", "least({*})", "least({*})"]
    ),
];
