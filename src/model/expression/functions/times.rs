//! Functions of time.

use super::super::catalogue::Parameter::{Integer, Timestamp, Word};
use super::super::catalogue::{Arity, Function, Nulls, Rendering};
use super::super::results::{bigint, integer, timestamp};
use super::function;

/// Functions of time.
pub(in super::super) static TIMES: &[Function] = &[
    function!(
        "date_trunc('unit', timestamp) → timestamp",
        "date_trunc",
        [Word, Timestamp],
        All,
        Any,
        timestamp,
        "the start of the unit that contains the timestamp; weeks start on Monday",
        ["hour", "date_trunc('hour', {1})", "date_trunc('hour', {1})"],
        ["day", "date_trunc('day', {1})", "date_trunc('day', {1})"],
        ["week", "date_trunc('week', {1})", "date_trunc('week', {1})"],
        ["month", "date_trunc('month', {1})", "date_trunc('month', {1})"],
        ["quarter", "date_trunc('quarter', {1})", "date_trunc('quarter', {1})"],
        ["year", "date_trunc('year', {1})", "date_trunc('year', {1})"]
    ),
    function!(
        "extract(unit from timestamp) → integer",
        "extract",
        [Word, Timestamp],
        All,
        Any,
        integer,
        "a part of the timestamp; week as in ISO 8601, dow 0 (Sunday) to 6, isodow 1 (Monday) to 7, whole seconds",
        ["year", "year({1})", "cast(extract(year from {1}) as integer)"],
        ["quarter", "quarter({1})", "cast(extract(quarter from {1}) as integer)"],
        ["month", "month({1})", "cast(extract(month from {1}) as integer)"],
        ["week", "weekofyear({1})", "cast(extract(week from {1}) as integer)"],
        ["day", "day({1})", "cast(extract(day from {1}) as integer)"],
        ["hour", "hour({1})", "cast(extract(hour from {1}) as integer)"],
        ["minute", "minute({1})", "cast(extract(minute from {1}) as integer)"],
        ["second", "second({1})", "cast(floor(extract(second from {1})) as integer)"],
        ["dow", "(dayofweek({1}) - 1)", "cast(extract(dow from {1}) as integer)"],
        ["isodow", "(weekday({1}) + 1)", "((cast(extract(dow from {1}) as integer) + 6) % 7 + 1)"]
    ),
    function!(
        "date_add('unit', n, timestamp) → timestamp",
        "date_add",
        [Word, Integer, Timestamp],
        All,
        Any,
        timestamp,
        "n units later; for months and years, the last day of the month if it is shorter",
        ["second", "timestampadd(second, {1}, {2})", "dateadd(second, {1}, {2})"],
        ["minute", "timestampadd(minute, {1}, {2})", "dateadd(minute, {1}, {2})"],
        ["hour", "timestampadd(hour, {1}, {2})", "dateadd(hour, {1}, {2})"],
        ["day", "timestampadd(day, {1}, {2})", "dateadd(day, {1}, {2})"],
        ["week", "timestampadd(week, {1}, {2})", "dateadd(week, {1}, {2})"],
        ["month", "timestampadd(month, {1}, {2})", "dateadd(month, {1}, {2})"],
        ["year", "timestampadd(year, {1}, {2})", "dateadd(year, {1}, {2})"]
    ),
    function!(
        "date_diff('unit', from, to) → bigint",
        "date_diff",
        [Word, Timestamp, Timestamp],
        All,
        Any,
        bigint,
        "the number of unit boundaries between; negative if `to` is earlier",
        [
            "second",
            "(unix_timestamp(date_trunc('second', {2})) - unix_timestamp(date_trunc('second', {1})))",
            "datediff(second, {1}, {2})"
        ],
        [
            "minute",
            "((unix_timestamp(date_trunc('minute', {2})) - unix_timestamp(date_trunc('minute', {1}))) div 60)",
            "datediff(minute, {1}, {2})"
        ],
        [
            "hour",
            "((unix_timestamp(date_trunc('hour', {2})) - unix_timestamp(date_trunc('hour', {1}))) div 3600)",
            "datediff(hour, {1}, {2})"
        ],
        ["day", "cast(datediff({2}, {1}) as bigint)", "datediff(day, {1}, {2})"],
        [
            "month",
            "cast((year({2}) * 12 + month({2})) - (year({1}) * 12 + month({1})) as bigint)",
            "datediff(month, {1}, {2})"
        ],
        ["year", "cast(year({2}) - year({1}) as bigint)", "datediff(year, {1}, {2})"]
    ),
];
