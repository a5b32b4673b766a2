//! The functions of expressions: their parameters and results.

/// The type of a function's parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Accepts {
    Any,
    Text,
    Number,
    Integer,
    Date,
    /// The same type as the other `Same` arguments of the call.
    Same,
}

/// The type of a function's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Returns {
    Text,
    Integer,
    Decimal,
    Date,
    Condition,
    /// The type of the first argument.
    First,
    /// The type of the `Same` arguments.
    Same,
}

/// A function on the values of a row, or of many.
#[derive(Clone, Copy, Debug)]
pub(super) struct Function {
    pub(super) name: &'static str,
    /// The parameters, in order.
    pub(super) takes: &'static [Accepts],
    /// The number of required parameters.
    pub(super) least: usize,
    /// The parameters that can be repeated at the end.
    pub(super) more: &'static [Accepts],
    pub(super) returns: Returns,
}

const fn of(name: &'static str, takes: &'static [Accepts], least: usize, returns: Returns) -> Function {
    Function { name, takes, least, more: &[], returns }
}

use Accepts::{Any, Date, Integer, Number, Same, Text};

/// Scalar functions. `ifelse` and `switch` are handled separately.
pub(super) const ROWS: &[Function] = &[
    of("abs", &[Number], 1, Returns::First),
    of("addDateTime", &[Integer, Text, Date], 3, Returns::Date),
    of("addWorkDays", &[Date, Integer], 2, Returns::Date),
    of("between", &[Same, Same, Same], 3, Returns::Condition),
    of("ceil", &[Number], 1, Returns::Integer),
    Function { name: "coalesce", takes: &[Same, Same], least: 2, more: &[Same], returns: Returns::Same },
    Function { name: "concat", takes: &[Text, Text], least: 2, more: &[Text], returns: Returns::Text },
    of("contains", &[Text, Text, Any], 2, Returns::Condition),
    of("dateDiff", &[Date, Date, Text], 2, Returns::Integer),
    of("decimalToInt", &[Number], 1, Returns::Integer),
    of("doesNotContain", &[Text, Text, Any], 2, Returns::Condition),
    of("doesNotEndWith", &[Text, Text, Any], 2, Returns::Condition),
    of("doesNotStartWith", &[Text, Text, Any], 2, Returns::Condition),
    of("endsWith", &[Text, Text, Any], 2, Returns::Condition),
    of("epochDate", &[Integer], 1, Returns::Date),
    of("exp", &[Number], 1, Returns::Decimal),
    of("extract", &[Text, Date], 2, Returns::Integer),
    of("floor", &[Number], 1, Returns::Integer),
    of("formatDate", &[Date, Text], 1, Returns::Text),
    Function { name: "in", takes: &[Same, Same], least: 2, more: &[Same], returns: Returns::Condition },
    of("intToDecimal", &[Number], 1, Returns::Decimal),
    of("isNotNull", &[Any], 1, Returns::Condition),
    of("isNull", &[Any], 1, Returns::Condition),
    of("isWorkDay", &[Date], 1, Returns::Condition),
    of("left", &[Text, Integer], 2, Returns::Text),
    of("ln", &[Number], 1, Returns::Decimal),
    of("locate", &[Text, Text, Integer], 2, Returns::Integer),
    of("log", &[Number], 1, Returns::Decimal),
    of("ltrim", &[Text], 1, Returns::Text),
    of("mod", &[Number, Number], 2, Returns::First),
    of("netWorkDays", &[Date, Date], 2, Returns::Integer),
    Function { name: "notIn", takes: &[Same, Same], least: 2, more: &[Same], returns: Returns::Condition },
    of("now", &[], 0, Returns::Date),
    of("nullIf", &[Same, Same], 2, Returns::Same),
    of("parseDate", &[Text, Text], 1, Returns::Date),
    of("parseDecimal", &[Text], 1, Returns::Decimal),
    of("parseInt", &[Text], 1, Returns::Integer),
    of("parseJson", &[Text, Text], 2, Returns::Text),
    of("replace", &[Text, Text, Text], 3, Returns::Text),
    of("right", &[Text, Integer], 2, Returns::Text),
    of("round", &[Number, Integer], 1, Returns::Decimal),
    of("rtrim", &[Text], 1, Returns::Text),
    of("split", &[Text, Text, Integer], 3, Returns::Text),
    of("sqrt", &[Number], 1, Returns::Decimal),
    of("startsWith", &[Text, Text, Any], 2, Returns::Condition),
    of("strlen", &[Text], 1, Returns::Integer),
    of("substring", &[Text, Integer, Integer], 3, Returns::Text),
    of("toLower", &[Text], 1, Returns::Text),
    of("toString", &[Any], 1, Returns::Text),
    of("toUpper", &[Text], 1, Returns::Text),
    of("trim", &[Text], 1, Returns::Text),
    of("truncDate", &[Text, Date], 2, Returns::Date),
];

/// Aggregate functions. Each can end with a list of fields to group by, and then returns a value for each row.
/// Functions with `true` also have a conditional form: its name ends with `If`, and the condition follows
/// the value.
pub(super) const GROUPS: &[(Function, bool)] = &[
    (of("avg", &[Number], 1, Returns::Decimal), true),
    (of("count", &[Any], 1, Returns::Integer), true),
    (of("distinct_count", &[Any], 1, Returns::Integer), true),
    (of("max", &[Any], 1, Returns::First), true),
    (of("median", &[Number], 1, Returns::Decimal), true),
    (of("min", &[Any], 1, Returns::First), true),
    (of("mode", &[Any], 1, Returns::First), false),
    (of("percentile", &[Number, Number], 2, Returns::Decimal), false),
    (of("percentileCont", &[Number, Number], 2, Returns::Decimal), false),
    (of("percentileDisc", &[Number, Number], 2, Returns::Decimal), false),
    (of("stdev", &[Number], 1, Returns::Decimal), true),
    (of("stdevp", &[Number], 1, Returns::Decimal), true),
    (of("sum", &[Number], 1, Returns::First), true),
    (of("var", &[Number], 1, Returns::Decimal), true),
    (of("varp", &[Number], 1, Returns::Decimal), true),
];

/// The form of an aggregate function: plain or conditional.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    If,
}

/// The aggregate function with this name, and its form.
pub(super) fn grouping(name: &str) -> Option<(&'static Function, Form)> {
    let mut functions = GROUPS.iter();
    functions.find_map(|(function, has_if)| {
        if function.name.eq_ignore_ascii_case(name) {
            return Some((function, Form::Plain));
        }
        let stem = name.len().checked_sub(2).and_then(|end| name.get(..end))?;
        let ends = name.get(stem.len()..)?.eq_ignore_ascii_case("if");
        (*has_if && ends && function.name.eq_ignore_ascii_case(stem)).then_some((function, Form::If))
    })
}

/// A table calculation: a function on the values of a window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    /// The type of the first argument: a value, or for ranks a list of sorted values.
    pub(super) takes: Accepts,
    pub(super) returns: Returns,
}

const fn table(name: &'static str, takes: Accepts, returns: Returns) -> Table {
    Table { name, takes, returns }
}

/// Table calculations.
pub(super) const TABLES: &[Table] = &[
    table("avgOver", Number, Returns::Decimal),
    table("countOver", Any, Returns::Integer),
    table("denseRank", Any, Returns::Integer),
    table("difference", Number, Returns::First),
    table("distinctCountOver", Any, Returns::Integer),
    table("firstValue", Any, Returns::First),
    table("lag", Any, Returns::First),
    table("lastValue", Any, Returns::First),
    table("lead", Any, Returns::First),
    table("maxOver", Any, Returns::First),
    table("minOver", Any, Returns::First),
    table("percentDifference", Number, Returns::Decimal),
    table("percentileContOver", Number, Returns::Decimal),
    table("percentileDiscOver", Number, Returns::Decimal),
    table("percentileOver", Number, Returns::Decimal),
    table("percentileRank", Any, Returns::Decimal),
    table("percentOfTotal", Number, Returns::Decimal),
    table("periodOverPeriodDifference", Number, Returns::First),
    table("periodOverPeriodLastValue", Any, Returns::First),
    table("periodOverPeriodPercentDifference", Number, Returns::Decimal),
    table("periodToDateAvg", Number, Returns::Decimal),
    table("periodToDateAvgOverTime", Number, Returns::Decimal),
    table("periodToDateCount", Any, Returns::Integer),
    table("periodToDateCountOverTime", Any, Returns::Integer),
    table("periodToDateMax", Any, Returns::First),
    table("periodToDateMaxOverTime", Any, Returns::First),
    table("periodToDateMedian", Number, Returns::Decimal),
    table("periodToDateMin", Any, Returns::First),
    table("periodToDateMinOverTime", Any, Returns::First),
    table("periodToDatePercentile", Number, Returns::Decimal),
    table("periodToDatePercentileCont", Number, Returns::Decimal),
    table("periodToDateStDev", Number, Returns::Decimal),
    table("periodToDateStDevP", Number, Returns::Decimal),
    table("periodToDateSum", Number, Returns::First),
    table("periodToDateSumOverTime", Number, Returns::First),
    table("periodToDateVar", Number, Returns::Decimal),
    table("periodToDateVarP", Number, Returns::Decimal),
    table("rank", Any, Returns::Integer),
    table("runningAvg", Number, Returns::Decimal),
    table("runningCount", Any, Returns::Integer),
    table("runningMax", Any, Returns::First),
    table("runningMin", Any, Returns::First),
    table("runningSum", Number, Returns::First),
    table("stdevOver", Number, Returns::Decimal),
    table("stdevpOver", Number, Returns::Decimal),
    table("sumOver", Number, Returns::First),
    table("varOver", Number, Returns::Decimal),
    table("varpOver", Number, Returns::Decimal),
    table("windowAvg", Number, Returns::Decimal),
    table("windowCount", Any, Returns::Integer),
    table("windowMax", Any, Returns::First),
    table("windowMin", Any, Returns::First),
    table("windowSum", Number, Returns::First),
];

/// The table calculations that take a calculation level. With `PRE_FILTER` or `PRE_AGG` they are level-aware window
/// functions: their value is one of single rows.
const LEVELED: &[&str] = &[
    "avgOver",
    "countOver",
    "denseRank",
    "distinctCountOver",
    "maxOver",
    "minOver",
    "percentileContOver",
    "percentileDiscOver",
    "percentileOver",
    "percentileRank",
    "rank",
    "stdevOver",
    "stdevpOver",
    "sumOver",
    "varOver",
    "varpOver",
];

impl Table {
    /// Whether its last argument can be a calculation level.
    pub(super) fn takes_level(&self) -> bool {
        LEVELED.contains(&self.name)
    }
}

/// The names of all functions.
pub(super) fn names() -> impl Iterator<Item = String> {
    let groups = GROUPS.iter().flat_map(|(one, has_if)| {
        let form = has_if.then(|| format!("{}If", one.name));
        [Some(one.name.to_owned()), form].into_iter().flatten()
    });
    ROWS.iter()
        .map(|one| one.name.to_owned())
        .chain(groups)
        .chain(TABLES.iter().map(|one| one.name.to_owned()))
        .chain(["ifelse".to_owned(), "switch".to_owned()])
}
