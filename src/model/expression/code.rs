//! The codes of expressions; a code is never reused.

strataform_diagnostic::codes! {
    pub(super) SYNTAX "GEN0201" Error
        "The text is not a SQL expression."
        "An expression has columns, constants, operators and functions, as in a SELECT list. It is not a whole statement."
        Expression { bad: "amount +", good: "amount + 1" };
    pub(super) SIZE "GEN0202" Error
        "The expression is longer than 16,384 bytes, has more than 256 words and signs, or more than 64 levels."
        "Both engines plan such an expression poorly. Split it into several columns."
        Situation("an expression of 257 words and signs, or of 65 nested parentheses");
    pub(super) FORBIDDEN "GEN0203" Error
        "SQL that is not allowed in an expression: subqueries, window functions, comments, parameters."
        "An expression is computed from one row, or from one group, in jobs and views alike."
        Expression { bad: "(select max(amount) from orders)", good: "amount" };
    pub(super) COLUMN "GEN0204" Error
        "Unknown column."
        "An expression can use the columns of its dataset and, in aggregates, `alias.column` of its joins."
        Expression { bad: "amuont > 100", good: "amount > 100" };
    pub(super) FUNCTION "GEN0205" Error
        "Unknown function or operator."
        "Only functions that mean the same in Spark and in Redshift are supported; docs/expressions.md lists them."
        Expression { bad: "lenght(country)", good: "length(country)" };
    pub(super) ARGUMENTS "GEN0206" Error
        "Too few or too many arguments."
        "The message shows how many the function expects."
        Expression { bad: "nullif(amount)", good: "nullif(amount, 0)" };
    pub(super) TYPE "GEN0207" Error
        "A value has a type that is not allowed there."
        "Spark and Redshift convert types differently, so there are no implicit conversions. Cast the value, or compare it with one of its type."
        Expression { bad: "amount > 'large'", good: "amount > 100" };
    pub(super) CONSTANT "GEN0208" Error
        "An invalid constant, or a missing one."
        "Units, patterns and positions must be known before any row is read. Write a constant of the kind that the message names."
        Expression { bad: "date_trunc(country, ordered_at)", good: "date_trunc('day', ordered_at)" };
    pub(super) AGGREGATE "GEN0209" Error
        "An aggregate function outside of a measure, or a column of a measure outside of an aggregate function."
        "Derived columns and expectations are computed row by row; a measure of an aggregate is computed for each group."
        Expression { bad: "sum(amount)", good: "amount" };
    pub(super) CAST "GEN0210" Error
        "A cast on which the engines disagree."
        "Spark and Redshift round, truncate or fail differently. The help names an alternative on which they agree."
        Expression { bad: "cast(country as boolean)", good: "country = 'DE'" };
    pub(super) UNSTABLE "GEN0211" Error
        "A result that changes from run to run."
        "Repeating a run must produce the same rows. Use a column, such as the event time."
        Expression { bad: "current_date", good: "cast(ordered_at as date)" };
}
