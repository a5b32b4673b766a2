//! The catalog: what a function is, and the list of all of them.

use super::functions::{AGGREGATES, NUMBERS, TEXTS, TIMES};
use super::tree::Typed;
use crate::model::Type;

/// A function of the catalog.
#[derive(Debug)]
pub(crate) struct Function {
    pub(super) name: &'static str,
    pub(super) signature: &'static str,
    pub(super) meaning: &'static str,
    pub(super) parameters: &'static [Parameter],
    pub(super) arity: Arity,
    pub(super) gives: fn(&[Typed]) -> Type,
    pub(super) nulls: Nulls,
    /// One rendering, or one for each word that the first argument may be.
    pub(super) renderings: &'static [Rendering],
}

#[cfg(feature = "preview")]
impl Function {
    /// Its name.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// The word that its first argument is, of the rendering with this index; empty if it takes none.
    pub(crate) fn word(&self, variant: usize) -> &'static str {
        self.renderings.get(variant).map_or("", |rendering| rendering.word)
    }
}

/// Functions are equal if their names are.
impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// How many arguments a function accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arity {
    /// One for each parameter.
    All,
    /// The last is optional.
    LastOptional,
    /// The last may be repeated any number of times.
    LastRepeated,
}

/// What an argument must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parameter {
    /// Any type but JSON; all such arguments are converted to one type.
    Common,
    /// A string.
    Text,
    /// Any number.
    Number,
    /// An integer, a bigint or a decimal; converted to a decimal.
    Exact,
    /// Any number; converted to a double.
    Double,
    /// A 32-bit integer.
    Integer,
    /// A timestamp, or a date, which is converted to one.
    Timestamp,
    /// A constant string that is one of the words of the renderings.
    Word,
    /// A constant string with at least one character.
    Needle,
    /// A constant string.
    Constant,
    /// A constant whole number in a range, both ends included.
    Count(u32, u32),
    /// A constant regular expression to look for.
    Regex,
    /// A constant regular expression to replace.
    ReplacedRegex,
    /// A constant string without `\` and `$`, which refer to groups.
    Replacement,
}

/// When the result may be null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nulls {
    /// When any argument may.
    Any,
    /// When all arguments may.
    All,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// One rendering for each engine. `{0}` is an argument, `{0!}` an argument in parentheses where it needs
/// them, `{*}` all of them with commas, `{0~}` a regular expression, `{type}` the type of the result.
#[derive(Debug)]
pub(super) struct Rendering {
    pub(super) word: &'static str,
    pub(super) spark: &'static str,
    pub(super) redshift: &'static str,
}

/// An entry of the catalog, as the documentation shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name.
    pub name: &'static str,
    /// Its parameters and its result.
    pub signature: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// The word that its first argument is; empty if it takes none.
    pub word: &'static str,
    /// The rendering for Spark.
    pub spark: &'static str,
    /// The rendering for Redshift.
    pub redshift: &'static str,
}

/// Every function with each of its renderings.
pub fn catalogue() -> impl Iterator<Item = Entry> {
    functions().flat_map(|function| {
        function.renderings.iter().map(|rendering| Entry {
            name: function.name,
            signature: function.signature,
            meaning: function.meaning,
            word: rendering.word,
            spark: rendering.spark,
            redshift: rendering.redshift,
        })
    })
}

/// Every function.
pub(super) fn functions() -> impl Iterator<Item = &'static Function> {
    [NUMBERS, TEXTS, TIMES, AGGREGATES].into_iter().flatten()
}

/// The function of a name.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    functions().find(|function| function.name == name)
}

/// Whether a function aggregates a group.
pub(super) fn is_aggregate(function: &Function) -> bool {
    AGGREGATES.contains(function)
}

/// Why a well-known function is left out, and what to write instead.
pub(super) fn skipped(name: &str) -> Option<(&'static str, &'static str)> {
    Some(match name {
        "log" | "log10" | "log2" => ("log is natural in Spark and decimal in Redshift", "write ln(x)"),
        "avg_distinct" | "approx_count_distinct" | "approximate" => {
            ("Spark and Redshift estimate differently", "write count(distinct x)")
        }
        "initcap" => ("Spark and Redshift disagree on where a word starts", "keep the text unchanged"),
        "concat_ws" => ("Redshift does not have it", "write a || '-' || b, with coalesce for nullable parts"),
        "substr" | "mid" => ("each function has one name", "write substring(text, from, count)"),
        "ceiling" => ("each function has one name", "write ceil(x)"),
        "char_length" | "character_length" | "len" => ("each function has one name", "write length(text)"),
        "nvl" | "ifnull" | "isnull" => ("each function has one name", "write coalesce(a, b)"),
        "nvl2" | "if" | "iff" | "decode" => {
            ("Spark and Redshift do not both have it", "write case when … then … else … end")
        }
        "locate" | "charindex" | "instr" => {
            ("Spark and Redshift expect the arguments in different orders", "write strpos(text, 'part')")
        }
        "dateadd" | "date_sub" | "adddate" | "timestampadd" | "add_months" => {
            ("each function has one name", "write date_add('day', n, timestamp)")
        }
        "datediff" | "timestampdiff" | "months_between" => (
            "Spark counts whole units, Redshift counts the boundaries between them",
            "write date_diff('day', from, to), which counts boundaries",
        ),
        "year" | "month" | "day" | "hour" | "minute" | "second" | "quarter" | "dayofweek" | "weekday"
        | "date_part" | "datepart" => ("each function has one form", "write extract(year from timestamp)"),
        "to_date" | "to_timestamp" | "to_char" | "date_format" | "format" => (
            "Spark and Redshift have different formats",
            "declare the column as date or timestamp; format it in the dashboard",
        ),
        "regexp_substr" | "regexp_extract" | "regexp_count" | "regexp_instr" | "rlike" => (
            "Spark and Redshift number and match groups differently",
            "write regexp_like, regexp_replace or split_part",
        ),
        "json_text" | "get_json_object" | "json_extract_path_text" | "json_parse" => (
            "JSON is text in Spark and SUPER in Redshift, which format its parts differently",
            "declare the fields as columns",
        ),
        "median" | "percentile" | "percentile_cont" | "approx_percentile" | "listagg" | "collect_list"
        | "string_agg" | "array_agg" | "first" | "last" | "first_value" | "last_value" => (
            "its result depends on the order of the rows or on the engine",
            "use count, sum, avg, min or max",
        ),
        "stddev" | "stddev_samp" | "stddev_pop" | "variance" | "var_samp" | "var_pop" => {
            ("Spark and Redshift round its steps differently", "use sum(x * x), sum(x) and count(x)")
        }
        "row_number" | "rank" | "dense_rank" | "lag" | "lead" | "ntile" => {
            ("an expression is computed from one row or one group", "compute it in a view of your own")
        }
        _ => return None,
    })
}

/// Whether a function returns a different value in each run.
pub(super) fn is_unstable(name: &str) -> bool {
    matches!(
        name,
        "now"
            | "current_date"
            | "current_timestamp"
            | "current_time"
            | "localtimestamp"
            | "localtime"
            | "getdate"
            | "sysdate"
            | "rand"
            | "random"
            | "uuid"
            | "current_user"
            | "session_user"
            | "user"
            | "unix_timestamp"
            | "timeofday"
            | "curdate"
    )
}
