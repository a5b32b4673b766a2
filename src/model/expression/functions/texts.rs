//! Functions of text.

use super::super::catalogue::Parameter::{Constant, Count, Needle, Regex, ReplacedRegex, Replacement, Text};
use super::super::catalogue::{Arity, Function, Nulls, Rendering};
use super::super::results::{
    boolean, first, hex32, hex64, integer, longest_text, middle, padded, part, replaced,
};
use super::function;

macro_rules! small {
    () => {
        "abcdefghijklmnopqrstuvwxyzàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþ"
    };
}
macro_rules! large {
    () => {
        "ABCDEFGHIJKLMNOPQRSTUVWXYZÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞ"
    };
}
const UPPER: &str = concat!("translate({0}, '", small!(), "', '", large!(), "')");
const LOWER: &str = concat!("translate({0}, '", large!(), "', '", small!(), "')");

/// Functions of text.
pub(in super::super) static TEXTS: &[Function] = &[
    function!(
        "upper(text) → text",
        "upper",
        [Text],
        All,
        Any,
        first,
        "a–z and the letters of Latin-1 in upper case; ß and other letters are unchanged",
        ["", UPPER, UPPER]
    ),
    function!(
        "lower(text) → text",
        "lower",
        [Text],
        All,
        Any,
        first,
        "A–Z and the letters of Latin-1 in lower case; other letters are unchanged",
        ["", LOWER, LOWER]
    ),
    function!(
        "trim(text) → text",
        "trim",
        [Text],
        All,
        Any,
        first,
        "without spaces at both ends",
        ["", "trim({0})", "trim({0})"]
    ),
    function!(
        "ltrim(text) → text",
        "ltrim",
        [Text],
        All,
        Any,
        first,
        "without spaces at the start",
        ["", "ltrim({0})", "ltrim({0})"]
    ),
    function!(
        "rtrim(text) → text",
        "rtrim",
        [Text],
        All,
        Any,
        first,
        "without spaces at the end",
        ["", "rtrim({0})", "rtrim({0})"]
    ),
    function!(
        "length(text) → integer",
        "length",
        [Text],
        All,
        Any,
        integer,
        "the number of characters",
        ["", "char_length({0})", "char_length({0})"]
    ),
    function!(
        "substring(text, from, n) → text",
        "substring",
        [Text, Count(1, 16_383), Count(0, 16_383)],
        LastOptional,
        Any,
        middle,
        "n characters, or all, from a constant position; 1 is the first",
        ["", "substring({*})", "substring({*})"]
    ),
    function!(
        "left(text, n) → text",
        "left",
        [Text, Count(0, 16_383)],
        All,
        Any,
        part,
        "the first n characters",
        ["", "left({0}, {1})", "left({0}, {1})"]
    ),
    function!(
        "right(text, n) → text",
        "right",
        [Text, Count(0, 16_383)],
        All,
        Any,
        part,
        "the last n characters",
        ["", "right({0}, {1})", "right({0}, {1})"]
    ),
    function!(
        "strpos(text, 'part') → integer",
        "strpos",
        [Text, Needle],
        All,
        Any,
        integer,
        "the position of the first occurrence, from 1; 0 if there is none; also position('part' in text)",
        ["", "locate({1}, {0})", "strpos({0}, {1})"]
    ),
    function!(
        "starts_with(text, 'part') → boolean",
        "starts_with",
        [Text, Needle],
        All,
        Any,
        boolean,
        "whether it starts with the part",
        ["", "(locate({1}, {0}) = 1)", "(strpos({0}, {1}) = 1)"]
    ),
    function!(
        "replace(text, 'old', 'new') → text",
        "replace",
        [Text, Needle, Constant],
        All,
        Any,
        replaced,
        "with every occurrence replaced",
        ["", "replace({*})", "replace({*})"]
    ),
    function!(
        "split_part(text, 'separator', n) → text",
        "split_part",
        [Text, Needle, Count(1, 16_383)],
        All,
        Any,
        first,
        "the nth part, from 1; empty if there are fewer",
        ["", "split_part({*})", "split_part({*})"]
    ),
    function!(
        "lpad(text, n, 'fill') → text",
        "lpad",
        [Text, Count(1, 16_383), Needle],
        All,
        Any,
        padded,
        "padded at the start, or truncated at the end, to n characters",
        ["", "lpad({*})", "lpad({*})"]
    ),
    function!(
        "rpad(text, n, 'fill') → text",
        "rpad",
        [Text, Count(1, 16_383), Needle],
        All,
        Any,
        padded,
        "padded or truncated at the end to n characters",
        ["", "rpad({*})", "rpad({*})"]
    ),
    function!(
        "regexp_like(text, 'pattern') → boolean",
        "regexp_like",
        [Text, Regex],
        All,
        Any,
        boolean,
        "whether the pattern matches somewhere",
        ["", "regexp_like({0}, {1~})", "({0!} ~ {1~})"]
    ),
    function!(
        "regexp_replace(text, 'pattern', 'new') → text",
        "regexp_replace",
        [Text, ReplacedRegex, Replacement],
        All,
        Any,
        longest_text,
        "with every match replaced",
        ["", "regexp_replace({0}, {1~}, {2})", "regexp_replace({0}, {1~}, {2})"]
    ),
    function!(
        "md5(text) → string(32)",
        "md5",
        [Text],
        All,
        Any,
        hex32,
        "the MD5 of its UTF-8 bytes, in hex",
        ["", "md5({0})", "md5({0})"]
    ),
    function!(
        "sha256(text) → string(64)",
        "sha256",
        [Text],
        All,
        Any,
        hex64,
        "the SHA-256 of its UTF-8 bytes, in hex",
        ["", "sha2({0}, 256)", "sha2({0}, 256)"]
    ),
];
