//! Refusals with an explanation: SQL that is not allowed in an expression, and functions that are not in the catalog.

use std::ops::Range;

use sqlparser::ast::Expr;
use strataform_diagnostic::suggestion;

use super::catalogue;
use super::check::Checker;
use super::fault::{FORBIDDEN, FUNCTION, UNSTABLE};
use super::tree::Typed;

impl Checker<'_> {
    /// SQL that is not allowed in an expression.
    pub(super) fn forbidden(&mut self, expr: &Expr) -> Option<Typed> {
        let (what, help) = match expr {
            Expr::Subquery(_) | Expr::InSubquery { .. } | Expr::Exists { .. } => {
                ("a subquery", "join the dataset, and use `alias.column`")
            }
            Expr::Wildcard(_) | Expr::QualifiedWildcard(..) => ("`*`", "name a column; count(*) counts rows"),
            Expr::Interval(_) => ("an interval", "write date_add('day', n, timestamp)"),
            Expr::ILike { .. } => ("`ilike`", "write lower(text) like 'pattern'"),
            Expr::RLike { .. } | Expr::SimilarTo { .. } => {
                ("this match", "write regexp_like(text, 'pattern')")
            }
            Expr::Cast { .. } | Expr::Convert { .. } => ("this cast", "write cast(value as type)"),
            Expr::AtTimeZone { .. } => ("a time zone", "timestamps are UTC; convert them in the dashboard"),
            Expr::IsDistinctFrom(..) | Expr::IsNotDistinctFrom(..) => {
                ("`is distinct from`", "write a = b or (a is null and b is null)")
            }
            Expr::Trim { .. } => ("this trim", "write trim(text), ltrim(text) or rtrim(text)"),
            Expr::Floor { .. } | Expr::Ceil { .. } => {
                ("this rounding", "write round(x, n) or date_trunc('day', timestamp)")
            }
            _ => ("this syntax", "docs/expressions.md lists what is supported"),
        };
        let summary = format!("{what} is not supported in an expression");
        self.refuse(FORBIDDEN, &self.span(expr), summary, "Spark and Redshift do not run it alike", help)
    }

    /// A function that is not in the catalog.
    pub(super) fn unknown(&mut self, name: &str, span: &Range<usize>) -> Option<Typed> {
        if catalogue::is_unstable(name) {
            return self.refuse(
                UNSTABLE,
                span,
                format!("`{name}` returns a different value in each run"),
                "repeating a run must produce the same rows",
                "use a column, such as the event time",
            );
        }
        let summary = format!("unknown function `{name}`");
        if let Some((cause, help)) = catalogue::skipped(name) {
            return self.refuse(FUNCTION, span, summary, cause, help);
        }
        let names = catalogue::functions().map(|one| one.name).chain(["concat", "mod"]);
        let help =
            suggestion(name, names).unwrap_or_else(|| "docs/expressions.md lists the functions".to_owned());
        self.refuse(FUNCTION, span, summary, "it is not known to mean the same in Spark and Redshift", help)
    }
}
