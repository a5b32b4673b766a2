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
        "the absolute value",
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
        "rounded to n digits after the decimal point, halves away from zero",
        ["", "cast({0} as {type})", "cast({0} as {type})"]
    ),
    function!(
        "floor(exact number) → decimal without fractional digits",
        "floor",
        [Exact],
        All,
        Any,
        whole,
        "the largest whole number that is not greater",
        ["", "cast(floor({0}) as {type})", "cast(floor({0}) as {type})"]
    ),
    function!(
        "ceil(exact number) → decimal without fractional digits",
        "ceil",
        [Exact],
        All,
        Any,
        whole,
        "the smallest whole number that is not less",
        ["", "cast(ceil({0}) as {type})", "cast(ceil({0}) as {type})"]
    ),
    function!(
        "power(number, n) → double",
        "power",
        [Double, Count(0, 16)],
        All,
        Any,
        double,
        "the nth power; n is a constant whole number from 0 to 16",
        ["", "power({0}, {1})", "power({0}, {1})"]
    ),
    function!(
        "sqrt(number) → double",
        "sqrt",
        [Double],
        All,
        Always,
        double,
        "the square root; null below zero",
        ["", "case when {0!} >= 0 then sqrt({0}) end", "case when {0!} >= 0 then sqrt({0}) end"]
    ),
    function!(
        "ln(number) → double",
        "ln",
        [Double],
        All,
        Always,
        double,
        "the natural logarithm; null for zero and below",
        ["", "case when {0!} > 0 then ln({0}) end", "case when {0!} > 0 then ln({0}) end"]
    ),
    function!(
        "exp(number) → double",
        "exp",
        [Double],
        All,
        Always,
        double,
        "e to the power of the number; null outside of -700 to 700",
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
        "the first non-null value",
        ["", "coalesce({*})", "coalesce({*})"]
    ),
    function!(
        "nullif(a, b) → the common type",
        "nullif",
        [Common, Common],
        All,
        Always,
        first,
        "null if both are equal, otherwise the first",
        ["", "nullif({*})", "nullif({*})"]
    ),
    function!(
        "greatest(a, b, …) → the common type",
        "greatest",
        [Common, Common],
        LastRepeated,
        All,
        longest,
        "the largest non-null value",
        ["", "greatest({*})", "greatest({*})"]
    ),
    function!(
        "least(a, b, …) → the common type",
        "least",
        [Common, Common],
        LastRepeated,
        All,
        longest,
        "the smallest non-null value",
        ["", "least({*})", "least({*})"]
    ),
];
