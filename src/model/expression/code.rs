//! The codes of this room: one entry each, never reused.

strataform_diagnostic::codes! {
    pub(super) SYNTAX "GEN0201" Error
        "It is no SQL expression."
        "An expression is what may follow SELECT: columns, constants, operators and functions. It is not a whole statement."
        Expression { bad: "amount +", good: "amount + 1" };
    pub(super) SIZE "GEN0202" Error
        "It is longer than 16,384 bytes, has more than 256 words and signs, or more than 64 levels."
        "Both engines plan such an expression badly, and nobody can read it. Split it into several columns."
        Situation("an expression of 257 words and signs, or of 65 nested parentheses");
    pub(super) FORBIDDEN "GEN0203" Error
        "SQL that no expression of a platform may have: subqueries, windows, comments, parameters."
        "An expression is computed from one row, or from one group, in a job and in a view alike."
        Expression { bad: "(select max(amount) from orders)", good: "amount" };
    pub(super) COLUMN "GEN0204" Error
        "There is no such column."
        "An expression uses the columns of its dataset, and in aggregates `alias.column` of its joins."
        Expression { bad: "amuont > 100", good: "amount > 100" };
    pub(super) FUNCTION "GEN0205" Error
        "The catalogue has no such function or operator."
        "Only functions that are known to mean the same in Spark and in Redshift are taken; docs/expressions.md lists them."
        Expression { bad: "lenght(country)", good: "length(country)" };
    pub(super) ARGUMENTS "GEN0206" Error
        "Too few or too many arguments."
        "The message says how many the function takes."
        Expression { bad: "nullif(amount)", good: "nullif(amount, 0)" };
    pub(super) TYPE "GEN0207" Error
        "A part has a type that cannot stand there."
        "The engines convert differently, so nothing is converted in silence. Cast the value, or compare it with one of its type."
        Expression { bad: "amount > 'large'", good: "amount > 100" };
    pub(super) CONSTANT "GEN0208" Error
        "A constant that cannot stand there, or none where one must."
        "Units, patterns and positions are decided before any row is read. Write a constant of the kind that the note names."
        Expression { bad: "date_trunc(country, ordered_at)", good: "date_trunc('day', ordered_at)" };
    pub(super) AGGREGATE "GEN0209" Error
        "An aggregate function where there is no group, or a column outside of one where there is."
        "Derived columns and expectations are computed row by row; a measure of an aggregate is computed for each group."
        Expression { bad: "sum(amount)", good: "amount" };
    pub(super) CAST "GEN0210" Error
        "A cast on which the engines disagree."
        "Spark and Redshift round, cut or refuse differently. The help names a cast on which they agree."
        Expression { bad: "cast(country as boolean)", good: "country = 'DE'" };
    pub(super) UNSTABLE "GEN0211" Error
        "A result that changes from run to run."
        "A run that is repeated must give the same rows. Use a column, such as the event time."
        Expression { bad: "current_date", good: "cast(ordered_at as date)" };
}
