//! The functions of expressions: what they take, and what they give.

/// What a parameter of a function takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Take {
    Any,
    Text,
    Number,
    Integer,
    Date,
    /// The same as the first of its kind in the call.
    Same,
}

/// What a function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Give {
    Text,
    Integer,
    Decimal,
    Date,
    Condition,
    /// What its first value is.
    First,
    /// What its `Same` values are.
    Same,
}

/// A function of rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Function {
    pub(super) name: &'static str,
    /// What comes first, in order.
    pub(super) takes: &'static [Take],
    /// How many of them must be there.
    pub(super) least: usize,
    /// What may follow as often as one likes.
    pub(super) more: &'static [Take],
    pub(super) gives: Give,
}

const fn of(name: &'static str, takes: &'static [Take], least: usize, gives: Give) -> Function {
    Function { name, takes, least, more: &[], gives }
}

use Take::{Any, Date, Integer, Number, Same, Text};

/// Functions of the values of one row. `ifelse` and `switch` are read apart.
pub(super) const ROWS: &[Function] = &[
    of("abs", &[Number], 1, Give::First),
    of("addDateTime", &[Integer, Text, Date], 3, Give::Date),
    of("addWorkDays", &[Date, Integer], 2, Give::Date),
    of("between", &[Same, Same, Same], 3, Give::Condition),
    of("ceil", &[Number], 1, Give::Integer),
    Function { name: "coalesce", takes: &[Same, Same], least: 2, more: &[Same], gives: Give::Same },
    Function { name: "concat", takes: &[Text, Text], least: 2, more: &[Text], gives: Give::Text },
    of("contains", &[Text, Text, Any], 2, Give::Condition),
    of("dateDiff", &[Date, Date, Text], 2, Give::Integer),
    of("decimalToInt", &[Number], 1, Give::Integer),
    of("doesNotContain", &[Text, Text, Any], 2, Give::Condition),
    of("doesNotEndWith", &[Text, Text, Any], 2, Give::Condition),
    of("doesNotStartWith", &[Text, Text, Any], 2, Give::Condition),
    of("endsWith", &[Text, Text, Any], 2, Give::Condition),
    of("epochDate", &[Integer], 1, Give::Date),
    of("exp", &[Number], 1, Give::Decimal),
    of("extract", &[Text, Date], 2, Give::Integer),
    of("floor", &[Number], 1, Give::Integer),
    of("formatDate", &[Date, Text], 1, Give::Text),
    Function { name: "in", takes: &[Same, Same], least: 2, more: &[Same], gives: Give::Condition },
    of("intToDecimal", &[Number], 1, Give::Decimal),
    of("isNotNull", &[Any], 1, Give::Condition),
    of("isNull", &[Any], 1, Give::Condition),
    of("isWorkDay", &[Date], 1, Give::Condition),
    of("left", &[Text, Integer], 2, Give::Text),
    of("ln", &[Number], 1, Give::Decimal),
    of("locate", &[Text, Text, Integer], 2, Give::Integer),
    of("log", &[Number], 1, Give::Decimal),
    of("ltrim", &[Text], 1, Give::Text),
    of("mod", &[Number, Number], 2, Give::First),
    of("netWorkDays", &[Date, Date], 2, Give::Integer),
    Function { name: "notIn", takes: &[Same, Same], least: 2, more: &[Same], gives: Give::Condition },
    of("now", &[], 0, Give::Date),
    of("nullIf", &[Same, Same], 2, Give::Same),
    of("parseDate", &[Text, Text], 1, Give::Date),
    of("parseDecimal", &[Text], 1, Give::Decimal),
    of("parseInt", &[Text], 1, Give::Integer),
    of("parseJson", &[Text, Text], 2, Give::Text),
    of("replace", &[Text, Text, Text], 3, Give::Text),
    of("right", &[Text, Integer], 2, Give::Text),
    of("round", &[Number, Integer], 1, Give::Decimal),
    of("rtrim", &[Text], 1, Give::Text),
    of("split", &[Text, Text, Integer], 3, Give::Text),
    of("sqrt", &[Number], 1, Give::Decimal),
    of("startsWith", &[Text, Text, Any], 2, Give::Condition),
    of("strlen", &[Text], 1, Give::Integer),
    of("substring", &[Text, Integer, Integer], 3, Give::Text),
    of("toLower", &[Text], 1, Give::Text),
    of("toString", &[Any], 1, Give::Text),
    of("toUpper", &[Text], 1, Give::Text),
    of("trim", &[Text], 1, Give::Text),
    of("truncDate", &[Text, Date], 2, Give::Date),
];

/// Functions that put rows together. Each may end with a list of fields to group by, and then gives a
/// value to each row; those with a form for rows of a
/// condition have `If` behind their name there, and the condition behind the value.
pub(super) const GROUPS: &[(Function, bool)] = &[
    (of("avg", &[Number], 1, Give::Decimal), true),
    (of("count", &[Any], 1, Give::Integer), true),
    (of("distinct_count", &[Any], 1, Give::Integer), true),
    (of("max", &[Any], 1, Give::First), true),
    (of("median", &[Number], 1, Give::Decimal), true),
    (of("min", &[Any], 1, Give::First), true),
    (of("mode", &[Any], 1, Give::First), false),
    (of("percentile", &[Number, Number], 2, Give::Decimal), false),
    (of("percentileCont", &[Number, Number], 2, Give::Decimal), false),
    (of("percentileDisc", &[Number, Number], 2, Give::Decimal), false),
    (of("stdev", &[Number], 1, Give::Decimal), true),
    (of("stdevp", &[Number], 1, Give::Decimal), true),
    (of("sum", &[Number], 1, Give::First), true),
    (of("var", &[Number], 1, Give::Decimal), true),
    (of("varp", &[Number], 1, Give::Decimal), true),
];

/// Functions over the table that a visual shows: they give numbers, but for the first and the last value, the greatest
/// and the least.
pub(super) const TABLES: &[&str] = &[
    "avgOver",
    "countOver",
    "denseRank",
    "difference",
    "distinctCountOver",
    "firstValue",
    "lag",
    "lastValue",
    "lead",
    "maxOver",
    "minOver",
    "percentDifference",
    "percentOfTotal",
    "percentileContOver",
    "percentileDiscOver",
    "percentileOver",
    "percentileRank",
    "periodOverPeriodDifference",
    "periodOverPeriodLastValue",
    "periodOverPeriodPercentDifference",
    "periodToDateAvg",
    "periodToDateAvgOverTime",
    "periodToDateCount",
    "periodToDateCountOverTime",
    "periodToDateMax",
    "periodToDateMaxOverTime",
    "periodToDateMedian",
    "periodToDateMin",
    "periodToDateMinOverTime",
    "periodToDatePercentile",
    "periodToDatePercentileCont",
    "periodToDateStDev",
    "periodToDateStDevP",
    "periodToDateSum",
    "periodToDateSumOverTime",
    "periodToDateVar",
    "periodToDateVarP",
    "rank",
    "runningAvg",
    "runningCount",
    "runningMax",
    "runningMin",
    "runningSum",
    "stdevOver",
    "stdevpOver",
    "sumOver",
    "varOver",
    "varpOver",
    "windowAvg",
    "windowCount",
    "windowMax",
    "windowMin",
    "windowSum",
];

/// The names of all functions.
pub(super) fn names() -> impl Iterator<Item = String> {
    let groups = GROUPS.iter().flat_map(|(one, has_if)| {
        let form = has_if.then(|| format!("{}If", one.name));
        [Some(one.name.to_owned()), form].into_iter().flatten()
    });
    ROWS.iter()
        .map(|one| one.name.to_owned())
        .chain(groups)
        .chain(TABLES.iter().map(|one| (*one).to_owned()))
        .chain(["ifelse".to_owned(), "switch".to_owned()])
}
