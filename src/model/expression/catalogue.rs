//! The catalogue: what a function is, and the list of all of them.

use super::functions::{AGGREGATES, NUMBERS, TEXTS, TIMES};
use super::tree::Typed;
use crate::model::Type;

/// A function of the catalogue.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) name: &'static str,
    pub(super) signature: &'static str,
    pub(super) meaning: &'static str,
    pub(super) parameters: &'static [Parameter],
    pub(super) arity: Arity,
    pub(super) gives: fn(&[Typed]) -> Type,
    pub(super) nulls: Nulls,
    /// One, or one for each word that the first argument may be.
    pub(super) renderings: &'static [Rendering],
}

/// Functions are the same where their names are.
impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// How many arguments there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arity {
    /// One for each parameter.
    All,
    /// The last may be left out.
    LastOptional,
    /// The last may stand any number of times.
    LastRepeated,
}

/// What an argument must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parameter {
    /// Any type but a document; all such arguments are taken as one type.
    Common,
    /// A string.
    Text,
    /// Any number.
    Number,
    /// An integer, a bigint or a decimal, taken as a decimal.
    Exact,
    /// Any number, taken as a double.
    Double,
    /// An integer of 32 bits.
    Integer,
    /// A timestamp, or a date taken as one.
    Timestamp,
    /// A constant string that is one of the renderings' words.
    Word,
    /// A constant string with at least one character.
    Needle,
    /// A constant string.
    Constant,
    /// A constant whole number from one to another.
    Count(u32, u32),
    /// A constant regular expression to look for.
    Regex,
    /// A constant regular expression to replace.
    ReplacedRegex,
    /// A constant string without `\` and `$`, which refer to groups.
    Replacement,
}

/// When the result may be nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nulls {
    /// When one of the arguments may.
    Any,
    /// When all of the arguments may.
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

/// A line of the catalogue, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is called.
    pub name: &'static str,
    /// Its parameters and its result.
    pub signature: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// The word that its first argument is; empty where it takes none.
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

/// Whether a function counts a group.
pub(super) fn is_aggregate(function: &Function) -> bool {
    AGGREGATES.contains(function)
}

/// Why a well-known function is left out, and what to write instead.
pub(super) fn left_out(name: &str) -> Option<(&'static str, &'static str)> {
    Some(match name {
        "log" | "log10" | "log2" => ("Spark's log is the natural one, Redshift's the decimal", "write ln(x)"),
        "avg_distinct" | "approx_count_distinct" | "approximate" => {
            ("the engines estimate differently", "write count(distinct x)")
        }
        "initcap" => ("the engines disagree where a word starts", "keep the text as it came"),
        "concat_ws" => ("Redshift has none", "write a || '-' || b with coalesce for what may be null"),
        "substr" | "mid" => ("there is one name for it", "write substring(text, from, count)"),
        "ceiling" => ("there is one name for it", "write ceil(x)"),
        "char_length" | "character_length" | "len" => ("there is one name for it", "write length(text)"),
        "nvl" | "ifnull" | "isnull" => ("there is one name for it", "write coalesce(a, b)"),
        "nvl2" | "if" | "iff" | "decode" => {
            ("not every engine has it", "write case when … then … else … end")
        }
        "locate" | "charindex" | "instr" => {
            ("the engines take the arguments in different orders", "write strpos(text, 'part')")
        }
        "dateadd" | "date_sub" | "adddate" | "timestampadd" | "add_months" => {
            ("there is one name for it", "write date_add('day', n, moment)")
        }
        "datediff" | "timestampdiff" | "months_between" => (
            "Spark counts whole units, Redshift the boundaries between them",
            "write date_diff('day', from, to), which counts boundaries",
        ),
        "year" | "month" | "day" | "hour" | "minute" | "second" | "quarter" | "dayofweek" | "weekday"
        | "date_part" | "datepart" => ("there is one way for it", "write extract(year from moment)"),
        "to_date" | "to_timestamp" | "to_char" | "date_format" | "format" => (
            "the engines' formats differ",
            "declare the column as date or timestamp; format it in the dashboard",
        ),
        "regexp_substr" | "regexp_extract" | "regexp_count" | "regexp_instr" | "rlike" => (
            "the engines number and find groups differently",
            "write regexp_like, regexp_replace or split_part",
        ),
        "json_text" | "get_json_object" | "json_extract_path_text" | "json_parse" => (
            "a document is text in Spark and SUPER in Redshift, which write its parts differently",
            "declare the fields as columns",
        ),
        "median" | "percentile" | "percentile_cont" | "approx_percentile" | "listagg" | "collect_list"
        | "string_agg" | "array_agg" | "first" | "last" | "first_value" | "last_value" => (
            "its result depends on the order of the rows, or on the engine",
            "use count, sum, avg, min or max",
        ),
        "stddev" | "stddev_samp" | "stddev_pop" | "variance" | "var_samp" | "var_pop" => {
            ("the engines round its steps differently", "use sum(x * x), sum(x) and count(x)")
        }
        "row_number" | "rank" | "dense_rank" | "lag" | "lead" | "ntile" => {
            ("an expression sees one row or one group", "compute it in a view of your own")
        }
        _ => return None,
    })
}

/// Whether a function gives something else at each run.
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
